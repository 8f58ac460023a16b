"""What would turn a comparison: ranges, break-even values with known answers, and the verb."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from experiments.basis import Point, points_of
from experiments.breakeven import Crossing, crossing, next_value
from experiments.cli import USAGE_ERROR, main
from experiments.compose import checked_shelf
from experiments.dictionary import dictionary
from experiments.doubt import Doubt, doubts_of, moved, number_in, range_of
from experiments.flip import FILE, break_even, sentences, turnings_of
from experiments.flipping import Search, Turn, Turning, turnings
from experiments.intervals import Interval, mean_interval
from experiments.language import catalogue
from experiments.overrides import read
from experiments.settings import Flip
from experiments.store import Store

SMALL = ["market.consumers=600", "market.days=60", "market.start_days=20"]
LUCK = np.array([-3.0, 1.0, 2.5, -0.5])


def pair(*words: str, basis: str = "as_found", names: tuple[str, ...] = ("direct", "dealer_4s")) -> list[Point]:
    """Two strategies on one footing in a small market."""
    request = read([*SMALL, *words])
    return points_of(request, names, [basis], checked_shelf(request))


# ---- break-even values -----------------------------------------------------------------------------------------------


def line(values: list[float], at: float, slope: float) -> dict[float, np.ndarray]:
    """Paired differences of four replications on a straight line whose mean is 0 at a value."""
    return {value: slope * (value - at) + LUCK - LUCK.mean() for value in values}


@given(some.floats(1.1, 8.9), some.sampled_from([-50.0, -7.0, 7.0, 50.0]))
def test_a_straight_line_breaks_even_where_it_crosses(at: float, slope: float) -> None:
    lived = line([0.0, 1.0, 10.0], at, slope)
    half = mean_interval(LUCK - LUCK.mean()).half / abs(slope)
    one = crossing(lived, 1.0)
    assert one.value == pytest.approx(at)
    assert one.low is None if at - half < 0 else one.low == pytest.approx(at - half, abs=1e-9)
    assert one.high is None if at + half > 10 else one.high == pytest.approx(at + half, abs=1e-9)


def test_regula_falsi_closes_in_on_a_curve() -> None:
    lived = {value: value**2 - 2.0 + 1e-6 * LUCK for value in (0.0, 1.0, 3.0)}
    for _ in range(12):
        if (value := next_value(lived, 1.0)) is None:
            break
        lived[value] = value**2 - 2.0 + 1e-6 * LUCK
    assert crossing(lived, 1.0).value == pytest.approx(np.sqrt(2), abs=0.03)


def test_whole_numbers_stay_whole_and_nothing_is_lived_twice() -> None:
    lived = line([0.0, 2.0, 20.0], 7.4, 100.0)
    assert next_value(lived, 2.0, whole=True) == 7.0
    assert next_value(lived | line([7.0, 8.0], 7.4, 100.0), 2.0, whole=True) is None


def test_what_keeps_its_sign_has_no_break_even_value() -> None:
    assert crossing(line([0.0, 1.0, 10.0], 11.0, 5.0), 1.0) is None
    assert crossing({value: np.zeros(4) for value in (0.0, 1.0, 2.0)}, 1.0) is None
    assert next_value(line([0.0, 1.0, 10.0], 11.0, 5.0), 1.0) is None


def test_a_cost_breaks_even_where_the_books_say(capsys: pytest.CaptureFixture) -> None:
    points = pair()
    settings, base = Flip(replications=3, workers=1), {"profit_channel": "dealer_4s"}
    as_it_is = Search({point.strategy: point.scenario for point in points}, [], base, "direct", 1, settings)
    (gap,) = (one.difference for one in turnings(as_it_is, "as_found"))
    leader = points[1] if gap.mean > 0 else points[0]  # whose rent must rise until it leads no more
    outlets, rent = leader.scenario.strategy.outlets, leader.scenario.strategy.outlet.rent
    n = outlets.tier1 + outlets.tier2 + outlets.tier3
    expected = [rent + 1e6 * abs(end) / n for end in (gap.mean, *sorted((gap.low, gap.high), key=abs))]
    doubt = Doubt("strategy.outlet.rent", (leader.strategy,), rent, 0.5 * rent, rent + 5e6 * abs(gap.mean) / n, "", False)
    (found,) = turnings(replace(as_it_is, doubts=[doubt], known={}), "as_found")
    at = found.turns[0].crossing
    assert at.value == pytest.approx(expected[0], rel=1e-4)
    if gap.sign:  # else one end lies below the range
        assert (at.low, at.high) == pytest.approx(expected[1:], rel=1e-3)
    capsys.readouterr()


def test_equal_strategies_are_turned_by_nothing() -> None:
    scenario = pair()[0].scenario
    doubts = [one for one in doubts_of([Point("as_found", "direct", scenario)]) if one.path == "market.leads.shows"]
    doubts = [replace(one, whose=("direct", "twin")) for one in doubts]
    search = Search({"direct": scenario, "twin": scenario}, doubts, {"orders": "twin"}, "direct", 1, Flip(replications=2, workers=1))
    (found,) = turnings(search, "as_found")
    (turn,) = found.turns
    assert turn.crossing is None and turn.swing == Interval(0.0, 0.0, 0.0, 2) and found.difference.mean == 0


# ---- what is in doubt ------------------------------------------------------------------------------------------------


def test_a_sourced_range_is_the_sources_spread_around_our_value() -> None:
    shows, visits = dictionary()["market.leads.shows"], dictionary()["market.ownership.visits"]
    assert range_of(shows, 0.65) == (pytest.approx(0.53), pytest.approx(0.90), "F05")  # our value is the centre of F05
    assert range_of(visits, 0.96) == (pytest.approx(0.96 * 1.2 / 1.92), pytest.approx(0.96 * 2.2 / 1.92), "C15")  # C15 halved


def test_an_assumption_without_a_source_may_be_half_as_much_again() -> None:
    assert range_of(dictionary()["strategy.outlet.rent"], 3e6) == (pytest.approx(2e6), pytest.approx(4.5e6), "")
    assert range_of(dictionary()["market.meeting.abandons"], 0.5) == (pytest.approx(0.4), pytest.approx(0.6), "")  # by its odds


@pytest.mark.parametrize("basis", ["format", "as_found"])
def test_every_range_holds_its_value_inside_the_schemas_bounds(basis: str) -> None:
    points = pair(basis=basis)
    doubts = doubts_of(points)
    assert len(doubts) > 150
    for one in doubts:
        about = dictionary()[one.path]
        assert about.grade != "definition" and about.low <= one.low <= one.value <= one.high <= about.high and one.low < one.high
        for point in points:
            if point.strategy in one.whose:
                assert number_in(moved(point.scenario, one.path, one.high), one.path) == one.high


def test_what_strategies_share_counts_once_and_their_own_for_each() -> None:
    whose = {}
    for basis in ("format", "as_found"):
        for one in doubts_of(pair(basis=basis)):
            whose.setdefault((basis, one.path), []).append(one.whose)
    assert whose["format", "market.leads.shows"] == [("direct", "dealer_4s")]
    assert whose["format", "strategy.outlet.rent"] == [("direct", "dealer_4s")]
    assert whose["as_found", "strategy.outlet.rent"] == [("direct",), ("dealer_4s",)]
    assert whose["format", "strategy.terms.margin"] == [("dealer_4s",)]


# ---- the verb --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small comparison."""
    folder = tmp_path_factory.mktemp("flip") / "out"
    words = ["strategies=direct,dealer_4s", "basis=format", "replications=2", "workers=1", f"results={folder}"]
    assert main(["compare", *words, *SMALL]) == 0
    return folder


def test_the_verb_tells_and_keeps_what_it_found(results: Path, capsys: pytest.CaptureFixture) -> None:
    words = [str(results), "only=strategy.unit_cost,market.leads.shows", "replications=2", "workers=1"]
    assert main(["flip", *words]) == 0
    out = capsys.readouterr().out
    assert "strategy.unit_cost" in out and "profit of the channel" in out and str(results / f"{FILE}.json") in out
    kept = turnings_of(Store(results))
    assert [one.outcome for one in kept] == ["orders", "profit_channel"] and all(one.rival == "dealer_4s" for one in kept)
    assert {turn.doubt.path for one in kept for turn in one.turns} == {"strategy.unit_cost", "market.leads.shows"}
    labels = {"direct": "Direct sales", "dealer_4s": "4S dealers"}
    assert all(said in out for one in kept for said in sentences(one, labels))  # what is read again is what was said


def test_nothing_is_read_where_nobody_has_looked(tmp_path: Path) -> None:
    assert turnings_of(Store(tmp_path)) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no results are named"),
        (["nowhere"], "holds no finished results"),
        (["here", "basis=as_found"], "the results hold format"),
        (["here", "only=market.leads.show"], "Did you mean 'market.leads.shows'"),
        (["here", "market.days=9"], "cannot be changed here"),
        (["here", "replications=1"], "replications is 1"),
    ],
)
def test_a_wrong_question_is_one_sentence(words: list[str], said: str, results: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["flip", *(str(results) if word == "here" else word for word in words)]) == USAGE_ERROR
    assert said in capsys.readouterr().err


# ---- words -----------------------------------------------------------------------------------------------------------

SHOWS = Doubt("market.leads.shows", ("a", "b"), 0.65, 0.53, 0.90, "F05", False)
BELOW, ABOVE, OPEN = Interval(-50, -70, -30, 4), Interval(40, 10, 70, 4), Interval(5, -20, 30, 4)


def told(at_low: Interval, at_high: Interval, swing: Interval, at: Crossing | None, language: str = "en") -> str:
    """The line on what one number does to a difference."""
    one = Turning("format", "orders", "a", "b", BELOW, (Turn(SHOWS, at_low, at_high, swing, at),), 9, 4, 600)
    return list(sentences(one, {"a": "A", "b": "B"}, language))[-1].strip()


@pytest.mark.parametrize(
    ("ends", "swing", "at", "said"),
    [
        ((BELOW, ABOVE), ABOVE, Crossing(0.8, 0.7, 0.85), "Breaks even at 0.800 [0.700, 0.850] probability: above it B leads, below it A."),
        ((ABOVE, BELOW), BELOW, Crossing(0.6, 0.55, 0.62), "above it A leads, below it B."),
        ((BELOW, OPEN), ABOVE, Crossing(0.8, 0.7, None), "no clear change of lead"),
        ((BELOW, BELOW), ABOVE, None, "Does not flip inside its range"),
        ((BELOW, Interval(-5, -20, 10, 4)), ABOVE, None, "not clear everywhere"),
        ((BELOW, BELOW), OPEN, None, "No clear influence"),
    ],
)
def test_the_wording_follows_the_intervals(ends: tuple, swing: Interval, at: Crossing | None, said: str) -> None:
    assert said in told(*ends, swing, at)
    assert told(*ends, swing, at, "zh").endswith("。")


def test_an_end_beyond_the_range_is_said_and_not_invented() -> None:
    assert break_even(Crossing(0.8, 0.7, None), SHOWS, "en") == "0.80 [0.70, beyond the range]"


def test_both_languages_are_complete() -> None:
    assert all({"en", "zh"} == set(entry) for entry in catalogue("flip").values())
