"""A first look: the strategies in a small market, lived a few times before the replications that answer, and never part of them."""

from collections.abc import Sequence
from dataclasses import replace

from experiments.point import Point
from sim.scenario import Scenario

PEOPLE, TIMES = 2000, 4  # consumers, replications
WORTH = 5  # times more consumers in the market, and fewer lives of it than that, make a first look worth its time
GLANCES = tuple(range(-TIMES, 0))  # as replications they have luck of their own


def first_look(points: Sequence[Point]) -> list[Point]:
    """The strategies of the first basis in a small market of as many households; none where it would not be quicker by much."""
    mine = [point for point in points if point.basis == points[0].basis]
    market = points[0].scenario.market
    if market.consumers < WORTH * PEOPLE or len(mine) >= WORTH or points[0].scenario.ties is not None:
        return []
    return [replace(point, scenario=small(point.scenario)) for point in mine]


def small(scenario: Scenario) -> Scenario:
    """The same market, lived by few consumers who stand for more households each."""
    weight = scenario.weight * scenario.market.consumers / PEOPLE if scenario.market.weight is not None else None
    return replace(scenario, market=replace(scenario.market, consumers=PEOPLE, weight=weight))
