"""How each outcome is shown: its unit, its scale, and whether it is a flow over the horizon that is shown by the year.

Names and units are words of `words/measures.yaml`, in two languages.
"""

from dataclasses import dataclass

import numpy as np

from experiments.language import catalogue, say

DAYS_A_YEAR = 365.0


@dataclass(frozen=True)
class Measure:
    """One outcome of a simulation as people see it."""

    key: str  # of Result.outcomes, and of its name in words/measures.yaml
    unit_key: str
    scale: float = 1.0
    by_year: bool = False

    def shown(self, values: np.ndarray, days: int) -> np.ndarray:
        """Values (replication,) in the shown unit."""
        return np.asarray(values, float) * self.scale * (DAYS_A_YEAR / days if self.by_year else 1.0)

    def name(self, language: str = "en") -> str:
        """What it is called; parts of a sum are set in by two spaces."""
        return catalogue("measures")[self.key][language]

    def in_unit(self, language: str = "en") -> str:
        """Its unit."""
        return say("measures", f"unit_{self.unit_key}", language)

    @property
    def words(self) -> str:
        """Its English name."""
        return self.name()

    @property
    def unit(self) -> str:
        """Its unit in English."""
        return self.in_unit()


MILLION, PERCENT = 1e-6, 100.0
MEASURES = (
    Measure("orders", "a_year", by_year=True),
    Measure("deliveries", "a_year", by_year=True),
    Measure("revenue", "millions", MILLION, True),
    Measure("profit_channel", "millions", MILLION, True),
    Measure("profit_maker", "millions", MILLION, True),
    Measure("profit_retailer", "millions", MILLION, True),
    Measure("price_mean", "yuan"),
    Measure("price_sd", "of_mean", PERCENT),
    Measure("cac", "yuan"),
    Measure("leads", "leads", by_year=True),
    Measure("lead_to_sale", "percent", PERCENT),
    Measure("reach_share", "percent", PERCENT),
    Measure("awareness", "percent", PERCENT),
    Measure("days_to_purchase_median", "days"),
    Measure("wait_mean", "days"),
    Measure("delivery_days", "days"),
    Measure("utilisation", "percent", PERCENT),
    Measure("cars_per_outlet_month", "a_month"),
    Measure("satisfaction", "of_100", PERCENT),
    Measure("nps", "nps"),
    Measure("stock_months", "months"),
    Measure("loyalty", "percent", PERCENT),
    Measure("referral_share", "percent", PERCENT),
    Measure("loop_gain", "percent", PERCENT),
    Measure("repeat_share", "percent", PERCENT),
    Measure("top20_share", "percent", PERCENT),
    Measure("recommended_share", "percent", PERCENT),
    Measure("right_picks", "percent", PERCENT),
    Measure("decision_error", "points", PERCENT),
    Measure("product_mismatch", "fit"),
    Measure("staff", "people"),
    Measure("turnover", "percent", PERCENT),
    Measure("orders_per_hour", "an_hour"),
    Measure("skill_trained", "sd"),
    Measure("outlets_open", "outlets"),
    Measure("outlets_end", "outlets"),
    Measure("invested_maker", "millions", MILLION, True),
    Measure("invested_retailer", "millions", MILLION, True),
    Measure("lifetime_value", "yuan"),
    Measure("ltv_to_cac", "ratio"),
)
# shares of people who ever reached each stage: drawn, not listed
REACHED = tuple(Measure(f"reached_{stage}", "share") for stage in ("aware", "interest", "consideration", "intent", "order"))
BY_KEY = {one.key: one for one in MEASURES}
JUDGED = ("orders", "profit_channel")  # on these winners are declared, and runs stop
# what is printed at once; the rest is in the report
MAIN = (
    "orders", "revenue", "profit_channel", "profit_maker", "profit_retailer", "price_mean", "cac", "lead_to_sale", "reach_share",
    "days_to_purchase_median", "satisfaction",
)  # fmt: skip
