"""Leads, queues and meetings: where a salesperson meets a shopper (ODD 5.6, 5.8)."""

import math

import numpy as np

from sim.chance import Decision, log_odds, logistic, normal, patience, poisson_quantile, uniform
from sim.compiled import njit
from sim.records import (
    HALF_YEAR, IN_LINE, LEAD_APPOINTED, LEAD_NONE, LEAD_OPEN, LEAD_SHOWN, MONTH, T,
)  # fmt: skip
from sim.scenario import TOUCHPOINTS
from sim.stages import Event, Stage, move, note

WALK_IN, OWNER_ORIGIN = TOUCHPOINTS.index("walk_in"), TOUCHPOINTS.index("owner")
DISCOVERY, PRESENTATION, CLOSING = 0, 1, 2
CERTAIN = 1  # closing_rule
LONG_AGO = 100_000  # added to days in keys, so that start-up days count from above zero
LAP = 256  # events of one kind that one need can number: keys count within the need, so that an extra lap shifts nobody's luck
T_LEADS, T_REPEAT, T_CONTACTED, T_APPOINTMENTS, T_SHOWS = (T[k] for k in ("leads", "repeat_leads", "contacted", "appointments", "shows"))
T_ARRIVALS, T_MEETINGS, T_FIRST, T_DRIVES, T_NO_OFFER = (T[k] for k in ("arrivals", "meetings", "first_meetings", "drives", "no_offer"))
T_ORDERS, T_ONLINE, T_REPEAT_ORDERS, T_REFERRED = (T[k] for k in ("orders", "online_orders", "repeat_orders", "referred_orders"))
T_ABANDONED, T_WAITED, T_PRICE = T["abandoned"], T["waited"], T["price_fen"]
T_BG_ARRIVALS, T_BG_MEETINGS = T["background_arrivals"], T["background_meetings"]
T_BG_ABANDONED, T_BG_WAITED, T_BG_ORDERS = T["background_abandoned"], T["background_waited"], T["background_orders"]


@njit
def numbered(who, count):
    """The number of an event within this need, for keys."""
    return who.needs * LAP + min(count, LAP - 1)


# ---- leads ---------------------------------------------------------------------------------------------------------


@njit
def interest_left(hours, p):
    """Share of a lead's interest left after waiting for an answer: a floor, and a rest with a half-life."""
    return p.floor + (1.0 - p.floor) * 0.5 ** (hours / p.half_life)


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
    key = numbered(who, mind.leads)
    mind.lead_key = key
    mind.lead_day, mind.lead_outlet = day, mind.outlet
    mind.lead_seat = int(uniform(luck, Decision.SALESPERSON, who.id, key, b) * outlets[mind.outlet].seats)
    mind.lead_repeat = who.car == b
    mind.lead_low = touchpoint != WALK_IN and (mind.stage == Stage.AWARE or mind.stage == Stage.INTEREST)
    mind.referred = who.need_since >= 0 and mind.heard_day >= who.need_since
    mind.lead_touch = OWNER_ORIGIN if mind.lead_repeat else touchpoint
    note(who, b, mind, Event.LEAVES_LEAD, day, diary, cursor, mind.lead_touch, mind.lead_outlet)


@njit
def close_lead(who, b, mind, day, diary, cursor):
    """The lead is over, whatever ended it."""
    note(who, b, mind, Event.LEAD_DIES, day, diary, cursor, mind.lead_touch, mind.lead_outlet)
    mind.lead = LEAD_NONE
    mind.queued = False


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
def keep_appointment(who, b, mind, day, luck, market, tally, diary, cursor):
    """The day of the appointment: the shopper comes or not."""
    chance = market.leads.owner_shows if mind.lead_repeat else market.leads.shows
    if uniform(luck, Decision.SHOWS, who.id, mind.lead_key, b) >= chance:
        note(who, b, mind, Event.MISSES_APPOINTMENT, day, diary, cursor, outlet=mind.lead_outlet)
        close_lead(who, b, mind, day, diary, cursor)
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
    spot.outlet, spot.joined, spot.person, spot.brand = mind.lead_outlet, day, i, b
    spot.place = uniform(luck, Decision.PLACE_IN_QUEUE, who.id, numbered(who, mind.visits_made), b)
    length[0] += 1
    outlet = outlets[mind.lead_outlet]
    outlet.arrivals += 1
    outlet.visits[day % HALF_YEAR] += 1
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
        b, i = active[k] // n, active[k] % n
        who, mind = people[i], minds[b, i]
        if mind.lead == LEAD_OPEN and mind.due == day:
            answer_lead(who, b, mind, brands[b], day, luck, market, tally, diary, cursor)
        elif mind.lead == LEAD_OPEN and mind.due == -day:
            close_lead(who, b, mind, day, diary, cursor)
        if mind.due == day and not mind.queued and (
            mind.lead == LEAD_SHOWN
            or (mind.lead == LEAD_APPOINTED and keep_appointment(who, b, mind, day, luck, market, tally, diary, cursor))
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
        b, i = called[k] // n, called[k] % n
        who, mind = people[i], minds[b, i]
        if mind.lead == LEAD_SHOWN and not mind.queued and mind.due < day:
            u = uniform(luck, Decision.APPOINTMENT_DAY, who.id, numbered(who, mind.visits_made), b, 1)
            mind.due = to_weekend(day, u, market.leads)


# ---- the people who are not simulated ------------------------------------------------------------------------------


@njit
def recent_visits(outlet):
    """Visits of simulated people to an outlet over half a year."""
    total = 0
    for back in range(HALF_YEAR):
        total += outlet.visits[back]
    return total


@njit
def expect_background(own, of_tier, outlet, brand, day, opened_day, weight):
    """Mean arrivals today of the unsimulated twins of this outlet's visitors.

    The outlet's share of its tier's visits over half a year (before, its share of the tier's people) x the tier's
    simulated visits a day over 28 days, on the week's rhythm x (weight - 1).
    """
    lived = min(day - opened_day, HALF_YEAR)
    recent = 0
    for back in range(1, MONTH + 1):
        recent += brand.visits[outlet.tier, (day - back) % HALF_YEAR]
    observed = own / of_tier if of_tier > 0 else outlet.share
    share = (lived * observed + (HALF_YEAR - lived) * outlet.share) / HALF_YEAR
    week = 0
    for weekday in range(7):
        week += brand.weekday[weekday]
    rhythm = 7.0 * brand.weekday[day % 7] / week if week > 0 else 1.0
    return share * recent / MONTH * rhythm * (weight - 1.0)


@njit
def open_desks(outlets, brands, day, opened_day, weight, luck, tally, line, length):
    """The unsimulated arrive: Poisson, keyed by outlet and day; each takes a place in the line."""
    if weight <= 1.0:
        return
    of_tier = np.zeros((brands.size, 3), np.int64)
    own = np.empty(outlets.size, np.int64)
    for o in range(outlets.size):
        own[o] = recent_visits(outlets[o])
        of_tier[outlets[o].brand, outlets[o].tier] += own[o]
    for o in range(outlets.size):
        outlet = outlets[o]
        if not outlet.open:
            continue
        mean = expect_background(own[o], of_tier[outlet.brand, outlet.tier], outlet, brands[outlet.brand], day, opened_day, weight)
        come = poisson_quantile(uniform(luck, Decision.BACKGROUND, outlet.id, day + LONG_AGO), mean) if mean > 0.0 else 0
        for k in range(min(come, line.size - length[0])):
            spot = line[length[0]]
            spot.outlet, spot.joined, spot.person, spot.brand = o, day, -1 - k, outlet.brand
            spot.place = uniform(luck, Decision.PLACE_IN_QUEUE, outlet.id, day + LONG_AGO, 255, 0, 1 + k)
            length[0] += 1
        tally[outlet.brand, T_BG_ARRIVALS] += come


@njit
def forget_oldest(outlets, brands, day):
    """The day half a year ago, and the sales of a month ago, leave the memory that forecasts are made of."""
    for b in range(brands.size):
        for tier in range(3):
            brands[b].visits[tier, day % HALF_YEAR] = 0
    for o in range(outlets.size):
        outlets[o].visits[day % HALF_YEAR] = 0
        outlets[o].sold[day % MONTH] = 0


# ---- price -----------------------------------------------------------------------------------------------------------


@njit
def worth(fit, reference_price, p):
    """What the car is worth to this buyer, yuan."""
    return reference_price * math.exp(p.worth * fit)


@njit
def sellers_share(skill, informed, stock_pressure, luck_of_day, p):
    """The seller's share of the surplus in a bargain, 0 to 1."""
    pull = p.skill * skill - (p.informed if informed else 0.0) - p.stock * stock_pressure + p.noise * luck_of_day
    return logistic(log_odds(p.share) + pull)


@njit
def haggled(list_price, cost, value, share):
    """The price agreed between a buyer's worth and a retailer's cost; NaN where there is nothing to share (v <= c)."""
    return math.nan if value <= cost else min(list_price, cost + share * (value - cost))


@njit
def asking_price(who, b, mind, brand, outlet, skill, informed, luck, market):
    """The price of today's offer, yuan, or NaN where there is none: the list price, or a bargain."""
    terms = brand.terms[outlet.tier]
    list_price = brand.list_price[outlet.tier]
    if terms.one_price:
        return list_price
    cost = list_price * (1.0 - terms.margin - terms.rebate)
    key = numbered(who, mind.meetings[CLOSING])
    luck_of_day = normal(luck, Decision.BARGAIN, who.id, key, b) if market.bargain.noise > 0.0 else 0.0
    share = sellers_share(skill, informed, overstock(outlet, terms), luck_of_day, market.bargain)
    return haggled(list_price, cost, worth(float(mind.fit), market.reference_price, market.bargain), share)


@njit
def overstock(outlet, terms):
    """Months of stock above the target, 0 or more."""
    sold = 0
    for back in range(MONTH):
        sold += outlet.sold[back]
    if terms.stock_months <= 0.0 or sold == 0:
        return 0.0
    return max(0.0, outlet.stock / (sold * 30.0 / MONTH) - terms.stock_months)


# ---- meetings --------------------------------------------------------------------------------------------------------


@njit
def discovering(fit, skill, waited, p):
    """Probability that a meeting finds the shopper's need: a binary logit."""
    return logistic(log_odds(p.discovery) + p.skill * skill + p.fit * fit - p.waiting * waited)


@njit
def presenting(fit, skill, markup, waited, drive, p):
    """Probability that presentation and test drive convince: a binary logit; markup of the price the shopper expects."""
    odds = log_odds(p.presentation) + p.skill * skill + p.fit * fit - p.price * markup - p.waiting * waited
    return logistic(odds + (math.log(p.drive_odds) if drive else 0.0))


@njit
def closing(fit, skill, markup, waited, pressure, p):
    """Probability that a buyer signs in today's meeting: a binary logit.

    fit      how well the product suits the buyer, standard score
    skill    the salesperson's closing skill, standard score
    markup   (asked price - reference price) / reference price, times the buyer's price sensitivity
    """
    if p.closing_rule == CERTAIN:
        return 1.0
    return logistic(log_odds(p.closing) + p.skill * skill + p.fit * fit - p.price * markup - p.waiting * waited + p.pressure * pressure)


@njit
def skill_of(member, task, workforce):
    """A salesperson's skill today: what was born and hired, less what a novice lacks, plus what training left."""
    lacking = workforce.novice * math.exp(-member.experience / workforce.learning)
    trained = member.trained / workforce.training_hours * workforce.training_effect / workforce.training_ceiling
    return member.skill[task] - lacking + workforce.training_ceiling * (1.0 - math.exp(-trained))


@njit
def markup_of(who, price, reference_price):
    """The price over the reference price as this person feels it."""
    return float(who.price_sensitivity) * (price - reference_price) / reference_price


@njit
def meet(i, b, people, minds, brands, outlets, staff, drives_left, waited, day, luck, market, flow, tally, orders, taken, diary, cursor):
    """One meeting: the task of the shopper's stage, at most one move."""
    who, mind, brand = people[i], minds[b, i], brands[b]
    o = mind.lead_outlet
    outlet = outlets[o]
    seat = outlet.first_seat + mind.lead_seat
    member = staff[seat]
    p = market.meeting
    task = DISCOVERY if mind.stage < Stage.CONSIDERATION else (PRESENTATION if mind.stage == Stage.CONSIDERATION else CLOSING)
    key = numbered(who, mind.meetings[task])
    skill = skill_of(member, task, market.workforce)
    tally[b, T_MEETINGS] += 1
    if mind.visits_made == 1:
        tally[b, T_FIRST] += 1
    tally[b, T_WAITED] += waited
    outlet.meetings += 1
    member.meetings += 1
    member.experience += 1.0
    note(who, b, mind, Event.MEETS, day, diary, cursor, outlet=o, salesperson=seat)
    fit = float(mind.fit)
    if task == DISCOVERY:
        good = uniform(luck, Decision.DISCOVERY, who.id, key, b) < discovering(fit, skill, waited, p)
        mind.meetings[task] += 1
        discover(who, b, mind, good, o, seat, day, luck, market, flow, diary, cursor)
        return
    if task == PRESENTATION:
        drive = drives_left[o] >= 1.0 and uniform(luck, Decision.TEST_DRIVE, who.id, key, b) < p.drives
        if drive:
            drives_left[o] -= 1.0
            tally[b, T_DRIVES] += 1
            note(who, b, mind, Event.TEST_DRIVES, day, diary, cursor, outlet=o, salesperson=seat)
        markup = markup_of(who, brand.expected_price[outlet.tier], market.reference_price)
        mind.meetings[task] += 1
        if uniform(luck, Decision.PRESENTATION, who.id, key, b) < presenting(fit, skill, markup, waited, drive, p):
            move(who, b, mind, Stage.INTENT, Event.DECIDES, day, luck, market, flow, diary, cursor, -1, o, seat)
        else:
            fail(who, b, mind, p.presentation_lost, task, key, o, seat, day, luck, market, flow, diary, cursor)
        return
    informed = mind.searched >= market.search.informed_after
    price = asking_price(who, b, mind, brand, outlet, skill, informed, luck, market)
    mind.meetings[task] += 1
    if math.isnan(price):
        tally[b, T_NO_OFFER] += 1
        note(who, b, mind, Event.GETS_NO_OFFER, day, diary, cursor, outlet=o, salesperson=seat)
        fail(who, b, mind, p.closing_lost, task, key, o, seat, day, luck, market, flow, diary, cursor)
        return
    chance = closing(fit, skill, markup_of(who, price, market.reference_price), waited, brand.terms[outlet.tier].pressure, p)
    if uniform(luck, Decision.CLOSING, who.id, key, b) < chance:
        member.orders += 1
        sign(who, i, b, mind, brand, outlet, o, seat, price, waited, informed, False, day, luck, market, flow, tally, orders, taken, diary, cursor)  # fmt: skip
    else:
        fail(who, b, mind, p.closing_lost, task, key, o, seat, day, luck, market, flow, diary, cursor)


@njit
def discover(who, b, mind, good, o, seat, day, luck, market, flow, diary, cursor):
    """Discovery: success moves on; without an open need the lead closes as not in the market."""
    in_need = who.need_since >= 0
    if good and mind.stage == Stage.AWARE:
        move(who, b, mind, Stage.INTEREST, Event.GROWS_CURIOUS, day, luck, market, flow, diary, cursor, -1, o, seat)
    elif good and in_need:
        mind.fit = float(mind.fit) + market.meeting.raises_fit
        move(who, b, mind, Stage.CONSIDERATION, Event.COMPARES, day, luck, market, flow, diary, cursor, -1, o, seat)
    elif not good:
        note(who, b, mind, Event.TASK_FAILS, day, diary, cursor, outlet=o, salesperson=seat)
    if not in_need:
        close_lead(who, b, mind, day, diary, cursor)


@njit
def fail(who, b, mind, lost, task, key, o, seat, day, luck, market, flow, diary, cursor):
    """A task that failed: some are lost for this need, the others may return."""
    if uniform(luck, Decision.FAILED_LOST, who.id, key, b, task) < lost:
        close_lead(who, b, mind, day, diary, cursor)
        move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor, -1, o, seat)
    else:
        note(who, b, mind, Event.TASK_FAILS, day, diary, cursor, outlet=o, salesperson=seat)


@njit
def sign(who, i, b, mind, brand, outlet, o, seat, price, waited, informed, online, day, luck, market, flow, tally, orders, taken, diary, cursor):  # fmt: skip
    """An order: it ends the need, closes the lead and waits for its car.

    orders  (m,) ORDER with room, taken (1,)
    """
    row = orders[taken[0]]
    row.consumer, row.person, row.brand, row.day, row.tier, row.outlet, row.salesperson = who.id, i, b, day, outlet.tier, o, seat
    row.price, row.need_day, row.intent_day, row.first_touch = price, who.need_since, mind.since, mind.first_touch
    row.lead_day = mind.lead_day if mind.lead != LEAD_NONE else -1
    row.lead_touch = mind.lead_touch if mind.lead != LEAD_NONE else -1
    row.repeat, row.online, row.informed, row.drives_ours = who.car == b, online, informed, who.car == b
    row.referred = mind.referred if mind.lead != LEAD_NONE else mind.heard_day >= who.need_since
    row.fit, row.waited, row.lead_visits = mind.fit, waited, mind.visits_made
    taken[0] += 1
    tally[b, T_ORDERS] += 1
    tally[b, T_ONLINE] += 1 if online else 0
    tally[b, T_REPEAT_ORDERS] += 1 if row.repeat else 0
    tally[b, T_REFERRED] += 1 if row.referred else 0
    whole = np.int64(math.floor(price * 100.0 + 0.5))
    tally[b, T_PRICE] += whole
    brand.paid_fen[outlet.tier] += whole
    brand.paid_cars[outlet.tier] += 1
    outlet.orders += 1
    who.order, who.order_day, who.order_outlet, who.order_price, who.order_waited = b, day, o, price, waited
    who.need_since = -1
    mind.lead = LEAD_NONE
    mind.queued = False
    move(who, b, mind, Stage.OWNER, Event.BUYS, day, luck, market, flow, diary, cursor, -1, o, seat, price)
    mind.leave = patience(luck, Decision.CANCELS, who.id, who.needs, b)


@njit
def sign_online(called, people, minds, brands, outlets, day, luck, market_, flow, tally, orders, taken, diary, cursor):
    """Orders given online; the nearest outlet hands over."""
    market = market_[0]
    n = people.size
    for k in range(called.size):
        b, i = called[k] // n, called[k] % n
        who, mind = people[i], minds[b, i]
        if who.need_since < 0 or mind.stage != Stage.INTENT or mind.outlet < 0:
            continue
        outlet = outlets[mind.outlet]
        price = brands[b].list_price[outlet.tier]
        informed = mind.searched >= market.search.informed_after
        sign(who, i, b, mind, brands[b], outlet, mind.outlet, -1, price, 0, informed, True, day, luck, market, flow, tally, orders, taken, diary, cursor)  # fmt: skip


# ---- the queue -------------------------------------------------------------------------------------------------------


@njit
def abandon(spot, people, minds, outlets, day, luck, market, flow, tally, diary, cursor):
    """Whether somebody who was not met today leaves the line; who leaves may be lost for this need."""
    p = market.meeting
    waited = day - spot.joined
    if spot.person < 0:
        who = outlets[spot.outlet].id
        left = uniform(luck, Decision.ABANDONS, who, spot.joined + LONG_AGO, 255, waited, 1 - spot.person) < p.abandons
        tally[spot.brand, T_BG_ABANDONED] += 1 if left else 0
        return left
    b = spot.brand
    who, mind = people[spot.person], minds[b, spot.person]
    key = numbered(who, mind.visits_made)
    if uniform(luck, Decision.ABANDONS, who.id, key, b, waited) >= p.abandons:
        return False
    tally[b, T_ABANDONED] += 1
    note(who, b, mind, Event.LEAVES_QUEUE, day, diary, cursor, outlet=spot.outlet)
    close_lead(who, b, mind, day, diary, cursor)
    considering = mind.stage == Stage.CONSIDERATION or mind.stage == Stage.INTENT
    if considering and uniform(luck, Decision.ABANDONED_LOST, who.id, key, b) < p.abandoned_lost:
        move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor, -1, spot.outlet)
    return True


@njit
def serve_background(spot, brand, outlet, staff, day, luck, tally):
    """A meeting with somebody who is not simulated: counts for queue, experience and physical stock, for nothing else."""
    tally[spot.brand, T_BG_MEETINGS] += 1
    tally[spot.brand, T_BG_WAITED] += day - spot.joined
    if outlet.seats > 0:
        staff[outlet.first_seat + (-1 - spot.person) % outlet.seats].experience += 1.0
    rate = (brand.bought + 3.0) / (brand.met + 20.0)
    if uniform(luck, Decision.BACKGROUND_BUYS, outlet.id, day + LONG_AGO, 255, 0, 1 - spot.person + 4096 * (day - spot.joined)) < rate:
        tally[spot.brand, T_BG_ORDERS] += 1
        outlet.sold[day % MONTH] += 1
        outlet.real_sold += 1
        outlet.stock = max(0, outlet.stock - 1)


@njit
def serve(line, people, minds, brands, outlets, staff, room, drives_left, day, luck, market_, flow, tally, orders, taken, diary, cursor):
    """Desks serve first come first served up to their room; who is left waits or abandons. Returns who stays in line.

    line         (k,) IN_LINE sorted by outlet, day joined, place; changed in place
    room         (outlets,) meetings that each can still hold today
    drives_left  (outlets,) test drives likewise
    """
    market = market_[0]
    kept = 0
    for k in range(line.size):
        spot = line[k]
        o, b = spot.outlet, spot.brand
        simulated = spot.person >= 0
        if simulated:
            mind = minds[b, spot.person]
            if mind.lead != LEAD_SHOWN or not mind.queued or mind.joined != spot.joined:
                continue  # left for other reasons since
        moved_today = simulated and minds[b, max(spot.person, 0)].since == day
        if moved_today:
            line[kept] = line[k]
            kept += 1
        elif room[o] >= 1.0:
            room[o] -= 1.0
            if simulated:
                mind = minds[b, spot.person]
                mind.queued = False
                before = taken[0]
                meet(spot.person, b, people, minds, brands, outlets, staff, drives_left, day - spot.joined, day, luck, market, flow, tally, orders, taken, diary, cursor)  # fmt: skip
                brands[b].met += 1
                brands[b].bought += taken[0] - before
            else:
                serve_background(spot, brands[b], outlets[o], staff, day, luck, tally)
        elif not abandon(spot, people, minds, outlets, day, luck, market, flow, tally, diary, cursor):
            line[kept] = line[k]
            kept += 1
    return kept


@njit
def open_hours(outlets, room, drives_left, drives_per_car):
    """Meetings and test drives that each outlet can hold today; a part of a meeting is carried to the next day."""
    for o in range(outlets.size):
        outlet = outlets[o]
        outlet.slack += outlet.capacity if outlet.open else 0.0
        room[o] = math.floor(outlet.slack + 1e-9)
        outlet.slack -= room[o]
        drives_left[o] = outlet.demo_cars * drives_per_car


def in_order(line: np.ndarray) -> np.ndarray:
    """The line sorted by outlet, day joined and keyed place."""
    return line[np.lexsort((line["person"], line["place"], line["joined"], line["outlet"]))]


def empty_line(spots: int) -> np.ndarray:
    """Room for so many in line."""
    return np.zeros(spots, IN_LINE)
