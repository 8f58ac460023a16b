"""What rules count, remember, number and leave alone: known answers beside those of tests/test_rules.py."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim import Stage
from sim.books import MAKER, MICRO, PURPOSE, RETAILER
from sim.chance import Decision, normal, patience, two_uniforms, uniform
from sim.compiled import njit
from sim.consumers import list_awake, turn_with_need
from sim.goodwill import chill, fading, warm
from sim.records import BRAND, JOURNEY, LEDGER, MIND, MONTH, NO_CAR, NO_NEED, OUTLET, PERSON, RIVAL, TALLY, T, readable
from sim.registers import SEEN, days_of, due_within, lowest, next_of, renewed, up_by
from sim.room import Room
from sim.rules import community, consideration, feedback, houses, needs, ownership, queueing, retail, touchpoints, word_of_mouth
from sim.scenario import (
    CLOCKED,
    FORMATS,
    Feedback,
    Goodwill,
    Houses,
    Market,
    Need,
    Ownership,
    Search,
    Strategy,
    WordOfMouth,
)
from sim.schema import record_type
from sim.stages import Event, move, stage_pace
from tests.test_rules import brand_of, market, one, record, rows_of

LUCK = np.uint64(11)
NO_DIARY = rows_of(JOURNEY, 1), np.zeros(1, np.int64)


# ---- chance and moves ----------------------------------------------------------------------------------------------------


def test_two_numbers_of_an_event_are_two_numbers_and_a_wait_is_exponential_of_one() -> None:
    key = (LUCK, Decision.CONTACT, 5, 7, 1, 2)
    first, second = two_uniforms(*key)
    assert first == uniform(*key) and second not in (first, uniform(*key, 1))
    assert patience(*key) == -math.log(first)


def test_a_move_is_counted_from_where_to_where_and_every_visit_has_thresholds_of_its_own() -> None:
    m, who, mind, flow = market(), one(PERSON, id=4), one(MIND, stage=Stage.AWARE), np.zeros((1, len(Stage), len(Stage)), np.int64)
    for visit, to in ((1, Stage.INTEREST), (1, Stage.AWARE), (2, Stage.INTEREST)):
        before = mind.stage
        move(who, 0, mind, to, Event.NOTICES, 9, LUCK, m, flow, *NO_DIARY)
        assert flow[0, before, to] == visit and mind.stage == to and mind.since == 9 and mind.visits[to] == visit
        assert mind.advance == np.float32(patience(LUCK, Decision.ADVANCES, 4, visit, 0, to))
        assert mind.leave == np.float32(patience(LUCK, Decision.LEAVES, 4, visit, 0, to))


def test_the_two_parts_of_frailty_share_its_variance() -> None:
    m, who = market(frailty=0.8, frailty_person=0.36), one(PERSON, id=3, pace=2.0)
    own = normal(LUCK, Decision.STAGE_PACE, 3, 2, 0)
    assert math.log(stage_pace(who, 0, 2, LUCK, m)) == pytest.approx(0.8 * (0.6 * 2.0 + 0.8 * own))


# ---- goodwill, contacts, talk --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", [0.0, 0.5, 1.0, 2.0])
def test_what_one_finds_warms_as_good_content_does_and_lasts_as_replies_have_it(quality: float) -> None:
    m, fade, tally = market(search=Search(lift=0.2)), fading(Goodwill(), 10), np.zeros(len(TALLY), np.int64)
    who, mind = one(PERSON, id=4, autonomy=1.0), one(MIND, stage=Stage.AWARE, search=-1e-9)
    consideration.search(who, 0, mind, quality, 0.25, 9, LUCK, fade, m, tally, *NO_DIARY)
    found = 1.0 - 0.8**quality  # as many searches at quality 1, one after the other
    assert (mind.fast, mind.slow) == pytest.approx((found, 0.25 * found)) and mind.searches == tally[T["searches"]] == 1


def test_fast_and_slow_goodwill_are_moved_each_by_its_own_share() -> None:
    fade, mind = fading(Goodwill(), 10), one(MIND, fast=0.5, slow=0.2)
    warm(mind, 0, fade, 0.4, 0.1)
    assert (mind.fast, mind.slow) == pytest.approx((0.7, 0.28))
    chill(mind, 0, fade, 0.1, 0.5)
    assert (mind.fast, mind.slow) == pytest.approx((0.7 - 0.17, 0.28 - 0.64))


def test_a_contact_wakes_the_unaware_and_wins_leads_of_the_aware_and_interested_alone() -> None:
    touch = record(replace(Strategy().touchpoints.video, attention=0.3, lead=0.2))
    chances = [touchpoints.moving(touch, 1.5, stage) for stage in Stage]
    assert chances == pytest.approx([0.45, 0.2, 0.2, 0, 0, 0, 0, 0])


@njit
def ahead_of(mind, reached, days_between, days):
    """The next contact, those within so many days, and the first of them, as a kernel asks for them."""
    due = due_within(mind, reached, days_between, days)
    return touchpoints.next_contact(mind, reached, days_between), due, lowest(due)


@pytest.mark.parametrize("days", [0.0, 3.0, math.inf])
def test_the_next_contact_is_the_soonest_of_all_touchpoints_the_first_of_equals(days: float) -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        b, group = rng.integers(2), rng.integers(2)
        reached, between = rng.uniform(0, 5, (2, 2, CLOCKED)), rng.choice([0.5, 2.0, math.inf], (2, 2, CLOCKED))
        mind = one(MIND, group=group)
        mind.next = rng.integers(-4, 9, CLOCKED)
        reached[rng.random(reached.shape) < 0.3] = 1.0  # equals, and no wait for what never comes: not a number
        with np.errstate(invalid="ignore"):
            ahead = [(float(mind.next[t]) - reached[b, group, t]) * between[b, group, t] for t in range(CLOCKED)]
        within = [t for t in range(CLOCKED) if ahead[t] < days]
        soonest = min((t for t in range(CLOCKED) if ahead[t] < math.inf), key=lambda t: ahead[t], default=0)
        (found, wait), due, first = ahead_of(mind, reached[b, group], between[b, group], days)
        assert (found, wait) == (soonest, ahead[soonest] if ahead[soonest] < math.inf else math.inf)
        assert [t for t in range(CLOCKED) if due >> t & 1] == within and (not within or first == within[0])


@njit
def next_after(mind, reached, days_between, touchpoint, days):
    """The next contact once one touchpoint's comes after so many days."""
    return next_of(renewed(days_of(mind, reached, days_between), touchpoint, days))


@pytest.mark.parametrize("touchpoint", range(CLOCKED))
def test_a_touchpoint_that_was_met_waits_anew_and_no_other_does(touchpoint: int) -> None:
    mind, others = one(MIND), [t for t in range(CLOCKED) if t != touchpoint]
    mind.next = 5.0 + np.arange(CLOCKED)
    for days, found in ((2.0, (touchpoint, 2.0)), (99.0, (others[0], 5.0 + others[0]))):
        assert next_after(mind, np.zeros(CLOCKED), np.ones(CLOCKED), touchpoint, days) == found


@njit
def looked_up(people, minds, brands, reached, days_between, days, looks, wakes, day):
    """Everybody looks so many days ahead, and what all have noted is looked up at once."""
    noted = 0
    touchpoints.find_movers(brands, looks)
    for i in range(people.size):
        for b in range(minds.shape[0]):
            mine = reached[b, minds[b, i].group], days_between[b, minds[b, i].group]
            noted = touchpoints.look_ahead(people[i], i, b, minds[b, i], brands[b], *mine, days, looks, noted)
    touchpoints.look_up(looks, noted, minds, reached, days_between, wakes, day, LUCK)
    return noted


def moved_on(who, b: int, mind, touch, reached: np.ndarray, days_between: np.ndarray, days: float) -> float:
    """Days until a contact moves a mind, found one contact after the other."""
    for t in range(CLOCKED):
        chance, count = touchpoints.moving(touch[t], 1.0, mind.stage), int(mind.contacts[t])
        threshold, gap = np.float32(mind.next[t]), np.float32(mind.gap[t])
        while chance > 0.0 and (ahead := (float(threshold) - reached[b, mind.group, t]) * days_between[b, mind.group, t]) < days:
            wait, moves = two_uniforms(LUCK, Decision.CONTACT, int(who.id), count + 2, b, t)
            if moves < chance:
                days = ahead
            threshold, count = np.float32(float(threshold) + float(gap)), count + 1
            gap = np.float32(-float(mind.inv[t]) * math.log(wait))
    return days


@pytest.mark.parametrize("days", [0.5, 6.0, 30.0])
@pytest.mark.parametrize("attention", [0.0, 0.03, 1.0])
def test_looked_up_together_contacts_ahead_move_whom_they_move_looked_up_one_by_one(days: float, attention: float) -> None:
    rng, n = np.random.default_rng(6), 20
    people, minds, brands = rows_of(PERSON, n), np.zeros((2, n), MIND).view(np.recarray), rows_of(BRAND, 2)
    people["id"], minds["stage"], minds["group"] = rng.permutation(n), rng.integers(0, 5, (2, n)), rng.integers(0, 2, (2, n))
    minds["next"], minds["gap"] = rng.exponential(1.0, (2, n, CLOCKED)), rng.exponential(0.5, (2, n, CLOCKED))
    minds["inv"], minds["contacts"] = rng.uniform(0.2, 2.0, (2, n, CLOCKED)), rng.integers(0, 9, (2, n, CLOCKED))
    brands["message"], brands["touch"]["attention"], brands["touch"]["lead"] = 1.0, attention, attention / 2
    brands["touch"]["lead"][:, ::2], brands["touch"]["attention"][:, 1] = 0.0, 0.0  # what wins no leads, and what makes nobody aware
    reached, between = rng.uniform(0, 0.1, (2, 2, CLOCKED)), rng.uniform(1.0, 9.0, (2, 2, CLOCKED))
    minds["soonest"] = ((minds["next"] - reached[[[0], [1]], minds["group"]]) * between[[[0], [1]], minds["group"]]).argmin(axis=-1)
    looks, wakes = Room().together("looks", 2 * n * CLOCKED, touchpoints.LOOKS), np.full(n, 99, np.int32)
    noted = looked_up(readable(people), readable(minds), readable(brands), reached, between, days, looks, wakes, 7)
    found = [min(moved_on(people[i], b, minds[b, i], brands[b].touch, reached, between, days) for b in (0, 1)) for i in range(n)]
    assert wakes.tolist() == [99 if one == days else touchpoints.waking(7, one) for one in found]
    assert (noted > 0) == (attention > 0.0) and (attention < 1.0 or days < 6.0 or min(wakes) == 8)


@njit
def up_of(wakes, first, day):
    """Who is awake, as a kernel asks."""
    return up_by(wakes, first, day)


@njit
def awake_of(low, high, wakes, day, awake):
    """The rows of who is awake, as a kernel lists them."""
    return list_awake(low, high, wakes, awake, day)


@pytest.mark.parametrize("low, high", [(0, 0), (0, 63), (3, 67), (5, 200), (0, 192)])
def test_whose_day_has_come_is_awake_and_nobody_else(low: int, high: int) -> None:
    wakes, awake = np.random.default_rng(8).integers(-3, 4, 200).astype(np.int32), np.zeros(201, np.int32)
    end = awake_of(low, high, wakes, 0, awake)
    assert awake[low:end].tolist() == [i for i in range(low, high) if wakes[i] <= 0]
    assert [k for k in range(SEEN) if up_of(wakes, 9, 0) >> k & 1] == [k for k in range(SEEN) if wakes[9 + k] <= 0]


def test_what_is_heard_moves_goodwill_by_its_sign_and_weight() -> None:
    m, fade = market(word_of_mouth=WordOfMouth(lift=0.1, negative=3.0, slow_share=0.5)), fading(Goodwill(), 10)
    heard = one(MIND, stage=Stage.AWARE, heard_good=1)
    word_of_mouth.hear(one(PERSON), 0, heard, 0, LUCK, fade, m, *NO_DIARY)
    assert (heard.fast, heard.slow) == pytest.approx((0.1, 0.05)) and heard.heard_good == 0
    heard = one(MIND, stage=Stage.AWARE, heard_bad=1)
    word_of_mouth.hear(one(PERSON), 0, heard, 0, LUCK, fade, m, *NO_DIARY)
    assert (heard.fast, heard.slow) == pytest.approx((-0.3, -0.15)) and heard.heard_bad == 0


@pytest.mark.parametrize("paid, remembered", [(180_000.0, 180_000.0), (220_000.0, 200_000.0)])
def test_an_owner_remembers_the_cheaper_price_of_another(paid: float, remembered: float) -> None:
    listener, tally = one(PERSON, car=0, heard_price=200_000.0), np.zeros((1, len(TALLY)), np.int64)
    word_of_mouth.tell(one(PERSON, car=0, car_price=paid), 0, listener, one(MIND), True, True, 5, tally)
    assert listener.heard_price == remembered and tally[0, T["good_messages"]] == 1


def test_members_tell_any_other_member_and_never_themselves() -> None:
    people, minds, members = rows_of(PERSON, 3), rows_of(MIND, (1, 3)), np.arange(3)
    people["id"], people["car"], minds["posts"], minds["post"] = np.arange(3), [0, 0, RIVAL], 1, 0.01
    brands, tally, told, heard = rows_of(BRAND, 1), np.zeros((1, len(TALLY)), np.int64), np.zeros(1, np.int64), set()
    m = np.array([market(word_of_mouth=WordOfMouth(talk=1.0))], dtype=record_type(Market)).view(np.recarray)
    brands[0] = brand_of(Strategy())
    for _ in range(40):
        speakers, readers, told[0] = np.zeros(3, np.int64), np.zeros(3, np.int64), 0
        minds["post"] = 0.01
        community.post(members, 0, people, minds, brands, LUCK, m, tally, speakers, readers, told)
        heard |= set(zip(speakers[: told[0]].tolist(), readers[: told[0]].tolist(), strict=True))
    assert heard == {(0, 1), (0, 2), (1, 0), (1, 2)}


def test_people_in_need_visit_houses_more_and_complaints_are_hidden_where_no_data_are_seen() -> None:
    p = record(Houses(visits=0.02, in_need=5.0))
    assert houses.visiting(0.5, False, p) == pytest.approx(0.01) and houses.visiting(0.5, True, p) == pytest.approx(0.05)
    told = record(Feedback(hidden=0.6))
    assert feedback.hides(0.0, told) == 0.6 and feedback.hides(1.0, told) == 0.0 and feedback.hides(0.25, told) == pytest.approx(0.45)


# ---- needs ---------------------------------------------------------------------------------------------------------------


def test_a_need_opens_tomorrow_at_the_soonest() -> None:
    who = one(PERSON, id=1, car=RIVAL, need_rate=1.0)
    needs.await_need(who, 10, (np.full(50, 1e9), np.ones(100), 0), LUCK)
    assert who.need_day == 11


@pytest.mark.parametrize("car, bought", [(RIVAL, -40), (RIVAL, 10), (0, 8), (NO_CAR, 0)])
@pytest.mark.parametrize("rate", [0.0001, 1.0, 30.0])
def test_a_need_opens_on_the_first_day_on_which_the_hazards_of_the_cars_ages_add_up(car: int, bought: int, rate: float) -> None:
    hazard, season, first = np.linspace(0.001, 0.06, 40), 1.0 + 0.3 * np.sin(np.arange(300)), -5
    who = one(PERSON, id=1, car=car, car_day=bought, need_rate=rate)
    needs.await_need(who, 10, (hazard, season, first), LUCK)
    left, due = patience(LUCK, Decision.NEED, 1, 0), needs.NEVER_AGAIN
    for day in range(11, first + season.size):
        left -= hazard[39 if car == NO_CAR else min(day - bought, 38)] * season[day - first] * float(np.float32(rate))
        if left <= 0.0:
            due = day
            break
    assert who.need_day == due and (rate > 0.001) == (due < needs.NEVER_AGAIN)


@pytest.mark.parametrize("rival, off, ends", [(0.001, 0.009, needs.RIVAL_CLOSED), (0.009, 0.001, needs.PUT_OFF)])
def test_of_two_ends_of_a_need_the_first_within_the_day_counts(rival: float, off: float, ends: int) -> None:
    m = market(need=Need(rival_days=100.0, put_off_days=100.0), rival_pressure=1.0, frailty=0.0)
    who = one(PERSON, need_since=3, rival_wait=rival, put_off_wait=off, order=-1)
    assert needs.live_need(who, 9, LUCK, m, np.zeros(len(TALLY), np.int64)) == ends and who.need_since == NO_NEED


@pytest.mark.parametrize("change, car, stage, becomes", [
    (needs.OPENED, RIVAL, Stage.LOST, Stage.AWARE), (needs.OPENED, 0, Stage.OWNER, Stage.OWNER),
    (needs.PUT_OFF, RIVAL, Stage.CONSIDERATION, Stage.LOST), (needs.PUT_OFF, 0, Stage.INTENT, Stage.OWNER),
    (needs.PUT_OFF, 0, Stage.OWNER, Stage.OWNER), (needs.RIVAL_CLOSED, RIVAL, Stage.INTENT, Stage.LOST),
    (needs.RIVAL_CLOSED, 0, Stage.ADVOCATE, Stage.LOST), (needs.RIVAL_CLOSED, RIVAL, Stage.INTEREST, Stage.INTEREST),
])  # fmt: skip
def test_a_turn_of_the_need_moves_a_mind_by_what_its_person_drives(change: int, car: int, stage: Stage, becomes: Stage) -> None:
    mind, flow = one(MIND, stage=stage), np.zeros((1, len(Stage), len(Stage)), np.int64)
    turn_with_need(one(PERSON, car=car), 0, mind, change, 9, LUCK, market(), flow, *NO_DIARY)
    assert mind.stage == becomes and flow.sum() == (stage != becomes)


def test_who_comes_into_need_keeps_what_is_left_of_each_wait() -> None:
    reached, mind = np.zeros((1, 2, CLOCKED)), one(MIND, group=touchpoints.OUT_OF_NEED)
    reached[0, touchpoints.OUT_OF_NEED], reached[0, touchpoints.IN_NEED], mind.next = 10.0, 70.0, 12.5
    touchpoints.retarget(mind, 0, touchpoints.IN_NEED, reached, reached, np.ones((1, 2, CLOCKED)))
    assert (mind.next == 72.5).all() and mind.group == touchpoints.IN_NEED


# ---- outlets, cars, money ------------------------------------------------------------------------------------------------


def test_the_background_is_the_twins_of_those_who_came() -> None:
    """Share of the outlet x simulated visits a day in its tier x the twins of each; nobody where everybody is simulated."""
    brand, outlet = one(BRAND), one(OUTLET, tier=1, share=0.25, recent=0, since=0)
    brand.visits[1, : 3 * MONTH] = 2
    recent, rhythm = queueing.visits_of_month(brand, 1, 2 * MONTH), queueing.rhythm_of(brand, 2 * MONTH)
    expected = lambda weight: queueing.expect_background(0, recent, rhythm, outlet, 2 * MONTH, weight)  # noqa: E731
    assert recent == 2 * 28 and rhythm == 1.0 and queueing.visits_of_month(brand, 0, 2 * MONTH) == 0
    assert expected(1.0) == 0.0 and expected(9.0) == pytest.approx(0.25 * 2 * 8)


def test_stock_costs_its_capital_at_the_simulated_scale() -> None:
    outlets, brands = rows_of(OUTLET, 1), rows_of(BRAND, 1)
    brands[0] = brand_of(Strategy(), replace(FORMATS["dealer_4s"], margin=0.1))
    outlets["stock"], outlets["open"] = 3, True
    ledger, carried = np.zeros((1, *LEDGER), np.int64), np.zeros((1, *LEDGER[:-1]), np.int64)
    for _ in range(365):
        retail.hold_stock(ledger, carried, outlets, brands, 0.08, 4.0)
    booked = ledger[0, 0, PURPOSE["capital"], RETAILER].sum() + carried.sum() / MICRO
    assert booked == pytest.approx(3 * 0.9 * 250_000 * 100 * 0.08 / 4)


def test_a_service_visit_costs_what_the_brand_asks() -> None:
    m, ledger = market(ownership=Ownership(revenue=2000.0, margin=0.5)), np.zeros((1, *LEDGER), np.int64)
    brand = brand_of(replace(Strategy(), service_price=1.2))
    ownership.visit_service(
        one(PERSON, satisfaction=0.8), 0, one(MIND), brand, 5, LUCK, m, ledger, np.zeros(len(TALLY), np.int64), *NO_DIARY
    )
    assert ledger[0, 0, PURPOSE["service_revenue"]].sum() == 240_000 and ledger[0, 0, PURPOSE["service_cost"], MAKER].sum() == 100_000


def test_the_first_car_of_a_brand_makes_the_next_suit_better_and_no_further_one() -> None:
    m, who, mind = market(ownership=Ownership(familiarity=0.5)), one(PERSON, car=RIVAL, order=0, order_price=250_000.0), one(MIND)
    for _ in range(3):
        ownership.take_delivery(who, 0, mind, brand_of(Strategy()), 0, True, 9, LUCK, m, np.zeros(len(TALLY), np.int64), *NO_DIARY)
        assert float(mind.fit) == 0.5 and who.car == 0 and who.order == -1
        who.order = 0
