"""`make bench-luck`: what common random numbers are worth in every shipped comparison, and how many replications they save."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import atanh, ceil, inf, sqrt, tanh

import numpy as np
from scipy.special import ndtri

from bench.figures import Aim, Found, Table, brief
from experiments.basis import Point, points_of
from experiments.case import pair_of
from experiments.cases import asked_of
from experiments.compose import checked_shelf
from experiments.engines import Engine, lives
from experiments.intervals import ALPHA, correlation, variance_reduction
from experiments.overrides import read
from experiments.settings import BASIS_WORDS, Compare
from sim.scenario import Scenario
from sim.schema import plain

SIZE = ("market.consumers=10000",)
TINY = ("market.consumers=300", "market.days=40", "market.start_days=10")
REPLICATIONS = 12
RESAMPLES = 4000
ONE_LEVER = 5  # times smaller a variance is to be where one lever differs
Z = float(ndtri(1 - ALPHA / 2))
LABELS = ("label", "label_zh")


@dataclass(frozen=True)
class Pair:
    """A shipped comparison: two scenarios, and the outcome that answers its question."""

    name: str
    outcome: str
    before: Scenario
    after: Scenario
    case: bool = False  # of scenarios/case, else of the default comparison

    @property
    def levers(self) -> list[str]:
        """The groups of the strategy, and the market, in which the two differ."""
        sides = [plain(one.strategy) for one in (self.before, self.after)]
        differing = [key for key in sides[0] if key not in LABELS and sides[0][key] != sides[1][key]]
        return differing + (["market"] if self.before.market != self.after.market else [])


def shipped(words: Sequence[str]) -> list[Pair]:
    """Every case against its baseline, and the strategies of the default comparison against the first, on both bases."""
    request = read(words)
    files = checked_shelf(request)
    pairs = []
    for name in files["case"]:
        asked = asked_of(name, files)
        before, after = (point.scenario for point in pair_of(request, asked, files))
        pairs.append(Pair(f"{name} against {asked.baseline}", asked.outcome, before, after, case=True))
    points = points_of(request, Compare().names, BASIS_WORDS[Compare().basis], files)
    for basis in dict.fromkeys(point.basis for point in points):
        first, *others = (point for point in points if point.basis == basis)
        footing = "like for like" if basis == "format" else basis.replace("_", " ")
        for other in others:
            name = f"{other.strategy} against {first.strategy}, {footing}"
            pairs += [Pair(name, outcome, first.scenario, other.scenario) for outcome in ("orders", "profit_channel")]
    return pairs


def unlabelled(scenario: Scenario) -> Scenario:
    """The same lives under no name, so that each is lived once."""
    return replace(scenario, strategy=replace(scenario.strategy, **dict.fromkeys(LABELS, "")), name="")


def measure(quick: bool) -> Found:
    """Paired replications of every shipped comparison."""
    pairs = shipped(TINY if quick else SIZE)
    return of_pairs(pairs[-2:] if quick else pairs, 4 if quick else REPLICATIONS)


def of_pairs(pairs: Sequence[Pair], replications: int) -> Found:
    """Every scenario lived once a replication, from starts that are shared where the market is the same, on all cores."""
    every = list(dict.fromkeys(unlabelled(one) for pair in pairs for one in (pair.before, pair.after)))
    points = [Point("as_found", str(k), scenario) for k, scenario in enumerate(every)]
    outcomes = in_order(lives(points, 1, range(replications), False, Engine()))
    number = {scenario: k for k, scenario in enumerate(every)}

    def values(scenario: Scenario, outcome: str) -> np.ndarray:
        return np.array([one[number[unlabelled(scenario)]][outcome] for one in outcomes])

    worth = [of_pair(pair, values(pair.before, pair.outcome), values(pair.after, pair.outcome)) for pair in pairs]
    return {"consumers": every[0].market.consumers, "days": every[0].market.days, "replications": replications, "pairs": worth}


def in_order(replicated: Iterable) -> list[list[dict[str, float]]]:
    """The outcomes of every life by replication, as they would come on one core."""
    by_number = {one[0].replication: [life.outcomes for life in one] for one in replicated}
    return [by_number[k] for k in sorted(by_number)]


def of_pair(pair: Pair, before: np.ndarray, after: np.ndarray) -> Found:
    """What shared luck was worth for one comparison: correlation, variance reduction, each with its interval."""
    known = np.isfinite(before) & np.isfinite(after)
    before, after = before[known], after[known]
    r, reduction = correlation(before, after), variance_reduction(before, after)
    said = {"name": pair.name, "outcome": pair.outcome, "levers": pair.levers, "case": pair.case, "n": int(known.sum())}
    if not np.isfinite(reduction):
        return said | {"correlation": None, "reduction": None}
    return said | {"correlation": fisher(r, before.size), "reduction": resampled(reduction, before, after)}


def fisher(r: float, n: int) -> list[float] | None:
    """A correlation with its 95 % interval by Fisher's z; none of fewer than four pairs, or where one side does not vary."""
    if n < 4 or not np.isfinite(r):
        return None
    z, half = atanh(max(-1 + 1e-12, min(1 - 1e-12, r))), Z / sqrt(n - 3)
    return [tanh(z - half), r, tanh(z + half)]


def resampled(reduction: float, before: np.ndarray, after: np.ndarray) -> list[float]:
    """A variance reduction with its 95 % interval by the bootstrap over replications."""
    picks = np.random.default_rng(1).integers(0, before.size, (RESAMPLES, before.size))
    a, b = before[picks], after[picks]
    paired = np.var(a - b, axis=1, ddof=1)
    some = paired > 0
    drawn = (np.var(a, axis=1, ddof=1) + np.var(b, axis=1, ddof=1))[some] / paired[some]
    low, high = np.quantile(drawn, [ALPHA / 2, 1 - ALPHA / 2])
    return [float(low), reduction, float(high)]


def one_lever(found: Found) -> list[float]:
    """The variance reductions of the cases in which one group of the strategy differs and nothing of the market."""
    return [one["reduction"][1] for one in found["pairs"] if is_one_lever(one) and one["reduction"]]


def most(one: Found) -> float:
    """The variance reduction if the two sides went wholly together: how unlike their variances are is all that is left.

    Of standard deviations s, t and correlation r, 1 - 1 / reduction is 2 r s t / (s^2 + t^2); with r = 1 that is its r-th part.
    """
    shared = (1.0 - 1.0 / one["reduction"][1]) / one["correlation"][1]
    return 1.0 / (1.0 - shared) if shared < 1.0 else inf


def is_one_lever(one: Found) -> bool:
    """Whether it is a case in which one group of the strategy differs and nothing of the market."""
    return one["case"] and len(one["levers"]) == 1 and one["levers"] != ["market"]


def tables(found: Found) -> list[Table]:
    """Every comparison, those of one lever first."""
    few = sorted(found["pairs"], key=lambda one: not is_one_lever(one))
    rows = tuple(row for one in few for row in row_of(one, found["replications"]))
    reached = one_lever(found)
    beyond = sum(is_one_lever(one) and bool(one["reduction"] and one["correlation"]) and most(one) < ONE_LEVER for one in few)
    said = (
        f"{found['replications']} replications of {found['consumers']:,} consumers and {found['days']} days of every shipped comparison, "
        "its two sides with the same people and the same luck. Variance reduction: (variance of one + variance of the other) / variance of "
        "their paired difference, of the outcome that answers the comparison; its 95 % interval by the bootstrap over replications, the "
        "correlation's by Fisher's z. Replications saved: how many more pairs with luck of their own it would take for an interval as "
        "narrow. Where the two never differ, or always by as much, there is no variance to reduce. At most: the reduction if the two went "
        "wholly together; where one side varies much less than the other, no luck in common can take away what the other varies more."
    )
    below = f"Of {len(reached)} comparisons of one lever, {sum(one >= ONE_LEVER for one in reached)} reach {ONE_LEVER}; "
    below += f"{beyond} of the others could not, however alike the luck of both sides."
    head = ("comparison", "outcome", "levers", "correlation", "variance reduction", "at most", "replications saved")
    return [Table("What common random numbers are worth", said, head, rows, below)]


def row_of(one: Found, replications: int) -> Iterator[tuple[str, ...]]:
    """A comparison's line."""
    name, levers = one["name"], ", ".join(one["levers"]) or "none"
    if not one["reduction"]:
        yield name, one["outcome"], levers, "", "the difference does not vary", "", ""
        return
    r, reduction = one["correlation"], one["reduction"]
    saved = max(0, ceil(replications * (reduction[1] - 1)))
    perfect = brief(most(one)) if r and np.isfinite(most(one)) else ""
    yield name, one["outcome"], levers, between(r) if r else "", between(reduction), perfect, f"{saved:,} beside {one['n']}"


def between(interval: Sequence[float]) -> str:
    """A figure with the ends of its interval."""
    low, middle, high = interval
    return f"{brief(middle)} ({brief(low)} to {brief(high)})"


AIMS = (Aim("common random numbers: variance reduction of every one-lever case", ONE_LEVER, "×", one_lever, at_least=True, judge=min),)
