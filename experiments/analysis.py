"""Findings from outcomes: means, paired differences from the first strategy, what pairing was worth, and who wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from experiments.intervals import ALPHA, Interval, correlation, holm, mean_interval, p_values, variance_reduction
from experiments.measures import JUDGED, MEASURES, REACHED

Outcomes = dict[str, dict[str, dict[str, np.ndarray]]]  # basis -> strategy -> measure -> (replication,) in the shown unit


@dataclass(frozen=True)
class Pairing:
    """What shared luck was worth for one measure of two strategies."""

    correlation: float
    variance_reduction: float


@dataclass(frozen=True)
class Comparison:
    """The findings on one basis."""

    basis: str
    means: dict[str, dict[str, Interval]]  # strategy -> measure
    differences: dict[str, dict[str, Interval]]  # strategy -> measure, less the first strategy
    pairings: dict[str, dict[str, Pairing]]  # strategy -> judged measure, with the first strategy
    winners: dict[str, str | None]  # judged measure -> strategy, None where no one clearly beats all others


def outcomes_of(rows: pa.Table, days: int) -> Outcomes:
    """The outcomes table as arrays over replications, in the order of the replications."""
    out: Outcomes = {}
    rows = rows.sort_by([("replication", "ascending")])
    basis, strategy = (np.array(rows.column(name).to_pylist()) for name in ("basis", "strategy"))
    for one in dict.fromkeys(zip(basis.tolist(), strategy.tolist(), strict=True)):
        mine = (basis == one[0]) & (strategy == one[1])
        values = {m.key: m.shown(rows.column(m.key).to_numpy()[mine], days) for m in (*MEASURES, *REACHED) if m.key in rows.column_names}
        out.setdefault(one[0], {})[one[1]] = values
    return out


def compared(basis: str, outcomes: dict[str, dict[str, np.ndarray]], names: Sequence[str], alpha: float = ALPHA) -> Comparison:
    """The findings on one basis.

    outcomes  strategy -> measure -> (replication,)
    names     the strategies in order; differences are taken from the first
    alpha     of each interval, after correction for looks on the way
    """
    first, others = names[0], names[1:]
    shown = [m.key for m in MEASURES if m.key in outcomes[first] and any(np.isfinite(outcomes[name][m.key]).any() for name in names)]
    return Comparison(
        basis,
        {name: {key: mean_interval(outcomes[name][key], alpha) for key in shown} for name in names},
        {name: {key: mean_interval(outcomes[name][key] - outcomes[first][key], alpha) for key in shown} for name in others},
        {name: {key: pairing(outcomes[name][key], outcomes[first][key]) for key in JUDGED} for name in others},
        {key: winner({name: outcomes[name][key] for name in names}, alpha) for key in JUDGED},
    )


def pairing(a: np.ndarray, b: np.ndarray) -> Pairing:
    """What shared luck was worth for two strategies."""
    return Pairing(correlation(a, b), variance_reduction(a, b))


def winner(values: dict[str, np.ndarray], alpha: float) -> str | None:
    """The strategy that beats every other, all pairs judged together by Holm's correction; None if there is none."""
    return winners({name: np.asarray(one)[np.newaxis] for name, one in values.items()}, alpha)[0] if values else None


def winners(values: dict[str, np.ndarray], alpha: float) -> list[str | None]:
    """The same in each of several settings: values (setting, replication) of every strategy."""
    names, pairs = list(values), list(combinations(range(len(values)), 2))
    each = np.array([values[name] for name in names], float)
    if not pairs:
        return [None] * each.shape[1]
    known = np.isfinite(each)
    with np.errstate(invalid="ignore"):
        best = np.where(known.any(axis=2), np.sum(each, axis=2, where=known) / known.sum(axis=2), -np.inf).argmax(axis=0)
    p = np.array([p_values(each[a] - each[b]) for a, b in pairs])
    corrected = [holm(one) for one in p.T.tolist()]
    return [
        names[one] if all(low <= alpha for pair, low in zip(pairs, lows, strict=True) if one in pair) else None
        for one, lows in zip(best.tolist(), corrected, strict=True)
    ]


def narrow_enough(outcomes: Outcomes, names: Sequence[str], precision: float, alpha: float) -> bool:
    """Whether half of every judged interval is within `precision` of the level of what it measures.

    The level is the first strategy's mean; of a profit, which can be near nothing, a tenth of its revenue at least.
    """
    for by_strategy in outcomes.values():
        first = by_strategy[names[0]]
        for key in JUDGED:
            level = abs(np.nanmean(first[key]))
            if key != "orders":
                level = max(level, 0.1 * abs(np.nanmean(first["revenue"])))
            values = [by_strategy[name][key] - first[key] for name in names[1:]] or [first[key]]
            if any(not mean_interval(one, alpha).half <= precision * level for one in values):
                return False
    return True
