"""Whoever nothing can happen to sleeps; before the rules of a life change, and at its end, everybody wakes (ODD 3.4)."""

import numpy as np

from sim.compiled import njit
from sim.records import JOURNEY, readable
from sim.rules import consideration, touchpoints
from sim.world import World


@njit
def catch_up(wakes, people, minds, brands, reached, days_between, fade, day, luck, market_, contacts, diary, cursor):
    """Everybody has lived through today, with all contacts, and is awake tomorrow."""
    for i in range(people.size):
        who = people[i]
        for b in range(minds.shape[0]):
            if who.lived < day:
                consideration.sleep(who, minds[b, i], day - who.lived, market_[0])
                touchpoints.live_contacts(
                    who, b, minds[b, i], brands[b], reached, days_between, day, luck, fade, contacts, diary, cursor
                )  # fmt: skip
        who.lived = day
        wakes[i] = day + 1


def wake_everybody(world: World, day: int | None = None) -> np.ndarray:
    """All clocks and goodwill stand as they should; returns what tracked consumers met meanwhile, as lines of their journeys.

    day  through which all have lived; null = today
    """
    day = world.day if day is None else day
    diary, cursor = readable(np.zeros(world.diary_room if world.tracked else 1, JOURNEY)), np.zeros(1, np.int64)
    catch_up(
        world.wakes, world.people, world.minds, world.brands, world.reached, world.days_between, world.fade, day, world.luck,
        world.market, world.contacts, diary, cursor,
    )  # fmt: skip
    return diary[: cursor[0]]
