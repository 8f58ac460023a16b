"""Lessons: data in lessons/*.yaml. What a learner has reached is judged from results with their intervals, never from clicks.

`python -m experiments.lab.lessons FILE ...` says whether lesson files are right: their form, and (with live=true) that the start fails
the task and the stored solution passes it (with seed=2 in other worlds).
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from experiments.basis import outlay
from experiments.dictionary import dictionary
from experiments.files import first_line, suspicious
from experiments.intervals import Interval, mean_interval
from experiments.lab import kept
from experiments.lab.answer import World, alpha_of, looked, shown
from experiments.lab.asked import Question, question_of
from experiments.language import LANGUAGES, say
from experiments.measures import BY_KEY
from experiments.wording import number
from sim.schema import ConfigError

FOLDER = Path(__file__).parent / "lessons"
WORDS = ("title", "question", "story", "task", "hint", "debrief")  # each in both languages
KEYS = {*WORDS, "order", "predict", "start", "levers", "checks", "solution"}
KINDS = ("more", "less", "alike", "clear")
PASSED, FAILED, OPEN = "passed", "failed", "open"


# ---- what a lesson is ------------------------------------------------------------------------------------------------


@cache
def shelf_of(folders: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    """The lessons by name, in their order: those that ship, and those in lesson/ of the user's scenario folders.

    Raises ConfigError with everything that is wrong with them.
    """
    read: dict[str, dict[str, Any]] = {}
    for path in [*sorted(FOLDER.glob("*.yaml")), *(path for one in folders for path in sorted(Path(one).glob("lesson/*.yaml")))]:
        if path.stem in read:
            raise ConfigError([f"{path}: there is a lesson '{path.stem}' already; give the file another name"])
        read[path.stem] = lesson_from(path, folders)
    return dict(sorted(read.items(), key=lambda one: one[1]["order"]))


def lesson_of(name: object, folders: tuple[str, ...] = ()) -> dict[str, Any]:
    """A lesson by name.

    Raises ConfigError where there is none.
    """
    if name not in shelf_of(folders):
        raise ConfigError([f"unknown lesson {name!r:.60}. There are: {', '.join(shelf_of(folders))}"])
    return shelf_of(folders)[str(name)]


def lessons(folders: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The lessons as the page reads them: everything but the solution."""
    return [{"id": name} | {key: value for key, value in one.items() if key != "solution"} for name, one in shelf_of(folders).items()]


def lesson_from(path: Path, folders: tuple[str, ...] = ()) -> dict[str, Any]:
    """A lesson from its file.

    Raises ConfigError with everything that is wrong with it.
    """
    text = path.read_text(encoding="utf-8")
    try:
        faults = list(suspicious(text))
        lesson = {} if faults else yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError([f"{path.name} is not YAML: {first_line(error)}"]) from None
    faults = faults or list(wrong(lesson, folders))
    if faults:
        raise ConfigError([f"{path.name}: {one}" for one in faults])
    return lesson


def wrong(lesson: Any, folders: tuple[str, ...] = ()) -> Iterator[str]:
    """What is wrong with a lesson, one sentence each."""
    if not isinstance(lesson, dict):
        yield "it holds no keys and values"
        return
    yield from (f"unknown key '{key}'; there are: {', '.join(sorted(KEYS))}" for key in lesson if key not in KEYS)
    yield from (f"it has no {key}" for key in sorted(KEYS - {"predict"} - set(lesson)))
    if not isinstance(lesson.get("order", 0), int):
        yield "order is a whole number"
    for key in WORDS:
        said = lesson.get(key, {})
        yield from (f"{key} has no words in {one}" for one in LANGUAGES if key in lesson and not (isinstance(said, dict) and said.get(one)))
    if not isinstance(lesson.get("predict", False), bool):
        yield "predict is true or false: whether it is orders that are guessed before the reveal, instead of a lever"
    yield from wrong_levers(lesson)
    checks = lesson.get("checks", [{"outlay": 0}])
    if not (isinstance(checks, list) and checks):
        yield "checks is a list of tables, at least one"
    else:
        yield from (fault for check in checks for fault in wrong_check(check))
    for key in ("start", "solution"):
        if not isinstance(lesson.get(key, {}), dict):
            yield f"{key} is a table of keys and values"
        elif isinstance(lesson.get("start"), dict) and key in lesson:
            yield from wrong_question(lesson, key, folders)


def wrong_levers(lesson: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the levers of a lesson, and with a solution that moves others."""
    paths = lesson.get("levers", [])
    if not isinstance(paths, list):
        yield "levers is a list of paths; [] where none may be moved"
        return
    if strange := [path for path in paths if path not in dictionary() or not str(path).startswith("strategy.")]:
        yield f"levers: unknown {', '.join(map(str, strange))}; a lever begins with 'strategy.', and funnel explain lists them"
    solution = lesson.get("solution")
    moved = solution.get("set_b") if isinstance(solution, dict) else None
    if others := [path for path in moved or {} if path not in paths]:
        yield f"solution moves {', '.join(map(str, others))}, which levers does not name"


def wrong_question(lesson: Mapping[str, Any], key: str, folders: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with what the start, or the solution, asks."""
    try:
        question_of(asked_by(lesson, key), folders)
    except ConfigError as error:
        yield from (f"{key}: {one}" for one in error.errors)


def wrong_check(check: Any) -> Iterator[str]:
    """What is wrong with one check."""
    if not isinstance(check, dict):
        yield "checks is a list of tables, at least one"
        return
    if strange := [key for key in ("by", "outlay", "at_most") if not isinstance(check.get(key, 0), int | float)]:
        yield f"checks: {strange[0]} is {check[strange[0]]!r:.60}; it is a number (write 10.0e+6 with its sign)"
    if "outcome" in check:
        if check["outcome"] not in BY_KEY:
            yield f"checks: unknown outcome {check['outcome']!r}; there are: {', '.join(BY_KEY)}"
        if check.get("is") not in KINDS:
            yield f"checks: is: {check.get('is')!r}; it is one of {', '.join(KINDS)}"
    elif not ({"outlay"} <= set(check) or {"moved", "at_most"} <= set(check)):
        yield "checks: a check has outcome and is, or outlay (yuan a year above side A), or moved (paths) and at_most"
    elif "moved" in check and not (isinstance(check["moved"], list) and all(is_number(path) for path in check["moved"])):
        yield f"checks: moved is {check['moved']!r:.80}; it is a list of the strategy's numbers"


def is_number(path: object) -> bool:
    """Whether a path is a number of the strategy."""
    return str(path).startswith("strategy.") and path in dictionary() and dictionary()[str(path)].kind in ("int", "float")


def asked_by(lesson: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The question of a lesson's start, or of its solution, which says only what differs from the start."""
    start = dict(lesson["start"])
    return start if key == "start" else start | {name: start.get(name, {}) | value if isinstance(value, dict) else value
                                                 for name, value in lesson["solution"].items()}  # fmt: skip


# ---- what a learner has reached --------------------------------------------------------------------------------------


def judged(lesson: Mapping[str, Any], question: Question, worlds: Sequence[World]) -> dict[str, object]:
    """How the task stands after the worlds lived so far: each check, and all of them together."""
    checks = [judge(check, question, worlds) for check in lesson["checks"]]
    states = [one["state"] for one in checks]
    whole = FAILED if FAILED in states else OPEN if OPEN in states else PASSED
    if whole == OPEN and len(worlds) >= question.sizes.seeds:
        whole = FAILED  # every world is lived and it is still open: not shown
    return {"state": whole, "checks": checks}


def judge(check: Mapping[str, Any], question: Question, worlds: Sequence[World]) -> dict[str, object]:
    """How one check stands, and in words what it wants."""
    if "outlay" in check:
        markets, strategies = zip(*((one.scenario.market, one.scenario.strategy) for one in question.points), strict=True)
        first, second = (outlay(*one) for one in zip(markets, strategies, strict=True))
        state = PASSED if second - first <= check["outlay"] + 1e-6 else FAILED
        about = {"most": f"{check['outlay'] / 1e6:,.4g}", "now": f"{(second - first) / 1e6:+,.4g}"}
        return {"state": state, "told": {one: say("lab", "check_outlay", one, **about) for one in LANGUAGES}}
    if "moved" in check:
        moved = sum(abs(value_at(question, 1, path) - value_at(question, 0, path)) for path in check["moved"])
        about = {"most": f"{check['at_most']:g}", "now": f"{moved:.3g}"}
        state = PASSED if moved <= check["at_most"] + 1e-9 else FAILED
        return {"state": state, "told": {one: say("lab", "check_moved", one, **about) for one in LANGUAGES}}
    return by_outcome(check, question, worlds)


def by_outcome(check: Mapping[str, Any], question: Question, worlds: Sequence[World]) -> dict[str, object]:
    """A check of an outcome of side B against side A: passed or failed only where the whole interval says so."""
    used = worlds[: looked(question.sizes.seeds, len(worlds))]
    first, second = (shown(question, used, k, check["outcome"]) for k in range(2))
    by, kind, alpha = check.get("by", 0.0), check["is"], alpha_of(question.sizes.seeds)
    if kind == "clear":
        state = PASSED if mean_interval(second - first, alpha).sign else OPEN
    elif kind == "alike":
        state = inside(mean_interval(second - first, alpha), by * abs(float(np.nanmean(first))))
    else:
        way = 1 if kind == "more" else -1
        sign = mean_interval(way * (second - first) - by * np.abs(first), alpha).sign
        state = {1: PASSED, 0: OPEN, -1: FAILED}[sign]
    return {"state": state, "told": {one: asked_for(check, one) for one in LANGUAGES}}


def inside(gap: Interval, band: float) -> str:
    """Whether an interval lies inside a band around 0, outside it, or neither."""
    if not np.isfinite(gap.low):
        return OPEN
    if -band <= gap.low and gap.high <= band:
        return PASSED
    return FAILED if gap.low > band or gap.high < -band else OPEN


def asked_for(check: Mapping[str, Any], language: str) -> str:
    """What a check of an outcome wants, in words."""
    about = {"what": BY_KEY[check["outcome"]].name(language).strip(), "by": number(100 * check.get("by", 0.0), 0.1).removesuffix(".0")}
    return say(
        "lab", f"check_{check['is']}" if check.get("by") or check["is"] == "clear" else f"check_{check['is']}_any", language, **about
    )


def value_at(question: Question, side: int, path: str) -> float:
    """The value of a number on one side."""
    from experiments.explain import value_in

    return float(value_in(question.points[side].scenario, path))


# ---- whether a lesson is right ---------------------------------------------------------------------------------------


def tried(lesson: Mapping[str, Any], key: str, seed: int | None = None, folders: tuple[str, ...] = ()) -> dict[str, object]:
    """How the task stands after the start, or the solution, has lived all its worlds.

    seed  instead of the lesson's own
    """
    from experiments.lab.worker import more

    question = question_of(asked_by(lesson, key) | ({} if seed is None else {"seed": seed}), folders)
    worlds = [tuple(outcomes for _, outcomes in more(question.points, question.sizes.seed, k)) for k in range(question.sizes.seeds)]
    return judged(lesson, question, worlds)


def main(words: Sequence[str]) -> int:
    """Says whether lesson files are right; 0 where all are."""
    names, told = kept.settings(words, live="false", seed="", scenarios_dir="")
    if (
        set(told) != {"live", "seed", "scenarios_dir"}
        or told["live"] not in ("true", "false")
        or not (told["seed"].isdecimal() or not told["seed"])
    ):
        print(f"usage: python -m experiments.lab.lessons [FILE ...] [live=true] [seed=2] [scenarios_dir=FOLDER], not {' '.join(words)}")
        return 2
    live, seed, folders = told["live"] == "true", int(told["seed"]) if told["seed"] else None, tuple(filter(None, [told["scenarios_dir"]]))
    faults = 0
    for path in map(Path, names or sorted(FOLDER.glob("*.yaml"))):
        try:
            lesson = lesson_from(path, folders)
            stands = [tried(lesson, key, seed, folders) for key in ("start", "solution")] if live else []
        except (ConfigError, OSError, UnicodeDecodeError) as error:
            faults += 1
            print(error)
            continue
        bad = live and [one["state"] for one in stands] != [FAILED, PASSED]
        faults += bad
        print(f"{path.name}: {'it is wrong' if bad else 'it is right'}{'' if live else ' in its form'}")
        for key, one in zip(("start", "solution"), stands, strict=False):
            each = "; ".join(f"{check['told']['en']}: {check['state']}" for check in one["checks"])
            print(f"  the {key} {one['state']} ({each})")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
