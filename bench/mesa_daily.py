"""The same Mesa objects as most models are written: every day every chance is drawn, instead of a clock that is waited for.

The rules, hazards and numbers are those of `bench/mesa_objects.py`; a clock and a daily draw are two ways to the same law.
"""

import math

from bench.mesa_objects import INTEREST, LOST, NOTHING, OPENED, PUT_OFF, RIVAL_CLOSED, UNWEIGHED, Consumer, ConsumersModel


class DailyConsumer(Consumer):
    """A household whose every chance is drawn anew each day."""

    def happens(self, hazard: float) -> bool:
        """Whether something of this hazard happens today."""
        return self.model.random.random() < 1.0 - math.exp(-hazard)

    def live_need(self) -> int:
        """The need opens, is closed by a rival, is put off, or nothing happens."""
        model = self.model
        if not self.in_need:
            age = min(max(model.day - self.car_day, 0), model.oldest) if self.drives else -1
            if not self.happens(model.hazard[age] * model.season):
                return NOTHING
            self.needs += 1
            self.in_need = True
            return OPENED
        rival, off = model.rival * math.exp(model.frailty * self.person_pace), model.put_off
        if not self.happens(rival + off):
            return NOTHING
        self.in_need = False
        if model.random.random() * (rival + off) < off:
            return PUT_OFF
        self.drives, self.car_day = True, model.day
        return RIVAL_CLOSED

    def retarget(self) -> None:
        """Nothing is waited for, so nothing is moved along."""

    def meet_touchpoints(self) -> bool:
        """Today's contacts, Poisson by touchpoint, lift goodwill; whether one makes an unaware person aware."""
        noticed, draw = False, self.model.random.random
        for t, rate in enumerate(self.model.rates[self.in_need]):
            left = draw()
            none = math.exp(-rate / self.inverse_affinity[t])
            while left > none:
                noticed = self.meet(t, noticed)
                left *= draw()
        return noticed

    def meet(self, t: int, noticed: bool) -> bool:
        """One contact with one touchpoint."""
        touch = self.model.touchpoints[t]
        self.warm(touch.lift, touch.lift * touch.slow_share)
        return noticed or self.model.random.random() < touch.attention

    def live_stage(self) -> None:
        """Searches by oneself; then advances, leaves or stays."""
        if self.happens(self.model.search_rate * self.autonomy * (1.0 if self.in_need else self.model.search_out_of_need)):
            self.warm(self.model.search_lift, 0.0)
            self.weighed = UNWEIGHED
        advance, leave = self.weigh()
        if not self.happens(advance + leave):
            return
        if self.model.random.random() * (advance + leave) < advance:
            self.move(self.stage + 1)
        else:
            self.move(self.stage - 1 if self.stage <= INTEREST else LOST)

    def move(self, stage: int) -> None:
        """Enters another stage at a pace of its own."""
        model = self.model
        self.stage, self.weighed = stage, UNWEIGHED
        own = model.random.gauss(0.0, 1.0)
        self.pace = math.exp(model.frailty * (model.person_share * self.person_pace + model.stage_share * own))


class DailyModel(ConsumersModel):
    """The same people, who draw every day."""

    consumer = DailyConsumer
