"""The consumer's day: one fused pass over all people, each on yesterday's world (ODD 3.4)."""

import numpy as np

from sim.chance import Decision, patience
from sim.compiled import inlined, njit
from sim.leads import close_lead, numbered
from sim.prefetch import fetch
from sim.records import CALL_CANCEL, CALL_DELIVERY, CALL_LEAD, CALL_ONLINE, CALL_RETURN, CALL_TALK, LEAD_NONE, NO_NEED, T
from sim.registers import SEEN, lowest, up_by
from sim.rules import consideration, houses, needs, ownership, partnership, recommendation, touchpoints, word_of_mouth
from sim.scenario import CLOCKED
from sim.sleep import quiet_days, sleep
from sim.stages import Event, Stage, move, note, rings

AHEAD = 6  # people whose records are fetched from memory before their turn
T_OWNERS_LOST = T["owners_lost"]


@njit
def live_people(
    low, high, wakes, awake, people, minds, brands, reached, reached_before, days_between, days_between_before, table, fade,
    day, plan_day, new_plan, luck, market_, flow, contacts, tally, ledger, looks, calls, called, diary, cursor,
):  # fmt: skip
    """The fused pass: the day of people low..high-1, each on yesterday's world, writing only their own rows and this part's counts.

    Whoever nothing can happen to sleeps and is passed over; the days slept are lived on waking.
    wakes  (n,) the day until which a person sleeps; awake (n,) room for the rows of those who do not
    looks  room for contacts ahead whose luck is looked up together (`touchpoints.look_ahead`)
    """
    market = market_[0]
    n = people.size
    all_talk = market.word_of_mouth.speakers == word_of_mouth.EVERYBODY_AWARE
    several = minds.shape[0] > 1
    end, noted = list_awake(low, high, wakes, awake, day), 0
    touchpoints.find_movers(brands, looks)
    up = awake[low:end]
    for k in range(up.size):
        if k + AHEAD < up.size:
            fetch(people, up[k + AHEAD])
            for b in range(minds.shape[0]):
                fetch(minds[b], up[k + AHEAD])
        i = up[k]
        who = people[i]
        if who.lived < day - 1:
            needs.sleep(who, day - 1 - who.lived, market)
            for b in range(minds.shape[0]):
                mind = minds[b, i]
                sleep(
                    who, b, mind, brands[b], day - 1, reached_before[b, mind.group], days_between_before[b, mind.group],
                    luck, fade, market, contacts, diary, cursor,
                )  # fmt: skip
        who.lived = day
        change = needs.live_need(who, day, luck, market, tally[0])
        if change != needs.NOTHING:
            note(who, 0, minds[0, i], needs_event(change), day, diary, cursor)
        if several and who.order >= 0 and who.order_day == day - 1:
            turn_from_rivals(who, i, minds, day, luck, market, flow, tally, diary, cursor)
        group = touchpoints.IN_NEED if who.need_since != NO_NEED else touchpoints.OUT_OF_NEED
        rest = 0.0 if change != needs.NOTHING or all_talk else np.inf
        for b in range(minds.shape[0]):
            mind, brand = minds[b, i], brands[b]
            if new_plan or mind.group != group:  # what came before today came by the plan and in the group of yesterday
                touchpoints.live_contacts(
                    who, b, mind, brand, reached_before[b, mind.group], days_between_before[b, mind.group], day - 1, day - 1,
                    luck, fade, contacts, diary, cursor,
                )  # fmt: skip
                touchpoints.retarget(mind, b, group, reached_before, reached, days_between)
            noticed, lead = touchpoints.live_contacts(
                who, b, mind, brand, reached[b, group], days_between[b, group], day, day, luck, fade, contacts, diary, cursor
            )  # fmt: skip
            called_on = mind.heard_good + mind.heard_bad + mind.visited + mind.invited + mind.clicked
            if change == needs.NOTHING and noticed < 0 and lead < 0 and called_on == 0 and not all_talk:
                days = quiet_days(who, b, mind, brand, several, plan_day, day, fade, market)
                rest = min(rest, days)
                if days > 0.0:
                    continue
            rest = 0.0
            live_mind(
                who, i, b, n, mind, brand, change, noticed, lead, fade, day, luck, table, market,
                flow, tally[b], ledger, calls, called, diary, cursor,
            )  # fmt: skip
        if change == needs.RIVAL_CLOSED:
            needs.drive_rival(who, day)
        if change == needs.RIVAL_CLOSED or change == needs.PUT_OFF:
            needs.await_need(who, day, table, luck)
        if rest > 1.0:
            rest = min(rest, needs.rest(who, plan_day, day, market))
            for b in range(minds.shape[0]):
                noted = touchpoints.look_ahead(
                    who, i, b, minds[b, i], brands[b], reached[b, group], days_between[b, group], rest, looks, noted
                )  # fmt: skip
        wakes[i] = touchpoints.waking(day, rest)
        if noted > looks[0].shape[1] - minds.shape[0] * CLOCKED:  # there may be no room for another person
            touchpoints.look_up(looks, noted, minds, reached, days_between, wakes, day, luck)
            noted = 0
    touchpoints.look_up(looks, noted, minds, reached, days_between, wakes, day, luck)


@inlined
def list_awake(low, high, wakes, awake, day):
    """Writes the rows of who is awake of low..high-1 into awake, from low on; where they end."""
    end, first = low, low
    while first + SEEN <= high:
        up = up_by(wakes, first, day)
        while up != 0:
            awake[end] = first + lowest(up)
            end += 1
            up &= up - 1
        first += SEEN
    for i in range(first, high):
        awake[end] = i
        end += wakes[i] <= day
    return end


@njit
def needs_event(change):
    """The journey's word for what happened to the need."""
    if change == needs.OPENED:
        return Event.NEED_OPENS + 0
    return (Event.RIVAL_CLOSES_NEED + 0) if change == needs.RIVAL_CLOSED else (Event.PUTS_NEED_OFF + 0)


@inlined
def live_mind(
    who, i, b, n, mind, brand, change, noticed, lead, fade, day, luck, table, market,
    flow, tally, ledger, calls, called, diary, cursor,
):  # fmt: skip
    """One mind's day after its contacts: messages, what the need did, the clocks of its stage, owning.

    noticed, lead  touchpoints that today made aware and won a lead, or -1
    """
    in_need = who.need_since != NO_NEED
    heard = mind.heard_good > 0 or mind.heard_bad > 0
    if heard or mind.visited > 0 or change != needs.NOTHING:
        mind.weighs_day = day
    if heard and word_of_mouth.hear(who, b, mind, day, luck, fade, market, diary, cursor):
        noticed = word_of_mouth.WORD_OF_MOUTH
    if mind.visited > 0 and houses.enjoy(who, b, mind, day, luck, fade, market):
        noticed = houses.HOUSE
    if mind.invited > 0:
        mind.weighs_day = day
        if partnership.meet_partner(who, b, mind, brand.plan.partnership, day, luck, fade, diary, cursor):
            noticed = partnership.PARTNER_TOUCH
    if mind.clicked > 0:
        mind.weighs_day = day
        made_aware, wants_lead = recommendation.open_page(who, b, mind, day, luck, fade, market.recommendation, diary, cursor)
        noticed = recommendation.RECOMMENDED if made_aware else noticed
        lead = recommendation.RECOMMENDED if wants_lead and lead < 0 else lead
    if who.car == b:
        drive_ours(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor)
    stage, asked = mind.stage, False
    if change != needs.NOTHING:
        tally[T_OWNERS_LOST] += 1 if change == needs.RIVAL_CLOSED and who.car == b else 0
        turn_with_need(who, b, mind, change, day, luck, market, flow, diary, cursor)
    if stage == Stage.UNAWARE:
        if noticed >= 0:
            mind.first_touch = noticed
            move(who, b, mind, Stage.AWARE, Event.NOTICES, day, luck, market, flow, diary, cursor, noticed)
    elif change != needs.NOTHING:
        pass  # the need's turn was this mind's move of the day
    elif stage <= Stage.INTENT:
        asked = live_stage(who, i, b, n, mind, brand, day, luck, fade, market, flow, tally, calls, called, diary, cursor)
    elif stage != Stage.LOST:
        live_owner(who, i, b, n, mind, in_need, day, luck, table, market, flow, tally, calls, called, diary, cursor)
    if lead >= 0 and mind.lead == LEAD_NONE and not asked:
        mind.lead_touch = lead
        call(CALL_LEAD, b * n + i, calls, called)
    if word_of_mouth.talk_rings(who, b, mind, brand.plan.referral.reward, market, luck):
        call(CALL_TALK, b * n + i, calls, called)


@inlined
def call(kind, row, calls, called):
    """Hands a mind on to a later line of the day."""
    calls[kind, called[kind]] = row
    called[kind] += 1


@inlined
def drive_ours(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor):
    """Whoever drives our car brings it to service and minds what friends have paid."""
    word_of_mouth.envy(who, market)
    if ownership.service_rings(who, luck, market):
        ownership.visit_service(who, b, mind, brand, day, luck, market, ledger, tally, diary, cursor)


@njit
def turn_with_need(who, b, mind, change, day, luck, market, flow, diary, cursor):
    """What a need that opens, is closed by a rival or is put off does to a mind."""
    ours = who.car == b
    stage = mind.stage
    shopping = stage == Stage.CONSIDERATION or stage == Stage.INTENT
    if change == needs.OPENED:
        mind.leads, mind.visits_made, mind.seeks, mind.searched, mind.first_touch = 0, 0, 0, 0, -1
        mind.handovers = 0
        mind.meetings[:] = 0
        mind.seek = patience(luck, Decision.SEEKS, who.id, numbered(who, 0), b)
        if stage == Stage.LOST:
            move(who, b, mind, Stage.AWARE, Event.REOPENS, day, luck, market, flow, diary, cursor)
        return
    if mind.lead != LEAD_NONE:
        close_lead(who, b, mind, day, diary, cursor)
    if change == needs.PUT_OFF and shopping and ours:
        move(who, b, mind, Stage.OWNER, Event.STAYS, day, luck, market, flow, diary, cursor)
    elif ours and change == needs.RIVAL_CLOSED and (shopping or stage == Stage.OWNER or stage == Stage.ADVOCATE):
        move(who, b, mind, Stage.LOST, Event.DEFECTS, day, luck, market, flow, diary, cursor)
    elif shopping:
        move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor)


@njit
def turn_from_rivals(who, i, minds, day, luck, market, flow, tally, diary, cursor):
    """Who ordered yesterday ends what the other minds were at: for each of them a rival has closed the need (ODD 5.17)."""
    for b in range(minds.shape[0]):
        if b != who.order:
            tally[b, T_OWNERS_LOST] += 1 if who.car == b else 0
            turn_with_need(who, b, minds[b, i], needs.RIVAL_CLOSED, day, luck, market, flow, diary, cursor)


@inlined
def live_stage(who, i, b, n, mind, brand, day, luck, fade, market, flow, tally, calls, called, diary, cursor):
    """The clocks of AWARE to INTENT: advance, leave, search by oneself, seek a salesperson; returns whether a lead was asked for."""
    consideration.search(who, b, mind, brand.plan.content_quality, brand.kept, day, luck, fade, market, tally, diary, cursor)
    online = brand.terms[mind.shop_tier].online
    advance, leave, seek = consideration.weigh(who, mind, brand.expected_price[mind.shop_tier], online, brand.plan.pull, day, fade, market)
    stage = mind.stage
    if rings(mind.advance, advance, mind.leave, leave):
        if stage == Stage.AWARE:
            move(who, b, mind, Stage.INTEREST, Event.GROWS_CURIOUS, day, luck, market, flow, diary, cursor)
        elif stage == Stage.INTEREST:
            move(who, b, mind, Stage.CONSIDERATION, Event.COMPARES, day, luck, market, flow, diary, cursor)
        elif stage == Stage.CONSIDERATION:
            move(who, b, mind, Stage.INTENT, Event.DECIDES, day, luck, market, flow, diary, cursor)
        else:
            call(CALL_ONLINE, b * n + i, calls, called)
        return False
    if rings(mind.leave, leave, mind.advance, advance):
        if stage == Stage.AWARE:
            move(who, b, mind, Stage.UNAWARE, Event.FORGETS, day, luck, market, flow, diary, cursor)
        elif stage == Stage.INTEREST:
            move(who, b, mind, Stage.AWARE, Event.FORGETS, day, luck, market, flow, diary, cursor)
        else:
            if mind.lead != LEAD_NONE:
                close_lead(who, b, mind, day, diary, cursor)
            move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor)
        return False
    mind.advance -= advance
    mind.leave -= leave
    if seek > 0.0 and not mind.queued:
        mind.seek -= seek
        if mind.seek <= 0.0:
            mind.seeks += 1
            mind.seek = patience(luck, Decision.SEEKS, who.id, numbered(who, mind.seeks), b)
            if mind.lead == LEAD_NONE:
                mind.lead_touch = -1  # a walk-in
                call(CALL_LEAD, b * n + i, calls, called)
                return True
            call(CALL_RETURN, b * n + i, calls, called)
    return False


@inlined
def live_owner(who, i, b, n, mind, in_need, day, luck, table, market, flow, tally, calls, called, diary, cursor):
    """The clocks of OWNER and ADVOCATE: wait for the car or cancel, recommend or cool, look again."""
    if who.order == b and day >= who.due_day:
        call(CALL_DELIVERY, b * n + i, calls, called)
        return
    advance, leave = ownership.owner_hazards(who, b, mind, in_need, market)
    if rings(mind.advance, advance, mind.leave, leave):
        if mind.stage == Stage.OWNER:
            move(who, b, mind, Stage.ADVOCATE, Event.RECOMMENDS, day, luck, market, flow, diary, cursor)
        else:
            move(who, b, mind, Stage.OWNER, Event.COOLS, day, luck, market, flow, diary, cursor)
    elif rings(mind.leave, leave, mind.advance, advance):
        if who.order == b:
            tally[T_OWNERS_LOST] += 1 if who.car == b else 0
            who.order = -1
            needs.drive_rival(who, day)
            needs.await_need(who, day, table, luck)
            call(CALL_CANCEL, b * n + i, calls, called)
            move(who, b, mind, Stage.LOST, Event.CANCELS, day, luck, market, flow, diary, cursor)
        else:
            move(who, b, mind, Stage.CONSIDERATION, Event.LOOKS_AGAIN, day, luck, market, flow, diary, cursor)
    else:
        mind.advance -= advance
        mind.leave -= leave
