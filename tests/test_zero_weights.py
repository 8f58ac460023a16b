"""A weight of zero is absence: whatever its driver is worth then, not one bit moves.

Each row of the table switches something off by a number and then changes what it would have acted with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pytest
from worlds import RECORDS, bits

from experiments import load
from sim import simulate
from sim.network import access
from sim.replication import Result
from sim.rules import ownership, selling, word_of_mouth
from sim.scenario import Drivers, Market
from sim.schema import fill, record_type


@dataclass(frozen=True)
class Off:
    """Something switched off, what is then changed, and the fields that hold the driver itself."""

    name: str
    zero: tuple[str, ...]
    changed: tuple[str, ...]
    may: frozenset[str] = frozenset()
    strategy: str = "direct"


def off(name: str, zero: str, changed: str, may: str = "", strategy: str = "direct") -> Off:
    """A row; words are separated by blanks, m. is market. and s. is strategy."""
    zeros, changes = ([w.replace("m.", "market.", 1) if w[0] == "m" else w.replace("s.", "strategy.", 1) for w in text.split()]
                      for text in (zero, changed))  # fmt: skip
    return Off(name, tuple(zeros), tuple(changes), frozenset(may.split()), strategy)


PRICE = "people.car_price people.order_price people.heard_price people.felt_price orders.price daily.price_fen books journeys.price"

TABLE = (
    # drivers of waits
    off("goodwill", "m.drivers.goodwill=0 m.drivers.goodwill_seeks=0 m.waits.forgets_goodwill=0",
        "s.touchpoints.video.lift=0.9 s.touchpoints.video.slow_share=1", "minds.fast minds.slow"),
    off("fit", "m.drivers.fit=0 m.drivers.fit_curious=0 m.meeting.fit=0 m.satisfaction.fit=0", "s.attributes.technology=3",
        "minds.fit orders.fit"),
    off("price", "m.drivers.price=0 m.meeting.price=0 m.satisfaction.fairness=0 m.satisfaction.envy=0", "s.list_price=300000", PRICE),
    off("satisfaction", "m.drivers.satisfaction=0 m.waits.recommends_satisfaction=0 m.word_of_mouth.valence=0", "s.skill.care=3",
        "people.satisfaction staff.skill outlets.skill"),
    off("self-search", "m.search.lift=0 s.content_cost=0", "s.content_quality=5"),
    off("no searches", "m.search.rate=0", "m.search.lift=0.9 m.search.out_of_need=1"),
    off("season", "m.season=0", "m.season_peak=100"),
    off("frailty", "m.frailty=0", "m.frailty_person=1"),
    off("rivals' pressure", "m.rival_pressure=0", "m.need.rival_days=2"),
    off("no active rivals", "", "m.rivals.passive=0.1 m.rivals.start=launch"),
    # drivers of choices
    off("skill", "m.meeting.skill=0", "s.skill.discovery=2 s.skill.presentation=2 s.skill.closing=2", "staff.skill outlets.skill"),
    off("skill at dealers", "m.meeting.skill=0 m.bargain.skill=0", "s.skill.closing=2", "staff.skill outlets.skill", "dealer_4s"),
    off("pay pressure", "m.meeting.pressure=0 m.satisfaction.pressure=0 m.workforce.turnover_pressure=0", "s.terms.pressure=1"),
    off("test drives", "m.meeting.drives=0", "m.meeting.drive_odds=9 s.outlet.demo_cars=0", "outlets.demo_cars"),
    off("one price", "s.terms.one_price=true", "m.bargain.share=0.9 m.bargain.informed=5 m.bargain.noise=5"),
    off("no online orders", "s.terms.online=0 m.start_days=0", "m.waits.orders_online=9", "", "dealer_4s"),
    # owners' word
    off("nobody talks", "m.word_of_mouth.talk=0", "m.word_of_mouth.lift=0.9 m.word_of_mouth.attention=1 m.word_of_mouth.negative=9"),
    off("nobody is moved by talk", "m.word_of_mouth.lift=0", "m.word_of_mouth.negative=9 m.word_of_mouth.slow_share=1"),
    off("all ties strong", "", "m.ties.weak_talk=0 m.ties.weak_weight=0"),
    off("no reward", "", "m.referral.boost=90 m.referral.half=1"),
    off("no community", "", "m.community.talk=90 m.community.fans=90 m.community.share=1"),
    off("no houses", "", "m.houses.visits=1 m.houses.attention=1 m.houses.lift=1"),
    off("no feedback", "", "m.feedback.flaws=0.5 m.feedback.needed=1 s.feedback.cost=9999"),
    # touchpoints
    off("no budget", "", "s.touchpoints.event.attention=1 s.touchpoints.event.lift=1 s.touchpoints.event.lead=1"),
    off("no exposure", "s.exposure=0", "s.touchpoints.video.budget=9e9 s.touchpoints.video.lift=1 s.touchpoints.video.attention=1"),
    off("no footfall", "s.outlet.footfall=0", "s.touchpoints.store.attention=1 s.touchpoints.store.lift=1 s.touchpoints.store.lead=1"),
    off("personas alike", "", "m.personas.family.size=9 m.personas.green.size=0", "people.persona"),
    off("no personal messages", "", "m.personas.message_gain=9 s.personalisation.known=2"),
    off("no partner", "", "s.partnership.fit=-1 s.partnership.gain=5 s.partnership.cost=9e9 s.partnership.audience=1"),
    off("all is known at handovers", "", "m.handover.lead=1 m.handover.store=1 m.handover.turned_away=1"),
    # people who sell
    off("no training", "", "m.workforce.training_effect=5 m.workforce.training_half_life=1 s.training.cost=9999"),
    off("novices lack nothing", "m.workforce.novice=0", "m.workforce.learning=1", "staff.experience staff.hired"),
    off("nobody leaves", "m.workforce.turnover=0", "m.workforce.turnover_pressure=5"),
)  # fmt: skip


@lru_cache(maxsize=4)
def lived(strategy: str, *overrides: str) -> Result:
    """A small market with every rule on."""
    size = ["market.consumers=1200", "market.households=200000", "market.days=90", "market.start_days=30"]
    busy = ["market.need.mean=1", "market.need.rival_days=300", "market.drivers.distance=100", "strategy.pull=0.5"]
    return simulate(load(strategy, [*size, *busy, *overrides]), 11, 40)


def unlike(one: Result, other: Result) -> set[str]:
    """The fields, record.field, and records without fields in which two results differ."""
    out = set()
    for name in RECORDS:
        a, b = getattr(one, name), getattr(other, name)
        if not a.dtype.names or a.size != b.size:
            out |= {name} if bits(a) != bits(b) else set()
        else:
            out |= {f"{name}.{field}" for field in a.dtype.names if bits(a[field]) != bits(b[field])}
    return out


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_is_switched_off_moves_no_bit_whatever_it_would_act_with(row: Off) -> None:
    one, other = lived(row.strategy, *row.zero), lived(row.strategy, *row.zero, *row.changed)
    assert one.orders.size >= 10
    moved = unlike(one, other)
    assert {name for name in moved if name not in row.may and name.split(".")[0] not in row.may} == set()


NEEDS_ITS_WEIGHT = [row for row in TABLE if any(word.endswith("=0") for word in row.zero)]


@pytest.mark.parametrize("row", NEEDS_ITS_WEIGHT, ids=lambda row: row.name)
def test_with_its_weight_the_same_change_is_felt(row: Off) -> None:
    weighted = [word for word in row.zero if not word.endswith("=0")]
    moved = unlike(lived(row.strategy, *weighted), lived(row.strategy, *weighted, *row.changed))
    assert {name for name in moved if name not in row.may and name.split(".")[0] not in row.may}


# ---- rules -------------------------------------------------------------------------------------------------------------


def market(path: str, value: float) -> np.record:
    """The default market as rules read it, with one number changed."""
    rows = np.zeros(1, record_type(Market)).view(np.recarray)
    fill(rows[0], Market())
    group, name = path.split(".")
    rows[group][name] = value
    return rows[0]


DRIVEN = (-3.0, -0.2, 0.0, 0.7, 4.0)
RULES: tuple[tuple[str, float, Callable[[np.record, float], float]], ...] = (
    ("meeting.skill", 0.0, lambda m, x: selling.discovering(0.3, x, 1.0, m.meeting)),
    ("meeting.skill", 0.0, lambda m, x: selling.presenting(0.3, x, 0.1, 1.0, True, m.meeting)),
    ("meeting.skill", 0.0, lambda m, x: selling.closing(0.3, x, 0.1, 1.0, 0.5, m.meeting)),
    ("meeting.fit", 0.0, lambda m, x: selling.discovering(x, 0.3, 1.0, m.meeting)),
    ("meeting.fit", 0.0, lambda m, x: selling.presenting(x, 0.3, 0.1, 1.0, True, m.meeting)),
    ("meeting.fit", 0.0, lambda m, x: selling.closing(x, 0.3, 0.1, 1.0, 0.5, m.meeting)),
    ("meeting.price", 0.0, lambda m, x: selling.presenting(0.3, 0.3, x, 1.0, True, m.meeting)),
    ("meeting.price", 0.0, lambda m, x: selling.closing(0.3, 0.3, x, 1.0, 0.5, m.meeting)),
    ("meeting.waiting", 0.0, lambda m, x: selling.discovering(0.3, 0.3, x, m.meeting)),
    ("meeting.waiting", 0.0, lambda m, x: selling.presenting(0.3, 0.3, 0.1, x, True, m.meeting)),
    ("meeting.waiting", 0.0, lambda m, x: selling.closing(0.3, 0.3, 0.1, x, 0.5, m.meeting)),
    ("meeting.pressure", 0.0, lambda m, x: selling.closing(0.3, 0.3, 0.1, 1.0, x, m.meeting)),
    ("meeting.drive_odds", 1.0, lambda m, x: selling.presenting(0.3, 0.3, 0.1, 1.0, x > 0, m.meeting)),
    ("bargain.worth", 0.0, lambda m, x: selling.worth(x, 250_000.0, m.bargain)),
    ("bargain.skill", 0.0, lambda m, x: selling.sellers_share(x, True, 0.5, 0.2, m.bargain)),
    ("bargain.informed", 0.0, lambda m, x: selling.sellers_share(0.3, x > 0, 0.5, 0.2, m.bargain)),
    ("bargain.stock", 0.0, lambda m, x: selling.sellers_share(0.3, True, x, 0.2, m.bargain)),
    ("bargain.noise", 0.0, lambda m, x: selling.sellers_share(0.3, True, 0.5, x, m.bargain)),
    ("word_of_mouth.valence", 0.0, lambda m, x: word_of_mouth.good_chance(x, 0.76, m)),
    ("satisfaction.fit", 0.0, lambda m, x: ownership.experience(0.1, x, True, 0.2, 30.0, 1.0, 0.05, m.satisfaction)),
    ("satisfaction.haggle", 0.0, lambda m, x: ownership.experience(0.1, 0.2, x > 0, 0.2, 30.0, 1.0, 0.05, m.satisfaction)),
    ("satisfaction.pressure", 0.0, lambda m, x: ownership.experience(0.1, 0.2, True, x, 30.0, 1.0, 0.05, m.satisfaction)),
    ("satisfaction.delivery", 0.0, lambda m, x: ownership.experience(0.1, 0.2, True, 0.2, 30.0 + x, 1.0, 0.05, m.satisfaction)),
    ("satisfaction.waiting", 0.0, lambda m, x: ownership.experience(0.1, 0.2, True, 0.2, 30.0, x, 0.05, m.satisfaction)),
    ("satisfaction.fairness", 0.0, lambda m, x: ownership.experience(0.1, 0.2, True, 0.2, 30.0, 1.0, x / 10, m.satisfaction)),
    ("satisfaction.spread", 0.0, lambda m, x: ownership.experience(x / 10, 0.2, True, 0.2, 30.0, 1.0, 0.05, m.satisfaction)),
    ("satisfaction.care", 0.0, lambda m, x: ownership.served(0.7, 0.2, x, m.satisfaction)),
)  # fmt: skip


@pytest.mark.parametrize(("path", "zero", "rule"), RULES, ids=[f"{path}-{k}" for k, (path, _, _) in enumerate(RULES)])
def test_a_weight_of_0_makes_a_rule_blind_to_its_driver(path: str, zero: float, rule: Callable[[np.record, float], float]) -> None:
    group, name = path.split(".")
    blind, seeing = (market(path, value) for value in (zero, getattr(getattr(Market(), group), name)))
    assert len({rule(blind, x) for x in DRIVEN}) == 1
    assert len({rule(seeing, x) for x in DRIVEN}) > 1


def test_every_weight_of_a_meeting_is_among_the_rules() -> None:
    weights = {f"meeting.{name}" for name in ("skill", "fit", "price", "waiting", "pressure")}
    odds = {f"meeting.{one.name}" for one in Market().meeting.__dataclass_fields__.values() if "log-odds" in one.metadata.get("unit", "")}
    assert odds == weights and weights <= {path for path, _, _ in RULES}


def test_without_a_power_of_distance_every_outlet_is_next_door() -> None:
    assert (access(np.array([0.0, 3.0, 500.0]), Drivers(distance_power=0)) == 1.0).all()
