"""Experience houses: people near them drop in, which warms goodwill and shows how the car suits (ODD 5.1)."""

import numpy as np

from sim.chance import Decision, patience, uniform
from sim.compiled import inlined, njit
from sim.goodwill import warm
from sim.records import NO_NEED, T
from sim.scenario import TOUCHPOINTS
from sim.stages import Stage

HOUSE = TOUCHPOINTS.index("store")  # the origin that a house counts for
T_HOUSE_VISITS = T["house_visits"]


@inlined
def visiting(often, in_need, p):
    """Visits a day of a person; often against somebody next door."""
    return p.visits * often * (p.in_need if in_need else 1.0)


@njit
def visit(rows, often, b, days, wakes, people, minds, day, luck, market_, tally):
    """The clocks of visiting go on by `days`; what visitors meet counts tomorrow, for which they wake.

    rows   (k,) rows of the people near houses
    often  (k,) how often each visits against somebody next door
    """
    p = market_[0].houses
    for k in range(rows.size):
        i = rows[k]
        who, mind = people[i], minds[b, i]
        if mind.houses == 0:
            mind.houses, mind.house = 1, patience(luck, Decision.HOUSE_VISIT, who.id, 0, b)
        mind.house = np.float64(mind.house) - visiting(often[k], who.need_since != NO_NEED, p) * days
        while mind.house <= 0.0:
            mind.house = np.float64(mind.house) + patience(luck, Decision.HOUSE_VISIT, who.id, mind.houses, b)
            mind.houses += 1
            mind.visited += 1
            wakes[i] = day + 1
            tally[b, T_HOUSE_VISITS] += 1


@njit
def enjoy(who, b, mind, day, luck, fade, market):
    """Yesterday's visits warm goodwill, the first raises fit; whether one makes an unaware person aware."""
    p = market.houses
    noticed = False
    for _ in range(mind.visited):
        warm(mind, day, fade, p.lift, p.lift * p.slow_share)
        if mind.seen == 0:
            mind.fit = np.float64(mind.fit) + p.fit
        if mind.stage == Stage.UNAWARE and uniform(luck, Decision.HOUSE_ATTENTION, who.id, mind.seen, b) < p.attention:
            noticed = True
        mind.seen += 1
    mind.visited = 0
    mind.last_touch = HOUSE
    if mind.first_touch < 0:
        mind.first_touch = HOUSE
    return noticed
