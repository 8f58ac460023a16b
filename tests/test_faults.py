"""What is wrong with a question is said in both languages: no sentence of the engine is without its Chinese."""

import ast
import re
from pathlib import Path

import pytest

from experiments.faults import entry_of, patterns, sentence, told
from experiments.lab.asked import question_of
from sim.schema import ConfigError

ROOT = Path(__file__).parent.parent
SOURCES = {  # the functions whose sentences reach the page
    "sim/schema.py": ("build", "items", "checked", "unknown"),
    "sim/scenario.py": ("contradictions",),
    "experiments/lab/asked.py": ("question_of", "table", "beyond"),
    "experiments/lab/app.py": ("read",),
    "experiments/lab/lessons.py": ("lesson_of",),
}


def sentences(path: str, names: tuple[str, ...]) -> list[str]:
    """The sentences that some functions make, with `x` in their places."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    inside = [
        node
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name in names
        for node in ast.walk(one)
    ]
    docs = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    parts = {id(part) for node in inside if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    whole = [node for node in inside if id(node) not in parts | docs]
    made = [
        "".join("x" if isinstance(one, ast.FormattedValue) else one.value for one in node.values)
        for node in whole
        if isinstance(node, ast.JoinedStr)
    ]
    made += [node.value for node in whole if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [one for one in made if one.count(" ") >= 3 and not one.startswith(". ")]


@pytest.mark.parametrize(("path", "names"), SOURCES.items(), ids=list(SOURCES))
def test_every_sentence_that_reaches_the_page_has_its_chinese(path: str, names: tuple[str, ...]) -> None:
    made = sentences(path, names)
    assert made and not [one for one in made if entry_of(one) is None]


ASKED = {
    "strategy.skill.closing 的值为 9；应为 -3 至 3 之间的数（标准差）": {"set_a": {"strategy.skill.closing": 9}},
    "没有参数“strategy.skil.closing”。是否想写“strategy.skill.closing”？": {"set_a": {"strategy.skil.closing": 1}},
    "没有名为“direc”的方案。是否想写“direct”？": {"a": "direc"},
    "basis 的值为 'x'；应为 以下之一：format, as_found": {"basis": "x"},
    "strategy.outlet.staff 的值为 2.5；应为 0 至 10000 之间的整数（人）": {"set_b": {"strategy.outlet.staff": 2.5}},
}


@pytest.mark.parametrize(("said", "asked"), ASKED.items(), ids=range(len(ASKED)))
def test_a_fault_is_said_in_chinese(said: str, asked: dict) -> None:
    with pytest.raises(ConfigError) as error:
        question_of(asked)
    assert told(error.value.errors)["zh"] == [said] and told(error.value.errors)["en"] == error.value.errors


def test_a_sentence_that_nobody_knows_is_quoted() -> None:
    assert sentence("The moon is full.", "zh") == "此设置有误（英文原文）：The moon is full." and sentence("x", "en") == "x"


def test_both_languages_name_the_same_things() -> None:
    from experiments.language import catalogue

    dropped = {"unknown_near": {"about"}}  # the range of the nearest name is told on the page itself
    for key in patterns():
        en, zh = (set(re.findall(r"\{(\w+)\}", catalogue("faults")[key][one])) for one in ("en", "zh"))
        assert en - dropped.get(key, set()) == zh, key
