"""`make bench-large`: ten million consumers for a year on two cores, and growth up to there."""

from bench import growth
from bench.figures import Aim, Found, Table
from bench.growth import MEMORY_AIM, YEAR, largest, of_sizes

TEN_MILLION = 10_000_000
SIZES = ((10_000, 1, 1), (100_000, 1, 1), (1_000_000, 1, 1), (TEN_MILLION, 2, 1))  # consumers, threads, times


def measure(quick: bool) -> Found:
    """Four sizes, the largest by two threads."""
    return of_sizes(((300, 1, 1), (600, 1, 1), (1200, 2, 1)) if quick else SIZES, 10 if quick else YEAR)


def tables(found: Found) -> list[Table]:
    """The tables of growth."""
    return growth.tables(found)


def done(found: Found) -> list[float]:
    """Minutes of wall clock of the largest world."""
    return [one["wall"] / 60 for one in found["runs"] if one["consumers"] == TEN_MILLION]


AIMS = (
    Aim(f"{TEN_MILLION:,} consumers × {YEAR} days on two cores, with drawing and start-up days", None, "minutes", done),
    Aim("growth of time with consumers, 10,000 to 10,000,000: exponent", 1.05, "", lambda found: found["exponents"]["processor"]),
    Aim("growth of memory with consumers, 10,000 to 10,000,000: exponent", 1.05, "", lambda found: found["exponents"]["peak"]),
    Aim(f"peak memory beside the network, {TEN_MILLION:,} consumers", MEMORY_AIM, "bytes per consumer", largest),
)
