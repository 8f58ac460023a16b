"""Recommendation: scalar rules, learning from journeys seen, what is attributed and what is caused, and that nothing changes without it."""

import math
from functools import cache

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PURPOSE
from sim.day import live
from sim.records import NO_NEED
from sim.replication import enter, start_up
from sim.rules import recommendation
from sim.scenario import Recommendation
from sim.schema import fill, record_type
from sim.stages import Stage
from tests.worlds import fingerprints

SMALL = ["market.consumers=3000", "market.days=180", "market.start_days=30"]
BUDGET = "strategy.recommendation.budget=0.5e6"


def numbers(**changes) -> np.record:
    """The market's numbers of recommendation as the rules read them."""
    row = np.zeros(1, record_type(Recommendation))
    fill(row[0], Recommendation(**changes))
    return row[0]


# ---- rules -------------------------------------------------------------------------------------------------------------


def test_accuracy_begins_at_0_and_is_half_of_the_best_at_the_journeys_needed() -> None:
    p = numbers(best=0.8, needed=1000)
    assert recommendation.accuracy(0.0, p) == 0.0 and recommendation.accuracy(1000.0, p) == pytest.approx(0.4)
    assert all(np.diff([recommendation.accuracy(float(k), p) for k in range(0, 10_000, 100)]) > 0)
    assert recommendation.accuracy(1e15, p) == pytest.approx(0.8)


def test_interest_rises_with_need_stage_and_fit_and_a_lost_cause_is_none() -> None:
    p = numbers()
    ladder = [recommendation.interest(True, stage, 0.0, p) for stage in range(Stage.UNAWARE, Stage.OWNER)]
    assert all(np.diff(ladder) > 0) and recommendation.interest(True, Stage.OWNER, 0.0, p) == ladder[Stage.INTEREST]
    assert recommendation.interest(False, Stage.AWARE, 1.0, p) == pytest.approx(p["step"] + p["fit"])
    assert recommendation.interest(True, Stage.LOST, 0.0, p) == 0.0 and not recommendation.right(True, Stage.LOST)


def test_a_prediction_is_luck_without_accuracy_and_the_truth_with_all_of_it() -> None:
    p = numbers(popularity=0)
    assert recommendation.predicted(3.0, 1.0, 9.9, 0, p) == 3.0
    assert recommendation.predicted(3.0, 0.0, 1.5, 0, p) == recommendation.predicted(-3.0, 0.0, 1.5, 0, p) == 1.5


def test_accuracy_is_the_correlation_of_prediction_and_truth() -> None:
    rng, p, n = np.random.default_rng(1), numbers(popularity=0), 20_000
    truth, luck = rng.normal(size=n), rng.normal(size=n)
    for accurate in (0.0, 0.5, 0.9):
        said = [recommendation.predicted(x, accurate, z, 0, p) for x, z in zip(truth, luck, strict=True)]
        assert abs(np.corrcoef(truth, said)[0, 1] - accurate) <= 5 * (1 - accurate**2) / math.sqrt(n)


def test_who_has_been_shown_ranks_higher() -> None:
    popular, fair = numbers(popularity=0.5), numbers(popularity=0)
    assert recommendation.predicted(0.0, 0.5, 0.0, 9, popular) == pytest.approx(0.5 * math.log(10))
    assert recommendation.predicted(0.0, 0.5, 0.0, 9, fair) == 0.0


def test_the_edge_takes_the_highest_scores_and_a_share_of_one_bin() -> None:
    counts = np.zeros(recommendation.BINS, np.int64)
    counts[[10, 20, 30]] = 100, 40, 10
    assert recommendation.edge_of(counts, 5.0) == (30, 0.5) and recommendation.edge_of(counts, 30.0) == (20, 0.5)
    assert recommendation.edge_of(counts, 1e9) == (0, 1.0)
    assert recommendation.bin_of(1e9) == recommendation.BINS - 1 and recommendation.bin_of(-1e9) == 0
    assert recommendation.bin_of(0.0) == recommendation.BINS // 2


# ---- off, and the same in any number of threads ---------------------------------------------------------------------------


def test_without_a_budget_no_other_number_of_it_changes_a_bit() -> None:
    other = [
        "market.recommendation.clicks=1",
        "market.recommendation.every=1",
        "market.recommendation.window=0",
        "strategy.recommendation.cost=9",
    ]
    assert fingerprints(simulate(load("direct", SMALL), 2)) == fingerprints(simulate(load("direct", [*SMALL, *other]), 2))


def test_picks_that_nobody_clicks_cost_money_and_change_nothing_else() -> None:
    start = start_up(load("direct", [*SMALL, "market.recommendation.clicks=0"]), 2)
    alone, shown = (simulate(load("direct", [*SMALL, "market.recommendation.clicks=0", *more]), 2, start=start) for more in ([], [BUDGET]))
    assert np.array_equal(alone.orders, shown.orders) and np.array_equal(alone.stocks, shown.stocks)
    paid = shown.books["fen"][shown.books["purpose"] == PURPOSE["recommendation"]].sum()
    assert shown.outcomes["profit_channel"] == pytest.approx(alone.outcomes["profit_channel"] - shown.outcomes["recommendation_cost"])
    assert abs(paid - 5.0 * shown.daily["picks"].sum()) <= 1
    planned = 0.5e6 / 365 * 7 * 25 / 0.05 / shown.weight  # 25 rankings in 180 days
    assert abs(shown.daily["picks"].sum() - planned) <= 5 * math.sqrt(25 * 0.25 * 30)  # one bin of some thirty people is drawn


def test_threads_change_no_bit() -> None:
    scenario = load("recommendation", SMALL)
    one, two = (fingerprints(simulate(scenario, 2, threads=threads)) for threads in (1, 2))
    assert one == two


# ---- learning ----------------------------------------------------------------------------------------------------------


def journeys_after(*overrides: str) -> tuple[float, float]:
    """Journeys that the brand has learnt from after half a year, and the share of right picks of the last two months."""
    scenario = load("direct", [*SMALL, BUDGET, "market.recommendation.every=1", *overrides])
    world, picks = enter(scenario, start_up(scenario, 2), 1), np.zeros(2)
    for day in range(scenario.market.days):
        live(world)
        if day >= scenario.market.days - 60:
            picks += world.tally[0, [recommendation.T_RIGHT, recommendation.T_PICKS]]
    return float(world.brands["journeys"][0]), picks[0] / picks[1]


def test_a_brand_that_sees_no_data_learns_nothing_and_picks_at_random() -> None:
    (none, blind), (some, dim), (all_seen, keen) = (journeys_after(f"strategy.terms.data_share={k}") for k in (0.0, 0.2, 1.0))
    assert none == 0.0 and 0 < some < 0.25 * all_seen
    assert blind < 0.12 and blind < dim < keen


def test_the_first_ranking_is_luck_and_picks_get_better_with_the_journeys_seen() -> None:
    scenario = load("amazon_like", ["market.consumers=8000", "market.days=120"])
    world = enter(scenario, start_up(scenario, 1), 1)
    in_need, right = [], []
    for _ in range(scenario.market.days):
        in_need.append(np.mean((world.people["need_since"] != NO_NEED) & (world.minds["stage"][0] != Stage.LOST)))
        live(world)
        right.append(world.tally[0, recommendation.T_RIGHT] / world.tally[0, recommendation.T_PICKS])
    error = math.sqrt(in_need[0] * (1 - in_need[0]) / world.tally[0, recommendation.T_PICKS])
    assert abs(right[0] - in_need[0]) <= 4 * error  # the cold start
    assert right[1] > right[0] + 2 * error and np.mean(right[-10:]) > 0.9 > 3 * in_need[-1]


# ---- attributed and caused -----------------------------------------------------------------------------------------------

PAIRS = 4


@cache
def attributed_and_caused(budget: str, *market: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares of orders (pairs,) attributed to recommendations and caused by them, and the last daily record.

    What is caused is the difference to the same people's orders without the recommender.
    """
    words = ["market=online_retail", "market.consumers=8000", "market.days=365", *market]
    attributed, caused = [], []
    for k in range(PAIRS):
        without, within = load("online_shop", words), load("online_shop", [*words, f"strategy.recommendation.budget={budget}"])
        start = start_up(without, 1, k)
        before, after = (simulate(one, 1, replication=k, start=start) for one in (without, within))
        attributed.append(after.outcomes["recommended_share"])
        caused.append((after.orders.size - before.orders.size) / after.orders.size)
    return np.array(attributed), np.array(caused), after.daily


def test_what_is_attributed_is_three_times_what_is_caused() -> None:
    attributed, caused, _ = attributed_and_caused("1e6")
    excess = attributed - 3 * caused
    assert caused.mean() > 3 * caused.std(ddof=1) / math.sqrt(PAIRS)
    assert excess.mean() > 3 * excess.std(ddof=1) / math.sqrt(PAIRS), (attributed, caused)
    assert 0.10 < attributed.mean() < 0.35  # X01


def test_with_random_picks_no_more_is_attributed_than_caused() -> None:
    attributed, caused, _ = attributed_and_caused("3e6", "market.recommendation.best=0", "market.recommendation.popularity=0")
    excess = attributed - caused
    assert excess.mean() < 3 * excess.std(ddof=1) / math.sqrt(PAIRS), (attributed, caused)
    assert caused.mean() > 3 * caused.std(ddof=1) / math.sqrt(PAIRS)


def test_a_wider_window_attributes_more_and_changes_nobody() -> None:
    words = [*SMALL, BUDGET, "market.recommendation.clicks=0.5"]
    short, wide = (simulate(load("direct", [*words, f"market.recommendation.window={k}"]), 2) for k in (0, 60))
    assert np.array_equal(short.orders["consumer"], wide.orders["consumer"]) and np.array_equal(short.stocks, wide.stocks)
    assert short.orders["recommended"].sum() < wide.orders["recommended"].sum()
    assert not (short.orders["recommended"] & ~wide.orders["recommended"]).any()
