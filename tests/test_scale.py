"""Consumers are resolution: the same market at weight 1 and at weight 30 sells alike and queues alike (ODD 2, Scale)."""

import numpy as np
import pytest

from experiments.intervals import mean_interval
from sim import simulate
from sim.scenario import scenario_from
from sim.schema import merged
from tests.figures import record_figure

HOUSEHOLDS = 300_000  # so that the coarse market still sees some forty orders a year; with fewer the background is lumpy
NETWORK = {
    "outlets": {"tier1": 1, "tier2": 1, "tier3": 1},
    "touchpoints": {"video": {"budget": 2.4e6}, "social": {"budget": 1.2e6}, "search": {"budget": 1.2e6}, "vertical": {"budget": 1.2e6}},
}
# bands of the difference: reliability.md asks 2 % of orders; here as near as a dozen fine replications can tell
ALIKE = {"orders": 0.02, "leads": 0.02, "utilisation": 0.02, "wait_mean": 0.1}
RELATIVE = ("orders", "leads")


def figures(weight: int, replications: int) -> dict[str, np.ndarray]:
    """What a small market came to at one weight, by replication."""
    market = {"households": HOUSEHOLDS, "consumers": HOUSEHOLDS // weight, "days": 365}
    scenario = scenario_from(market, merged(NETWORK, {"retail_format": "dealer_4s"}), NETWORK)
    found = [simulate(scenario, 7, replication=r).outcomes for r in range(replications)]
    return {name: np.array([one[name] for one in found]) for name in ALIKE}


@pytest.mark.slow
def test_a_market_at_weight_one_and_at_weight_thirty_sells_and_queues_alike() -> None:
    fine, coarse = figures(1, 10), figures(30, 60)
    for name, band in ALIKE.items():
        unit = fine[name].mean() if name in RELATIVE else 1.0
        a, b = mean_interval(fine[name] / unit), mean_interval(coarse[name] / unit)
        gap, half = b.mean - a.mean, np.hypot(a.half, b.half)
        print(f"{name}: {a.mean * unit:.4g} at weight 1, {b.mean * unit:.4g} at weight 30, difference {gap:+.3g} ± {half:.2g}, band {band}")
        record_figure(name, f"difference {gap:+.3g} ± {half:.2g}")
        assert abs(gap) <= max(band, half), name
        assert half <= 0.12, name
