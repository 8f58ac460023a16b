"""Who sleeps: for how long nothing can happen, what is lived on waking, and before what everybody is woken (ODD 3.4)."""

import math

import numpy as np
import pytest

import sim.day
from sim import Stage, start_up
from sim.day import live, wake_judges
from sim.goodwill import fading
from sim.records import MIND, NO_NEED, PERSON
from sim.replication import begin, enter
from sim.rules import consideration, touchpoints
from sim.scenario import Drivers, Goodwill, Search, Waits
from tests.test_rules import market, one
from tests.worlds import small

WAITS, DRIVERS = Waits(grows_curious=0.002, forgets=0.01, plateau=21), Drivers(goodwill=1.0, fit_curious=0.5)
LONG = 200  # days: longer than any mind here is sure


def asleep(last: int = LONG, review_days: int = 7, several: bool = False, **clocks: float) -> float:
    """Days that AWARE sleeps from day 0 on: weighed today, touched today, nothing about to ring but what is told."""
    m = market(waits=WAITS, drivers=DRIVERS, search=Search(rate=0.04, out_of_need=0.05), review_days=review_days)
    calm = {"advance": 50.0, "leave": 50.0, "search": 50.0, "advance_rate": 0.001, "pace": 1.0, "weighs_day": review_days}
    who = one(PERSON, need_since=NO_NEED, autonomy=1.0)
    return consideration.rest(who, one(MIND, stage=Stage.AWARE, **calm | clocks), 0.0, several, last, 0, m)


def test_aware_sleeps_as_long_as_goodwill_at_its_highest_makes_no_clock_ring() -> None:
    hazard = 0.002 * math.exp(2.0)  # fast and slow goodwill are at most 1 each
    for advance in (0.05, 0.3, 0.9, 2.0):
        days = asleep(advance=advance)
        assert (days - 7) % 7 == 0 and (days == 7 or days * hazard < advance) and (days + 7) * hazard > 0.998 * advance
    assert asleep(advance=0.9, pace=0.5) > asleep(advance=0.9) > asleep(advance=0.9, pace=2.0)  # the slow sleep longer
    assert asleep(advance=0.9, fit=1.0) < asleep(advance=0.9)
    assert asleep() == LONG and asleep(last=30) == 30  # nothing can ring: until the day on which all wake


def test_who_has_several_brands_in_mind_wakes_to_weigh_each() -> None:
    assert asleep(several=True) == 7 and asleep(several=True, advance=0.004) == pytest.approx(4.0)


def test_forgetting_begins_after_the_plateau_of_the_last_contact_at_the_soonest() -> None:
    for leave in (0.1, 0.4):
        days = asleep(leave=leave)
        assert (days - 21) * 0.01 < leave < (days + 7 - 21) * 0.01 / 0.998
    assert asleep(leave=0.4, leave_rate=0.001) == 35  # has begun: .01 a day from now on
    assert asleep(leave=0.4, touched=-10) < asleep(leave=0.4)
    assert asleep(leave=0.4, leave_rate=0.001, slow=-1.0) == 14  # e times as fast, who has heard nothing but bad


def test_what_rings_before_the_brand_is_weighed_anew_wakes_on_its_day() -> None:
    assert asleep(advance=0.004) == pytest.approx(4.0) and asleep(search=0.01) == pytest.approx(5.0)
    assert asleep(leave=0.003, leave_rate=0.001) == pytest.approx(3.0)
    assert asleep(search=0.05) == 21  # 25 days: not longer than the last weighing before


@pytest.mark.parametrize("held", [{"need_since": 5}, {"lead": 1}, {"stage": Stage.CONSIDERATION}])
def test_who_shops_or_is_on_a_list_looks_every_day(held: dict[str, int]) -> None:
    who = one(PERSON, need_since=held.get("need_since", NO_NEED), autonomy=1.0)
    mind = one(MIND, stage=held.get("stage", Stage.AWARE), lead=held.get("lead", 0), advance=50.0, leave=50.0, search=50.0, weighs_day=7)
    assert consideration.rest(who, mind, 0.0, False, LONG, 0, market()) == 1.0


def test_weighing_in_sleep_is_weighing_awake() -> None:
    m, fade = market(waits=WAITS, drivers=DRIVERS), fading(Goodwill(), 100)
    who = one(PERSON, need_since=NO_NEED, autonomy=0.7)
    for touched, fast, slow in ((10, 0.3, 0.1), (0, 0.5, 0.2), (0, 0.0, -0.3)):
        told = {"stage": Stage.AWARE, "touched": touched, "fast": fast, "slow": slow, "fit": 0.4, "pace": 1.3, "weighs_day": 30}
        awake, sleeper = (one(MIND, advance=2.0, leave=1.5, search=3.0, seek=1.0, **told) for _ in range(2))
        assert consideration.quiet_day(who, awake, 1.0, 0.0, -0.2, 30, fade, m)
        consideration.review(who, sleeper, -0.2, 30, fade, m)
        assert awake.tobytes() == sleeper.tobytes() and sleeper.weighs_day == 37 and sleeper.advance < 2.0


def test_the_affinity_of_all_is_shared_by_need() -> None:
    inv = np.random.default_rng(1).uniform(0.1, 5.0, (2, 40, touchpoints.CLOCKED)).astype("f4")
    people, minds = np.zeros(40, PERSON), np.zeros((2, 40), MIND)
    people["need_since"], minds["inv"] = np.where(np.arange(40) % 5 == 0, 3, NO_NEED), inv
    whole, sums = np.zeros((2, touchpoints.CLOCKED), np.int64), np.empty((2, 2, touchpoints.CLOCKED), np.int64)
    people, minds = people.view(np.recarray), minds.view(np.recarray)
    for b in range(2):
        touchpoints.sum_affinity(minds[b], whole[b])
    touchpoints.share_by_need(people, minds, whole, sums)
    parts = (touchpoints.FIXED / inv.astype(float)).astype(np.int64)
    needing = people["need_since"] != NO_NEED
    assert (sums[:, touchpoints.IN_NEED] == parts[:, needing].sum(axis=1)).all()
    assert (sums[:, touchpoints.OUT_OF_NEED] == parts[:, ~needing].sum(axis=1)).all()


TURN = ("market.drift={pace: 45, away: comfort, toward: technology}",)
PARTNER = ("strategy.partnership={form: joint_technology, fit: 0.8}",)


@pytest.mark.parametrize(("words", "woken"), [((), False), (TURN, True), (PARTNER, True), (("strategy.policy.kind=adapt",), True)])
def test_before_what_people_want_may_change_they_have_lived_through_yesterday(words: tuple[str, ...], woken: bool) -> None:
    scenario = small("direct", *words)
    world = enter(scenario, start_up(scenario, 3), 1)
    for _ in range(30):
        live(world)
    world.day += 1
    wake_judges(world, sim.day.Day(world))
    assert (world.people["lived"] == 30).all() == woken


@pytest.mark.parametrize("rule", ["top_up", "close"])
def test_before_an_outlet_closes_everybody_is_woken(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.day, "YEAR", 5)
    scenario = small("dealer_4s", f"strategy.participation={rule}", "strategy.outlets.tier1=3")
    world = begin(scenario, start_up(scenario, 1), 1)
    world.losing_years[0, 0] = 1
    for _ in range(5):
        world.earned[0, 0] = -(10**12)
        live(world)
    closed = int((~world.outlets["open"]).sum())
    assert closed == (rule == "close") and (world.wakes == 6).all() == (rule == "close")
