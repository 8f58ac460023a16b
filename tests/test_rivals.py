"""Several brands in one market (ODD 5.17): each need ends in one order at most, and which brand is stored first decides nothing."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from experiments import load
from experiments.intervals import mean_interval
from sim.day import live
from sim.network import open_network
from sim.people import wake
from sim.records import NO_NEED, T
from sim.replication import Result, absent, enter, simulate, start_up
from sim.scenario import Scenario, Strategy
from sim.stages import Stage
from sim.world import populate
from tests.worlds import RECORDS, bits, days_of, fingerprints

SIZE = ("market.consumers=3000", "market.households=30000", "market.days=200", "market.start_days=60", "strategy.exposure=0.01")
BRISK = ("market.need.mean=1.5", "market.rival_pressure=0.3")  # many needs, many orders: small worlds then tell something
REPLICATIONS = 12


def scenario(name: str, *overrides: str) -> Scenario:
    """A shipped strategy in a small, brisk market."""
    return load(name, [*SIZE, *BRISK, *overrides])


def against(one: Scenario, *rivals: Strategy, **about: object) -> Scenario:
    """A scenario with rivals beside it; `about` are numbers of market.rivals."""
    return replace(one, rivals=rivals, market=replace(one.market, rivals=replace(one.market.rivals, **about)))


@cache
def duel() -> tuple[Result, np.ndarray]:
    """Direct sales against dealers, and who was in need on day 0."""
    both = against(scenario("direct"), scenario("dealer_4s").strategy)
    start = start_up(both)
    return simulate(both, start=start, track=400), start.people["need_since"] != NO_NEED


def of_brand(result: Result, name: str, b: int) -> np.ndarray:
    """A record of a result without the other brands."""
    record = getattr(result, name)
    if name in ("stocks", "flows", "daily", "opened"):
        return record[:, b]
    if name == "minds":
        return record[b]
    return record[record["brand"] == b] if "brand" in record.dtype.names else record


# ---- a rival that is not there ---------------------------------------------------------------------------------------


def test_a_rival_that_nobody_knows_and_that_does_nothing_changes_no_bit() -> None:
    alone = scenario("dealer_4s")
    silent = against(alone, absent(alone.strategy), start="launch")
    one, other = simulate(alone, track=100), simulate(silent, track=100)
    for name in RECORDS:
        assert bits(of_brand(one, name, 0)) == bits(of_brand(other, name, 0)), name
    assert other.outcomes == pytest.approx(one.outcomes, rel=0, nan_ok=True)
    assert other.outcomes_of_brand(1)["orders"] == 0 and (other.minds["stage"][1] == Stage.UNAWARE).all()


def test_without_rivals_what_is_said_of_rivals_changes_nothing() -> None:
    alone = scenario("direct")
    assert fingerprints(simulate(alone)) == fingerprints(simulate(against(alone, start="launch", passive=0.0)))


# ---- one need, one car -----------------------------------------------------------------------------------------------


def test_every_need_ends_once_by_an_order_of_one_brand_or_otherwise() -> None:
    result, waiting = duel()
    ended = {name: int(result.daily[name].sum()) for name in ("orders", "rival_closed", "put_off")}
    still_open = int((result.people["need_since"] != NO_NEED).sum())
    assert waiting.sum() + result.daily["needs"].sum() == sum(ended.values()) + still_open
    assert ended["orders"] == result.orders.size == sum((result.orders["brand"] == b).sum() for b in (0, 1))
    assert min((result.orders["brand"] == b).sum() for b in (0, 1)) > 50
    assert sum(result.outcomes_of_brand(b)["order_share"] for b in (0, 1)) == pytest.approx(1)


def test_nobody_signs_twice_for_one_need() -> None:
    orders = duel()[0].orders
    needs = np.stack([orders["person"], orders["need_day"]])
    assert np.unique(needs, axis=1).shape[1] == orders.size


def test_nobody_owns_or_awaits_the_cars_of_two_brands() -> None:
    both = against(scenario("direct", "market.days=120"), scenario("dealer_4s").strategy)
    for world in days_of(both):
        owns = np.isin(world.minds["stage"], (Stage.OWNER, Stage.ADVOCATE))
        settled = (world.people["order"] < 0) | (world.people["order_day"] < world.day)  # the other minds turn away tomorrow
        assert (owns.sum(axis=0)[settled] <= 1).all()
        for b in (0, 1):
            mine = owns[b] & settled
            assert ((world.people["car"][mine] == b) | (world.people["order"][mine] == b)).all()


def test_no_mind_moves_twice_a_day_and_who_has_signed_is_met_by_nobody_else() -> None:
    result, _ = duel()
    lines = result.journeys
    moved = lines[(lines["from_stage"] != lines["to_stage"])]
    keys = np.stack([moved["consumer"], moved["day"], moved["brand"]])
    assert np.unique(keys, axis=1).shape[1] == moved.size > 500
    bought = {(line["consumer"], line["day"]): line["brand"] for line in lines[lines["event"] == "buys"]}
    assert len(bought) > 20
    for line in lines[lines["event"] == "meets"]:
        assert bought.get((line["consumer"], line["day"]), line["brand"]) == line["brand"]


def test_of_minds_that_shop_or_own_an_order_elsewhere_leaves_none() -> None:
    both = against(scenario("direct", "market.days=60"), scenario("dealer_4s").strategy)
    lost = kept = 0
    before = None
    for world in days_of(both):
        if before is not None:
            signed = np.flatnonzero((before.people["order"] >= 0) & (before.people["order_day"] == before.day))
            other = 1 - before.people["order"][signed]
            was, now = before.minds["stage"][other, signed], world.minds["stage"][other, signed]
            closed = np.isin(was, (Stage.CONSIDERATION, Stage.INTENT, Stage.OWNER, Stage.ADVOCATE))
            assert (now[closed] == Stage.LOST).all()
            assert (now[was == Stage.LOST] == Stage.LOST).all() and not np.isin(now[was <= Stage.INTEREST], (Stage.LOST,)).any()
            assert (before.minds["lead"][other, signed] == 0).all()
            lost, kept = lost + closed.sum(), kept + (was <= Stage.INTEREST).sum()
        before = world
    assert lost > 10 and kept > 10


def test_an_owner_who_signs_elsewhere_is_counted_as_lost_once() -> None:
    brisk = scenario("direct", "market.rival_pressure=0", "market.waits.cancels=0", "market.initial.owner=0.25", "market.need.mean=0.8")
    both = against(brisk, brisk.strategy)
    world = enter(both, start_up(both), 1)
    lost, left = np.zeros(2, int), np.zeros(2, int)
    for day in range(both.market.days):
        people = world.people
        signed = (people["order"] >= 0) & (people["order_day"] == world.day)
        for b in (0, 1):
            left[b] += (signed & (people["car"] == b) & (people["order"] != b)).sum() if day else 0
        live(world)
        lost += world.tally[:, T["owners_lost"]] if day else 0
    assert (lost == left).all() and lost.min() > 5


# ---- no brand is preferred -------------------------------------------------------------------------------------------


@cache
def twins() -> list[Result]:
    """Two brands with one strategy, over replications."""
    one = scenario("direct")
    return [simulate(against(one, one.strategy), replication=k) for k in range(REPLICATIONS)]


@cache
def seats() -> dict[tuple[str, str], list[Result]]:
    """Direct sales and dealers, each as the first brand and as the second, over replications."""
    pair = {name: scenario(name) for name in ("direct", "dealer_4s")}
    orders = (("direct", "dealer_4s"), ("dealer_4s", "direct"))
    return {
        (a, b): [simulate(against(pair[a], pair[b].strategy), replication=k) for k in range(REPLICATIONS)] for a, b in orders
    }  # fmt: skip


@pytest.mark.parametrize("key", ["orders", "leads", "meetings", "profit_channel"])
def test_two_brands_with_one_strategy_come_to_the_same(key: str) -> None:
    first, second = (np.array([one.outcomes_of_brand(b)[key] for one in twins()]) for b in (0, 1))
    gap = mean_interval(first - second, alpha=0.001)
    assert gap.low <= 0 <= gap.high and gap.half < 0.35 * abs(first.mean())


def test_which_brand_is_named_first_decides_nothing() -> None:
    share = {
        key: np.array([one.outcomes_of_brand(key.index("direct"))["order_share"] for one in results]) for key, results in seats().items()
    }  # fmt: skip
    one, other = share.values()
    gap = mean_interval(one - other, alpha=0.001)
    assert gap.low <= 0 <= gap.high and gap.half < 0.15


def test_threads_and_the_order_in_which_people_are_stored_decide_nothing() -> None:
    both = against(scenario("direct", "market.word_of_mouth.network=none"), scenario("dealer_4s").strategy)
    result = simulate(both)
    assert fingerprints(result) == fingerprints(simulate(both, threads=2))
    rows = np.random.default_rng(1).permutation(both.market.consumers)
    mixed = simulate(both, start=start_with(both, rows))
    back = np.argsort(rows)
    assert bits(np.asarray(mixed.people[back])) == bits(np.asarray(result.people))
    assert bits(mixed.stocks) == bits(result.stocks) and bits(mixed.daily) == bits(result.daily)


def start_with(both: Scenario, rows: np.ndarray):
    """The start-up world of a scenario with its people stored in another order."""
    world = populate(both, 1, 0)
    world.people, world.minds, world.wakes = world.people[rows].copy(), world.minds[:, rows].copy(), world.wakes[rows].copy()
    open_network(world, both.neutral, both.neutral)
    wake(world.people, world.minds, world.day, world.need_table, world.luck, world.market)
    while world.day < 0:
        live(world)
    return world


# ---- what rivals do to each other ------------------------------------------------------------------------------------


def test_a_dearer_rival_loses_orders_and_the_other_gains() -> None:
    one = scenario("direct")
    dear = replace(one.strategy, list_price=1.12 * one.market.reference_price)
    now = [simulate(against(one, dear), replication=k) for k in range(REPLICATIONS)]
    gain, loss = (
        mean_interval(np.array([after.outcomes_of_brand(b)["orders"] - before.outcomes_of_brand(b)["orders"]
                                for before, after in zip(twins(), now, strict=True)]))
        for b in (0, 1)
    )  # fmt: skip
    assert gain.low > 0 and loss.high < 0 and gain.mean < -loss.mean


def test_a_rival_takes_orders_from_the_first_brand() -> None:
    one = scenario("direct")
    alone = np.array([simulate(one, replication=k).outcomes["orders"] for k in range(REPLICATIONS)])
    beside = np.array([result.outcomes["orders"] for result in twins()])
    assert mean_interval(alone - beside).low > 0


def test_active_rivals_may_take_the_place_of_passive_ones() -> None:
    one = scenario("direct")
    half = against(one, one.strategy, passive=0.0)
    assert simulate(half).daily["rival_closed"].sum() == 0
    assert simulate(half).orders.size > simulate(against(one, one.strategy)).orders.size


def test_a_start_of_another_number_of_brands_is_refused() -> None:
    one = scenario("direct", "market.days=5", "market.start_days=5")
    with pytest.raises(ValueError, match="start is a world of 1 brands, the scenario has 2"):
        enter(against(one, one.strategy), start_up(one), 1)
