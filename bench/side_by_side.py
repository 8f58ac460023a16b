"""The engine and the Mesa object model live the same days of the same people, turn about, on one core."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import sim.day
from bench.luck import KeyedLuck, PythonLuck
from bench.mesa_daily import DailyModel
from bench.mesa_objects import ConsumersModel
from sim.replication import start_up
from sim.scenario import TIERS, Scenario, scenario_from
from sim.stages import Stage
from sim.world import World

BLOCK = 30  # days lived by one before the other's turn: the monthly plan falls once in each
WARM_UP = 10  # days of another world of the same size
STAGES = tuple(stage.name for stage in Stage)
ENGINE, KEYED, PYTHON = "the engine", "Mesa with clocks, the engine's keyed luck", "Mesa with clocks, Python's own random"
DAILY = "Mesa as most models are written: every chance drawn every day"

# needs, touchpoints and consideration as in the default rules; whatever needs an outlet, an owner or a friend is switched off
MARKET = {
    "start": "given",
    "initial": {"owner": 0.0},
    "need": {"open_share": 0.03},
    "waits": {"seeks_curious": 0.0, "seeks": 0.0, "seeks_intent": 0.0, "returns": 0.0, "orders_online": 0.0},
    "word_of_mouth": {"network": "none", "talk": 0.0},
}
# the contacts a day that the default budgets buy, and some for the touchpoints that cost nothing by default
INTENSITY = {"video": 0.13, "social": 0.065, "search": 0.0002, "vertical": 0.0003, "content": 0.01, "event": 0.001}
STRATEGY = {
    "outlets": dict.fromkeys(TIERS, 0),
    "touchpoints": {name: {"intensity": value, "lead": 0.0} for name, value in INTENSITY.items()},
}


@dataclass(frozen=True)
class Race:
    """Nanoseconds per consumer-day of every block, by who lived it, and where everybody ended."""

    consumers: int
    days: int
    nanoseconds: dict[str, list[float]]
    stages: dict[str, np.ndarray]  # (consumers,) stage on the last day
    contacts: float  # a consumer and day, of the engine
    moved: float  # share of the consumers who are in another stage than at the start

    def ratio(self, rival: str) -> tuple[float, float, float]:
        """How many times faster the engine is than a rival: least, median and greatest over the blocks."""
        each = np.array(self.nanoseconds[rival]) / np.array(self.nanoseconds[ENGINE])
        return float(each.min()), float(np.median(each)), float(each.max())

    def share(self, who: str) -> np.ndarray:
        """Share of the consumers by stage on the last day (stage,)."""
        return np.bincount(self.stages[who], minlength=len(STAGES)) / self.consumers

    def z(self, rival: str) -> np.ndarray:
        """z of the difference of each stage's share (stage,), paired by person: the same people, other luck; 0 where nobody differs."""
        here = np.array([self.stages[rival] == k for k in Stage], float) - np.array([self.stages[ENGINE] == k for k in Stage], float)
        spread = np.sqrt((here**2).sum(axis=1))
        return np.divide(here.sum(axis=1), spread, out=np.zeros(len(STAGES)), where=spread > 0)

    def same(self, rival: str) -> float:
        """Share of the consumers whom a rival has in the engine's stage on the last day."""
        return float(np.mean(self.stages[rival] == self.stages[ENGINE]))


def shared_rules(consumers: int) -> Scenario:
    """The scenario in which both have the same rules: needs, touchpoints by intensity, self-search, consideration, giving up."""
    return scenario_from(MARKET | {"consumers": consumers, "households": consumers}, STRATEGY, {})


def timed(days: int, consumers: int, day: Callable[[], object]) -> float:
    """Nanoseconds of processor time per consumer-day of so many days: what else runs on the machine is not counted."""
    began = time.thread_time_ns()
    for _ in range(days):
        day()
    return (time.thread_time_ns() - began) / (days * consumers)


def race(consumers: int, blocks: int, keyed: bool = True) -> Race:
    """Lives blocks of days of the same people by the engine and by Mesa, turn about, one thread each."""
    scenario = shared_rules(consumers)
    warm = start_up(scenario, 2)
    timed(WARM_UP, consumers, lambda: sim.day.live(warm))
    world = start_up(scenario, 1)
    before, contacts = world.minds["stage"][0].copy(), world.minds["contacts"][0].sum()
    models = {DAILY: DailyModel(world, PythonLuck(1)), PYTHON: ConsumersModel(world, PythonLuck(1))}
    if keyed:
        models[KEYED] = ConsumersModel(world, KeyedLuck(world.luck))
    turns: dict[str, Callable[[], object]] = {ENGINE: lambda: sim.day.live(world)} | {who: model.step for who, model in models.items()}
    nanoseconds: dict[str, list[float]] = {who: [] for who in turns}
    for _ in range(blocks):
        for who, day in turns.items():
            nanoseconds[who].append(timed(BLOCK, consumers, day))
    stages = {who: np.array([agent.stage for agent in model.agents]) for who, model in models.items()} | {ENGINE: stages_of(world)}
    met = (world.minds["contacts"][0].sum() - contacts) / (consumers * blocks * BLOCK)
    return Race(consumers, blocks * BLOCK, nanoseconds, stages, float(met), float(np.mean(stages[ENGINE] != before)))


def stages_of(world: World) -> np.ndarray:
    """Everybody's stage towards the first brand (n,)."""
    return world.minds["stage"][0].astype(int)
