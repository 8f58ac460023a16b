"""A consumer of the full default rules as a Mesa agent: every chance drawn every day, what a person knows of itself kept in attributes.

The rules and numbers are those of `sim/rules`; `bench/mesa_full.py` says which are left out because they are at rest by default.
"""

from math import ceil, exp
from typing import TYPE_CHECKING, Any

import mesa

from bench.mesa_objects import (
    AWARE,
    CONSIDERATION,
    INTENT,
    INTEREST,
    LOST,
    NO_CAR,
    NOTHING,
    OPENED,
    PUT_OFF,
    RIVAL_CLOSED,
    UNAWARE,
    Row,
)
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


class FullConsumer(mesa.Agent):
    """A household that lives its day towards one brand."""

    model: "FullModel"

    def __init__(self, model: "FullModel", who: Row, mind: Row, paces: tuple[float, ...]):
        super().__init__(model)
        self.id, self.autonomy, self.friends = who["id"], who["autonomy"], []
        self.price_weighs = model.drivers.price * model.dear * who["price_sensitivity"]
        self.felt_markup = model.markup * who["price_sensitivity"]
        self.drives_ours, self.carless, self.car_day = who["car"] == 0, who["car"] == NO_CAR, who["car_day"]
        self.satisfaction = who["satisfaction"]
        self.in_need, self.need_day = who["need_since"] != NO_NEED, who["need_since"]
        self.rival = model.rival * exp(model.market.frailty * who["pace"])
        self.need_ends = 1.0 - exp(-(self.rival + model.put_off))
        self.ordered, self.order_day, self.order_waited = who["order"] == 0, who["order_day"], who["order_waited"]
        self.order_outlet, self.due_day = self.outlet_of(who["order_outlet"]), who["due_day"]
        self.stage, self.since, self.paces = mind["stage"], mind["since"], paces
        self.fit, self.fast, self.slow, self.touched = mind["fit"], mind["fast"], mind["slow"], mind["touched"]
        self.access, self.shop_tier, self.outlet = mind["access"], mind["shop_tier"], self.outlet_of(mind["outlet"])
        self.affinity = [1.0 / mind["inv"][t] for t in model.used]
        self.heard_good, self.heard_bad, self.heard_day = mind["heard_good"], mind["heard_bad"], mind["heard_day"]
        self.searched, self.first_touch, self.last_touch = mind["searched"], mind["first_touch"], mind["last_touch"]
        self.lead, self.due, self.queued, self.joined = mind["lead"], abs(mind["due"]), False, WEIGH_NOW
        self.unanswered, self.answer_hours = mind["lead"] == LEAD_OPEN and mind["due"] < 0, model.market.leads.slow_hours
        self.lead_outlet, self.lead_seat, self.visits_made = self.outlet_of(mind["lead_outlet"]), mind["lead_seat"], mind["visits_made"]
        self.lead_low, self.lead_repeat, self.lead_day = mind["lead_low"], mind["lead_repeat"], mind["lead_day"]
        self.lead_touch, self.referred = mind["lead_touch"], mind["referred"]
        self.keep_hazards(mind["advance_rate"], mind["leave_rate"])
        self.set_to_order = self.stage == INTENT and mind["advance"] <= self.advance
        self.seek, self.weighs_day = 0.0, mind["weighs_day"]
        search = model.market.search
        self.no_search = [exp(-search.rate * self.autonomy * often) for often in (search.out_of_need, 1.0)]
        self.no_contact: list[float] = []

    def outlet_of(self, row: int) -> "Outlet | None":
        """The outlet of a row of the start, if it is one."""
        return self.model.shops[row] if 0 <= row < len(self.model.shops) else None

    def step(self) -> None:
        """Lives a day on yesterday's world: need, contacts, messages, the car, the stage; then talks about the brand."""
        model = self.model
        change = self.live_need()
        if change or model.new_plan:
            self.expect_contacts()
        noticed, lead = self.meet_touchpoints()
        if self.heard_good or self.heard_bad:
            noticed = self.hear() or noticed
        if self.drives_ours and model.draw() < model.comes_to_service:
            self.visit_service()
        stage, asked = self.stage, False
        if change:
            self.turn_with_need(change)
        if stage == UNAWARE:
            if noticed:
                self.move(AWARE)
        elif change:
            pass  # the need's turn was the move of the day
        elif stage <= INTENT:
            asked = self.live_stage()
        elif stage != LOST:
            self.live_owner()
        if lead >= 0 and not self.lead and not asked:
            self.ask(lead)
        if self.drives_ours:
            self.talk()
        if change == RIVAL_CLOSED:
            self.drive_rival()

    # ---- need --------------------------------------------------------------------------------------------------------

    def live_need(self) -> int:
        """The need opens, is closed by a rival, is put off, or nothing happens. Whoever waits for a car needs none."""
        model = self.model
        if self.in_need:
            if model.draw() >= self.need_ends:
                return NOTHING
            self.in_need = False
            off = model.draw() * (self.rival + model.put_off) < model.put_off
            model.tally["put_off" if off else "rival_closed"] += 1
            return PUT_OFF if off else RIVAL_CLOSED
        if self.ordered:
            return NOTHING
        if model.draw() >= (model.first_need if self.carless else model.need_by_age[model.day - self.car_day]):
            return NOTHING
        self.in_need, self.need_day = True, model.day
        model.tally["needs"] += 1
        return OPENED

    def turn_with_need(self, change: int) -> None:
        """The lost are open again when a need opens; when it ends leads close, shoppers are lost, and owners stay or defect."""
        self.weighs_day = WEIGH_NOW
        stage = self.stage
        if change == OPENED:
            self.visits_made, self.searched, self.first_touch = 0, 0, -1
            if stage == LOST:
                self.move(AWARE)
            return
        if self.lead:
            self.close_lead()
        shops = stage in (CONSIDERATION, INTENT)
        if change == RIVAL_CLOSED and self.drives_ours:
            self.model.tally["owners_lost"] += 1
            if shops or stage in (OWNER, ADVOCATE):
                self.move(LOST)
        elif shops:
            self.move(OWNER if self.drives_ours else LOST)

    def drive_rival(self) -> None:
        """The household drives a rival's new car from today."""
        self.drives_ours, self.carless, self.car_day = False, False, self.model.day

    # ---- touchpoints and messages ------------------------------------------------------------------------------------

    def expect_contacts(self) -> None:
        """The chance of no contact today, by touchpoint, as the month's plan and the need have it."""
        self.no_contact = [exp(-rate * often) for rate, often in zip(self.model.rates[self.in_need], self.affinity, strict=True)]

    def meet_touchpoints(self) -> tuple[bool, int]:
        """Today's contacts lift goodwill; whether one makes an unaware person aware, and which wins a lead, or -1."""
        draw = self.model.draw
        noticed, lead = False, -1
        for t, none in enumerate(self.no_contact):
            left = draw()
            while left > none:
                touch = self.model.touchpoints[t]
                self.meet(touch, t)
                if self.stage == UNAWARE:
                    noticed = noticed or draw() < touch.attention
                elif lead < 0 and self.stage <= INTEREST and not self.lead and draw() < touch.lead:
                    lead = self.model.used[t]
                left *= draw()
        return noticed, lead

    def meet(self, touch: Any, t: int) -> None:
        """One contact with one touchpoint."""
        self.warm(touch.lift, touch.lift * touch.slow_share)
        self.touch(self.model.used[t])
        self.model.contacts[t] += 1

    def touch(self, touchpoint: int) -> None:
        """Remembers what reached the person last, and first within the need."""
        self.last_touch = touchpoint
        if self.first_touch < 0:
            self.first_touch = touchpoint

    def warm(self, lift: float, slow_lift: float) -> None:
        """Goodwill moves a share of the way to 1."""
        day, fast, slow = self.model.day, *self.goodwill()
        self.fast, self.slow, self.touched = fast + lift * (1.0 - fast), slow + slow_lift * (1.0 - slow), day

    def chill(self, lift: float, slow_lift: float) -> None:
        """Goodwill moves a share of the way to -1."""
        day, fast, slow = self.model.day, *self.goodwill()
        self.fast, self.slow, self.touched = fast - lift * (1.0 + fast), slow - slow_lift * (1.0 + slow), day

    def goodwill(self) -> tuple[float, float]:
        """Fast and slow goodwill today."""
        silent = self.model.day - self.touched
        return self.fast * self.model.fast_left[silent], self.slow * self.model.slow_left[silent]

    def hear(self) -> bool:
        """Yesterday's messages move goodwill; whether one makes an unaware person aware."""
        talk = self.model.word_of_mouth
        for _ in range(self.heard_good):
            self.warm(talk.lift, talk.lift * talk.slow_share)
        for _ in range(self.heard_bad):
            self.chill(talk.lift * talk.negative, talk.lift * talk.negative * talk.slow_share)
        messages, self.heard_good, self.heard_bad, self.weighs_day = self.heard_good + self.heard_bad, 0, 0, WEIGH_NOW
        self.touch(self.model.heard)
        return self.stage == UNAWARE and self.model.draw() >= (1.0 - talk.attention) ** messages

    # ---- the stages of a shopper -------------------------------------------------------------------------------------

    def live_stage(self) -> bool:
        """Searches by oneself; then advances, leaves, or seeks a salesperson. Returns whether a lead was asked for."""
        model, draw = self.model, self.model.draw
        left, none = draw(), self.no_search[self.in_need]
        while left > none:
            self.search()
            left *= draw()
        if self.set_to_order:
            model.online_orders.append(self)  # and again tomorrow, while there is no need
            return False
        if model.day >= self.weighs_day or self.in_need or self.lead or self.stage > INTEREST:
            self.weigh()
        if draw() < self.exits:
            self.exit_stage()
        elif self.seek and not self.queued and draw() < 1.0 - exp(-self.seek):
            if not self.lead:
                self.ask(model.walk_in)
                return True
            self.come_back()
        return False

    def search(self) -> None:
        """An autonomous consumer looks for information."""
        self.warm(self.model.search_lift, 0.0)
        self.last_touch, self.weighs_day = self.model.searches, WEIGH_NOW
        self.searched += 1
        self.model.tally["searches"] += 1

    def exit_stage(self) -> None:
        """One of the two exits: on by a stage, or out."""
        stage = self.stage
        if self.model.draw() * (self.advance + self.leave) < self.advance:
            if stage < INTENT:
                self.move(stage + 1)
            else:
                self.set_to_order = True
                self.model.online_orders.append(self)
        elif stage <= INTEREST:
            self.move(stage - 1)
        else:
            self.give_up()

    def give_up(self) -> None:
        """The brand is out of the question for this need."""
        if self.lead:
            self.close_lead()
        self.move(LOST)

    def weigh(self) -> None:
        """Weighs the brand: today's hazards. They stand for a week for who needs no car and is on no list."""
        model, stage, waits, drivers = self.model, self.stage, self.model.waits, self.model.drivers
        fast, slow = self.goodwill()
        goodwill, pace, free = fast + slow, self.paces[stage], not self.lead
        if stage == AWARE:
            base = waits.grows_curious * (waits.in_need if self.in_need else 1.0)
            advance = base * pace * exp(model.pull + drivers.goodwill * goodwill + drivers.fit_curious * self.fit)
            forgets = free and not self.in_need and model.day - self.touched > waits.plateau
            leave = waits.forgets * exp(-waits.forgets_goodwill * slow) if forgets else 0.0
        elif stage == INTEREST:
            wish = model.pull + drivers.goodwill * goodwill + drivers.fit * self.fit - self.price_weighs
            advance = waits.compares * pace * exp(wish) if self.in_need else 0.0
            leave = waits.loses_interest if free and not self.in_need else 0.0
        elif stage == CONSIDERATION:
            wish = drivers.goodwill * goodwill + drivers.fit * self.fit - self.price_weighs
            advance, leave = waits.decides * self.autonomy * pace * exp(wish), waits.gives_up_considering
        else:
            advance, leave = waits.orders_online * model.online * self.autonomy * pace * exp(-self.price_weighs), waits.gives_up_intent
        self.keep_hazards(advance, leave)
        self.seek, self.weighs_day = self.seeking(goodwill, pace), model.day + model.market.review_days

    def keep_hazards(self, advance: float, leave: float) -> None:
        """The hazards of the two exits, and the chance of one of them in a day."""
        self.advance, self.leave, self.exits = advance, leave, 1.0 - exp(-(advance + leave))

    def seeking(self, goodwill: float, pace: float) -> float:
        """Hazard of going to a salesperson, 1/day; who has been there returns."""
        stage, waits = self.stage, self.model.waits
        if self.lead == LEAD_SHOWN:
            return waits.returns * self.access**0.5 * pace
        if self.lead or not self.in_need or stage == AWARE:
            return 0.0
        warmth = pace * exp(self.model.drivers.goodwill_seeks * goodwill)
        if stage == INTENT:
            return waits.seeks_intent * self.access**0.5 * warmth
        return (waits.seeks if stage == CONSIDERATION else waits.seeks_curious) * self.access * warmth

    def move(self, stage: int) -> None:
        """Enters another stage."""
        self.model.flow[self.stage, stage] += 1
        self.stage, self.since, self.weighs_day, self.set_to_order = stage, self.model.day, WEIGH_NOW, False

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

    def live_owner(self) -> None:
        """Waits for the car or cancels; recommends or cools; looks again at the next need."""
        model, waits = self.model, self.model.waits
        if self.ordered:
            if model.day >= self.due_day:
                model.deliveries.append(self)
            elif model.draw() < model.cancels:
                self.cancel()
            return
        if not self.drives_ours:
            return
        content = self.satisfaction - model.satisfaction.usual
        again = waits.looks_again * exp(model.drivers.satisfaction * content) if self.in_need else 0.0
        advocate = self.stage == ADVOCATE
        turns = waits.cools if advocate else waits.recommends * exp(waits.recommends_satisfaction * content)
        if model.draw() >= 1.0 - exp(-(turns + again)):
            return
        if model.draw() * (turns + again) < again:
            self.move(CONSIDERATION)
        else:
            self.move(OWNER if advocate else ADVOCATE)

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

    def talk(self) -> None:
        """Tells friends about the car as often as comes up today; they hear it tomorrow."""
        model = self.model
        left, none = model.draw(), model.silent_advocate if self.stage == ADVOCATE else model.silent_owner
        while left > none:
            model.speakers.append(self)
            left *= model.draw()

    def tell_friend(self) -> None:
        """One friend hears that the car is good or bad."""
        model = self.model
        if not self.friends:
            return
        friend = self.friends[int(model.draw() * len(self.friends))]
        good = 1.0 / (1.0 + exp(-(model.good_odds + model.word_of_mouth.valence * (self.satisfaction - model.satisfaction.usual))))
        if model.draw() < good:
            friend.heard_good += 1
            model.tally["good_messages"] += 1
        else:
            friend.heard_bad += 1
            model.tally["bad_messages"] += 1
        friend.heard_day = model.day
