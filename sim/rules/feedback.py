"""Feedback: owners' reports reach the brand late, noisy and filtered, and correct product and service (ODD 5.10)."""

import math

import numpy as np

from sim.books import CARE, MAKER, WORLD, fen, post
from sim.chance import Decision, normal, patience, uniform
from sim.compiled import njit
from sim.records import LONGEST_LAG, T

T_REPORTS, T_COMPLAINTS, T_BAD_POSTS = T["reports"], T["complaints"], T["bad_posts"]


@njit
def reliability(noise, spread):
    """How much a noisy report teaches against a true one: the share of what it says that is signal, 0 to 1."""
    return 1.0 if noise == 0.0 else spread * spread / (spread * spread + noise * noise)


@njit
def hides(data_share, p):
    """Probability that a complaint is kept from the maker: all of `hidden` where no customers' data are seen."""
    return p.hidden * (1.0 - data_share)


@njit
def collect(b, brand, people, minds, days, luck, market_, ledger, tally, counted):
    """The month's reports of owners: each is booked, and the complaints that reach the maker are kept for later.

    counted  whether the day is one of the books
    """
    market = market_[0]
    p, plan = market.feedback, brand.plan.feedback
    for i in range(people.size):
        who = people[i]
        if who.car != b:
            continue
        if who.reports == 0:
            who.reports, who.report = 1, patience(luck, Decision.REPORTS, who.id, 0, b)
        who.report = np.float64(who.report) - plan.reports / 365.0 * days
        while who.report <= 0.0:
            who.report = np.float64(who.report) + patience(luck, Decision.REPORTS, who.id, who.reports, b)
            said = np.float64(who.satisfaction) + p.noise * normal(luck, Decision.SAYS, who.id, who.reports, b)
            tier = minds[b, i].shop_tier
            hidden = uniform(luck, Decision.HIDDEN, who.id, who.reports, b) < hides(brand.terms[tier].data_share, p)
            who.reports += 1
            tally[b, T_REPORTS] += 1
            if counted:
                post(ledger, b, tier, CARE, MAKER, WORLD, fen(plan.cost))
            if said < market.satisfaction.usual and not hidden:
                tally[b, T_COMPLAINTS] += 1
                brand.complaints[LONGEST_LAG] += 1.0


@njit
def read_community(brand, tally):
    """Complaints among members that the brand reads count with the reports of the month."""
    brand.complaints[LONGEST_LAG] += brand.plan.feedback.community * tally[T_BAD_POSTS]


@njit
def mended(gap, complaints, needed):
    """What complaints mend of a gap in satisfaction: 63 % of it by `needed`, all of it never."""
    return gap * (1.0 - math.exp(-complaints / needed))


@njit
def mend(brand, weight, market_):
    """The complaints of `lag` months ago have been worked on; the others move on by a month."""
    p = market_[0].feedback
    told = brand.complaints[LONGEST_LAG - p.lag] * weight * reliability(p.noise, market_[0].satisfaction.spread)
    brand.complaints[LONGEST_LAG - p.lag] = 0.0
    brand.learnt += mended(p.flaws - brand.learnt, told, p.needed)
    for month in range(LONGEST_LAG):
        brand.complaints[month] = brand.complaints[month + 1]
    brand.complaints[LONGEST_LAG] = 0.0
