"""Whoever nothing can happen to sleeps; before the rules of a life change, and at its end, everybody wakes (ODD 3.4)."""

import numpy as np

from sim.compiled import inlined, njit
from sim.records import JOURNEY, NO_NEED, readable
from sim.rules import consideration, needs, ownership, touchpoints, word_of_mouth
from sim.stages import Stage
from sim.world import World


@inlined
def sleep(who, b, mind, brand, last, reached, days_between, luck, fade, market, contacts, diary, cursor):
    """Lives the days through `last` of a mind that slept: its clocks are wound, and on some days it weighed the brand anew.

    reached, days_between  (touchpoint,) as in `touchpoints.live_contacts`, through `last`
    """
    lived = int(who.lived)
    if mind.stage == Stage.AWARE and mind.weighs_day <= last:
        lived = weigh_asleep(who, b, mind, brand, last, reached, days_between, luck, fade, market, contacts, diary, cursor)
    wind(who, b, mind, brand, last - lived, market)


@njit
def weigh_asleep(who, b, mind, brand, last, reached, days_between, luck, fade, market, contacts, diary, cursor):
    """AWARE weighs the brand anew on every day through `last` on which it does, each after its contacts; the last of these days.

    Not inlined: what a common day does is quicker without it in its midst.
    """
    lived = int(who.lived)
    while mind.weighs_day <= last:
        day = int(mind.weighs_day)
        consideration.sleep(who, mind, day - 1 - lived, market)
        touchpoints.live_contacts(who, b, mind, brand, reached, days_between, last, day, luck, fade, contacts, diary, cursor)
        consideration.review(who, mind, brand.plan.pull, day, fade, market)
        lived = day
    return lived


@inlined
def wind(who, b, mind, brand, days, market):
    """Winds a mind's clocks through days on which nothing happened."""
    if mind.stage == Stage.OWNER or mind.stage == Stage.ADVOCATE:
        ownership.sleep(who, b, mind, days, market)
        mind.talk -= days * word_of_mouth.talk_rate(who, b, mind, brand.plan.referral.reward, market)
    else:
        consideration.sleep(who, mind, days, market)


@inlined
def quiet_days(who, b, mind, brand, several, last, day, fade, market):
    """The common day of a mind that nothing reaches: its clocks are wound on, and none rings.

    Returns the days until one may, at most about those until `last`; 0, and nothing done, where today is no such day.
    several  as in `consideration.rest`
    """
    owns = mind.stage == Stage.OWNER or mind.stage == Stage.ADVOCATE
    if owns and who.need_since == NO_NEED and who.heard_price >= who.felt_price:
        talk = word_of_mouth.talk_rate(who, b, mind, brand.plan.referral.reward, market)
        days = min(ownership.rest(who, b, mind, day, market), mind.talk / talk)
        if days <= 1.0:
            return 0.0
        wind(who, b, mind, brand, 1, market)
        return days - 1.0
    if owns or who.car == b:
        return 0.0
    if mind.stage == Stage.UNAWARE or mind.stage == Stage.LOST:
        return np.inf
    price, online = brand.expected_price[mind.shop_tier], brand.terms[mind.shop_tier].online
    if consideration.quiet_day(who, mind, price, online, brand.plan.pull, day, fade, market):
        return consideration.rest(who, mind, brand.plan.pull, several, last, day, market)
    return 0.0


@njit
def catch_up(wakes, people, minds, brands, reached, days_between, fade, day, luck, market_, contacts, diary, cursor):
    """Everybody has lived through today, with all contacts, and is awake tomorrow."""
    for i in range(people.size):
        who = people[i]
        if who.lived < day:
            needs.sleep(who, day - who.lived, market_[0])
        for b in range(minds.shape[0]):
            if who.lived < day:
                mind = minds[b, i]
                so_far, each = reached[b, mind.group], days_between[b, mind.group]
                sleep(who, b, mind, brands[b], day, so_far, each, luck, fade, market_[0], contacts, diary, cursor)
                touchpoints.live_contacts(who, b, mind, brands[b], so_far, each, day, day, luck, fade, contacts, diary, cursor)
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
