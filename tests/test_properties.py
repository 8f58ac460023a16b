"""What holds in every valid scenario, looked for where hypothesis will: whatever the seed and however much is changed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from worlds import any_numbers, any_scenario, fingerprints, start_up_with

from experiments import load
from sim import simulate, start_up
from sim.scenario import Scenario
from tests.figures import record_figure
from tests.test_promises import LONELY, keeps_every_promise, lives_are_equal, same_lives

SEEDS, CHANGES = st.integers(0, 2**32 - 1), st.floats(0, 1)
FEW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)


def drawn(seed: int, change: float) -> tuple[Scenario, int]:
    """Any valid scenario, and the seed to live it with."""
    return any_scenario(np.random.default_rng(seed), change), seed % 1000


@FEW
@given(SEEDS, CHANGES)
def test_however_much_is_changed_every_promise_is_kept(seed: int, change: float) -> None:
    keeps_every_promise(simulate(*drawn(seed, change), "all"))


@FEW
@given(SEEDS, CHANGES, st.integers(2, 5))
def test_threads_and_another_name_change_no_bit_of_any_scenario(seed: int, change: float, threads: int) -> None:
    scenario, luck = drawn(seed, change)
    twin = scenario.with_strategy(replace(scenario.strategy, label="Somebody else"), "other")
    same_lives(simulate(scenario, luck, "all"), simulate(twin, luck, "all", threads=threads))


@FEW
@given(SEEDS, CHANGES)
def test_a_start_that_is_shared_and_one_of_its_own_are_the_same_in_any_scenario(seed: int, change: float) -> None:
    scenario, luck = drawn(seed, change)
    start = start_up(scenario, luck)
    first = fingerprints(simulate(scenario, luck, "all", start=start))
    assert first == fingerprints(simulate(scenario, luck, "all", start=start)) == fingerprints(simulate(scenario, luck, "all"))
    record_figure("pairs of runs", 2)


@FEW
@given(SEEDS, CHANGES)
def test_the_order_of_storage_does_not_matter_in_any_scenario(seed: int, change: float) -> None:
    scenario, luck = drawn(seed, change)
    assume(scenario.market.word_of_mouth.network != "complete")  # there whom a number means is a matter of rows
    rows = np.random.default_rng(seed + 1).permutation(scenario.market.consumers)
    start = start_up_with(scenario, rows, luck, friends=True)
    assert lives_are_equal(simulate(scenario, luck), simulate(scenario, luck, start=start)) == 0


# what may be any number where nobody's day changes another's
APART = ("market.waits.", "market.drivers.", "market.search.", "market.need.", "market.frailty", "market.goodwill.", "market.satisfaction.",
         "market.ownership.", "market.leads.", "market.delivery.", "market.season", "market.initial.car_age", "strategy.touchpoints.",
         "strategy.skill.", "strategy.attributes.", "strategy.list_price", "strategy.selling.", "strategy.service_price")  # fmt: skip


def one_less(k: int) -> int:
    """Consumers whose life changes when one of 1,000 is taken out of the k-th market of random numbers in which nobody meets anybody."""
    numbers = [word for word in any_numbers(np.random.default_rng(k), APART, LONELY) if "answered" not in word]
    scenario = load("direct", [*LONELY, *numbers])
    scenario = replace(scenario, neutral=replace(scenario.strategy, label="neutral"))
    full = simulate(scenario, k)
    gone = full.orders["consumer"][0] if full.orders.size else k % 1000
    record_figure("random scenarios", 1)
    return lives_are_equal(full, simulate(scenario, k, start=start_up_with(scenario, np.flatnonzero(np.arange(1000) != gone), k)))


@pytest.mark.parametrize("ks", [range(4), pytest.param(range(4, 100), marks=pytest.mark.slow)])
def test_a_consumer_less_changes_nobody_in_random_scenarios(ks: range) -> None:
    assert sum(one_less(k) for k in ks) == 0


@pytest.mark.slow
@settings(FEW, max_examples=1000)
@given(SEEDS, CHANGES)
def test_in_a_thousand_scenarios_names_and_order_change_nobody(seed: int, change: float) -> None:
    test_threads_and_another_name_change_no_bit_of_any_scenario.hypothesis.inner_test(seed, change, 2)
    test_the_order_of_storage_does_not_matter_in_any_scenario.hypothesis.inner_test(seed, change)
