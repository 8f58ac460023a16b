"""Two cores: the same two replications one after the other, by two threads inside each, and side by side in two processes."""

import hashlib
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import median

import numpy as np

from bench.apart import processes
from bench.figures import Aim, Found, Table, ratios, spread
from sim import simulate
from sim.replication import Result
from sim.scenario import scenario_from

ONE, THREADS, SIDE = "one after the other, one core", "one after the other, two threads inside", "side by side, a core each"
FIRST, SECOND = 0, 1  # the two replications
README_SIZE = 30_000


def life(consumers: int, days: int, replication: int, threads: int) -> str:
    """One whole replication of the default rules, drawn and lived; the SHA-256 of what came of it."""
    scenario = scenario_from({"consumers": consumers, "days": days}, {}, {})
    return fingerprint(simulate(scenario, 1, replication=replication, threads=threads))


def fingerprint(result: Result) -> str:
    """SHA-256 of stocks, flows and orders; of orders field by field, so that padding does not count."""
    digest = hashlib.sha256(result.stocks.tobytes() + result.flows.tobytes())
    for name in result.orders.dtype.names:
        digest.update(np.ascontiguousarray(result.orders[name]).tobytes())
    return digest.hexdigest()


def in_turn(one: ProcessPoolExecutor, consumers: int, days: int, threads: int) -> list[str]:
    """Both replications by one process."""
    return [one.submit(life, consumers, days, replication, threads).result() for replication in (FIRST, SECOND)]


def at_once(two: ProcessPoolExecutor, consumers: int, days: int) -> list[str]:
    """Each replication by a process of its own."""
    both = [two.submit(life, consumers, days, replication, 1) for replication in (FIRST, SECOND)]
    return [one.result() for one in both]


def of_size(consumers: int, days: int, blocks: int) -> Found:
    """Seconds of wall clock for both replications, three ways turn about."""
    with processes(1) as one, processes(2) as two:
        ways = {
            ONE: lambda: in_turn(one, consumers, days, 1),
            THREADS: lambda: in_turn(one, consumers, days, 2),
            SIDE: lambda: at_once(two, consumers, days),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        bits = {tuple(way()) for way in ways.values()}  # this also warms up
        for _ in range(blocks):
            for name, way in ways.items():
                began = time.perf_counter()
                bits.add(tuple(way()))
                seconds[name].append(time.perf_counter() - began)
    return {"consumers": consumers, "days": days, "seconds": seconds, "same": len(bits) == 1}


def measure(quick: bool) -> Found:
    """The three ways for every size of world."""
    sizes = ((500, 20, 1),) if quick else ((README_SIZE, 730, 5), (300_000, 90, 3))
    return {"sizes": [of_size(*one) for one in sizes]}


def speed_up(one: Found, way: str) -> list[float]:
    """How many times faster a way is than one core, block by block."""
    return ratios(one["seconds"][ONE], one["seconds"][way])


def side_by_side(found: Found) -> list[float]:
    """The speed-up of replications side by side at the README's size; 0 where a bit differed."""
    return [value * one["same"] for one in found["sizes"] if one["consumers"] == README_SIZE for value in speed_up(one, SIDE)]


def tables(found: Found) -> list[Table]:
    """Seconds, speed-up and efficiency of the three ways."""
    sizes = found["sizes"]
    rows = tuple(
        (f"{one['consumers']:,}", way, spread(one["seconds"][way]), spread(speed_up(one, way)), f"{efficiency(one, way):.0%}")
        for one in sizes
        for way in (ONE, THREADS, SIDE)
    )
    lives = " and ".join(f"{one['days']} days of {one['consumers']:,} consumers" for one in sizes)
    same = "the same in every bit" if all(one["same"] for one in sizes) else "NOT THE SAME"
    said = (
        f"Two whole replications of the full default rules, drawn and lived ({lives}, and the start-up days), turn about: seconds of wall "
        f"clock for both together, how many times faster than one core, and the share of the cores that is put to use. Stocks, flows and "
        f"orders of all ways are {same} (SHA-256)."
    )
    quicker = "; ".join(f"with {one['consumers']:,} consumers: {max((THREADS, SIDE), key=partial(efficiency, one))}" for one in sizes)
    below = f"The quicker way {quicker}. Experiments live replications side by side, and a single one by threads."
    return [Table("Two cores for replications", said, ("consumers", "way", "seconds", "times one core", "efficiency"), rows, below)]


def efficiency(one: Found, way: str) -> float:
    """The share of the cores that a way has which is put to use."""
    return median(speed_up(one, way)) / (1 if way == ONE else 2)


AIMS = (
    Aim(f"two cores by replications side by side, {README_SIZE:,} consumers", 1.8, "× one core", side_by_side, at_least=True),
    Aim(
        f"efficiency of replications on two cores against one, {README_SIZE:,} consumers", 0.9, "",
        lambda found: [value / 2 for value in side_by_side(found)], at_least=True,
    ),
)  # fmt: skip
