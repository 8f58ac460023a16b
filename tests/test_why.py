"""Who buys under one strategy alone, and where the lives part."""

import shlex
from dataclasses import replace

import numpy as np
import pytest

from experiments.apart import NOTHING, ONLY_FIRST, ONLY_SECOND, Apart, live_apart, parting_of
from experiments.basis import Point, points_of
from experiments.cli import USAGE_ERROR, main
from experiments.compose import checked_shelf
from experiments.counted import count_interval, share_interval
from experiments.overrides import read
from experiments.why import answer_of, event_words
from sim.records import EVENTS
from sim.replication import TOLD
from sim.scenario import Scenario

BUSY = ["market.consumers=3000", "market.days=150", "market.start_days=30", "strategy.pull=1"]


def scenario(*words: str) -> Scenario:
    """Direct sales as found in a small and busy market."""
    request = read([*BUSY, *words])
    return points_of(request, ["direct"], ["as_found"], checked_shelf(request))[0].scenario


def journey(*events: tuple[int, str, int, int]) -> np.ndarray:
    """A journey of the first brand from days, events and stages."""
    out = np.zeros(len(events), TOLD)
    for line, (day, event, before, after) in zip(out, events, strict=True):
        line["day"], line["event"], line["from_stage"], line["to_stage"] = day, event, before, after
    return out


# ---- the first event that differs ------------------------------------------------------------------------------------

START = [(3, "notices", 0, 1), (9, "meets", 3, 3)]


def test_two_journeys_part_at_the_first_event_that_is_not_the_same() -> None:
    one, other = journey(*START, (9, "task fails", 3, 3), (40, "forgets", 3, 1)), journey(*START, (9, "decides", 3, 4), (12, "buys", 4, 5))
    assert parting_of(one, other) == (9, "task fails", "decides")


def test_a_day_on_which_only_one_life_has_an_event_parts_them() -> None:
    assert parting_of(journey(*START), journey(*START, (12, "buys", 4, 5))) == (12, NOTHING, "buys")
    assert parting_of(journey((4, "notices", 0, 1)), journey((3, "notices", 0, 1))) == (3, NOTHING, "notices")


def test_contacts_and_talk_part_nobody() -> None:
    chatter = [(1, "sees touchpoint", 0, 0), (2, "hears good", 0, 0), (5, "searches", 1, 1)]
    assert parting_of(journey(*START), journey(*chatter, *START)) == (-1, NOTHING, NOTHING)


def test_a_lead_that_dies_of_a_move_is_told_by_the_move() -> None:
    lost = journey(*START, (9, "lead dies", 3, 3), (9, "gives up", 3, 7))
    assert parting_of(lost, journey(*START, (9, "decides", 3, 4))) == (9, "gives up", "decides")
    assert parting_of(journey(*START, (9, "lead dies", 3, 3)), journey(*START)) == (9, "lead dies", NOTHING)


# ---- lives -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closers() -> list[Apart]:
    """A strategy against the same with better closers, where nobody talks and nobody has to wait, so that lives hardly touch."""
    one = scenario("market.need.open_share=0.3", "market.word_of_mouth.talk=0", "strategy.outlet.meetings=500")
    better = one.with_strategy(replace(one.strategy, skill=replace(one.strategy.skill, closing=2.0)), "closers")
    return [live_apart([Point("as_found", "direct", one), Point("as_found", "closers", better)], 1, k) for k in range(2)]


def test_a_lever_on_closing_parts_lives_at_a_meeting(closers: list[Apart]) -> None:
    answer = answer_of(closers, 100.0)
    first = answer.groups[0]
    assert first.ending[0] == ONLY_SECOND and first.ending[2] == "buys" and first.ending[1] in ("task fails", "gives up")
    at_closing = sum(one.people.mean for one in answer.groups if one.ending[0] == ONLY_SECOND and one.ending[2] == "buys")
    assert at_closing > 0.8 * answer.alone[ONLY_SECOND].mean > 0
    assert answer.alone[ONLY_SECOND].mean > answer.alone[ONLY_FIRST].mean and not answer.same


def test_the_groups_hold_everybody_who_bought_under_one_alone_once(closers: list[Apart]) -> None:
    answer = answer_of(closers, 100.0)
    for side in (ONLY_SECOND, ONLY_FIRST):
        mine = [one for one in answer.groups if one.ending[0] == side]
        assert sum(one.people.mean for one in mine) == pytest.approx(answer.alone[side].mean)
        assert not mine or sum(one.share.mean for one in mine) == pytest.approx(100.0)
        assert all(one.share.low < one.share.mean < one.share.high for one in mine if one.share.mean < 100)
    everybody = [who for one in closers for ids in one.groups.values() for who in ids]
    assert len(everybody) == sum(len(one.days) for one in closers)


def test_the_example_buys_under_one_strategy_and_not_under_the_other(capsys: pytest.CaptureFixture) -> None:
    words = [*BUSY, "replications=2", "workers=1"]
    assert main(["why", "direct", "dealer_4s", *words]) == 0
    out = capsys.readouterr().out
    assert "direct sales" in out and "like for like" in out and "replications" in out
    bought = []
    for hint in (line.strip() for line in out.splitlines() if line.strip().startswith("funnel story")):
        assert main(shlex.split(hint)[1:]) == 0
        bought.append("signs an order" in capsys.readouterr().out)
    assert len(bought) == 2 and bought[0] != bought[1]


def test_why_a_strategy_against_itself_parts_nobody(capsys: pytest.CaptureFixture) -> None:
    small = ["market.consumers=400", "market.days=40", "market.start_days=20", "replications=2", "workers=1"]
    assert main(["why", "direct", "direct", *small]) == 0
    assert "Nobody's life parted" in capsys.readouterr().out
    assert main(["why", "direct", "direct", *small, "lang=zh"]) == 0
    assert "没有任何人的经历出现分歧" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["direct"], "two strategies are wanted"),
        (["direct", "dealr_4s"], "Did you mean 'dealer_4s'"),
        (["direct", "agency", "replications=1"], "replications is 1"),
        (["direct", "agency", "strategy=hybrid"], "strategy= chooses nothing"),
    ],
)
def test_a_wrong_question_is_one_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["why", *words]) == USAGE_ERROR
    assert said in capsys.readouterr().err


# ---- words and intervals ---------------------------------------------------------------------------------------------


def test_every_event_has_words_in_both_languages() -> None:
    for event in (*EVENTS, NOTHING):
        assert event_words(event, "en") and any("一" <= sign <= "鿿" for sign in event_words(event, "zh"))


def test_counts_and_shares_have_the_exact_intervals_of_the_tables() -> None:
    # Garwood (1936) for totals of 0 and 10; Clopper and Pearson (1934) for 0 and 5 of 10
    assert (count_interval(np.array([0.0])).low, count_interval(np.array([0.0])).high) == pytest.approx((0.0, 3.689), abs=5e-4)
    assert (count_interval(np.array([10.0])).low, count_interval(np.array([10.0])).high) == pytest.approx((4.795, 18.390), abs=5e-4)
    none, half = (share_interval(np.array([k]), np.array([10.0])) for k in (0.0, 5.0))
    assert (none.low, none.high) == pytest.approx((0.0, 0.3085), abs=5e-5)
    assert (half.low, half.high) == pytest.approx((0.1871, 0.8129), abs=5e-5)


def test_counts_that_happen_to_agree_still_have_an_interval() -> None:
    one = count_interval(np.array([2.0, 2.0, 2.0]))
    assert one.mean == 2 and one.low < 2 < one.high
    assert count_interval(np.array([0.0, 9.0])).low == 0.0
