"""What a run came to: KPIs as pure functions of flows, orders and books (ODD 7). Counts and yuan are of the whole market."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.books import PURPOSE, balance
from sim.scenario import TIERS, TOUCHPOINTS
from sim.stages import Stage

if TYPE_CHECKING:
    from sim.replication import Result

FOLLOWED = 180  # days a lead is followed to its order


def outcomes_of(result: "Result", brand: int = 0) -> dict[str, float]:
    """Every KPI of one brand as a flat dict; NaN where it is undefined."""
    return sales(result, brand) | money(result, brand) | people_say(result, brand) | journey(result, brand) | shops(result, brand)


def ratio(top: float, bottom: float) -> float:
    """top / bottom, NaN where nothing is divided by."""
    return float(top) / float(bottom) if bottom else math.nan


def mean(values: np.ndarray) -> float:
    """Mean, NaN of nothing."""
    return float(values.mean()) if values.size else math.nan


def total(result: "Result", name: str, brand: int) -> int:
    """A daily count over the horizon, simulated people."""
    return int(result.daily[name][1:, brand].sum())


def sales(result: "Result", brand: int) -> dict[str, float]:
    """Orders, deliveries, leads and their rates."""
    w = result.weight
    count = {name: total(result, name, brand) for name in result.daily.dtype.names[2:]}
    needs = total(result, "needs", 0)  # of people, not of minds
    out = {name: count[name] * w for name in ("orders", "deliveries", "leads", "cancels", "online_orders", "repeat_orders", "meetings")}
    out |= {
        "lead_to_sale": lead_to_sale(result, brand),
        "contact_rate": ratio(count["contacted"], count["leads"]),
        "appointment_rate": ratio(count["appointments"] - count["repeat_leads"], count["contacted"]),
        "show_rate": ratio(count["shows"], count["appointments"]),
        "referral_share": ratio(count["referred_orders"], count["orders"]),
        "repeat_share": ratio(count["repeat_orders"], count["orders"]),
        "no_offer_share": ratio(count["no_offer"], count["no_offer"] + count["orders"]),
        "market_share": ratio(count["orders"], needs),
        "loop_gain": math.nan,
    }
    return out


def order_shares(result: "Result") -> list[float]:
    """Share of each brand in the orders of all active brands."""
    orders = [total(result, "orders", b) for b in range(result.daily.shape[1])]
    return [ratio(one, sum(orders)) for one in orders]


def lead_to_sale(result: "Result", brand: int, origin: int | None = None) -> float:
    """Orders of leads opened in the window / those leads, each followed 180 days; leads younger at the end are left out."""
    last = result.scenario.market.days - FOLLOWED
    if last < 1:
        return math.nan
    opened = result.opened[1 : last + 1, brand]
    mine = result.orders[(result.orders["brand"] == brand) & (result.orders["lead_day"] >= 1) & (result.orders["lead_day"] <= last)]
    sold = mine[~mine["repeat"] & (mine["day"] - mine["lead_day"] <= FOLLOWED)]
    if origin is None:
        return ratio(sold.size, opened.sum())
    return ratio((sold["lead_touch"] == origin).sum(), opened[:, origin].sum())


def money(result: "Result", brand: int) -> dict[str, float]:
    """Revenue, profit by party, unit economics; yuan of the whole market."""
    lines = result.books[result.books["brand"] == brand]
    yuan = result.weight / 100.0

    def booked(purpose: str) -> float:
        return float(lines["fen"][lines["purpose"] == PURPOSE[purpose]].sum()) * yuan

    maker, retailer = balance(lines, "maker") * yuan, balance(lines, "retailer") * yuan
    delivered = total(result, "deliveries", brand) * result.weight
    orders = total(result, "orders", brand) * result.weight
    selling = sum(booked(k) for k in ("media", "rent", "operations", "wages", "training", "capital", "referral"))
    return {
        "revenue": booked("vehicle_revenue") - booked("discount"),
        "profit_maker": maker,
        "profit_retailer": retailer,
        "profit_channel": maker + retailer,
        "profit_per_car": ratio(maker + retailer, delivered),
        "support": booked("support"),
        "cac": ratio(selling, orders),
        "sga_per_car": ratio(selling + booked("head_office"), delivered),
        "aftersales_share": aftersales_share(lines),
    }


def aftersales_share(lines: np.ndarray) -> float:
    """After-sales part of the retailers' gross profit: service margin / (service margin + margin on cars)."""

    def net(purpose: str) -> float:
        return float(balance(lines[lines["purpose"] == PURPOSE[purpose]], "retailer"))

    service = net("service_revenue") + net("service_cost")
    cars = sum(net(k) for k in ("vehicle_revenue", "discount", "stock", "margin", "rebate", "commission"))
    return ratio(service, service + cars)


def people_say(result: "Result", brand: int) -> dict[str, float]:
    """Satisfaction of the cars delivered, promoters less detractors among owners, word of mouth, loyalty."""
    p = result.scenario.market.satisfaction
    owners = result.people["satisfaction"][result.people["car"] == brand]
    delivered = total(result, "deliveries", brand)
    good, bad = total(result, "good_messages", brand), total(result, "bad_messages", brand)
    return {
        "satisfaction": ratio(total(result, "satisfaction_millionths", brand) / 1e6, delivered),
        "satisfaction_owners": mean(owners.astype(float)),
        "nps": 100.0 * (mean((owners >= p.promoter).astype(float)) - mean((owners < p.detractor).astype(float))),
        "good_to_bad": ratio(good, bad),
        "loyalty": loyalty(result, brand),
    }


def loyalty(result: "Result", brand: int) -> float:
    """Share of owners who stay when their next car is bought: orders of owners / (those + owners who defect)."""
    stays = total(result, "repeat_orders", brand)
    return ratio(stays, stays + total(result, "owners_lost", brand))


def journey(result: "Result", brand: int) -> dict[str, float]:
    """Price paid, time to purchase, awareness and reach."""
    mine = result.orders[result.orders["brand"] == brand]
    price = mine["price"]
    market_days = mine["day"] - mine["need_day"]
    led = mine[mine["lead_day"] >= 0]
    end = result.stocks[-1, brand]
    n = end.sum()
    return {
        "price_mean": mean(price),
        "price_sd": float(price.std(ddof=1) / price.mean()) if price.size > 1 else math.nan,
        "price_informed_gap": informed_gap(mine),
        "days_to_purchase_median": float(np.median(market_days)) if mine.size else math.nan,
        "days_to_purchase_mean": mean(market_days),
        "days_lead_to_order_mean": mean(led["day"] - led["lead_day"]),
        "days_lead_to_order_median": float(np.median(led["day"] - led["lead_day"])) if led.size else math.nan,
        "awareness": ratio(n - end[Stage.UNAWARE], n),
        "awareness_start": ratio(n - result.stocks[0, brand, Stage.UNAWARE], n),
        "contacts_per_person_year": ratio(total(result, "contacts", brand) * 365.0, n * result.scenario.market.days),
    }


def informed_gap(orders: np.ndarray) -> float:
    """Mean price of informed buyers over that of the others, less 1."""
    informed, others = orders["price"][orders["informed"]], orders["price"][~orders["informed"]]
    return ratio(mean(informed), mean(others)) - 1.0 if informed.size and others.size else math.nan


def shops(result: "Result", brand: int) -> dict[str, float]:
    """Outlets, reach, queues and stock, in real units."""
    m, outlets = result.scenario.market, result.outlets[result.outlets["brand"] == brand]
    count = {k: total(result, k, brand) for k in ("meetings", "background_meetings", "waited", "background_waited", "abandoned", "arrivals",
             "background_abandoned", "background_arrivals", "stock")}  # fmt: skip
    months = m.days / 30.4375
    orders = total(result, "orders", brand) * result.weight
    staff = int(outlets["seats"].sum())
    near = result.minds["distance"][brand] <= 20.0
    real_sold = float(outlets["real_sold"].sum())
    built = m.delivery.pipeline_days / 30.4375
    held = count["stock"] / m.days / (real_sold / months) if real_sold else math.nan
    met = count["meetings"] + count["background_meetings"]
    return {
        "outlets": float(outlets.size),
        "cities_covered": float(np.unique(outlets["city"]).size),
        "reach_share": float(near.mean()),
        "cars_per_outlet_month": ratio(orders, outlets.size * months),
        "orders_per_salesperson_month": ratio(orders, staff * months),
        "utilisation": ratio(met, outlets["capacity"].sum() * m.days),
        "delivery_days": ratio(total(result, "delivery_days", brand), total(result, "deliveries", brand)),
        "wait_mean": ratio(count["waited"] + count["background_waited"], met),
        "abandoned_share": ratio(count["abandoned"] + count["background_abandoned"], count["arrivals"] + count["background_arrivals"]),
        "stock_months": held if count["stock"] else (built if orders else math.nan),
        "outlet_cv": float(outlets["orders"].std() / outlets["orders"].mean()) if outlets.size and outlets["orders"].any() else math.nan,
    }


def by_origin(result: "Result", brand: int = 0) -> dict[str, float]:
    """Lead to sale by the touchpoint that the lead came from."""
    return {name: lead_to_sale(result, brand, k) for k, name in enumerate(TOUCHPOINTS)}


def by_tier(result: "Result", brand: int = 0) -> dict[str, float]:
    """Orders of each tier in the whole market."""
    mine = result.orders[result.orders["brand"] == brand]
    return {name: float((mine["tier"] == k).sum()) * result.weight for k, name in enumerate(TIERS)}
