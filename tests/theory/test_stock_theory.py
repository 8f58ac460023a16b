"""Dealers' stock against inventory theory: lost sales of a single car, the order-up-to rule, its bullwhip, and one pool for many.

Lost sales at base stock 1: a renewal cycle of waiting for a buyer and of the lead time (Karush 1957, doi:10.1287/opre.5.6.869).
Order-up-to a moving average of p days with lead time L: Var(orders) / Var(demand) = 1 + 2 L / p + 2 (L / p)^2 (Chen, Drezner, Ryan &
Simchi-Levi 2000, doi:10.1287/mnsc.46.3.436.12069). Pooling: what deviates from the mean grows with the square root of what is pooled
(Eppen 1979, doi:10.1287/mnsc.25.5.498).
"""

import math
from functools import cache

import numpy as np

from experiments import load
from sim.model import FunnelModel
from sim.records import LONGEST_REFILL
from sim.records import MONTH as REMEMBERED  # days of sales that the target is made of
from tests.figures import record_figure
from tests.worlds import SEED, agrees, lived

# everybody means to buy and orders online from the nearest dealer at a constant hazard; no car is delivered within the horizon
DEMAND = (
    "strategy.retail_format=dealer_4s", "strategy.terms.online=1", "strategy.outlet.planned_sales=0", "market.initial.aware=0",
    "market.initial.intent=1", "market.waits.gives_up_intent=0", "market.region=10000", "market.delivery.match=1",
    "market.delivery.stock_days=1000", "market.delivery.swap_days=1000", "market.tiers.tier1.share=1", "market.tiers.tier2.share=0",
    "market.tiers.tier3.share=0", "market.tiers.tier1.spread=0.1", "strategy.outlets.tier2=0", "strategy.outlets.tier3=0",
)  # fmt: skip


def over_outlets(off: np.ndarray) -> tuple[float, float]:
    """Mean and standard error over independent outlets."""
    return off.mean(), off.std(ddof=1) / math.sqrt(off.size)


def test_a_dealer_with_one_car_sells_from_stock_as_often_as_the_renewal_cycle_says() -> None:
    """A car is sold on the first day somebody comes, and for L days there is none: the chance by day, exact."""
    dealers, hazard, lead, days = 80, 1e-4, 3, 500
    words = (
        f"market.tiers.tier1.cities={dealers}", f"strategy.outlets.tier1={dealers}", "market.consumers=64000", f"market.days={days}",
        f"market.waits.orders_online={hazard}", "strategy.terms.stock_months=0.005", f"market.delivery.refill_days={lead}",
    )  # fmt: skip
    result = lived("markov_funnel", *DEMAND, *words)
    people = result.people[result.people["order"] == 0]
    sold = np.bincount(people["order_outlet"], minlength=dealers)
    from_stock = np.bincount(people["order_outlet"], people["from_stock"], minlength=dealers)
    around = np.bincount(result.minds["outlet"][0], minlength=dealers)
    due = np.zeros(dealers)
    empty = np.zeros((lead + 1, dealers))  # (days until the next car stands there, dealer); the first sale orders the first car
    idle = np.ones(dealers)
    for day in range(1, days + 1):
        comes = -np.expm1(-around * hazard * math.exp(-hazard * (day - 1)))
        due += empty[0] * comes
        ordered = (empty[0] + idle) * comes
        idle *= 1 - comes
        empty = np.concatenate([empty[:1] * (1 - comes) + empty[1:2], empty[2:], ordered[None]])
    mean, se = over_outlets(from_stock - due)
    agrees("cars sold from stock by a dealer", mean, 0.0, se, 3.5, of=dealers)
    record_figure("share sold from stock", f"{from_stock.sum() / sold.sum():.3f}, by the cycle {due.sum() / sold.sum():.3f}")


LEAD, MONTHS, HAZARD, DAYS = 5, 0.15, 0.001, 260
COVER = (30 * MONTHS + LEAD) / REMEMBERED  # m: cars in stock and on the way for each car sold in the days remembered


@cache
def watched(dealers: int) -> dict[str, np.ndarray]:
    """Cars sold, ordered and in stock by day and outlet (days, outlet), and people around each outlet (outlet,)."""
    words = (
        f"market.tiers.tier1.cities={dealers}", f"strategy.outlets.tier1={dealers}", "market.consumers=90000", f"market.days={DAYS}",
        f"market.waits.orders_online={HAZARD}", f"strategy.terms.stock_months={MONTHS}", f"market.delivery.refill_days={LEAD}",
    )  # fmt: skip
    model = FunnelModel(load("markov_funnel", [*DEMAND, *words]), SEED)
    sold, ordered, stock = [], [], []
    while model.running:
        model.step()
        told = [outlet.record for outlet in model.outlets]
        sold.append([int(one["sold"][model.day % REMEMBERED]) for one in told])
        ordered.append([int(one["arriving"][(model.day + LEAD) % LONGEST_REFILL]) for one in told])
        stock.append([outlet.stock for outlet in model.outlets])
    around = np.bincount(model.result().minds["outlet"][0], minlength=dealers)
    return {"sold": np.array(sold), "ordered": np.array(ordered), "stock": np.array(stock), "around": around}


def in_memory(sold: np.ndarray) -> np.ndarray:
    """Cars sold in the days remembered, by day (days, outlet)."""
    total = np.concatenate([np.zeros((1, sold.shape[1]), int), sold.cumsum(axis=0)])
    return total[1:] - total[np.maximum(np.arange(1, sold.shape[0] + 1) - REMEMBERED, 0)]


def test_a_dealer_orders_up_to_the_cover_of_what_it_remembers() -> None:
    """Stock and cars on the way stand at the target every night, once stock never runs out: ordered = sold + change of target."""
    seen = watched(3)
    target = np.ceil(in_memory(seen["sold"]) / REMEMBERED * (30 * MONTHS + LEAD))
    late = slice(2 * REMEMBERED, None)
    assert (seen["stock"][late] > 0).all()
    on_the_way = np.array([seen["ordered"][d - LEAD + 1 : d + 1].sum(axis=0) for d in range(LEAD, DAYS)])
    assert (seen["stock"][LEAD:] + on_the_way == target[LEAD:])[2 * REMEMBERED :].mean() > 0.99  # else too many stood there already
    assert (seen["stock"][LEAD:] + on_the_way >= target[LEAD:]).all()
    record_figure("nights at the target", int(target[LEAD:].size))


def expected(around: np.ndarray) -> np.ndarray:
    """Mean cars sold by day (days, outlet)."""
    return around * -math.expm1(-HAZARD) * np.exp(-HAZARD * np.arange(DAYS))[:, None]


def test_orders_swing_more_than_sales_as_the_bullwhip_formula_says() -> None:
    seen = watched(3)
    mean = expected(seen["around"])
    mean_orders = mean + COVER * (mean - np.roll(mean, REMEMBERED, axis=0))
    late = slice(2 * REMEMBERED, None)
    swings = ((seen["ordered"] - mean_orders) ** 2 / mean)[late]
    calm = ((seen["sold"] - mean) ** 2 / mean)[late]
    ratio = swings.mean() / calm.mean()
    off = (swings - ratio * calm) / calm.mean()
    # a day's sales return in the orders of REMEMBERED days later: errors of blocks that long are taken together
    blocks = off[: off.shape[0] // REMEMBERED * REMEMBERED].reshape(-1, REMEMBERED, off.shape[1]).mean(axis=1).ravel()
    se = blocks.std(ddof=1) / math.sqrt(blocks.size)
    agrees("variance of orders over that of sales", ratio, 1 + 2 * COVER + 2 * COVER**2, se, 0.7, of=blocks.size)


def test_one_pool_swings_as_all_dealers_together_and_so_by_the_square_root_less() -> None:
    """The same people order on the same days from one pool or from thirty dealers: means add up, and variances, not deviations."""
    one, many = watched(1), watched(30)
    assert (one["sold"][:, 0] == many["sold"].sum(axis=1)).all()
    late = np.arange(2 * REMEMBERED, DAYS, REMEMBERED + LEAD)  # days that share no sale
    mean = expected(many["around"])
    before = np.array([mean[d - LEAD - REMEMBERED + 1 : d - LEAD + 1].sum(axis=0) for d in late])
    lead = np.array([mean[d - LEAD + 1 : d + 1].sum(axis=0) for d in late])
    middle = COVER * before - lead + 0.5  # half a car is rounded up
    spread = (COVER**2 * before + lead) + 1 / 12
    swing = (many["stock"][late] - middle) ** 2 / spread
    agrees("variance of a dealer's stock", swing.mean(), 1.0, swing.std(ddof=1) / math.sqrt(swing.size), 0.8, of=swing.size)
    off = one["stock"][late, 0] - middle.sum(axis=1)
    agrees("stock of the pool", off.mean(), 0.0, math.sqrt(spread.sum(axis=1).mean() / late.size), 0.5 * middle.sum(axis=1).mean())
    of_five = (many["stock"][late] - middle).reshape(late.size, 6, 5).sum(axis=2) ** 2 / spread.reshape(late.size, 6, 5).sum(axis=2)
    se = of_five.std(ddof=1) / math.sqrt(of_five.size)
    agrees("variance of five dealers together over the sum of theirs", of_five.mean(), 1.0, se, 2.0, of_five.size)  # 5, if they swung alike
