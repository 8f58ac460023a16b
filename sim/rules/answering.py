"""From a lead to somebody who stands in the outlet: answered, reached, appointed, shown (ODD 5.6)."""

import math

from sim.chance import Decision, log_odds, logistic, uniform
from sim.compiled import njit
from sim.handover import LEAD_TO_MEETING, forgotten, turned_away
from sim.leads import close_lead, numbered
from sim.prefetch import fetch_ahead
from sim.records import HALF_YEAR, LEAD_APPOINTED, LEAD_NONE, LEAD_OPEN, LEAD_SHOWN, NO_NEED, T
from sim.scenario import TOUCHPOINTS
from sim.stages import Event, Stage, note

WALK_IN, OWNER_ORIGIN = TOUCHPOINTS.index("walk_in"), TOUCHPOINTS.index("owner")
T_LEADS, T_REPEAT, T_CONTACTED, T_APPOINTMENTS, T_SHOWS = (T[k] for k in ("leads", "repeat_leads", "contacted", "appointments", "shows"))
T_ARRIVALS, T_HANDOVERS, T_LEAKS = T["arrivals"], T["handovers"], T["leaks"]


@njit
def interest_left(hours, p):
    """Share of a lead's interest left after waiting for an answer: a floor, and a rest with a half-life."""
    return p.floor + (1.0 - p.floor) * math.exp(-math.log(2.0) * hours / p.half_life)


@njit
def reaches(hours, follow_ups, p):
    """Probability that an answered lead is reached: attempts until the seller gives up, on what interest is left."""
    return (1.0 - (1.0 - p.attempt_reaches) ** follow_ups) * interest_left(hours, p)


@njit
def appointment(low_intent, p):
    """Probability that a reached lead makes an appointment; a low-intent lead has a share of the odds."""
    odds = log_odds(p.appointment)
    return logistic(odds + math.log(p.low_intent)) if low_intent and p.low_intent > 0.0 else (0.0 if low_intent else logistic(odds))


@njit
def to_weekend(day, u, p):
    """The day, or with the weekend's probability the next Saturday or Sunday (days 5 and 6 of the week)."""
    weekday = day % 7
    if u >= p.weekend or weekday >= 5:
        return day
    return day + 5 - weekday + (1 if u < 0.5 * p.weekend else 0)


@njit
def open_lead(who, b, mind, touchpoint, outlets, day, luck, market, diary, cursor):
    """A lead begins: its outlet is the nearest, its salesperson a choice keyed by the lead; an owner calls his adviser."""
    mind.leads += 1
    mind.asked += 1
    key = numbered(who, mind.leads)
    mind.lead_key = key
    mind.lead_day, mind.lead_outlet = day, mind.outlet
    mind.lead_seat = int(uniform(luck, Decision.SALESPERSON, who.id, key, b) * outlets[mind.outlet].seats)
    mind.lead_repeat = who.car == b
    mind.lead_low = touchpoint != WALK_IN and (mind.stage == Stage.AWARE or mind.stage == Stage.INTEREST)
    mind.referred = who.need_since != NO_NEED and mind.heard_day >= who.need_since
    mind.lead_touch = OWNER_ORIGIN if mind.lead_repeat else touchpoint
    note(who, b, mind, Event.LEAVES_LEAD, day, diary, cursor, mind.lead_touch, mind.lead_outlet)


@njit
def book_appointment(who, b, mind, day, luck, p, tally, diary, cursor):
    """The shopper and the outlet agree on a day."""
    mind.lead = LEAD_APPOINTED
    key = mind.lead_key
    ahead = int(math.ceil(uniform(luck, Decision.APPOINTMENT_DAY, who.id, key, b) * p.days_ahead))
    mind.due = to_weekend(day + ahead, uniform(luck, Decision.APPOINTMENT_DAY, who.id, key, b, 0, 1), p)
    tally[b, T_APPOINTMENTS] += 1
    note(who, b, mind, Event.MAKES_APPOINTMENT, day, diary, cursor, outlet=mind.lead_outlet)


@njit
def receive_leads(called, people, minds, brands, outlets, opened, day, luck, market_, tally, diary, cursor):
    """New leads are opened; when each will be answered is settled. called (k,) flat rows of minds."""
    market = market_[0]
    p = market.leads
    n = people.size
    for k in range(called.size):
        fetch_ahead(called, k, people, minds)
        b, i = called[k] // n, called[k] % n
        who, mind = people[i], minds[b, i]
        if mind.lead != LEAD_NONE or mind.outlet < 0:
            continue
        touchpoint = mind.lead_touch if mind.lead_touch >= 0 else WALK_IN
        open_lead(who, b, mind, touchpoint, outlets, day, luck, market, diary, cursor)
        if mind.lead_repeat:
            tally[b, T_REPEAT] += 1
            book_appointment(who, b, mind, day, luck, p, tally, diary, cursor)
            continue
        tally[b, T_LEADS] += 1
        opened[b, mind.lead_touch] += 1
        u = uniform(luck, Decision.ANSWER, who.id, mind.lead_key, b)
        selling = brands[b].plan.selling
        mind.lead = LEAD_OPEN
        if u < selling.answered_fast:
            mind.due = day + int(p.fast_hours // 24)
        elif u < 1.0 - selling.never_answered:
            mind.due = day + int(p.slow_hours // 24)
        else:
            mind.due = -(day + p.silence)  # nobody will call; the shopper stops waiting


@njit
def answer_lead(who, b, mind, brand, day, luck, market, tally, diary, cursor):
    """The outlet calls: whoever is reached may make an appointment."""
    p = market.leads
    key = mind.lead_key
    u = uniform(luck, Decision.ANSWER, who.id, key, b)
    hours = p.fast_hours if u < brand.plan.selling.answered_fast else p.slow_hours
    if uniform(luck, Decision.REACHED, who.id, key, b) >= reaches(hours, brand.plan.selling.follow_ups, p):
        close_lead(who, b, mind, day, diary, cursor)
        return
    tally[b, T_CONTACTED] += 1
    note(who, b, mind, Event.LEAD_ANSWERED, day, diary, cursor, outlet=mind.lead_outlet)
    if uniform(luck, Decision.APPOINTMENT, who.id, key, b) < appointment(mind.lead_low, p):
        book_appointment(who, b, mind, day, luck, p, tally, diary, cursor)
    else:
        close_lead(who, b, mind, day, diary, cursor)


@njit
def hand_over_lead(who, b, mind, brand, day, luck, market, tally, diary, cursor):
    """From lead to meeting: whether the outlet knows what the lead was told. If not, the shopper gives up or comes another day."""
    p = market.handover
    mind.handovers += 1
    key = numbered(who, mind.handovers)
    tally[b, T_HANDOVERS] += 1
    if not forgotten(who, b, LEAD_TO_MEETING, key, brand.plan.omnichannel.integration, p.lead, luck):
        return True
    tally[b, T_LEAKS] += 1
    note(who, b, mind, Event.MISSES_APPOINTMENT, day, diary, cursor, outlet=mind.lead_outlet)
    if turned_away(who, b, key, p.turned_away, luck):
        close_lead(who, b, mind, day, diary, cursor)
        return False
    mind.due = day + max(1, market.leads.days_ahead)
    return False


@njit
def keep_appointment(who, b, mind, brand, day, luck, market, tally, diary, cursor):
    """The day of the appointment: the shopper comes or not."""
    chance = market.leads.owner_shows if mind.lead_repeat else market.leads.shows
    if uniform(luck, Decision.SHOWS, who.id, mind.lead_key, b) >= chance:
        note(who, b, mind, Event.MISSES_APPOINTMENT, day, diary, cursor, outlet=mind.lead_outlet)
        close_lead(who, b, mind, day, diary, cursor)
        return False
    if not mind.lead_repeat and not hand_over_lead(who, b, mind, brand, day, luck, market, tally, diary, cursor):
        return False
    mind.lead = LEAD_SHOWN
    tally[b, T_SHOWS] += 1
    return True


@njit
def join_queue(who, b, mind, i, day, luck, outlets, brand, tally, line, length, diary, cursor):
    """Somebody arrives at the outlet and takes a place in today's line, ties by keyed draw."""
    mind.visits_made += 1
    mind.queued = True
    mind.joined = day
    spot = line[length[0]]
    spot.outlet, spot.joined, spot.person, spot.brand, spot.elsewhere = mind.lead_outlet, day, i, b, False
    spot.place = uniform(luck, Decision.PLACE_IN_QUEUE, who.id, numbered(who, mind.visits_made), b)
    length[0] += 1
    outlet = outlets[mind.lead_outlet]
    outlet.arrivals += 1
    outlet.visits[day % HALF_YEAR] += 1
    outlet.recent += 1
    brand.visits[outlet.tier, day % HALF_YEAR] += 1
    brand.weekday[day % 7] += 1
    tally[b, T_ARRIVALS] += 1
    note(who, b, mind, Event.ARRIVES, day, diary, cursor, outlet=mind.lead_outlet)


@njit
def work_agenda(active, people, minds, brands, outlets, day, luck, market_, tally, line, length, diary, cursor):
    """Every open lead whose day has come takes its next step; returns how many leads stay open, packed to the front.

    active  (k,) flat rows of minds with an open lead, changed in place
    line    (m,) IN_LINE with room, length (1,)
    """
    market = market_[0]
    n = people.size
    kept = 0
    for k in range(active.size):
        fetch_ahead(active, k, people, minds)
        b, i = active[k] // n, active[k] % n
        who, mind = people[i], minds[b, i]
        if mind.lead == LEAD_OPEN and mind.due == day:
            answer_lead(who, b, mind, brands[b], day, luck, market, tally, diary, cursor)
        elif mind.lead == LEAD_OPEN and mind.due == -day:
            close_lead(who, b, mind, day, diary, cursor)
        if (
            mind.due == day
            and not mind.queued
            and (
                mind.lead == LEAD_SHOWN
                or (mind.lead == LEAD_APPOINTED and keep_appointment(who, b, mind, brands[b], day, luck, market, tally, diary, cursor))
            )
        ):
            join_queue(who, b, mind, i, day, luck, outlets, brands[b], tally, line, length, diary, cursor)
        if mind.lead != LEAD_NONE:
            active[kept] = active[k]
            kept += 1
    return kept


@njit
def return_visits(called, people, minds, day, luck, market_):
    """Whoever returns comes today, or moves it to the weekend."""
    market = market_[0]
    n = people.size
    for k in range(called.size):
        fetch_ahead(called, k, people, minds)
        b, i = called[k] // n, called[k] % n
        who, mind = people[i], minds[b, i]
        if mind.lead == LEAD_SHOWN and not mind.queued and mind.due < day:
            u = uniform(luck, Decision.APPOINTMENT_DAY, who.id, numbered(who, mind.visits_made), b, 1)
            mind.due = to_weekend(day, u, market.leads)
