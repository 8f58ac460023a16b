"""Who shops asks owners: friends who own, and in a community members who own (ODD 5.3)."""

import numpy as np

from sim.chance import Decision, patience, uniform
from sim.compiled import njit
from sim.records import NO_NEED, T
from sim.stages import Stage

T_QUESTIONS, T_ANSWERS = T["questions"], T["answers"]


@njit
def questions(who, b, mind, p):
    """Questions a day to owners of a brand: of whoever needs a car, does not drive the brand's and is interested or shops."""
    if who.need_since == NO_NEED or who.car == b or mind.stage < Stage.INTEREST or mind.stage > Stage.INTENT:
        return 0.0
    return p.friends + (p.members if mind.member else 0.0)


@njit
def friend_who_owns(i, b, people, starts, friends, u):
    """The row of a friend who drives the brand's car, all alike likely; -1 where there is none.

    u  a uniform number
    """
    owners = 0
    for k in range(starts[i], starts[i + 1]):
        owners += 1 if people[friends[k]].car == b else 0
    chosen = int(u * owners)
    for k in range(starts[i], starts[i + 1]):
        if people[friends[k]].car == b:
            if chosen == 0:
                return int(friends[k])
            chosen -= 1
    return -1


@njit
def ask(rows, b, owners, people, minds, starts, friends, luck, market_, tally, askers, answering, told):
    """The clocks of asking go on by a day; whoever asks finds an owner who answers, or nobody.

    rows       (k,) rows of people who may ask; owners (m,) rows of members who own
    askers, answering  (k,) room for rows of who asks and who answers; told (1,) how many
    """
    p = market_[0].asking
    for k in range(rows.size):
        i = rows[k]
        who, mind = people[i], minds[b, i]
        rate = questions(who, b, mind, p)
        if rate <= 0.0:
            continue
        if mind.asks == 0:
            mind.asks, mind.ask = 1, patience(luck, Decision.ASKS, who.id, 0, b)
        mind.ask = np.float64(mind.ask) - rate
        if mind.ask > 0.0:
            continue
        count = mind.asks
        mind.ask = np.float64(mind.ask) + patience(luck, Decision.ASKS, who.id, count, b)
        mind.asks += 1
        tally[b, T_QUESTIONS] += 1
        u = uniform(luck, Decision.WHO_ANSWERS, who.id, count, b)
        if uniform(luck, Decision.WHERE_ASKED, who.id, count, b) * rate < p.friends:
            j = friend_who_owns(i, b, people, starts, friends, u)
        else:
            j = int(owners[int(u * owners.size)]) if owners.size > 0 else -1
        if j >= 0:
            askers[told[0]], answering[told[0]] = i, j
            told[0] += 1
            tally[b, T_ANSWERS] += 1
