"""What a worker process does: live one side, or both sides of one more world. Start worlds are kept, so that a slider costs one life."""

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from experiments.basis import Point
from experiments.lab.movie import diary_of, frames, movie_of, orders_by
from experiments.replicate import common
from sim import simulate, start_up

if TYPE_CHECKING:
    from sim.world import World

KEPT = 300_000  # consumers in the start worlds that a process keeps
STARTS: "OrderedDict[tuple, World]" = OrderedDict()


def start_of(point: Point, seed: int, replication: int) -> "World":
    """The world after the uncounted days, made once and kept while there is room."""
    key = (*common(point), seed, replication)
    if key not in STARTS:
        STARTS[key] = start_up(point.scenario, seed, replication)
    STARTS.move_to_end(key)
    while len(STARTS) > 1 and sum(world.people.size for world in STARTS.values()) > KEPT:
        STARTS.popitem(last=False)
    return STARTS[key]


def show(point: Point, seed: int, dots: int) -> tuple[dict[str, object], np.ndarray, dict[str, float]]:
    """The first world of one side: what the page shows, what happened to those shown, and the outcomes."""
    start = start_of(point, seed, 0)
    result = simulate(point.scenario, seed, list(range(dots)), start=start)
    return movie_of(result, start, dots), diary_of(result), result.outcomes


def more(points: tuple[Point, ...], seed: int, replication: int) -> list[tuple[list[float], dict[str, float]]]:
    """One more world for every side: cars ordered by frame, and the outcomes."""
    out = []
    for point in points:
        result = simulate(point.scenario, seed, replication=replication, start=start_of(point, seed, replication))
        out.append((orders_by(result, frames(point.scenario.market.days)).tolist(), result.outcomes))
    return out
