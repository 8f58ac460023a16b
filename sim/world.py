"""The world and how it is drawn: people, homes, friends, outlets, salespeople, all by keys (ODD 2, 4.5)."""

import copy
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.chance import luck_of
from sim.friends import befriend
from sim.goodwill import fading
from sim.people import calendar, draw_minds, draw_people, hazard_by_age
from sim.records import BRAND, IN_LINE, LEDGER, OUTLET, STAFF, TALLY, copied, readable
from sim.room import Room
from sim.scenario import CLOCKED, TOUCHPOINTS, Market, Scenario, Strategy
from sim.schema import fill, record_type
from sim.stages import EVERYTHING, Stage


class InUse(NamedTuple):
    """The brands (rows) that use what not every brand uses, so that a day need not ask each of them; how long each one trains, days."""

    partnership: tuple[int, ...] = ()
    recommendation: tuple[int, ...] = ()
    policy: tuple[int, ...] = ()
    feedback: tuple[int, ...] = ()
    interaction: tuple[int, ...] = ()
    community: tuple[int, ...] = ()
    training: tuple[int, ...] = ()

    @classmethod
    def by(cls, strategies: tuple[Strategy, ...]) -> "InUse":
        """Who uses what by these strategies, one of each brand."""
        rows = range(len(strategies))
        return cls(
            partnership=tuple(b for b in rows if strategies[b].partnership.form != "none"),
            recommendation=tuple(b for b in rows if strategies[b].recommendation.budget > 0.0),
            policy=tuple(b for b in rows if strategies[b].policy.kind != "fixed"),
            feedback=tuple(b for b in rows if strategies[b].feedback.reports > 0.0 or strategies[b].feedback.community > 0.0),
            interaction=tuple(b for b in rows if strategies[b].interaction.level > 0.0),
            community=tuple(b for b in rows if strategies[b].community.joins > 0.0),
            training=tuple(one.training.length for one in strategies),
        )


@dataclass
class World:
    """Everything that changes while days pass, and the fixed tables that the rules read."""

    scenario: Scenario
    weight: float
    luck: np.uint64
    threads: int
    market: np.ndarray  # (1,) the market's numbers as a record
    people: np.ndarray  # (n,) PERSON
    minds: np.ndarray  # (brand, n) MIND
    brands: np.ndarray  # (brand,) BRAND
    outlets: np.ndarray  # (o,) OUTLET
    staff: np.ndarray  # (s,) STAFF
    starts: np.ndarray  # (n + 1,) where each person's friends begin
    friends: np.ndarray  # (links,) rows of people
    fade: np.ndarray  # (2, days + 1) goodwill left after so many days
    hazard: np.ndarray  # (days + 2,) need by age of the car
    affinity: np.ndarray  # (brand, touchpoint) of everybody, as `touchpoints.sum_affinity` counts it
    rate: np.ndarray  # (brand, in need, touchpoint) contacts a day
    rate_before: np.ndarray  # (brand, in need, touchpoint) by the plan before
    days_between: np.ndarray  # (brand, in need, touchpoint) days between contacts of a person of affinity 1, by today's plan
    days_between_before: np.ndarray  # (brand, in need, touchpoint) by the plan before
    contacts: np.ndarray  # (brand, day) how many there were; days below 0 stand at the end
    reached: np.ndarray  # (brand, in need, touchpoint) cumulated through today
    reached_before: np.ndarray  # (brand, in need, touchpoint) cumulated through yesterday
    line: np.ndarray  # (k,) IN_LINE who waits at an outlet
    active: np.ndarray  # (k,) flat rows of minds with an open lead
    flow: np.ndarray  # (brand, from, to) today's moves
    tally: np.ndarray  # (brand, TALLY) today's counts
    opened: np.ndarray  # (brand, origin) leads opened today
    ledger: np.ndarray  # (brand, tier, purpose, payer, payee) today's fen
    carried: np.ndarray  # (brand, tier, purpose, party) micro-fen not yet booked
    costs: np.ndarray  # (brand, tier, purpose, party) micro-fen a day of running costs
    earned: np.ndarray  # (brand, tier) fen the retailers of a tier have earned this year
    losing_years: np.ndarray  # (brand, tier) years in a row in which a tier's retailers have lost
    tone: np.ndarray  # (brand,) share of good messages at the mean satisfaction
    wakes: np.ndarray  # (n,) the next day on which something may happen to a person: until then the person sleeps
    season: np.ndarray  # (days,) needs that open against the mean day, from the first day on
    members: list[np.ndarray]  # of each brand: (members,) rows of people in its community, by id
    audience: list[np.ndarray]  # of each brand: (k,) flat rows of minds of its partner's customers
    near: list[tuple[np.ndarray, np.ndarray]]  # of each brand: (k,) rows of people near its houses, (k,) how often they visit
    day: int
    first_day: int
    opened_day: int
    planned_day: int  # when the media plan was made
    lived: tuple[Strategy, ...] = ()  # the strategy that each brand lives by now
    in_use: InUse = InUse()
    tracked: int = 0  # consumers whose journeys are written
    tracked_contacts: int = 0  # of them in a month and the month before, as planned
    room: Room = field(default_factory=Room)  # to work in

    def track(self, chosen: np.ndarray, what: int = EVERYTHING) -> None:
        """Journeys are written of the chosen consumers (n,) from now on: everything, or moves between stages alone."""
        self.people["tracked"] = chosen * what
        self.tracked = int(np.count_nonzero(chosen))

    @property
    def need_table(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Hazard of a need by age of the car, season by day, and the day with which the season begins."""
        return self.hazard, self.season, self.first_day

    @property
    def diary_room(self) -> int:
        """Lines that a day of tracked journeys may need: whoever wakes writes down what was met asleep, a month of it at most."""
        return 16 * self.tracked + 4096 + 2 * self.tracked_contacts if self.tracked else 1

    def copy(self) -> "World":
        """A world with the same past that can live another future; fixed tables are shared."""
        twin = copy.copy(self)
        twin.members, twin.near, twin.audience = list(self.members), list(self.near), list(self.audience)
        for name in (
            "people",
            "wakes",
            "market",
            "minds",
            "brands",
            "outlets",
            "staff",
            "affinity",
            "rate",
            "contacts",
            "reached",
            "reached_before",
            "line",
            "tone",
            "active",
            "carried",
            "costs",
            "earned",
            "losing_years",
        ):
            setattr(twin, name, copied(getattr(self, name)))
        for name in ("flow", "tally", "opened", "ledger"):
            setattr(twin, name, np.zeros_like(getattr(self, name)))
        twin.room = Room()
        return twin


def populate(scenario: Scenario, seed: int, replication: int, threads: int = 1) -> World:
    """A world on its first day: everybody drawn by key; no outlet is open and no clock runs yet."""
    market, n = scenario.market, scenario.market.consumers
    luck = luck_of(seed, replication)
    first = -market.start_days if market.start == "established" else 0
    horizon = market.days + market.start_days + 2
    record = market_record(scenario)
    people = draw_people(market, n, luck, first, threads)
    talk = market.word_of_mouth
    starts, friends = befriend(people["id"].copy(), people["city"], talk.network, talk.degree, talk.rewiring, luck, scenario.ties)
    minds = draw_minds(market, people, luck, first, len(scenario.strategies), threads)
    b = minds.shape[0]
    brands = readable(np.zeros(b, BRAND))
    brands["since"] = first
    return World(
        scenario=scenario, weight=scenario.weight, luck=luck, threads=threads, market=record, people=people, minds=minds,
        brands=brands, outlets=readable(np.zeros(0, OUTLET)), staff=readable(np.zeros(0, STAFF)),
        starts=starts, friends=friends, fade=fading(market.goodwill, horizon), hazard=hazard_by_age(market.need, 40 * 365),
        affinity=np.zeros((b, CLOCKED), np.int64), rate=np.zeros((b, 2, CLOCKED)), rate_before=np.zeros((b, 2, CLOCKED)),
            days_between=np.full((b, 2, CLOCKED), np.inf), days_between_before=np.full((b, 2, CLOCKED), np.inf),
        contacts=np.zeros((b, horizon), np.int64),
        reached=np.zeros((b, 2, CLOCKED)), reached_before=np.zeros((b, 2, CLOCKED)),
        line=readable(np.zeros(0, IN_LINE)), tone=np.full(b, market.word_of_mouth.good_at_mean),
        active=np.zeros(0, np.int64), flow=np.zeros((b, len(Stage), len(Stage)), np.int64),
        tally=np.zeros((b, len(TALLY)), np.int64), opened=np.zeros((b, len(TOUCHPOINTS)), np.int64),
        ledger=np.zeros((b, *LEDGER), np.int64),
        carried=np.zeros((b, *LEDGER[:-1]), np.int64), costs=np.zeros((b, *LEDGER[:-1]), np.int64),
        earned=np.zeros((b, 4), np.int64), losing_years=np.zeros((b, 4), np.int64), wakes=np.full(n, first, np.int32),
        members=[np.zeros(0, np.int64)] * b, audience=[np.zeros(0, np.int64)] * b, near=[(np.zeros(0, np.int64), np.zeros(0))] * b,
        season=calendar(market, first, horizon),
        day=first, first_day=first, opened_day=first, planned_day=first,
    )  # fmt: skip


def market_record(scenario: Scenario) -> np.ndarray:
    """The market's numbers (1,) as rules read them; active rivals may take the place of part of the passive ones."""
    record = readable(np.zeros(1, record_type(Market)))
    fill(record[0], scenario.market)
    if scenario.rivals:
        record[0]["rival_pressure"] *= scenario.market.rivals.passive
    return record
