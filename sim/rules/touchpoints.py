"""Touchpoints: budgets become intensities, contacts are clocks, each contact lifts goodwill and may wake or win a lead (ODD 5.1)."""

import math

import numpy as np

from sim.chance import Decision, each_two_uniforms, two_uniforms
from sim.compiled import inlined, njit
from sim.goodwill import warm
from sim.records import LEAD_NONE, NO_NEED
from sim.registers import days_of, due_within, lowest, next_of, renewed
from sim.scenario import CLOCKED
from sim.stages import Event, Stage, note

FIXED = 2.0**20  # affinities are summed as whole numbers of this part, so that order cannot change a bit
OUT_OF_NEED, IN_NEED = 0, 1
SURE = 1.0 - 1e-6  # of cumulated intensity: 32 bits round away less
EARLY = 1e-6  # of a day: no rounding may make a contact come before its day
DRAWN = 4  # contacts ahead of a touchpoint whose luck is looked up together with that of others; more are seldom asked for
LINES = 128  # touchpoints that are looked up together, for each brand
LOOKS = ((5, np.int64), (3, np.float64), (DRAWN, np.float64), (DRAWN, np.float64), (len(Stage), np.int64))  # see look_ahead


@njit
def personal(level, data_share, gain):
    """Attention and lift of a message against a message for everybody: as personal as is tried, and as the data seen allow."""
    return 1.0 + gain * min(level, data_share)


@inlined
def affinity(mind, t):
    """How often a touchpoint meets this person against others, in parts of 1 / FIXED."""
    return np.int64(FIXED / np.float64(mind.inv[t]))


@njit
def sum_affinity(minds, sums):
    """The affinity of everybody to a brand (n,): sums (touchpoint,)."""
    for t in range(CLOCKED):
        sums[t] = 0
    for i in range(minds.size):
        for t in range(CLOCKED):
            sums[t] += affinity(minds[i], t)


@njit
def share_by_need(people, minds, everybody, sums):
    """The affinity of who needs a car and of who does not: sums (brand, in need, touchpoint), together everybody's (brand, touchpoint)."""
    for b in range(minds.shape[0]):
        for t in range(CLOCKED):
            sums[b, OUT_OF_NEED, t], sums[b, IN_NEED, t] = everybody[b, t], 0
    for i in range(people.size):
        if people[i].need_since != NO_NEED:
            for b in range(minds.shape[0]):
                for t in range(CLOCKED):
                    one = affinity(minds[b, i], t)
                    sums[b, OUT_OF_NEED, t] -= one
                    sums[b, IN_NEED, t] += one


@njit
def sharpness(touch, data_share):
    """How much more a person in need is met than another: targeting, as far as the brand sees its customers' data."""
    return 1.0 + (touch.targeting - 1.0) * (0.5 + 0.5 * data_share)


@njit
def intensities(brand, b, sums, weight, rate):
    """Contacts a day of a person of affinity 1, by group and touchpoint, for a month: rate (brand, in need, touchpoint).

    A budget buys budget / cost contacts a year in the whole market; only those on target meet simulated people.
    """
    data_share = (brand.terms[0].data_share + brand.terms[1].data_share + brand.terms[2].data_share) / 3.0
    for t in range(CLOCKED):
        touch = brand.touch[t]
        sharp = sharpness(touch, data_share)
        if not np.isnan(touch.intensity):
            rate[b, OUT_OF_NEED, t] = touch.intensity * brand.plan.exposure
        else:
            contacts = touch.budget * brand.plan.exposure / 365.0 / touch.cost * touch.on_target / weight
            reachable = (np.float64(sums[b, OUT_OF_NEED, t]) + sharp * np.float64(sums[b, IN_NEED, t])) / FIXED
            rate[b, OUT_OF_NEED, t] = contacts / reachable if contacts > 0.0 and reachable > 0.0 else 0.0
        rate[b, IN_NEED, t] = rate[b, OUT_OF_NEED, t] * sharp


@njit
def plan_month(people, minds, brands, everybody, weight, online, sums, rate, days_between):
    """Every brand's plan of a month: whom it can reach, and contacts a day; what of them are online contacts is noted.

    online              the touchpoints on which people write to a brand
    everybody           (brand, touchpoint), as `sum_affinity` counts it; sums (brand, in need, touchpoint) room for who is reached
    rate, days_between  (brand, in need, touchpoint) are written: contacts a day of a person of affinity 1, and days between two
    """
    share_by_need(people, minds, everybody, sums)
    for b in range(brands.size):
        intensities(brands[b], b, sums, weight, rate)
        for group in range(rate.shape[1]):
            for t in range(CLOCKED):
                days_between[b, group, t] = 1.0 / rate[b, group, t] if rate[b, group, t] > 0.0 else np.inf
        brands[b].online = 0.0
        for t in online:
            brands[b].online += (rate[b, OUT_OF_NEED, t] * sums[b, OUT_OF_NEED, t] + rate[b, IN_NEED, t] * sums[b, IN_NEED, t]) / FIXED


@njit
def most_contacts(people, minds, rate, rate_before):
    """Contacts of all tracked consumers on a day, at most, by either plan (brand, in need, touchpoint)."""
    most = 0.0
    for i in range(people.size):
        if people[i].tracked:
            for b in range(minds.shape[0]):
                for t in range(CLOCKED):
                    rates = (
                        max(rate[b, OUT_OF_NEED, t], rate[b, IN_NEED, t]),
                        max(rate_before[b, OUT_OF_NEED, t], rate_before[b, IN_NEED, t]),
                    )
                    most += max(rates[0], rates[1]) / np.float64(minds[b, i].inv[t])
    return int(most) + 1


@njit
def lay_on(rate, reached, reached_before):
    """Another day of exposure is laid on, and yesterday's sum is kept; all (brand, in need, touchpoint)."""
    for b in range(rate.shape[0]):
        for group in range(rate.shape[1]):
            for t in range(CLOCKED):
                reached_before[b, group, t] = reached[b, group, t]
                reached[b, group, t] += rate[b, group, t]


@njit
def retarget(mind, b, group, reached_before, reached, days_between):
    """Who changes targeting group keeps what is left of each wait: the clock is moved to the new group's intensity.

    Group or media plan: which contact comes soonest is found anew.
    """
    if mind.group != group:
        for t in range(CLOCKED):
            mind.next[t] = np.float64(mind.next[t]) + reached_before[b, group, t] - reached_before[b, mind.group, t]
        mind.group = group
    mind.soonest, _ = next_contact(mind, reached[b, group], days_between[b, group])


@inlined
def live_contacts(who, b, mind, brand, reached, days_between, today, last, luck, fade, contacts, diary, cursor):
    """All contacts through the day `last` not lived yet, in their order; which touchpoint made aware and which won a lead, or -1.

    reached       (touchpoint,) cumulated intensity through today in this mind's group
    days_between  (touchpoint,) days between contacts of a person of affinity 1, since the plan was made
    contacts      (brand, day) how many there were; days below 0 are counted from the end
    """
    noticed, lead, t, message = -1, -1, mind.soonest, brand.message[who.persona]
    ahead = (mind.next[t] - reached[t]) * days_between[t]
    if ahead > last - today:
        return noticed, lead
    each = days_of(mind, reached, days_between)
    while ahead <= last - today:
        day = today - int(-ahead)
        contacts[b, day] += 1
        noticed, lead = meet(who, b, mind, brand.touch[t], message, t, noticed, lead, day, luck, fade, diary, cursor)
        each = renewed(each, t, (mind.next[t] - reached[t]) * days_between[t])
        t, ahead = next_of(each)
    mind.soonest = t
    return noticed, lead


@inlined
def next_contact(mind, reached, days_between):
    """The touchpoint whose contact with this person comes next, and the days until then; not above 0 if it has been."""
    return next_of(days_of(mind, reached, days_between))


@inlined
def moving(touch, message, stage):
    """Chance that one contact moves more than goodwill: it makes aware who is not, or wins a lead of AWARE or INTEREST."""
    if stage == Stage.UNAWARE:
        return touch.attention * message
    return touch.lead if stage <= Stage.INTEREST else 0.0


@njit
def find_movers(brands, looks):
    """Notes a bit for each touchpoint of which a contact may move more than goodwill, by stage and brand."""
    movers = looks[4]
    for stage in range(movers.shape[0]):
        for b in range(brands.size):
            movers[stage, b] = 0
            for t in range(CLOCKED):
                movers[stage, b] |= (moving(brands[b].touch[t], 1.0, stage) > 0.0) << t


@inlined
def look_ahead(who, i, b, mind, brand, reached, days_between, days, looks, noted):
    """Notes the touchpoints whose contacts may move more than goodwill before so many days are over; how many are noted by now.

    reached, days_between  (touchpoint,) as in `live_contacts`
    looks  keys (5, lines): row and id of the person, contacts so far, brand, touchpoint; bounds (3, lines): days, chance that a contact
           moves, room for what `multiply_waits` finds; waits and moves (DRAWN, lines), the luck of the contacts to come; movers
           (stage, brands): see find_movers
    """
    keys, bounds, _, _, movers = looks
    due = due_within(mind, reached, days_between, days) & movers[mind.stage, b]
    while due != 0:
        t = lowest(due)
        due &= due - 1
        keys[0, noted], keys[1, noted], keys[2, noted], keys[3, noted], keys[4, noted] = i, who.id, mind.contacts[t], b, t
        bounds[0, noted], bounds[1, noted] = days, moving(brand.touch[t], brand.message[who.persona], mind.stage)
        noted += 1
    return noted


@njit
def look_up(looks, noted, minds, reached, days_between, wakes, today, luck):
    """Looks up the luck of the contacts ahead that are noted, all of them at once; whom one moves wakes on its day, if not before."""
    keys, bounds, waits, moves, _ = looks
    for k in range(DRAWN):
        for line in range(noted):
            waits[k, line], moves[k, line] = each_two_uniforms(
                luck, Decision.CONTACT, keys[1, line], keys[2, line] + 2 + k, keys[3, line], keys[4, line]
            )
    multiply_waits(noted, bounds, waits, moves)
    for line in range(noted):
        i, count, b, t = keys[0, line], keys[2, line] + 2, keys[3, line], keys[4, line]
        mind, days, chance = minds[b, i], bounds[0, line], bounds[1, line]
        so_far, each = reached[b, mind.group, t], days_between[b, mind.group, t]
        threshold, gap, k = mind.next[t], mind.gap[t], 0
        if moves[0, line] >= chance and comes_late(mind, t, bounds[2, line], so_far, each, days):
            continue
        ahead = (threshold - so_far) * each
        while ahead < days:
            if k < DRAWN:
                wait, move = waits[k, line], moves[k, line]
            else:
                wait, move = two_uniforms(luck, Decision.CONTACT, keys[1, line], count + k, b, t)
            if move < chance:
                wakes[i] = min(wakes[i], waking(today, ahead))
                break
            threshold, k = np.float32(np.float64(threshold) + np.float64(gap)), k + 1
            ahead = (threshold - so_far) * each
            if ahead < days:
                gap = gap_of(mind, t, wait)


@inlined
def multiply_waits(noted, bounds, waits, moves):
    """Of each line, bounds[2]: the product of the waits' numbers from the second contact until the first that moves, or none was drawn."""
    for line in range(noted):
        chance, product = bounds[1, line], 1.0
        none = moves[0, line] >= chance
        for k in range(1, DRAWN):
            none &= moves[k, line] >= chance
            product *= waits[k - 1, line] if none else 1.0
        bounds[2, line] = product


@inlined
def comes_late(mind, t, product, so_far, each, days):
    """Whether so many days are surely over before a contact that follows the second after waits of this product.

    Waits are logarithms, and the sum of theirs is the product's: most lines ask for one, and are done.
    """
    then = np.float64(mind.next[t]) + np.float64(mind.gap[t]) - np.float64(mind.inv[t]) * math.log(product)
    return (SURE * then - so_far) * each >= days


@inlined
def waking(today, days):
    """The day on which to wake so that nothing is missed that happens after so many days; tomorrow at the soonest."""
    return today + max(1, int(math.ceil(days - EARLY)))


@inlined
def gap_of(mind, t, wait):
    """The cumulated intensity between two contacts of this person, of one uniform number."""
    return np.float32(-np.float64(mind.inv[t]) * math.log(wait))


@inlined
def meet(who, b, mind, touch, message, t, noticed, lead, day, luck, fade, diary, cursor):
    """One contact lifts goodwill, may make aware or win a lead, and sets the clock of the next."""
    count = mind.contacts[t]
    mind.contacts[t] = count + 1
    mind.next[t] = np.float64(mind.next[t]) + np.float64(mind.gap[t])
    wait, moves = two_uniforms(luck, Decision.CONTACT, who.id, count + 2, b, t)  # one ahead, so that nothing waits for it
    mind.gap[t] = gap_of(mind, t, wait)
    lift = min(1.0, touch.lift * message)
    warm(mind, day, fade, lift, lift * touch.slow_share)
    note(who, b, mind, Event.SEES_TOUCHPOINT, day, diary, cursor, t)
    mind.last_touch = t
    if mind.first_touch < 0:
        mind.first_touch = t
    if mind.stage == Stage.UNAWARE and noticed < 0:
        if moves < moving(touch, message, mind.stage):
            return t, lead
    elif lead < 0 and mind.lead == LEAD_NONE and mind.stage != Stage.UNAWARE and moves < moving(touch, message, mind.stage):
        return noticed, t
    return noticed, lead
