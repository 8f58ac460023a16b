"""The line at the desks: opening hours, the people who are not simulated, and who leaves unmet (ODD 2 Scale, 5.6)."""

import math

from sim.chance import Decision, each_uniform, poisson_quantile, uniform, whole_rows
from sim.compiled import inlined, njit
from sim.leads import LONG_AGO, close_lead, holds_place, numbered, rests, waits_at
from sim.records import HALF_YEAR, MONTH, T
from sim.stages import Event, Stage, move, note

T_BG_ARRIVALS, T_BG_ABANDONED, T_ABANDONED = T["background_arrivals"], T["background_abandoned"], T["abandoned"]
T_WAITING = T["waiting"]
CELLS = 2  # into which places fall, for each of the unsimulated who arrive
KEYS = 2  # numbers by which luck is drawn, for each who stands in line
NUMBERS = max(CELLS, KEYS)  # room for either


@njit
def open_hours(outlets, room, drives_left, drives_per_car):
    """Meetings and test drives that each outlet can hold today; a part of a meeting is carried to the next day."""
    for o in range(outlets.size):
        outlet = outlets[o]
        outlet.slack += outlet.capacity if outlet.open else 0.0
        outlet.offered += outlet.capacity if outlet.open else 0.0
        room[o] = math.floor(outlet.slack + 1e-9)
        outlet.slack -= room[o]
        drives_left[o] = outlet.demo_cars * drives_per_car


@njit
def expect_background(of_tier, recent, rhythm, outlet, day, weight):
    """Mean arrivals today of the unsimulated twins of this outlet's visitors.

    The outlet's share of its tier's visits over half a year (before, its share of the tier's people) x the tier's
    simulated visits a day over 28 days (`recent` visits), on the week's rhythm (`rhythm_of`) x (weight - 1).
    """
    lived = min(day - outlet.since, HALF_YEAR)
    observed = outlet.recent / of_tier if of_tier > 0 else outlet.share
    share = (lived * observed + (HALF_YEAR - lived) * outlet.share) / HALF_YEAR
    return share * recent / MONTH * rhythm * (weight - 1.0)


@njit
def visits_of_month(brand, tier, day):
    """Simulated visits to a brand's outlets of a tier in the 28 days before today."""
    visits, at = 0, day % HALF_YEAR
    for _ in range(MONTH):
        at = at - 1 if at > 0 else HALF_YEAR - 1
        visits += brand.visits[tier, at]
    return visits


@njit
def rhythm_of(brand, day):
    """Visits on a day like today against the mean day, both over the half year through today; each weekday by how often it was lived."""
    lived = min(day - brand.since, HALF_YEAR)
    visits = 0
    for weekday in range(7):
        visits += brand.weekday[weekday]
    like_today = (lived + 6) // 7
    return brand.weekday[day % 7] * lived / (like_today * visits) if visits > 0 else 1.0


@njit
def await_background(outlets, brands, day, weight, luck, tally, come):
    """How many of the unsimulated come to each outlet today: Poisson, keyed by outlet and day. Returns how many in all.

    come  (outlets,) is written
    """
    total = 0
    for b in range(brands.size):
        rhythm = rhythm_of(brands[b], day)
        for tier in range(3):
            recent, of_tier = visits_of_month(brands[b], tier, day), 0
            for o in range(outlets.size):
                of_tier += outlets[o].recent if outlets[o].brand == b and outlets[o].tier == tier else 0
            for o in range(outlets.size):
                outlet = outlets[o]
                if outlet.brand != b or outlet.tier != tier:
                    continue
                come[o] = 0
                mean = expect_background(of_tier, recent, rhythm, outlet, day, weight) if outlet.open and weight > 1.0 else 0.0
                if mean > 0.0:
                    come[o] = poisson_quantile(uniform(luck, Decision.BACKGROUND, outlet.id, day + LONG_AGO), mean)
                tally[b, T_BG_ARRIVALS] += come[o]
                total += come[o]
    return total


@njit
def go_ahead(line, arrived, come, outlets, room, ahead):
    """Where the desks have room for all, and nobody simulated arrives, the unsimulated who come need no place in line.

    line, arrived  (k,), (m,) IN_LINE of yesterday, and of simulated people who arrive today
    come, ahead    (outlets,) arrivals of the unsimulated, of whom those that need no place are put into `ahead`
    room           (outlets,) meetings that each can hold today
    """
    waiting = 0
    for o in range(outlets.size):
        before = waiting
        while waiting < line.size and line[waiting].outlet == o:
            waiting += 1
        ahead[o] = come[o] if waiting - before + come[o] <= room[o] else 0
    for k in range(arrived.size):
        ahead[arrived[k].outlet] = 0
    for o in range(outlets.size):
        come[o] -= ahead[o]


@njit
def line_up(line, arrived, come, outlets, day, luck, draws, cells, queue):
    """Today's line by outlet, day joined and keyed place: who waited stands in order already, who arrives today behind them.

    line, arrived  (k,), (m,) IN_LINE of yesterday, and of simulated people who arrive today
    come           (outlets,) arrivals of the unsimulated; draws (come,), in whole rows, cells (CELLS * come + 1,) room for their places
    queue          (k,) IN_LINE with room. Returns how many stand in it.
    """
    waiting, at = 0, 0
    for o in range(outlets.size):
        outlet = outlets[o]
        while waiting < line.size and line[waiting].outlet == o:
            queue[at] = line[waiting]
            waiting, at = waiting + 1, at + 1
        first, last = at, at + come[o]
        draw_places(draws[: whole_rows(come[o])], luck, outlet.id, day)
        stand_by_place(queue[first:last], draws, cells, o, outlet.brand, day)
        for k in range(arrived.size):
            if arrived[k].outlet == o:
                queue[last] = arrived[k]
                last += 1
        sort_by_place(queue[first:last])
        at = last
    return at


@njit
def stand_by_place(spots, draws, cells, o, brand, day):
    """The unsimulated who arrive (k,) stand by the cell that their place falls into, of CELLS times as many as people: nearly in order."""
    n, last = spots.size, CELLS * spots.size - 1
    for k in range(last + 2):
        cells[k] = 0
    for k in range(n):
        cells[min(last, int(draws[k] * (last + 1))) + 1] += 1
    for k in range(last + 1):
        cells[k + 1] += cells[k]
    for k in range(n):
        cell = min(last, int(draws[k] * (last + 1)))
        spot = spots[cells[cell]]
        spot.outlet, spot.brand, spot.joined, spot.person, spot.place, spot.elsewhere = o, brand, day, -1 - k, draws[k], False
        cells[cell] += 1


@njit
def draw_places(draws, luck, outlet, day):
    """The places of the unsimulated who arrive at an outlet today (k,)."""
    for k in range(draws.size):
        draws[k] = each_uniform(luck, Decision.PLACE_IN_QUEUE, outlet, day + LONG_AGO, 255, 0, 1 + k)


@njit
def comes_before(place, person, other_place, other_person):
    """Whether one who joined the same line on the same day stands before another: by keyed place."""
    return place < other_place or (place == other_place and person < other_person)


@njit
def sort_by_place(spots):
    """Sorts those (k,) who joined the same line on the same day and nearly stand in order: they differ in place and person alone."""
    for k in range(1, spots.size):
        place, person, at = spots[k].place, spots[k].person, k
        while at > 0 and comes_before(place, person, spots[at - 1].place, spots[at - 1].person):
            spots[at].place, spots[at].person = spots[at - 1].place, spots[at - 1].person
            at -= 1
        spots[at].place, spots[at].person = place, person


@njit
def forget_oldest(outlets, brands, day):
    """The day half a year ago, and the sales of a month ago, leave the memory that forecasts are made of."""
    for b in range(brands.size):
        for tier in range(3):
            brands[b].weekday[day % 7] -= brands[b].visits[tier, day % HALF_YEAR]  # half a year is 26 weeks: the same weekday
            brands[b].visits[tier, day % HALF_YEAR] = 0
    for o in range(outlets.size):
        outlets[o].recent -= outlets[o].visits[day % HALF_YEAR]
        outlets[o].visits[day % HALF_YEAR] = 0
        outlets[o].sold[day % MONTH] = 0


@njit
def abandon(spot, people, minds, day, luck, market, flow, tally, diary, cursor):
    """Whether a simulated shopper who was not met today leaves the line; who leaves may be lost for this need."""
    p, b = market.meeting, spot.brand
    who, mind = people[spot.person], minds[b, spot.person]
    key = numbered(who, mind.visits_made)
    if uniform(luck, Decision.ABANDONS, who.id, key, b, day - spot.joined) >= p.abandons:
        return False
    tally[b, T_ABANDONED] += 1
    note(who, b, mind, Event.LEAVES_QUEUE, day, diary, cursor, outlet=spot.outlet)
    close_lead(who, b, mind, day, diary, cursor)
    considering = mind.stage == Stage.CONSIDERATION or mind.stage == Stage.INTENT
    if considering and uniform(luck, Decision.ABANDONED_LOST, who.id, key, b) < p.abandoned_lost:
        move(who, b, mind, Stage.LOST, Event.GIVES_UP, day, luck, market, flow, diary, cursor, -1, spot.outlet)
    return True


@inlined
def draw_leaving(leaves, keys, spots, outlet, abandons, day, luck):
    """Whether (1 or 0) the unsimulated among those in line at an outlet (k,) abandon; keys (KEYS k,) room for what is theirs alone."""
    rows = whole_rows(spots.size)
    joined, number = keys[:rows], keys[rows : 2 * rows]
    for k in range(spots.size):
        joined[k], number[k] = spots[k].joined, max(0, 1 - spots[k].person)
    for k in range(rows):
        leaves[k] = each_uniform(luck, Decision.ABANDONS, outlet, joined[k] + LONG_AGO, 255, day - joined[k], number[k]) < abandons


@inlined
def lose_patience(line, first, last, kept, o, people, minds, outlets, day, luck, market_, flow, tally, draws, keys, diary, cursor):
    """Whom an outlet's desks did not look after, in places `first` to `last` of the line, waits on or abandons.

    line         (k,) IN_LINE; who waits on is packed to places `kept` and after
    draws, keys  (k,), (KEYS k,) room for the line's luck, in whole rows
    Returns the place of the next to be kept.
    """
    market, spots, gone = market_[0], line[first:last], 0
    draw_leaving(draws, keys, spots, outlets[o].id, market.meeting.abandons, day, luck)
    for k in range(spots.size):
        spot, leaves = spots[k], int(draws[k])
        if spot.person >= 0:
            leaves = loses_patience(spot, people, minds, day, luck, market, flow, tally, diary, cursor)
        else:
            gone += leaves
        line[kept] = spot
        kept += 1 - leaves
    tally[outlets[o].brand, T_BG_ABANDONED] += gone
    return kept


@njit
def loses_patience(spot, people, minds, day, luck, market, flow, tally, diary, cursor):
    """Whether (1 or 0) a simulated shopper who was not met today leaves the line, now or for other reasons before."""
    if not holds_place(spot, minds):
        return 1
    if not rests(spot, minds, day) and abandon(spot, people, minds, day, luck, market, flow, tally, diary, cursor):
        return 1
    tally[spot.brand, T_WAITING] += 1
    return 0


@njit
def wait_elsewhere(line, people, minds, luck):
    """Marks the places of the line (k,) whose shopper stands in another brand's line today: nobody waits in two lines at once.

    A shopper whom several brands await goes where the keyed place is the lower, and keeps the other places for another day.
    """
    for k in range(line.size):
        spot = line[k]
        spot.elsewhere = False
        if spot.person < 0 or not waits_at(minds[spot.brand, spot.person], spot.joined):
            continue
        who = people[spot.person]
        for b in range(minds.shape[0]):
            other = minds[b, spot.person]
            if b != spot.brand and waits_at(other, other.joined):
                place = uniform(luck, Decision.PLACE_IN_QUEUE, who.id, numbered(who, other.visits_made), b)
                spot.elsewhere |= place < spot.place
