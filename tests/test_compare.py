"""Comparisons: the footing, the intervals, the words, the results folder."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from experiments.analysis import narrow_enough, winner, winners
from experiments.basis import BASES, Point, largest_remainder, outlay, points_of
from experiments.compose import checked_shelf
from experiments.identity import differences, digest, identity_of
from experiments.intervals import Interval, correlation, holm, looks, mean_interval, mean_intervals, p_value, p_values, variance_reduction
from experiments.overrides import read
from experiments.replicate import Life, replicate
from experiments.store import Store
from experiments.wording import finding, number, verdict, with_interval
from sim.books import ENTRY
from sim.schema import ConfigError

SMALL = ["market.consumers=400", "market.days=40", "market.start_days=20"]
BUSY = ["market.consumers=3000", "market.days=120", "strategy.pull=1"]  # enough people and pull for some orders
STRATEGIES = ("direct", "agency", "dealer_4s", "hybrid")


def points(*words: str, names: tuple[str, ...] = STRATEGIES, bases: tuple[str, ...] = BASES) -> dict[tuple[str, str], Point]:
    """Points of a command line by basis and strategy."""
    request = read(words)
    return {(one.basis, one.strategy): one for one in points_of(request, names, bases, checked_shelf(request))}


# ---- footing ---------------------------------------------------------------------------------------------------------


def test_like_for_like_only_the_format_differs() -> None:
    found = points(bases=("format",))
    neutral = found["format", "direct"].scenario.neutral
    for name in STRATEGIES:
        strategy = found["format", name].scenario.strategy
        assert strategy.retail_format == name and strategy.label
        for shared in ("outlets", "outlet", "skill", "selling", "touchpoints", "training", "exposure", "head_office", "list_price"):
            assert getattr(strategy, shared) == getattr(neutral, shared), shared


def test_like_for_like_an_override_applies_to_all_but_the_uncounted_days() -> None:
    found = points("strategy.skill.closing=1", bases=("format",))
    assert {one.scenario.strategy.skill.closing for one in found.values()} == {1.0}
    assert {one.scenario.neutral.skill.closing for one in found.values()} == {0.0}


def test_as_found_is_the_whole_file() -> None:
    found = points(bases=("as_found",))
    assert found["as_found", "dealer_4s"].scenario.strategy.outlets.tier3 > found["as_found", "direct"].scenario.strategy.outlets.tier3


def test_for_the_same_money_every_outlay_is_the_neutral_one() -> None:
    for one in points(bases=("same_money",)).values():
        market, neutral = one.scenario.market, one.scenario.neutral
        assert outlay(market, one.scenario.strategy) == pytest.approx(outlay(market, neutral), rel=1e-9)


def test_for_the_same_money_the_mix_of_tiers_stays() -> None:
    one = points(bases=("same_money",))["same_money", "direct"].scenario.strategy
    assert one.outlets.tier3 == 0 and abs(one.outlets.tier1 - one.outlets.tier2) <= 1


def test_all_points_share_market_and_neutral_strategy() -> None:
    found = [one.scenario for one in points().values()]
    assert len({(one.market, one.neutral) for one in found}) == 1


@pytest.mark.parametrize(
    ("counts", "total", "expected"), [([9, 9, 0], 22, [11, 11, 0]), ([7, 11, 12], 15, [4, 5, 6]), ([1, 1, 1], 0, [0, 0, 0])]
)
def test_largest_remainder_keeps_proportions(counts: list[int], total: int, expected: list[int]) -> None:
    assert largest_remainder(counts, total) == expected


# ---- intervals -------------------------------------------------------------------------------------------------------


def test_the_interval_of_gossets_sleep_data_is_the_published_one() -> None:
    # Student (1908), differences of hours of sleep; R: t.test(extra ~ group, paired = TRUE) gives 0.7001142 2.4598858, p .002833
    differences_of_sleep = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    one = mean_interval(differences_of_sleep)
    assert (one.mean, one.low, one.high) == pytest.approx((1.58, 0.7001142, 2.4598858), abs=1e-6)
    assert p_value(differences_of_sleep) == pytest.approx(0.002833, abs=1e-6)


def test_undefined_values_are_left_out_and_one_value_has_no_interval() -> None:
    assert mean_interval(np.array([1.0, np.nan, 3.0])).n == 2
    assert np.isnan(mean_interval(np.array([1.0])).low)


@pytest.mark.parametrize("lacks", [None, (1, 3), (2, slice(1, None)), (0, slice(None))], ids=["nothing", "one", "all but one", "a row"])
def test_many_rows_at_once_are_judged_as_each_alone(lacks: tuple | None) -> None:
    rows = np.random.default_rng(5).normal(0.4, 1.0, (6, 7))
    rows[4], rows[5] = 0.0, 2.0  # no difference at all, and one that never varies
    if lacks:
        rows[lacks] = np.nan
    assert [repr(one) for one in mean_intervals(rows, 0.01)] == [repr(mean_interval(row, 0.01)) for row in rows]
    known = [row[np.isfinite(row)] for row in rows]
    expected = [float(ttest_1samp(row, 0.0).pvalue) if row.size > 1 and row.std() else float(not row.any()) for row in known]
    expected = [1.0 if row.size < 2 else p for row, p in zip(known, expected, strict=True)]
    assert p_values(rows).tolist() == pytest.approx(expected, rel=1e-9)
    sides = {"a": rows, "b": rows[::-1] + 0.5, "c": rows * 0.5 - 1}
    assert winners(sides, 0.05) == [winner({name: values[k] for name, values in sides.items()}, 0.05) for k in range(len(rows))]


def test_holm_corrects_step_by_step() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_pairing_is_worth_more_the_more_luck_is_shared() -> None:
    rng = np.random.default_rng(1)
    shared, own = rng.normal(size=4000), rng.normal(size=(2, 4000))
    a, b = 2 * shared + own[0], 2 * shared + own[1]
    assert correlation(a, b) == pytest.approx(0.8, abs=3 * 0.36 / np.sqrt(4000))
    assert variance_reduction(a, b) == pytest.approx(5, rel=0.1)


def test_the_looks_double_until_the_cap() -> None:
    assert looks(10, 20) == [10, 20]
    assert looks(10, 35) == [10, 20, 35]
    assert looks(7, 7) == [7] and looks(2, 2) == [2]
    assert looks(2, 20) == [5, 10, 20] and looks(2, 4) == [4]  # two that agree by chance stop nothing


def test_a_winner_beats_every_other() -> None:
    rng = np.random.default_rng(2)
    luck = rng.normal(size=10)
    clear = {"a": luck + 9, "b": luck + rng.normal(size=10), "c": luck + rng.normal(size=10)}
    assert winner(clear, 0.05) == "a"
    assert winner({"a": luck, "b": luck.copy()}, 0.05) is None
    assert winner({"a": luck}, 0.05) is None and winner({}, 0.05) is None


def test_narrow_means_narrow_on_every_basis() -> None:
    luck = np.array([0.0, 1.0, 2.0, 3.0])
    steady = dict.fromkeys(("orders", "profit_channel", "revenue"), 1000 + 0 * luck)
    shaky = {**steady, "orders": 1000 + 300 * luck}
    assert narrow_enough({"format": {"a": steady, "b": steady}}, ["a", "b"], 0.05, 0.05)
    assert not narrow_enough({"format": {"a": steady, "b": steady}, "as_found": {"a": steady, "b": shaky}}, ["a", "b"], 0.05, 0.05)


# ---- words -----------------------------------------------------------------------------------------------------------

TO = "(95 % interval 1,610 to 2,070)"
PHRASE = "{} {} cars a year are ordered|more|fewer|cars ordered a year"


def test_the_wording_follows_the_interval() -> None:
    assert verdict(Interval(5, 1, 9, 10), "more", "fewer") == "more"
    assert verdict(Interval(-5, -9, -1, 10), "more", "fewer") == "fewer"
    assert verdict(Interval(5, -1, 11, 10), "more", "fewer") == "no clear difference"


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (Interval(1838.2, 1607, 2069.4, 10), f"under 4S dealers 1,840 more cars a year are ordered than under agency {TO}"),
        (Interval(-1838.2, -2069.4, -1607, 10), f"under 4S dealers 1,840 fewer cars a year are ordered than under agency {TO}"),
        (Interval(38, -12, 88, 10), "no clear difference in cars ordered a year between 4S dealers and agency (95 % interval -12 to 88)"),
        (Interval(0, 0, 0, 10), "exactly the same cars ordered a year under 4S dealers and agency"),
        (Interval(5, np.nan, np.nan, 1), "too few replications to compare cars ordered a year under 4S dealers and agency"),
    ],
)  # fmt: skip
def test_a_finding_is_one_sentence_with_its_interval(difference: Interval, said: str) -> None:
    assert finding("4S dealers", "agency", PHRASE, difference, "95 %") == said


def test_numbers_are_rounded_by_the_width_of_their_interval() -> None:
    assert with_interval(Interval(1838.2, 1607, 2069.4, 10)) == "1,840 [1,610, 2,070]"
    assert with_interval(Interval(0.05834, 0.0561, 0.0605, 10)) == "0.0583 [0.0561, 0.0605]"
    assert with_interval(Interval(np.nan, np.nan, np.nan, 0)) == "-"
    assert number(-0.2, 1) == "0"


# ---- the results folder ----------------------------------------------------------------------------------------------


def made_up(replication: int) -> list[Life]:
    """Lives with known numbers, two strategies of one basis."""
    rng = np.random.default_rng(replication)
    books = np.zeros(3, ENTRY)
    books["day"], books["fen"], books["payee"] = [1, 1, 2], rng.integers(1, 10**12, 3), 1
    daily = np.zeros((3, 1), [("day", "i4"), ("brand", "i1"), ("orders", "i8")])
    flows = np.zeros((3, 1, 8, 8), np.int64)
    flows[1, 0, 0, 1] = replication + 1
    outcomes = {"orders": float(rng.random()), "loop_gain": np.nan}
    return [
        Life("format", name, replication, rng.integers(0, 100, (3, 1, 8)), flows, books, daily[["orders"]], outcomes)
        for name in ("direct", "agency")
    ]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for replication in (2, 0):
        store.write(made_up(replication))
    assert store.finished() == [0, 2]
    rows = store.read("outcomes")
    assert rows.column("orders").to_pylist() == [life.outcomes["orders"] for replication in (0, 2) for life in made_up(replication)]
    assert rows.column("strategy").to_pylist() == ["direct", "agency"] * 2
    assert store.read("flows").to_pylist()[0] == {
        "basis": "format", "strategy": "direct", "replication": 0, "day": 1, "brand": 0, "from": "unaware", "to": "aware", "people": 1,
    }  # fmt: skip
    assert store.read("books").column("fen").to_pylist()[:3] == made_up(0)[0].books["fen"].tolist()
    assert set(store.read("books").column("payee").to_pylist()) == {"retailer"}
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_replication_without_its_outcomes_is_not_finished(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(made_up(0))
    (tmp_path / "outcomes" / "r00000.parquet").unlink()
    assert store.finished() == []


def test_a_flipped_bit_is_found_on_reading(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(made_up(0))
    path = tmp_path / "stocks" / "r00000.parquet"
    raw = bytearray(path.read_bytes())
    raw[60] ^= 1
    path.write_bytes(raw)
    with pytest.raises(OSError):
        store.read("stocks", [0])


def test_a_folder_belongs_to_one_experiment(tmp_path: Path) -> None:
    first, second = (identity_of(list(points(word, names=("direct", "agency"), bases=("format",)).values()), 1, False)
                     for word in ("market.days=40", "market.days=50"))  # fmt: skip
    Store(tmp_path).open(first, {})
    Store(tmp_path).open(first, {})
    with pytest.raises(ConfigError, match=r"market\.days: 40 -> 50"):
        Store(tmp_path).open(second, {})
    assert digest(first) != digest(second)
    assert list(differences(first, second)) == ["market.days: 40 -> 50"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be used"):
        Store(tmp_path / "file").open({}, {})


# ---- lives -----------------------------------------------------------------------------------------------------------


def test_a_strategy_against_itself_makes_no_difference() -> None:
    found = points(*SMALL, names=("direct",), bases=("as_found",))["as_found", "direct"]
    twin = Point("as_found", "twin", found.scenario.with_strategy(found.scenario.strategy, "twin"))
    one, other = replicate([found, twin], seed=3, replication=1)
    assert (one.stocks == other.stocks).all() and (one.books == other.books).all()
    np.testing.assert_equal(one.outcomes, other.outcomes)


def test_a_shared_start_and_an_own_start_give_the_same_life() -> None:
    both = list(points(*SMALL, names=("direct", "agency"), bases=("as_found",)).values())
    together, alone = replicate(both, 1, 0), replicate(both[1:], 1, 0)
    assert (together[1].flows == alone[0].flows).all() and (together[1].books == alone[0].books).all()


def test_without_the_loop_nothing_is_owed_to_it() -> None:
    words = [*SMALL, *BUSY, "market.word_of_mouth.talk=0", "market.waits.looks_again=0"]
    (life,) = replicate(list(points(*words, names=("direct",), bases=("as_found",)).values()), 1, 0, loop=True)
    assert life.outcomes["orders"] > 0 and life.outcomes["loop_gain"] == 0


def test_the_funnel_narrows_and_ends_in_the_buyers() -> None:
    words = [*SMALL, *BUSY]
    (life,) = replicate(list(points(*words, names=("direct",), bases=("as_found",)).values()), 1, 0)
    shares = [life.outcomes[f"reached_{stage}"] for stage in ("aware", "interest", "consideration", "intent", "order")]
    assert shares == sorted(shares, reverse=True) and 0 < shares[-1] < shares[0] <= 1


def test_the_manifest_says_how_it_was_made(tmp_path: Path) -> None:
    from experiments.cli import main

    folder = tmp_path / "out"
    assert main(["run", "strategy=agency", *SMALL, "replications=2", "workers=1", f"results={folder}"]) == 0
    manifest = json.loads((folder / "manifest.json").read_text())
    assert len(manifest["hash"]) == 64 and manifest["model"]["market"]["days"] == 40
    assert {"command", "git", "python", "packages"} <= set(manifest) and manifest["model"]["engine"]
    assert sorted(os.listdir(folder / "outcomes")) == ["r00000.parquet", "r00001.parquet"]
