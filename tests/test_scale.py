"""Consumers are resolution: the same market at weight 1, 30 and the default one sells alike and queues alike (ODD 2, Scale)."""

from functools import cache

import numpy as np
import pytest

from experiments.intervals import mean_interval
from experiments.workers import cores
from sim import simulate
from sim.scenario import Market, scenario_from
from sim.schema import merged
from tests.figures import record_figure

HOUSEHOLDS = Market().households  # at the default weight as many consumers as by default: what stands in for the rest is learnt from them
DEFAULT = HOUSEHOLDS // Market().consumers
REPLICATIONS = {1: 5, 30: 60, DEFAULT: 200}  # as many as make the intervals less than half as wide as the bands
# where outlets stand and who works there differ by replication more than all buyers' luck together; here they do not: to every city its
# outlet, near everybody
CITIES = {tier: {"cities": 10, "spread": 0.5, "share": share} for tier, share in (("tier1", 0.33), ("tier2", 0.33), ("tier3", 0.34))}
MARKET = {"households": HOUSEHOLDS, "days": 365, "need": {"mean": 2.0}, "tiers": CITIES, "workforce": {"spread": 0.0}}
NETWORK = {
    "outlets": {"tier1": 10, "tier2": 10, "tier3": 10},
    "skill": {"spread": 0.0},
    "touchpoints": {"video": {"budget": 24e6}, "social": {"budget": 12e6}, "search": {"budget": 12e6}, "vertical": {"budget": 12e6}},
}
BANDS = {"orders": 0.02, "leads": 0.02, "utilisation": 0.02, "wait_mean": 0.1}  # of the difference; orders and leads as shares
RELATIVE = ("orders", "leads")
QUIET, FULL = 20, 13  # salespeople of an outlet: busy for less than .7 of their time, and for more
MOST_OF_THE_TIME = 0.7


@cache
def lived(weight: int, staff: int) -> dict[str, np.ndarray]:
    """What a market of dealers that buys a lot came to at one weight, by replication."""
    market = MARKET | {"consumers": HOUSEHOLDS // weight}
    network = merged(NETWORK, {"outlet": {"staff": staff}})
    scenario = scenario_from(market, merged(network, {"retail_format": "dealer_4s"}), network)
    replications = REPLICATIONS[weight] if staff == QUIET else max(3, REPLICATIONS[weight] // 4)
    found = [simulate(scenario, 7, replication=r, threads=cores()).outcomes for r in range(replications)]
    return {name: np.array([one[name] for one in found]) for name in BANDS}


def gap(name: str, weight: int, staff: int) -> tuple[float, float]:
    """Difference of an outcome at a weight from weight 1, and half its 95 % interval."""
    fine, coarse = lived(1, staff)[name], lived(weight, staff)[name]
    unit = fine.mean() if name in RELATIVE else 1.0
    a, b = mean_interval(fine / unit), mean_interval(coarse / unit)
    difference, half = b.mean - a.mean, float(np.hypot(a.half, b.half))
    where = "inside" if abs(difference) + half <= BANDS[name] else "outside" if abs(difference) - half > BANDS[name] else "overlaps"
    busy = lived(1, staff)["utilisation"].mean()
    record_figure(
        f"{name} at weight {weight}, utilisation {busy:.2f}", f"{difference:+.3g} ± {half:.2g}, {where} the band of {BANDS[name]}"
    )
    return difference, half


@pytest.mark.slow
@pytest.mark.parametrize("weight", [30, DEFAULT])
def test_a_market_sells_and_queues_alike_at_weight_one_and_at_others(weight: int) -> None:
    assert lived(1, QUIET)["utilisation"].mean() <= MOST_OF_THE_TIME
    for name, band in BANDS.items():
        difference, half = gap(name, weight, QUIET)
        assert abs(difference) + half <= band, f"{name}: the interval {difference:+.3g} ± {half:.2g} is not inside"


@pytest.mark.slow
@pytest.mark.parametrize("weight", [30, DEFAULT])
def test_at_full_desks_the_gap_between_weights_is_told(weight: int) -> None:
    assert lived(1, FULL)["utilisation"].mean() > MOST_OF_THE_TIME
    for name in BANDS:
        difference, half = gap(name, weight, FULL)
        assert np.isfinite(difference) and half < 0.5
