"""A preview is a run of which less is written down."""

import numpy as np
import pytest

from experiments.preview import Pair, Preview, preview, start_of
from sim import simulate, start_up
from sim.records import BRAND, IN_LINE, MIND, OUTLET, PERSON, STAFF
from sim.scenario import Scenario
from tests.worlds import small

SIZE = ("market.consumers=400", "market.days=50", "market.start_days=20")


def same(one: Preview, scenario: Scenario) -> bool:
    """Whether a preview shows what a whole run of the scenario comes to."""
    run = simulate(scenario, 3)
    outcomes = {key: run.outcomes[key] for key in one.outcomes}
    np.testing.assert_equal(one.outcomes, outcomes)
    for name, counts in one.daily.items():
        assert np.array_equal(counts, run.daily[name])
    return np.array_equal(one.stocks, run.stocks) and np.array_equal(one.flows, run.flows)


@pytest.mark.parametrize("name", ["direct", "dealer_4s"])
def test_a_preview_lives_what_a_run_lives(name: str) -> None:
    scenario = small(name, *SIZE)
    start = start_up(scenario, 3)
    assert same(preview(scenario, start), scenario)
    assert same(preview(scenario, start), scenario)  # the start world is as it was


def test_a_start_world_is_kept_for_the_next_strategy_of_the_same_market_alone() -> None:
    one, other, elsewhere = small("direct", *SIZE), small("hybrid", *SIZE), small("direct", *SIZE, "market.frailty=0.3")
    kept = start_of(one, 3)
    assert start_of(other, 3) is kept
    assert start_of(one, 4) is not kept
    assert start_of(elsewhere, 4).scenario.market == elsewhere.market


def test_two_processes_preview_what_one_does() -> None:
    one, other = small("direct", *SIZE), small("dealer_4s", *SIZE)
    with Pair() as pair:
        first, second = pair.live(one, other, 3)
    assert same(first, one) and same(second, other)


def test_every_world_is_of_the_same_record_types() -> None:
    """A kernel knows a type that is the same object at a glance; an equal one it compares name by name, at every call of every day."""
    worlds = [start_up(small(name, *SIZE), 3) for name in ("direct", "dealer_4s")]
    for name, kind in (("people", PERSON), ("minds", MIND), ("brands", BRAND), ("outlets", OUTLET), ("staff", STAFF), ("line", IN_LINE)):
        assert all(getattr(world, name).dtype is kind for world in worlds), name
    assert worlds[0].market.dtype is worlds[1].market.dtype
