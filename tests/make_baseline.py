"""Writes tests/baseline.yaml: what small runs of every strategy come to, so that a change of results is seen and said.

Outcomes, and golden counts: the moves of all people, whole numbers that are the same to the last one on one kind of processor.
"""

from pathlib import Path

import numba
import numpy as np
import yaml
from llvmlite.binding import get_host_cpu_name

from experiments import load
from sim import Stage, simulate

BASELINE = Path(__file__).with_name("baseline.yaml")
STRATEGIES = ("direct", "agency", "dealer_4s", "hybrid")
SIZE = ("market.consumers=3000", "market.days=365")
KEYS = (
    "orders", "deliveries", "leads", "meetings", "revenue", "profit_maker", "profit_retailer", "price_mean", "satisfaction", "awareness",
    "days_to_purchase_mean", "stock_months", "wait_mean",
)  # fmt: skip


def figures(name: str) -> dict[str, dict]:
    """The outcomes of one small run of a strategy that the baseline keeps, and its moves by stages."""
    result = simulate(load(name, list(SIZE)), 1)
    moves = result.flows.sum(axis=(0, 1))
    return {
        "outcomes": {key: float(result.outcomes[key]) for key in KEYS},
        "moves": {f"{Stage(a).name} to {Stage(b).name}": int(moves[a, b]) for a, b in np.argwhere(moves)},
    }


def made_on() -> str:
    """What decides the last bit of a number: the kind of processor, and who compiles for it."""
    return f"{get_host_cpu_name()}, numba {numba.__version__}, numpy {np.__version__}"


if __name__ == "__main__":
    kept = {"made on": made_on()} | {name: figures(name) for name in STRATEGIES}
    BASELINE.write_text(yaml.safe_dump(kept, sort_keys=False), "utf8")
