"""The funnel on one page: its stages, the only moves between them, and the one line that moves anybody (ODD 2)."""

import math
from enum import IntEnum

import numpy as np

from sim.chance import Decision, normal, patience
from sim.compiled import inlined, njit

EVERYTHING, MOVES_ALONE = 1, 2  # what is written of a tracked consumer


class Stage(IntEnum):
    """Where one mind stands towards one brand."""

    UNAWARE = 0
    AWARE = 1
    INTEREST = 2
    CONSIDERATION = 3
    INTENT = 4
    OWNER = 5
    ADVOCATE = 6
    LOST = 7


class Event(IntEnum):
    """What can happen in a life. The first are the moves; the rest explain them."""

    NOTICES = 0
    GROWS_CURIOUS = 1
    COMPARES = 2
    DECIDES = 3
    BUYS = 4
    FORGETS = 5
    GIVES_UP = 6
    CANCELS = 7
    RECOMMENDS = 8
    COOLS = 9
    LOOKS_AGAIN = 10
    STAYS = 11
    DEFECTS = 12
    REOPENS = 13
    NEED_OPENS = 14
    RIVAL_CLOSES_NEED = 15
    PUTS_NEED_OFF = 16
    SEES_TOUCHPOINT = 17
    SEARCHES = 18
    HEARS_GOOD = 19
    HEARS_BAD = 20
    TALKS = 21
    LEAVES_LEAD = 22
    LEAD_ANSWERED = 23
    LEAD_DIES = 24
    MAKES_APPOINTMENT = 25
    MISSES_APPOINTMENT = 26
    ARRIVES = 27
    LEAVES_QUEUE = 28
    MEETS = 29
    TEST_DRIVES = 30
    GETS_NO_OFFER = 31
    TASK_FAILS = 32
    TAKES_DELIVERY = 33
    SERVICE_VISIT = 34


MOVES = {
    Event.NOTICES: ((Stage.UNAWARE, Stage.AWARE),),
    Event.GROWS_CURIOUS: ((Stage.AWARE, Stage.INTEREST),),
    Event.COMPARES: ((Stage.INTEREST, Stage.CONSIDERATION),),
    Event.DECIDES: ((Stage.CONSIDERATION, Stage.INTENT),),
    Event.BUYS: ((Stage.INTENT, Stage.OWNER),),
    Event.FORGETS: ((Stage.AWARE, Stage.UNAWARE), (Stage.INTEREST, Stage.AWARE)),
    Event.GIVES_UP: ((Stage.CONSIDERATION, Stage.LOST), (Stage.INTENT, Stage.LOST)),
    Event.CANCELS: ((Stage.OWNER, Stage.LOST),),
    Event.RECOMMENDS: ((Stage.OWNER, Stage.ADVOCATE),),
    Event.COOLS: ((Stage.ADVOCATE, Stage.OWNER),),
    Event.LOOKS_AGAIN: ((Stage.OWNER, Stage.CONSIDERATION), (Stage.ADVOCATE, Stage.CONSIDERATION)),
    Event.STAYS: ((Stage.CONSIDERATION, Stage.OWNER), (Stage.INTENT, Stage.OWNER)),
    Event.DEFECTS: ((Stage.OWNER, Stage.LOST), (Stage.ADVOCATE, Stage.LOST),
                    (Stage.CONSIDERATION, Stage.LOST), (Stage.INTENT, Stage.LOST)),
    Event.REOPENS: ((Stage.LOST, Stage.AWARE),),
}  # fmt: skip

# the names of both sources and of the Chinese field for the same stages (mission F1, F2)
NAMES = {
    Stage.UNAWARE: ("unaware", "-", "-", "未知"),
    Stage.AWARE: ("aware", "potential customer", "awareness", "潜在客户"),
    Stage.INTEREST: ("interest", "purchase interest", "interest", "购买兴趣"),
    Stage.CONSIDERATION: ("consideration", "willingness", "consideration", "购买意愿"),
    Stage.INTENT: ("intent", "decision", "intent", "购买决策"),
    Stage.OWNER: ("owner", "customer maintenance", "purchase", "客户维护"),
    Stage.ADVOCATE: ("advocate", "customer maintenance", "purchase", "口碑推荐"),
    Stage.LOST: ("lost", "-", "-", "流失"),
}


@inlined
def note(who, b, mind, event, day, diary, cursor, touchpoint=-1, outlet=-1, salesperson=-1, price=math.nan, to=-1):
    """Writes one line of a tracked consumer's journey, if it is more than moves or one of them.

    diary   (lines,) records, with room for one day; cursor (1,) the next free line
    """
    if who.tracked and (to >= 0 or who.tracked != MOVES_ALONE):
        cursor[0] += 1
        if cursor[0] > diary.size:
            return
        line = diary[cursor[0] - 1]
        line.consumer, line.day, line.brand, line.event = who.id, day, b, event + 0
        line.from_stage = mind.stage
        line.to_stage = mind.stage if to < 0 else to + 0
        line.touchpoint, line.outlet, line.salesperson, line.price = touchpoint, outlet, salesperson, price


@njit
def stage_pace(who, b, stage, luck, market):
    """How fast this mind leaves this stage: exp(frailty (sqrt(s) z_person + sqrt(1-s) z_mind,stage)), median 1."""
    if market.frailty == 0.0:
        return 1.0
    own = normal(luck, Decision.STAGE_PACE, who.id, stage, b)
    share = market.frailty_person
    return math.exp(market.frailty * (math.sqrt(share) * np.float64(who.pace) + math.sqrt(1.0 - share) * own))


@njit
def start_clocks(who, b, mind, luck, market):
    """Draws the thresholds of the stage a mind has just entered; the count is its visits to that stage."""
    stage = mind.stage
    visit = mind.visits[stage]
    mind.pace = stage_pace(who, b, stage, luck, market)
    mind.advance = patience(luck, Decision.ADVANCES, who.id, visit, b, stage)
    mind.leave = patience(luck, Decision.LEAVES, who.id, visit, b, stage)


@njit
def move(who, b, mind, to, why, day, luck, market, flow, diary, cursor, touchpoint=-1, outlet=-1, salesperson=-1, price=math.nan):
    """Moves a mind to another stage: the only line that does; counts the flow, starts the clocks, writes the journey.

    flow    (brand, from, to) int64, the day's moves
    """
    stage = to + 0  # a Stage as a plain number
    flow[b, mind.stage, stage] += 1
    note(who, b, mind, why, day, diary, cursor, touchpoint, outlet, salesperson, price, stage)
    mind.stage = stage
    mind.since = mind.weighs_day = day
    mind.visits[stage] += 1
    start_clocks(who, b, mind, luck, market)


@njit
def rings(remaining, hazard, other_remaining, other_hazard):
    """Whether a clock rings today and before the other one: compare remaining / hazard (random time change)."""
    if not (hazard > 0.0 and remaining <= hazard):
        return False
    if not (other_hazard > 0.0 and other_remaining <= other_hazard):
        return True
    return remaining * other_hazard <= other_remaining * hazard
