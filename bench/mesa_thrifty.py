"""The Mesa consumers of the full default rules by somebody who knows Python well: one draw for all touchpoints, attributes in fixed places.

The rules and their law are the same: contacts with several touchpoints are one Poisson process, of which each has its share.
"""

from itertools import accumulate
from math import exp

from bench.mesa_consumers import FullConsumer
from bench.mesa_full import FullModel
from bench.mesa_objects import INTEREST, UNAWARE


class ThriftyConsumer(FullConsumer):
    """A household that draws once a day whether anything reaches it."""

    __slots__ = (
        "access", "advance", "affinity", "answer_hours", "autonomy", "car_day", "carless", "drives_ours", "due", "due_day", "exits", "fast",
        "felt_markup", "first_touch", "fit", "friends", "heard_bad", "heard_day", "heard_good", "id", "in_need", "joined", "last_touch",
        "lead", "lead_day", "lead_low", "lead_outlet", "lead_repeat", "lead_seat", "lead_touch", "leave", "need_day", "need_ends",
        "no_contact", "no_search", "order_day", "order_outlet", "order_waited", "ordered", "outlet", "paces", "price_weighs", "queued",
        "referred", "rival", "satisfaction", "searched", "seek", "set_to_order", "shares", "shop_tier", "since", "slow", "stage", "touched",
        "unanswered", "visits_made", "weighs_day",
    )  # fmt: skip

    def expect_contacts(self) -> None:
        """The chance that nothing reaches the person today, and each touchpoint's share of what does, one upon the other."""
        rates = [rate * often for rate, often in zip(self.model.rates[self.in_need], self.affinity, strict=True)]
        self.no_contact, self.shares = exp(-sum(rates)), list(accumulate(rate / sum(rates) for rate in rates))

    def meet_touchpoints(self) -> tuple[bool, int]:
        """Today's contacts lift goodwill; whether one makes an unaware person aware, and which wins a lead, or -1."""
        draw = self.model.draw
        noticed, lead, left = False, -1, draw()
        while left > self.no_contact:
            u, t = draw(), 0
            while u > self.shares[t] and t < len(self.shares) - 1:
                t += 1
            touch = self.model.touchpoints[t]
            self.meet(touch, t)
            if self.stage == UNAWARE:
                noticed = noticed or draw() < touch.attention
            elif lead < 0 and self.stage <= INTEREST and not self.lead and draw() < touch.lead:
                lead = self.model.used[t]
            left *= draw()
        return noticed, lead


class ThriftyModel(FullModel):
    """The same world, whose consumers are thrifty with draws."""

    consumer = ThriftyConsumer
