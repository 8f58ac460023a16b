"""Ordinary days, lived many at a time, are the days of `sim.day.live`: which days are ordinary, and that no bit of a life differs."""

from collections.abc import Hashable
from inspect import signature
from itertools import pairwise

import numpy as np
import pytest

import sim.day
from sim import ordinary, replication, warm
from sim.compiled import njit, straight
from sim.day import live
from sim.replication import History, Result, begin, chosen, enter, simulate, start_up
from sim.room import Room
from sim.scenario import Scenario
from sim.world import World
from tests.worlds import any_scenario, fingerprints, small

ROLLOUT = ("strategy.rollout={rule: capital, capital: 200000000, standing: 0.5}",)
UTILISATION = "strategy.hiring={rule: utilisation, least: 2, most: 12, high: 0.3, low: 0.1}"
CASES = {
    "direct": ("direct",),
    "agency": ("agency",),
    "dealers": ("dealer_4s",),
    "hybrid": ("hybrid", "market.days=400"),  # a year ends
    "nobody simulated stands for others": ("direct", "market.weight=1", "market.households=null"),
    "vacancies": ("dealer_4s", "strategy.hiring.vacant_days=9", "market.workforce.turnover=3"),
    "training ends": ("direct", "strategy.training={hours: 60, length: 17}"),
    "utilisation": ("direct", UTILISATION, "market.days=130"),
    "roll-out": ("direct", *ROLLOUT, "market.days=130"),
    "tastes turn": ("direct", "market.drift={pace: 90, away: comfort, toward: technology}"),
    "referral pay": ("direct", "strategy.referral.reward=3000", "strategy.incentive={order: 500, satisfied: 200}"),
    "an event": ("direct", "market.events=[{driver: needs, start: 5, factor: 2, length: 20, ramp: 2}]"),
    "everybody talks": ("direct", "market.word_of_mouth.speakers=aware"),
    "communities": ("direct", "strategy.community.joins=0.5", "market.community.talk=2"),
    "houses": ("direct", "strategy.houses.tier1=3"),
    "no outlets": ("direct", *(f"strategy.outlets.tier{k}=0" for k in (1, 2, 3)), "market.waits.orders_online=0.02"),
}


def one_by_one(scenario: Scenario, seed: int, track: int = 0) -> Result:
    """A replication whose every day, those before the first too, is `sim.day.live`."""
    world = start_up_one_by_one(scenario, seed)
    begin(scenario, world, 1)
    world.track(chosen(world.people["id"], track, world.luck))
    history = History(world)
    for _ in range(scenario.market.days):
        history.add(world, live(world))
    return history.result(world, seed, 0)


def start_up_one_by_one(scenario: Scenario, seed: int) -> World:
    """A start world, day by day."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ordinary, "is_ordinary", lambda world: False)
        return start_up(scenario, seed)


@pytest.mark.parametrize("words", CASES.values(), ids=CASES)
def test_ordinary_days_are_lived_as_one_by_one(words: tuple[str, ...]) -> None:
    scenario = small(*words)
    assert fingerprints(simulate(scenario, 8, 60)) == fingerprints(one_by_one(scenario, 8, 60))


def test_so_are_those_of_any_scenario() -> None:
    rng, lived = np.random.default_rng(12), 0
    for seed in range(15):
        scenario = any_scenario(rng, float(rng.choice([0.05, 0.2])))
        one = simulate(scenario, seed, 5)
        assert fingerprints(one) == fingerprints(one_by_one(scenario, seed, 5)), seed
        lived += one.stocks.shape[0] - 1
    assert lived > 200


def ordinary_days(scenario: Scenario) -> list[int]:
    """The days of a life that are ordinary, lived one by one."""
    world = enter(scenario, start_up(scenario, 3), 1)
    found = []
    for _ in range(scenario.market.days):
        if ordinary.is_ordinary(world):
            found.append(world.day + 1)
        live(world)
    return found


@pytest.mark.parametrize(
    ("name", "rare"),
    [
        ("direct", []),
        ("training ends", [18]),
        ("tastes turn", [1, 31]),
        ("an event", [*range(1, 61)]),
        ("communities", [*range(1, 61)]),
        ("houses", [*range(1, 61)]),
        ("no outlets", [*range(1, 61)]),
    ],
)
def test_what_few_strategies_have_is_lived_day_by_day(name: str, rare: list[int]) -> None:
    assert ordinary_days(small(*CASES[name])) == [day for day in range(1, 61) if day not in rare]


@pytest.mark.parametrize("name", ["direct", "tastes turn", "an event"])
def test_each_day_is_asked_for_once_before_it_is_lived(name: str) -> None:
    scenario, met = small(*CASES[name]), []
    world = enter(scenario, start_up(scenario, 3), 1)
    history = History(world)
    ordinary.live_on(world, history, 45, lambda: met.append(world.reached.copy()))
    assert len(met) == 45 and all((before <= after).all() and (before != after).any() for before, after in pairwise(met))


@njit
def doubled(x):
    """Twice a number."""
    return x + x


def test_a_kernel_is_called_straight_only_while_it_is_compiled_for_one_kind_of_arguments() -> None:
    assert straight(doubled) is doubled
    assert doubled(2) == 4 and straight(doubled) is not doubled and straight(doubled)(3) == 6
    assert doubled(0.25) == 0.5 and straight(doubled) is doubled


def test_an_ordinary_month_ends_where_other_desks_or_costs_are_reckoned() -> None:
    plain, hires = (enter(one := small(*CASES[name]), start_up(one, 3), 1) for name in ("direct", "utilisation"))
    assert ordinary.last_ordinary(plain) == 30 and ordinary.last_ordinary(hires) == 29
    trained = enter(one := small(*CASES["training ends"]), start_up(one, 3), 1)
    assert ordinary.last_ordinary(trained) == 17
    plain.day = hires.day = 31
    assert ordinary.last_ordinary(plain) == 60 and ordinary.last_ordinary(hires) == 59
    plain.threads = 2
    assert not ordinary.is_ordinary(plain)


def test_too_little_room_changes_no_life(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = small("dealer_4s", "strategy.outlets.tier1=2")
    usual = fingerprints(simulate(scenario, 5, 60))
    monkeypatch.setattr(ordinary, "FEW", 1)
    monkeypatch.setattr(replication, "LINES", 1)
    assert fingerprints(simulate(scenario, 5, 60)) == usual


def test_journeys_that_leave_no_room_for_a_month_are_kept_before_it() -> None:
    world = enter(one := small("direct"), start_up(one, 3), 1)
    world.track(chosen(world.people["id"], 50, world.luck))
    history, room = History(world), ordinary.Room(world)
    room.enter(world)
    room.open_diary(world, history, 30)
    first, room.cursor[0] = room.diary, 7
    room.diary[:7]["day"] = range(7)
    room.open_diary(world, history, 1)  # there is room beside what is written
    assert room.diary is first and room.cursor[0] == 7
    room.cursor[0] = full = first.size - 100
    room.open_diary(world, history, 30)
    assert room.cursor[0] == 0 and history.diaries[-1].size == full and history.diaries[-1]["day"][:7].tolist() == [*range(7)]


def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on something stands in every room that no day has written."""
    take, together = Room.take, Room.together

    def taken(room: Room, name: Hashable, *given: object) -> np.ndarray:
        held, made = room.held.get(name), take(room, name, *given)
        if made is not held:
            np.asarray(made).view(np.uint8)[...] = 0x55
        return made

    def taken_together(room: Room, name: Hashable, *given: object) -> tuple[np.ndarray, ...]:
        known, made = name in room.sets, together(room, name, *given)
        for one in () if known else made:
            one.view(np.uint8)[...] = 0x55
        return made

    monkeypatch.setattr(Room, "take", taken)
    monkeypatch.setattr(Room, "together", taken_together)


def test_what_stood_in_a_room_before_changes_no_life(monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = small("dealer_4s"), small("direct", "strategy.community.joins=0.5")
    usual = [fingerprints(simulate(one, 6, 60)) for one in scenarios]
    poison(monkeypatch)
    assert [fingerprints(simulate(one, 6, 60)) for one in scenarios] == usual


def test_nobody_comes_to_the_outlets_whose_day_is_only_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    names, met = signature(getattr(ordinary.at_outlets, "py_func", ordinary.at_outlets)).parameters, {}
    poison(monkeypatch)
    monkeypatch.setattr(ordinary, "at_outlets", lambda *given: met.update(zip(names, given, strict=True)))
    warm.outlets()
    assert met["come"].size and not met["come"].any() and not met["called"].any() and not met["counts"].any()
    assert met["clock"][ordinary.WAITING] == met["clock"][ordinary.ARRIVALS] == 0


def test_a_night_in_line_is_counted_for_each_person_and_outlet() -> None:
    scenario = small("direct", "strategy.outlets={tier1: 1, tier2: 0, tier3: 1}")
    world = enter(scenario, start_up(scenario, 2), 1)
    many, twin = History(world), world.copy()
    one, stood = History(twin), np.zeros(world.outlets.size, np.int64)
    ordinary.live_on(world, many, scenario.market.days)
    for _ in range(scenario.market.days):
        one.add(twin, live(twin))
        stood += np.bincount(twin.line["outlet"], minlength=stood.size)
    assert stood.sum() > 0 and (many.stood == stood).all() and (one.stood == stood).all()


def test_the_year_that_is_judged_ends_on_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.day, "YEAR", 25)
    scenario = small("dealer_4s", "strategy.participation=close", "strategy.outlets.tier1=3", "strategy.outlet.rent=90000000")
    many, one = simulate(scenario, 4), one_by_one(scenario, 4)
    assert fingerprints(many) == fingerprints(one) and not many.outlets["open"].all()
