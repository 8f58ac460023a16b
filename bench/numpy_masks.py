"""The touchpoint, need and consideration rules in NumPy, as somebody who knows NumPy well would write them: arrays, masks, daily draws.

The rules, hazards and numbers are those of `bench/mesa_daily.py`. Whatever does not change from day to day is worked out once; full arrays
where most people are concerned, rows where few are; one draw a person decides whether any touchpoint meets it, and only whom one meets
learns which.
"""

import math

import numpy as np

from bench.mesa_objects import (
    AWARE,
    CONSIDERATION,
    INTENT,
    INTEREST,
    LOST,
    NO_CAR,
    NO_NEED,
    NOTHING,
    OPENED,
    PUT_OFF,
    RIVAL_CLOSED,
    UNAWARE,
    touchpoints_in_use,
)
from sim.people import season
from sim.world import World


class MaskModel:
    """The same people as a world on day 0, a field an array."""

    def __init__(self, world: World, seed: int):
        scenario, people, minds = world.scenario, world.people, world.minds[0]
        self.market, self.day, self.random = scenario.market, 0, np.random.default_rng(seed)
        self.pull, self.dear = scenario.strategy.pull, math.log(float(world.brands["list_price"][0, 0]) / scenario.market.reference_price)
        self.autonomy, self.sensitivity, self.person_pace = (
            people[name].astype(float) for name in ("autonomy", "price_sensitivity", "pace")
        )
        self.drives, self.car_day, self.in_need = people["car"] != NO_CAR, people["car_day"].copy(), people["need_since"] != NO_NEED
        self.stage, self.touched = minds["stage"].astype(np.int8), minds["touched"].copy()
        self.pace, self.fit, self.fast, self.slow = (minds[name].astype(float) for name in ("pace", "fit", "fast", "slow"))
        self.advance, self.chance = np.zeros(people.size), np.zeros(people.size)  # of those who go on or leave; of going on or leaving
        self.weighs = np.zeros(people.size, np.int32)  # the day on which a brand is weighed anew
        self.fade, self.hazard = world.fade, world.hazard
        self.prepare_needs()
        self.prepare_touchpoints(world)

    def prepare_needs(self) -> None:
        """What ends a need, and how often people search: chances a day that stay."""
        market = self.market
        rival = market.rival_pressure / market.need.rival_days * np.exp(market.frailty * self.person_pace)
        off = 1.0 / market.need.put_off_days
        self.ends, self.put_off = -np.expm1(-(rival + off)), off / (rival + off)
        looks = market.search.rate * self.autonomy
        self.searching = np.stack([-np.expm1(-looks * market.search.out_of_need), -np.expm1(-looks)])

    def prepare_touchpoints(self, world: World) -> None:
        """Contacts a day by group and touchpoint, and each person's chance of none."""
        used, touchpoints, rates = touchpoints_in_use(world.scenario)
        self.search_lift = 1.0 - (1.0 - self.market.search.lift) ** world.scenario.strategy.content_quality
        self.lift = np.array([one.lift for one in touchpoints])
        self.slow_lift = self.lift * [one.slow_share for one in touchpoints]
        self.attention = np.array([one.attention for one in touchpoints])
        self.rates, self.affinity = np.array(rates), 1.0 / world.minds[0]["inv"][:, used].astype(float)
        self.none = np.exp(-self.rates @ self.affinity.T)

    def step(self) -> None:
        """A day of everybody."""
        self.day += 1
        change = self.live_needs()
        noticed = self.meet_touchpoints()
        quiet = change == NOTHING
        wakes = np.flatnonzero(noticed & quiet & (self.stage == UNAWARE))
        live = quiet & (self.stage >= AWARE) & (self.stage <= INTENT)
        self.turn_with_need(change)
        self.move(wakes, AWARE)
        self.live_stages(live)

    # ---- need --------------------------------------------------------------------------------------------------------

    def live_needs(self) -> np.ndarray:
        """Needs open, are closed by a rival or put off: what happened to each person (n,)."""
        age = np.where(self.drives, np.clip(self.day - self.car_day, 0, self.hazard.size - 2), -1)
        opening = -np.expm1(-self.hazard * season(self.market, self.day))
        change = np.full(self.stage.size, NOTHING, np.int8)
        change[~self.in_need & (self.random.random(self.stage.size) < opening[age])] = OPENED
        shoppers = np.flatnonzero(self.in_need)
        ending = shoppers[self.random.random(shoppers.size) < self.ends[shoppers]]
        off = self.random.random(ending.size) < self.put_off[ending]
        change[ending] = np.where(off, PUT_OFF, RIVAL_CLOSED)
        bought = ending[~off]
        self.drives[bought], self.car_day[bought] = True, self.day
        self.in_need[change == OPENED] = True
        self.in_need[ending] = False
        self.weighs[change != NOTHING] = 0
        return change

    def turn_with_need(self, change: np.ndarray) -> None:
        """The lost are open again when a need opens; shoppers are lost when it ends."""
        reopens = np.flatnonzero((change == OPENED) & (self.stage == LOST))
        gives_up = np.flatnonzero((change > OPENED) & ((self.stage == CONSIDERATION) | (self.stage == INTENT)))
        self.move(reopens, AWARE)
        self.move(gives_up, LOST)

    # ---- touchpoints -------------------------------------------------------------------------------------------------

    def meet_touchpoints(self) -> np.ndarray:
        """Today's contacts, Poisson by touchpoint, lift goodwill; whom one of them would make aware (n,)."""
        noticed = np.zeros(self.stage.size, bool)
        none = np.where(self.in_need, self.none[1], self.none[0])
        left = self.random.random(self.stage.size)
        met = np.flatnonzero(left > none)
        left, none = left[met], none[met]
        shares = np.cumsum(self.rates[self.in_need[met].astype(int)] * self.affinity[met], axis=1)
        while met.size:
            t = (self.random.random(met.size) * shares[:, -1] >= shares[:, :-1].T).sum(axis=0)
            self.warm(met, self.lift[t], self.slow_lift[t])
            noticed[met] |= self.random.random(met.size) < self.attention[t]
            left *= self.random.random(met.size)
            more = left > none
            met, left, none, shares = met[more], left[more], none[more], shares[more]
        return noticed

    def goodwill(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fast and slow goodwill of some people today."""
        silent = self.day - self.touched[rows]
        return self.fast[rows] * self.fade[0, silent], self.slow[rows] * self.fade[1, silent]

    def warm(self, rows: np.ndarray, lift: np.ndarray | float, slow_lift: np.ndarray | float) -> None:
        """A contact moves goodwill a share of the way to 1."""
        fast, slow = self.goodwill(rows)
        self.fast[rows], self.slow[rows] = fast + lift * (1.0 - fast), slow + slow_lift * (1.0 - slow)
        self.touched[rows] = self.day

    # ---- consideration -----------------------------------------------------------------------------------------------

    def live_stages(self, live: np.ndarray) -> None:
        """Who is between AWARE and INTENT and had no change of need (n,) searches, then goes on, leaves or stays."""
        searching = np.where(self.in_need, self.searching[1], self.searching[0])
        searches = np.flatnonzero(live & (self.random.random(live.size) < searching))
        self.warm(searches, self.search_lift, 0.0)
        self.weighs[searches] = 0
        self.weigh(np.flatnonzero(live & (self.in_need | (self.stage > INTEREST) | (self.weighs <= self.day))))
        moves = np.flatnonzero(live & (self.random.random(live.size) < self.chance))
        goes_on = self.random.random(moves.size) < self.advance[moves]
        stage = self.stage[moves]
        self.move(moves, np.where(goes_on, stage + 1, np.where(stage <= INTEREST, stage - 1, LOST)))

    def weigh(self, rows: np.ndarray) -> None:
        """What some people's hazards come to: the chance that something happens, and the share in it of going on."""
        fast, slow = self.goodwill(rows)
        advance, leave, stage = np.zeros(rows.size), np.zeros(rows.size), self.stage[rows]
        for at, hazards in ((AWARE, self.aware), (INTEREST, self.interest), (CONSIDERATION, self.consideration), (INTENT, self.intent)):
            mine = stage == at
            if mine.any():
                advance[mine], leave[mine] = hazards(rows[mine], fast[mine] + slow[mine], slow[mine])
        both = advance + leave
        self.chance[rows] = -np.expm1(-both)
        self.advance[rows] = np.divide(advance, both, out=np.zeros_like(both), where=both > 0.0)
        self.weighs[rows] = self.day + self.market.review_days

    def aware(self, rows: np.ndarray, goodwill: np.ndarray, slow: np.ndarray) -> tuple:
        """Growing curious, and forgetting once the plateau is over."""
        waits, drivers, need = self.market.waits, self.market.drivers, self.in_need[rows]
        wish = np.exp(self.pull + drivers.goodwill * goodwill + drivers.fit_curious * self.fit[rows])
        forgets = waits.forgets * np.where(need, waits.forgets_in_need, 1.0) * np.exp(-waits.forgets_goodwill * slow)
        forgets[self.day - self.touched[rows] <= waits.plateau] = 0.0
        return waits.grows_curious * np.where(need, waits.in_need, 1.0) * self.pace[rows] * wish, forgets

    def interest(self, rows: np.ndarray, goodwill: np.ndarray, slow: np.ndarray) -> tuple:
        """Comparing while the need is open, and losing interest."""
        waits, need = self.market.waits, self.in_need[rows]
        wish = np.exp(self.pull + self.wish(rows, goodwill))
        compares = np.where(need, waits.compares * self.pace[rows] * wish, 0.0)
        return compares, waits.loses_interest * np.where(need, waits.forgets_in_need, 1.0)

    def consideration(self, rows: np.ndarray, goodwill: np.ndarray, slow: np.ndarray) -> tuple:
        """Deciding by oneself, and giving up."""
        waits = self.market.waits
        return waits.decides * self.autonomy[rows] * self.pace[rows] * np.exp(self.wish(rows, goodwill)), waits.gives_up_considering

    def intent(self, rows: np.ndarray, goodwill: np.ndarray, slow: np.ndarray) -> tuple:
        """Nobody sells here: giving up."""
        return 0.0, self.market.waits.gives_up_intent

    def wish(self, rows: np.ndarray, goodwill: np.ndarray) -> np.ndarray:
        """Utility of the brand for some people who compare."""
        drivers = self.market.drivers
        return drivers.goodwill * goodwill + drivers.fit * self.fit[rows] - drivers.price * self.sensitivity[rows] * self.dear

    def move(self, rows: np.ndarray, stage: np.ndarray | int) -> None:
        """Some people enter another stage at a pace of their own."""
        market = self.market
        self.stage[rows], self.weighs[rows] = stage, 0
        own = math.sqrt(1.0 - market.frailty_person) * self.random.standard_normal(rows.size)
        self.pace[rows] = np.exp(market.frailty * (math.sqrt(market.frailty_person) * self.person_pace[rows] + own))
