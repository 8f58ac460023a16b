"""What a part of the benchmark hands to the page: figures with their spread, tables of text, aims held against figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

Found = dict  # what a part has measured, as docs/performance.json keeps it


@dataclass(frozen=True)
class Table:
    """A title, a sentence on what was measured, rows of text under a head, and what is to be said below them."""

    title: str
    measured: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: str = ""


@dataclass(frozen=True)
class Aim:
    """A figure that is to be reached.

    bound   where it is to be; null = it is only to be stated
    values  the blocks in which a part has measured it; none where the part has not measured it
    judge   which of them is held against the bound
    """

    goal: str
    bound: float | None
    unit: str
    values: Callable[[Found], Sequence[float]]
    at_least: bool = False
    judge: Callable[[Sequence[float]], float] = field(default=median)

    @property
    def words(self) -> str:
        """What is to be reached."""
        if self.bound is None:
            return "to be stated"
        return f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}".rstrip()

    def verdict(self, found: Found) -> str:
        """Reached, not reached, or not measured."""
        values = self.values(found) if found else ()
        if not values:
            return "not measured"
        if self.bound is None:
            return "stated"
        judged = self.judge(values)
        return "reached" if (judged >= self.bound if self.at_least else judged <= self.bound) else "not reached"

    def measured(self, found: Found) -> str:
        """The figure with its spread."""
        values = self.values(found) if found else ()
        return f"{spread(values)} {self.unit}".rstrip() if values else ""


def spread(values: Sequence[float]) -> str:
    """Median of the blocks, with the least and the greatest."""
    if len(values) == 1:
        return brief(values[0])
    return f"{brief(median(values))} ({brief(min(values))} to {brief(max(values))})"


def brief(value: float) -> str:
    """Three digits that count."""
    if value == 0:
        return "0"
    digits = next((k for k, least in enumerate((100, 10, 1, 0.1)) if abs(value) >= least), 4)
    return f"{value:,.{digits}f}"


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Block by block, one over the other."""
    return [a / b for a, b in zip(above, below, strict=True)]


def counted(number: int, noun: str) -> str:
    """1 thread, 2 threads."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
