"""Shapley values of what drives a figure: the exact, order-free share of each factor in a difference."""

from collections.abc import Callable, Mapping
from itertools import combinations
from math import factorial

import numpy as np

Factors = Mapping[str, np.ndarray]  # factor -> (replication,)


def shapley(figure: Callable[[Factors], np.ndarray], one: Factors, other: Factors) -> dict[str, np.ndarray]:
    """The part of each factor in figure(other) - figure(one): its marginal difference, averaged over every order of changing factors.

    The parts add up to the difference; a factor that is the same on both sides has a part of exactly 0; names and order do not matter.
    Shapley (1953), A value for n-person games; as a decomposition without a residual Sun (1998), Energy Economics 20, 85-100,
    doi:10.1016/S0140-9883(97)00028-0.
    """
    names = list(one)
    weight = [factorial(k) * factorial(len(names) - k - 1) / factorial(len(names)) for k in range(len(names))]
    worth = {chosen: figure(mixed(one, other, chosen)) for k in range(len(names) + 1) for chosen in map(frozenset, combinations(names, k))}
    return {
        name: sum(weight[len(chosen)] * (worth[chosen | {name}] - worth[chosen]) for chosen in worth if name not in chosen)
        for name in names
    }


def mixed(one: Factors, other: Factors, chosen: frozenset[str]) -> dict[str, np.ndarray]:
    """The factors of one side, those chosen from the other side."""
    return {name: (other if name in chosen else one)[name] for name in one}
