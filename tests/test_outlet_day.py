"""What the outlets' day puts in order, and what a day writes down, against the same in NumPy."""

import numpy as np
import pytest

from sim import books
from sim.chance import Decision, uniform
from sim.leads import LONG_AGO
from sim.records import BRAND, IN_LINE, LEDGER, MIND, OUTLET, PERSON, copied, readable
from sim.rules import queueing, selling
from sim.world import InUse
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
