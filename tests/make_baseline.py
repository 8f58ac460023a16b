"""Writes tests/baseline.yaml: what small runs of every strategy come to, so that a change of results is seen and said."""

from pathlib import Path

import yaml

from experiments import load
from sim import simulate

BASELINE = Path(__file__).with_name("baseline.yaml")
STRATEGIES = ("direct", "agency", "dealer_4s", "hybrid")
SIZE = ("market.consumers=3000", "market.days=365")
KEYS = (
    "orders", "deliveries", "leads", "meetings", "revenue", "profit_maker", "profit_retailer", "price_mean", "satisfaction", "awareness",
    "days_to_purchase_mean", "stock_months", "wait_mean",
)  # fmt: skip


def figures(name: str) -> dict[str, float]:
    """The outcomes of one small run of a strategy that the baseline keeps."""
    outcomes = simulate(load(name, list(SIZE)), 1).outcomes
    return {key: float(outcomes[key]) for key in KEYS}


if __name__ == "__main__":
    BASELINE.write_text(yaml.safe_dump({name: figures(name) for name in STRATEGIES}, sort_keys=False), "utf8")
