"""How time and memory grow with the number of consumers: a process for each size, exponents fitted with their intervals."""

import time
from collections.abc import Sequence

import numpy as np
from scipy.stats import linregress, t

from bench.apart import apart, held, peak
from bench.figures import Aim, Found, Table, brief, counted
from bench.warm import warm
from sim import simulate
from sim.scenario import scenario_from

YEAR = 365
SIZES = ((10_000, 1, 3), (30_000, 1, 3), (100_000, 1, 3), (300_000, 1, 2), (1_000_000, 1, 2))  # consumers, threads, times
KINDS = {"processor": "time of the whole run", "peak": "peak memory"}
MEMORY_AIM = 200  # bytes per consumer beside the network


def grown(consumers: int, days: int, threads: int) -> Found:
    """What one whole `simulate` takes in this process, drawn, started and lived for some days: seconds and bytes."""
    small = warm(threads)
    before, began, used = held(), time.perf_counter(), time.process_time()
    scenario = scenario_from({"consumers": consumers, "days": days}, {}, {})
    simulate(scenario, 1, threads=threads)
    return {
        "consumers": consumers,
        "days": scenario.market.start_days + days,
        "threads": threads,
        "wall": time.perf_counter() - began,
        "processor": time.process_time() - used,
        "peak": peak() - before,
        "network": (small.starts.nbytes + small.friends.nbytes) / small.people.size * consumers,
        "records": small.people.itemsize + small.minds.itemsize * small.minds.shape[0],
    }


def measure(quick: bool) -> Found:
    """Every size, small ones more than once."""
    return of_sizes(((300, 1, 1), (600, 1, 1), (1200, 1, 1)) if quick else SIZES, 10 if quick else YEAR)


def of_sizes(sizes: Sequence[tuple[int, int, int]], days: int) -> Found:
    """Lives of worlds of these sizes (consumers, threads, times), each in a process of its own, and how they grow."""
    runs = [apart(grown, consumers, days, threads) for consumers, threads, times in sizes for _ in range(times)]
    return {"runs": runs, "exponents": {key: exponent(runs, key) for key in ("processor", "peak")}}


def exponent(runs: Sequence[Found], key: str) -> list[float]:
    """The power of the number of consumers with which a figure grows: low end, estimate and high end of its 95 % interval."""
    fit = linregress(*(np.log([one[name] for one in runs]) for name in ("consumers", key)))
    half = float(t.ppf(0.975, len(runs) - 2) * fit.stderr)
    return [float(fit.slope) - half, float(fit.slope), float(fit.slope) + half]


def beside(run: Found) -> float:
    """Peak bytes per consumer beside the network of friends."""
    return (run["peak"] - run["network"]) / run["consumers"]


def tables(found: Found) -> list[Table]:
    """Every run, and the exponents."""
    rows = tuple(
        (
            f"{one['consumers']:,}", f"{one['threads']}", brief(one["wall"]),
            brief(1e9 * one["processor"] / one["consumers"] / one["days"]), brief(one["peak"] / 1e6), brief(one["records"]),
            brief(one["network"] / one["consumers"]), brief(beside(one)),
        )
        for one in found["runs"]
    )  # fmt: skip
    head = (
        "consumers", "threads", "seconds, wall clock", "ns of processor per consumer-day", "peak, MB",
        "records, bytes", "network, bytes", "peak beside the network, bytes per consumer",
    )  # fmt: skip
    days = counted(found["runs"][0]["days"], "day")
    said = (
        f"Each world is drawn and lived for {days}, the start-up days included, by `simulate` under the full default rules in a process "
        "of its own, after a small one has loaded the compiled rules. Processor time of all threads over the whole run, drawing included; "
        "the peak is the most that the process held (as the kernel has marked it) beyond what it held before."
    )
    fits = tuple((KINDS[key], *map("{:.3f}".format, (middle, low, high))) for key, (low, middle, high) in found["exponents"].items())
    least, most = (f"{pick(one['consumers'] for one in found['runs']):,}" for pick in (min, max))
    fitted = f"The power of the number of consumers with which each grows from {least} to {most}, by least squares of logarithms."
    return [
        Table(f"Growth up to {most} consumers", said, head, rows),
        Table(f"Exponents of growth up to {most} consumers", fitted, ("", "exponent", "low, 95 %", "high"), fits),
    ]


def largest(found: Found) -> list[float]:
    """Peak bytes per consumer beside the network at the largest size."""
    most = max(one["consumers"] for one in found["runs"])
    return [beside(one) for one in found["runs"] if one["consumers"] == most]


AIMS = (
    Aim("growth of time with consumers, 10,000 to 1,000,000: exponent", 1.05, "", lambda found: found["exponents"]["processor"]),
    Aim("growth of memory with consumers, 10,000 to 1,000,000: exponent", 1.05, "", lambda found: found["exponents"]["peak"]),
    Aim("peak memory beside the network, 1,000,000 consumers", MEMORY_AIM, "bytes per consumer", largest),
)
