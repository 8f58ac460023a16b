"""How each outcome is shown: its words, its unit, and whether it is a flow over the horizon that is shown by the year."""

from dataclasses import dataclass

import numpy as np

DAYS_A_YEAR = 365.0


@dataclass(frozen=True)
class Measure:
    """One outcome of a simulation as people see it."""

    key: str  # of Result.outcomes
    words: str
    unit: str
    scale: float = 1.0
    by_year: bool = False

    def shown(self, values: np.ndarray, days: int) -> np.ndarray:
        """Values (replication,) in the shown unit."""
        return np.asarray(values, float) * self.scale * (DAYS_A_YEAR / days if self.by_year else 1.0)


MILLION, PERCENT = 1e-6, 100.0
MEASURES = (
    Measure("orders", "cars ordered", "a year", by_year=True),
    Measure("deliveries", "cars delivered", "a year", by_year=True),
    Measure("revenue", "revenue of cars", "M yuan a year", MILLION, True),
    Measure("profit_channel", "profit of the channel", "M yuan a year", MILLION, True),
    Measure("profit_maker", "  of the maker", "M yuan a year", MILLION, True),
    Measure("profit_retailer", "  of the retailers", "M yuan a year", MILLION, True),
    Measure("price_mean", "price paid, mean", "yuan"),
    Measure("price_sd", "price paid, spread (SD)", "% of the mean", PERCENT),
    Measure("cac", "cost to win a customer", "yuan"),
    Measure("leads", "leads", "a year", by_year=True),
    Measure("lead_to_sale", "leads that end in a sale", "%", PERCENT),
    Measure("reach_share", "people within 20 km of an outlet", "%", PERCENT),
    Measure("awareness", "people aware at the end", "%", PERCENT),
    Measure("days_to_purchase_median", "time to purchase, median", "days"),
    Measure("wait_mean", "wait for a meeting, mean", "days"),
    Measure("delivery_days", "wait for the car, mean", "days"),
    Measure("utilisation", "salespeople's time used", "%", PERCENT),
    Measure("cars_per_outlet_month", "cars of an outlet", "a month"),
    Measure("satisfaction", "satisfaction", "of 100", PERCENT),
    Measure("nps", "net promoter score", "-100..100"),
    Measure("stock_months", "stock", "months of sales"),
    Measure("loyalty", "owners who buy the brand again", "%", PERCENT),
    Measure("referral_share", "orders after hearing an owner", "%", PERCENT),
    Measure("loop_gain", "orders owed to the loop", "%", PERCENT),
)
# shares of people who ever reached each stage: drawn, not listed
REACHED = tuple(Measure(f"reached_{stage}", stage, "share") for stage in ("aware", "interest", "consideration", "intent", "order"))
BY_KEY = {one.key: one for one in MEASURES}
JUDGED = ("orders", "profit_channel")  # on these winners are declared, and runs stop
