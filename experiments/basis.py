"""On what footing strategies are compared: like for like, as found, or for the same money (model.md 6, ODD 6).

format      outlets, rent, staff, skill, answering, footfall and media are the neutral strategy's for all; a file gives only its
            retail format and terms. What the user overrides applies to all.
as_found    the whole file: the networks of the sources
same_money  as found, but the planned fixed outlay is the neutral strategy's: by the number of outlets, the rest by media
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from experiments.compose import composed, known_choices, neutral_of, wrong_choices
from experiments.files import Shelf, choose
from experiments.overrides import Request
from experiments.point import Point
from experiments.ties import with_ties
from sim.scenario import TIERS, Market, Scenario, Strategy, scenario_from, tier_terms
from sim.schema import ConfigError, plain

BASES = ("format", "as_found", "same_money")
OWN = ("label", "label_zh", "retail_format", "terms")  # what a file supplies under basis=format
DAYS_A_MONTH = 365 / 12


def points_of(request: Request, names: Sequence[str], bases: Sequence[str], files: Shelf) -> list[Point]:
    """Every strategy on every basis, bases first.

    Raises ConfigError with every error at once.
    """
    errors = [*request.errors, *wrong_choices(request, files)]
    known = [name for name in names if name in files["strategy"]]
    errors += [fault for name in names if name not in known for fault in choose("strategy", name, files)]
    request, out = known_choices(request, files), []
    for basis in bases:
        for name in known or ["neutral"]:  # so that the numbers are checked even where no name is known
            try:
                out.append(Point(basis, name, scenario_on(basis, request, name)))
            except ConfigError as error:
                errors += error.errors
    if errors:
        raise ConfigError(errors)
    return out


def scenario_on(basis: str, request: Request, name: str) -> Scenario:
    """A strategy's scenario on one basis."""
    tree = composed(request, strategy=name)
    market, strategy = tree["market"], tree["strategy"]
    neutral = neutral_of(market, request.folders)
    if basis == "format":
        shared = composed(request, strategy=market["neutral"])["strategy"]
        strategy = shared | {key: strategy[key] for key in OWN}
    scenario = with_ties(scenario_from(market, strategy, neutral, name))
    if basis == "same_money":
        scenario = scenario.with_strategy(at_same_money(scenario), name)
    return scenario


def at_same_money(scenario: Scenario) -> Strategy:
    """The strategy with as many outlets, in its own mix of tiers, as the neutral strategy's outlay pays; the rest in media.

    Raises ConfigError where media would have to be negative.
    """
    market, strategy = scenario.market, scenario.strategy
    money = outlay(market, scenario.neutral)
    counts = [getattr(strategy.outlets, tier) for tier in TIERS]
    fixed, media = per_outlet(market, strategy), media_of(strategy)
    average = sum(n * cost for n, cost in zip(counts, fixed, strict=True)) / max(1, sum(counts))
    total = max(0, round((money - media) / average)) if average else sum(counts)
    new = largest_remainder(counts, total)
    rest = money - sum(n * cost for n, cost in zip(new, fixed, strict=True))
    if rest < 0 or (media == 0 and rest > 0):
        raise ConfigError(
            [f"basis=same_money: {rest:,.0f} yuan a year are left for the media of '{scenario.name}'; its media cannot take them up"]
        )
    outlets = replace(strategy.outlets, **dict(zip(TIERS, new, strict=True)))
    return replace(strategy, outlets=outlets, exposure=strategy.exposure * rest / media if media else strategy.exposure)


def largest_remainder(counts: Sequence[int], total: int) -> list[int]:
    """Whole numbers that add up to `total` in the proportions of `counts` (Hamilton's method; ties to the first)."""
    exact = [total * n / max(1, sum(counts)) for n in counts]
    whole = [math.floor(x) for x in exact]
    by_rest = sorted(range(len(counts)), key=lambda k: whole[k] - exact[k])
    for k in by_rest[: total - sum(whole)]:
        whole[k] += 1
    return whole


def outlay(market: Market, strategy: Strategy) -> float:
    """Planned fixed outlay, yuan a year: media, rent, operations, wages, training and capital on stock; not head office."""
    counts = (getattr(strategy.outlets, tier) for tier in TIERS)
    return media_of(strategy) + sum(n * cost for n, cost in zip(counts, per_outlet(market, strategy), strict=True))


def media_of(strategy: Strategy) -> float:
    """Media budgets, yuan a year; a touchpoint that is driven by intensity costs nothing."""
    touchpoints = (getattr(strategy.touchpoints, name) for name in plain(strategy.touchpoints))
    return strategy.exposure * sum(one.budget for one in touchpoints if one.intensity is None)


def per_outlet(market: Market, strategy: Strategy) -> list[float]:
    """Fixed outlay of one outlet in each tier, yuan a year."""
    plan = strategy.outlet
    people = (plan.staff + plan.support) * plan.wage + plan.staff * strategy.training.hours * strategy.training.cost
    return [plan.rent + plan.operations + people + capital for capital in capital_on_stock(market, strategy)]


def capital_on_stock(market: Market, strategy: Strategy) -> Iterator[float]:
    """Capital cost of the stock that the planned sales of an outlet need, by tier, yuan a year."""
    for terms in tier_terms(strategy):
        cars = strategy.outlet.planned_sales * (terms.stock_months + terms.push or market.delivery.pipeline_days / DAYS_A_MONTH)
        price = strategy.list_price or market.reference_price * terms.list_markup
        cost = price * (1 - terms.margin) if terms.owns_stock == "retailer" else strategy.unit_cost
        yield market.capital_rate * cars * cost
