"""The only chance: one keyed function, no stream, no state, no order (ODD 4.10).

A number is a pure function of (luck, decision, entity, count, brand, other, draw), by Philox4x32-10
(Salmon et al. 2011, doi:10.1145/2063384.2063405). The strategy is never in the key, so two strategies share every
consumer's luck. Waits are clocks (Exp(1) thresholds), choices are draws by inverse CDF.
"""

import hashlib
import math
from enum import IntEnum

import numpy as np

from sim.compiled import PLAIN, inlined, njit
from sim.philox import inside, philox_in_rows, two_inside

ROW = 1 if PLAIN else 8  # numbers that the processor draws at a time


class Decision(IntEnum):
    """What is being decided. Numbers are for ever: a retired decision keeps its number."""

    CITY = 1
    PLACE_X = 2
    PLACE_Y = 3
    TASTE = 4
    MATCH = 5
    AFFINITY = 6
    OVERLAP = 7
    PACE = 8
    AUTONOMY = 9
    PRICE_SENSITIVITY = 10
    CITY_X = 11
    CITY_Y = 12
    CAR = 13
    CAR_AGE = 14
    START_STAGE = 15
    START_NEED = 16
    FRIENDS = 17
    REWIRES = 18
    OUTLET_X = 19
    OUTLET_Y = 20
    OUTLET_SKILL = 21
    STAFF_SKILL = 22
    EXPERIENCE = 23
    OWNER_SATISFACTION = 24
    NEED = 30
    RIVAL = 31
    PUT_OFF = 32
    ADVANCES = 33
    LEAVES = 34
    SEEKS = 35
    CONTACT = 36
    SEARCHES = 37
    TALKS = 38
    SERVICE = 39
    STAGE_PACE = 40
    CANCELS = 41
    TURNOVER = 42
    ATTENTION = 50
    LEAVES_LEAD = 51  # retired
    ANSWER = 52
    REACHED = 53
    APPOINTMENT = 54
    APPOINTMENT_DAY = 55
    SHOWS = 56
    SALESPERSON = 57
    PLACE_IN_QUEUE = 58
    ABANDONS = 59
    ABANDONED_LOST = 60
    DISCOVERY = 61
    PRESENTATION = 62
    CLOSING = 63
    TEST_DRIVE = 64
    FAILED_LOST = 65
    BARGAIN = 66
    MEETS = 67
    VALENCE = 68
    LISTENER = 69
    VARIANT = 70
    EXPERIENCES = 71
    SERVICE_EXPERIENCE = 72
    BACKGROUND = 73
    BACKGROUND_BUYS = 74
    TRACKED = 75
    SHUFFLE = 76
    TIE = 80  # how strong a tie is: entity and count are the two people's ids, the smaller first
    HEEDED = 81
    MAY_JOIN = 82
    JOINS = 83
    POSTS = 84
    READER = 85
    POST_VALENCE = 86
    ATTACHES = 87
    HOUSE_X = 88
    HOUSE_Y = 89
    HOUSE_VISIT = 90
    HOUSE_ATTENTION = 91
    REPORTS = 92
    SAYS = 93
    HIDDEN = 94
    PARTNER_AUDIENCE = 110
    PARTNER_CONTACT = 111
    PARTNER_ATTENTION = 112
    HANDOVER = 113
    PERSONA = 114
    NEED_RATE = 120
    MISREAD = 121
    AT_THE_EDGE = 122
    CLICKS = 123
    SEES = 135
    MISTAKES = 136
    ASKS = 150
    WHERE_ASKED = 151
    WHO_ANSWERS = 152
    ANSWER_VALENCE = 153


def luck_of(seed: int, replication: int = 0) -> np.uint64:
    """The 64-bit key of one replication of one experiment."""
    text = f"funnelsim {int(seed)} {int(replication)}".encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))


@njit
def uniform(luck, decision, entity, count, brand=0, other=0, draw=0):
    """A number inside (0, 1), 53 bits, for one event of one entity.

    decision  a Decision
    entity    the id of who decides: consumer, outlet or salesperson
    count     which event of its kind this is for the entity, never the day
    brand     the brand concerned, 0..255
    other     touchpoint or alternative id, 0..65535
    draw      which number of several for one event
    """
    what = np.uint64(decision) + (np.uint64(brand) << np.uint64(8)) + (np.uint64(other) << np.uint64(16))
    first, _ = two_inside(np.uint64(entity), np.uint64(count), what, np.uint64(draw), luck)
    return first


@inlined
def each_uniform(luck, decision, entity, count, brand, other, draw):
    """`uniform` for a loop that does nothing but draw: there the processor takes several keys at a time."""
    what = np.uint64(decision) + (np.uint64(brand) << np.uint64(8)) + (np.uint64(other) << np.uint64(16))
    a, b, _, _ = philox_in_rows(np.uint64(entity), np.uint64(count), what, np.uint64(draw), luck)
    return inside(a, b)


@njit
def whole_rows(count):
    """So many numbers or a few more: whole rows, of which a loop that does nothing but draw leaves none to be drawn one by one."""
    return (count + ROW - 1) // ROW * ROW


@njit
def two_uniforms(luck, decision, entity, count, brand=0, other=0, draw=0):
    """Two numbers inside (0, 1) for one event that decides two things; the first is `uniform` of the same key."""
    what = np.uint64(decision) + (np.uint64(brand) << np.uint64(8)) + (np.uint64(other) << np.uint64(16))
    return two_inside(np.uint64(entity), np.uint64(count), what, np.uint64(draw), luck)


@inlined
def each_two_uniforms(luck, decision, entity, count, brand, other):
    """`two_uniforms` for a loop that does nothing but draw."""
    what = np.uint64(decision) + (np.uint64(brand) << np.uint64(8)) + (np.uint64(other) << np.uint64(16))
    a, b, c, d = philox_in_rows(np.uint64(entity), np.uint64(count), what, np.uint64(0), luck)
    first, second = inside(a, b), inside(c, d)
    return first, second


@njit
def patience(luck, decision, entity, count, brand=0, other=0):
    """The Exp(1) threshold of a clock: it rings when the hazards taken off add up to it."""
    return -math.log(uniform(luck, decision, entity, count, brand, other))


@njit
def normal(luck, decision, entity, count, brand=0, other=0):
    """A standard normal number by inverse CDF."""
    return normal_quantile(uniform(luck, decision, entity, count, brand, other))


@njit
def normal_quantile(u):
    """Inverse of the standard normal CDF, relative error 1e-16 (Wichura 1988, AS 241, doi:10.2307/2347330)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2509.0809287301226727 * r + 33430.575583588128105
        top = ((top * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125
        top = ((top * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608
        low = 5226.495278852545925 * r + 28729.085735721942674
        low = ((low * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077
        low = ((low * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0
        return q * top / low
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
        top = ((top * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r + 3.64784832476320460504
        top = ((top * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734
        low = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
        low = ((low * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455
        low = ((low * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        top = ((top * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123
        top = ((top * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772
        low = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
        low = ((low * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525
        low = ((low * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0
    return -top / low if q < 0.0 else top / low


@njit
def poisson_quantile(u, mean):
    """Smallest k with P(Poisson(mean) <= k) >= u; above a mean of 500 the rounded normal quantile."""
    if mean > 500.0:
        return max(0, int(math.floor(mean + math.sqrt(mean) * normal_quantile(u) + 0.5)))
    term = math.exp(-mean)
    total, k = term, 0
    while total < u and k < 2000:
        k += 1
        term *= mean / k
        total += term
    return k


@njit
def logistic(log_odds):
    """Probability with these log-odds; infinite log-odds give exactly 0 or 1."""
    if log_odds < -700.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-log_odds))


@njit
def log_odds(probability):
    """Log-odds of a probability; 0 and 1 give minus and plus infinity."""
    if probability <= 0.0:
        return -math.inf
    if probability >= 1.0:
        return math.inf
    return math.log(probability / (1.0 - probability))


def fill_uniform(luck, decision, ids, count=0, brand=0, other=0):
    """One uniform per id (n,), for drawing traits: adding an id changes no other's."""
    out = np.empty(ids.size)
    fill(luck, int(decision), ids, count, brand, other, out)  # a plain number: to look at an enumeration takes Numba half a millisecond
    return out


def fill_normal(luck, decision, ids, count=0, brand=0, other=0):
    """One standard normal per id (n,), for drawing traits."""
    out = fill_uniform(luck, decision, ids, count, brand, other)
    to_normal(out)
    return out


@njit
def fill(luck, decision, ids, count, brand, other, out):
    """Writes the uniform of each id into out (n,)."""
    for k in range(ids.size):
        out[k] = each_uniform(luck, decision, ids[k], count, brand, other, 0)


@njit
def to_normal(u):
    """Uniform numbers (n,) become standard normal ones in their place."""
    for k in range(u.size):
        u[k] = normal_quantile(u[k])
