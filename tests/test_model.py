"""The model as Mesa knows it lives the same days as `simulate`."""

import numpy as np
import pytest
from mesa.batchrunner import batch_run

from experiments import load
from sim import FunnelModel, Stage, simulate, start_up
from sim.records import BRAND, IN_LINE, MIND, OUTLET, PERSON, STAFF
from tests.worlds import small

SMALL = ("market.consumers=1500", "market.days=40", "market.start_days=30")


def test_running_the_model_gives_what_simulate_gives():
    scenario = load("dealer_4s", list(SMALL))
    by_mesa, plain = FunnelModel(scenario, seed=3).run_model(), simulate(scenario, seed=3)
    assert np.array_equal(by_mesa.stocks, plain.stocks)
    assert np.array_equal(by_mesa.books, plain.books)
    assert by_mesa.outcomes == pytest.approx(plain.outcomes, nan_ok=True)


def test_a_step_is_a_day_and_the_collector_has_its_funnel():
    model = FunnelModel(load("direct", list(SMALL)), seed=1)
    for _ in range(3):
        model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table["day"]) == [1, 2, 3]
    assert (table[[stage.name.lower() for stage in Stage]].sum(axis=1) == 1500).all()


def test_after_the_last_day_another_step_is_an_error():
    model = FunnelModel(load("direct", [*SMALL, "market.days=2"]), seed=1)
    model.run_model()
    with pytest.raises(RuntimeError, match="the scenario ends after day 2"):
        model.step()


def test_agents_are_the_outlets_and_salespeople_of_the_plan():
    scenario = load("direct", list(SMALL))
    model = FunnelModel(scenario, seed=1)
    outlets = sum((scenario.strategy.outlets.tier1, scenario.strategy.outlets.tier2, scenario.strategy.outlets.tier3))
    assert len(model.outlets) == outlets
    assert len(model.agents) == outlets * (1 + scenario.strategy.outlet.staff)
    assert model.staff[0].outlet == 0
    assert {outlet.tier for outlet in model.outlets} == {"tier1", "tier2"}


def test_a_consumers_face_reads_its_row():
    model = FunnelModel(load("direct", list(SMALL)), seed=1)
    face = model.consumer(7)
    assert face.id == 7
    assert face.stage() == Stage(int(model.world.minds["stage"][0, 7]))
    with pytest.raises(IndexError, match=r"rows are 0\.\.1499"):
        model.consumer(1500)


def test_a_batch_run_replicates_by_seed():
    scenario = load("agency", [*SMALL, "market.days=20"])
    rows = batch_run(FunnelModel, {"scenario": scenario, "seed": [1, 2, 1]}, display_progress=False)
    first, other, again = (row["aware"] for row in rows)
    assert first == again
    assert first != other


def test_tracked_journeys_are_a_sample_of_the_size_asked_for():
    journeys = simulate(load("direct", list(SMALL)), 1, track=25).journeys
    assert 0 < np.unique(journeys["consumer"]).size <= 25
    named = simulate(load("direct", list(SMALL)), 1, track=[3, 5]).journeys
    assert set(named["consumer"]) <= {3, 5}


def test_every_world_is_of_the_same_record_types() -> None:
    """A kernel knows a type that is the same object at a glance; an equal one it compares name by name, at every call of every day."""
    size = ("market.consumers=400", "market.days=50", "market.start_days=20")
    worlds = [start_up(small(name, *size), 3) for name in ("direct", "dealer_4s")]
    for name, kind in (("people", PERSON), ("minds", MIND), ("brands", BRAND), ("outlets", OUTLET), ("staff", STAFF), ("line", IN_LINE)):
        assert all(getattr(world, name).dtype is kind for world in worlds), name
    assert worlds[0].market.dtype is worlds[1].market.dtype
