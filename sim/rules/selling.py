"""Where a salesperson meets a shopper: the bargain, the three tasks, the signature, and who is served (ODD 5.6, 5.8)."""

import math

import numpy as np

from sim.chance import Decision, each_uniform, log_odds, logistic, normal, patience, uniform, whole_rows
from sim.compiled import inlined, njit
from sim.handover import ONLINE_TO_STORE, forgotten
from sim.leads import LONG_AGO, close_lead, close_other_leads, holds_place, numbered, rests
from sim.prefetch import fetch_ahead
from sim.records import LEAD_NONE, MONTH, NO_NEED, T
from sim.seats import who_meets
from sim.stages import Event, Stage, move, note

DISCOVERY, PRESENTATION, CLOSING = 0, 1, 2
CERTAIN = 1  # closing_rule
T_MEETINGS, T_FIRST, T_DRIVES, T_NO_OFFER = (T[k] for k in ("meetings", "first_meetings", "drives", "no_offer"))
T_ORDERS, T_ONLINE, T_REPEAT_ORDERS, T_REFERRED = (T[k] for k in ("orders", "online_orders", "repeat_orders", "referred_orders"))
T_WAITED, T_PRICE, T_WAITING, T_BG_MEETINGS = (T[k] for k in ("waited", "price_fen", "waiting", "background_meetings"))
T_BG_WAITED, T_BG_ORDERS = T["background_waited"], T["background_orders"]
T_HANDOVERS, T_LEAKS, T_RECOMMENDED = T["handovers"], T["leaks"], T["recommended_orders"]
T_TRIES, T_DONE = T["discoveries"], T["discovered"]  # of the first of three tasks

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
    return haggled(list_price, cost, worth(np.float64(mind.fit), market.reference_price, market.bargain), share)


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
    return np.float64(who.price_sensitivity) * (price - reference_price) / reference_price


@njit
def meet(i, b, people, minds, brands, outlets, staff, drives_left, waited, day, luck, market, flow, tally, orders, taken, diary, cursor):
    """One meeting: the task of the shopper's stage, at most one move."""
    who, mind, brand = people[i], minds[b, i], brands[b]
    o = mind.lead_outlet
    outlet = outlets[o]
    seat = who_meets(mind.lead_seat, outlet, staff, day)
    member = staff[seat]
    p = market.meeting
    task = DISCOVERY if mind.stage < Stage.CONSIDERATION else (PRESENTATION if mind.stage == Stage.CONSIDERATION else CLOSING)
    key = numbered(who, mind.meetings[task])
    skill = skill_of(member, task, market.workforce)
    tally[b, T_MEETINGS] += 1
    mind.met += 1
    if mind.visits_made == 1:
        tally[b, T_FIRST] += 1
    tally[b, T_WAITED] += waited
    outlet.meetings += 1
    outlet.served += 1
    member.meetings += 1
    member.experience += 1.0
    note(who, b, mind, Event.MEETS, day, diary, cursor, outlet=o, salesperson=seat)
    if tells_again(who, b, mind, brand, market, luck, tally):
        note(who, b, mind, Event.TASK_FAILS, day, diary, cursor, outlet=o, salesperson=seat)
        return
    fit = np.float64(mind.fit)
    tally[b, T_TRIES + task] += 1
    if task == DISCOVERY:
        good = uniform(luck, Decision.DISCOVERY, who.id, key, b) < discovering(fit, skill, waited, p)
        tally[b, T_DONE + task] += 1 if good else 0
        mind.meetings[task] += 1
        discover(who, b, mind, good, key, o, seat, day, luck, market, flow, diary, cursor)
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
            tally[b, T_DONE + task] += 1
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
        outlet.orders += 1
        tally[b, T_DONE + task] += 1
        sign(
            who, i, b, mind, brand, outlet.tier, o, seat, price, waited, informed, False,
            day, luck, market, flow, tally, orders, taken, diary, cursor,
        )  # fmt: skip
    else:
        fail(who, b, mind, p.closing_lost, task, key, o, seat, day, luck, market, flow, diary, cursor)


@njit
def tells_again(who, b, mind, brand, market, luck, tally):
    """From online to store: whether the first meeting of somebody who searched is spent on telling all again."""
    if mind.visits_made != 1 or mind.searched == 0 or mind.lead_repeat:
        return False
    mind.handovers += 1
    tally[b, T_HANDOVERS] += 1
    leaks = forgotten(
        who, b, ONLINE_TO_STORE, numbered(who, mind.handovers), brand.plan.omnichannel.integration, market.handover.store, luck
    )  # fmt: skip
    tally[b, T_LEAKS] += 1 if leaks else 0
    return leaks


@njit
def discover(who, b, mind, good, key, o, seat, day, luck, market, flow, diary, cursor):
    """Discovery: success moves on, failure may end the lead; without an open need it closes as not in the market."""
    in_need = who.need_since != NO_NEED
    if good and mind.stage == Stage.AWARE:
        move(who, b, mind, Stage.INTEREST, Event.GROWS_CURIOUS, day, luck, market, flow, diary, cursor, -1, o, seat)
    elif good and in_need:
        mind.fit = np.float64(mind.fit) + market.meeting.raises_fit
        move(who, b, mind, Stage.CONSIDERATION, Event.COMPARES, day, luck, market, flow, diary, cursor, -1, o, seat)
    elif not good:
        note(who, b, mind, Event.TASK_FAILS, day, diary, cursor, outlet=o, salesperson=seat)
    ends = not good and uniform(luck, Decision.FAILED_LOST, who.id, key, b, DISCOVERY) < market.meeting.discovery_ends
    if ends or not in_need:
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
def sign(
    who, i, b, mind, brand, tier, o, seat, price, waited, informed, online,
    day, luck, market, flow, tally, orders, taken, diary, cursor,
):  # fmt: skip
    """An order: it ends the need, closes the lead and waits for its car.

    tier    of the outlet, or of the home where no outlet is
    orders  (m,) ORDER with room, taken (1,)
    """
    row = orders[taken[0]]
    row.consumer, row.person, row.brand, row.day, row.tier, row.outlet, row.salesperson = who.id, i, b, day, tier, o, seat
    row.price, row.need_day, row.intent_day, row.first_touch = price, who.need_since, mind.since, mind.first_touch
    row.lead_day = mind.lead_day if mind.lead != LEAD_NONE else -1
    row.lead_touch = mind.lead_touch if mind.lead != LEAD_NONE else -1
    row.repeat, row.online, row.informed, row.drives_ours = who.car == b, online, informed, who.car == b
    row.referred = mind.referred if mind.lead != LEAD_NONE else mind.heard_day >= who.need_since
    row.fit, row.waited, row.lead_visits, row.last_touch = mind.fit, waited, mind.visits_made, mind.last_touch
    row.recommended = day - mind.clicked_day <= market.recommendation.window
    taken[0] += 1
    tally[b, T_ORDERS] += 1
    tally[b, T_ONLINE] += 1 if online else 0
    tally[b, T_REPEAT_ORDERS] += 1 if who.car == b else 0  # in plain Python row.repeat is a method of NumPy's
    tally[b, T_REFERRED] += 1 if row.referred else 0
    tally[b, T_RECOMMENDED] += 1 if row.recommended else 0
    whole = np.int64(math.floor(price * 100.0 + 0.5))
    tally[b, T_PRICE] += whole
    brand.paid_fen[tier] += whole
    brand.paid_cars[tier] += 1
    who.order, who.order_day, who.order_outlet, who.order_price, who.order_waited = b, day, o, price, waited
    who.need_since = NO_NEED
    mind.lead = LEAD_NONE
    mind.queued = False
    move(who, b, mind, Stage.OWNER, Event.BUYS, day, luck, market, flow, diary, cursor, -1, o, seat, price)
    mind.leave = patience(luck, Decision.CANCELS, who.id, who.needs, b)


@njit
def sign_online(called, people, minds, brands, outlets, day, luck, market_, flow, tally, orders, taken, diary, cursor):
    """Orders given online; the nearest outlet hands over, and a brand without outlets sends to the home."""
    market = market_[0]
    n = people.size
    for k in range(called.size):
        fetch_ahead(called, k, people, minds)
        b, i = called[k] // n, called[k] % n
        who, mind = people[i], minds[b, i]
        if who.need_since == NO_NEED or mind.stage != Stage.INTENT:
            continue
        tier = mind.shop_tier
        if mind.outlet >= 0:
            outlets[mind.outlet].orders += 1
        price = brands[b].list_price[tier]
        informed = mind.searched >= market.search.informed_after
        sign(
            who, i, b, mind, brands[b], tier, mind.outlet, -1, price, 0, informed, True,
            day, luck, market, flow, tally, orders, taken, diary, cursor,
        )  # fmt: skip
        close_other_leads(who, i, b, minds, day, diary, cursor)


@njit
def orders_before(one, other, people, minds):
    """Whether one call orders online before another: by person, and of one person by the hour the clock rings."""
    n = people.size
    who, whom = people[one % n], people[other % n]
    if who.id != whom.id:
        return who.id < whom.id
    mind, another = minds[one // n, one % n], minds[other // n, other % n]
    return mind.advance / mind.advance_rate < another.advance / another.advance_rate


@njit
def put_in_sequence(online, people, minds):
    """Sorts online orders, flat rows of minds (k,): the sequence decides who takes the last car in stock. They mostly stand so already."""
    for k in range(1, online.size):
        call, at = online[k], k
        while at > 0 and orders_before(call, online[at - 1], people, minds):
            online[at] = online[at - 1]
            at -= 1
        online[at] = call


# ---- serving ----------------------------------------------------------------------------------------------------------


@inlined
def buying_key(person, waited):
    """What tells one of the unsimulated from others met on the same day: which of that day's visitors, and the days in line."""
    return max(0, 1 - person + 4096 * waited)


@inlined
def draw_buying(draws, keys, spots, outlet, day, luck):
    """What decides whether the unsimulated among those in line at an outlet (k,) buy today; keys room for what is theirs alone."""
    for k in range(spots.size):
        keys[k] = buying_key(spots[k].person, day - spots[k].joined)
    for k in range(whole_rows(spots.size)):
        draws[k] = each_uniform(luck, Decision.BACKGROUND_BUYS, outlet, day + LONG_AGO, 255, 0, keys[k])


@njit
def buys_unseen(brand):
    """Probability that somebody who is not simulated buys in a meeting: as simulated shoppers of the brand did."""
    return (brand.bought + 3.0) / (brand.met + 20.0)


@njit
def serve_background(number, b, outlet, staff, day, buys, tally):
    """A meeting with somebody who is not simulated: counts for queue, experience and physical stock, for nothing else.

    number  of this visitor among those who came to the outlet on one day, from 0
    """
    if outlet.seats > 0:
        staff[who_meets(number % outlet.seats, outlet, staff, day)].experience += 1.0
    if buys:
        tally[b, T_BG_ORDERS] += 1
        outlet.sold[day % MONTH] += 1
        outlet.real_sold += 1
        outlet.stock = max(0, outlet.stock - 1)


@njit
def serve_shopper(
    spot, people, minds, brands, outlets, staff, drives_left, day, luck, market, flow, tally, orders, taken, diary, cursor
):  # fmt: skip
    """A simulated shopper is met."""
    i, b, before = spot.person, spot.brand, taken[0]
    minds[b, i].queued = False
    waited = day - spot.joined
    meet(i, b, people, minds, brands, outlets, staff, drives_left, waited, day, luck, market, flow, tally, orders, taken, diary, cursor)
    if taken[0] > before:
        close_other_leads(people[i], i, b, minds, day, diary, cursor)
    brands[b].met += 1
    brands[b].bought += taken[0] - before


@inlined
def serve_at_once(come, outlet, brands, staff, day, luck, tally, draws):
    """Desks that have room for all meet so many of the unsimulated on the day on which they come, without a line."""
    b = outlet.brand
    rate = buys_unseen(brands[b])
    for k in range(whole_rows(come)):
        draws[k] = each_uniform(luck, Decision.BACKGROUND_BUYS, outlet.id, day + LONG_AGO, 255, 0, buying_key(-1 - k, 0))
    for k in range(come):
        serve_background(k, b, outlet, staff, day, draws[k] < rate, tally)
    outlet.served += come
    tally[b, T_BG_MEETINGS] += come


@inlined
def serve(
    line, first, last, kept, o, room, people, minds, brands, outlets, staff, drives_left, day, luck, market_, flow, tally, orders, taken,
    draws, keys, diary, cursor,
):  # fmt: skip
    """An outlet's desks serve first come first served up to their room those who stand in places `first` to `last` of the line.

    line         (k,) IN_LINE by day joined and place; who was looked after and stays is packed to places `kept` and after
    room         meetings that the outlet can hold today
    drives_left  (outlets,) test drives that are left
    draws, keys  (k,) room for the line's luck, in whole rows
    Returns the place of the first whom nobody looked after, and of the next to be kept.
    """
    outlet, left, met, waited = outlets[o], int(room), 0, 0
    b = outlet.brand
    rate = buys_unseen(brands[b])
    while first < last and left > 0:
        crowd = line[first : min(last, first + left)]
        draw_buying(draws, keys, crowd, outlet.id, day, luck)
        first += crowd.size
        for k in range(crowd.size):
            spot = crowd[k]
            if spot.person < 0:
                serve_background(-1 - spot.person, b, outlet, staff, day, draws[k] < rate, tally)
                left, met, waited = left - 1, met + 1, waited + day - spot.joined
            elif not holds_place(spot, minds):
                continue
            elif rests(spot, minds, day):
                line[kept] = spot
                kept += 1
                tally[b, T_WAITING] += 1
            else:
                serve_shopper(
                    spot, people, minds, brands, outlets, staff, drives_left, day, luck, market_[0], flow, tally, orders, taken,
                    diary, cursor,
                )  # fmt: skip
                left, rate = left - 1, buys_unseen(brands[b])
    outlet.served += met
    tally[b, T_BG_MEETINGS] += met
    tally[b, T_BG_WAITED] += waited
    return first, kept
