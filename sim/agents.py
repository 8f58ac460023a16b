"""Mesa faces: a consumer, a salesperson, an outlet, each a row of the world's records that reads like an object."""

from typing import TYPE_CHECKING

import mesa

from sim.records import NO_CAR, NO_NEED, RIVAL
from sim.scenario import SKILLS, TIERS
from sim.stages import Stage

if TYPE_CHECKING:
    from sim.model import FunnelModel


class Consumer(mesa.Agent):
    """A face of one row of people and of its mind of each brand; it holds nothing, so a million cost nothing.

    Where the model has its consumers as agents, Mesa knows it too, and it lives by its own `step()`.
    """

    def __init__(self, model: "FunnelModel", row: int):
        if model.plain:
            super().__init__(model)
        self.model = model
        self.row = row

    def step(self) -> None:
        """This person's day in plain Python: the need, what is met of each brand, and what each mind makes of it.

        It is `sim/consumers.py` for one row: no rule is written twice. Raises RuntimeError for a mere face.
        """
        if not self.model.plain:
            raise RuntimeError("this consumer is a face; FunnelModel(..., consumers_as_agents=True) has consumers that live by themselves")
        self.model.plain.live_person(self.row)

    @property
    def id(self) -> int:
        """The id that keys all of this person's luck."""
        return int(self.model.world.people["id"][self.row])

    def stage(self, brand: int = 0) -> Stage:
        """Where this person stands towards a brand."""
        return Stage(int(self.model.world.minds["stage"][brand, self.row]))

    @property
    def in_need(self) -> bool:
        """Whether a need for a car is open."""
        return bool(self.model.world.people["need_since"][self.row] != NO_NEED)

    @property
    def tier(self) -> str:
        """The tier of the home city."""
        return TIERS[int(self.model.world.people["tier"][self.row])]

    @property
    def car(self) -> str:
        """Whose car is in the garage: none, rival, or the brand's number."""
        car = int(self.model.world.people["car"][self.row])
        return {NO_CAR: "none", RIVAL: "rival"}.get(car, f"brand {car}")

    @property
    def satisfaction(self) -> float:
        """Satisfaction with the car owned, 0 to 1; NaN where there is none of ours."""
        return float(self.model.world.people["satisfaction"][self.row])

    def goodwill(self, brand: int = 0) -> float:
        """Fast and slow goodwill today, together."""
        world = self.model.world
        mind = world.minds[brand, self.row]
        gap = min(max(world.day - int(mind["touched"]), 0), world.fade.shape[1] - 1)
        return float(mind["fast"] * world.fade[0, gap] + mind["slow"] * world.fade[1, gap])

    def __repr__(self) -> str:
        need = "in need" if self.in_need else "not in need"
        return f"Consumer {self.id} in {self.tier}: {self.stage().name.lower()}, {need}, car {self.car}"


class Outlet(mesa.Agent):
    """A face of one outlet."""

    def __init__(self, model: "FunnelModel", row: int):
        super().__init__(model)
        self.row = row

    @property
    def record(self):
        """The outlet's row."""
        return self.model.world.outlets[self.row]

    @property
    def brand(self) -> int:
        """The brand whose cars it sells: 0 is the strategy that is tried, 1 and more are its rivals."""
        return int(self.record["brand"])

    @property
    def tier(self) -> str:
        """The tier of its city."""
        return TIERS[int(self.record["tier"])]

    @property
    def queue(self) -> int:
        """People waiting to be met, the unsimulated among them."""
        return int((self.model.world.line["outlet"] == self.row).sum())

    @property
    def stock(self) -> int:
        """Cars on the floor."""
        return int(self.record["stock"])

    @property
    def orders(self) -> int:
        """Orders of simulated people since the first counted day."""
        return int(self.record["orders"])


class Salesperson(mesa.Agent):
    """A face of one salesperson."""

    def __init__(self, model: "FunnelModel", row: int):
        super().__init__(model)
        self.row = row

    @property
    def record(self):
        """The salesperson's row."""
        return self.model.world.staff[self.row]

    @property
    def outlet(self) -> int:
        """The row of the outlet this person works in."""
        return int(self.record["outlet"])

    @property
    def skill(self) -> dict[str, float]:
        """Talent in each task, standard scores, before experience and training."""
        return dict(zip(SKILLS, map(float, self.record["skill"]), strict=True))

    @property
    def orders(self) -> int:
        """Orders of simulated people since being counted."""
        return int(self.record["orders"])
