"""The model as Mesa knows it: `step()` is a day, `run_model()` lives them all."""

import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

import mesa
import numba
import numpy as np

from sim.agents import Consumer, Outlet, Salesperson
from sim.day import Day, live
from sim.records import T
from sim.replication import History, Result, chosen, world_of
from sim.scenario import Scenario
from sim.stages import Stage
from sim.world import World

MOST_AGENTS = 1000  # consumers that plain Python lives in minutes


class FunnelModel(mesa.Model):
    """A sales funnel whose every day is one step.

    scenario  a Scenario, from `experiments.load(name)` or `sim.scenario.scenario_from(...)`
    seed      experiment seed: other seeds are other replications, the same seed the same one
    track     consumers whose journeys are written, as in `simulate`
    consumers_as_agents  every consumer is a Mesa agent whose `step()` is ordinary Python, and so is the rest of the day; the lives are
              the same to the bit, some thousand times slower. Raises ValueError for more than 1,000 consumers
    """

    def __init__(
        self, scenario: Scenario, seed: int = 1, track: int | str | list[int] = 0, *, start: World | None = None, threads: int = 1,
        consumers_as_agents: bool = False,
    ):  # fmt: skip
        super().__init__(seed=seed)
        if consumers_as_agents and scenario.market.consumers > MOST_AGENTS:
            raise ValueError(f"market.consumers is {scenario.market.consumers}; as agents there can be {MOST_AGENTS}")
        self.scenario = scenario
        self.world = world_of(scenario, seed, 0, start, threads)
        self.world.track(chosen(self.world.people["id"], track, self.world.luck))
        self.history = History(self.world)
        self.plain = PlainEngine(self) if consumers_as_agents else None
        self.outlets = [Outlet(self, row) for row in range(self.world.outlets.size)]
        self.staff = [Salesperson(self, row) for row in range(self.world.staff.size)]
        stages = {stage.name.lower(): (lambda model, s=stage: int(model.history.stocks[model.day, 0, s])) for stage in Stage}
        self.datacollector = mesa.DataCollector(
            model_reporters={"day": "day"} | stages | {"orders": lambda model: int(model.history.tally[model.day, 0, T["orders"]])}
        )

    @property
    def day(self) -> int:
        """Days lived since the start; 0 before the first step."""
        return self.world.day

    def step(self) -> None:
        """Lives one day: the schedule is `sim.day.live`. Raises RuntimeError after the last day."""
        if not self.running:
            raise RuntimeError(f"the scenario ends after day {self.scenario.market.days}; set market.days for a longer one")
        self.history.add(self.world, self.plain.live(self.world) if self.plain else live(self.world))
        self.datacollector.collect(self)
        self.running = self.day < self.scenario.market.days

    def run_model(self) -> Result:
        """Lives the days that are left and returns the result."""
        while self.running:
            self.step()
        return self.result()

    def result(self) -> Result:
        """The run so far; after the last day the same as `simulate` returns."""
        return self.history.result(self.world, self._seed, 0)

    def consumer(self, row: int) -> Consumer:
        """A face of one consumer. Raises IndexError outside 0..consumers - 1."""
        if not 0 <= row < self.world.people.size:
            raise IndexError(f"consumer {row} does not exist; rows are 0..{self.world.people.size - 1}")
        return self.plain.consumers[row] if self.plain else Consumer(self, row)


class PlainEngine:
    """The engine in ordinary Python: the same modules without a compiler, and consumers who live one after another."""

    def __init__(self, model: FunnelModel):
        self.modules = modules_in_plain_python()
        self.live_people = self.modules["sim.consumers"].live_people
        self.modules["sim.day"].live_people = self.live_one_by_one
        world = model.world
        world.threads, world.room = 1, self.modules["sim.room"].Room()
        for name, records in list(vars(world).items()):
            if isinstance(records, np.ndarray) and records.dtype.names:
                setattr(world, name, records.view(np.recarray))  # the same memory, with fields as attributes
        model.plain = self
        self.consumers = [Consumer(model, row) for row in range(world.people.size)]
        self.today: Sequence = ()

    def live(self, world: World) -> Day:
        """One day, by the schedule of `sim/day.py`."""
        with np.errstate(all="ignore"):  # as compiled: what no hazard divides is infinite, and no warning is given
            return self.modules["sim.day"].live(world)

    def live_one_by_one(self, low: int, high: int, *today) -> None:
        """The consumers' line of the day: everybody of low..high-1 steps. today: what `live_people` needs beside the rows."""
        self.today = today
        for consumer in self.consumers[low:high]:
            consumer.step()

    def live_person(self, row: int) -> None:
        """One person's day, as the pass over all people has it."""
        self.live_people(row, row + 1, *self.today)


def modules_in_plain_python() -> dict[str, ModuleType]:
    """Another copy of the engine's modules, by name, in which every rule is the Python function that stands there."""

    def taken() -> dict[str, ModuleType]:
        """The engine's modules, which are looked for anew when they are imported next."""
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "sim"}

    compiled, switch = taken(), numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = 1
    try:
        importlib.import_module("sim.day")
        return taken()
    finally:
        numba.config.DISABLE_JIT = switch
        taken()
        sys.modules.update(compiled)
