"""The workforce: incentives, hiring, vacancies, training; each rule a known answer, a limit, a direction (ODD 5.12)."""

import math
from functools import cache

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PARTY, PURPOSE, balance
from sim.outcomes import by_month, by_outlet
from sim.records import OUTLET, STAFF, readable
from sim.rules.hiring import seats_wanted
from sim.rules.incentive import pressure
from sim.rules.workforce import hours_today
from sim.scenario import Hiring, Training
from sim.schema import fill, record_type
from sim.seats import NOBODY, who_meets
from tests.worlds import agrees, fingerprints

SMALL = (
    "market.consumers=2500", "market.households=250000", "market.days=200", "market.start_days=40", "market.need.mean=1.5",
    "strategy.exposure=0.1", "market.rival_pressure=0.3",
)  # fmt: skip
CALM = ("market.meeting.pressure=0", "market.satisfaction.pressure=0", "market.workforce.turnover_pressure=0")
BUSY = ("market.workforce.turnover=3",)
HOURLY = "strategy.hiring.rule=utilisation"


@cache
def run(*overrides: str, threads: int = 1):
    """Agency with its neutral network in a small market where many cars are bought, kept for the tests that look at it."""
    return simulate(load("neutral", [*SMALL, *overrides]), 2, threads=threads)


def as_record(group):
    """A group of numbers as the rules read it."""
    row = readable(np.zeros(1, record_type(type(group))))
    fill(row[0], group)
    return row[0]


def booked(result, purpose: str) -> int:
    """Fen paid for a purpose."""
    return int(result.books["fen"][result.books["purpose"] == PURPOSE[purpose]].sum())


def unlike(one, other) -> set[str]:
    """Records of two results that differ in any bit."""
    a, b = fingerprints(one), fingerprints(other)
    return {name for name in a if a[name] != b[name]}


# ---- incentives ----------------------------------------------------------------------------------------------------------


def test_pressure_is_the_mean_of_what_the_pay_presses_for() -> None:
    assert pressure(0.5, 0.0, 0.0, 1500.0) == 0.5
    assert pressure(0.5, 1500.0, 0.0, 1500.0) == pytest.approx(0.75)
    assert pressure(0.5, 0.0, 1500.0, 1500.0) == pytest.approx(0.25)
    assert pressure(0.2, 1e12, 0.0, 1500.0) == pytest.approx(1.0) and pressure(0.9, 0.0, 1e12, 1500.0) == pytest.approx(0.0, abs=1e-6)


def test_commission_presses_more_and_a_bonus_for_satisfied_buyers_less() -> None:
    yuan = np.linspace(0, 1e5, 50)
    assert (np.diff([pressure(0.3, x, 500.0, 1500.0) for x in yuan]) > 0).all()
    assert (np.diff([pressure(0.3, 500.0, x, 1500.0) for x in yuan]) < 0).all()


def test_a_commission_is_booked_as_wages_for_every_order_signed_in_a_meeting() -> None:
    one, other = run(*CALM), run(*CALM, "strategy.incentive.order=1234")
    signed = int((~one.orders["online"]).sum())
    assert unlike(one, other) == {"books"} and signed > 50
    assert booked(other, "wages") - booked(one, "wages") == signed * 123_400
    paid = other.books[(other.books["purpose"] == PURPOSE["wages"])]
    assert set(paid["payer"]) == {PARTY["retailer"]} and sum(balance(other.books, party) for party in PARTY) == 0


def test_a_bonus_is_booked_for_every_buyer_who_is_satisfied_enough() -> None:
    all_are, none_is = ("market.satisfaction.promoter=0",), ("market.satisfaction.promoter=1", "market.satisfaction.spread=0")
    for limit, share in ((all_are, 1), (none_is, 0)):
        one, other = run(*CALM, *limit), run(*CALM, *limit, "strategy.incentive.satisfied=500")
        delivered = int(one.daily["deliveries"][1:].sum())
        assert unlike(one, other) <= {"books"} and delivered > 30
        assert booked(other, "wages") - booked(one, "wages") == share * delivered * 50_000


def test_without_a_scheme_what_pay_weighs_changes_nothing() -> None:
    assert not unlike(run(), run("market.workforce.felt=1"))


def test_a_commission_sells_more_satisfies_less_and_makes_more_people_leave() -> None:
    strong = ("market.meeting.pressure=2", "market.satisfaction.pressure=0.2", "market.workforce.turnover_pressure=2", *BUSY)
    one, other = run(*strong), run(*strong, "strategy.incentive.order=20000")
    assert other.orders.size > one.orders.size
    assert other.outcomes["satisfaction"] < one.outcomes["satisfaction"] - 0.05
    assert other.daily["quits"].sum() > one.daily["quits"].sum()


# ---- seats ---------------------------------------------------------------------------------------------------------------


def test_an_outlet_wants_a_seat_more_when_busy_and_one_less_when_idle() -> None:
    plan = as_record(Hiring(high=0.8, low=0.4, least=2, most=5))
    assert [seats_wanted(u, 3, plan) for u in (0.0, 0.39, 0.4, 0.6, 0.8, 0.81, 2.0)] == [2, 2, 3, 3, 3, 4, 4]
    assert seats_wanted(0.0, 2, plan) == 2 and seats_wanted(1.0, 5, plan) == 5
    assert seats_wanted(math.nan, 3, plan) == 3 and seats_wanted(0.6, 1, plan) == 2 and seats_wanted(0.6, 7, plan) == 6


def test_a_colleague_meets_for_whoever_is_not_there() -> None:
    outlet = readable(np.zeros(1, OUTLET))[0]
    outlet["first_seat"], outlet["seats"] = 10, 3
    staff = readable(np.zeros(14, STAFF))
    assert [who_meets(k, outlet, staff, 5) for k in range(3)] == [10, 11, 12]
    staff["hired"][11] = NOBODY
    assert [who_meets(k, outlet, staff, 5) for k in range(4)] == [10, 12, 12, 10]


def test_thresholds_that_are_never_passed_change_nothing() -> None:
    one, other = run(), run(HOURLY, "strategy.hiring.high=10", "strategy.hiring.low=0", "strategy.hiring.least=0")
    assert unlike(one, other) <= {"outlets", "staff", "orders"}  # there are empty seats in the list of staff, so rows are others
    names = [name for name in one.orders.dtype.names if name != "salesperson"]
    assert all(np.array_equal(one.orders[name], other.orders[name]) for name in names)
    assert other.staff.size == 25 * 16 and (other.staff["hired"] == NOBODY).sum() == 25 * 7


@pytest.mark.parametrize(("how", "bound"), [(("low=10", "high=10"), 4), (("low=0", "high=0"), 11)])
def test_seats_go_to_the_bound_one_a_month_and_wages_follow(how: tuple[str, str], bound: int) -> None:
    bounds = ("strategy.hiring.least=4", "strategy.hiring.most=11", "market.workforce.turnover=0")
    result = run(HOURLY, *(f"strategy.hiring.{one}" for one in how), *bounds)
    months = np.arange(200) // 30  # seats change in the evening of every 30th day
    seats = np.clip(9 + np.sign(bound - 9) * months, 4, 11)
    assert np.array_equal(result.daily["seats"][1:, 0], 25 * seats)
    assert (result.outlets["seats"] == bound).all() and result.outcomes["outlets_end"] == 25
    paid = 25 * (np.append(seats[1:], seats[-1]) + 8).sum()  # whoever comes or goes in the evening is paid for the day or not
    assert abs(booked(result, "wages") - paid * 160_000 / 365 * 100 / result.weight) <= 3
    assert result.daily["hires"].sum() == (25 * 2 if bound == 11 else 0)


def test_a_seat_stays_empty_as_many_days_as_the_search_takes() -> None:
    for days in (0, 30):
        result = run(*BUSY, *CALM, f"strategy.hiring.vacant_days={days}")
        missing = 25 * 9 - result.daily["seats"][1:, 0]
        quits = result.daily["quits"][1:, 0]
        expected = np.array([quits[max(0, d - days) : d].sum() for d in range(200)])
        assert np.array_equal(missing, expected) and (missing.max() > 10) == (days > 0)
        capacity = result.outlets["capacity"].sum() / 4
        assert capacity == (result.staff["hired"] <= 200).sum()


def test_nobody_comes_back_where_a_search_never_ends() -> None:
    result = run("market.workforce.turnover=10", *CALM, "strategy.hiring.vacant_days=1000")
    left = result.daily["quits"].sum()
    agrees("people left", left / 225, 1 - math.exp(-10 * 200 / 365), math.sqrt(0.004 * 0.996 / 225), 0.03)
    assert (result.staff["hired"] <= 200).sum() == 225 - left == result.daily["seats"][-1, 0] - result.daily["quits"][-1, 0]
    assert result.outcomes["wages"] < 0.6 * run().outcomes["wages"]


def test_every_hire_is_paid_by_whoever_pays_the_outlet() -> None:
    one, other = run(*BUSY), run(*BUSY, "strategy.hiring.cost=20000")
    assert unlike(one, other) == {"books"}
    hires = int(other.daily["hires"].sum())
    assert hires == other.daily["quits"].sum() > 100
    assert abs(booked(other, "hiring") - hires * 2_000_000 / other.weight) <= 3  # a part of a fen in each tier
    assert set(other.books["payer"][other.books["purpose"] == PURPOSE["hiring"]]) == {PARTY["retailer"]}


def test_threads_change_nothing_of_a_workforce_that_changes() -> None:
    words = (HOURLY, *BUSY, "strategy.hiring.vacant_days=20", "strategy.hiring.cost=5000", "strategy.incentive.order=2000")
    assert fingerprints(run(*words)) == fingerprints(run(*words, threads=3))


# ---- how busy ------------------------------------------------------------------------------------------------------------


def test_utilisation_of_outlets_and_months_adds_up_to_that_of_the_brand() -> None:
    result = run(HOURLY, *BUSY, "strategy.hiring.vacant_days=20", "strategy.hiring.low=0.2")
    outlets, months = by_outlet(result), by_month(result)
    met = result.daily["meetings"].sum() + result.daily["background_meetings"].sum()
    assert result.outlets["served"].sum() == met > 1000
    assert result.outcomes["utilisation"] == pytest.approx(met / result.outlets["offered"].sum())
    assert sum(one["orders"] for one in outlets) == result.outcomes["orders"]
    assert result.outcomes["orders_per_hour"] == pytest.approx(result.outcomes["orders"] / (2000 / 365 * result.daily["seats"].sum()))
    weights = months["staff"] / months["staff"].sum()
    first = result.daily[1:181, 0]
    whole = (first["meetings"] + first["background_meetings"]).sum() / (4 * first["seats"].sum())
    assert (weights * months["utilisation"]).sum() == pytest.approx(whole)


# ---- training ------------------------------------------------------------------------------------------------------------


def test_training_is_given_as_long_as_the_plan_says() -> None:
    plan = as_record(Training(hours=73, length=10))
    assert hours_today(10, plan, 0.0) == pytest.approx(0.2) and hours_today(11, plan, 0.0) == 0.0


def test_hours_that_a_policy_buys_come_on_top_of_the_plan_and_after_it() -> None:
    plan = as_record(Training(hours=73, length=10))
    assert hours_today(10, plan, 36.5) == pytest.approx(0.3) and hours_today(11, plan, 36.5) == pytest.approx(0.1)


def test_a_programme_that_ends_stops_costing_and_fades_with_its_half_life() -> None:
    still = ("market.workforce.turnover=0", "strategy.training.hours=365")
    short, long = run(*still, "strategy.training.length=50"), run(*still)
    scale = 225 * 365 * 300 / 365 * 100 / short.weight
    assert abs(booked(short, "training") - 50 * scale) <= 5 and abs(booked(long, "training") - 200 * scale) <= 5
    fade = 0.5 ** (1 / 365)
    assert short.staff["trained"] == pytest.approx((1 - fade**50) / (1 - fade) * fade**150)
    assert long.staff["trained"] == pytest.approx((1 - fade**200) / (1 - fade))
    p = 0.8 * (1 - np.exp(-short.staff["trained"] / 40 * 0.16 / 0.8))
    assert short.outcomes["skill_trained"] == pytest.approx(p.mean()) and long.outcomes["skill_trained"] > p.mean()


def test_a_programme_of_the_whole_horizon_is_one_without_end() -> None:
    taught = "strategy.training.hours=40"
    assert not unlike(run(taught), run(taught, "strategy.training.length=200"))


def test_with_fixed_seats_all_are_at_work_and_every_quit_is_a_hire() -> None:
    result = run()
    assert (result.daily["seats"][1:, 0] == 225).all() and (result.daily["outlets_open"][1:, 0] == 25).all()
    assert np.array_equal(result.daily["hires"], result.daily["quits"])
