"""What the theories share: a daily chain from its rule, and speakers who talk once a day at most."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping

import numpy as np

Chances = dict[Hashable, float]


def competing(hazards: Mapping[Hashable, float], stay: Hashable) -> Chances:
    """Where a day of competing exponential clocks leads: out with 1 - exp(-sum h), by exit j in h_j / sum h of the cases."""
    total = sum(hazards.values())
    out = {to: -math.expm1(-total) * h / total for to, h in hazards.items() if h > 0.0}
    return out | {stay: math.exp(-total)}


def enumerated(first: Iterable[Hashable], one_day: Callable[[Hashable], Chances]) -> tuple[dict[Hashable, int], np.ndarray]:
    """Every state that can be reached, by its number, and the matrix of one day (from, to)."""
    number = {state: k for k, state in enumerate(first)}
    todo, rows = list(number), []
    for state in todo:
        row = one_day(state)
        for to in row:
            if to not in number:
                number[to] = len(number)
                todo.append(to)
        rows.append(row)
    step = np.zeros((len(number), len(number)))
    for k, row in enumerate(rows):
        for to, chance in row.items():
            step[k, number[to]] += chance
    assert np.allclose(step.sum(axis=1), 1.0), "the chances of a day do not add up to 1"
    return number, step


def occupancy(step: np.ndarray, start: np.ndarray, days: int) -> np.ndarray:
    """Probability of each state on each day (days + 1, state)."""
    out = [np.asarray(start, float)]
    for _ in range(days):
        out.append(out[-1] @ step)
    return np.array(out)


def talking(left_over: int, rate: float, most: int) -> Chances:
    """A speaker's day: (whether something is said, messages left over for other days) -> chance.

    Messages come to mind as a Poisson process of `rate` a day and one a day is said; more than `most` are not remembered.
    """
    out: Chances = {}
    for come in range(most + 2):
        chance = math.exp(-rate) * rate**come / math.factorial(come)
        if come == most + 1:
            chance = 1.0 - sum(math.exp(-rate) * rate**k / math.factorial(k) for k in range(come))
        waiting = left_over + come
        key = (waiting > 0, min(max(waiting - 1, 0), most))
        out[key] = out.get(key, 0.0) + chance
    return out
