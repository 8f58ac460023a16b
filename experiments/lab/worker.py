"""What a worker process does: live one side, or both sides of one more world. Start worlds are kept, so that a slider costs one life."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import orjson

from experiments.basis import Point
from experiments.lab import desk
from experiments.lab.movie import frames, movie_of, orders_by, whole
from experiments.replicate import common
from experiments.traces import journeys_of
from sim import start_up
from sim.ordinary import live_on
from sim.replication import History, enter
from sim.stages import EVERYTHING, MOVES_ALONE

if TYPE_CHECKING:
    from sim.world import World

PARTS = 3  # in which a look ahead is told
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


def lived(
    point: Point, seed: int, replication: int, who: Sequence[int] = (), written: int = EVERYTHING, parts: int = 1
) -> tuple["World", History, np.ndarray]:  # fmt: skip
    """The days of one side, as `simulate` lives them, while somebody waits for them; and the mean line at night of each outlet.

    who      the consumers of whose journeys everything is written, or moves alone
    parts    after each but the last, the cars ordered so far by frame are told
    """
    world = enter(point.scenario, start_of(point, seed, replication), 1)
    world.track(np.isin(world.people["id"], who), written)
    history, days = History(world), point.scenario.market.days
    told = {days * k // parts for k in range(1, parts)}
    for day in sorted(told | {days}):
        live_on(world, history, day, desk.wanted)
        if day in told:
            desk.tell(packed(whole(orders_by(history, world)[frames(days) <= day])))
    return world, history, history.stood / days


def look(point: Point, seed: int, dots: int) -> bytes:
    """A look ahead at one side, while a lever is being dragged: what the page shows of it, as JSON."""
    world, history, line = lived(point, seed, 0, range(dots), MOVES_ALONE, PARTS)
    return packed(movie_of(world, history, line, start_of(point, seed, 0), dots))


def show(point: Point, seed: int, dots: int) -> tuple[bytes, list[float], np.ndarray, dict[str, float]]:
    """The first world of one side: what the page shows as JSON, its cars by frame, what happened to those shown, and the outcomes."""
    world, history, line = lived(point, seed, 0, range(dots))
    result = history.result(world, seed, 0)
    movie = movie_of(world, history, line, start_of(point, seed, 0), dots)
    return packed(movie), orders_by(history, world).tolist(), journeys_of(result.diary), result.outcomes


def more(points: tuple[Point, ...], seed: int, replication: int) -> list[tuple[list[float], dict[str, float]]]:
    """One more world for every side: cars ordered by frame, and the outcomes."""
    out = []
    for point in points:
        world, history, _ = lived(point, seed, replication)
        out.append((orders_by(history, world).tolist(), history.result(world, seed, replication).outcomes))
    return out


def lives_of(points: tuple[Point, ...], seed: int, consumer: int) -> list[np.ndarray]:
    """What happened to one consumer in the first world, on each side."""
    out = []
    for point in points:
        world, history, _ = lived(point, seed, 0, [consumer])
        out.append(journeys_of(history.result(world, seed, 0).diary))
    return out


def packed(movie: dict[str, object] | np.ndarray) -> bytes:
    """What the page shows, as JSON, where no number is null; a worker packs, so that the server is free for others."""
    return orjson.dumps(movie, option=orjson.OPT_SERIALIZE_NUMPY)
