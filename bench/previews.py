"""How long the lab's preview takes: a pair of strategies for two years, one on each core."""

import time
from dataclasses import dataclass

import numpy as np

from experiments.preview import Pair, preview, start_of
from sim.scenario import Scenario, scenario_from

DAYS = 730


@dataclass(frozen=True)
class Pace:
    """Milliseconds of a pair on two processes by the clock, and of one strategy by processor time: least and median."""

    consumers: int
    clock: tuple[float, float]
    processor: tuple[float, float]


def pair(consumers: int) -> tuple[Scenario, Scenario]:
    """Direct sales against dealers in the default market, with so many consumers."""
    market = {"consumers": consumers, "days": DAYS}
    return scenario_from(market, {"retail_format": "direct"}, {}), scenario_from(market, {"retail_format": "dealer_4s"}, {})


def measure(consumers: int = 1500, rounds: int = 20) -> Pace:
    """Previews the pair again and again, from start worlds that are there already."""
    one, other = pair(consumers)
    clock, processor = [], []
    with Pair() as processes:
        processes.live(one, other)
        for _ in range(rounds):
            began = time.perf_counter()
            processes.live(one, other)
            clock.append(1e3 * (time.perf_counter() - began))
    start = start_of(one, 1)
    for _ in range(rounds):
        began = time.thread_time()
        preview(one, start)
        processor.append(1e3 * (time.thread_time() - began))
    return Pace(consumers, (min(clock), float(np.median(clock))), (min(processor), float(np.median(processor))))
