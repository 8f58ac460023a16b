"""Two sources of luck for the Mesa model: the engine's keyed numbers, and Python's own generator."""

import random
from math import log
from typing import Protocol

import numpy as np

from sim import chance
from sim.chance import Decision


class Luck(Protocol):
    """Where an object model's numbers come from; the keys of an event may be ignored."""

    def second(self, decision: Decision, entity: int, count: int, other: int = 0) -> float:
        """The second number inside (0, 1) of an event that decides two things."""

    def patience(self, decision: Decision, entity: int, count: int, other: int = 0) -> float:
        """An Exp(1) threshold."""

    def normal(self, decision: Decision, entity: int, count: int) -> float:
        """A standard normal number."""


class KeyedLuck:
    """The engine's numbers, by its compiled functions called one by one from Python: the same luck for the same event."""

    def __init__(self, luck: np.uint64):
        self.luck = luck

    def second(self, decision: Decision, entity: int, count: int, other: int = 0) -> float:
        return chance.two_uniforms(self.luck, int(decision), entity, count, 0, other)[1]

    def patience(self, decision: Decision, entity: int, count: int, other: int = 0) -> float:
        return chance.patience(self.luck, int(decision), entity, count, 0, other)

    def normal(self, decision: Decision, entity: int, count: int) -> float:
        return chance.normal(self.luck, int(decision), entity, count, 0, 0)


class PythonLuck:
    """Python's own generator, as most Mesa models use it: faster from Python than any keyed number."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def second(self, decision: Decision, entity: int, count: int, other: int = 0) -> float:
        return self.random.random()

    def patience(self, decision: Decision, entity: int, count: int, other: int = 0) -> float:
        return -log(1.0 - self.random.random())

    def normal(self, decision: Decision, entity: int, count: int) -> float:
        return self.random.gauss(0.0, 1.0)
