"""Levers act where they should: until a life first comes to where a lever acts, it is the same to the bit with and without it.

The table says of every number of a strategy where it is first felt. The world is quiet (`worlds.FIRST_LAP`): nobody talks, no desk is
full, nobody learns or leaves, so that no other person's luck can carry a lever upstream. What it carries in the full world is measured by
`python -m experiments.evidence` and told in docs/evidence.md.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache

import numpy as np
import pytest
from worlds import FIRST_LAP, fingerprints, words

from experiments import load
from sim import simulate
from sim.replication import Result
from sim.scenario import Strategy
from sim.schema import lists, parameters
from sim.stages import Stage

MONEY = ()  # moves money alone: no life changes
BOTH_EVER = 50  # people who must come to where the lever acts, so that the test can see something


@dataclass(frozen=True)
class Lever:
    """Where one number of a strategy, or several alike, is first felt."""

    path: str  # of the strategy; * stands for one word
    first: Stage | tuple[str, ...]  # the stage whose visit, or the events of which the first, comes before any effect; or MONEY
    value: object  # the lever moved
    given: dict = field(default_factory=dict)  # of the strategy, or of the market where the key says so, in both worlds


JOINT = {"partnership.form": "joint_marketing"}
TECHNOLOGY = {"partnership.form": "joint_technology", "partnership.ramp_days": 10}
BY_BUDGET = {"touchpoints.{0}.intensity": None, "touchpoints.{0}.budget": 20_000}
NO_FOOTFALL = {"touchpoints.store.intensity": 0}
CAPITAL = NO_FOOTFALL | {"rollout.rule": "capital", "rollout.capital": 30e6}
CITIES = CAPITAL | {"rollout.capital": 60e6, "rollout.tier1": 1e6, "outlets.tier1": 1, "outlets.tier2": 2, "outlets.tier3": 2}
UTILISATION = {"hiring.rule": "utilisation", "outlet.staff": 6, "hiring.low": 0.5}
GROWING = UTILISATION | {"hiring.high": 0.0, "hiring.low": 0.0}
PICKS = {"recommendation.budget": 20_000}
ADAPT = {"policy.kind": "adapt", "policy.lead": 0, "policy.worth": 0}
TRAIN = {"policy.kind": "train", "policy.margin": 0, "policy.sure": 0, "policy.recent": 1, "analysis.level": 1}
REALLOCATE = {"policy.kind": "reallocate"} | {
    f"touchpoints.{name}.{key}": value for name in ("video", "event") for key, value in (("intensity", None), ("budget", 40_000))
}

LEVERS = (
    # product and price
    Lever("attributes.*", Stage.AWARE, 1.0),
    Lever("pull", Stage.AWARE, -0.5),
    Lever("content_quality", Stage.AWARE, 5.0),
    Lever("content_cost", MONEY, 1e6, {"content_quality": 2.0}),
    Lever("list_price", Stage.INTEREST, 225_000),
    Lever("unit_cost", MONEY, 150_000),
    # touchpoints
    Lever("exposure", Stage.UNAWARE, 2.0),
    Lever("touchpoints.*.budget", Stage.UNAWARE, 40_000, BY_BUDGET),
    Lever("touchpoints.*.cost", Stage.UNAWARE, 0.01, BY_BUDGET),
    Lever("touchpoints.*.on_target", Stage.UNAWARE, 0.1, BY_BUDGET),
    Lever("touchpoints.*.intensity", Stage.UNAWARE, 0.3),
    Lever("touchpoints.*.targeting", Stage.UNAWARE, 90.0),
    Lever("touchpoints.*.attention", Stage.UNAWARE, 0.9),
    Lever("touchpoints.*.lift", Stage.AWARE, 0.5),
    Lever("touchpoints.*.slow_share", Stage.AWARE, 0.95),
    Lever("touchpoints.*.lead", Stage.AWARE, 0.3),
    Lever("personalisation.level", Stage.UNAWARE, 0.8),
    Lever("personalisation.known", Stage.UNAWARE, 2, {"personalisation.level": 0.8}),
    Lever("personalisation.cost", MONEY, 5e6, {"personalisation.level": 0.8}),
    # outlets
    Lever("outlets.*", Stage.AWARE, 3, NO_FOOTFALL),
    Lever("outlet.footfall", Stage.UNAWARE, 0.3),
    Lever("outlet.staff", ("meets",), 7),
    Lever("outlet.meetings", ("arrives",), 0.01),
    Lever("outlet.demo_cars", Stage.CONSIDERATION, 0),
    Lever("outlet.support", MONEY, 20),
    Lever("outlet.wage", MONEY, 1.0),
    Lever("outlet.rent", MONEY, 1.0),
    Lever("outlet.operations", MONEY, 1.0),
    Lever("outlet.planned_sales", MONEY, 10.0),
    Lever("head_office", MONEY, 1e6),
    Lever("rollout.rule", Stage.AWARE, "capital", NO_FOOTFALL | {"rollout.capital": 30e6}),
    Lever("rollout.capital", Stage.AWARE, 90e6, CAPITAL),
    Lever("rollout.retail_capital", MONEY, 0, CAPITAL),  # direct stores are the maker's
    Lever("rollout.tier*", Stage.AWARE, 15e6, CITIES),
    Lever("rollout.order", Stage.AWARE, "tier3_first", CAPITAL),
    Lever("rollout.standing", Stage.AWARE, 1, CAPITAL),
    Lever("rollout.years", MONEY, 10, CAPITAL),
    Lever("participation", MONEY, "close"),  # direct stores are the maker's: no retailer loses
    # people who sell
    Lever("selling.answered_fast", ("leaves lead",), 0.1),
    Lever("selling.never_answered", ("leaves lead",), 0.4),
    Lever("selling.follow_ups", ("leaves lead",), 1),
    Lever("skill.discovery", Stage.INTEREST, 1.0),
    Lever("skill.presentation", Stage.CONSIDERATION, 1.0),
    Lever("skill.closing", Stage.INTENT, 1.0),
    Lever("skill.care", Stage.OWNER, 1.0),
    Lever("skill.spread", ("meets",), 2.0),
    Lever("training.hours", ("meets",), 80.0),
    Lever("training.cost", MONEY, 500.0, {"training.hours": 80.0}),
    Lever("training.length", ("meets",), 30, {"training.hours": 80.0}),
    Lever("incentive.order", Stage.INTENT, 3000),
    Lever("incentive.satisfied", Stage.INTENT, 3000),
    Lever("hiring.rule", ("meets",), "utilisation"),
    Lever("hiring.high", ("meets",), 10.0, GROWING),
    Lever("hiring.low", ("meets",), 0.0, UTILISATION),
    Lever("hiring.least", ("meets",), 5, UTILISATION),
    Lever("hiring.most", ("meets",), 8, GROWING),
    Lever("hiring.cost", MONEY, 9000, UTILISATION),
    Lever("hiring.vacant_days", ("meets",), 60, {"market.workforce.turnover": 3}),
    Lever("omnichannel.integration", ("makes appointment", "meets"), 0.0),
    Lever("omnichannel.cost", MONEY, 1e6),
    # the retail format and its terms
    Lever("retail_format", Stage.UNAWARE, "agency"),
    Lever("terms.one_price", Stage.INTEREST, False, {"terms.margin": 0.2}),
    Lever("terms.list_markup", Stage.INTEREST, 1.05),
    Lever("terms.online", Stage.INTENT, 0.0),
    Lever("terms.pressure", Stage.INTENT, 1.0),
    Lever("terms.stock_months", Stage.OWNER, 3.0),
    Lever("terms.push", Stage.OWNER, 5.0, {"terms.stock_months": 0.01}),
    Lever("terms.data_share", Stage.UNAWARE, 0.1),
    Lever("terms.seller", MONEY, "retailer"),
    Lever("terms.pays_outlet", MONEY, "retailer"),
    Lever("terms.owns_stock", MONEY, "retailer"),
    Lever("terms.owns_service", MONEY, "retailer"),
    Lever("terms.commission", MONEY, 0.1),
    Lever("terms.margin", MONEY, 0.1, {"terms.seller": "retailer"}),
    Lever("terms.rebate", MONEY, 0.1, {"terms.seller": "retailer"}),
    # what firms know and decide
    Lever("recommendation.budget", Stage.UNAWARE, 20_000),
    Lever("recommendation.cost", Stage.UNAWARE, 0.5, PICKS),
    Lever("interaction.level", Stage.AWARE, 1.0),
    Lever("interaction.cost", MONEY, 20.0, {"interaction.level": 1.0}),
    Lever("analysis.level", Stage.AWARE, 1.0, ADAPT),
    Lever("analysis.cost", MONEY, 1e6, {"analysis.level": 1.0}),
    Lever("policy.kind", Stage.AWARE, "adapt", {"policy.lead": 0, "policy.worth": 0}),
    Lever("policy.recent", Stage.AWARE, 1, ADAPT),
    Lever("policy.pace", Stage.AWARE, 0.2, ADAPT),
    Lever("policy.lead", Stage.AWARE, 2, ADAPT),
    Lever("policy.reach", Stage.AWARE, 3.0, ADAPT),
    Lever("policy.worth", Stage.AWARE, 4.0, ADAPT),
    Lever("policy.cost", MONEY, 1e6, ADAPT),
    Lever("policy.memory", ("meets",), 1, TRAIN | {"policy.margin": 0.25}),
    Lever("policy.margin", ("meets",), 0.9, TRAIN),
    Lever("policy.sure", ("meets",), 9, TRAIN),
    Lever("policy.hours", ("meets",), 600, TRAIN),
    Lever("policy.step", Stage.UNAWARE, 0.5, REALLOCATE),
    Lever("policy.floor", Stage.UNAWARE, 0.98, REALLOCATE),
    # owners
    Lever("service_price", MONEY, 1.5),
    Lever("referral.reward", Stage.OWNER, 5000),
    Lever("community.joins", Stage.INTEREST, 0.1),
    Lever("community.cost", MONEY, 1e6),
    Lever("houses.tier*", Stage.UNAWARE, 3),
    Lever("houses.cost", MONEY, 1e6, {"houses.tier1": 1}),
    Lever("feedback.reports", Stage.OWNER, 24.0),
    Lever("feedback.cost", MONEY, 500.0, {"feedback.reports": 24.0}),
    Lever("feedback.community", Stage.OWNER, 1.0, {"community.joins": 0.1}),
    # partners
    Lever("partnership.form", Stage.AWARE, "joint_technology"),
    Lever("partnership.gain", Stage.AWARE, 3.0, TECHNOLOGY),
    Lever("partnership.attribute", Stage.AWARE, "comfort", TECHNOLOGY),
    Lever("partnership.fit", Stage.AWARE, -0.5, TECHNOLOGY),
    Lever("partnership.mindset", Stage.AWARE, 1.0, TECHNOLOGY),
    Lever("partnership.integration", Stage.AWARE, 1.0, TECHNOLOGY),
    Lever("partnership.talent", Stage.AWARE, 1.0, TECHNOLOGY),
    Lever("partnership.policy", Stage.AWARE, 1.0, TECHNOLOGY),
    Lever("partnership.slowing", Stage.AWARE, 9.0, TECHNOLOGY),
    Lever("partnership.eaten", Stage.AWARE, 0.0, TECHNOLOGY),
    Lever("partnership.ramp_days", Stage.AWARE, 50, TECHNOLOGY),
    Lever("partnership.start_day", Stage.AWARE, 60, TECHNOLOGY),
    Lever("partnership.cost", MONEY, 1e6, TECHNOLOGY),
    Lever("partnership.skill", ("meets",), 1.0, {"partnership.form": "management_exchange"}),
    Lever("partnership.audience", Stage.UNAWARE, 0.6, JOINT),
    Lever("partnership.overlap", Stage.UNAWARE, 0.9, JOINT),
    Lever("partnership.contacts", Stage.UNAWARE, 90.0, JOINT),
    Lever("partnership.attention", Stage.UNAWARE, 0.9, JOINT),
    Lever("partnership.lift", Stage.AWARE, 0.5, JOINT),
    Lever("partnership.slow_share", Stage.AWARE, 1.0, JOINT | {"partnership.lift": 0.5}),
    Lever("partnership.appeal", Stage.AWARE, 2.0, {"partnership.form": "crossover_product"}),
    # names
    Lever("label*", MONEY, "another name"),
)  # fmt: skip

PATHS = [one.path for one in parameters(Strategy)] + list(lists(Strategy))


def alike(path: str, pattern: str) -> bool:
    """Whether a path is one that a row is about, word by word."""
    ours, theirs = path.split("."), pattern.split(".")
    return len(ours) == len(theirs) and all(map(fnmatchcase, ours, theirs))


ROWS = [(path, lever) for lever in LEVERS for path in PATHS if alike(path, lever.path)]
FELT = [(path, lever) for path, lever in ROWS if lever.first != MONEY]
PAID = [(path, lever) for path, lever in ROWS if lever.first == MONEY]


def overrides(path: str, given: dict) -> tuple[str, ...]:
    """What both worlds of a row are given, as words; {0} is the second word of the path."""
    own = path.split(".")[1] if "." in path else ""
    keys = [key if key.startswith("market.") else f"strategy.{key.format(own)}" for key in given]
    return tuple(f"{key}={'null' if value is None else value}" for key, value in zip(keys, given.values(), strict=True))


@cache
def lived(*more: str) -> Result:
    """The quiet world under some overrides, every journey written."""
    return simulate(load("direct", [*words(FIRST_LAP), *more]), 7, "all")


def both(path: str, lever: Lever) -> tuple[Result, Result]:
    """The world without and with the lever moved."""
    given = overrides(path, lever.given)
    moved = simulate(load("direct", [*words(FIRST_LAP), *given, f"strategy.{path}={lever.value}"]), 7, "all")
    return lived(*given), moved


def first_days(result: Result, first: Stage | tuple[str, ...]) -> np.ndarray:
    """The day (n,) on which each consumer first comes to a stage, or one of some events first happens; far off where never."""
    told, is_stage = result.journeys, isinstance(first, Stage)
    there = (told["to_stage"] == first) & (told["from_stage"] != first) if is_stage else np.isin(told["event"], first)
    days = np.full(result.people.size, 1 << 30)
    if first == Stage.UNAWARE:
        days[:] = 0
    np.minimum.at(days, told["consumer"][there], told["day"][there])
    return days


def until(result: Result, days: np.ndarray) -> np.ndarray:
    """The lines of every journey before a day of its consumer (n,)."""
    return result.journeys[result.journeys["day"] < days[result.journeys["consumer"]]]


def test_the_table_says_of_every_number_of_a_strategy_where_it_acts() -> None:
    count = {path: sum(alike(path, lever.path) for lever in LEVERS) for path in PATHS}
    assert not {path: n for path, n in count.items() if n != 1}, "each number of the strategy needs one row in LEVERS"
    assert not [lever.path for lever in LEVERS if not any(alike(path, lever.path) for path in PATHS)]


@pytest.mark.parametrize(("path", "lever"), FELT, ids=[path for path, _ in FELT])
def test_no_life_changes_before_it_comes_to_where_the_lever_acts(path: str, lever: Lever) -> None:
    without, moved = both(path, lever)
    days = np.minimum(first_days(without, lever.first), first_days(moved, lever.first))
    assert (days < 1 << 30).sum() >= BOTH_EVER, "too few come to where the lever acts"
    before, after = until(without, days), until(moved, days)
    assert before.size == after.size
    for name in before.dtype.names:
        assert np.array_equal(before[name], after[name], equal_nan=before[name].dtype.kind == "f"), name
    one, two = fingerprints(without), fingerprints(moved)
    assert {name for name in one if one[name] != two[name]} - {"books"}, "the lever moves nothing"


@pytest.mark.parametrize(("path", "lever"), PAID, ids=[path for path, _ in PAID])
def test_money_that_firms_pay_each_other_changes_no_life(path: str, lever: Lever) -> None:
    without, moved = both(path, lever)
    one, two = fingerprints(without), fingerprints(moved)
    assert {name for name in one if one[name] != two[name]} <= {"books"}
