"""Against the machine: how long memory alone would take for the records that a day touches, and how much longer the day takes."""

import time
from collections.abc import Callable
from functools import partial
from statistics import mean, median

import numpy as np

import sim.day
from bench.figures import Aim, Found, Table, ratios, spread
from bench.warm import warm
from sim.compiled import njit
from sim.prefetch import HOT
from sim.replication import enter, start_up
from sim.scenario import scenario_from
from sim.world import World

BLOCK = 30  # days: the monthly plan falls once in each
MILLION = 1_000_000
WORD = np.dtype(np.uint32)


@njit
def touch(words, rows, width):
    """Reads and writes the first words of some records where they lie: words (n, words of a record), rows (k,)."""
    for row in rows:
        for k in range(width):
            words[row, k] += np.uint32(1)


def hot(records: np.ndarray) -> int:
    """Bytes at the beginning of a record that a day of it touches."""
    return min(records.itemsize, HOT)


def touched(world: World, awake: int) -> int:
    """Bytes read and bytes written by a day on which so many people are awake: everybody's waking day, and the records of who is."""
    records = hot(world.people) + hot(world.minds) * world.minds.shape[0]
    return world.wakes.nbytes + awake * (2 * records + 2 * world.wakes.itemsize)


def spent(work: Callable[[], object]) -> int:
    """Nanoseconds of processor time of a work."""
    began = time.process_time_ns()
    work()
    return time.process_time_ns() - began


def of_size(consumers: int, blocks: int) -> Found:
    """Blocks of days of the full default rules, each followed by copies of as many bytes: nanoseconds per consumer-day of both."""
    start = start_up(scenario_from({"consumers": consumers}, {}, {}), 1)
    world = enter(start.scenario, start, 1)
    records = [(words_of(one), hot(one) // WORD.itemsize) for one in (start.people, *start.minds)]
    found: Found = {"consumers": consumers, "awake": [], "bytes": [], "day": [], "copy": [], "in_place": []}
    for block in range(blocks + 1):  # the first warms up
        rows, day = [], 0
        for _ in range(BLOCK):
            rows.append(np.flatnonzero(world.wakes <= world.day + 1))
            day += spent(lambda: sim.day.live(world))
        amount = int(mean(touched(world, one.size) for one in rows))
        in_place = sum(spent(partial(touch, words, one, width)) for one in rows for words, width in records) / BLOCK
        if block:
            found["awake"].append(mean(one.size for one in rows) / consumers)
            for key, value in (("bytes", amount), ("day", day / BLOCK), ("copy", copied(amount)), ("in_place", in_place)):
                found[key].append(value / consumers)
    return found


def copied(amount: int) -> float:
    """Nanoseconds in which NumPy reads and writes so many bytes together, copying half as many."""
    here, there = np.ones(amount // 2, np.uint8), np.ones(amount // 2, np.uint8)
    return median(spent(partial(np.copyto, there, here)) for _ in range(BLOCK))


def words_of(records: np.ndarray) -> np.ndarray:
    """A copy of records (n,) as words (n, words of a record)."""
    return records.copy().view(np.uint8).reshape(records.size, -1).view(WORD)


def measure(quick: bool) -> Found:
    """The bound at a population that no cache holds."""
    warm()
    return of_size(2_000, 1) if quick else of_size(MILLION, 5)


def tables(found: Found) -> list[Table]:
    """What is touched, what memory alone takes, and how far away the day is."""
    rows = (
        ("awake, share of the people", spread(found["awake"])),
        ("bytes read and written per consumer-day", spread(found["bytes"])),
        ("a copy of as many bytes by NumPy, ns per consumer-day", spread(found["copy"])),
        ("the same records read and written where they lie, ns per consumer-day", spread(found["in_place"])),
        ("the whole day, ns per consumer-day", spread(found["day"])),
        ("the day over the copy", spread(ratios(found["day"], found["copy"]))),
        ("the day over the records where they lie", spread(ratios(found["day"], found["in_place"]))),
    )
    said = (
        f"{found['consumers']:,} consumers, the full default rules, one core, processor time. The consumers' pass reads everybody's waking "
        f"day and, of who is awake, the first {HOT} bytes of each record at most, and writes these back: counted in bytes. No day can be "
        "quicker than a copy of so many bytes; since the records of who is awake lie scattered, reading and writing them where they lie is "
        "the nearer bound. What else a day reads (the monthly count of the people in reach, queues, books) is not counted."
    )
    return [Table("Against the machine: the bound of memory", said, ("", "median (least to greatest)"), rows)]


def distance(found: Found) -> list[float]:
    """How many times as long as the copy a day takes."""
    return ratios(found["day"], found["copy"])


AIMS = (Aim("against the machine: a day of 1,000,000 consumers over a copy of the bytes that it touches", None, "× the copy", distance),)
