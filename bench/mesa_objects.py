"""A plain Mesa object model of the engine's touchpoint, need and consideration rules, as a Mesa user would write it.

One `mesa.Agent` per consumer with Python attributes and a `step()` of its own; `model.agents.do("step")` in the order of ids.
"""

import math
from dataclasses import fields
from typing import Any

import mesa
import numpy as np

from bench.luck import Luck
from sim.chance import Decision, patience
from sim.people import season
from sim.records import NO_NEED
from sim.scenario import CLOCKED, TOUCHPOINTS, Scenario, Touchpoint, tier_terms
from sim.world import World

UNAWARE, AWARE, INTEREST, CONSIDERATION, INTENT, LOST = 0, 1, 2, 3, 4, 7
NOTHING, OPENED, RIVAL_CLOSED, PUT_OFF = range(4)
NO_CAR = -2
UNWEIGHED = (0.0, 0.0, 0)  # hazards of advancing and leaving, and the day on which they are weighed anew
OF_PERSON = (
    "id", "autonomy", "price_sensitivity", "pace", "car", "car_day", "need_since", "needs", "rival_wait", "put_off_wait",
)  # fmt: skip
OF_MIND = ("stage", "visits", "pace", "advance", "leave", "fit", "fast", "slow", "touched", "search", "searches", "next", "inv")

Row = dict[str, Any]  # one record's fields as plain Python numbers and lists


class Consumer(mesa.Agent):
    """A household that lives its day towards one brand."""

    def __init__(self, model: "ConsumersModel", who: Row, mind: Row, used: list[int]):
        super().__init__(model)
        self.id = who["id"]
        self.autonomy, self.sensitivity, self.person_pace = who["autonomy"], who["price_sensitivity"], who["pace"]
        self.drives, self.car_day = who["car"] != NO_CAR, who["car_day"]
        self.in_need, self.needs = who["need_since"] != NO_NEED, who["needs"]
        self.rival_wait, self.put_off_wait = who["rival_wait"], who["put_off_wait"]
        self.need_wait = patience(model.world_luck, Decision.NEED, self.id, self.needs)  # the people are as drawn: no clock has run
        self.stage, self.visits = mind["stage"], mind["visits"]
        self.pace, self.advance, self.leave = mind["pace"], mind["advance"], mind["leave"]
        self.fit, self.fast, self.slow, self.touched = mind["fit"], mind["fast"], mind["slow"], mind["touched"]
        self.search_wait, self.searches = mind["search"], mind["searches"]
        self.next = [mind["next"][t] for t in used]
        self.inverse_affinity = [mind["inv"][t] for t in used]
        self.contacts = [0] * len(used)
        self.weighed = UNWEIGHED

    def step(self) -> None:
        """Lives a day: need, contacts, then the clocks of the stage."""
        change = self.live_need()
        if change:
            self.weighed = UNWEIGHED
            self.retarget()
        noticed = self.meet_touchpoints()
        if change:
            self.turn_with_need(change)
        elif self.stage == UNAWARE:
            if noticed:
                self.move(AWARE)
        elif self.stage <= INTENT:
            self.live_stage()

    # ---- need --------------------------------------------------------------------------------------------------------

    def live_need(self) -> int:
        """The need opens, is closed by a rival, is put off, or nothing happens."""
        model = self.model
        if not self.in_need:
            age = min(max(model.day - self.car_day, 0), model.oldest) if self.drives else -1
            hazard = model.hazard[age] * model.season
            if self.need_wait > hazard:
                self.need_wait -= hazard
                return NOTHING
            self.needs += 1
            self.in_need = True
            self.rival_wait = model.luck.patience(Decision.RIVAL, self.id, self.needs)
            self.put_off_wait = model.luck.patience(Decision.PUT_OFF, self.id, self.needs)
            return OPENED
        rival, off = model.rival * math.exp(model.frailty * self.person_pace), model.put_off
        rival_rings, off_rings = self.rival_wait <= rival, self.put_off_wait <= off
        if not rival_rings and not off_rings:
            self.rival_wait -= rival
            self.put_off_wait -= off
            return NOTHING
        self.in_need = False
        self.need_wait = model.luck.patience(Decision.NEED, self.id, self.needs)
        if rival_rings and not (off_rings and self.put_off_wait * rival < self.rival_wait * off):
            self.drives, self.car_day = True, model.day
            return RIVAL_CLOSED
        return PUT_OFF

    def turn_with_need(self, change: int) -> None:
        """The lost are open again when a need opens; shoppers are lost when it ends."""
        if change == OPENED:
            if self.stage == LOST:
                self.move(AWARE)
        elif self.stage in (CONSIDERATION, INTENT):
            self.move(LOST)

    # ---- touchpoints -------------------------------------------------------------------------------------------------

    def retarget(self) -> None:
        """What is left of each wait goes on at the intensity of the new targeting group."""
        old, new = (self.model.reached_before[group] for group in (not self.in_need, self.in_need))
        self.next = [due + after - before for due, after, before in zip(self.next, new, old, strict=True)]

    def meet_touchpoints(self) -> bool:
        """Today's contacts lift goodwill; whether one of them makes an unaware person aware."""
        noticed = False
        for t, reached in enumerate(self.model.reached[self.in_need]):
            while self.next[t] <= reached:
                noticed = self.meet(t, noticed)
        return noticed

    def meet(self, t: int, noticed: bool) -> bool:
        """One contact with one touchpoint."""
        touch, luck, count = self.model.touchpoints[t], self.model.luck, self.contacts[t]
        self.contacts[t] = count + 1
        self.next[t] += self.inverse_affinity[t] * luck.patience(Decision.CONTACT, self.id, count + 1, self.model.used[t])
        self.warm(touch.lift, touch.lift * touch.slow_share)
        if self.stage == UNAWARE and not noticed:
            return luck.second(Decision.CONTACT, self.id, count + 2, self.model.used[t]) < touch.attention
        return noticed

    def goodwill(self) -> tuple[float, float]:
        """Fast and slow goodwill today."""
        silent = self.model.day - self.touched
        return self.fast * self.model.fast_left[silent], self.slow * self.model.slow_left[silent]

    def warm(self, lift: float, slow_lift: float) -> None:
        """A contact moves goodwill a share of the way to 1."""
        fast, slow = self.goodwill()
        self.fast = fast + lift * (1.0 - fast)
        self.slow = slow + slow_lift * (1.0 - slow)
        self.touched = self.model.day

    # ---- consideration -----------------------------------------------------------------------------------------------

    def live_stage(self) -> None:
        """Searches by oneself; then the clocks of advancing and leaving run."""
        self.search()
        advance, leave = self.weigh()
        advances, leaves = self.advance <= advance, self.leave <= leave
        if advances and leaves:
            advances = self.advance * leave <= self.leave * advance
        if advances:
            self.move(self.stage + 1)
        elif leaves:
            self.move(self.stage - 1 if self.stage <= INTEREST else LOST)
        else:
            self.advance -= advance
            self.leave -= leave

    def search(self) -> None:
        """Autonomous consumers look for information by themselves."""
        model = self.model
        self.search_wait -= model.search_rate * self.autonomy * (1.0 if self.in_need else model.search_out_of_need)
        while self.search_wait <= 0.0:
            self.searches += 1
            self.search_wait += model.luck.patience(Decision.SEARCHES, self.id, self.searches)
            self.warm(model.search_lift, 0.0)
            self.weighed = UNWEIGHED

    def weigh(self) -> tuple[float, float]:
        """Today's hazards; who needs no car and hears nothing new weighs the brand anew only from time to time."""
        model = self.model
        if self.in_need or self.stage > INTEREST or model.day >= self.weighed[2]:
            self.weighed = (*self.hazards(), model.day + model.review_days)
        return self.weighed[:2]

    def hazards(self) -> tuple[float, float]:
        """Hazards of advancing and of leaving the stage, 1/day."""
        model, waits, drivers = self.model, self.model.waits, self.model.drivers
        fast, slow = self.goodwill()
        goodwill = fast + slow
        if self.stage == AWARE:
            base = waits.grows_curious * (waits.in_need if self.in_need else 1.0)
            advance = base * self.pace * math.exp(model.pull + drivers.goodwill * goodwill + drivers.fit_curious * self.fit)
            if model.day - self.touched <= waits.plateau:
                return advance, 0.0
            return advance, waits.forgets * (waits.forgets_in_need if self.in_need else 1.0) * math.exp(-waits.forgets_goodwill * slow)
        if self.stage == INTEREST:
            if not self.in_need:
                return 0.0, waits.loses_interest
            wish = model.pull + drivers.goodwill * goodwill + drivers.fit * self.fit - drivers.price * self.sensitivity * model.dear
            return waits.compares * self.pace * math.exp(wish), waits.loses_interest * waits.forgets_in_need
        if self.stage == CONSIDERATION:
            wish = drivers.goodwill * goodwill + drivers.fit * self.fit - drivers.price * self.sensitivity * model.dear
            return waits.decides * self.autonomy * self.pace * math.exp(wish), waits.gives_up_considering
        return 0.0, waits.gives_up_intent

    def move(self, stage: int) -> None:
        """Enters another stage and draws its clocks."""
        model, luck = self.model, self.model.luck
        self.stage, self.weighed = stage, UNWEIGHED
        self.visits[stage] += 1
        own = luck.normal(Decision.STAGE_PACE, self.id, stage)
        self.pace = math.exp(model.frailty * (model.person_share * self.person_pace + model.stage_share * own))
        self.advance = luck.patience(Decision.ADVANCES, self.id, self.visits[stage], stage)
        self.leave = luck.patience(Decision.LEAVES, self.id, self.visits[stage], stage)


class ConsumersModel(mesa.Model):
    """The same people as a world on day 0, as objects."""

    consumer = Consumer

    def __init__(self, world: World, luck: Luck):
        super().__init__(seed=1)
        scenario, market = world.scenario, world.scenario.market
        self.luck, self.world_luck, self.day = luck, world.luck, 0
        self.market, self.waits, self.drivers = market, market.waits, market.drivers
        self.pull, self.frailty = scenario.strategy.pull, market.frailty
        self.person_share, self.stage_share = math.sqrt(market.frailty_person), math.sqrt(1.0 - market.frailty_person)
        self.rival, self.put_off = market.rival_pressure / market.need.rival_days, 1.0 / market.need.put_off_days
        self.review_days = market.review_days
        self.search_rate, self.search_out_of_need = market.search.rate, market.search.out_of_need
        self.search_lift = 1.0 - (1.0 - market.search.lift) ** scenario.strategy.content_quality
        self.dear = math.log(float(world.brands["list_price"][0, 0]) / market.reference_price)
        self.hazard, self.oldest = world.hazard.tolist(), world.hazard.size - 2
        self.fast_left, self.slow_left = world.fade.tolist()
        self.used, self.touchpoints, self.rates = touchpoints_in_use(scenario)
        self.reached = [[0.0] * len(self.used) for _ in range(2)]
        for who, mind in zip(rows(world.people, OF_PERSON), rows(world.minds[0], OF_MIND), strict=True):
            self.consumer(self, who, mind, self.used)

    def step(self) -> None:
        """A day: exposure is laid on, then everybody lives it."""
        self.day += 1
        self.season = season(self.market, self.day)
        self.reached_before = self.reached
        self.reached = [[sum_ + rate for sum_, rate in zip(*both, strict=True)] for both in zip(self.reached, self.rates, strict=True)]
        self.agents.do("step")


def touchpoints_in_use(scenario: Scenario) -> tuple[list[int], list[Touchpoint], list[list[float]]]:
    """Numbers of the touchpoints that meet anybody, what they are, and contacts a day out of need and in need."""
    share = 0.5 + 0.5 * tier_terms(scenario.strategy)[0].data_share
    every = {TOUCHPOINTS.index(one.name): getattr(scenario.strategy.touchpoints, one.name) for one in fields(scenario.strategy.touchpoints)}
    used = [t for t in range(CLOCKED) if every[t].intensity]
    rates = [every[t].intensity * scenario.strategy.exposure for t in used]
    sharp = [1.0 + (every[t].targeting - 1.0) * share for t in used]
    return used, [every[t] for t in used], [rates, [rate * more for rate, more in zip(rates, sharp, strict=True)]]


def rows(records: np.ndarray, names: tuple[str, ...]) -> list[Row]:
    """Some fields of every record (n,) as plain Python."""
    return [dict(zip(names, row, strict=True)) for row in zip(*(records[name].tolist() for name in names), strict=True)]
