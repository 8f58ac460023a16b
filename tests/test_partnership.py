"""Cross-industry partnership: scalar rules, four forms, what fit and friction do, and that nothing changes without it."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PARTY, PURPOSE
from sim.replication import start_up
from sim.rules import partnership
from sim.scenario import Partnership
from sim.schema import fill, record_type
from tests.worlds import fingerprints

FORMS = ("joint_technology", "management_exchange", "joint_marketing", "crossover_product")
SMALL = ["market.consumers=3000", "market.days=240", "market.start_days=30"]
LIVELY = ["market.consumers=6000", "market.households=600000", "market.need.mean=1"]


def plan(**changes) -> np.record:
    """A partnership as the rules read it."""
    row = np.zeros(1, record_type(Partnership))
    fill(row[0], Partnership(**changes))
    return row[0]


def partner(form: str, **changes) -> list[str]:
    """Overrides that switch a form on."""
    return [*SMALL, f"strategy.partnership.form={form}", *(f"strategy.partnership.{k}={v}" for k, v in changes.items())]


# ---- rules -------------------------------------------------------------------------------------------------------------


def test_friction_is_the_mean_of_four() -> None:
    assert partnership.friction(plan(mindset=0.1, integration=0.2, talent=0.3, policy=0.6)) == pytest.approx(0.3)
    assert partnership.friction(plan(mindset=0, integration=0, talent=0, policy=0)) == 0.0


def test_after_the_ramps_days_63_per_cent_of_the_effect_are_there() -> None:
    smooth = plan(mindset=0, integration=0, talent=0, policy=0, ramp_days=90)
    assert partnership.ramp(0, smooth) == 0.0
    assert partnership.ramp(90, smooth) == pytest.approx(1 - math.exp(-1))
    assert partnership.ramp(1e6, smooth) == 1.0


def test_friction_slows_the_ramp_and_eats_the_gain() -> None:
    smooth, rough = plan(mindset=0, integration=0, talent=0, policy=0), plan(mindset=1, integration=1, talent=1, policy=1)
    assert partnership.ramp(100, rough) < partnership.ramp(100, smooth)
    assert partnership.strength(smooth) == 0.5 and partnership.strength(rough) == pytest.approx(0.5 * (1 - 0.6))


def test_strength_rises_with_fit_and_is_a_loss_below_0() -> None:
    values = [partnership.strength(plan(fit=fit)) for fit in np.linspace(-1, 1, 21)]
    assert all(np.diff(values) > 0)
    assert partnership.strength(plan(fit=0.0)) == 0.0 and partnership.strength(plan(fit=-1.0)) == -1.0


@pytest.mark.parametrize("overlap", [0.0, 0.5, 1.0])
def test_the_audience_is_as_large_and_knows_the_brand_as_often_as_it_says(overlap: float) -> None:
    n = 40_000
    stage = np.where(np.arange(n) < 0.6 * n, 1, 0)
    among = partnership.audience(SimpleNamespace(audience=0.2, overlap=overlap), stage, np.arange(n), 0, np.uint64(5))
    assert abs(among.mean() - 0.2) <= 5 * math.sqrt(0.2 * 0.8 / n)
    assert abs((stage[among] > 0).mean() - overlap) <= 5 * math.sqrt(0.25 / among.sum())
    if overlap in (0.0, 1.0):
        assert (stage[among] > 0).mean() == overlap


# ---- off ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def start():
    return start_up(load("direct", SMALL), 3)


@pytest.fixture(scope="module")
def alone(start):
    return simulate(load("direct", SMALL), 3, start=start)


@pytest.fixture(scope="module")
def lively():
    """A market in which a car is bought every year, so that a few thousand people buy often."""
    scenario = load("direct", [*SMALL, *LIVELY])
    world = start_up(scenario, 3)
    return world, simulate(scenario, 3, start=world)


ZERO = [("joint_technology", "gain"), ("management_exchange", "skill"), ("joint_marketing", "audience"), ("crossover_product", "appeal")]


@pytest.mark.parametrize(("form", "driver"), ZERO)
def test_a_driver_of_0_changes_no_bit_and_costs_what_it_costs(form: str, driver: str, start, alone) -> None:
    other = simulate(load("direct", partner(form, **{driver: 0})), 3, start=start)
    one, two = fingerprints(alone), fingerprints(other)
    unlike = {name for name in one if one[name] != two[name]}
    assert unlike <= ({"books", "minds"} if form == "crossover_product" else {"books"})
    for name in alone.minds.dtype.names:
        if name not in ("new_audience", "invite"):
            assert np.array_equal(alone.minds[name], other.minds[name], equal_nan=alone.minds[name].dtype.kind == "f"), name
    paid = other.books[other.books["purpose"] == PURPOSE["partnership"]]
    assert set(paid["payee"]) == {PARTY["partner"]} and set(paid["payer"]) == {PARTY["maker"]}
    assert abs(paid["fen"].sum() - 20e6 * 100 * 240 / 365 / other.weight) <= 1
    assert other.outcomes["profit_channel"] == pytest.approx(alone.outcomes["profit_channel"] - other.outcomes["partnership_cost"])


@pytest.mark.parametrize("form", FORMS)
def test_partners_of_fit_0_sell_neither_more_nor_less(form: str, start, alone) -> None:
    other = simulate(load("direct", partner(form, fit=0)), 3, start=start)
    assert np.array_equal(alone.orders, other.orders) and np.array_equal(alone.stocks, other.stocks)


# ---- on ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_lift_rises_with_fit_and_is_no_gain_where_fit_is_poor(form: str, lively) -> None:
    start, alone = lively
    bold = {"audience": 0.8, "appeal": 1.5, "gain": 4, "skill": 1, "contacts": 100, "lift": 0.2, "overlap": 0.6, "ramp_days": 10}
    sold = [simulate(load("direct", [*partner(form, fit=fit, **bold), *LIVELY]), 3, start=start).orders.size for fit in (-0.8, 0.2, 1.0)]
    assert sold[0] < alone.orders.size < sold[2] and sold[0] < sold[1] < sold[2]


def test_the_attribute_gains_what_the_outcome_says(start, alone) -> None:
    other = simulate(load("direct", partner("joint_technology", gain=2, fit=1)), 3, start=start)
    never = (alone.minds["visits"][0] == other.minds["visits"][0]).all(axis=1) & (alone.people["cars"] == other.people["cars"])
    gain = other.outcomes["attribute_gain"]
    assert 0.5 < gain < 2.0
    unmet = never & (alone.minds["leads"][0] == 0) & (other.minds["leads"][0] == 0)
    grown = (other.minds["fit"] - alone.minds["fit"])[0][unmet]
    assert grown == pytest.approx(gain * other.people["taste"][unmet, 0], abs=1e-5)


def test_joint_marketing_wakes_those_who_did_not_know_the_brand(start, alone) -> None:
    other = simulate(load("direct", partner("joint_marketing", fit=1, overlap=0, contacts=100)), 3, start=start)
    new = other.minds["new_audience"][0]
    assert 0.1 < new.mean() < 0.3 and not alone.minds["new_audience"].any()
    unaware = [(one.minds["stage"][0][new] == 0).mean() for one in (alone, other)]
    assert unaware[1] < 0.5 * unaware[0]
    assert other.outcomes["goodwill"] > alone.outcomes["goodwill"]
    met = other.minds["invitations"][0]
    assert met[new].sum() > 0 and met[~new].sum() == 0
    expected = new.sum() * sum(100 / 365 * partnership.ramp(day, plan(fit=1.0)) for day in range(1, 241))
    assert abs(met.sum() - expected) <= 5 * math.sqrt(expected)


def test_sleep_and_threads_change_nothing_of_a_campaign(start) -> None:
    scenario = load("direct", partner("joint_marketing", fit=1, overlap=0, contacts=50))
    one, two = (fingerprints(simulate(scenario, 3, start=start, threads=threads)) for threads in (1, 3))
    assert one == two


# ---- of a rival ----------------------------------------------------------------------------------------------------------


def test_a_partner_of_a_rival_changes_the_rivals_minds_and_books_and_nobody_elses() -> None:
    plain = load("direct", [*SMALL, "market.days=40"])
    partnered = load("direct", [*partner("joint_technology", fit=1, gain=3, ramp_days=1), "market.days=40"])
    two = [replace(plain, rivals=(one.strategy,)) for one in (plain, partnered)]
    alike, grown = (simulate(one, 3) for one in two)
    assert grown.outcomes_of_brand(1)["attribute_gain"] > 1 and grown.outcomes_of_brand(0)["attribute_gain"] == 0
    assert (grown.minds["fit"][1] - alike.minds["fit"][1]).mean() > 0.2
    assert np.abs(grown.minds["fit"][0] - alike.minds["fit"][0]).mean() < 0.01  # who has met another brand, has met ours less
    paid = grown.books[grown.books["purpose"] == PURPOSE["partnership"]]
    assert paid.size and set(paid["brand"]) == {1}


@pytest.mark.parametrize("form", ["joint_marketing", "crossover_product"])
def test_a_rivals_partner_has_an_audience_of_its_own(form: str) -> None:
    plain = load("direct", [*SMALL, "market.days=60"])
    rival = load("direct", [*partner(form, fit=1, overlap=0, contacts=100), "market.days=60"])
    result = simulate(replace(plain, rivals=(rival.strategy,)), 3)
    assert not result.minds["new_audience"][0].any() and result.minds["new_audience"][1].mean() > 0.05
    assert not result.minds["invitations"][0].any() and result.minds["invitations"][1].any() == (form == "joint_marketing")
