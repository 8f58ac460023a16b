"""Choice among alternatives: brands whose clocks compete are chosen by the multinomial logit.

The first of independent exponential clocks is j with probability h_j / sum h: with h_j = exp(V_j) that is Luce's rule and McFadden's
conditional logit (McFadden 1974, Frontiers in Econometrics, 105-142; Luce 1959). Here V_j = ln base - beta ln(price_j / reference).
"""

import math
from dataclasses import replace
from functools import cache

import numpy as np

from experiments import load
from sim import simulate
from tests.worlds import SEED, agrees, share_se

PRICES = (230_000.0, 250_000.0, 285_000.0)
BETA, BASE, PEOPLE = 3.0, 0.02, 30_000
WORDS = (
    "market.initial.aware=0", "market.initial.intent=1", f"market.waits.orders_online={BASE}", "market.waits.gives_up_intent=0",
    f"market.drivers.price={BETA}", "market.drivers.price_spread=0", f"market.consumers={PEOPLE}", "market.days=150",
)  # fmt: skip


@cache
def chosen(*brands: int):
    """The life of a market in which these of the three brands are offered."""
    scenario = load("markov_funnel", WORDS)
    offers = [replace(scenario.strategy, list_price=PRICES[b]) for b in brands]
    return simulate(replace(scenario, strategy=offers[0], rivals=tuple(offers[1:])), SEED)


def hazards(*brands: int) -> np.ndarray:
    """Hazard of an order of each brand, 1/day."""
    return BASE * (np.array(PRICES)[list(brands)] / 250_000.0) ** -BETA


def test_brands_are_chosen_by_the_multinomial_logit() -> None:
    result, h = chosen(0, 1, 2), hazards(0, 1, 2)
    share = h / h.sum()
    n = result.orders.size
    agrees("shares of orders", np.bincount(result.orders["brand"], minlength=3) / n, share, share_se(share, n), 0.02)
    assert np.unique(result.orders["person"]).size == n  # one need, one car


def test_the_first_clock_ends_the_need() -> None:
    result, h = chosen(0, 1, 2), hazards(0, 1, 2)
    for day in (1, 5, 20, 60):
        ordered = (result.orders["day"] <= day).mean() * result.orders.size / PEOPLE
        due = -math.expm1(-h.sum() * day)
        agrees(f"needs ended by day {day}", ordered, due, share_se(due, PEOPLE), 0.02)


def test_odds_of_two_brands_do_not_depend_on_a_third() -> None:
    """Independence of irrelevant alternatives, the logit's signature."""
    for brands in ((0, 1, 2), (0, 1)):
        count = np.bincount(chosen(*brands).orders["brand"], minlength=2)[:2]
        odds = (PRICES[0] / PRICES[1]) ** -BETA
        agrees(f"ln odds among {len(brands)} brands", math.log(count[0] / count[1]), math.log(odds), math.sqrt((1 / count).sum()), 0.12)


def test_an_own_price_elasticity_is_the_logits() -> None:
    """d ln s_j / d ln P_j = -beta (1 - s_j), of the shares of those who buy; by a brand that is 10 % dearer."""
    scenario = load("markov_funnel", WORDS)
    shares = []
    for price in (PRICES[0] / 1.05, PRICES[0] * 1.05):
        offers = [replace(scenario.strategy, list_price=p) for p in (price, *PRICES[1:])]
        orders = simulate(replace(scenario, strategy=offers[0], rivals=tuple(offers[1:])), SEED).orders
        shares.append((orders["brand"] == 0).mean())
    h = hazards(0, 1, 2)
    elasticity = math.log(shares[1] / shares[0]) / (2 * math.log(1.05))
    mine = h[0] / h.sum()
    # both worlds have the same luck: as if independent, the error is overstated
    se = math.sqrt(2 * (1 - mine) / (mine * PEOPLE)) / (2 * math.log(1.05))
    agrees("elasticity", elasticity, -BETA * (1 - mine), se, 0.6)
