"""Dated events: what they do to a driver, whom they wake, what is known ahead, and that an empty list changes nothing."""

from dataclasses import fields, replace

import numpy as np
import pytest

from experiments import load
from experiments.cli import main
from experiments.parameter_words import meaning_of
from sim.day import live
from sim.people import calendar
from sim.replication import enter, simulate, start_up
from sim.rules.events import level, odds_times, press_today, strength
from sim.scenario import DatedEvent, Market, scenario_from
from sim.schema import ConfigError, parameters
from sim.sleep import wake_everybody

SMALL = ["market.consumers=1500", "market.days=60", "market.start_days=30"]
PRESS = {"driver": "goodwill", "start": 10, "factor": 0.5, "length": 5, "ramp": 1}


def scenario(*events: dict, days: int = 60):
    """Direct sales in a small market in which these events happen."""
    return load("direct", [*SMALL, f"market.days={days}", f"market.events={hydra(events)}"])


def hydra(events: tuple[dict, ...]) -> str:
    """Events as a command line has them."""
    return "[" + ",".join("{" + ",".join(f"{key}:{value}" for key, value in one.items()) + "}" for one in events) + "]"


def same(a, b) -> bool:
    """Whether two runs are equal to the last bit."""
    pairs = ((getattr(a, what), getattr(b, what)) for what in ("minds", "people", "books", "orders", "flows"))
    return all(x[k].tobytes() == y[k].tobytes() for x, y in pairs for k in x.dtype.names or (...,))


# ---- the shape of an event ---------------------------------------------------------------------------------------------


def test_an_event_rises_stands_and_falls_within_its_length() -> None:
    event = DatedEvent("needs", 10, 2.0, 8, 3)
    assert [level(event, day) for day in range(9, 19)] == [0, 0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0]


def test_an_event_without_ramp_is_there_at_once_and_one_without_length_for_good() -> None:
    assert [level(DatedEvent("needs", 3, 2.0, 2), day) for day in range(2, 6)] == [0, 1, 1, 0]
    assert level(DatedEvent("needs", 3, 2.0), 100_000) == 1


def test_events_of_one_driver_multiply_and_leave_others_alone() -> None:
    events = (DatedEvent("needs", 1, 2.0), DatedEvent("needs", 5, 3.0), DatedEvent("rival_pressure", 1, 7.0))
    assert strength(events, "needs", 4) == 2 and strength(events, "needs", 5) == 6 and strength((), "needs", 5) == 1


def test_the_days_of_bad_press_together_leave_its_factor() -> None:
    events = (DatedEvent("goodwill", 4, 0.3, 20, 5),)
    assert np.prod([1 - press_today(events, day) for day in range(40)]) == pytest.approx(0.3)


def test_odds_are_multiplied() -> None:
    assert odds_times(0.76, 1.0) == 0.76 and odds_times(0.5, 3.0) == pytest.approx(0.75)


# ---- what is known ahead -----------------------------------------------------------------------------------------------


def test_needs_follow_the_calendar_of_events() -> None:
    market = Market(season=0.0, events=(DatedEvent("needs", 20, 1.5, 10),))
    assert calendar(market, 19, 12).tolist() == [1] + 10 * [1.5] + [1]


def test_needs_brought_forward_open_before_and_are_missing_after() -> None:
    """Of so many needs, Poisson: twice as many in the one month, half as many in the other, within five standard errors."""
    quick = ["market.consumers=20000", "market.season=0", "market.need.mean=2", "market.days=60", "market.start=given"]
    words = hydra(tuple({"driver": "needs", "start": start, "factor": factor, "length": 30} for start, factor in ((1, 2), (31, 0.5))))
    usual, moved = (simulate(load("direct", [*quick, *more]), 3).daily["needs"][1:, 0] for more in ([], [f"market.events={words}"]))
    before, after = usual[:30].sum(), usual[30:].sum()
    assert abs(moved[:30].sum() - 2 * before) < 5 * np.sqrt(2 * before + 4 * before)
    assert abs(moved[30:].sum() - 0.5 * after) < 5 * np.sqrt(0.5 * after + 0.25 * after)


def test_until_it_comes_an_event_changes_nothing() -> None:
    events = ({"driver": "needs", "start": 40, "factor": 3}, {"driver": "rival_pressure", "start": 40, "factor": 2}, {**PRESS, "start": 40})
    with_, without = simulate(scenario(*events), 2), simulate(scenario(), 2)
    assert (with_.flows[:40] == without.flows[:40]).all() and (with_.flows[40:] != without.flows[40:]).any()


# ---- nothing ------------------------------------------------------------------------------------------------------------


def test_an_empty_list_and_factors_of_one_are_bit_equal_to_absence() -> None:
    drivers = ("rival_pressure", "reference_price", "needs")
    ones = [{"driver": name, "start": 5, "factor": 1, "length": 20, "ramp": 3} for name in drivers]
    ones += [{"driver": "good_messages", "start": 5, "factor": 1}, {**PRESS, "factor": 1}]
    plain = simulate(load("direct", SMALL), 4)
    assert same(plain, simulate(scenario(), 4)) and same(plain, simulate(scenario(*ones), 4))


def test_an_event_of_one_world_does_not_reach_another_that_began_with_it() -> None:
    one = scenario({"driver": "rival_pressure", "start": 1, "factor": 5})
    start = start_up(one, 1)
    live(enter(one, start, 1))
    assert start.market["rival_pressure"][0] == one.market.rival_pressure


# ---- direction ----------------------------------------------------------------------------------------------------------


def test_bad_press_takes_goodwill_of_all_who_know_the_brand() -> None:
    world = {name: enter(one, start_up(one, 5), 1) for name, one in {"press": scenario(PRESS), "quiet": scenario()}.items()}
    for _ in range(14):
        for one in world.values():
            live(one)
    for one in world.values():
        wake_everybody(one)
    goodwill = {name: one.minds["fast"][0] for name, one in world.items()}
    knew = (world["press"].minds["stage"][0] > 0) & (world["quiet"].minds["stage"][0] > 0)
    assert goodwill["press"][knew].mean() < goodwill["quiet"][knew].mean() - 0.3


def test_who_sleeps_through_bad_press_lives_as_one_who_is_awake() -> None:
    one = scenario(PRESS)
    slept, woken = enter(one, start := start_up(one, 6), 1), enter(one, start, 1)
    for _ in range(40):
        for world in (slept, woken):
            live(world)
        wake_everybody(woken)
        assert (slept.flow == woken.flow).all() and (slept.ledger == woken.ledger).all()


def test_rivals_who_press_harder_close_more_needs() -> None:
    hard = {"driver": "rival_pressure", "start": 1, "factor": 3}
    closed = [simulate(scenario(*events), 7).daily["rival_closed"].sum() for events in ((), (hard,))]
    assert closed[1] > 1.5 * closed[0]


def test_owners_who_are_set_against_the_brand_speak_worse() -> None:
    results = [simulate(scenario(*events), 7) for events in ((), ({"driver": "good_messages", "start": 1, "factor": 0.1},))]
    bad = [one.daily["bad_messages"].sum() / (one.daily["bad_messages"].sum() + one.daily["good_messages"].sum()) for one in results]
    assert bad[1] > 2 * bad[0]


def test_haggled_prices_follow_the_street_price_and_list_prices_do_not() -> None:
    few = ["market.consumers=6000", "market.days=120"]
    fall = "market.events=[{driver:reference_price,start:1,factor:0.9}]"

    def paid(name: str, *more: str) -> float:
        return simulate(load(name, [*few, *more]), 1).outcomes["price_mean"]

    assert paid("direct") == paid("direct", fall) and paid("dealer_4s", fall) < 0.99 * paid("dealer_4s")


# ---- one of several brands ---------------------------------------------------------------------------------------------------


def beside(*events: dict):
    """Direct sales against a twin, in a market in which these events happen."""
    one = scenario(*events)
    return replace(one, rivals=(one.strategy,))


def test_bad_press_of_a_brand_takes_its_own_goodwill_only() -> None:
    start = {name: start_up(one, 5) for name, one in {"press": beside({**PRESS, "brand": 1}), "quiet": beside()}.items()}
    world = {name: enter(one.scenario, one, 1) for name, one in start.items()}
    for _ in range(10):
        for one in world.values():
            live(one)
    for one in world.values():
        wake_everybody(one)
    mine, theirs = (world["press"].minds["fast"][b] - world["quiet"].minds["fast"][b] for b in (0, 1))
    knew = world["quiet"].minds["stage"][1] > 0
    assert np.abs(mine).max() < 1e-6 and theirs[knew].mean() < -0.05


def test_owners_of_one_brand_speak_worse_of_it_and_those_of_another_do_not() -> None:
    fall = {"driver": "good_messages", "start": 1, "factor": 0.1, "brand": 1}
    worlds = [enter(one, start_up(one, 7), 1) for one in (beside(fall), beside())]
    for one in worlds:
        live(one)
    turned, usual = worlds
    assert turned.tone[0] == usual.tone[0] == 0.76 and turned.tone[1] == pytest.approx(odds_times(0.76, 0.1))
    results = [simulate(one, 7).daily for one in (beside(fall), beside())]
    bad = [one["bad_messages"].sum(axis=0) / (one["bad_messages"] + one["good_messages"]).sum(axis=0) for one in results]
    assert bad[0][1] > 2 * bad[1][1] and bad[0][0] < 1.5 * bad[1][0]


def test_an_event_of_a_brand_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match="an event hits brand 1; the brands of this market are 0 to 0"):
        simulate(scenario({**PRESS, "brand": 1}), 1)


# ---- errors -------------------------------------------------------------------------------------------------------------

WRONG = {
    "3": r"market\.events is 3; it is a list, of items with the keys: driver, start, factor, length, ramp, brand",
    "[4]": r"market\.events\[0\] is 4; it is a group of keys",
    "[{driver:needs,start:1,factor:2},{driver:needs,start:0,factor:2}]": r"market\.events\[1\]\.start is 0; it is a whole number in 1\.\.",
    "[{driver:need,start:1,factor:2}]": r"market\.events\[0\]\.driver is 'need'.*Did you mean 'needs'",
    "[{driver:needs,factor:2}]": r"market\.events\[0\] has no start; an item needs driver, start, factor",
    "[{driver:needs,start:1,factor:2,lenght:3}]": r"unknown parameter 'market\.events\[0\]\.lenght'. Did you mean '.*\.length'",
    "[{driver:goodwill,start:1,factor:0.5}]": r"market\.events\[0\]: bad press has a length",
    "[{driver:goodwill,start:1,factor:2,length:3}]": r"market\.events\[0\]: bad press has a length and a factor of at most 1",
}


@pytest.mark.parametrize("given", WRONG)
def test_a_wrong_event_is_told_by_its_place_and_key(given: str) -> None:
    with pytest.raises(ConfigError, match=WRONG[given]):
        load("direct", [f"market.events={given}"])


def test_every_wrong_event_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        scenario_from({"events": [{"driver": "war"}, {"driver": "needs", "start": 1, "factor": -1}]}, {}, {})
    assert len(error.value.errors) == 4


# ---- words --------------------------------------------------------------------------------------------------------------


def test_explain_tells_what_an_event_holds_in_both_languages(capsys: pytest.CaptureFixture) -> None:
    for language in ("en", "zh"):
        assert main(["explain", "market.events", f"lang={language}"]) == 0
        text = capsys.readouterr().out
        assert all(f"market.events[].{one.name}" in text for one in fields(DatedEvent))
        assert all(meaning_of(one, language) in text for one in parameters(DatedEvent, "market.events[]."))
    assert all(meaning_of(one, "en") == one.meaning for one in parameters(DatedEvent, "market.events[]."))
