"""What moves a mind by itself: fit, expected price and goodwill drive the clocks of its stage (ODD 5.2, 5.5)."""

import math

import numpy as np

from sim.chance import Decision, patience
from sim.compiled import inlined, njit
from sim.goodwill import fast_now, slow_now, warm
from sim.records import LEAD_NONE, LEAD_SHOWN, NO_NEED, T
from sim.scenario import TOUCHPOINTS
from sim.stages import Event, Stage, note

SELF_SEARCH = TOUCHPOINTS.index("self_search")
T_SEARCHES = T["searches"]


FULL = 2.0  # goodwill, fast and slow, after contacts without end
SURE = 0.999  # of the days through which no clock can ring: what 32 bits round away may not let one ring before
MOST = 60.0  # ln of how many times a hazard may be raised: what comes so fast comes at once, and the state's 32 bits still hold it


@inlined
def raised(wish):
    """How many times a wish raises a hazard: exp(wish), at most exp(60)."""
    return math.exp(min(wish, MOST))


@inlined
def dearness(who, expected_price, reference_price):
    """ln of the expected price over the reference price, times the person's sensitivity."""
    return np.float64(who.price_sensitivity) * math.log(expected_price / reference_price)


@inlined
def curiosity(mind, in_need, goodwill, pull, market):
    """Hazard of AWARE growing curious."""
    w = market.drivers
    base = market.waits.grows_curious * (market.waits.in_need if in_need else 1.0)
    return base * np.float64(mind.pace) * raised(pull + w.goodwill * goodwill + w.fit_curious * np.float64(mind.fit))


@inlined
def comparing(mind, goodwill, dear, pull, market):
    """Hazard of INTEREST comparing by oneself while the need is open."""
    w = market.drivers
    return (
        market.waits.compares * np.float64(mind.pace) * raised(pull + w.goodwill * goodwill + w.fit * np.float64(mind.fit) - w.price * dear)
    )


@inlined
def deciding(who, mind, goodwill, dear, market):
    """Hazard of CONSIDERATION deciding without a meeting: the self-served."""
    w = market.drivers
    base = market.waits.decides * np.float64(who.autonomy)
    return base * np.float64(mind.pace) * raised(w.goodwill * goodwill + w.fit * np.float64(mind.fit) - w.price * dear)


@inlined
def ordering_online(who, mind, dear, online, market):
    """Hazard of INTENT signing online, where the format allows."""
    return market.waits.orders_online * np.float64(who.autonomy) * online * np.float64(mind.pace) * raised(-market.drivers.price * dear)


@inlined
def forgetting(mind, silent_days, in_need, slow, waits):
    """Hazard of AWARE forgetting: none until the plateau after the last contact is over."""
    if silent_days <= waits.plateau and waits.plateau > 0:
        return 0.0
    return waits.forgets * (waits.forgets_in_need if in_need else 1.0) * math.exp(-waits.forgets_goodwill * slow)


@inlined
def seeking(mind, in_need, goodwill, market):
    """Hazard of going to a salesperson: by stage, need, goodwill and distance; who has been there returns."""
    waits, near = market.waits, np.float64(mind.access)
    if mind.lead == LEAD_SHOWN:
        return waits.returns * math.sqrt(near) * np.float64(mind.pace)
    if mind.lead != LEAD_NONE or not in_need:
        return 0.0
    warmth = raised(market.drivers.goodwill_seeks * goodwill)
    if mind.stage == Stage.INTEREST:
        return waits.seeks_curious * near * np.float64(mind.pace) * warmth
    if mind.stage == Stage.CONSIDERATION:
        return waits.seeks * near * np.float64(mind.pace) * warmth
    if mind.stage == Stage.INTENT:
        return waits.seeks_intent * math.sqrt(near) * np.float64(mind.pace) * warmth
    return 0.0


@inlined
def stage_hazards(who, mind, tier_price, online, pull, day, fade, market):
    """Hazards of the two exits and of seeking a salesperson: (advance, leave, seek), 1/day."""
    stage = mind.stage
    in_need = who.need_since != NO_NEED
    fast, slow = fast_now(mind, day, fade), slow_now(mind, day, fade)
    goodwill = fast + slow
    waits = market.waits
    seek = seeking(mind, in_need, goodwill, market)
    held = mind.lead != LEAD_NONE
    if stage == Stage.AWARE:
        leave = 0.0 if held else forgetting(mind, day - mind.touched, in_need, slow, waits)
        return curiosity(mind, in_need, goodwill, pull, market), leave, seek
    dear = dearness(who, tier_price, market.reference_price)
    if stage == Stage.INTEREST:
        leave = 0.0 if held else waits.loses_interest * (waits.forgets_in_need if in_need else 1.0)
        return comparing(mind, goodwill, dear, pull, market) if in_need else 0.0, leave, seek
    if stage == Stage.CONSIDERATION:
        return deciding(who, mind, goodwill, dear, market), waits.gives_up_considering, seek
    return ordering_online(who, mind, dear, online, market), waits.gives_up_intent, seek


@inlined
def searching(who, search, in_need):
    """Searches a day: autonomous consumers look for information by themselves, more while the need is open."""
    return search.rate * np.float64(who.autonomy) * (1.0 if in_need else search.out_of_need)


@inlined
def weigh(who, mind, tier_price, online, pull, day, fade, market):
    """Today's hazards (advance, leave, seek). Whoever needs no car and is on no list weighs the brand anew only every `review_days`."""
    if mind.stage <= Stage.INTEREST and who.need_since == NO_NEED and mind.lead == LEAD_NONE and day < mind.weighs_day:
        return np.float64(mind.advance_rate), np.float64(mind.leave_rate), 0.0
    advance, leave, seek = stage_hazards(who, mind, tier_price, online, pull, day, fade, market)
    mind.advance_rate, mind.leave_rate, mind.weighs_day = advance, leave, day + market.review_days
    return np.float64(mind.advance_rate), np.float64(mind.leave_rate), seek


@inlined
def quiet_day(who, mind, tier_price, online, pull, day, fade, market):
    """The common day of AWARE to INTENT: no clock rings, all are wound on. False, and nothing done, on any other day."""
    looks = searching(who, market.search, who.need_since != NO_NEED)
    if mind.search <= looks:
        return False
    advance, leave, seek = weigh(who, mind, tier_price, online, pull, day, fade, market)
    if mind.advance <= advance or mind.leave <= leave or (seek > 0.0 and mind.seek <= seek):
        return False
    mind.search -= looks
    mind.advance -= advance
    mind.leave -= leave
    if not mind.queued:
        mind.seek -= seek
    return True


@inlined
def review(who, mind, pull, day, fade, market):
    """AWARE weighs the brand anew while asleep, on a day on which no clock can ring."""
    fast, slow = fast_now(mind, day, fade), slow_now(mind, day, fade)
    mind.advance_rate = curiosity(mind, False, fast + slow, pull, market)
    mind.leave_rate = forgetting(mind, day - mind.touched, False, slow, market.waits)
    mind.weighs_day = day + market.review_days
    sleep(who, mind, 1, market)


@njit
def sure_days(mind, search, pull, last, day, market):
    """Days until AWARE, without a need, must be awake to weigh the brand, at most until the day `last`.

    Until then no clock can ring however many contacts lift goodwill, and the brand is weighed in sleep (`review`).
    search  days until the next search
    """
    waits, slow, first = market.waits, np.float64(mind.slow), np.float64(mind.weighs_day - day)
    advance = max(np.float64(mind.advance_rate), curiosity(mind, False, FULL, pull, market))
    leave = max(np.float64(mind.leave_rate), waits.forgets if slow >= 0.0 else waits.forgets * math.exp(-waits.forgets_goodwill * slow))
    spared = max(0, mind.touched + waits.plateau - day) if mind.leave_rate == 0.0 else 0  # days before forgetting can begin
    sure = SURE * min(search, min(mind.advance / advance, spared + mind.leave / leave))
    if sure >= last - day:
        return np.float64(last - day)
    return first + math.floor(max(0.0, sure - first) / market.review_days) * market.review_days


@inlined
def rest(who, mind, pull, several, last, day, market):
    """Days until a clock may ring, at most until the day `last`, if only contacts reach the person before; a shopper looks every day.

    several  whether the person has more minds than this: whoever weighs one brand winds the clocks of all, so that none is weighed in sleep
    """
    if mind.stage > Stage.INTEREST or who.need_since != NO_NEED or mind.lead != LEAD_NONE:
        return 1.0
    search = mind.search / searching(who, market.search, False)
    days = min(search, min(mind.advance / mind.advance_rate, mind.leave / mind.leave_rate))
    if mind.stage == Stage.INTEREST or days <= mind.weighs_day - day:
        return days
    if several:
        return np.float64(mind.weighs_day - day)
    return sure_days(mind, search, pull, last, day, market)


@inlined
def sleep(who, mind, days, market):
    """Winds the clocks of AWARE and INTEREST through days without a need, whose hazards stand."""
    if mind.stage == Stage.AWARE or mind.stage == Stage.INTEREST:
        mind.search -= days * searching(who, market.search, False)
        mind.advance -= days * np.float64(mind.advance_rate)
        mind.leave -= days * np.float64(mind.leave_rate)


@inlined
def search(who, b, mind, quality, kept, day, luck, fade, market, tally, diary, cursor):
    """Autonomous consumers look for information by themselves; good content makes them gain more, replies make it last (ODD 5.2)."""
    mind.search -= searching(who, market.search, who.need_since != NO_NEED)
    while mind.search <= 0.0:
        mind.searches += 1
        mind.searched += 1
        mind.search = np.float64(mind.search) + patience(luck, Decision.SEARCHES, who.id, mind.searches, b)
        lift = 1.0 - (1.0 - market.search.lift) ** quality
        warm(mind, day, fade, lift, lift * kept)
        mind.last_touch = SELF_SEARCH
        mind.weighs_day = day
        tally[T_SEARCHES] += 1
        note(who, b, mind, Event.SEARCHES, day, diary, cursor, SELF_SEARCH)
