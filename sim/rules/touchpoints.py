"""Touchpoints: budgets become intensities, contacts are clocks, each contact lifts goodwill and may wake or win a lead (ODD 5.1)."""

import numpy as np

from sim.chance import Decision, patience, uniform
from sim.compiled import njit
from sim.goodwill import warm
from sim.records import LEAD_NONE, T
from sim.scenario import CLOCKED
from sim.stages import Event, Stage, note

FIXED = 2.0**20  # affinities are summed as whole numbers of this part, so that order cannot change a bit
OUT_OF_NEED, IN_NEED = 0, 1
T_CONTACTS = T["contacts"]


@njit
def sum_affinity(people, minds, sums):
    """Adds the affinity of everybody: sums (brand, in need, touchpoint) in parts of 1 / FIXED."""
    for b in range(minds.shape[0]):
        for i in range(people.size):
            group = IN_NEED if people[i].need_since >= 0 else OUT_OF_NEED
            mind = minds[b, i]
            for t in range(CLOCKED):
                sums[b, group, t] += np.int64(FIXED / np.float64(mind.inv[t]))


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
def retarget(mind, b, group, reached_before):
    """Who changes targeting group keeps what is left of each wait: the clock is moved to the new group's intensity."""
    for t in range(CLOCKED):
        mind.next[t] = np.float64(mind.next[t]) + reached_before[b, group, t] - reached_before[b, mind.group, t]
    mind.group = group


@njit
def any_contact(mind, b, group, reached):
    """Whether some touchpoint of brand b meets this person today."""
    soon = mind.next
    met = False
    for t in range(CLOCKED):
        met |= soon[t] <= reached[b, group, t]
    return met


@njit
def take_contacts(who, b, mind, brand, reached, day, luck, fade, tally, diary, cursor):
    """Today's contacts: lift goodwill; returns the touchpoint that makes aware and the one that wins a lead, or -1.

    reached  (brand, in need, touchpoint) cumulated intensity through today
    """
    noticed, lead = -1, -1
    for t in range(CLOCKED):
        while mind.next[t] <= reached[b, mind.group, t]:
            touch = brand.touch[t]
            count = mind.contacts[t]
            mind.contacts[t] = count + 1
            mind.next[t] = np.float64(mind.next[t]) + np.float64(mind.inv[t]) * patience(luck, Decision.CONTACT, who.id, count + 1, b, t)
            warm(mind, day, fade, touch.lift, touch.lift * touch.slow_share)
            tally[b, T_CONTACTS] += 1
            note(who, b, mind, Event.SEES_TOUCHPOINT, day, diary, cursor, t)
            mind.last_touch = t
            if mind.first_touch < 0:
                mind.first_touch = t
            if mind.stage == Stage.UNAWARE and noticed < 0:
                if uniform(luck, Decision.ATTENTION, who.id, count, b, t) < touch.attention:
                    noticed = t
            elif lead < 0 and touch.lead > 0.0 and mind.lead == LEAD_NONE and Stage.AWARE <= mind.stage <= Stage.INTEREST:
                wins = uniform(luck, Decision.LEAVES_LEAD, who.id, count, b, t) < touch.lead
                lead = t if wins else lead
    return noticed, lead
