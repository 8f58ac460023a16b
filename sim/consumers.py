"""The consumer's day: one fused pass over all people, each on yesterday's world (ODD 3.4)."""

from sim.chance import Decision, patience
from sim.compiled import njit
from sim.leads import close_lead, numbered
from sim.records import CALL_CANCEL, CALL_DELIVERY, CALL_LEAD, CALL_ONLINE, CALL_RETURN, CALL_TALK, LEAD_NONE, T
from sim.rules import consideration, needs, ownership, touchpoints, word_of_mouth
from sim.stages import Event, Stage, move, note, rings

T_OWNERS_LOST = T["owners_lost"]


@njit
def live_people(
    low, high, people, minds, brands, reached, reached_before, hazard, season, fade, day, luck, market_,
    flow, tally, ledger, calls, called, diary, cursor,
):  # fmt: skip
    """The fused pass: the day of people low..high-1, each on yesterday's world, writing only their own rows and this part's counts."""
    market = market_[0]
    n = people.size
    all_talk = market.word_of_mouth.speakers == word_of_mouth.EVERYBODY_AWARE
    for i in range(low, high):
        who = people[i]
        change = needs.NOTHING
        if not needs.need_stays_closed(who, day, season, hazard):
            change = needs.live_need(who, day, season, hazard, luck, market, tally[0])
            if change != needs.NOTHING:
                note(who, 0, minds[0, i], needs_event(change), day, diary, cursor)
        group = touchpoints.IN_NEED if who.need_since >= 0 else touchpoints.OUT_OF_NEED
        for b in range(minds.shape[0]):
            mind, brand = minds[b, i], brands[b]
            if mind.group != group:
                touchpoints.retarget(mind, b, group, reached_before)
            noticed, lead = -1, -1
            if touchpoints.any_contact(mind, b, group, reached):
                noticed, lead = touchpoints.take_contacts(who, b, mind, brand, reached, day, luck, fade, tally, diary, cursor)
            quiet = change == needs.NOTHING and noticed < 0 and lead < 0 and mind.heard_good + mind.heard_bad == 0
            if quiet and who.car != b and not all_talk:
                if mind.stage == Stage.UNAWARE or mind.stage == Stage.LOST:
                    continue
                if mind.stage <= Stage.INTENT:
                    price, online = brand.expected_price[mind.shop_tier], brand.terms[mind.shop_tier].online
                    if consideration.quiet_day(who, mind, price, online, brand.plan.pull, day, fade, market):
                        continue
            live_mind(
                who, i, b, n, mind, brand, change, noticed, lead, fade, day, luck, market,
                flow, tally[b], ledger, calls, called, diary, cursor,
            )  # fmt: skip
        if change == needs.RIVAL_CLOSED:
            needs.drive_rival(who, day)


@njit
def needs_event(change):
    """The journey's word for what happened to the need."""
    if change == needs.OPENED:
        return Event.NEED_OPENS + 0
    return (Event.RIVAL_CLOSES_NEED + 0) if change == needs.RIVAL_CLOSED else (Event.PUTS_NEED_OFF + 0)


@njit
def live_mind(who, i, b, n, mind, brand, change, noticed, lead, fade, day, luck, market, flow, tally, ledger, calls, called, diary, cursor):
    """One mind's day after its contacts: messages, what the need did, the clocks of its stage, owning.

    noticed, lead  touchpoints that today made aware and won a lead, or -1
    """
    in_need = who.need_since >= 0
    heard = mind.heard_good > 0 or mind.heard_bad > 0
    if heard and word_of_mouth.hear(who, b, mind, day, luck, fade, market, diary, cursor):
        noticed = word_of_mouth.WORD_OF_MOUTH
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
        live_owner(who, i, b, n, mind, in_need, day, luck, market, flow, tally, calls, called, diary, cursor)
    if lead >= 0 and mind.lead == LEAD_NONE and not asked:
        mind.lead_touch = lead
        call(CALL_LEAD, b * n + i, calls, called)
    if word_of_mouth.talk_rings(who, b, mind, market, luck):
        call(CALL_TALK, b * n + i, calls, called)


@njit
def call(kind, row, calls, called):
    """Hands a mind on to a later line of the day."""
    calls[kind, called[kind]] = row
    called[kind] += 1


@njit
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
def live_stage(who, i, b, n, mind, brand, day, luck, fade, market, flow, tally, calls, called, diary, cursor):
    """The clocks of AWARE to INTENT: advance, leave, search by oneself, seek a salesperson; returns whether a lead was asked for."""
    consideration.search(who, b, mind, brand.plan.content_quality, day, luck, fade, market, tally, diary, cursor)
    online = brand.terms[mind.shop_tier].online
    advance, leave, seek = consideration.stage_hazards(
        who, mind, brand.expected_price[mind.shop_tier], online, brand.plan.pull, day, fade, market
    )
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


@njit
def live_owner(who, i, b, n, mind, in_need, day, luck, market, flow, tally, calls, called, diary, cursor):
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
            who.need_wait = patience(luck, Decision.NEED, who.id, who.needs)
            needs.drive_rival(who, day)
            call(CALL_CANCEL, b * n + i, calls, called)
            move(who, b, mind, Stage.LOST, Event.CANCELS, day, luck, market, flow, diary, cursor)
        else:
            move(who, b, mind, Stage.CONSIDERATION, Event.LOOKS_AGAIN, day, luck, market, flow, diary, cursor)
    else:
        mind.advance -= advance
        mind.leave -= leave
