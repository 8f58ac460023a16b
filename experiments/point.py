"""What is simulated: a strategy on one basis, and its name for people. Workers read this and no scenario file."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.scenario import Scenario


@dataclass(frozen=True)
class Point:
    """One thing that is simulated: a strategy on one basis."""

    basis: str
    strategy: str
    scenario: Scenario

    @property
    def label(self) -> str:
        """The strategy's name for people."""
        return self.scenario.strategy.label or self.strategy


def labels_of(points: Sequence[Point], language: str) -> dict[str, str]:
    """The names of the strategies for people."""
    return {point.strategy: (language == "zh" and point.scenario.strategy.label_zh) or point.label for point in points}
