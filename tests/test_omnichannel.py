"""Omnichannel integration: what leaks at handovers, what it costs, and that nothing leaks where all is known."""

import math

import numpy as np
import pytest

from experiments import load
from sim import handover, simulate
from sim.books import PURPOSE
from sim.records import PERSON
from sim.replication import start_up
from tests.worlds import fingerprints

SMALL = [
    "market.consumers=6000", "market.households=600000", "market.days=180", "market.start_days=30", "market.need.mean=1",
    "strategy.outlet.meetings=100",  # nobody queues, so that what leaks is not made up for by shorter lines
]  # fmt: skip


@pytest.fixture(scope="module")
def start():
    return start_up(load("direct", SMALL), 5)


@pytest.fixture(scope="module")
def lived(start):
    """Results by integration."""
    return {k: simulate(load("direct", [*SMALL, f"strategy.omnichannel.integration={k}"]), 5, start=start) for k in (0.0, 0.5, 1.0)}


def test_full_integration_never_leaks_and_none_leaks_the_whole_share() -> None:
    assert handover.leaking(1.0, 0.7) == 0.0 and handover.leaking(0.0, 0.7) == 0.7 and handover.leaking(0.5, 0.7) == 0.35


def test_a_share_of_the_handovers_leaks_and_more_integration_only_heals() -> None:
    people = np.zeros(4000, PERSON)
    people["id"] = np.arange(4000)
    leaks = {k: np.array([handover.forgotten(who, 0, 0, 1, k, 0.4, np.uint64(9)) for who in people]) for k in (0.0, 0.5, 1.0)}
    assert abs(leaks[0.0].mean() - 0.4) <= 5 * math.sqrt(0.24 / 4000) and not leaks[1.0].any()
    assert (leaks[0.5] <= leaks[0.0]).all() and abs(leaks[0.5].mean() - 0.2) <= 5 * math.sqrt(0.16 / 4000)


def test_where_handovers_lose_nothing_integration_changes_no_bit(start) -> None:
    tight = ["market.handover.lead=0", "market.handover.store=0"]
    world = start_up(load("direct", [*SMALL, *tight]), 5)
    one, two = (
        fingerprints(simulate(load("direct", [*SMALL, *tight, f"strategy.omnichannel.integration={k}"]), 5, start=world)) for k in (0, 1)
    )
    assert one == two


def test_by_default_nothing_leaks(lived) -> None:
    default = load("direct").strategy.omnichannel
    assert default.integration == 1.0 and lived[1.0].outcomes["handover_leaks"] == 0.0 and lived[1.0].daily["handovers"].sum() > 100


def test_the_less_is_integrated_the_more_leaks_and_the_fewer_shoppers_appear_and_buy(lived) -> None:
    none, half, full = (lived[k] for k in (0.0, 0.5, 1.0))
    n = half.daily["handovers"].sum()
    assert 0.3 < none.outcomes["handover_leaks"] < 0.5
    expected = none.outcomes["handover_leaks"] / 2
    assert abs(half.outcomes["handover_leaks"] - expected) <= 5 * math.sqrt(expected / n * 3)
    assert none.outcomes["show_rate"] < half.outcomes["show_rate"] < full.outcomes["show_rate"]
    assert none.orders.size < full.orders.size


def test_nothing_leaks_before_the_first_appointment(lived) -> None:
    none, full = lived[0.0], lived[1.0]
    first = int(np.flatnonzero(none.daily["leaks"][:, 0])[0])
    assert np.array_equal(none.stocks[:first], full.stocks[:first])


def test_integration_costs_its_share_of_the_full_cost(start) -> None:
    result = simulate(
        load("direct", [*SMALL, "market.days=60", "strategy.omnichannel.integration=0.5", "strategy.omnichannel.cost=1e7"]), 5
    )
    paid = result.books["fen"][result.books["purpose"] == PURPOSE["omnichannel"]].sum()
    assert abs(paid - 0.5e7 * 100 * 60 / 365 / result.weight) <= 1 + 60e-6
