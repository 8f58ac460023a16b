"""What must come out of the default market (facts.md): emergent, so an interval over replications must overlap each band."""

from functools import cache

import numpy as np
import pytest
from scipy.special import stdtrit
from scipy.stats import weibull_min

from experiments import load
from sim import simulate, start_up
from sim.books import PURPOSE
from sim.outcomes import by_origin
from sim.stages import Stage

REPLICATIONS = 5


@cache
def world(replication):
    return start_up(load("dealer_4s"), 1, replication)


@cache
def runs(name, *overrides):
    scenario = load(name, list(overrides))
    return [simulate(scenario, 1, replication=r, start=world(r)) for r in range(REPLICATIONS)]


def values(name, outcome, *overrides):
    return np.array([run.outcomes[outcome] for run in runs(name, *overrides)])


def interval(sample):
    half = stdtrit(sample.size - 1, 0.975) * sample.std(ddof=1) / np.sqrt(sample.size)
    return sample.mean() - half, sample.mean() + half


def assert_overlaps(sample, low, high):
    a, b = interval(np.asarray(sample, float))
    assert a <= high and b >= low, f"95 % interval [{a:.4g}, {b:.4g}] misses the band {low}..{high}"


def test_four_to_eight_of_a_hundred_dealer_leads_end_in_a_sale():
    assert_overlaps(values("dealer_4s", "lead_to_sale"), 0.04, 0.08)


def test_search_leads_convert_at_least_twice_as_well_as_social_leads():
    more = [simulate(load("dealer_4s"), 1, replication=r, start=world(r)) for r in range(REPLICATIONS, 12)]  # origins are few
    by = [by_origin(run) for run in (*runs("dealer_4s"), *more)]
    search, social = np.array([b["search"] for b in by]), np.array([b["social"] for b in by])
    assert interval(search - 2 * social)[0] > 0


def test_prices_spread_only_where_they_are_haggled():
    assert values("direct", "price_sd").max() == 0.0
    assert_overlaps(values("dealer_4s", "price_sd"), 0.02, 0.06)


def test_informed_buyers_pay_dealers_one_to_three_per_cent_less():
    assert_overlaps(values("dealer_4s", "price_informed_gap"), -0.03, -0.01)


def test_cars_per_outlet_and_month_lie_inside_the_sourced_range():
    assert_overlaps(values("direct", "cars_per_outlet_month"), 25, 90)  # C24, C25
    assert_overlaps(values("dealer_4s", "cars_per_outlet_month"), 40, 100)  # C26, C27


def test_one_standard_deviation_of_closing_skill_adds_eight_to_twenty_five_per_cent_of_sales():
    base, more = values("dealer_4s", "orders"), values("dealer_4s", "orders", "strategy.skill.closing=1")
    assert_overlaps(more / base - 1, 0.08, 0.25)
    assert interval(more - base)[0] > 0


@pytest.mark.parametrize("name", ["direct", "dealer_4s"])
def test_orders_fall_two_to_five_per_cent_for_each_per_cent_of_price(name):
    list_price = 250_000 * (1.05 if name == "dealer_4s" else 1.0)
    cheap = values(name, "orders", f"strategy.list_price={0.95 * list_price}")
    dear = values(name, "orders", f"strategy.list_price={1.05 * list_price}")
    assert_overlaps(np.log(dear / cheap) / np.log(1.05 / 0.95), -5, -2)


def test_direct_buyers_are_about_two_per_cent_more_satisfied_than_dealers_buyers():
    gain = values("direct", "satisfaction") / values("dealer_4s", "satisfaction") - 1
    assert interval(gain)[0] > 0
    assert_overlaps(gain, 0.01, 0.04)


def test_good_messages_are_two_to_four_times_the_bad():
    assert_overlaps(values("dealer_4s", "good_to_bad"), 2, 4)


def test_five_to_twenty_five_per_cent_of_orders_follow_an_owners_word():
    assert_overlaps(values("dealer_4s", "referral_share"), 0.05, 0.25)


def test_buyers_are_sixty_to_a_hundred_and_twenty_days_in_the_market():
    assert_overlaps(values("dealer_4s", "days_to_purchase_mean"), 60, 120)


def test_a_third_to_a_half_of_owners_stay_when_they_replace_the_car():
    assert_overlaps(values("dealer_4s", "loyalty"), 0.30, 0.50)


def test_dealers_hold_one_to_two_months_of_stock():
    assert_overlaps(values("dealer_4s", "stock_months"), 1.1, 1.8)


def test_dealers_reach_more_people_than_direct_stores():
    assert (values("dealer_4s", "reach_share") > values("direct", "reach_share")).all()


def test_awareness_and_the_lost_are_steady_after_the_start():
    for run in runs("agency"):
        shares = run.stocks[:, 0] / run.stocks[0, 0].sum()
        aware = 1 - shares[:, Stage.UNAWARE]
        quarters = aware.size // 91
        for series in (aware, shares[:, Stage.LOST]):
            assert np.abs(np.diff(series[: quarters * 91 + 1 : 91])).mean() < 0.01


def stage_times(journeys, stage):
    """Days spent in completed visits to a stage."""
    moves = journeys[journeys["from_stage"] != journeys["to_stage"]]
    same = moves["consumer"][1:] == moves["consumer"][:-1]
    entered = same & (moves["to_stage"][:-1] == stage) & (moves["from_stage"][1:] == stage)
    return (moves["day"][1:] - moves["day"][:-1])[entered].astype(float)


def test_stage_times_of_shoppers_are_skewed_to_the_right_with_falling_hazards():
    scenario = load("dealer_4s", ["market.consumers=20000", "market.days=500"])
    journeys = simulate(scenario, 1, track="all").journeys
    for stage in (Stage.CONSIDERATION, Stage.INTENT):
        days = stage_times(journeys, stage)
        assert days.size > 200
        assert 1.5 <= days.mean() / np.median(days) <= 3.5
        shape = weibull_min.fit(np.maximum(days, 0.5), floc=0)[0]
        assert shape < 1, f"{stage.name}: Weibull shape {shape:.2f}"


def test_training_raises_sales_and_costs_what_the_books_say():
    base, trained = runs("dealer_4s"), runs("dealer_4s", "strategy.training.hours=40")
    gain = np.array([t.outcomes["orders"] - b.outcomes["orders"] for t, b in zip(trained, base, strict=True)])
    assert interval(gain)[1] > 0 and gain.mean() > 0
    plan = trained[0].scenario.strategy
    heads = sum((plan.outlets.tier1, plan.outlets.tier2, plan.outlets.tier3)) * plan.outlet.staff
    for run in trained:
        booked = run.books["fen"][run.books["purpose"] == PURPOSE["training"]].sum() / 100 * run.weight
        assert booked == pytest.approx(heads * 40 * plan.training.cost * 2, rel=1e-6)
