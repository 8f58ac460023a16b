"""A small world lived through, so that every rule is compiled and loaded before anything is measured."""

from sim import simulate, start_up
from sim.scenario import scenario_from
from sim.world import World

SMALL = {"consumers": 2_000, "start_days": 60, "days": 60}


def warm(threads: int = 1) -> World:
    """The small world's start, after a life of it."""
    scenario = scenario_from(SMALL, {}, {})
    start = start_up(scenario, 1, threads=threads)
    simulate(scenario, 1, start=start, threads=threads)
    return start
