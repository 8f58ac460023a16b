"""What a worker does in a sweep: some replications of some settings, every strategy on the same people with the same luck."""

import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from experiments.point import Point
from experiments.replicate import chain, common, of_first_brand, reached, started
from experiments.vary import varied
from sim import simulate
from sim.kpi import Before

if TYPE_CHECKING:
    from sim.world import World

Row = dict[str, float]  # outcome -> value
Key = tuple[str, int]  # setting and replication


@dataclass(frozen=True)
class Trial:
    """Some replications of some settings of a sweep."""

    bases: Sequence[Point]  # every strategy on every basis before values are laid on
    values: Mapping[str, Mapping[str, object]]  # setting -> key -> value
    todo: Sequence[Key]
    seed: int


@dataclass
class Tried:
    """What a trial came to: the outcomes of every point in each replication that ended, the traceback of each that failed."""

    rows: dict[Key, list[Row]] = field(default_factory=dict)  # outcomes of every point, in their order
    failures: dict[Key, str] = field(default_factory=dict)
    seconds: float = 0.0  # of the processor


def tried(trial: Trial) -> Tried:
    """Lives a trial; one replication that fails stops no other."""
    out, began = Tried(), time.thread_time()
    points: dict[str, list[Point]] = {}
    for setting, replication in trial.todo:
        try:
            if setting not in points:
                points[setting] = [varied(base, trial.values[setting]) for base in trial.bases]
            out.rows[setting, replication] = list(outcomes_of(points[setting], trial.seed, replication))
        except Exception:
            out.failures[setting, replication] = traceback.format_exc()
    out.seconds = time.thread_time() - began
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
