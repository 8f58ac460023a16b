"""What a brand knows of its own figures: once a month a report, late, noisy and incomplete (ODD 5.15)."""

import math

import numpy as np

from sim.chance import Decision, normal, uniform
from sim.compiled import njit
from sim.records import CLOCKED, CREDIT, CREDITED, FIGURES, KEPT, RATE, SPENT, TRIES, WANTS

FIXED = 2.0**20  # tastes are summed as whole numbers of this part, so that order cannot change a bit
NEVER_SEEN = -1.0  # instead of a conversion


@njit
def seen_share(data_share, level, p):
    """Share of journeys that the brand sees: what its format shows and is not lost, and what data analysis finds of the rest."""
    shown = data_share * (1.0 - p.unseen)
    return shown + (1.0 - shown) * p.found * level


@njit
def delay(lag, level):
    """Whole months until a month's figures can be read."""
    return int(math.ceil(lag * (1.0 - level)))


@njit
def error_size(noise, level, reports, needed):
    """Standard deviation of ln of a figure's error; what owners report sharpens what demand is said to want."""
    return noise * (1.0 - level) / math.sqrt(1.0 + reports / needed)


@njit
def mistaken(size, figure, month, b, luck):
    """What a figure is multiplied by for its error, by the number of the report."""
    return math.exp(size * normal(luck, Decision.MISTAKES, figure, month, b)) if size > 0.0 else 1.0


@njit
def carried_on(now, before, seen):
    """A figure of which only a share is seen: the rest is taken to be as it was in the report before."""
    return seen * now + (1.0 - seen) * before


@njit
def give_credit(credit, first, last, sees):
    """Who brought an order: half the first touchpoint within the need, half that of the lead; if the journey was not seen, the last alone.

    credit  (CREDITED,) by touchpoint; the last is for all that nobody pays: walk-ins, talk, owners
    """
    credit[last if 0 <= last < CLOCKED else CLOCKED] += 0.5
    first = first if sees else last
    credit[first if 0 <= first < CLOCKED else CLOCKED] += 0.5


@njit
def watch_orders(orders, brand, b, people, market_, luck):
    """Today's orders are credited, in truth and as far as the brand sees their journeys."""
    for k in range(orders.size):
        order = orders[k]
        if order.brand != b:
            continue
        share = seen_share(brand.terms[order.tier].data_share, brand.plan.analysis.level, market_[0].measurement)
        sees = uniform(luck, Decision.SEES, order.consumer, people[order.person].needs, b) < share
        give_credit(brand.credit, order.first_touch, order.lead_touch, True)
        give_credit(brand.credit_seen, order.first_touch, order.lead_touch, sees)


@njit
def add_taste(who, sums):
    """Adds what a person wants to sums (4,) in parts of 1 / FIXED."""
    for a in range(4):
        sums[a] += np.int64(math.floor(np.float64(who.taste[a]) * FIXED + 0.5))


@njit
def hear_shoppers(leads, brand, b, people):
    """What those want who ask for a salesperson today. leads (k,) flat rows of minds."""
    for k in range(leads.size):
        if leads[k] // people.size == b:
            brand.asked += 1
            add_taste(people[leads[k] % people.size], brand.wanted)


@njit
def count_tasks(brand, tries, done):
    """Today's meetings by task: (3,) how often each was tried and how often it went well."""
    for task in range(3):
        brand.tries[task] += tries[task]
        brand.done[task] += done[task]


@njit
def hear_everybody(people, sums):
    """Adds what everybody wants to sums (4,) in parts of 1 / FIXED."""
    for i in range(people.size):
        add_taste(people[i], sums)


def begin(brand: np.record, people: np.ndarray) -> None:
    """A strategy begins: no figure is known yet, but what people want on average."""
    for name in ("credit", "credit_seen", "tries", "done", "asked", "wanted", "written", "truth", "report", "error", "readings"):
        brand[name] = 0
    sums = np.zeros(4, np.int64)
    hear_everybody(people, sums)
    brand["known"][:3], brand["known"][3:] = NEVER_SEEN, sums / FIXED / max(1, people.size)


@njit
def put(brand, figure, true, read):
    """Writes one figure of the month, the true one and the one reported."""
    brand.truth[KEPT - 1, figure], brand.report[KEPT - 1, figure] = true, read


@njit
def write_report(brand, b, reports, market_, luck):
    """The month's figures, as they are and as they are reported; older months move on.

    reports  of owners in the month, of the whole market
    """
    p, level = market_[0].measurement, brand.plan.analysis.level
    seen = seen_share((brand.terms[0].data_share + brand.terms[1].data_share + brand.terms[2].data_share) / 3.0, level, p)
    noise, sharper = error_size(p.noise, level, 0.0, p.reports), error_size(p.noise, level, reports, p.reports)
    month = brand.written
    for back in range(KEPT - 1):
        for figure in range(FIGURES):
            brand.truth[back, figure] = brand.truth[back + 1, figure]
            brand.report[back, figure] = brand.report[back + 1, figure]
    for t in range(CREDITED):
        put(brand, CREDIT + t, brand.credit[t], brand.credit_seen[t] * mistaken(noise, CREDIT + t, month, b, luck))
        brand.credit[t] = brand.credit_seen[t] = 0.0
    for t in range(CLOCKED):
        put(brand, SPENT + t, brand.touch[t].budget, brand.touch[t].budget)
    for task in range(3):
        tries = float(brand.tries[task])
        put(brand, TRIES + task, tries, tries)
        before = brand.known[task]
        rate = brand.done[task] / tries if tries > 0.0 else before
        brand.known[task] = rate if before == NEVER_SEEN else carried_on(rate, before, seen)
        put(brand, RATE + task, rate, brand.known[task] * mistaken(noise, RATE + task, month, b, luck))
        brand.tries[task] = brand.done[task] = 0
    for a in range(4):
        before = brand.known[3 + a]
        want = brand.wanted[a] / FIXED / brand.asked if brand.asked > 0 else before
        brand.known[3 + a] = carried_on(want, before, seen)
        put(brand, WANTS + a, want, brand.known[3 + a] * mistaken(sharper, WANTS + a, month, b, luck))
        brand.wanted[a] = 0
    brand.asked = 0
    brand.written += 1
