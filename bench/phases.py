"""Where a day's time goes: nanoseconds per consumer-day by line of the schedule, on one thread and on two, turn about."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import numpy as np

import sim.day
from bench.figures import Aim, Found, Table, counted, ratios, spread
from bench.warm import warm
from sim.replication import History, enter, start_up
from sim.scenario import scenario_from
from sim.world import World

# the lines of `sim.day.live` by what they are about
PHASES = {
    "touchpoints": ("plan_media", "advertise", "partner", "recommend"),
    "the consumers' day": ("live_consumers",),
    "word of mouth": ("speak", "meet_members", "ask_owners", "visit_houses"),
    "selling": ("sell", "reward"),
    "retail and delivery": ("deliver",),
    "feedback and figures": ("listen", "remember", "measure", "reply"),
    "workforce": ("work",),
    "books and recording": ("pay",),
}
REST, TOTAL = "the rest of the day", "total"
PROCESSOR = "processor time, all threads"
BLOCK = 30  # days: the monthly plan falls once in each block
MILLION = 1_000_000
THREADS = (1, 2)

Clock = dict[str, int]  # nanoseconds since the block began, by phase


def timed(call: Callable, phase: str, clock: Clock) -> Callable:
    """The same function, its time added to the clock."""

    def run(*given: object) -> object:
        began = time.perf_counter_ns()
        done = call(*given)
        clock[phase] += time.perf_counter_ns() - began
        return done

    return run


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """While open, every line of the schedule is timed; afterwards all is as it was."""
    plain = {name: getattr(sim.day, name) for lines in PHASES.values() for name in lines}
    try:
        for phase, lines in PHASES.items():
            for name in lines:
                setattr(sim.day, name, timed(plain[name], phase, clock))
        yield
    finally:
        for name, call in plain.items():
            setattr(sim.day, name, call)


def time_block(world: World, history: History) -> Clock:
    """Lives a block of days and records them as `simulate` does; nanoseconds by phase, with the rest, the total and processor time."""
    clock = dict.fromkeys(PHASES, 0)
    with watched(clock):
        add = timed(history.add, "books and recording", clock)
        began, used = time.perf_counter_ns(), time.process_time_ns()
        for _ in range(BLOCK):
            add(world, sim.day.live(world))
        total, used = time.perf_counter_ns() - began, time.process_time_ns() - used
    return clock | {REST: total - sum(clock.values()), TOTAL: total, PROCESSOR: used}


def of_size(consumers: int, blocks: int) -> Found:
    """The full default rules with so many consumers after the start-up days: the same days by one thread and by two, turn about."""
    start = start_up(scenario_from({"consumers": consumers}, {}, {}), 1, threads=max(THREADS))
    worlds = {k: enter(start.scenario, start, k) for k in THREADS}
    histories = {k: History(world) for k, world in worlds.items()}
    nanoseconds: dict[str, dict[str, list[float]]] = {str(k): {} for k in THREADS}
    for block in range(blocks + 1):  # the first warms up
        for k in THREADS:
            for phase, spent in time_block(worlds[k], histories[k]).items():
                each = nanoseconds[str(k)].setdefault(phase, [])
                each += [spent / (consumers * BLOCK)] if block else []
    one, two = (histories[k] for k in THREADS)
    same = all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ("stocks", "flows", "tally"))
    return {"consumers": consumers, "nanoseconds": nanoseconds, "same": same}


def measure(quick: bool) -> Found:
    """The costs of every size of world."""
    warm()
    sizes = ((2_000, 1),) if quick else ((30_000, 9), (300_000, 7), (MILLION, 5))
    return {"sizes": [of_size(*one) for one in sizes]}


def at(found: Found, consumers: int) -> Found | None:
    """What was measured with so many consumers."""
    return next((one for one in found["sizes"] if one["consumers"] == consumers), None)


def speed_up(one: Found) -> list[float]:
    """How many times faster two threads live each block, by wall clock."""
    return ratios(one["nanoseconds"]["1"][TOTAL], one["nanoseconds"]["2"][TOTAL])


def tables(found: Found) -> list[Table]:
    """A table for each size, and the two cores."""
    return [*(phase_table(one) for one in found["sizes"]), threads_table(found)]


def phase_table(one: Found) -> Table:
    """Nanoseconds per consumer-day by phase for one number of consumers, each number of threads in a column."""
    head = ("phase", *(counted(k, "thread") for k in THREADS))
    costs = [one["nanoseconds"][str(k)] for k in THREADS]
    rows = tuple((phase, *(spread(cost[phase]) for cost in costs)) for phase in costs[0])
    said = (
        f"Nanoseconds of wall clock per consumer-day of the full default rules after the start-up days, in blocks of {BLOCK} days: median, "
        "least and greatest of the blocks. Compilation is not counted. Processor time leaves out what else ran on the machine; where it is "
        "far below the total on one thread, the core was not free."
    )
    return Table(f"A day by phase, {one['consumers']:,} consumers", said, head, rows)


def threads_table(found: Found) -> Table:
    """What the second thread is worth by number of consumers."""
    rows = tuple(
        (f"{one['consumers']:,}", spread(speed_up(one)), f"{median(speed_up(one)) / 2:.0%}", "yes" if one["same"] else "NO")
        for one in found["sizes"]
    )
    said = "The same days lived turn about by one thread and by two: wall clock of one over that of two, block by block."
    return Table("Two threads inside one life", said, ("consumers", "times one thread", "efficiency", "same bits"), rows)


AIMS = (
    Aim(
        "a consumer-day of the full default rules, one core, 1,000,000 consumers (processor time)", 20, "ns",
        lambda found: [value for one in (at(found, MILLION),) if one for value in one["nanoseconds"]["1"][PROCESSOR]],
    ),
    Aim(
        "two cores by threads inside one life, 1,000,000 consumers", 1.6, "× one core",
        lambda found: [value * one["same"] for one in (at(found, MILLION),) if one for value in speed_up(one)], at_least=True,
    ),
)  # fmt: skip
