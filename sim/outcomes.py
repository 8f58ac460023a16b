"""What a run came to: KPIs as pure functions of flows, orders and books (ODD 7). Counts and yuan are of the whole market."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.books import MAKER, PURPOSE, RETAILER, balance
from sim.lifetime import lifetime_value
from sim.parts import by_blocks
from sim.records import readable
from sim.rules.partnership import effect
from sim.rules.rollout import invested
from sim.scenario import PERSONAS, SKILLS, TIERS, TOUCHPOINTS, Market, Partnership, tier_terms
from sim.schema import fill, record_type
from sim.stages import Stage

if TYPE_CHECKING:
    from sim.replication import Result

CHANNEL = (MAKER, RETAILER)
FOLLOWED = 180  # days a lead is followed to its order
# what it costs to win customers: each purpose, and by what it is shared among parts of the market (sim/kpi.py)
ACQUISITION = {
    "media": "contacts", "partnership": "contacts", "personalisation": "contacts", "community": "contacts", "omnichannel": "contacts",
    "recommendation": "contacts", "interaction": "contacts", "analysis": "contacts",
    "rent": "desks", "operations": "desks", "wages": "desks", "training": "desks", "houses": "desks", "hiring": "desks",
    "investment": "desks",
    "capital": "orders", "referral": "orders",
}  # fmt: skip


def outcomes_of(result: "Result", brand: int = 0) -> dict[str, float]:
    """Every KPI of one brand as a flat dict; NaN where it is undefined."""
    parts = (sales, money, people_say, journey, shops, staffing, built, partnered, recommended, decided)
    out = {key: value for part in parts for key, value in part(result, brand).items()}
    worth = worth_of(result, car_and_visit(result, brand), out["price_mean"], out["loyalty"])
    return out | {"lifetime_value": worth, "ltv_to_cac": ratio(worth, out["cac"])}


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
        "handover_leaks": ratio(count["leaks"], count["handovers"]),
        "top20_share": heavy_share(np.bincount(result.orders["person"][result.orders["brand"] == brand])),
    }
    return out


def heavy_share(orders: np.ndarray) -> float:
    """Share of all orders given by the heaviest fifth of those who order; NaN where nobody orders twice.

    orders  (n,) of each person over the horizon; of people alike at the fifth's edge a part is counted
    """
    buyers = np.sort(orders[orders > 0])[::-1]
    if not buyers.size or buyers[0] < 2:
        return math.nan
    whole, part = divmod(buyers.size, 5)
    return float(buyers[:whole].sum() + part / 5 * buyers[whole]) / float(buyers.sum())


def recommended(result: "Result", brand: int) -> dict[str, float]:
    """What is ascribed to recommendations, and how many of them met somebody in need. What they cause is a paired difference in orders."""
    picks, orders = total(result, "picks", brand), total(result, "orders", brand)
    return {
        "recommended_share": ratio(total(result, "recommended_orders", brand), orders) if picks else math.nan,
        "right_picks": ratio(total(result, "right_picks", brand), picks),
    }


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
    selling = sum(booked(k) for k in ACQUISITION)
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
        "profit_month_sd": month_spread(lines, result.scenario.market.days) * yuan,
        "partnership_cost": booked("partnership"),
        "wages": booked("wages"),
        "recommendation_cost": booked("recommendation"),
        "training_cost": booked("training"),
        "interaction_cost": booked("interaction"),
        "analysis_cost": booked("analysis"),
        "development_cost": booked("development"),
    }


def worth_of(result: "Result", money: tuple[float, float], price: float, stays: float) -> float:
    """Lifetime value of a customer who pays `price` and buys again with chance `stays`, yuan; `money` is `car_and_visit`."""
    market = result.scenario.market
    cost, visit = money
    return lifetime_value(price - cost, visit * market.ownership.visits, market.need.mean, stays, market.capital_rate)


def car_and_visit(result: "Result", brand: int) -> tuple[float, float]:
    """What a car costs and what the channel keeps of a service visit by the run's own books, yuan.

    What a car costs is production and logistics of the cars delivered; service is what the channel kept of a visit.
    """
    lines = result.books[result.books["brand"] == brand]
    spent = {k: float(lines["fen"][lines["purpose"] == PURPOSE[k]].sum()) / 100.0 for k in ("production", "logistics")}
    served = lines[np.isin(lines["purpose"], [PURPOSE[k] for k in ("service_revenue", "service_cost", "care")])]
    visit = ratio((balance(served, "maker") + balance(served, "retailer")) / 100.0, total(result, "services", brand))
    return ratio(sum(spent.values()), total(result, "deliveries", brand)), visit


def month_spread(lines: np.ndarray, days: int) -> float:
    """Standard deviation of the channel's profit from month of 30 days to month, fen: how the risk is spread."""
    months = days // 30
    if months < 2:
        return math.nan
    month = (lines["day"].astype(np.int64) - 1) // 30
    sign = np.isin(lines["payee"], CHANNEL).astype(float) - np.isin(lines["payer"], CHANNEL)
    return float(np.bincount(month, sign * lines["fen"], months)[:months].std(ddof=1))


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
             "background_abandoned", "background_arrivals", "stock", "seats", "outlets_open")}  # fmt: skip
    months = m.days / 30.4375
    orders = total(result, "orders", brand) * result.weight
    staff, standing = count["seats"] / m.days, count["outlets_open"] / m.days  # on the mean day
    near = result.minds["distance"][brand] <= 20.0
    real_sold = float(outlets["real_sold"].sum())
    built = m.delivery.pipeline_days / 30.4375
    held = count["stock"] / m.days / (real_sold / months) if real_sold else math.nan
    met = count["meetings"] + count["background_meetings"]
    return {
        "outlets": float(outlets.size),
        "cities_covered": float(np.unique(outlets["city"]).size),
        "reach_share": float(near.mean()),
        "cars_per_outlet_month": ratio(orders, standing * months),
        "orders_per_salesperson_month": ratio(orders, staff * months),
        "orders_per_hour": ratio(orders, count["seats"] * m.workforce.hours / 365.0),
        "utilisation": ratio(met, outlets["offered"].sum()),
        "delivery_days": ratio(total(result, "delivery_days", brand), total(result, "deliveries", brand)),
        "wait_mean": ratio(count["waited"] + count["background_waited"], met),
        "abandoned_share": ratio(count["abandoned"] + count["background_abandoned"], count["arrivals"] + count["background_arrivals"]),
        "stock_months": held if count["stock"] else (built if orders else math.nan),
        "outlet_cv": float(outlets["orders"].std() / outlets["orders"].mean()) if outlets.size and outlets["orders"].any() else math.nan,
    }


def staffing(result: "Result", brand: int) -> dict[str, float]:
    """Who works: how many, how skilled, how many leave and are hired; people, standard scores, a year."""
    m, outlets = result.scenario.market, result.outlets
    years = m.days / 365.0
    staff = total(result, "seats", brand) / m.days
    at_work = (outlets["brand"] == brand) & outlets["open"]
    there = result.staff[at_work[result.staff["outlet"]] & (result.staff["hired"] <= m.days)]
    p = m.workforce
    trained = p.training_ceiling * -np.expm1(-there["trained"] / p.training_hours * p.training_effect / p.training_ceiling)
    lacking = p.novice * np.exp(-there["experience"] / p.learning)
    return {
        "staff": staff,
        "turnover": ratio(total(result, "quits", brand), staff * years),
        "hires": total(result, "hires", brand) / years,
        "skill_trained": mean(trained),
        "skill_closing": mean(there["skill"][:, SKILLS.index("closing")] - lacking + trained),
    }


def built(result: "Result", brand: int) -> dict[str, float]:
    """How the network grew: outlets on the mean day and on the last, and who invested how much in it, yuan."""
    plan, days = result.scenario.strategies[brand], result.scenario.market.days
    outlets = result.outlets[result.outlets["brand"] == brand]
    spent = dict.fromkeys(("maker", "retailer"), 0.0)
    if plan.rollout.rule == "capital":
        for t, terms in enumerate(tier_terms(plan)):
            count = int(((outlets["tier"] == t) & (outlets["opened"] >= 0)).sum())
            spent[terms.pays_outlet] += count * invested(plan.rollout, t)
    return {
        "outlets_open": total(result, "outlets_open", brand) / days,
        "outlets_end": float(outlets["open"].sum()),
        "invested_maker": spent["maker"],
        "invested_retailer": spent["retailer"],
    }


def partnered(result: "Result", brand: int) -> dict[str, float]:
    """What a partnership brings: orders of people new to the brand, gain of the attribute, goodwill of the brand at the end."""
    market, strategy = result.scenario.market, result.scenario.strategies[brand]
    mind, mine = result.minds[brand], result.orders[result.orders["brand"] == brand]
    plan = readable(np.zeros(1, record_type(Partnership)))
    fill(plan[0], strategy.partnership)
    days = market.days - 1 - (market.days - 1) % 30 + 1  # the driver grows on the first day of a month
    joint = strategy.partnership.form == "joint_technology"
    return {
        "new_audience_orders": float(mind["new_audience"][mine["person"]].sum()) * result.weight,
        "attribute_gain": strategy.partnership.gain * effect(days - strategy.partnership.start_day, plan[0]) if joint else 0.0,
        "goodwill": mean(np.concatenate(by_blocks(mind.size, 1, lambda rows: goodwill_at_end(mind[rows], market)))),
    }


def goodwill_at_end(mind: np.ndarray, market: Market) -> np.ndarray:
    """Fast and slow goodwill of these minds (k,) on the last day, together."""
    silent = np.maximum(market.days - mind["touched"].astype(float), 0.0)
    left = [mind[k].astype(float) * 0.5 ** (silent / half) for k, half in
            (("fast", market.goodwill.fast_half_life), ("slow", market.goodwill.slow_half_life))]  # fmt: skip
    return left[0] + left[1]


def decided(result: "Result", brand: int) -> dict[str, float]:
    """How far off the figures were by which the brand's policy decided, and how badly the product suits what people want at the end."""
    one, wants = result.brands[brand], result.people["taste"].mean(axis=0, dtype=np.float64)
    product = one["attributes"].astype(float)
    return {
        "decision_error": ratio(one["error"], one["readings"]),
        "product_fit": float(product @ wants),
        "product_mismatch": float(np.linalg.norm(product) * np.linalg.norm(wants) - product @ wants),
    }


def by_origin(result: "Result", brand: int = 0) -> dict[str, float]:
    """Lead to sale by the touchpoint that the lead came from."""
    return {name: lead_to_sale(result, brand, k) for k, name in enumerate(TOUCHPOINTS)}


def by_persona(result: "Result", brand: int = 0) -> dict[str, dict[str, float]]:
    """Outcomes of the people of each persona."""
    return {name: of_people(result, result.people["persona"] == k, brand) for k, name in enumerate(PERSONAS)}


def by_home(result: "Result", brand: int = 0) -> dict[str, dict[str, float]]:
    """Outcomes of the people who live in each tier of cities."""
    return {name: of_people(result, result.people["tier"] == k, brand) for k, name in enumerate(TIERS)}


def of_people(result: "Result", chosen: np.ndarray, brand: int) -> dict[str, float]:
    """What came of some people (n,): growth, efficiency, satisfaction; counts are of the whole market."""
    people, mind = result.people[chosen], result.minds[brand][chosen]
    orders = result.orders[(result.orders["brand"] == brand) & chosen[result.orders["person"]]]
    owners = people["satisfaction"][people["car"] == brand].astype(float)
    return {
        "people": float(chosen.sum()) * result.weight,
        "orders": orders.size * result.weight,
        "orders_per_1000": ratio(1000.0 * orders.size, chosen.sum()),
        "awareness": mean((mind["stage"] != Stage.UNAWARE).astype(float)),
        "contacts_per_person": mean(mind["contacts"].sum(axis=1).astype(float)),
        "price_mean": mean(orders["price"]),
        "days_to_purchase_mean": mean((orders["day"] - orders["need_day"]).astype(float)),
        "satisfaction_owners": mean(owners),
    }


def by_outlet(result: "Result", brand: int = 0) -> list[dict[str, float]]:
    """Of each outlet of a brand: where it is, since when, how busy its people were, and what it sold in the whole market."""
    m, out = result.scenario.market, []
    for o in np.flatnonzero(result.outlets["brand"] == brand):
        one, orders = result.outlets[o], result.orders[result.orders["outlet"] == o]
        hours = ratio(one["offered"], result.scenario.strategies[brand].outlet.meetings) * m.workforce.hours / 365.0
        out.append({
            "outlet": float(o), "tier": float(one["tier"]), "opened": float(one["opened"]) if one["opened"] >= 0 else math.nan,
            "seats": float(one["seats"]), "utilisation": ratio(one["served"], one["offered"]), "orders": orders.size * result.weight,
            "orders_per_hour": ratio(orders.size * result.weight, hours), "price_mean": mean(orders["price"]),
            "waited_mean": mean(orders["waited"].astype(float)),
        })  # fmt: skip
    return out


def by_month(result: "Result", brand: int = 0) -> dict[str, np.ndarray]:
    """Month by month of 30 days (months,): open outlets, salespeople, their utilisation, orders in the whole market."""
    months = result.scenario.market.days // 30
    daily = result.daily[1 : 1 + 30 * months, brand]

    def sums(name: str) -> np.ndarray:
        return daily[name].reshape(months, 30).sum(axis=1).astype(float)

    could = sums("seats") * result.scenario.strategies[brand].outlet.meetings
    met = sums("meetings") + sums("background_meetings")
    return {
        "outlets_open": sums("outlets_open") / 30.0,
        "staff": sums("seats") / 30.0,
        "utilisation": np.divide(met, could, out=np.full(months, np.nan), where=could > 0.0),
        "orders": sums("orders") * result.weight,
    }


def by_tier(result: "Result", brand: int = 0) -> dict[str, float]:
    """Orders of each tier in the whole market."""
    mine = result.orders[result.orders["brand"] == brand]
    return {name: float((mine["tier"] == k).sum()) * result.weight for k, name in enumerate(TIERS)}
