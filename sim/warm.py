"""Compiles what a comparison needs by living a tiny world, in parts that two processes can do side by side."""

from sim import ordinary
from sim.day import plan_media
from sim.network import open_network, write_plan
from sim.people import wake
from sim.replication import History, simulate
from sim.scenario import Scenario, scenario_from
from sim.world import populate

SIZE = {"consumers": 600, "days": 40, "start_days": 35}


def tiny() -> Scenario:
    """A world that is lived in no time and in which everything happens."""
    return scenario_from(SIZE, {}, {}, "tiny")


def consumers() -> None:
    """The people's part of a day, and the media plan."""
    world = populate(tiny(), 1, 0)
    write_plan(world.brands[0], world.scenario.market, world.scenario.strategy)
    wake(world.people, world.minds, world.day, world.need_table, world.luck, world.market)
    world.day += 1
    plan_media(world)
    room = ordinary.Room(world)
    room.enter(world)
    ordinary.at_home(*ordinary.of_home(world, room))


def outlets() -> None:
    """The network, and the firm's part of a day."""
    world = populate(tiny(), 1, 0)
    open_network(world, tiny().strategy)
    room = ordinary.Room(world)
    room.enter(world)
    room.come[:] = 0  # nobody, since no morning has counted them
    ordinary.at_outlets(*ordinary.of_firm(world, room, History(world), ordinary.FEW))


def whole() -> None:
    """What is left, by living the tiny world to its end."""
    simulate(tiny(), track=100)
