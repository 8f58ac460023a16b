"""`funnel scenarios`: the markets, strategies, cases and theories there are."""

import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from experiments.cases import words_of
from experiments.compose import checked_shelf
from experiments.files import GROUPS, SHIPPED, Shelf
from experiments.language import catalogue, say
from experiments.overrides import read
from experiments.settings import Explain, checked_settings, keys, raise_all


def scenarios(words: Sequence[str]) -> int:
    """Lists every scenario file with its first line of explanation."""
    request, errors = read(words, keys(Explain)), []
    language = checked_settings(Explain, request.settings, errors).lang
    files = checked_shelf(request)
    raise_all(request.errors, errors)
    for group in GROUPS:
        print(f"{group}=  {say('explain', group if files[group] else 'no_files', language)}")
        for name, path in files[group].items():
            print(f"  {name:20} {asks(name, files, language) if group == 'case' else in_words(group, name, path, language)}")
    return 0


def asks(name: str, files: Shelf, language: str) -> str:
    """The question of a case and what it is run against; what its file says first where it asks none."""
    words = words_of(files["case"][name])
    question = words.get("question_zh" if language == "zh" else "question")
    if not isinstance(question, str):
        return in_words("case", name, files["case"][name], language)
    return f"{question} [{words['baseline']}]" if "baseline" in words else question


def in_words(group: str, name: str, path: Path, language: str) -> str:
    """What a scenario is: in Chinese where there are words for a shipped one, else the first comment of its file."""
    known = catalogue("scenarios").get(f"{group} {name}", {})
    return known[language] if language != "en" and known and path.is_relative_to(SHIPPED) else about(path)


def about(path: Path) -> str:
    """The first sentence of a scenario file's comment."""
    text = path.read_text(encoding="utf-8").removeprefix("# @package _global_\n")
    comment = " ".join(line.lstrip("# ").strip() for line in takewhile(lambda line: line.startswith("#"), text.splitlines()))
    return re.split(r"(?<=[.?])\s", comment, maxsplit=1)[0]
