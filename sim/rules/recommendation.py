"""Recommendation: the brand ranks people by predicted interest and shows itself to as many as it pays for (ODD 5.4)."""

import math

import numpy as np

from sim.books import MAKER, MICRO, RECOMMENDATION, carry
from sim.chance import Decision, normal, two_uniforms, uniform
from sim.compiled import new_arrays, njit
from sim.goodwill import warm
from sim.leads import LONG_AGO
from sim.records import LEAD_NONE, NATION, NO_NEED, T
from sim.scenario import TOUCHPOINTS
from sim.stages import Event, Stage, note

RECOMMENDED = TOUCHPOINTS.index("recommendation")
BINS, FINENESS = 8192, 128.0  # bins of the scores from -32 to 32, and bins a unit of score
WAITS = -1  # instead of a bin, for who waits for an order
T_PICKS, T_RIGHT, T_CLICKS = T["picks"], T["right_picks"], T["clicks"]
T_SEARCHES, T_LEADS, T_REPEAT_LEADS, T_ORDERS = T["searches"], T["leads"], T["repeat_leads"], T["orders"]


@njit
def right(in_need, stage):
    """Whether a pick of this person is a right one: the need is open and the brand is not out of the question for it."""
    return in_need and stage != Stage.LOST


@njit
def interest(in_need, stage, fit, p):
    """A person's true interest, as a score: an open need, the steps up the funnel, fit; an owner stands where INTEREST does."""
    steps = stage if stage <= Stage.INTENT else (0 if stage == Stage.LOST else Stage.INTEREST + 0)
    return (p.need if right(in_need, stage) else 0.0) + p.step * steps + p.fit * fit


@njit
def accuracy(journeys, p):
    """Correlation of prediction and true interest after so many journeys seen: 0 at the cold start, half of the best at `needed`."""
    return p.best * journeys / (journeys + p.needed)


@njit
def predicted(truth, accurate, luck_of_reading, shown, p):
    """The score by which a person is ranked: true interest blurred by an error, and who has been shown the brand ranks higher.

    accurate         accuracy, 0-1: at 0 the error is all, at 1 there is none
    luck_of_reading  standard score; shown how often the person was picked
    """
    error = math.sqrt(1.0 - accurate * accurate) * p.spread * luck_of_reading
    return accurate * truth + error + p.popularity * math.log(1.0 + shown)


@njit
def bin_of(score):
    """The bin of a score."""
    return min(BINS - 1, max(0, int(math.floor((score + 0.5 * BINS / FINENESS) * FINENESS))))


@njit
def edge_of(counts, wanted):
    """The lowest bin that is picked, and which share of it: everybody in higher bins is.

    counts  (BINS,) people by bin; wanted picks
    """
    left = wanted
    for k in range(BINS - 1, -1, -1):
        if counts[k] > 0 and counts[k] >= left:
            return k, left / counts[k]
        left -= counts[k]
    return 0, 1.0


@njit
def rank(b, ranking, accurate, people, minds, luck, p, bins, counts):
    """The bin of everybody's predicted score, and how many stand in each.

    ranking  its number; minds (n,) of the brand; bins (n,) int32; counts (BINS,) int64
    """
    for i in range(people.size):
        who, mind = people[i], minds[i]
        if who.order >= 0:
            bins[i] = WAITS
            continue
        truth = interest(who.need_since != NO_NEED, mind.stage, np.float64(mind.fit), p)
        reading = normal(luck, Decision.MISREAD, who.id, ranking, b)
        bins[i] = bin_of(predicted(truth, accurate, reading, mind.picks, p))
        counts[bins[i]] += 1


@njit
def pick(who, b, mind, wakes, i, day, luck, p, tally):
    """The person is shown the brand, and clicks or not; who clicks wakes."""
    good = right(who.need_since != NO_NEED, mind.stage)
    mind.picks += 1
    tally[T_PICKS] += 1
    tally[T_RIGHT] += 1 if good else 0
    clicks, _ = two_uniforms(luck, Decision.CLICKS, who.id, mind.picks, b)
    if clicks < p.clicks * (1.0 if good else p.wrong):
        mind.clicked, mind.clicked_day = 1, day
        tally[T_CLICKS] += 1
        wakes[i] = min(wakes[i], day)


@new_arrays
def show(brand, b, wakes, people, minds, weight, day, luck, market_, tally, ledger, carried):
    """One ranking: the people predicted to be most interested are picked, as many as the budget of its days buys.

    The edge is found in counts of people by score, whole numbers, so that neither order nor threads can change whom it meets.
    """
    p, plan = market_[0].recommendation, brand.plan.recommendation
    bins, counts = np.empty(people.size, np.int32), np.zeros(BINS, np.int64)
    ranking = day // p.every + LONG_AGO
    rank(b, ranking, accuracy(brand.journeys, p), people, minds, luck, p, bins, counts)
    edge, share = edge_of(counts, plan.budget / 365.0 * p.every / plan.cost / weight)
    before = tally[T_PICKS]
    for i in range(people.size):
        who = people[i]
        if bins[i] > edge or (bins[i] == edge and uniform(luck, Decision.AT_THE_EDGE, who.id, ranking, b) < share):
            pick(who, b, minds[i], wakes, i, day, luck, p, tally)
    micro = np.int64(np.floor(plan.cost * 100.0 * MICRO + 0.5)) * (tally[T_PICKS] - before)
    carry(ledger, carried, b, NATION, RECOMMENDATION, MAKER, micro)


@njit
def open_page(who, b, mind, day, luck, fade, p, diary, cursor):
    """What a click does: it warms goodwill, may make aware and may win a lead. Returns whether it did either."""
    mind.clicked = 0
    _, moves = two_uniforms(luck, Decision.CLICKS, who.id, mind.picks, b)
    warm(mind, day, fade, p.lift, p.lift * p.slow_share)
    note(who, b, mind, Event.SEES_TOUCHPOINT, day, diary, cursor, RECOMMENDED)
    mind.last_touch = RECOMMENDED
    if mind.first_touch < 0:
        mind.first_touch = RECOMMENDED
    if mind.stage == Stage.UNAWARE:
        return moves < p.attention, False
    return False, moves < p.lead and mind.lead == LEAD_NONE and Stage.AWARE <= mind.stage <= Stage.INTEREST


@njit
def learn(brand, tally, weight):
    """The journeys of a day by which the brand learns whom it may interest, as far as its format lets it see them.

    Searches, leads, orders and clicks leave a name; who merely met an ad leaves none.
    """
    data_share = (brand.terms[0].data_share + brand.terms[1].data_share + brand.terms[2].data_share) / 3.0
    seen = tally[T_SEARCHES] + tally[T_LEADS] + tally[T_REPEAT_LEADS] + tally[T_ORDERS] + tally[T_CLICKS]
    brand.journeys += data_share * seen * weight
