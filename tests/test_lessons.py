"""Lessons: their form is right, their start fails and their solution passes, and no luck passes for knowledge."""

from pathlib import Path

import pytest

from experiments.fonts import missing
from experiments.lab.asked import question_of
from experiments.lab.lessons import FAILED, FOLDER, OPEN, PASSED, judged, lesson_from, lesson_of, lessons, main, shelf_of, tried
from experiments.language import LANGUAGES
from sim.schema import ConfigError

FILES = sorted(FOLDER.glob("*.yaml"))
CHECK = {"outcome": "orders", "is": "more", "by": 0.1}


def names(path: Path) -> str:
    return path.stem


def stands(check: dict, pairs: list[tuple[float, float]], seeds: int | None = None) -> str:
    """How a task of one check of orders stands when the sides have ordered so much in each world."""
    question = question_of({"days": 365, "consumers": 400, "seeds": seeds or len(pairs)})
    return judged({"checks": [check]}, question, [({"orders": a}, {"orders": b}) for a, b in pairs])["state"]


def test_there_are_lessons_enough() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=names)
def test_a_lesson_is_in_form_and_every_character_has_a_glyph(path: Path) -> None:
    lesson = lesson_from(path)
    assert not missing(
        "".join(lesson[key][language] for key in ("title", "question", "story", "task", "hint", "debrief") for language in LANGUAGES)
    )


def test_the_page_never_learns_a_solution() -> None:
    assert all("solution" not in lesson for lesson in lessons()) and [one["order"] for one in lessons()] == sorted(
        one["order"] for one in lessons()
    )


@pytest.mark.parametrize("lesson", shelf_of().values(), ids=shelf_of())
def test_a_solution_moves_only_what_may_be_moved(lesson: dict) -> None:
    assert set(lesson["solution"].get("set_b", {})) <= set(lesson["levers"])
    assert set(lesson["solution"]) <= {"set_b", "seeds", "consumers", "days"}


# ---- what is shown, and what is luck ---------------------------------------------------------------------------------


def test_a_task_is_passed_where_the_whole_interval_says_so() -> None:
    assert stands(CHECK, [(100, 130 + k % 3) for k in range(10)]) == PASSED


def test_a_task_fails_where_the_whole_interval_says_the_contrary() -> None:
    assert stands(CHECK, [(100, 100 + k % 3) for k in range(10)]) == FAILED


def test_luck_does_not_pass_a_task() -> None:
    lucky = [(100, 90), (100, 190), (100, 80), (100, 180), (100, 60)]
    assert sum(b for _, b in lucky) / 500 > 1.1  # the mean says so, the interval does not
    assert stands(CHECK, lucky, seeds=20) == OPEN and stands(CHECK, lucky) == FAILED


def test_one_world_settles_nothing() -> None:
    assert stands(CHECK, [(100, 900)], seeds=20) == OPEN


def test_two_worlds_that_agree_by_chance_settle_nothing() -> None:
    assert stands({"outcome": "orders", "is": "clear"}, [(100, 130), (100, 130)]) == FAILED


def test_alike_means_that_the_whole_interval_is_near() -> None:
    alike = {"outcome": "orders", "is": "alike", "by": 0.1}
    assert stands(alike, [(100, 101 + k % 3) for k in range(10)]) == PASSED
    assert stands(alike, [(100, 130 + k % 3) for k in range(10)]) == FAILED
    assert stands(alike, [(100, 60), (100, 140), (100, 70), (100, 130), (100, 101)], seeds=20) == OPEN


def test_clear_is_either_way_but_never_by_luck() -> None:
    clear = {"outcome": "orders", "is": "clear"}
    assert stands(clear, [(100, 130 + k % 3) for k in range(10)]) == stands(clear, [(130 + k % 3, 100) for k in range(10)]) == PASSED
    assert stands(clear, [(100, 60), (100, 140)]) == FAILED


def test_a_budget_is_kept_to_the_yuan() -> None:
    for hours, state in ((40.0, PASSED), (400.0, FAILED)):
        question = question_of({"a": "direct", "b": "direct", "basis": "as_found", "set_b": {"strategy.training.hours": hours}})
        assert judged({"checks": [{"outlay": 10e6}]}, question, [])["state"] == state


def test_levers_may_be_moved_only_so_far() -> None:
    check = {"moved": ["strategy.skill.closing", "strategy.skill.discovery"], "at_most": 1.5}
    for far, state in ((1.5, PASSED), (1.6, FAILED)):
        question = question_of({"set_b": {"strategy.skill.closing": -far}})
        assert judged({"checks": [check]}, question, [])["state"] == state


# ---- files of teachers -----------------------------------------------------------------------------------------------

BAD = {
    "order: {": "is not YAML",
    "[]": "no keys and values",
    "order: &a 1": "anchor",
    "order: 1\ncheks: []": "unknown key 'cheks'",
    "title: {en: a}": "title has no words in zh",
    "checks: [{outcome: order, is: more}]": "unknown outcome 'order'",
    "checks: [{outcome: orders, is: bigger}]": "one of more, less, alike, clear",
    "checks: [{spent: 3}]": "a check has outcome and is",
    "start: {a: direkt}": "start: unknown strategy 'direkt'",
    "start: {a: direct, set_b: {strategy.skill.closing: 7}}": "start: strategy.skill.closing is 7",
    "levers: [strategy.skil]": "levers: unknown strategy.skil",
    "levers: 3": "levers is a list of paths",
    "levers: [market.season]": "a lever begins with 'strategy.'",
    "checks: []": "checks is a list of tables, at least one",
    "checks: [{outlay: '10e6'}]": "outlay is '10e6'; it is a number",
    "checks: [{outcome: orders, is: more, by: much}]": "by is 'much'; it is a number",
    "checks: [{moved: [strategy.label], at_most: 1}]": "moved is ['strategy.label']; it is a list of the strategy's numbers",
    "start: 3": "start is a table of keys and values",
    "levers: []\nsolution: {set_b: {strategy.exposure: 1}}": "solution moves strategy.exposure, which levers does not name",
}


@pytest.mark.parametrize(("text", "said"), BAD.items(), ids=list(BAD.values()))
def test_what_is_wrong_with_a_lesson_is_said(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        lesson_from(path)
    assert said in str(error.value)
    assert main([str(path)]) == 1 and "mine.yaml" in capsys.readouterr().out


def test_a_teachers_own_lesson_stands_among_the_others(tmp_path: Path) -> None:
    mine = tmp_path / "lesson/mine.yaml"
    mine.parent.mkdir()
    mine.write_text((FOLDER / "leak.yaml").read_text(encoding="utf-8").replace("order: 10", "order: 15"), encoding="utf-8")
    folders = (str(tmp_path),)
    assert [one["id"] for one in lessons(folders)][:3] == ["leak", "mine", "loop"] and lesson_of("mine", folders)["order"] == 15
    mine.rename(mine.with_name("leak.yaml"))
    shelf_of.cache_clear()
    with pytest.raises(ConfigError, match="there is a lesson 'leak' already"):
        shelf_of(folders)


def test_the_command_says_how_start_and_solution_stand(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "small.yaml"
    small = (
        (FOLDER / "queue.yaml").read_text(encoding="utf-8").replace("days: 365", "days: 30").replace("consumers: 10000", "consumers: 400")
    )
    path.write_text(small.replace("seeds: 20", "seeds: 5"), encoding="utf-8")
    code = main([str(path), "live=true", "seed=3"])
    said = capsys.readouterr().out
    assert "the start failed (" in said and "the solution " in said and code == ("it is wrong" in said)
    assert main(["live=perhaps"]) == 2 and "usage" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("seed", [None, 2])
@pytest.mark.parametrize("lesson", shelf_of().values(), ids=shelf_of())
def test_the_start_fails_and_the_solution_passes(lesson: dict, seed: int | None) -> None:
    assert tried(lesson, "start", seed)["state"] == FAILED
    assert tried(lesson, "solution", seed)["state"] == PASSED
