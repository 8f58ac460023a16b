"""What a consumer does at the outlets: leads, appointments, the queue, the order, the car; half of `bench/mesa_consumers.py`."""

from math import ceil
from typing import TYPE_CHECKING

import mesa

from bench.mesa_objects import AWARE, INTEREST, LOST, NO_CAR, Row
from sim.records import LEAD_APPOINTED, LEAD_NONE, LEAD_OPEN, LEAD_SHOWN, NO_NEED

if TYPE_CHECKING:
    from bench.mesa_full import FullModel
    from bench.mesa_outlets import Outlet, Salesperson

OWNER, ADVOCATE = 5, 6
WEIGH_NOW = -1  # a day that is over: the brand is weighed anew
OF_PERSON = (
    "id", "autonomy", "price_sensitivity", "pace", "car", "car_day", "need_since", "satisfaction", "order", "order_day", "order_outlet",
    "order_waited", "due_day",
)  # fmt: skip
OF_MIND = (
    "stage", "since", "advance", "advance_rate", "leave_rate", "weighs_day", "fit", "fast", "slow", "touched", "access", "inv",
    "shop_tier", "outlet", "heard_good", "heard_bad", "heard_day", "searched", "first_touch", "last_touch", "visits_made",
    "lead", "due", "lead_outlet", "lead_seat", "lead_low", "lead_repeat", "lead_day", "lead_touch", "referred",
)  # fmt: skip


class Shopper(mesa.Agent):
    """Somebody who may leave a lead, come to the outlet, order a car and drive it."""

    model: "FullModel"

    def __init__(self, model: "FullModel", who: Row, mind: Row):
        super().__init__(model)
        self.id, self.stage, self.since, self.fit = who["id"], mind["stage"], mind["since"], mind["fit"]
        self.felt_markup = model.markup * who["price_sensitivity"]
        self.in_need, self.need_day = who["need_since"] != NO_NEED, who["need_since"]
        self.shop_tier, self.outlet = mind["shop_tier"], self.outlet_of(mind["outlet"])
        self.searched, self.first_touch, self.last_touch = mind["searched"], mind["first_touch"], mind["last_touch"]
        self.heard_day, self.referred = mind["heard_day"], mind["referred"]
        self.lead, self.due, self.queued, self.joined = mind["lead"], abs(mind["due"]), False, WEIGH_NOW
        self.unanswered, self.answer_hours = mind["lead"] == LEAD_OPEN and mind["due"] < 0, model.market.leads.slow_hours
        self.lead_outlet, self.lead_seat, self.visits_made = self.outlet_of(mind["lead_outlet"]), mind["lead_seat"], mind["visits_made"]
        self.lead_low, self.lead_repeat, self.lead_day, self.lead_touch = (
            mind[f"lead_{name}"] for name in ("low", "repeat", "day", "touch")
        )
        self.drives_ours, self.carless, self.car_day = who["car"] == 0, who["car"] == NO_CAR, who["car_day"]
        self.satisfaction = who["satisfaction"]
        self.ordered, self.order_day, self.order_waited = who["order"] == 0, who["order_day"], who["order_waited"]
        self.order_outlet, self.due_day = self.outlet_of(who["order_outlet"]), who["due_day"]

    def outlet_of(self, row: int) -> "Outlet | None":
        """The outlet of a row of the start, if it is one."""
        return self.model.shops[row] if 0 <= row < len(self.model.shops) else None

    # ---- leads -------------------------------------------------------------------------------------------------------

    def ask(self, touchpoint: int) -> None:
        """Leaves a contact, or walks in: the outlets see to it later in the day."""
        self.lead_touch = touchpoint
        self.model.asking.append(self)

    def open_lead(self) -> None:
        """A lead begins at the nearest outlet, with one of its salespeople; an owner's adviser makes an appointment at once."""
        model, selling, p = self.model, self.model.selling, self.model.market.leads
        self.lead_day, self.lead_outlet, self.lead_seat = model.day, self.outlet, int(model.draw() * len(self.outlet.staff))
        self.lead_repeat = self.drives_ours
        self.lead_low = self.lead_touch != model.walk_in and self.stage in (AWARE, INTEREST)
        self.referred = self.in_need and self.heard_day >= self.need_day
        self.unanswered = False
        model.leads.append(self)
        if self.lead_repeat:
            self.lead_touch = model.adviser
            model.tally["repeat_leads"] += 1
            self.book_appointment()
            return
        model.tally["leads"] += 1
        model.opened[self.lead_touch] += 1
        self.lead, u = LEAD_OPEN, model.draw()
        self.answer_hours = p.fast_hours if u < selling.answered_fast else p.slow_hours
        self.unanswered = u >= 1.0 - selling.never_answered
        self.due = model.day + (p.silence if self.unanswered else int(self.answer_hours // 24))

    def follow_lead(self) -> None:
        """The next step of an open lead whose day has come: it is answered or dies, or its shopper comes to the outlet."""
        if self.due != self.model.day or self.queued:
            return
        if self.lead == LEAD_OPEN:
            self.hear_from_outlet()
        elif self.lead == LEAD_SHOWN or self.keep_appointment():
            self.join_queue()

    def hear_from_outlet(self) -> None:
        """The outlet calls: whoever is reached may make an appointment. Whom nobody calls stops waiting."""
        model = self.model
        if self.unanswered or model.draw() >= model.reached[self.answer_hours]:
            self.close_lead()
            return
        model.tally["contacted"] += 1
        if model.draw() < model.appointment[self.lead_low]:
            self.book_appointment()
        else:
            self.close_lead()

    def book_appointment(self) -> None:
        """The shopper and the outlet agree on a day."""
        model = self.model
        self.lead = LEAD_APPOINTED
        self.due = self.to_weekend(model.day + ceil(model.draw() * model.market.leads.days_ahead))
        model.tally["appointments"] += 1

    def to_weekend(self, day: int) -> int:
        """The day, or with the weekend's probability the next Saturday or Sunday."""
        u, weekend, weekday = self.model.draw(), self.model.market.leads.weekend, day % 7
        if u >= weekend or weekday >= 5:
            return day
        return day + 5 - weekday + (1 if u < 0.5 * weekend else 0)

    def keep_appointment(self) -> bool:
        """Comes or not."""
        p = self.model.market.leads
        if self.model.draw() >= (p.owner_shows if self.lead_repeat else p.shows):
            self.close_lead()
            return False
        self.lead = LEAD_SHOWN
        self.model.tally["shows"] += 1
        return True

    def come_back(self) -> None:
        """Returns to the salesperson today, or moves it to the weekend; what has been fixed for later stays."""
        if self.due < self.model.day:
            self.due = self.to_weekend(self.model.day)

    def join_queue(self) -> None:
        """Arrives at the outlet."""
        self.visits_made += 1
        self.queued, self.joined = True, self.model.day
        self.lead_outlet.receive(self)

    def close_lead(self) -> None:
        """The lead is over, whatever ended it."""
        self.lead, self.queued, self.weighs_day = LEAD_NONE, False, WEIGH_NOW

    # ---- buying and owning -------------------------------------------------------------------------------------------

    def sign(self, outlet: "Outlet", salesperson: "Salesperson | None", waited: int) -> None:
        """An order: it ends the need, closes the lead and waits for its car."""
        model = self.model
        heard = self.referred if self.lead else self.heard_day >= self.need_day
        model.take_order(self, outlet, salesperson, waited, heard)
        outlet.orders += 1
        self.ordered, self.order_day, self.order_outlet, self.order_waited = True, model.day, outlet, waited
        self.in_need, self.lead, self.queued = False, LEAD_NONE, False
        self.due_day = model.day + model.market.delivery.built_days
        self.expect_contacts()
        self.move(OWNER)

    def drive_rival(self) -> None:
        """The household drives a rival's new car from today."""
        self.drives_ours, self.carless, self.car_day = False, False, self.model.day

    def cancel(self) -> None:
        """The order is cancelled: a rival has closed the need."""
        self.model.tally["cancels"] += 1
        self.model.tally["owners_lost"] += self.drives_ours
        self.ordered = False
        self.drive_rival()
        self.move(LOST)

    def take_delivery(self) -> None:
        """The ordered car arrives, and is judged."""
        model, p = self.model, self.model.satisfaction
        late = max(0.0, model.day - self.order_day - p.expected_days)
        met = p.usual + p.spread * model.random.gauss(0.0, 1.0) + p.fit * self.fit
        met -= p.pressure * model.terms[self.order_outlet.tier].pressure + p.delivery * late + p.waiting * self.order_waited
        self.satisfaction = min(1.0, max(0.0, met))
        if not self.drives_ours:
            self.fit += model.market.ownership.familiarity
        self.drives_ours, self.carless, self.car_day, self.ordered = True, False, model.day, False

    def visit_service(self) -> None:
        """A visit to the workshop, which moves satisfaction towards the visit's own."""
        model, p = self.model, self.model.satisfaction
        visit = min(1.0, max(0.0, p.usual + p.spread * model.random.gauss(0.0, 1.0) + p.care * model.care))
        self.satisfaction += p.smoothing * (visit - self.satisfaction)
        model.serve_car(self.shop_tier)

    # ---- moves -------------------------------------------------------------------------------------------------------

    def give_up(self) -> None:
        """The brand is out of the question for this need."""
        if self.lead:
            self.close_lead()
        self.move(LOST)

    def move(self, stage: int) -> None:
        """Enters another stage."""
        self.model.flow[self.stage, stage] += 1
        self.stage, self.since, self.weighs_day, self.set_to_order = stage, self.model.day, WEIGH_NOW, False
