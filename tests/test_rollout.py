"""Roll-out of outlets under a capital limit: rules, who pays, when doors open, and what people there have of it (ODD 5.7)."""

from functools import cache

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PARTY, PURPOSE
from sim.day import live
from sim.openings import open_outlets
from sim.records import NEVER
from sim.replication import enter, start_up
from sim.rules.rollout import afforded, in_turn, invested, yearly
from sim.scenario import Rollout
from sim.sleep import wake_everybody
from tests.worlds import fingerprints

SMALL = (
    "market.consumers=2500", "market.households=250000", "market.days=200", "market.start_days=40", "market.need.mean=1.5",
    "strategy.exposure=0.1", "market.rival_pressure=0.3",
)  # fmt: skip
PACED = "strategy.rollout.rule=capital"
SLOW = (PACED, "strategy.rollout.capital=120e6")


@cache
def run(*overrides: str, name: str = "direct", threads: int = 1):
    """A small market where many cars are bought, kept for the tests that look at it."""
    return simulate(load(name, [*SMALL, *overrides]), 2, threads=threads)


def unlike(one, other) -> set[str]:
    """Records of two results that differ in any bit."""
    a, b = fingerprints(one), fingerprints(other)
    return {name for name in a if a[name] != b[name]}


def booked(result, purpose: str, party: str) -> int:
    """Fen that a party paid for a purpose."""
    books = result.books
    return int(books["fen"][(books["purpose"] == PURPOSE[purpose]) & (books["payer"] == PARTY[party])].sum())


# ---- rules ---------------------------------------------------------------------------------------------------------------


def test_outlets_open_tier_by_tier_and_in_the_plans_order() -> None:
    tiers = np.array([0, 0, 1, 1, 2], np.int8)
    assert in_turn(tiers, "tier1_first").tolist() == [0, 1, 2, 3, 4]
    assert in_turn(tiers, "tier3_first").tolist() == [4, 2, 3, 0, 1]


def test_a_purse_pays_one_outlet_after_the_other_and_waits_for_the_first_that_it_cannot() -> None:
    prices = np.array([5.0, 5.0, 1.0])
    assert [afforded(purse, prices) for purse in (0.0, 4.9, 5.0, 9.9, 10.0, 11.0, np.inf)] == [0, 0, 1, 1, 2, 3, 3]
    assert afforded(1.0, np.zeros(0)) == 0


def test_an_investment_is_written_off_evenly_and_half_of_it_is_bound() -> None:
    plan = Rollout(tier1=12e6, tier3=5e6, years=5)
    assert invested(plan, 2) == 5e6 and yearly(plan, 0, 0.06) == pytest.approx((2.4e6, 0.36e6))


# ---- off -----------------------------------------------------------------------------------------------------------------


def test_capital_without_limit_changes_nothing_but_what_is_invested() -> None:
    one, other = run(), run(PACED, "strategy.rollout.standing=1")
    assert unlike(one, other) == {"books"}
    plan = 9 * 12e6 + 9 * 8e6
    assert other.outcomes["invested_maker"] == plan and other.outcomes["invested_retailer"] == 0 == one.outcomes["invested_maker"]
    assert abs(booked(other, "investment", "maker") - plan / 5 * 200 / 365 * 100 / other.weight) <= 3
    bound = booked(other, "capital", "maker") - booked(one, "capital", "maker")
    assert abs(bound - plan / 2 * 0.06 * 200 / 365 * 100 / other.weight) <= 3


def test_with_capital_without_limit_all_open_on_the_first_day() -> None:
    result = run(PACED)
    assert (result.daily["outlets_open"][1:, 0] == 18).all() and (result.outlets["opened"] == 1).all()


def test_without_capital_nothing_opens_nothing_is_sold_and_closed_outlets_cost_nothing() -> None:
    result = run(PACED, "strategy.rollout.capital=0", "strategy.terms.online=0")
    assert result.orders.size == 0 and result.outcomes["outlets_open"] == 0 == result.outcomes["outlets_end"]
    assert not result.outlets["open"].any() and (result.outlets["opened"] == NEVER).all()
    assert not sum(booked(result, purpose, "maker") for purpose in ("rent", "operations", "wages", "investment"))
    assert booked(result, "media", "maker") > 0 and not result.daily["quits"].any()


# ---- as capital allows -----------------------------------------------------------------------------------------------------


def test_outlets_open_on_the_month_in_which_their_capital_has_come_together() -> None:
    result = run(*SLOW)
    prices = np.cumsum([12e6] * 9 + [8e6] * 9)
    months = np.arange(1, 8)
    paid = np.searchsorted(prices, 120e6 * 30 / 365 * months + 1e-6, side="right")
    opened = np.array([(result.outlets["opened"] == 30 * (month - 1) + 1).sum() for month in months])
    assert np.array_equal(np.cumsum(opened), paid) and 0 < paid[0] + 1 < paid[-1] < 18
    assert np.array_equal(result.daily["outlets_open"][1:, 0], paid[np.arange(200) // 30])
    days = (201 - result.outlets["opened"][result.outlets["open"]]).sum()
    assert abs(booked(result, "rent", "maker") - days * 3.5e6 / 365 * 100 / result.weight) <= 3
    assert abs(booked(result, "investment", "maker") - days * 12e6 / 5 / 365 * 100 / result.weight) <= 3
    assert result.outcomes["invested_maker"] == paid[-1] * 12e6


def test_outlets_that_stand_already_need_no_capital() -> None:
    result = run(PACED, "strategy.rollout.capital=0", "strategy.rollout.standing=0.5")
    assert (result.daily["outlets_open"][1:, 0] == 9).all() and (result.outlets["tier"][result.outlets["open"]] == 0).all()
    other = run(PACED, "strategy.rollout.capital=0", "strategy.rollout.standing=0.5", "strategy.rollout.order=tier3_first")
    assert np.array_equal(other.outlets["open"], other.outlets["tier"] > 0)


def test_each_payer_has_a_purse_of_its_own() -> None:
    limits = ("strategy.rollout.capital=0", "strategy.rollout.retail_capital=null")
    result = run(PACED, *limits, name="hybrid")  # own stores in tier 1, agents elsewhere
    assert np.array_equal(result.outlets["open"], result.outlets["tier"] > 0)
    assert result.outcomes["invested_maker"] == 0 < result.outcomes["invested_retailer"]
    assert booked(result, "investment", "maker") == 0 < booked(result, "investment", "retailer")


def test_more_capital_opens_and_sells_more() -> None:
    results = [run(PACED, f"strategy.rollout.capital={yuan}") for yuan in ("60e6", "240e6", "null")]
    assert np.all(np.diff([one.outcomes["outlets_open"] for one in results]) > 0)
    assert np.all(np.diff([one.orders.size for one in results]) > 0)


# ---- what people have of it ------------------------------------------------------------------------------------------------


def test_when_doors_open_people_go_there_but_open_leads_and_their_places_in_line_stay() -> None:
    scenario = load("direct", [*SMALL, PACED, "strategy.rollout.capital=40e6", "strategy.rollout.standing=0.3"])
    world = enter(scenario, start_up(scenario, 2), 1)
    for _ in range(60):
        live(world)
    before = world.copy()
    wake_everybody(before)
    after = before.copy()
    after.brands["purse"][0] = 1e9
    open_outlets(after, 0)
    assert after.outlets["open"].all() and not before.outlets["open"].all()
    old, new = before.minds[0], after.minds[0]
    led = old["lead"] > 0
    assert led.sum() > 20 and (old["lead_outlet"] != new["outlet"])[led].any()
    for name in ("lead_outlet", "lead_seat", "queued", "lead"):
        assert np.array_equal(old[name][led], new[name][led])
    assert (new["distance"] <= old["distance"] + 1e-3).all() and (new["distance"] < old["distance"] - 1).any()
    assert np.array_equal(before.people["order_outlet"], after.people["order_outlet"])
    for tier in range(3):
        mine = after.outlets["tier"] == tier
        assert not mine.any() or after.outlets["share"][mine].sum() == pytest.approx(1)


def test_an_outlets_share_is_of_those_who_live_nearest_to_it_among_all_who_do_to_one_of_its_tier() -> None:
    result = run(PACED, "strategy.rollout.capital=0", "strategy.rollout.standing=0.5", "strategy.rollout.order=tier3_first")
    outlets, people = result.outlets[result.outlets["open"]], result.people
    apart = np.hypot(people["x"][:, None] - outlets["x"], people["y"][:, None] - outlets["y"])
    served = np.bincount(apart.argmin(axis=1), minlength=outlets.size)
    assert 1 < outlets.size < result.outlets.size and served.sum() == people.size
    assert outlets["share"] == pytest.approx(served / np.bincount(outlets["tier"], served, 3)[outlets["tier"]])


def test_new_outlets_of_dealers_are_stocked() -> None:
    result = run(*SLOW, "strategy.rollout.retail_capital=120e6", name="dealer_4s")
    waiting = result.outlets["opened"] == NEVER
    assert waiting.any() and not result.outlets["stock"][waiting].any() and (result.outlets["stock"][~waiting] > 0).any()


def test_sleep_and_threads_change_nothing_of_a_rollout() -> None:
    scenario = load("agency", [*SMALL, PACED, "strategy.rollout.retail_capital=120e6", "market.days=100"])
    slept, woken = enter(scenario, start := start_up(scenario, 6), 1), enter(scenario, start, 1)
    for _ in range(100):
        for world in (slept, woken):
            live(world)
        wake_everybody(woken)
        assert (slept.flow == woken.flow).all() and (slept.ledger == woken.ledger).all()
    assert fingerprints(run(*SLOW)) == fingerprints(run(*SLOW, threads=3))
