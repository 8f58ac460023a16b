"""Lives that parted: who bought under one strategy and not under the other with the same luck, and the first event that differed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.point import Point
from sim import simulate, start_up

# what is told as one thing and changes nobody's course by itself; a life parts where something else happens
MINOR = ("sees touchpoint", "searches", "hears good", "hears bad", "talks", "service visit")
NOTHING = "nothing"  # instead of an event, on a day on which only the other life had one
ONLY_SECOND, ONLY_FIRST = "second", "first"
Ending = tuple[str, str, str]  # who bought: under the second or the first alone; what happened first under the first, under the second


@dataclass(frozen=True)
class Apart:
    """One replication of two strategies: who bought where, and how the lives of those who bought under one alone parted."""

    replication: int
    both: int  # people who bought under both
    groups: dict[Ending, list[int]]  # consumers
    days: dict[int, int]  # consumer -> day on which the lives parted
    same: bool  # whether nobody's life parted at all

    def count(self, side: str) -> int:
        """People who bought under one strategy alone."""
        return sum(len(ids) for ending, ids in self.groups.items() if ending[0] == side)


def live_apart(points: Sequence[Point], seed: int, replication: int) -> Apart:
    """Lives two strategies from one start; those who bought under one alone live again, with their journeys written."""
    start = start_up(points[0].scenario, seed, replication)
    first, second = (simulate(point.scenario, seed, replication=replication, start=start) for point in points)
    bought = [set(one.orders["consumer"][one.orders["brand"] == 0].tolist()) for one in (first, second)]
    same = bool(np.array_equal(first.flows, second.flows) and np.array_equal(first.orders, second.orders))
    ids = sorted(bought[0] ^ bought[1])
    diaries = [simulate(point.scenario, seed, ids, replication=replication, start=start).journeys for point in points] if ids else []
    groups: dict[Ending, list[int]] = {}
    days: dict[int, int] = {}
    for who in ids:
        day, *what = parting_of(*(diary[(diary["consumer"] == who) & (diary["brand"] == 0)] for diary in diaries))
        side = ONLY_SECOND if who in bought[1] else ONLY_FIRST
        groups.setdefault((side, *what), []).append(who)
        days[who] = day
    return Apart(replication, len(bought[0] & bought[1]), groups, days, same)


def parting_of(one: np.ndarray, other: np.ndarray) -> tuple[int, str, str]:
    """The first day on which two journeys differ, and what happened on it in each: the first event that is not the same.

    Contacts, talk, own searches and service visits are left out; where, by whom and for how much is not compared.
    """
    mine, theirs = (told(journey) for journey in (one, other))
    for day in sorted(set(mine) | set(theirs)):
        a, b = mine.get(day, []), theirs.get(day, [])
        if a != b:
            k = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return day, *(events[k][0] if k < len(events) else NOTHING for events in (a, b))
    return -1, NOTHING, NOTHING


def told(journey: np.ndarray) -> dict[int, list[tuple[str, int, int]]]:
    """What happened on each day, with the stages, without what is minor; a lead that dies of a move is told by the move."""
    out: dict[int, list[tuple[str, int, int]]] = {}
    moves = journey["from_stage"] != journey["to_stage"]
    moved = np.isin(journey["day"], journey["day"][moves])
    for line in journey[moves | ~(np.isin(journey["event"], MINOR) | (moved & (journey["event"] == "lead dies")))]:
        out.setdefault(int(line["day"]), []).append((str(line["event"]), int(line["from_stage"]), int(line["to_stage"])))
    return out
