"""A market of short cycles: people need at rates of their own, the heaviest fifth buys most, and a shop sells without an outlet."""

import math

import numpy as np
import pytest
from scipy.special import gammaincinv
from scipy.stats import binom

from experiments import load
from sim import simulate
from sim.outcomes import heavy_share
from sim.people import need_rates
from tests.worlds import agrees, fingerprints, lived

SHOP = ("market=online_retail", "market.consumers=6000")
# every need of everybody ends in an order of the shop, as fast as one move a day allows
CERTAIN = (
    "market=online_retail", "market.start=given", "market.season=0", "market.frailty=0", "market.rival_pressure=0",
    "market.initial.owner=1", "market.initial.aware=0", "market.initial.interest=0", "market.initial.lost=0", "market.initial.advocate=0",
    "market.need.put_off_days=1e9", "market.drivers.satisfaction=0", "market.drivers.fit=0", "market.drivers.price=0",
    "market.search.autonomy_mean=1", "market.search.autonomy_spread=0", "market.waits.looks_again=100", "market.waits.decides=100",
    "market.waits.orders_online=100", "market.waits.cancels=0", "market.waits.gives_up_considering=0", "market.waits.gives_up_intent=0",
    "market.waits.recommends=0", "market.delivery.built_days=0", "strategy.exposure=0",
)  # fmt: skip


# ---- the outcome -------------------------------------------------------------------------------------------------------


def test_the_heaviest_fifth_of_five_is_the_heaviest_and_of_six_a_fifth_more() -> None:
    assert heavy_share(np.array([1, 6, 0, 1, 1, 1, 0])) == pytest.approx(0.6)
    assert heavy_share(np.array([4, 2, 1, 1, 1, 1])) == pytest.approx((4 + 0.2 * 2) / 10)
    assert heavy_share(np.full(40, 3)) == pytest.approx(0.2)


def test_where_nobody_buys_twice_there_are_no_heavy_buyers() -> None:
    assert math.isnan(heavy_share(np.ones(30, int))) and math.isnan(heavy_share(np.zeros(3, int)))


# ---- rates of one's own ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [0.5, 1.0, 2.03])
def test_rates_have_mean_1_and_the_spread_that_is_told(spread: float) -> None:
    rates = need_rates(spread, (np.arange(400_000) + 0.5) / 400_000)
    assert rates.mean() == pytest.approx(1.0, abs=2e-3) and rates.std() == pytest.approx(spread, rel=1e-2)


def purchases(mean: float, spread: float, days: int, highest: int = 400) -> np.ndarray:
    """Probability of k orders of a person (highest + 1,), every need being an order: a gamma mixture of renewals.

    A need comes after a geometric number of days, is ordered three days later and delivered on the fourth, and only then the next one
    can come. Without those four days this is the NBD.
    """
    points = 20_000
    rate = gammaincinv(spread**-2, (np.arange(points) + 0.5) / points) * spread**2
    chance = -np.expm1(-rate / (365.0 * mean))
    at_least = [1.0]
    for k in range(1, highest + 1):
        room = days - 3 - 4 * (k - 1)
        at_least.append(float(binom.sf(k - 1, room, chance).mean()) if room >= k else 0.0)
    return -np.diff([*at_least, 0.0])


def test_purchases_are_as_the_nbd_has_them_and_so_is_the_heavy_buyers_share() -> None:
    n, days, mean, spread = 20_000, 365, 0.5, 2.03
    result = lived("online_shop", *CERTAIN, f"market.consumers={n}", f"market.days={days}", f"market.need.mean={mean}",
                   f"market.need.spread={spread}")  # fmt: skip
    counts = np.bincount(result.orders["person"], minlength=n)
    p = purchases(mean, spread, days)
    k = np.arange(p.size)
    share = np.bincount(counts, minlength=4)[:4] / n
    agrees("people with 0 to 3 orders", share, p[:4], np.sqrt(p[:4] * (1 - p[:4]) / n), 0.02)
    expected = (k * p).sum()
    agrees("orders of a person", counts.mean(), expected, np.sqrt((k**2 * p).sum() - expected**2) / np.sqrt(n), 0.2)
    rng = np.random.default_rng(7)
    samples = [heavy_share(np.repeat(k, rng.multinomial(n, p / p.sum()))) for _ in range(300)]
    agrees("share of the heaviest fifth", result.outcomes["top20_share"], np.mean(samples), np.std(samples), 0.03)
    assert result.outcomes["top20_share"] == pytest.approx(heavy_share(counts))
    alike = lived(
        "online_shop", *CERTAIN, f"market.consumers={n}", f"market.days={days}", f"market.need.mean={mean}", "market.need.spread=0"
    )
    assert alike.outcomes["top20_share"] < result.outcomes["top20_share"] - 0.1


# ---- the shipped market ------------------------------------------------------------------------------------------------


def test_the_heaviest_fifth_makes_half_to_two_thirds_of_the_purchases() -> None:
    result = lived("online_shop", *SHOP)
    counts = np.bincount(result.orders["person"], minlength=6000)
    halves = [heavy_share(counts[k::10]) for k in range(10)]  # of tenths of the people, for the error of the whole
    error = np.std(halves, ddof=1) / math.sqrt(10)
    assert result.outcomes["top20_share"] - 3 * error > 0.50 and result.outcomes["top20_share"] + 3 * error < 0.65  # N02
    assert 0.3 < result.outcomes["repeat_share"] < 0.7


def test_a_shop_sells_delivers_serves_and_keeps_books_without_an_outlet() -> None:
    result = lived("online_shop", *SHOP)
    orders, daily, books = result.orders, result.daily, result.books
    assert result.outlets.size == 0 and orders.size > 1000 and orders["online"].all()
    assert (orders["outlet"] == -1).all() and (orders["tier"] == result.people["tier"][orders["person"]]).all()
    assert daily["meetings"].sum() == daily["leads"].sum() == daily["drives"].sum() == 0
    assert result.outcomes["delivery_days"] == 3.0 and daily["services"].sum() > 100
    assert set(books["tier"]) == {0, 1, 2, 3} and result.outcomes["profit_retailer"] == 0.0
    lines = books[books["purpose"] == 0]  # of vehicle revenue: the list price of every delivery
    assert lines["fen"].sum() == 30_000 * daily["deliveries"].sum()


def test_threads_change_nothing_of_a_shop() -> None:
    scenario = load("amazon_like", ["market.consumers=2000", "market.days=120", "market.start_days=30"])
    one, two = (fingerprints(simulate(scenario, 1, threads=threads)) for threads in (1, 2))
    assert one == two
