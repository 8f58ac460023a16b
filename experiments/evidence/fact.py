"""What a fact is: a statement, the scenarios that show it, how it is measured, and the band that the sources allow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from experiments.compose import load
from experiments.intervals import Interval
from sim.replication import Result
from sim.scenario import Scenario

Lives = Mapping[str, Result]  # by the name of the arm, of one replication
Measured = float | tuple[float, float]  # a value, or a numerator and a denominator that are averaged before they are divided
INSIDE, OVERLAPS, OUTSIDE, TOO_WIDE, UNMEASURED = "inside", "overlaps", "outside", "too wide", "not measured"


@dataclass(frozen=True)
class Arm:
    """One scenario of a fact: a name of `funnel scenarios`, and what differs from it."""

    scenario: str
    overrides: tuple[str, ...] = ()
    small_start: float = 1.0  # of the neutral strategy's budgets and outlets, for a start in a market of less than the shipped size

    def composed(self, consumers: int) -> Scenario:
        """The scenario at a resolution."""
        return scenario_at(self.scenario, self.overrides, self.small_start, consumers)

    def command(self) -> str:
        """The scenario as words of the command line."""
        return " ".join([self.scenario, *self.overrides])


@cache
def scenario_at(name: str, overrides: tuple[str, ...], small_start: float, consumers: int) -> Scenario:
    """A scenario of so many simulated consumers; composed once."""
    scenario = load(name, [f"market.consumers={consumers}", *overrides])
    if small_start == 1.0:
        return scenario
    outlets = {tier: max(1, round(count * small_start)) for tier, count in vars(scenario.neutral.outlets).items()}
    smaller = replace(scenario.neutral, exposure=small_start, outlets=replace(scenario.neutral.outlets, **outlets))
    return replace(scenario, neutral=smaller)


@dataclass(frozen=True)
class Fact:
    """One row of the evidence."""

    key: str
    statement: str
    band: tuple[float, float]
    unit: str
    arms: Mapping[str, Arm]
    measure: Callable[[Lives], Measured]
    source: str = ""  # ids of scenarios/parameters.csv, or words
    consumers: int = 60_000
    replications: int = 16
    track: str | int = 0
    diagnosis: str = ""  # which mechanism is missing, where the fact does not come out

    def verdict(self, found: Interval | None) -> str:
        """Whether the 95 % interval lies in the band, overlaps it, or misses it; too wide is one that reaches beyond both its ends."""
        low, high = self.band
        if found is None or not found.low <= found.high:
            return UNMEASURED
        if low <= found.low and found.high <= high:
            return INSIDE
        if found.low < low and high < found.high:
            return TOO_WIDE
        return OVERLAPS if found.low <= high and found.high >= low else OUTSIDE
