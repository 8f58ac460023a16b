"""The figures that ship with the lab are measured, say their intervals, and can be measured again by a command."""

import re
from pathlib import Path

import numpy as np
import pytest

from experiments.intervals import holm
from experiments.lab import answers, directions, kept
from experiments.lab.asked import question_of
from experiments.lab.levers import levers
from experiments.lab.worker import more
from experiments.language import LANGUAGES


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the command stores of one scenario in three small worlds."""
    out = tmp_path_factory.mktemp("kept") / "answers.json"
    assert answers.main(["training_programme", "worlds=3", "consumers=300", "workers=1", f"out={out}"]) == 0
    return kept.read(out)


def test_a_stored_answer_is_what_the_page_would_live(measured: dict) -> None:
    one = measured["training_programme"]
    question = question_of({"a": "neutral", "b": "training_programme", "basis": "as_found", "consumers": 300, "seeds": 3})
    worlds = [[outcomes["profit_channel"] for _, outcomes in more(question.points, 1, k)] for k in range(3)]
    assert np.allclose(worlds, np.transpose([one["a"], one["b"]]), rtol=1e-5)


def test_an_answer_is_said_with_its_interval_from_the_figures(measured: dict) -> None:
    one = measured["training_programme"]
    assert "interval" in answers.line(one, "en") and "区间" in answers.line(one, "zh")
    same = one | {"b": one["a"]}
    assert "exactly the same" in answers.line(same, "en") and "完全相同" in answers.line(same, "zh")


def test_the_gallery_says_a_stored_answer_for_what_ships() -> None:
    known = kept.read(answers.STORED)
    for one in answers.with_answers():
        assert (one["answer"] is not None) == (one["id"] in known), one["id"]
        if one["answer"]:
            assert all(re.search(r"\d", one["answer"]["told"][language]) for language in LANGUAGES)
    assert set(known) <= {one["id"] for one in answers.with_answers()} and len(known) > 50


def test_an_unknown_scenario_or_lever_is_refused(capsys: pytest.CaptureFixture) -> None:
    assert answers.main(["nonsense"]) == directions.main(["nonsense"]) == 2
    assert capsys.readouterr().err.count("nonsense") == 2


def test_more_of_a_lever_is_held_against_less_of_it() -> None:
    known = {one["path"]: one for one in levers()}
    assert directions.ends(known["strategy.skill.closing"], 0.0) == (-1.0, 1.0)
    assert directions.ends(known["strategy.outlets.tier1"], 0) == (0, round(known["strategy.outlets.tier1"]["slider"][1] / 2))
    for lever in known.values():
        if lever["slider"]:
            less, more_of_it = directions.ends(lever, lever["default"])
            assert lever["low"] <= less < more_of_it <= lever["high"], lever["path"]


def test_a_direction_is_told_only_where_all_levers_judged_together_allow_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gaps = {"orders": [5.0, 1e-9], "profit_channel": [-2.0, 1e-8], "leads": [1.0, 0.03]}
    about = {"engine": "x", "strategy": "direct", "less": 1, "more": 2}
    out = tmp_path / "directions.json"
    kept.write(out, {"one": about | {"gaps": gaps}, "two": about | {"gaps": {"leads": [1.0, 0.04]}}}, ["one", "two"])
    monkeypatch.setattr(directions, "STORED", out)
    directions.signs.cache_clear()
    assert directions.signs() == {"one": {"orders": 1, "profit_channel": -1}, "two": {}}
    assert holm([0.03, 0.04])[0] > directions.CLEAR
    assert (
        directions.direction("one")["en"]
        == "raises cars ordered; lowers profit of the channel (measured: 2 against 1, under direct sales)."
    )
    assert directions.direction("two")["zh"] == "无明显变化（实测：2 对 1，直营）。" and directions.direction("three") is None
    directions.signs.cache_clear()


def test_a_lever_is_measured_by_the_command(tmp_path: Path) -> None:
    out = tmp_path / "directions.json"
    words = ["strategy.touchpoints.video.budget", "market.need.first_buyers", "worlds=2", "consumers=200", "workers=1", f"out={out}"]
    assert directions.main(words) == 0
    found = kept.read(out)
    assert set(found) == set(words[:2]) and all(set(one["gaps"]) == set(directions.OUTCOMES) for one in found.values())
