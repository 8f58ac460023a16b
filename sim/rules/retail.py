"""Stock and delivery, and the money of a delivered car (ODD 5.9, 5.16). Formats differ only in their terms."""

import numpy as np

from sim.books import (
    CAPITAL,
    COMMISSION,
    CUSTOMER,
    DISCOUNT,
    LOGISTICS,
    MAKER,
    MARGIN,
    MICRO,
    PRODUCTION,
    REBATE,
    RETAILER,
    STOCK,
    VEHICLE_REVENUE,
    WORLD,
    carry,
    fen,
    post,
)  # fmt: skip
from sim.chance import Decision, uniform
from sim.compiled import njit
from sim.records import LONGEST_REFILL, MONTH, T

T_CANCELS, T_STOCK = T["cancels"], T["stock"]


@njit
def promise_delivery(orders, people, brands, outlets, day, luck, market_):
    """Every new order gets its day: from stock where a matching car stands, else swapped in, else built; built, where no outlet is.

    orders  (k,) today's ORDER records
    """
    p = market_[0].delivery
    for k in range(orders.size):
        row = orders[k]
        who = people[row.person]
        terms = brands[row.brand].terms[row.tier]
        who.from_stock = False
        if terms.stock_months <= 0.0 or row.outlet < 0:
            who.due_day = day + p.built_days
            continue
        outlet = outlets[row.outlet]
        outlet.sold[day % MONTH] += 1
        outlet.real_sold += 1
        if outlet.stock > 0 and uniform(luck, Decision.VARIANT, row.consumer, who.needs, row.brand) < p.match:
            outlet.stock -= 1
            who.from_stock = True
            who.due_day = day + p.stock_days
        else:
            who.due_day = day + p.swap_days


@njit
def sell_car(ledger, brand, b, tier, price, market):
    """Books a delivered car, yuan to fen: the same lines for every format, the terms say who pays whom how much.

    customer pays the list price to the seller and gets the discount back; a retailer who sells buys the car at list less
    margin and gets the rebate; a retailer who does not sell earns commission; the maker pays production and logistics.
    """
    terms = brand.terms[tier]
    list_price = brand.list_price[tier]
    seller = terms.seller
    post(ledger, b, tier, VEHICLE_REVENUE, CUSTOMER, seller, fen(list_price))
    post(ledger, b, tier, DISCOUNT, seller, CUSTOMER, fen(list_price) - fen(price))
    if seller == RETAILER:
        post(ledger, b, tier, STOCK, RETAILER, MAKER, fen(list_price))
        post(ledger, b, tier, MARGIN, MAKER, RETAILER, fen(list_price * terms.margin))
        post(ledger, b, tier, REBATE, MAKER, RETAILER, fen(list_price * terms.rebate))
    post(ledger, b, tier, COMMISSION, MAKER, RETAILER, fen(price * terms.commission))
    post(ledger, b, tier, PRODUCTION, MAKER, WORLD, fen(brand.plan.unit_cost))
    post(ledger, b, tier, LOGISTICS, MAKER, WORLD, fen(market.delivery.logistics))
    if terms.stock_months <= 0.0:
        bound = brand.plan.unit_cost * market.capital_rate * market.delivery.pipeline_days / 365.0
        post(ledger, b, tier, CAPITAL, terms.owns_stock, WORLD, fen(bound))


@njit
def take_back(called, people, outlets, tally):
    """Cancelled orders: a car from stock goes back on the floor."""
    n = people.size
    for k in range(called.size):
        b, i = called[k] // n, called[k] % n
        who = people[i]
        tally[b, T_CANCELS] += 1
        if who.from_stock:
            outlets[who.order_outlet].stock += 1
            who.from_stock = False


@njit
def target_stock(sold_in_month, terms, refill_days):
    """Cars an outlet orders up to (stock and on the way): months of sales on the floor, what the maker pushes, the lead time."""
    daily = sold_in_month / MONTH
    return int(np.ceil(daily * (30.0 * (terms.stock_months + terms.push) + refill_days)))


@njit
def refill(outlets, brands, day, refill_days, tally):
    """Cars on the way arrive; outlets that hold stock order up to their target; the floor is counted."""
    for o in range(outlets.size):
        outlet = outlets[o]
        terms = brands[outlet.brand].terms[outlet.tier]
        if terms.stock_months <= 0.0 or not outlet.open:
            continue
        come = outlet.arriving[day % LONGEST_REFILL]
        outlet.arriving[day % LONGEST_REFILL] = 0
        outlet.ordered -= come
        outlet.stock += come
        sold = 0
        for back in range(MONTH):
            sold += outlet.sold[back]
        wanted = target_stock(sold, terms, refill_days) - outlet.stock - outlet.ordered
        if wanted > 0:
            outlet.arriving[(day + refill_days) % LONGEST_REFILL] += wanted
            outlet.ordered += wanted
        tally[outlet.brand, T_STOCK] += outlet.stock


@njit
def wholesale(brand, tier):
    """What one car in stock is worth to its owner, yuan."""
    terms = brand.terms[tier]
    return brand.list_price[tier] * (1.0 - terms.margin) if terms.seller == RETAILER else brand.plan.unit_cost


@njit
def hold_stock(ledger, carried, outlets, brands, capital_rate, weight):
    """The day's cost of capital on cars in stock, at the simulated scale."""
    for o in range(outlets.size):
        outlet = outlets[o]
        if outlet.stock <= 0:
            continue
        brand = brands[outlet.brand]
        yuan = outlet.stock * wholesale(brand, outlet.tier) * capital_rate / 365.0 / weight
        micro = np.int64(np.floor(yuan * 100.0 * MICRO + 0.5))
        carry(ledger, carried, outlet.brand, outlet.tier, CAPITAL, brand.terms[outlet.tier].owns_stock, micro)


@njit
def ask_around(brands):
    """Once a month buyers learn what was paid: the expected price of a haggling format is last month's mean."""
    for b in range(brands.size):
        brand = brands[b]
        for tier in range(3):
            if brand.paid_cars[tier] > 0 and not brand.terms[tier].one_price:
                brand.mean_paid[tier] = brand.paid_fen[tier] / 100.0 / brand.paid_cars[tier]
                brand.expected_price[tier] = brand.mean_paid[tier]
            brand.paid_fen[tier] = 0
            brand.paid_cars[tier] = 0
