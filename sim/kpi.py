"""The four families of KPIs, efficiency, cost, satisfaction and growth, of one brand: whole, by tier, persona and outlet (ODD 7).

Money that belongs to a tier or to the nation is shared among parts by a stated key (`ACQUISITION` in `sim/outcomes.py`): what reaches
people by contacts, desks by seats (personas, who have none, by meetings), the rest by orders, revenue by what the orders are worth. Parts
add up to the whole. A tier is that of the outlet where people shop, an outlet's people are those it is nearest to.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.books import PURPOSE
from sim.outcomes import ACQUISITION, car_and_visit, loyalty, total, worth_of
from sim.records import NATION, NO_NEED, PURPOSES
from sim.scenario import PERSONAS, TIERS
from sim.stages import Stage

if TYPE_CHECKING:
    from sim.replication import Result

Values = dict[str, np.ndarray]  # name -> (parts,)
UNITS = {
    "efficiency": {
        "orders_per_salesperson_month": "a_month", "orders_per_hour": "per_1000_hours", "utilisation": "share",
        "orders_per_lead": "share", "meetings_per_order": "meetings", "days_to_purchase_mean": "days",
    },
    "cost": {
        "cost_per_lead": "yuan", "cost_per_interest": "yuan", "cost_per_consideration": "yuan", "cost_per_intent": "yuan", "cac": "yuan",
        "waste_no_need": "share", "waste_no_order": "share", "sga_per_order": "yuan", "acquisition_cost": "yuan",
    },
    "satisfaction": {
        "satisfaction_owners": "share", "nps": "nps", "loyalty": "share", "good_to_bad": "ratio", "complaints": "reports",
    },
    "growth": {
        "orders": "cars", "revenue": "yuan", "share_of_needs": "share", "repeat_orders": "cars", "referred_orders": "cars",
        "owners": "households", "lifetime_value": "yuan", "ltv_to_cac": "ratio",
    },
}  # fmt: skip
FAMILY_OF = {kpi: family for family, units in UNITS.items() for kpi in units}
BY = ("all", "tier", "persona", "outlet")
MONTH, YEAR = 30.4375, 365.25


@dataclass(frozen=True)
class Division:
    """How people, orders and desks of a brand fall into parts; a part below 0 is none."""

    by: str
    names: tuple[str, ...]
    person: np.ndarray  # (n,)
    order: np.ndarray  # (orders,)
    outlet: np.ndarray | None  # (outlets of the brand,); personas have no desks


@dataclass(frozen=True)
class Before:
    """Of people and of their minds of the brand what counts on the first day, everybody awake: what was counted by then is taken off."""

    people: np.ndarray  # (n,) car, needs, need_since
    mind: np.ndarray  # (n,) stage, contacts, visits, asked, met, meetings


def kpis_of(result: "Result", before: Before, brand: int = 0) -> dict[str, tuple[tuple[str, ...], Values]]:
    """Every KPI of a brand by whole, tier, persona and outlet: by -> (names of the parts, KPI -> (parts,)); NaN where undefined."""
    counted, money = seen(result, before, brand), by_purpose(result, brand)
    return {one.by: (one.names, families(result, counted, money, one, brand)) for one in divisions(result, brand)}


def by_purpose(result: "Result", brand: int) -> np.ndarray:
    """What was booked for each purpose in each tier and the nation, yuan of the whole market: (purpose, tier)."""
    lines = result.books[result.books["brand"] == brand]
    cell = lines["purpose"].astype(np.int64) * (NATION + 1) + lines["tier"]
    return np.bincount(cell, lines["fen"], len(PURPOSES) * (NATION + 1)).reshape(len(PURPOSES), -1) * (result.weight / 100.0)


def divisions(result: "Result", brand: int) -> list[Division]:
    """The whole, the tiers, the personas, the outlets."""
    people, mind, orders = result.people, result.minds[brand], orders_of(result, brand)
    rows = np.flatnonzero(result.outlets["brand"] == brand)
    first = int(rows[0]) if rows.size else 0
    desks = result.outlets[rows]
    return [
        Division("all", ("all",), np.zeros(people.size, np.int8), np.zeros(orders.size, np.int64), np.zeros(rows.size, np.int64)),
        Division("tier", TIERS, mind["shop_tier"], orders["tier"].astype(np.int64), desks["tier"].astype(np.int64)),
        Division("persona", PERSONAS, people["persona"], people["persona"][orders["person"]].astype(np.int64), None),
        Division("outlet", tuple(f"{first + k}" for k in range(rows.size)),
                 np.where(mind["outlet"] < 0, -1, mind["outlet"] - first),
                 orders["outlet"].astype(np.int64) - first, np.arange(rows.size)),
    ]  # fmt: skip


def orders_of(result: "Result", brand: int) -> np.ndarray:
    """The orders of a brand."""
    return result.orders[result.orders["brand"] == brand]


def divide(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, NaN where nothing is divided by."""
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=np.asarray(bottom) > 0)


def shared(amounts: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """Amounts of the tiers and of the nation (4,) over the parts, by the first key that is not 0 there; else in equal parts.

    keys  (tier, part) what each part has in each tier
    """
    out = np.zeros(keys[0].shape[1])
    for tier, amount in enumerate(amounts):
        rows = [key.sum(axis=0) if tier == NATION else key[tier] for key in keys]
        mine = next((row for row in rows if row.sum() > 0), np.ones(out.size))
        out += amount * mine / mine.sum() if amount else 0.0
    return out


def seen(result: "Result", before: Before, brand: int) -> tuple[Values, Values]:
    """What each person and each order counts for, of the counted days: (n,) and (orders,)."""
    people, mind, orders = result.people, result.minds[brand], orders_of(result, brand)
    contacts = more(*(one["contacts"].sum(axis=1, dtype=np.int32) for one in (mind, before.mind)))

    def entered(stage: Stage) -> np.ndarray:
        return more(mind["visits"][:, stage], before.mind["visits"][:, stage])

    drives, drove = people["car"] == brand, before.people["car"] == brand
    ordered = np.bincount(orders["person"], minlength=people.size) > 0
    needed = (people["needs"] > before.people["needs"]) | (before.people["need_since"] != NO_NEED)
    p, said = result.scenario.market.satisfaction, np.where(drives, people["satisfaction"], 0.0).astype(float)
    of_people = {
        "people": np.ones(people.size, bool), "contacts": contacts, "leads": more(mind["asked"], before.mind["asked"]),
        "meetings": more(mind["met"], before.mind["met"]), "needs": more(people["needs"], before.people["needs"]),
        "interest": entered(Stage.INTEREST), "consideration": entered(Stage.CONSIDERATION), "intent": entered(Stage.INTENT),
        "owners": drives, "content": drives * said, "lost": drove & ~drives & ~ordered,
        "promoters": drives & (said >= p.promoter), "detractors": drives & (said < p.detractor),
        "no_need": contacts * ~needed, "no_order": contacts * ~ordered,
    }  # fmt: skip
    of_orders = {
        "orders": np.ones(orders.size), "value": orders["price"], "repeat": orders["repeat"], "referred": orders["referred"],
        "led": orders["lead_day"] >= 1, "days": orders["day"] - orders["need_day"],
    }  # fmt: skip
    return of_people, of_orders


def more(now: np.ndarray, then: np.ndarray) -> np.ndarray:
    """What a counter has gained."""
    return np.subtract(now, then, dtype=np.int32)


def counts(result: "Result", counted: tuple[Values, Values], division: Division, brand: int) -> Values:
    """What each part did in each tier, simulated people: (tier, part); it is also what money is shared by.

    counted  what each person and each order counts for
    """
    parts, out = len(division.names), {}
    places = ((division.person, result.minds[brand]["shop_tier"]), (division.order, orders_of(result, brand)["tier"]))
    for (where, tier), values in zip(places, counted, strict=True):
        known = where >= 0
        cell = tier[known].astype(np.int64) * parts + where[known]
        out |= {name: np.bincount(cell, one[known], 3 * parts).reshape(3, parts) for name, one in values.items()}
    return out


def families(result: "Result", counted: tuple[Values, Values], booked: np.ndarray, division: Division, brand: int) -> Values:
    """Every KPI of the parts of one division."""
    if not division.names:
        return {kpi: np.zeros(0) for kpi in FAMILY_OF}
    keys = counts(result, counted, division, brand)
    count = {name: cells.sum(axis=0) for name, cells in keys.items()}
    desks = desks_of(result, division, brand, keys)
    money = money_of(result, booked, division, brand, keys)
    whole = division.by == "all"
    stays = np.array([loyalty(result, brand)]) if whole else divide(count["repeat"], count["repeat"] + count["lost"])
    out = efficiency(result, count, desks) | cost(result, count, money) | satisfaction(result, brand, count, stays, whole)
    return out | growth(result, brand, count, money, stays, out["cac"])


def desks_of(result: "Result", division: Division, brand: int, keys: Values) -> Values:
    """Seats, meetings they have room for, and meetings held with everybody, of each part; personas have a part of them by meetings."""
    outlets, parts = result.outlets[result.outlets["brand"] == brand], len(division.names)
    out = {}
    for name, per in (("seats", outlets["seats"]), ("room", outlets["capacity"] * result.scenario.market.days)):
        if division.outlet is not None:
            out[name] = np.bincount(division.outlet, per, parts)
        else:
            out[name] = shared(np.append(np.bincount(outlets["tier"], per, 3), 0.0), keys["meetings"], keys["people"])
    others = np.array([0.0, 0.0, 0.0, total(result, "background_meetings", brand)])
    out["held"] = keys["meetings"].sum(axis=0) + shared(others, keys["meetings"], keys["people"])
    return out


def money_of(result: "Result", booked: np.ndarray, division: Division, brand: int, keys: Values) -> Values:
    """Cost to win customers, head office and revenue of each part, yuan of the whole market. booked  see `by_purpose`"""
    seats = keys["meetings"]
    if division.outlet is not None:
        outlets = result.outlets[result.outlets["brand"] == brand]
        cell = outlets["tier"].astype(np.int64) * len(division.names) + division.outlet
        seats = np.bincount(cell, outlets["seats"], 3 * len(division.names)).reshape(3, -1)
    by = {"contacts": keys["contacts"], "desks": seats, "orders": keys["orders"], "value": keys["value"]}

    def parted(purpose: str, key: str) -> np.ndarray:
        return shared(booked[PURPOSE[purpose]], by[key], keys["people"])

    return {
        "acquisition": sum(parted(purpose, key) for purpose, key in ACQUISITION.items()),
        "head_office": parted("head_office", "orders"),
        "revenue": parted("vehicle_revenue", "value") - parted("discount", "value"),
    }


def efficiency(result: "Result", count: Values, desks: Values) -> Values:
    """What salespeople's time brings, and how fast and with how much effort a lead becomes an order."""
    market = result.scenario.market
    orders = count["orders"] * result.weight
    return {
        "orders_per_salesperson_month": divide(orders, desks["seats"] * market.days / MONTH),
        "orders_per_hour": divide(1000.0 * orders, desks["seats"] * market.workforce.hours * market.days / YEAR),
        "utilisation": divide(desks["held"], desks["room"]),
        "orders_per_lead": divide(count["led"], count["leads"]),
        "meetings_per_order": divide(count["meetings"], count["orders"]),
        "days_to_purchase_mean": divide(count["days"], count["orders"]),
    }


def cost(result: "Result", count: Values, money: Values) -> Values:
    """What a lead, each stage and an order cost, and which contacts were wasted."""
    won, w = money["acquisition"], result.weight
    out = {f"cost_per_{stage}": divide(won, count[stage] * w) for stage in ("interest", "consideration", "intent")}
    return out | {
        "cost_per_lead": divide(won, count["leads"] * w),
        "cac": divide(won, count["orders"] * w),
        "waste_no_need": divide(count["no_need"], count["contacts"]),
        "waste_no_order": divide(count["no_order"], count["contacts"]),
        "sga_per_order": divide(won + money["head_office"], count["orders"] * w),
        "acquisition_cost": won,
    }


def satisfaction(result: "Result", brand: int, count: Values, stays: np.ndarray, whole: bool) -> Values:
    """What owners think at the end and do at their next need; talk and complaints are known of the whole only."""
    talk = {key: float(total(result, key, brand)) for key in ("good_messages", "bad_messages", "complaints")}
    unknown = np.full(count["owners"].size, np.nan)
    return {
        "satisfaction_owners": divide(count["content"], count["owners"]),
        "nps": 100.0 * divide(count["promoters"] - count["detractors"], count["owners"]),
        "loyalty": stays,
        "good_to_bad": divide(np.array([talk["good_messages"]]), np.array([talk["bad_messages"]])) if whole else unknown,
        "complaints": np.array([talk["complaints"] * result.weight]) if whole else unknown,
    }


def growth(result: "Result", brand: int, count: Values, money: Values, stays: np.ndarray, cac: np.ndarray) -> Values:
    """What was sold, to whom, and what a customer is worth."""
    price = divide(count["value"], count["orders"])
    each = car_and_visit(result, brand)
    worth = np.array([worth_of(result, each, *both) for both in zip(price.tolist(), stays.tolist(), strict=True)])
    return {
        "orders": count["orders"] * result.weight,
        "revenue": money["revenue"],
        "share_of_needs": divide(count["orders"], count["needs"]),
        "repeat_orders": count["repeat"] * result.weight,
        "referred_orders": count["referred"] * result.weight,
        "owners": count["owners"] * result.weight,
        "lifetime_value": worth,
        "ltv_to_cac": divide(worth, cac),
    }
