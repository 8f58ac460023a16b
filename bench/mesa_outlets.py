"""Outlets with their queues, and salespeople with their meetings, as Mesa agents of the full default rules."""

from collections import deque
from math import exp, log
from typing import TYPE_CHECKING

import mesa
import numpy as np

from bench.mesa_consumers import FullConsumer
from bench.mesa_objects import AWARE, CONSIDERATION, INTENT, INTEREST
from sim.records import HALF_YEAR, LEAD_SHOWN

if TYPE_CHECKING:
    from bench.mesa_full import FullModel

DISCOVERY, PRESENTATION, CLOSING = range(3)
Place = tuple[int, FullConsumer | None, int]  # in a queue: day joined, who it is (nobody: one of the unsimulated), the salesperson's seat


class Salesperson(mesa.Agent):
    """Somebody who sells: learns by doing, and leaves one day."""

    model: "FullModel"

    def __init__(self, model: "FullModel", outlet: "Outlet", row: np.void):
        super().__init__(model)
        self.outlet, self.skill, self.experience = outlet, row["skill"].tolist(), float(row["experience"])
        self.meetings = self.orders = 0
        self.quits = 1.0 - exp(-model.turnover(outlet.tier))

    def step(self) -> None:
        """May leave; a novice of new talent takes the seat."""
        model = self.model
        if model.draw() < self.quits:
            self.skill = [mean + model.market.workforce.spread * model.random.gauss(0.0, 1.0) for mean in self.outlet.skill]
            self.experience = 0.0
            model.tally["quits"] += 1

    def skill_in(self, task: int) -> float:
        """The skill in a task today: talent less what a novice lacks."""
        workforce = self.model.market.workforce
        return self.skill[task] - workforce.novice * exp(-self.experience / workforce.learning)

    def meet(self, shopper: FullConsumer, waited: int) -> None:
        """One meeting: the task of the shopper's stage, at most one move."""
        model, tally = self.model, self.model.tally
        task = DISCOVERY if shopper.stage < CONSIDERATION else PRESENTATION if shopper.stage == CONSIDERATION else CLOSING
        p = model.meeting
        odds = p.skill * self.skill_in(task) + p.fit * shopper.fit - p.waiting * waited
        self.meetings += 1
        self.experience += 1.0
        tally["meetings"] += 1
        tally["first_meetings"] += shopper.visits_made == 1
        tally["waited"] += waited
        if task == DISCOVERY:
            self.discover(shopper, odds)
        elif task == PRESENTATION:
            self.present(shopper, odds)
        else:
            self.close(shopper, odds, waited)

    def goes_well(self, odds: float) -> bool:
        """Whether something of these log-odds happens."""
        return self.model.draw() * (1.0 + exp(-odds)) < 1.0

    def discover(self, shopper: FullConsumer, odds: float) -> None:
        """Discovery: success moves on, failure may end the lead; who needs no car is not in the market."""
        p, good = self.model.meeting, self.goes_well(self.model.base_odds[DISCOVERY] + odds)
        if good and shopper.stage == AWARE:
            shopper.move(INTEREST)
        elif good and shopper.in_need:
            shopper.fit += p.raises_fit
            shopper.move(CONSIDERATION)
        if not shopper.in_need or (not good and self.model.draw() < p.discovery_ends):
            shopper.close_lead()

    def present(self, shopper: FullConsumer, odds: float) -> None:
        """Presentation, with a test drive if a demo car is free."""
        model, p, outlet = self.model, self.model.meeting, self.outlet
        odds += model.base_odds[PRESENTATION] - p.price * shopper.felt_markup
        if outlet.drives_left >= 1.0 and model.draw() < p.drives:
            outlet.drives_left -= 1.0
            model.tally["drives"] += 1
            odds += log(p.drive_odds)
        if self.goes_well(odds):
            shopper.move(INTENT)
        elif model.draw() < p.presentation_lost:
            shopper.give_up()

    def close(self, shopper: FullConsumer, odds: float, waited: int) -> None:
        """Offer and negotiation: the shopper signs or not."""
        model, p = self.model, self.model.meeting
        odds += model.base_odds[CLOSING] - p.price * shopper.felt_markup + p.pressure * model.terms[self.outlet.tier].pressure
        if self.goes_well(odds):
            self.orders += 1
            model.bought += 1
            shopper.sign(self.outlet, self, waited)
        elif model.draw() < p.closing_lost:
            shopper.give_up()


class Outlet(mesa.Agent):
    """A shop with desks and a queue of people of this model and of others who are not simulated."""

    model: "FullModel"

    def __init__(self, model: "FullModel", row: np.void):
        super().__init__(model)
        self.tier, self.share, self.skill = int(row["tier"]), float(row["share"]), row["skill"].tolist()
        self.opened, self.demo_cars = int(row["since"]), int(row["demo_cars"])
        self.capacity, self.slack = float(row["capacity"]), float(row["slack"])
        self.staff: list[Salesperson] = []
        self.queue: list[Place] = []
        self.arrived: list[Place] = []
        self.visits: deque[int] = deque([0] * HALF_YEAR, HALF_YEAR)  # of simulated people, by day; today last
        self.recent = self.arrivals = self.meetings = self.orders = self.real_sold = 0
        self.drives_left = 0.0

    def begin_day(self) -> None:
        """The day half a year ago leaves the memory that forecasts are made of."""
        self.recent -= self.visits[0]
        self.visits.append(0)

    def receive(self, shopper: FullConsumer) -> None:
        """Somebody comes in and joins the queue."""
        self.arrived.append((self.model.day, shopper, shopper.lead_seat))
        self.count_visit()
        self.model.tally["arrivals"] += 1

    def count_visit(self) -> None:
        """Somebody of this model came today."""
        self.arrivals += 1
        self.visits[-1] += 1
        self.recent += 1
        self.model.visits[self.tier][-1] += 1

    def expected(self) -> float:
        """The unsimulated who are expected today: the outlet's share of those of its tier, by visits within half a year."""
        of_tier, lived = self.model.visits_by_tier[self.tier], min(self.model.day - self.opened, HALF_YEAR)
        observed = self.recent / of_tier if of_tier else self.share
        share = (lived * observed + (HALF_YEAR - lived) * self.share) / HALF_YEAR
        return share * self.model.unsimulated[self.tier]

    def await_unsimulated(self) -> None:
        """The unsimulated who come today."""
        come = int(self.model.rng.poisson(self.expected()))
        self.arrived += [(self.model.day, None, k % len(self.staff)) for k in range(come)]
        self.model.tally["background_arrivals"] += come

    def step(self) -> None:
        """Serves the queue, first come first served, as long as there are desks; of the others some lose patience."""
        model, draw, leaves = self.model, self.model.draw, self.model.meeting.abandons
        self.slack += self.capacity
        room = int(self.slack + 1e-9)
        self.slack -= room
        self.drives_left = self.demo_cars * model.meeting.drives_per_car
        model.random.shuffle(self.arrived)
        line, self.queue, self.arrived = self.queue + self.arrived, [], []
        for place in line:
            joined, shopper, seat = place
            if shopper is None:
                if room:
                    room -= 1
                    self.serve_unsimulated(seat, model.day - joined)
                elif draw() >= leaves:
                    self.queue.append(place)
                else:
                    model.tally["background_abandoned"] += 1
            elif shopper.lead != LEAD_SHOWN or not shopper.queued or shopper.joined != joined:
                continue  # has left for other reasons
            elif shopper.since == model.day:
                self.queue.append(place)  # who moved today keeps the place, and is met from tomorrow
            elif room:
                room -= 1
                self.serve(shopper, seat, model.day - joined)
            elif draw() >= leaves:
                self.queue.append(place)
            else:
                self.lose(shopper)

    def serve(self, shopper: FullConsumer, seat: int, waited: int) -> None:
        """A shopper is met."""
        shopper.queued = False
        self.meetings += 1
        self.model.met += 1
        self.staff[seat].meet(shopper, waited)

    def serve_unsimulated(self, seat: int, waited: int) -> None:
        """A meeting with somebody who is not simulated counts for the queue, experience and the outlet's sales, for nothing else."""
        model = self.model
        self.staff[seat].experience += 1.0
        model.tally["background_meetings"] += 1
        model.tally["background_waited"] += waited
        if model.draw() < (model.bought + 3.0) / (model.met + 20.0):
            self.real_sold += 1
            model.tally["background_orders"] += 1

    def lose(self, shopper: FullConsumer) -> None:
        """A shopper leaves the queue unmet, and may be lost for this need."""
        self.model.tally["abandoned"] += 1
        shopper.close_lead()
        if shopper.stage in (CONSIDERATION, INTENT) and self.model.draw() < self.model.meeting.abandoned_lost:
            shopper.give_up()
