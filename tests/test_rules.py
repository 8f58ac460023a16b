"""Each rule alone: a known answer, a limit, a direction. Numbers of the scenario are set here, never taken from its defaults."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import gammainc

from sim import Stage
from sim.books import CUSTOMER, MAKER, PURPOSE, RETAILER, carry, fen
from sim.goodwill import chill, fading, fast_now, slow_now, warm
from sim.network import access
from sim.people import age_quantile, hazard_by_age, season
from sim.records import BRAND, HALF_YEAR, LEAD_NONE, LEAD_OPEN, LEAD_SHOWN, LEDGER, MIND, MONTH, OUTLET, PERSON, RIVAL, STAFF
from sim.rules import answering, consideration, needs, ownership, queueing, retail, selling, touchpoints, word_of_mouth, workforce
from sim.scenario import (
    FORMATS,
    Bargain,
    Drivers,
    Goodwill,
    Leads,
    Market,
    Meeting,
    Need,
    Satisfaction,
    Search,
    Strategy,
    Terms,
    Waits,
    WordOfMouth,
    Workforce,
)
from sim.schema import fill, record_type
from sim.stages import rings, stage_pace


def rows_of(kind: np.dtype, shape=1) -> np.recarray:
    """Empty rows of the world, with fields as attributes."""
    return np.zeros(shape, kind).view(np.recarray)


def record(instance):
    """A group of numbers as the record that rules read."""
    rows = rows_of(record_type(type(instance)))
    fill(rows[0], instance)
    return rows[0]


def one(kind: np.dtype, **values):
    """One row of the world."""
    row = rows_of(kind)
    for name, value in values.items():
        row[name] = value
    return row[0]


def market(**groups):
    """A market whose groups differ from the defaults."""
    return record(replace(Market(), **groups))


def odds(p: float) -> float:
    """Odds of a probability."""
    return p / (1 - p)


# ---- clocks --------------------------------------------------------------------------------------------------------------


def test_a_clock_rings_when_its_hazard_reaches_what_remains() -> None:
    assert rings(0.10, 0.10, 9.0, 0.0) and not rings(0.11, 0.10, 9.0, 0.0)
    assert not rings(0.0, 0.0, 9.0, 1.0)  # a hazard of 0 never rings
    assert rings(0.05, 0.1, 0.08, 0.1) and not rings(0.08, 0.1, 0.05, 0.1)  # the first within the day
    assert rings(0.05, 0.1, 0.05, 0.1)  # a tie is the first exit's


def test_the_median_person_has_pace_one_and_no_frailty_makes_all_alike() -> None:
    who = one(PERSON, id=3, pace=1.0)
    assert stage_pace(who, 0, 2, np.uint64(7), market(frailty=0.0)) == 1.0
    whole = market(frailty=0.8, frailty_person=1.0)
    assert stage_pace(who, 0, 2, np.uint64(7), whole) == pytest.approx(math.exp(0.8))
    assert stage_pace(one(PERSON, id=3, pace=0.0), 0, 2, np.uint64(7), whole) == 1.0


# ---- goodwill ------------------------------------------------------------------------------------------------------------


def test_goodwill_halves_in_its_half_life_and_a_contact_goes_its_share_of_the_way() -> None:
    fade = fading(Goodwill(fast_half_life=10, slow_half_life=100), 1000)
    mind = one(MIND, fast=0.5, slow=0.5, touched=0)
    assert fast_now(mind, 10, fade) == pytest.approx(0.25) and slow_now(mind, 100, fade) == pytest.approx(0.25)
    warm(mind, 10, fade, 0.2, 0.0)
    assert float(mind.fast) == pytest.approx(0.25 + 0.2 * 0.75) and mind.touched == 10
    warm(mind, 10, fade, 1.0, 1.0)
    assert float(mind.fast) == 1.0 == float(mind.slow)
    chill(mind, 10, fade, 1.0, 0.5)
    assert float(mind.fast) == -1.0 and float(mind.slow) == 0.0


# ---- consideration -------------------------------------------------------------------------------------------------------


def test_curiosity_multiplies_its_drivers() -> None:
    m = market(waits=Waits(grows_curious=0.01, in_need=8), drivers=Drivers(goodwill=1.2, fit_curious=0.5))
    mind = one(MIND, pace=2.0, fit=1.0)
    assert consideration.curiosity(mind, False, 0.0, 0.0, m) == pytest.approx(0.02 * math.exp(0.5))
    assert consideration.curiosity(mind, True, 0.0, 0.0, m) == pytest.approx(0.16 * math.exp(0.5))
    assert consideration.curiosity(mind, True, 1.0, -0.3, m) == pytest.approx(0.16 * math.exp(0.5 + 1.2 - 0.3))


def test_a_dear_offer_is_compared_and_decided_for_more_slowly() -> None:
    m = market(waits=Waits(compares=0.02, decides=0.01, orders_online=0.03), drivers=Drivers(price=4, fit=1, goodwill=0))
    who, mind = one(PERSON, price_sensitivity=1.5, autonomy=0.5), one(MIND, pace=1.0, fit=0.0)
    dear = consideration.dearness(who, 275_000.0, 250_000.0)
    assert dear == pytest.approx(1.5 * math.log(1.1)) and consideration.dearness(who, 250_000.0, 250_000.0) == 0.0
    assert consideration.comparing(mind, 0.0, dear, 0.0, m) == pytest.approx(0.02 * 1.1**-6)
    assert consideration.deciding(who, mind, 0.0, dear, m) == pytest.approx(0.005 * 1.1**-6)
    assert consideration.ordering_online(who, mind, dear, 1.0, m) == pytest.approx(0.015 * 1.1**-6)
    assert consideration.ordering_online(who, mind, dear, 0.0, m) == 0.0  # a format without online ordering


@pytest.mark.parametrize("cheapness", [1e-9, 1e-300])
def test_however_cheap_an_offer_a_hazard_is_a_number_that_the_state_holds(cheapness: float) -> None:
    m = market(waits=Waits(compares=0.02, decides=0.01, orders_online=0.03), drivers=Drivers(price=10, fit=1, goodwill=0))
    who, mind = one(PERSON, price_sensitivity=12.0, autonomy=1.0), one(MIND, pace=1.0)
    dear = consideration.dearness(who, 250_000.0 * cheapness, 250_000.0)
    highest = [
        consideration.comparing(mind, 0.0, dear, 0.0, m), consideration.deciding(who, mind, 0.0, dear, m),
        consideration.ordering_online(who, mind, dear, 1.0, m),
    ]  # fmt: skip
    assert highest == pytest.approx([rate * math.exp(60.0) for rate in (0.02, 0.01, 0.03)])
    assert np.isfinite(np.float32(highest)).all() and consideration.raised(-1e9) == 0.0 and consideration.raised(2.0) == math.exp(2.0)


def test_nobody_forgets_on_the_plateau_and_goodwill_slows_it() -> None:
    waits = record(Waits(forgets=0.01, plateau=21, forgets_goodwill=1.0, forgets_in_need=0.5))
    mind = one(MIND)
    assert consideration.forgetting(mind, 21, False, 0.0, waits) == 0.0
    assert consideration.forgetting(mind, 22, False, 0.0, waits) == pytest.approx(0.01)
    assert consideration.forgetting(mind, 22, False, 0.5, waits) == pytest.approx(0.01 * math.exp(-0.5))
    assert consideration.forgetting(mind, 22, True, 0.0, waits) == pytest.approx(0.005)
    assert consideration.forgetting(mind, 0, False, 0.0, record(Waits(forgets=0.01, plateau=0))) == pytest.approx(0.01)


def test_shoppers_seek_more_the_nearer_and_the_later_their_stage() -> None:
    m = market(waits=Waits(seeks_curious=0.01, seeks=0.02, seeks_intent=0.04, returns=0.08), drivers=Drivers(goodwill_seeks=0))

    def rate(stage, lead=LEAD_NONE, in_need=True, near=0.25):
        return consideration.seeking(one(MIND, stage=stage, lead=lead, pace=1.0, access=near), in_need, 0.0, m)

    assert rate(Stage.AWARE) == 0.0 and rate(Stage.CONSIDERATION, in_need=False) == 0.0 and rate(Stage.INTENT, lead=LEAD_OPEN) == 0.0
    assert rate(Stage.INTEREST) == pytest.approx(0.0025) and rate(Stage.CONSIDERATION) == pytest.approx(0.005)
    assert rate(Stage.INTENT) == pytest.approx(0.02) and rate(Stage.INTEREST, lead=LEAD_SHOWN) == pytest.approx(0.04)


def test_access_is_one_next_door_and_falls_with_distance() -> None:
    near = access(np.array([0.0, 10.0, 30.0]), Drivers(distance=10, distance_power=0.8))
    assert near == pytest.approx([1.0, 2**-0.8, 4**-0.8])
    assert (access(np.array([0.0, 500.0]), Drivers(distance_power=0)) == 1).all()


def test_the_autonomous_search_more_and_more_in_need() -> None:
    p = record(Search(rate=0.04, out_of_need=0.05))
    assert consideration.searching(one(PERSON, autonomy=0.5), p, True) == pytest.approx(0.02)
    assert consideration.searching(one(PERSON, autonomy=0.5), p, False) == pytest.approx(0.001)
    assert consideration.searching(one(PERSON, autonomy=0.0), p, True) == 0.0


# ---- touchpoints ---------------------------------------------------------------------------------------------------------


def brand_of(strategy: Strategy, terms: Terms | None = None, price: float = 250_000.0):
    """One brand that follows a strategy."""
    row = one(BRAND, list_price=price, expected_price=price, mean_paid=price)
    fill(row.plan, strategy)
    for t, name in enumerate(("video", "social", "search", "vertical", "content", "store", "event")):
        fill(row.touch[t], getattr(strategy.touchpoints, name))
    for tier in range(3):
        fill(row.terms[tier], terms or FORMATS["direct"])
    return row


def test_targeting_sharpens_with_the_data_that_the_brand_sees() -> None:
    touch = record(replace(Strategy().touchpoints.search, targeting=21.0))
    assert touchpoints.sharpness(touch, 1.0) == 21.0 and touchpoints.sharpness(touch, 0.0) == 11.0
    assert touchpoints.sharpness(record(replace(Strategy().touchpoints.search, targeting=1.0)), 0.3) == 1.0


def test_a_budget_buys_its_contacts_and_an_intensity_is_itself() -> None:
    kinds = Strategy().touchpoints
    video = replace(kinds.video, budget=36500.0, cost=0.5, on_target=0.5, targeting=3.0)
    strategy = replace(Strategy(), exposure=2.0, touchpoints=replace(kinds, video=video, store=replace(kinds.store, intensity=0.01)))
    sums = np.zeros((1, 2, 7), np.int64)
    sums[0, 0], sums[0, 1] = 100 * 2**20, 50 * 2**20
    rate = np.zeros((1, 2, 7))
    touchpoints.intensities(brand_of(strategy), 0, sums, 4.0, rate)
    assert rate[0, 1, 0] == pytest.approx(3 * rate[0, 0, 0])
    assert 100 * rate[0, 0, 0] + 50 * rate[0, 1, 0] == pytest.approx(2 * 36500 / 365 / 0.5 * 0.5 / 4)  # exact in the mean
    assert rate[0, 0, 5] == 0.02
    touchpoints.intensities(brand_of(strategy), 0, np.zeros_like(sums), 4.0, rate)
    assert rate[0, 0, 0] == 0.0  # nobody to reach


# ---- word of mouth -------------------------------------------------------------------------------------------------------


def test_owners_talk_advocates_more_and_others_not() -> None:
    m = market(word_of_mouth=WordOfMouth(talk=0.06, advocate=2.0))
    rate = lambda car, stage: word_of_mouth.speaks(one(PERSON, car=car), 0, one(MIND, stage=stage), m)  # noqa: E731
    assert rate(0, Stage.OWNER) == 0.06 and rate(0, Stage.ADVOCATE) == 0.12 and rate(RIVAL, Stage.AWARE) == 0.0
    everybody = market(word_of_mouth=WordOfMouth(talk=0.06, speakers="aware"))
    assert word_of_mouth.speaks(one(PERSON, car=RIVAL), 0, one(MIND, stage=Stage.AWARE), everybody) == 0.06
    assert word_of_mouth.speaks(one(PERSON, car=RIVAL), 0, one(MIND, stage=Stage.UNAWARE), everybody) == 0.0


def test_what_an_owner_says_follows_satisfaction() -> None:
    m = market(word_of_mouth=WordOfMouth(valence=10), satisfaction=Satisfaction(usual=0.8))
    assert word_of_mouth.good_chance(0.8, 0.75, m) == pytest.approx(0.75)
    assert odds(word_of_mouth.good_chance(0.9, 0.75, m)) == pytest.approx(3 * math.e)
    assert word_of_mouth.good_chance(0.3, 0.75, m) < 0.02


def test_with_complete_mixing_everybody_but_oneself_listens() -> None:
    people, minds, ties = rows_of(PERSON, 6), rows_of(MIND, (1, 200)), market().ties
    people["id"] = np.arange(6)
    for i in range(6):
        heard = set()
        for k in range(200):
            mind = minds[0, k]
            mind.talks = k
            nobody = np.zeros(7, np.int64), np.zeros(0, np.int32)
            heard.add(word_of_mouth.listener(people[i], i, mind, 0, people, *nobody, np.uint64(5), 3, ties))
        assert heard == set(range(6)) - {i}
    nobody = np.zeros(2, np.int64), np.zeros(0, np.int32)
    alone = word_of_mouth.listener(people[0], 0, minds[0, 0], 0, people[:1], *nobody, np.uint64(5), 3, ties)
    assert alone == -1


def test_a_cheaper_friend_is_felt_once() -> None:
    m = market(satisfaction=Satisfaction(envy=0.5))
    who = one(PERSON, satisfaction=0.8, felt_price=200_000.0, heard_price=180_000.0)
    word_of_mouth.envy(who, m)
    assert float(who.satisfaction) == pytest.approx(0.8 - 0.5 * math.log(200 / 180), abs=1e-6)
    before = float(who.satisfaction)
    word_of_mouth.envy(who, m)
    assert float(who.satisfaction) == before


# ---- needs ---------------------------------------------------------------------------------------------------------------


def test_the_season_swings_around_one() -> None:
    m = market(season=0.3, season_peak=345)
    assert season(m, 345) == pytest.approx(1.3) and season(m, 345 - 365 // 2) == pytest.approx(0.7, abs=0.001)
    assert np.mean([season(m, day) for day in range(365)]) == pytest.approx(1.0)


def test_the_hazard_of_a_need_is_that_of_the_cars_age() -> None:
    table = hazard_by_age(Need(shape=2.0, mean=5.0, first_buyers=0.3), 5000)
    hazard = lambda carless, age: needs.need_hazard(carless, age, 1.5, table)  # noqa: E731
    assert hazard(False, 500) == 1.5 * table[500]
    assert hazard(True, 500) == pytest.approx(1.5 / (365 * 5.0))
    assert hazard(False, -50) == 1.5 * table[0] and hazard(False, 10**6) == 1.5 * table[4999]
    assert table[1000] > table[500] > table[10]  # older cars are replaced sooner
    assert np.allclose(hazard_by_age(Need(shape=1.0, mean=5.0), 100), 1 / (365 * 5.0))


def test_ages_of_cars_met_at_random_are_those_of_renewal() -> None:
    need, u = Need(shape=2.75, mean=6.4), np.array([0.05, 0.5, 0.9, 0.999])
    scale = 365 * 6.4 / math.gamma(1 + 1 / 2.75)
    assert gammainc(1 / 2.75, (age_quantile(need, u) / scale) ** 2.75) == pytest.approx(u, abs=1e-4)
    uniform = age_quantile(Need(shape=10.0, mean=4.0), np.array([0.25, 0.5]))
    assert uniform == pytest.approx([365.0, 730.0], rel=0.01)  # cars that all last four years


def test_a_rival_closes_the_need_of_the_quick_sooner() -> None:
    m = market(rival_pressure=2.0, frailty=0.8, need=Need(rival_days=50))
    assert needs.rival_hazard(one(PERSON, pace=0.0), m) == pytest.approx(0.04)
    assert needs.rival_hazard(one(PERSON, pace=1.0), m) == pytest.approx(0.04 * math.exp(0.8))
    assert needs.rival_hazard(one(PERSON, pace=1.0), market(rival_pressure=0.0)) == 0.0


# ---- leads ---------------------------------------------------------------------------------------------------------------


def test_a_lead_cools_to_its_floor() -> None:
    p = record(Leads(floor=0.6, half_life=2.0, attempt_reaches=0.5))
    assert answering.interest_left(0.0, p) == 1.0 and answering.interest_left(2.0, p) == pytest.approx(0.8)
    assert answering.interest_left(1e6, p) == pytest.approx(0.6)
    assert answering.reaches(0.0, 1, p) == pytest.approx(0.5) and answering.reaches(2.0, 3, p) == pytest.approx(0.875 * 0.8)
    assert answering.reaches(0.0, 50, p) == pytest.approx(1.0)


def test_a_low_intent_lead_has_a_share_of_the_odds_of_an_appointment() -> None:
    p = record(Leads(appointment=0.6, low_intent=0.25))
    assert answering.appointment(False, p) == pytest.approx(0.6)
    assert odds(answering.appointment(True, p)) == pytest.approx(0.25 * odds(0.6))
    assert answering.appointment(True, record(Leads(low_intent=0))) == 0.0
    assert (
        answering.appointment(True, record(Leads(appointment=1))) == 1.0
        and answering.appointment(True, record(Leads(appointment=0))) == 0.0
    )


def test_a_share_of_appointments_moves_to_the_next_weekend() -> None:
    p = record(Leads(weekend=0.4))
    for day in range(700, 714):
        assert answering.to_weekend(day, 0.4, p) == day  # not moved
        for u, weekday in ((0.1, 6), (0.3, 5)):
            moved = answering.to_weekend(day, u, p)
            assert 0 <= moved - day <= 6 and (moved % 7 == weekday or day % 7 >= 5)
    assert answering.to_weekend(705, 0.1, p) == 705  # a Saturday stays
    assert all(answering.to_weekend(day, 0.0, record(Leads(weekend=0))) == day for day in range(7))


# ---- meetings ------------------------------------------------------------------------------------------------------------


TASKS = {
    "discovery": lambda p, fit=0.0, skill=0.0, waited=0: selling.discovering(fit, skill, waited, p),
    "presentation": lambda p, fit=0.0, skill=0.0, waited=0: selling.presenting(fit, skill, 0.0, waited, False, p),
    "closing": lambda p, fit=0.0, skill=0.0, waited=0: selling.closing(fit, skill, 0.0, waited, 0.0, p),
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_a_standard_deviation_of_skill_multiplies_the_odds(task: str) -> None:
    p = record(replace(Meeting(skill=0.5, fit=0.3, waiting=0.1), **{task: 0.4}))
    chance = TASKS[task]
    assert chance(p) == pytest.approx(0.4)
    assert odds(chance(p, skill=1.0)) == pytest.approx(odds(0.4) * math.exp(0.5))
    assert odds(chance(p, fit=2.0)) == pytest.approx(odds(0.4) * math.exp(0.6))
    assert odds(chance(p, waited=3)) == pytest.approx(odds(0.4) * math.exp(-0.3))
    assert (
        chance(record(replace(Meeting(), **{task: 0.0})), skill=9.0) == 0.0
        and chance(record(replace(Meeting(), **{task: 1.0})), skill=-9.0) == 1.0
    )


def test_price_pressure_and_test_drives_move_the_odds() -> None:
    p = record(Meeting(presentation=0.4, closing=0.4, price=4.5, drive_odds=1.6, pressure=0.2, skill=0, fit=0, waiting=0))
    assert odds(selling.presenting(0.0, 0.0, 0.1, 0, True, p)) == pytest.approx(odds(0.4) * 1.6 * math.exp(-0.45))
    assert odds(selling.closing(0.0, 0.0, 0.1, 0, 1.0, p)) == pytest.approx(odds(0.4) * math.exp(-0.45 + 0.2))
    assert selling.closing(-9.0, -9.0, 9.0, 99, 0.0, record(Meeting(closing_rule="certain"))) == 1.0
    assert selling.markup_of(one(PERSON, price_sensitivity=2.0), 275_000.0, 250_000.0) == pytest.approx(0.2)


def test_skill_is_talent_less_what_a_novice_lacks_plus_training() -> None:
    p = record(Workforce(novice=0.8, learning=200, training_effect=0.1, training_hours=40, training_ceiling=0.8))
    member = one(STAFF, skill=[0.5, 0.1, 0, 0])
    assert selling.skill_of(member, 0, p) == pytest.approx(0.5 - 0.8) and selling.skill_of(member, 1, p) == pytest.approx(0.1 - 0.8)
    member.experience = 200.0
    assert selling.skill_of(member, 0, p) == pytest.approx(0.5 - 0.8 / math.e)
    member.experience = 1e9
    assert selling.skill_of(member, 0, p) == pytest.approx(0.5)
    member.trained = 40.0
    assert selling.skill_of(member, 0, p) == pytest.approx(0.5 + 0.8 * (1 - math.exp(-0.125)))  # near .1 for the first programme
    member.trained = 1e9
    assert selling.skill_of(member, 0, p) == pytest.approx(1.3)  # the ceiling


def test_pressure_drives_staff_away() -> None:
    p = record(Workforce(turnover=0.3, turnover_pressure=0.5))
    assert workforce.leaving(0.0, p) == pytest.approx(0.3 / 365) and workforce.leaving(1.0, p) == pytest.approx(0.3 / 365 * math.exp(0.5))


# ---- price ---------------------------------------------------------------------------------------------------------------


def test_the_bargain_shares_what_the_car_is_worth_beyond_its_cost() -> None:
    assert selling.haggled(105.0, 90.0, 100.0, 0.5) == 95.0
    assert selling.haggled(105.0, 90.0, 100.0, 0.0) == 90.0 and selling.haggled(105.0, 90.0, 100.0, 1.0) == 100.0
    assert selling.haggled(105.0, 90.0, 200.0, 0.9) == 105.0  # never above the list price
    assert math.isnan(selling.haggled(105.0, 90.0, 90.0, 0.5)) and math.isnan(selling.haggled(105.0, 90.0, 80.0, 0.5))  # no offer
    assert selling.worth(0.0, 250_000.0, record(Bargain(worth=0.1))) == 250_000.0
    assert selling.worth(2.0, 250_000.0, record(Bargain(worth=0.1))) == pytest.approx(250_000 * math.exp(0.2))


def test_the_sellers_share_rises_with_skill_and_falls_with_knowledge_and_stock() -> None:
    p = record(Bargain(share=0.28, skill=0.15, informed=0.5, noise=0.6, stock=0.3))
    assert selling.sellers_share(0.0, False, 0.0, 0.0, p) == pytest.approx(0.28)
    assert odds(selling.sellers_share(1.0, False, 0.0, 0.0, p)) == pytest.approx(odds(0.28) * math.exp(0.15))
    assert odds(selling.sellers_share(0.0, True, 2.0, 1.0, p)) == pytest.approx(odds(0.28) * math.exp(-0.5 - 0.6 + 0.6))
    assert selling.sellers_share(9.0, False, 0.0, 0.0, record(Bargain(share=1))) == 1.0


def test_stock_presses_only_above_its_target() -> None:
    terms = record(FORMATS["dealer_4s"])  # 1.4 months
    sold = np.zeros(MONTH, np.int32)
    sold[:28] = 1
    months = lambda stock, sold_: selling.overstock(one(OUTLET, stock=stock, sold=sold_), terms)  # noqa: E731
    assert months(30, sold) == 0.0 and months(90, sold) == pytest.approx(3 - 1.4)
    assert months(90, np.zeros(MONTH, np.int32)) == 0.0  # nothing known of sales
    assert selling.overstock(one(OUTLET, stock=90, sold=sold), record(FORMATS["direct"])) == 0.0


# ---- the desk ------------------------------------------------------------------------------------------------------------


def test_a_part_of_a_meeting_is_carried_to_the_next_day() -> None:
    outlets = rows_of(OUTLET, 2)
    outlets["capacity"], outlets["open"], outlets["demo_cars"] = 2.4, [True, False], 2
    room, drives, held = np.empty(2), np.empty(2), []
    for _ in range(10):
        queueing.open_hours(outlets, room, drives, 6.0)
        held.append(room.copy())
    assert np.sum(held, axis=0).tolist() == [24.0, 0.0] and set(np.array(held)[:, 0]) == {2.0, 3.0}
    assert drives.tolist() == [12.0, 12.0]


WEEK = (2, 3, 1, 4, 5, 11, 9)  # visits by weekday


@pytest.mark.parametrize("since", [0, -3, -180])
def test_the_background_keeps_the_week_of_the_visits_from_the_first_week_on(since) -> None:
    """Every weekday is judged by how often it was lived, so that no day of a running week counts for more."""
    brand = np.rec.array(np.zeros(1, BRAND))
    brand["since"] = since
    for day in range(since + 1, since + 400):
        queueing.forget_oldest(np.rec.array(np.zeros(0, OUTLET)), brand, day)
        brand[0].visits[day % 3, day % HALF_YEAR] += WEEK[day % 7]
        brand[0].weekday[day % 7] += WEEK[day % 7]
        lived = range(max(since + 1, day - HALF_YEAR + 1), day + 1)
        mean = sum(WEEK[back % 7] for back in lived) / len(lived)
        assert queueing.rhythm_of(brand[0], day) == pytest.approx(WEEK[day % 7] / mean, rel=1e-12)
        if day >= since + 7 and (day - since) % 7 == 0:
            assert mean == 5.0


def test_without_visits_no_weekday_stands_out() -> None:
    assert queueing.rhythm_of(np.rec.array(np.zeros(1, BRAND))[0], 5) == 1.0


# ---- stock and money -----------------------------------------------------------------------------------------------------


def test_base_stock_covers_its_months_and_the_lead_time() -> None:
    terms = record(replace(FORMATS["dealer_4s"], stock_months=1.5, push=0.5))
    assert retail.target_stock(28, terms, 21) == 30 * 2 + 21
    assert retail.target_stock(0, terms, 21) == 0
    assert retail.target_stock(1, terms, 21) == math.ceil(81 / 28)
    assert retail.target_stock(280, terms, 21) == 810


def test_refilling_brings_the_position_to_the_target_and_cars_come_after_the_lead_time() -> None:
    outlets, brands = rows_of(OUTLET, 1), rows_of(BRAND, 1)
    brands[0] = brand_of(Strategy(), replace(FORMATS["dealer_4s"], stock_months=1.0, push=0.0))
    outlets["open"], outlets["sold"] = True, 1
    tally = np.zeros((1, 64), np.int64)
    for day in range(1, 30):
        retail.refill(outlets, brands, day, 21, tally)
        assert outlets[0].stock + outlets[0].ordered == 51 and outlets[0].ordered == outlets[0].arriving.sum()
        assert outlets[0].stock == (51 if day >= 22 else 0)


def paid(terms: Terms, price: float) -> dict[str, tuple[int, int, int]]:
    """Fen, payer and payee by purpose of one delivered car."""
    ledger = np.zeros((1, *LEDGER), np.int64)
    strategy = replace(Strategy(), unit_cost=180_000.0)
    retail.sell_car(ledger, brand_of(strategy, terms), 0, 1, price, market())
    where = np.argwhere(ledger)
    return {
        name: next((int(ledger[tuple(at)]), at[3], at[4]) for at in where if at[2] == k)
        for name, k in PURPOSE.items()
        if (where[:, 2] == k).any()
    }


def test_each_formats_car_is_paid_as_its_terms_say() -> None:
    direct = paid(FORMATS["direct"], 250_000.0)
    assert direct["vehicle_revenue"] == (25_000_000, CUSTOMER, MAKER) and "margin" not in direct and "commission" not in direct
    agency = paid(FORMATS["agency"], 250_000.0)
    assert agency["vehicle_revenue"][2] == MAKER and agency["commission"] == (1_500_000, MAKER, RETAILER)
    dealer = paid(replace(FORMATS["dealer_4s"], margin=0.13, rebate=0.02), 240_000.0)
    assert dealer["vehicle_revenue"] == (25_000_000, CUSTOMER, RETAILER) and dealer["discount"] == (1_000_000, RETAILER, CUSTOMER)
    assert dealer["stock"] == (25_000_000, RETAILER, MAKER) and dealer["margin"] == (3_250_000, MAKER, RETAILER)
    assert dealer["rebate"] == (500_000, MAKER, RETAILER)
    # what the retailer keeps: margin + rebate - discount; what the maker keeps: list less those
    assert fen(240_000.0) - fen(250_000.0 * 0.85) == 25_000_000 - 1_000_000 - 25_000_000 + 3_250_000 + 500_000
    for book in (direct, agency, dealer):
        assert book["production"][0] == 18_000_000


def test_running_costs_lose_no_part_of_a_fen() -> None:
    ledger, carried = np.zeros((1, *LEDGER), np.int64), np.zeros((1, *LEDGER[:-1]), np.int64)
    for _ in range(1000):
        carry(ledger, carried, 0, 0, PURPOSE["rent"], MAKER, 1_234_567)
    assert ledger.sum() == 1234 and carried.sum() == 567_000
    assert fen(0.005) == 1 and fen(123.454) == 12345 and fen(-1.0) == -100


# ---- after the sale ------------------------------------------------------------------------------------------------------


def test_satisfaction_is_what_was_met_less_what_was_expected() -> None:
    p = record(
        Satisfaction(
            usual=0.8, spread=0.1, haggle=0.02, pressure=0.01, delivery=0.001, expected_days=14, waiting=0.01, fit=0.02, fairness=0.4
        )
    )
    judge = lambda **other: ownership.experience(*({  # noqa: E731
        "luck": 0.0, "fit": 0.0, "haggled": False, "pressure": 0.0, "days": 0.0, "waited": 0.0, "overpaid": 0.0,
    } | other).values(), p)  # fmt: skip
    assert judge() == pytest.approx(0.8) and judge(luck=1.0) == pytest.approx(0.9) and judge(fit=-1.0) == pytest.approx(0.78)
    assert judge(haggled=True) == pytest.approx(0.78) and judge(pressure=1.0) == pytest.approx(0.79)
    assert judge(days=14.0) == pytest.approx(0.8) and judge(days=34.0) == pytest.approx(0.78)
    assert (
        judge(waited=2.0) == pytest.approx(0.78)
        and judge(overpaid=0.05) == pytest.approx(0.78)
        and judge(overpaid=-0.05) == pytest.approx(0.82)
    )
    assert judge(luck=9.0) == 1.0 and judge(luck=-9.0) == 0.0


def test_a_service_visit_moves_satisfaction_a_share_of_the_way() -> None:
    p = record(Satisfaction(usual=0.8, spread=0.1, care=0.05, smoothing=0.25))
    assert ownership.served(0.6, 0.0, 0.0, p) == pytest.approx(0.65)
    assert ownership.served(0.6, 0.0, 1.0, p) == pytest.approx(0.6625)
    assert ownership.served(0.6, 0.0, 0.0, record(Satisfaction(usual=0.8, smoothing=0))) == 0.6


def test_owners_recommend_cool_look_again_or_cancel() -> None:
    waits = Waits(recommends=0.002, recommends_satisfaction=8, cools=0.003, looks_again=0.1, cancels=0.004)
    m = market(waits=waits, drivers=Drivers(satisfaction=4), satisfaction=Satisfaction(usual=0.8))
    hazards = lambda in_need=False, stage=Stage.OWNER, **who: ownership.owner_hazards(  # noqa: E731
        one(PERSON, **({"car": 0, "order": -1, "satisfaction": 0.9} | who)), 0, one(MIND, stage=stage), in_need, m)  # fmt: skip
    assert hazards() == pytest.approx((0.002 * math.exp(0.8), 0.0), rel=1e-6)
    assert hazards(in_need=True, stage=Stage.ADVOCATE) == pytest.approx((0.003, 0.1 * math.exp(0.4)), rel=1e-6)
    assert hazards(order=0) == (0.0, 0.004) and hazards(car=RIVAL) == (0.0, 0.0)
