"""A consumer of the full default rules as a Mesa agent: every chance drawn every day, what a person knows of itself kept in attributes.

The rules and numbers are those of `sim/rules`; `bench/mesa_full.py` says which are left out because they are at rest by default.
"""

from math import exp
from typing import TYPE_CHECKING

from bench.mesa_objects import (
    AWARE,
    CONSIDERATION,
    INTENT,
    INTEREST,
    LOST,
    NOTHING,
    OPENED,
    PUT_OFF,
    RIVAL_CLOSED,
    UNAWARE,
    Row,
)
from bench.mesa_shoppers import ADVOCATE, OWNER, WEIGH_NOW, Shopper
from sim.records import LEAD_SHOWN
from sim.scenario import Touchpoint

if TYPE_CHECKING:
    from bench.mesa_full import FullModel


class FullConsumer(Shopper):
    """A household that lives its day towards one brand."""

    def __init__(self, model: "FullModel", who: Row, mind: Row, paces: tuple[float, ...]):
        super().__init__(model, who, mind)
        self.autonomy, self.friends = who["autonomy"], []
        self.price_weighs = model.drivers.price * model.dear * who["price_sensitivity"]
        self.rival = model.rival * exp(model.market.frailty * who["pace"])
        self.need_ends = 1.0 - exp(-(self.rival + model.put_off))
        self.paces, self.access = paces, mind["access"]
        self.fast, self.slow, self.touched = mind["fast"], mind["slow"], mind["touched"]
        self.affinity = [1.0 / mind["inv"][t] for t in model.used]
        self.heard_good, self.heard_bad = mind["heard_good"], mind["heard_bad"]
        self.keep_hazards(mind["advance_rate"], mind["leave_rate"])
        self.set_to_order = self.stage == INTENT and mind["advance"] <= self.advance
        self.seek, self.weighs_day = 0.0, mind["weighs_day"]
        search = model.market.search
        self.no_search = [exp(-search.rate * self.autonomy * often) for often in (search.out_of_need, 1.0)]
        self.no_contact: list[float] = []

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

    def meet(self, touch: Touchpoint, t: int) -> None:
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

    # ---- owners ---------------------------------------------------------------------------------------------------------

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
