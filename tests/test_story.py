"""One life in words: both languages, whose life, and that the words tell what happened."""

import numpy as np
import pytest

from experiments.cli import main
from experiments.compose import load
from experiments.language import LANGUAGES, catalogue
from experiments.story import by_consumer, lines, lost_after_meeting
from sim import simulate
from sim.records import EVENTS
from sim.replication import TOLD
from sim.scenario import TOUCHPOINTS
from sim.stages import Stage

SIZE = ["market.consumers=3000", "market.days=300", "market.start_days=30", "strategy.pull=1", "market.initial.owner=0.2"]


def journey(*events: tuple[int, str, Stage, Stage]) -> np.ndarray:
    """A journey of (day, event, from, to)."""
    told = np.zeros(len(events), TOLD)
    for row, (day, event, old, new) in zip(told, events, strict=True):
        row["day"], row["event"], row["from_stage"], row["to_stage"] = day, event, old, new
    told["touchpoint"], told["outlet"], told["salesperson"], told["price"] = 1, 7, 5, 250_000
    return told


def test_every_event_touchpoint_and_stage_has_words() -> None:
    known, stages = catalogue("story"), catalogue("stages")
    assert {key for key in known if key.startswith("event_")} == {f"event_{event.replace(' ', '_')}" for event in EVENTS}
    assert {key for key in known if key.startswith("touchpoint_")} == {f"touchpoint_{name}" for name in TOUCHPOINTS}
    assert all(stage.name.lower() in stages for stage in Stage)
    assert all(set(entry) == set(LANGUAGES) for entry in known.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_can_be_told_in_both_languages(language: str) -> None:
    for event in EVENTS:
        told = "\n".join(lines(journey((3, event, Stage.AWARE, Stage.INTEREST)), 10, language=language))
        assert "{" not in told and "None" not in told
        assert (language == "zh") == any("一" <= letter <= "鿿" for letter in told)


def test_a_life_in_chinese() -> None:
    told = journey((4, "meets", Stage.INTENT, Stage.INTENT), (4, "buys", Stage.INTENT, Stage.OWNER), (9, "talks", Stage.OWNER, Stage.OWNER))
    assert list(lines(told, 10, language="zh")) == [
        "  起初：购买意向。",
        "  第 4 天：与5号销售顾问洽谈（7号门店）；签订订单，成交价 250,000 元（7号门店）（购买意向→车主）。",
        "  第 9 天：谈论该车。",
        "  第 10 天结束时：车主。",
    ]


def test_the_same_thing_twice_running_is_said_once() -> None:
    told = journey(*[(4, "searches", Stage.AWARE, Stage.AWARE)] * 2, (4, "need opens", Stage.AWARE, Stage.AWARE))
    assert "  day 4: looks for information 2 times; needs a car." in list(lines(told, 10))


STEPS = {"need": "need opens", "meet": "meets", "buy": "buys", "rival": "rival closes need"}


@pytest.mark.parametrize(
    ("events", "lost"),
    [("need meet rival", True), ("meet need rival", False), ("need rival meet", False), ("need meet buy need rival", False),
     ("need meet need meet rival", True), ("meet", False)],
)  # fmt: skip
def test_lost_is_who_met_us_and_then_bought_a_rivals_car(events: str, lost: bool) -> None:
    told = journey(*((day, STEPS[event], Stage.AWARE, Stage.AWARE) for day, event in enumerate(events.split())))
    assert lost_after_meeting(told) == lost


def told_of(capsys: pytest.CaptureFixture, who: str, *words: str) -> str:
    """What `funnel story who=...` prints."""
    assert main(["story", f"who={who}", *SIZE, *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("who", "happened"), [("buyer", "signs an order"), ("owner_again", "signs an order"), ("lost", "buys a rival's car")]
)
def test_somebody_is_found_by_what_happened(who: str, happened: str, capsys: pytest.CaptureFixture) -> None:
    said = told_of(capsys, who)
    consumer = int(said.split()[1])
    assert happened in said and f"consumer={consumer}" in said
    assert said == told_of(capsys, who)  # the same luck finds the same consumer
    assert main(["story", f"consumer={consumer}", *SIZE]) == 0
    again = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert again == [line for line in said.splitlines() if line.startswith("  ")]


def test_who_bought_again_drove_the_brand_before(capsys: pytest.CaptureFixture) -> None:
    consumer = int(told_of(capsys, "owner_again").split()[1])
    orders = simulate(load("direct", SIZE)).orders
    assert orders["repeat"][orders["consumer"] == consumer].any()


def test_another_seed_finds_somebody_else(capsys: pytest.CaptureFixture) -> None:
    assert len({told_of(capsys, "buyer", f"seed={seed}").split()[1] for seed in (1, 2, 3)}) > 1


def test_journeys_are_split_by_consumer() -> None:
    result = simulate(load("direct", SIZE), track=50)
    parts = dict(by_consumer(result.journeys))
    assert sum(part.size for part in parts.values()) == (result.journeys["brand"] == 0).sum()
    assert all((part["consumer"] == who).all() for who, part in parts.items())


def test_nobody_is_said(capsys: pytest.CaptureFixture) -> None:
    assert main(["story", "who=owner_again", "market.consumers=300", "market.days=5", "market.start_days=0"]) == 2
    assert "nobody bought the brand once more in 5 days" in capsys.readouterr().err


def test_two_names_for_one_life_are_refused(capsys: pytest.CaptureFixture) -> None:
    assert main(["story", "who=buyer", "consumer=3", "market.consumers=300"]) == 2
    assert "one of them names whose life is told" in capsys.readouterr().err
