"""Where a day's time goes: nanoseconds per consumer-day by line of the schedule, memory per consumer."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

import sim.day
from sim.replication import History, enter, start_up
from sim.rules import workforce
from sim.scenario import scenario_from
from sim.world import World

# the lines of `sim.day.live` by what they are about; (module, function)
PHASES = {
    "touchpoints": ((sim.day, "plan_media"), (sim.day, "advertise")),
    "the consumers' day": ((sim.day, "live_consumers"),),
    "word of mouth": ((sim.day, "speak"),),
    "selling": ((sim.day, "sell"),),
    "retail and delivery": ((sim.day, "deliver"),),
    "workforce": ((workforce, "live_work"),),
    "books and recording": ((sim.day, "pay"),),
}
REST, TOTAL = "the rest of the day", "total"
PROCESSOR = "processor time, all threads"
BLOCK = 30  # days: the monthly plan falls once in each block
WARM_UP = 30  # days

Clock = dict[str, int]  # nanoseconds since the block began, by phase


@dataclass(frozen=True)
class Cost:
    """Nanoseconds per consumer-day of one phase on one number of threads, over blocks of days."""

    phase: str
    consumers: int
    threads: int
    least: float
    median: float


@dataclass(frozen=True)
class Memory:
    """What one size of world takes."""

    consumers: int
    person: int  # bytes of a PERSON record
    minds: int  # bytes of one MIND record per brand
    network: float  # bytes of a person's friends and of the index to them
    peak: float  # megabytes, the most that the process has held so far

    @property
    def state(self) -> float:
        """Bytes per consumer that stay while days pass."""
        return self.person + self.minds + self.network


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
    plain = [(home, name, getattr(home, name)) for lines in PHASES.values() for home, name in lines]
    try:
        for phase, lines in PHASES.items():
            for home, name in lines:
                setattr(home, name, timed(getattr(home, name), phase, clock))
        yield
    finally:
        for home, name, call in plain:
            setattr(home, name, call)


def time_days(world: World, blocks: int) -> list[Clock]:
    """Lives blocks of days and records them as `simulate` does; nanoseconds of each block by phase, with the rest and the total."""
    clock = dict.fromkeys(PHASES, 0)
    history = History(world)
    out = []
    for _ in range(WARM_UP):
        sim.day.live(world)
    with watched(clock):
        add = timed(history.add, "books and recording", clock)
        for _ in range(blocks):
            clock.update(dict.fromkeys(PHASES, 0))
            began, used = time.perf_counter_ns(), time.process_time_ns()
            for _ in range(BLOCK):
                add(world, sim.day.live(world))
            total, used = time.perf_counter_ns() - began, time.process_time_ns() - used
            out.append(clock | {REST: total - sum(clock.values()), TOTAL: total, PROCESSOR: used})
    return out


def costs(start: World, threads: int, blocks: int) -> list[Cost]:
    """Every phase's cost from a world on day 0, on so many threads."""
    world = enter(start.scenario, start, threads)
    timings = time_days(world, blocks)
    days = world.people.size * BLOCK

    def cost(phase: str) -> Cost:
        each = [clock[phase] / days for clock in timings]
        return Cost(phase, world.people.size, threads, min(each), float(np.median(each)))

    return [cost(phase) for phase in timings[0]]


def memory(world: World) -> Memory:
    """Bytes per consumer of the records and the network, and megabytes of the whole process at its peak so far."""
    n = world.people.size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    network = (world.starts.nbytes + world.friends.nbytes) / n
    return Memory(n, world.people.itemsize, world.minds.itemsize * world.minds.shape[0], network, peak)


def measure(consumers: int, blocks: int = 5, threads: tuple[int, ...] = (1, 2)) -> tuple[list[Cost], Memory]:
    """The full default rules with so many consumers, after the start-up days."""
    start = start_up(scenario_from({"consumers": consumers}, {}, {}), 1, threads=max(threads))
    found = [cost for k in threads for cost in costs(start, k, blocks)]
    return found, memory(start)
