"""Where a difference crosses 0: the value of a number by regula falsi on paired lives, and its interval from that of the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from experiments.intervals import ALPHA, Interval, mean_interval

Lived = Mapping[float, np.ndarray]  # value of the number -> paired difference (replication,), the same luck at every value
ENOUGH = 0.05  # of half the interval: so near 0 the mean difference counts as 0
FINE = 0.01  # of the range: bracketed so closely a crossing is known


@dataclass(frozen=True)
class Crossing:
    """The value at which the mean difference is 0, and the values at which its interval holds 0; None where the range ends first."""

    value: float
    low: float | None
    high: float | None


def bracket_of(lived: Lived, near: float) -> tuple[float, float] | None:
    """The two neighbouring values between which the mean difference changes its sign, those nearest to `near`; None if it never does."""
    means = {value: float(np.mean(lived[value])) for value in sorted(lived)}
    found = [(a, b) for a, b in pairwise(means) if means[a] * means[b] < 0 or (means[a] == 0) != (means[b] == 0)]
    return min(found, key=lambda ends: min(abs(end - near) for end in ends), default=None)


def next_value(lived: Lived, near: float, whole: bool = False) -> float | None:
    """Where to live next: on the straight line between the bracket's ends; None when the crossing is known or there is none."""
    ends = bracket_of(lived, near)
    if ends is None or ends[1] - ends[0] <= FINE * (max(lived) - min(lived)):
        return None
    if any(abs(one.mean) <= ENOUGH * one.half or one.mean == 0 for one in (mean_interval(lived[end]) for end in ends)):
        return None
    guess = on_line(*((end, float(np.mean(lived[end]))) for end in ends))
    guess = float(round(guess)) if whole else guess
    return None if guess in lived else guess


def crossing(lived: Lived, near: float, alpha: float = ALPHA) -> Crossing | None:
    """The break-even value and its interval, by straight lines between the lived values; None where the difference keeps its sign.

    The interval inverts that of the difference: it holds the values at which a difference of 0 is not refuted.
    """
    ends = bracket_of(lived, near)
    if ends is None:
        return None
    value = on_line(*((end, float(np.mean(lived[end]))) for end in ends))
    known = {one: mean_interval(lived[one], alpha) for one in sorted(lived)}
    return Crossing(value, edge(known, [one for one in reversed(known) if one < value], value),
                    edge(known, [one for one in known if one > value], value))  # fmt: skip


def edge(known: Mapping[float, Interval], outward: Sequence[float], value: float) -> float | None:
    """How far from the break-even value the interval of the difference still holds 0, one way; None to the end of the range and beyond."""
    inner, half = value, half_at(known, value)
    bounds = (-half, half)
    for outer in outward:
        one = known[outer]
        if one.sign > 0:
            return on_line((inner, bounds[0]), (outer, one.low))
        if one.sign < 0:
            return on_line((inner, bounds[1]), (outer, one.high))
        inner, bounds = outer, (one.low, one.high)
    return None


def half_at(known: Mapping[float, Interval], value: float) -> float:
    """Half the interval of the difference between lived values."""
    values = list(known)
    return float(np.interp(value, values, [known[one].half for one in values]))


def on_line(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Where the straight line through two points crosses 0."""
    (x, y), (u, v) = one, other
    return x if y == v else x - y * (u - x) / (v - y)
