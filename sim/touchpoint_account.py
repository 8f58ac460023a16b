"""What each touchpoint cost, and the leads and orders it is credited with, first, last and at the lead (ODD 7)."""

from typing import TYPE_CHECKING

import numpy as np

from sim.kpi import Before, Values, divide, orders_of
from sim.scenario import CLOCKED, TOUCHPOINTS, Strategy

if TYPE_CHECKING:
    from sim.replication import Result

N = len(TOUCHPOINTS)


def budgets(strategy: Strategy) -> np.ndarray:
    """Media spent on each touchpoint, yuan a year (touchpoints,); one that is driven by intensity costs nothing."""
    plans = [getattr(strategy.touchpoints, name) for name in TOUCHPOINTS[:CLOCKED]]
    spent = [strategy.exposure * one.budget if one.intensity is None else 0.0 for one in plans]
    return np.array(spent + [0.0] * (N - CLOCKED))


def credited(touch: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Orders (orders,) by the touchpoint that has the credit (touchpoints,); a touchpoint below 0 is none."""
    known = touch >= 0
    return np.bincount(touch[known], None if weights is None else weights[known], N).astype(float)


def account_of(result: "Result", before: Before, brand: int = 0) -> Values:
    """Of each touchpoint (touchpoints,), of the whole market in the counted days; NaN where undefined.

    contacts, cost (yuan), leads; orders_first, orders_lead, orders_last by whom the credit is given to; cost_per_lead, cost_per_order
    (first touch), days from need to order and satisfaction at the end of those first touched by it, and leads that end in an order.
    """
    orders, w = orders_of(result, brand), result.weight
    first, lead = orders["first_touch"], orders["lead_touch"]
    contacts = result.minds[brand]["contacts"].astype(np.int64).sum(axis=0) - before.mind["contacts"].astype(np.int64).sum(axis=0)
    cost = budgets(result.scenario.strategies[brand]) * result.scenario.market.days / 365.0
    paid = np.where(cost > 0.0, cost, np.nan)
    leads = result.opened[1:, brand].sum(axis=0).astype(float)
    owns = result.people["car"][orders["person"]] == brand
    said = np.where(owns, result.people["satisfaction"][orders["person"]], 0.0).astype(float)
    orders_first, fresh = credited(first), (orders["lead_day"] >= 1) & ~orders["repeat"]
    return {
        "contacts": np.append(contacts, np.zeros(N - CLOCKED)) * w,
        "cost": cost,
        "leads": leads * w,
        "orders_first": orders_first * w,
        "orders_lead": credited(lead) * w,
        "orders_last": credited(orders["last_touch"]) * w,
        "cost_per_lead": divide(paid, leads * w),
        "cost_per_order": divide(paid, orders_first * w),
        "conversion": divide(credited(lead[fresh]), leads),
        "days_to_order": divide(credited(first, (orders["day"] - orders["need_day"]).astype(float)), orders_first),
        "satisfaction": divide(credited(first, said), credited(first, owns.astype(float))),
    }
