"""Consumers as agents: ordinary Python over Mesa agents lives what the compiled engine lives, event by event."""

import sys

import numpy as np
import pytest

from experiments import load
from sim import FunnelModel, Stage, simulate
from sim.agents import Consumer
from tests.figures import record_figure
from tests.worlds import any_scenario, fingerprints

TINY = ("market.consumers=60", "market.households=10000", "market.days=25", "market.start_days=10", "market.need.open_share=0.6",
        "strategy.exposure=0.003")  # fmt: skip


def differing(scenario, seed: int) -> set[str]:
    """Records, the event log among them, in which a model of agents and a compiled run differ in any bit."""
    compiled = fingerprints(simulate(scenario, seed, "all"))
    agents = fingerprints(FunnelModel(scenario, seed, "all", consumers_as_agents=True).run_model())
    record_figure("scenarios lived by agents", 1)
    return {record for record in compiled if compiled[record] != agents[record]}


@pytest.mark.parametrize("block", range(4))
def test_agents_live_what_the_compiled_engine_lives(block: int) -> None:
    for k in range(5 * block, 5 * block + 5):
        assert not differing(any_scenario(np.random.default_rng(k)), k), k


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_agents_live_a_thousand_scenarios_as_the_compiled_engine_does(block: int) -> None:
    for k in range(100 + 50 * block, 150 + 50 * block):
        assert not differing(any_scenario(np.random.default_rng(k)), k), k


@pytest.mark.parametrize("name", ["direct", "dealer_4s"])
def test_agents_live_a_shipped_strategy(name: str) -> None:
    assert not differing(load(name, TINY), 3)


def test_a_step_of_the_model_is_a_step_of_every_consumer(monkeypatch: pytest.MonkeyPatch) -> None:
    model, stepped = FunnelModel(load("direct", TINY), consumers_as_agents=True), []
    step = Consumer.step
    monkeypatch.setattr(Consumer, "step", lambda self: (stepped.append(self.row), step(self)))
    model.step()
    assert stepped == list(range(60)) and len(model.agents_by_type[Consumer]) == 60
    assert model.consumer(7) is model.agents_by_type[Consumer].select(lambda who: who.row == 7)[0]
    assert model.consumer(7).stage() == Stage(int(model.world.minds["stage"][0, 7]))


def test_a_rule_changed_in_a_model_of_agents_changes_that_model_alone() -> None:
    """What a course does: whoever means to buy orders online within a day, in this model."""
    scenario = load("direct", [*TINY, "market.initial.intent=0.4", "market.initial.aware=0.1", "market.start=given", "market.days=5"])
    changed, other = (FunnelModel(scenario, consumers_as_agents=True) for _ in range(2))
    changed.plain.modules["sim.rules.consideration"].ordering_online = lambda *drivers: 10.0
    eager, usual, compiled = changed.run_model(), other.run_model(), simulate(scenario)
    assert eager.orders.size > usual.orders.size == compiled.orders.size


def test_the_plain_copy_leaves_the_compiled_engine_alone() -> None:
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "sim"}
    FunnelModel(load("direct", TINY), consumers_as_agents=True).step()
    assert all(sys.modules[name] is module for name, module in before.items())
    assert hasattr(sys.modules["sim.consumers"].live_people, "py_func")  # still compiled


def test_too_many_agents_and_faces_that_should_step_are_errors() -> None:
    with pytest.raises(ValueError, match=r"market.consumers is 1001; as agents there can be 1000"):
        FunnelModel(load("direct", [*TINY, "market.consumers=1001"]), consumers_as_agents=True)
    with pytest.raises(RuntimeError, match="consumers_as_agents=True"):
        FunnelModel(load("direct", TINY)).consumer(0).step()
