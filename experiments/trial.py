"""What a worker does in a sweep: some replications of one setting, every strategy on the same people with the same luck."""

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from experiments.point import Point
from experiments.replicate import chain, common, of_first_brand, reached, started
from sim import simulate
from sim.kpi import Before

if TYPE_CHECKING:
    from sim.world import World

Row = dict[str, float]  # outcome -> value


@dataclass(frozen=True)
class Trial:
    """Some replications of the points of one setting."""

    setting: str
    points: Sequence[Point]
    replications: Sequence[int]
    seed: int


@dataclass
class Tried:
    """What a trial came to: the outcomes of every point in each replication that ended, the traceback of each that failed."""

    setting: str
    rows: dict[int, list[Row]] = field(default_factory=dict)  # replication -> outcomes of every point, in their order
    failures: dict[int, str] = field(default_factory=dict)  # replication -> traceback
    seconds: float = 0.0


def tried(trial: Trial) -> Tried:
    """Lives a trial; one replication that fails stops no other."""
    out, began = Tried(trial.setting), time.perf_counter()
    for replication in trial.replications:
        try:
            out.rows[replication] = list(outcomes_of(trial.points, trial.seed, replication))
        except Exception:
            out.failures[replication] = traceback.format_exc()
    out.seconds = time.perf_counter() - began
    return out


def outcomes_of(points: Sequence[Point], seed: int, replication: int) -> list[Row]:
    """The outcomes of every point; those that share a market share their uncounted days."""
    starts: dict[tuple, tuple[World, Before]] = {}
    out = []
    for point in points:
        if common(point) not in starts:
            starts[common(point)] = started(point.scenario, seed, replication, 1)
        start, then = starts[common(point)]
        result = of_first_brand(simulate(point.scenario, seed, replication=replication, start=start))
        out.append(result.outcomes | reached(result, then) | chain(result, then))
    return out
