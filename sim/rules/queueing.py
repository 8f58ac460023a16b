"""The line at the desks: opening hours, the people who are not simulated, and who leaves unmet (ODD 2 Scale, 5.6)."""

import math

import numpy as np

from sim.chance import Decision, poisson_quantile, uniform
from sim.compiled import new_arrays, njit
from sim.leads import LONG_AGO, close_lead, numbered
from sim.records import HALF_YEAR, LEAD_SHOWN, MONTH, T
from sim.stages import Event, Stage, move, note

T_BG_ARRIVALS, T_BG_ABANDONED, T_ABANDONED = T["background_arrivals"], T["background_abandoned"], T["abandoned"]


@njit
def open_hours(outlets, room, drives_left, drives_per_car):
    """Meetings and test drives that each outlet can hold today; a part of a meeting is carried to the next day."""
    for o in range(outlets.size):
        outlet = outlets[o]
        outlet.slack += outlet.capacity if outlet.open else 0.0
        room[o] = math.floor(outlet.slack + 1e-9)
        outlet.slack -= room[o]
        drives_left[o] = outlet.demo_cars * drives_per_car


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


@new_arrays
def open_desks(line, outlets, brands, day, opened_day, weight, luck, tally):
    """The line (k,) with the unsimulated who arrive today behind it: Poisson, keyed by outlet and day."""
    come = np.zeros(outlets.size, np.int64)
    of_tier = np.zeros((brands.size, 3), np.int64)
    own = np.empty(outlets.size, np.int64)
    for o in range(outlets.size):
        own[o] = recent_visits(outlets[o])
        of_tier[outlets[o].brand, outlets[o].tier] += own[o]
    for o in range(outlets.size):
        outlet = outlets[o]
        if not outlet.open or weight <= 1.0:
            continue
        mean = expect_background(own[o], of_tier[outlet.brand, outlet.tier], outlet, brands[outlet.brand], day, opened_day, weight)
        come[o] = poisson_quantile(uniform(luck, Decision.BACKGROUND, outlet.id, day + LONG_AGO), mean) if mean > 0.0 else 0
        tally[outlet.brand, T_BG_ARRIVALS] += come[o]
    longer = np.empty(line.size + come.sum(), line.dtype)
    longer[: line.size] = line
    last = line.size
    for o in range(outlets.size):
        for k in range(come[o]):
            spot = longer[last]
            spot.outlet, spot.joined, spot.person, spot.brand = o, day, -1 - k, outlets[o].brand
            spot.place = uniform(luck, Decision.PLACE_IN_QUEUE, outlets[o].id, day + LONG_AGO, 255, 0, 1 + k)
            last += 1
    return longer


@njit
def forget_oldest(outlets, brands, day):
    """The day half a year ago, and the sales of a month ago, leave the memory that forecasts are made of."""
    for b in range(brands.size):
        for tier in range(3):
            brands[b].visits[tier, day % HALF_YEAR] = 0
    for o in range(outlets.size):
        outlets[o].visits[day % HALF_YEAR] = 0
        outlets[o].sold[day % MONTH] = 0


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
def lose_patience(line, people, minds, outlets, day, luck, market_, flow, tally, diary, cursor):
    """Everybody who was not met today waits on or abandons. Returns how many wait, packed to the front."""
    kept = 0
    for k in range(line.size):
        spot = line[k]
        moved_today = spot.person >= 0 and minds[spot.brand, max(spot.person, 0)].since == day
        if moved_today or not abandon(spot, people, minds, outlets, day, luck, market_[0], flow, tally, diary, cursor):
            line[kept] = line[k]
            kept += 1
    return kept


@njit
def comes_before(one, other):
    """Whether one stands before another in the same outlet's line: by day joined, then by keyed place."""
    if one.joined != other.joined:
        return one.joined < other.joined
    return one.place < other.place or (one.place == other.place and one.person < other.person)


@new_arrays
def in_order(line, outlets):
    """The line (k,) by outlet, day joined and keyed place; who waited already stands in order."""
    out = np.empty(line.size, line.dtype)
    end = np.zeros(outlets.size + 1, np.int64)
    for k in range(line.size):
        end[line[k].outlet + 1] += 1
    for o in range(outlets.size):
        end[o + 1] += end[o]
    start = end.copy()
    for k in range(line.size):
        o = line[k].outlet
        spot = end[o]
        while spot > start[o] and comes_before(line[k], out[spot - 1]):
            out[spot] = out[spot - 1]
            spot -= 1
        out[spot] = line[k]
        end[o] += 1
    return out


def one_line_each(line: np.ndarray, people: np.ndarray, minds: np.ndarray, brands: np.ndarray, luck: np.uint64) -> tuple:
    """The line, and apart from it the places of those who stand in another brand's line today: nobody waits in two lines at once.

    A shopper whom several brands await goes where the keyed place is the lower, and keeps the other places for another day.
    """
    if brands.size == 1:
        return line, line[:0]
    away = np.zeros(line.size, np.bool_)
    wait_elsewhere(line, people, minds, luck, away)
    return line[~away], line[away]


@njit
def wait_elsewhere(line, people, minds, luck, away):
    """Marks in away (k,) the places of the line (k,) whose shopper goes to another brand first."""
    for k in range(line.size):
        spot = line[k]
        if spot.person < 0 or not waits_at(minds[spot.brand, spot.person], spot.joined):
            continue
        who = people[spot.person]
        for b in range(minds.shape[0]):
            other = minds[b, spot.person]
            if b != spot.brand and waits_at(other, other.joined):
                place = uniform(luck, Decision.PLACE_IN_QUEUE, who.id, numbered(who, other.visits_made), b)
                away[k] |= place < spot.place


@njit
def waits_at(mind, joined):
    """Whether a mind's shopper still stands in the line joined on that day."""
    return mind.lead == LEAD_SHOWN and mind.queued and mind.joined == joined
