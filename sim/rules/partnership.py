"""Cross-industry partnership: one driver of the funnel grows with fit and time, friction slows and eats it (ODD 5.14)."""

import math

import numpy as np

from sim.books import MAKER, MICRO, PARTNER, PARTNERSHIP, carry
from sim.chance import Decision, fill_uniform, patience, uniform
from sim.compiled import njit
from sim.goodwill import chill, warm
from sim.records import NATION
from sim.scenario import SKILLS, TOUCHPOINTS, Partnership
from sim.stages import Event, Stage, note

NONE, JOINT_TECHNOLOGY, MANAGEMENT_EXCHANGE, JOINT_MARKETING, CROSSOVER_PRODUCT = range(5)  # form
PARTNER_TOUCH = TOUCHPOINTS.index("partner")
CARE = SKILLS.index("care")


@njit
def friction(p):
    """How hard the partners find it to work together, 0-1: mindset, integration, talent and lack of policy support weigh alike."""
    return (p.mindset + p.integration + p.talent + p.policy) / 4.0


@njit
def ramp(days, p):
    """Share of the way to full effect so many days after the partnership began; friction slows it."""
    return 0.0 if days <= 0 else 1.0 - math.exp(-days / (p.ramp_days * (1.0 + p.slowing * friction(p))))


@njit
def strength(p):
    """Effect of the partnership at the end of its ramp, -1 to 1: friction eats a gain and spares nobody a loss."""
    return p.fit * (1.0 - p.eaten * friction(p)) if p.fit > 0.0 else p.fit


@njit
def effect(days, p):
    """Effect of the partnership so many days after it began, -1 to 1."""
    return strength(p) * ramp(days, p)


def audience(p: Partnership, stage: np.ndarray, ids: np.ndarray, b: int, luck: np.uint64) -> np.ndarray:
    """Whether each person is among the partner's customers (n,): a keyed draw; a share `overlap` of them knows the brand already.

    stage  (n,) of every mind on the day on which the partners meet
    """
    knows = stage != Stage.UNAWARE
    known = knows.mean()
    among = np.where(knows, p.overlap / known if known > 0.0 else 0.0, (1.0 - p.overlap) / (1.0 - known) if known < 1.0 else 0.0)
    return fill_uniform(luck, Decision.PARTNER_AUDIENCE, ids, 0, b, 0) < p.audience * among


@njit
def invite(audience, people, minds, luck):
    """Draws the clock of everybody in the audience. audience (k,) flat rows of minds."""
    n = people.size
    for k in range(audience.size):
        b, i = audience[k] // n, audience[k] % n
        minds[b, i].invitations = 0
        minds[b, i].invite = patience(luck, Decision.PARTNER_CONTACT, people[i].id, 0, b)


@njit
def campaign(audience, rate, wakes, people, minds, day, luck):
    """The partner meets its customers at `rate` contacts a day; whoever is met today wakes."""
    n = people.size
    for k in range(audience.size):
        b, i = audience[k] // n, audience[k] % n
        mind = minds[b, i]
        mind.invite -= rate
        while mind.invite <= 0.0:
            mind.invitations += 1
            mind.invited += 1
            mind.invite = np.float64(mind.invite) + patience(luck, Decision.PARTNER_CONTACT, people[i].id, mind.invitations, b)
            wakes[i] = min(wakes[i], day)


@njit
def meet_partner(who, b, mind, p, day, luck, fade, diary, cursor):
    """Today's contacts with the partner warm where the partners suit and chill where they do not; whether one was noticed."""
    power, noticed = strength(p), False
    for k in range(int(mind.invited)):
        if power > 0.0:
            warm(mind, day, fade, p.lift * power, p.lift * power * p.slow_share)
        else:
            chill(mind, day, fade, -p.lift * power, -p.lift * power * p.slow_share)
        note(who, b, mind, Event.SEES_TOUCHPOINT, day, diary, cursor, PARTNER_TOUCH)
        count = mind.invitations - k
        if mind.stage == Stage.UNAWARE and uniform(luck, Decision.PARTNER_ATTENTION, who.id, count, b) < p.attention * power:
            noticed = True
    mind.invited = 0
    mind.last_touch = PARTNER_TOUCH
    if mind.first_touch < 0:
        mind.first_touch = PARTNER_TOUCH
    return noticed


@njit
def improve_product(people, minds, b, attribute, gain):
    """A product attribute of the brand grows: everybody who cares finds that the car suits better."""
    for i in range(people.size):
        minds[b, i].fit = np.float64(minds[b, i].fit) + np.float64(people[i].taste[attribute]) * gain


@njit
def teach_staff(brand, b, outlets, staff, gain):
    """Every skill of everybody who sells the brand grows, of newcomers too."""
    for o in range(outlets.size):
        if outlets[o].brand == b:
            for task in range(4):
                outlets[o].skill[task] += gain
    for s in range(staff.size):
        if outlets[staff[s].outlet].brand == b:
            for task in range(4):
                staff[s].skill[task] += gain
    brand.plan.skill.care += gain


@njit
def appeal_to(audience, people, minds, gain):
    """The crossover product suits the partner's customers better, or worse."""
    n = people.size
    for k in range(audience.size):
        mind = minds[audience[k] // n, audience[k] % n]
        mind.fit = np.float64(mind.fit) + gain


@njit
def grow(brand, b, change, audience, people, minds, outlets, staff):
    """The month's growth of the one driver of the form."""
    p = brand.plan.partnership
    if p.form == JOINT_TECHNOLOGY:
        improve_product(people, minds, b, p.attribute, p.gain * change)
        brand.attributes[p.attribute] += p.gain * change
    elif p.form == MANAGEMENT_EXCHANGE:
        teach_staff(brand, b, outlets, staff, p.skill * change)
    elif p.form == CROSSOVER_PRODUCT:
        appeal_to(audience, people, minds, p.appeal * change)


@njit
def live_partnership(brands, b, days, new_month, audience, wakes, people, minds, outlets, staff, weight, day, luck, ledger, carried):
    """The partnership's day: the partner is paid, its driver grows once a month, its customers are met.

    days  since the strategy began
    """
    brand = brands[b]
    p = brand.plan.partnership
    if p.form == NONE or days <= p.start_day:
        return
    micro = np.int64(np.floor(p.cost * 100.0 * MICRO / 365.0 / weight + 0.5))
    carry(ledger, carried, b, NATION, PARTNERSHIP, MAKER, micro, PARTNER)
    now = effect(days - p.start_day, p)
    if new_month and now != brand.partnered:
        grow(brand, b, now - brand.partnered, audience, people, minds, outlets, staff)
        brand.partnered = now
    if p.form == JOINT_MARKETING and now != 0.0:
        campaign(audience, p.contacts / 365.0 * ramp(days - p.start_day, p), wakes, people, minds, day, luck)
