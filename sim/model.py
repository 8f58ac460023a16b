"""The model as Mesa knows it: `step()` is a day, `run_model()` lives them all."""

import mesa

from sim.agents import Consumer, Outlet, Salesperson
from sim.day import live
from sim.records import T
from sim.replication import History, Result, chosen, world_of
from sim.scenario import Scenario
from sim.stages import Stage
from sim.world import World


class FunnelModel(mesa.Model):
    """A sales funnel whose every day is one step.

    scenario  a Scenario, from `experiments.load(name)` or `sim.scenario.scenario_from(...)`
    seed      experiment seed: other seeds are other replications, the same seed the same one
    track     consumers whose journeys are written, as in `simulate`
    """

    def __init__(
        self, scenario: Scenario, seed: int = 1, track: int | str | list[int] = 0, *, start: World | None = None, threads: int = 1
    ):
        super().__init__(seed=seed)
        self.scenario = scenario
        self.world = world_of(scenario, seed, 0, start, threads)
        self.world.track(chosen(self.world.people["id"], track, self.world.luck))
        self.history = History(self.world)
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
        self.history.add(self.world, live(self.world))
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
        return Consumer(self, row)
