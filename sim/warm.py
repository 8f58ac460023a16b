"""Compiles what a comparison needs by living a tiny world, in parts that two processes can do side by side."""

import numpy as np

from sim.day import Day, deliver, live_consumers, partner, pay, plan_media, sell, speak, work
from sim.network import open_network, write_plan
from sim.people import wake
from sim.records import CALLS
from sim.replication import simulate
from sim.scenario import Scenario, scenario_from
from sim.world import World, populate

SIZE = {"consumers": 600, "days": 40, "start_days": 35}


def tiny() -> Scenario:
    """A world that is lived in no time and in which everything happens."""
    return scenario_from(SIZE, {}, {}, "tiny")


def first_day(world: World) -> Day:
    """A day on which nobody has called yet."""
    world.day += 1
    today = Day(world)
    today.calls = [np.zeros(0, np.int32)] * CALLS
    return today


def consumers() -> None:
    """The people's part: how they are drawn, the media plan, their day, their talk, and the books."""
    world = populate(tiny(), 1, 0)
    write_plan(world.brands[0], world.scenario.market, world.scenario.strategy)
    wake(world.people, world.minds, world.day, world.need_table, world.luck, world.market)
    today = first_day(world)
    plan_media(world)
    partner(world)
    live_consumers(world, today)
    speak(world, today)
    pay(world)


def outlets() -> None:
    """The firm's part: the network, and a day of selling, delivery and work."""
    world = populate(tiny(), 1, 0)
    open_network(world, tiny().strategy)
    today = first_day(world)
    sell(world, today)
    deliver(world, today)
    work(world)


def whole() -> None:
    """What is left, by living the tiny world to its end."""
    simulate(tiny(), track=100)
