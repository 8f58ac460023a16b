"""What the outlets' day puts in order, and what a day writes down, against the same in NumPy."""

import numpy as np
import pytest

from sim import books
from sim.chance import Decision, uniform
from sim.leads import LONG_AGO
from sim.network import open_network
from sim.records import BRAND, IN_LINE, JOURNEY, LEDGER, MIND, ORDER, OUTLET, PERSON, T, copied, readable
from sim.rules import queueing, selling
from sim.world import InUse, World, populate
from tests.worlds import small

LUCK, DAY = np.uint64(11), 40


def spots(rng: np.random.Generator, k: int, outlets: int, joined: int, first: int = 0) -> np.ndarray:
    """So many simulated people (k,) who joined the line of any outlet on a day."""
    line = readable(np.zeros(k, IN_LINE))
    line["outlet"], line["joined"], line["person"] = rng.integers(outlets, size=k), joined, first + np.arange(k)
    line["place"] = rng.random(k)
    return line


@pytest.mark.parametrize("come", [(0, 0, 0), (1, 0, 2), (300, 7, 40)])
def test_the_line_stands_by_outlet_day_joined_and_keyed_place(come: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    outlets = readable(np.zeros(3, OUTLET))
    outlets["id"] = (70, 80, 90)
    waited, arrived = spots(rng, 40, 3, DAY - 2), spots(rng, 25, 3, DAY, 40)
    waited = waited[np.lexsort((waited["place"], waited["outlet"]))]
    queue, total = readable(np.zeros(500, IN_LINE)), 65 + sum(come)
    assert queueing.line_up(waited, arrived, np.array(come), outlets, DAY, LUCK, np.zeros(400), np.zeros(801, np.int64), queue) == total
    line = queue[:total]
    assert np.array_equal(np.lexsort((line["place"], line["joined"], line["outlet"])), np.arange(total))
    assert sorted(line["person"][line["person"] >= 0]) == list(range(65))
    for spot in line[line["person"] < 0]:
        key = LUCK, int(Decision.PLACE_IN_QUEUE), int(outlets["id"][spot["outlet"]]), DAY + LONG_AGO, 255, 0, -int(spot["person"])
        assert spot["place"] == uniform(*key) and spot["joined"] == DAY and not spot["elsewhere"]


def background(world: World, o: int, joined: list[int]) -> np.ndarray:
    """So many people who are not simulated (k,) in line at an outlet since these days, numbered of each day."""
    line = readable(np.zeros(len(joined), IN_LINE))
    line["outlet"], line["joined"] = o, joined
    line["person"] = [-1 - joined[:k].count(day) for k, day in enumerate(joined)]
    return line


@pytest.fixture
def open_world() -> World:
    """A world with open outlets."""
    scenario = small("dealer_4s")
    world = populate(scenario, 1, 0)
    open_network(world, scenario.strategy)
    world.day = world.opened_day + DAY  # whoever was hired works
    return world


def test_who_comes_where_there_is_room_for_all_needs_no_place_in_line() -> None:
    waiting, arrived = readable(np.zeros(4, IN_LINE)), readable(np.zeros(1, IN_LINE))
    waiting["outlet"], arrived["outlet"] = (0, 0, 1, 3), 2
    come, ahead, outlets = np.array([3, 3, 3, 0]), np.full(4, 9), readable(np.zeros(4, OUTLET))
    queueing.go_ahead(waiting, arrived, come, outlets, np.array([5.0, 3.0, 9.0, 9.0]), ahead)
    assert ahead.tolist() == [3, 0, 0, 0]  # just enough room; one too few; somebody simulated arrives; nobody comes
    assert come.tolist() == [0, 3, 3, 0]


def test_those_who_are_not_simulated_leave_the_line_each_by_their_own_luck_and_the_others_keep_their_order(open_world: World) -> None:
    world, o, first, day = open_world, 1, 3, open_world.day
    joined = [day - 4] * 9 + [day - 1] * 30 + [day] * 41
    line = np.concatenate([background(world, 0, [day] * first), background(world, o, joined)])
    line = readable(line.view(IN_LINE))
    stays = []
    for spot in line[first:]:
        since = int(spot["joined"])
        key = int(world.outlets["id"][o]), since + LONG_AGO, 255, day - since, 1 - int(spot["person"])
        stays.append(uniform(world.luck, int(Decision.ABANDONS), *key) >= world.scenario.market.meeting.abandons)
    wanted = line[first:][stays].copy()
    kept = queueing.lose_patience(
        line, first, line.size, 1, o, world.people, world.minds, world.outlets, day, world.luck, world.market, world.flow, world.tally,
        np.zeros(200), np.zeros(400, np.int64), readable(np.zeros(1, JOURNEY)), np.zeros(1, np.int64),
    )  # fmt: skip
    assert 0 < len(wanted) < len(joined) and kept == 1 + len(wanted)
    assert line[1:kept][["joined", "person"]].tolist() == wanted[["joined", "person"]].tolist()
    assert world.tally[0, T["background_abandoned"]] == len(joined) - len(wanted)


def served(world: World, line: np.ndarray, o: int, room: float) -> tuple[int, int]:
    """What `serve` says of an outlet at which nobody but these stands."""
    return selling.serve(
        line, 0, line.size, 0, o, room, world.people, world.minds, world.brands, world.outlets, world.staff, np.zeros(world.outlets.size),
        world.day, world.luck, world.market, world.flow, world.tally, readable(np.zeros(1, ORDER)), np.zeros(1, np.int64),
        np.zeros(200), np.zeros(400, np.int64), readable(np.zeros(1, JOURNEY)), np.zeros(1, np.int64),
    )  # fmt: skip


def test_desks_meet_the_first_in_line_up_to_their_room(open_world: World) -> None:
    world, o, day = open_world, 1, open_world.day
    line, before = background(world, o, [day - 2] * 5 + [day] * 20), world.staff["experience"].sum()
    numbers = [1 - int(spot["person"]) + 4096 * (day - int(spot["joined"])) for spot in line[:11]]
    key = world.luck, int(Decision.BACKGROUND_BUYS), int(world.outlets["id"][o]), day + LONG_AGO, 255, 0
    bought = sum(uniform(*key, number) < 3 / 20 for number in numbers)
    assert served(world, line, o, 11.0) == (11, 0)
    assert world.outlets["served"].tolist() == [11 * (k == o) for k in range(world.outlets.size)]
    assert world.tally[0, [T["background_meetings"], T["background_waited"], T["background_orders"]]].tolist() == [11, 10, bought]
    assert world.staff["experience"].sum() == pytest.approx(before + 11.0, rel=1e-12)


def test_who_needs_no_place_is_met_as_somebody_who_has_one(open_world: World) -> None:
    world, o, come = open_world, 1, 37
    other = world.copy()
    assert served(world, background(world, o, [world.day] * come), o, 40.0) == (come, 0)
    selling.serve_at_once(come, other.outlets[o], other.brands, other.staff, other.day, other.luck, other.tally, np.zeros(200))
    assert world.tally[0, T["background_orders"]] > 0 and world.outlets["real_sold"][o] > 0
    for name in ("staff", "outlets", "tally"):
        assert np.array_equal(getattr(world, name), getattr(other, name)), name


def test_online_orders_stand_by_person_and_of_one_person_by_the_hour() -> None:
    rng, n = np.random.default_rng(6), 50
    people, minds = readable(np.zeros(n, PERSON)), readable(np.zeros((2, n), MIND))
    people["id"] = rng.permutation(n)
    minds["advance"], minds["advance_rate"] = rng.random((2, n)), 0.5 + rng.random((2, n))
    online = rng.permutation(2 * n).astype(np.int32)[:60]
    b, i = online // n, online % n
    wanted = online[np.lexsort((minds["advance"][b, i] / minds["advance_rate"][b, i], people["id"][i]))]
    selling.put_in_sequence(online, people, minds)
    assert online.tolist() == wanted.tolist()


def test_the_book_holds_every_payment_of_the_day_and_retailers_earn_what_they_receive_less_what_they_pay() -> None:
    rng = np.random.default_rng(7)
    ledger, earned = np.zeros((2, *LEDGER), np.int64), np.zeros((2, LEDGER[0]), np.int64)
    flat = ledger.reshape(-1)
    flat[rng.choice(flat.size, 90, replace=False)] = rng.integers(-500, 500, 90)
    book, count = readable(np.zeros(100, books.ENTRY)), np.zeros(1, np.int64)
    books.enter(ledger, 3, book, count)
    where = np.nonzero(ledger)
    assert [book[name][: count[0]].tolist() for name in ("brand", "tier", "purpose", "payer", "payee")] == [k.tolist() for k in where]
    assert book["fen"][: count[0]].tolist() == ledger[where].tolist() and (book["day"][: count[0]] == 3).all()
    books.settle(np.zeros(ledger.shape[:-1], np.int64), ledger, np.zeros(ledger.shape[:-1], np.int64), earned)
    received, paid = ledger[..., books.RETAILER].sum(axis=(2, 3)), ledger[:, :, :, books.RETAILER].sum(axis=(2, 3))
    assert earned.tolist() == (received - paid).tolist()


def test_a_copy_of_records_is_equal_and_a_thing_of_its_own() -> None:
    brands = readable(np.zeros(3, BRAND))
    brands["list_price"] = np.arange(9.0).reshape(3, 3)
    twin = copied(brands)
    assert twin.dtype == brands.dtype and type(twin) is type(brands) and twin["list_price"].tolist() == brands["list_price"].tolist()
    twin["list_price"] = 0.0
    assert brands["list_price"].sum() == 36.0


def test_only_brands_that_use_a_lever_are_asked_about_it() -> None:
    strategies = small("recommendation").strategy, small("direct").strategy
    used = InUse.by(strategies)
    assert used.recommendation == (0,) and used.partnership == used.policy == ()
    assert used.training == tuple(one.training.length for one in strategies)
