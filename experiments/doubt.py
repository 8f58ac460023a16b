"""What a number may be as well: the range that its source or its grade leaves, and a scenario with another value in its place."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from functools import cache, reduce

from experiments.basis import Point
from experiments.dictionary import dictionary
from experiments.files import SHIPPED
from sim.scenario import Scenario, contradictions, tier_terms
from sim.schema import GRADES, Parameter


def ends_of(swept: Mapping[str, float]) -> tuple[float, float]:
    """The lowest and the highest setting of a sweep."""
    return float(min(swept.values())), float(max(swept.values()))


SURE = GRADES["D"]  # a definition leaves no doubt; every other grade does
FREE = 1.5  # an assumption without a source may be so many times larger or smaller
SWEPT = "docs/who_wins.md"
FORMAT = "strategy.terms."  # what a retail format is: never shared, even where two are alike
# keys that experiments/winners.py sweeps, and the sourced or assumed range that each setting stays in
VOLUME = {"low": -2.2, "default": -1.4, "high": -0.6}  # strategy.pull: 25 to 90 cars per store and month (C24-C27)
MARGIN = {"20 %": 200_000, "25 %": 187_500, "35 %": 162_500}  # strategy.unit_cost at the reference price
ONLINE = {"online": 0.008, "no online": 0.0}  # market.waits.orders_online: whether anybody signs online at all
SHARE = {"b .28": 0.28, "b .50": 0.50}  # market.bargain.share: the seller's share of the surplus in a bargain
# ranges in the parameter's own unit where the source is in another one, or that sweep sets them
SET = {
    "strategy.pull": (*ends_of(VOLUME), "C24-C27"),
    "strategy.unit_cost": (*ends_of(MARGIN), SWEPT),
    "market.waits.orders_online": (*ends_of(ONLINE), SWEPT),
    "market.bargain.share": (*ends_of(SHARE), SWEPT),
    "strategy.terms.list_markup": (1.0, 1.1, "P05"),
}
NONE = {"strategy.terms.list_markup": 1.0}  # what says that there is none; of other numbers 0 does
SHARES = ("fraction", "probability", "share")  # how the unit of a source begins that is a share itself


@dataclass(frozen=True)
class Doubt:
    """One number in doubt: what it is, whose, and what it may be as well."""

    path: str
    whose: tuple[str, ...]  # the strategies whose number it is; of a market, of all that are compared
    value: float
    low: float
    high: float
    source: str  # id of scenarios/parameters.csv, the page of a sweep, or "" where the range is assumed
    whole: bool

    @property
    def far(self) -> float:
        """The end of the range that is further from the value."""
        return self.low if self.value - self.low > self.high - self.value else self.high


def doubts_of(points: Sequence[Point]) -> list[Doubt]:
    """Every number in doubt of a pair: those of the market, and of strategies that have the same, once; others for each that has them.

    Left out are definitions, words, switches, numbers that say none or are not given, and ends that contradict another number.
    """
    out = []
    for one in dictionary().values():
        if one.grade == SURE or one.kind not in ("int", "float"):
            continue
        values = {point.strategy: number_in(point.scenario, one.path) for point in points}
        shared = len(set(values.values())) == 1 and not one.path.startswith(FORMAT)
        for whose in [tuple(values)] if shared else [(name,) for name in values]:
            out += doubt_about(one, whose, values[whose[0]], [point for point in points if point.strategy in whose])
    return out


def doubt_about(one: Parameter, whose: tuple[str, ...], value: float | None, points: Sequence[Point]) -> Iterator[Doubt]:
    """The doubt about one number, if it has a range around it that the model can take."""
    if value is None or value == NONE.get(one.path, 0.0):
        return
    low, high, source = range_of(one, float(value))
    if one.kind == "int":
        low, high = round(low), round(high)
    ends = [end for end in (low, high) if not any(contradictions(moved(point.scenario, one.path, end)) for point in points)]
    if len(ends) == 2 and low < high:
        yield Doubt(one.path, whose, float(value), float(low), float(high), source, one.kind == "int")


def range_of(one: Parameter, value: float) -> tuple[float, float, str]:
    """The lowest and highest value that is as good, and the id that says so ("" for our own judgement); it stays in the schema's bounds.

    A sourced number may move as far from its value as the source's ends from its centre, in proportion; a share whose source is no share
    does so by its odds. An assumption without a source may be 1.5 times larger or smaller, a share by its odds.
    """
    low, high, source = SET.get(one.path, (0.0, 0.0, ""))
    if low <= value <= high and source:
        return low, high, source
    row = next((row for row in map(sources().get, ids_of(one.source)) if row), None)
    is_share = one.low == 0 and one.high == 1 and 0 < value < 1
    if row is None:
        ends = [by_odds(value, factor) if is_share else value * factor for factor in (1 / FREE, FREE)]
    else:
        factors = [float(row[end]) / float(row["central"]) for end in ("low", "high")]
        odds = is_share and not row["unit"].startswith(SHARES)
        ends = [by_odds(value, factor) if odds else value * factor for factor in factors]
    low, high = (min(max(end, one.low), one.high) for end in sorted(ends))
    return min(low, value), max(high, value), row["id"] if row else ""


def by_odds(share: float, factor: float) -> float:
    """A share with so many times its odds."""
    odds = factor * share / (1 - share)
    return odds / (1 + odds)


def ids_of(source: str) -> list[str]:
    """The ids in the source of a parameter."""
    return re.findall(r"[A-Z]\d\d", source or "")


@cache
def sources() -> Mapping[str, Mapping[str, str]]:
    """The rows of scenarios/parameters.csv that have a centre to measure from, by id."""
    with open(SHIPPED / "parameters.csv", encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["central"] and float(row["central"]) != 0}


def number_in(scenario: Scenario, path: str) -> float | None:
    """The number at a path; of a term that is left to the format, what the format says, if it is the same in every tier."""
    value = reduce(getattr, path.split("."), scenario)
    if value is not None or not path.startswith(FORMAT):
        return value
    by_tier = {getattr(terms, path.removeprefix(FORMAT)) for terms in tier_terms(scenario.strategy)}
    return by_tier.pop() if len(by_tier) == 1 else None


def moved(scenario: Scenario, path: str, value: float) -> Scenario:
    """The scenario with another number at a path; the uncounted days keep theirs."""
    return changed(scenario, path.split("."), int(value) if dictionary()[path].kind == "int" else value)


def changed(group: object, names: Sequence[str], value: float) -> object:
    """A group with another number at the end of a chain of names."""
    name, *rest = names
    inner = getattr(group, name)
    return replace(group, **{name: changed(inner, rest, value) if is_dataclass(inner) and rest else value})
