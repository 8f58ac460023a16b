"""`make pages`: pages of docs/ that are made of words and numbers that stand elsewhere, so that each stands once.

python -m experiments.pages [FOLDER=docs]
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from experiments.dictionary import dictionary, listed, written
from experiments.language import LANGUAGES, say
from experiments.parameter_words import allowed, meaning_of, unit_of
from experiments.parts import write_text
from sim.schema import Parameter, parameters, short

PARAMETERS = """# Every number of the model

Written by `make pages` from [`sim/scenario.py`](../sim/scenario.py); do not edit. {count} numbers, switches and words: {grades}.
Ids of sources are rows of [`scenarios/parameters.csv`](../scenarios/parameters.csv); "prototype" is a throw-away model and no evidence;
what the grades mean is said in [`scenarios/SOURCES.md`](../scenarios/SOURCES.md). Strategies and markets that ship with the simulator
change some defaults: `funnel explain NAME` says which, and speaks Chinese with `lang=zh`. The rules that use a number are in
[`sim/ODD.md`](../sim/ODD.md). `[]` stands for an item of a list.
"""
LIMITS = """# {title}

Written by `make pages` from the words that every report ends with; do not edit. Which published facts the model misses, and what is missing
in it, is said in [`evidence.md`](evidence.md#what-does-not-come-out-and-why); how every number is graded, in
[`parameters.md`](parameters.md).
"""


def parameters_page() -> str:
    """Every parameter with its unit, default, bounds, grade, source and meaning, group by group (element 7 of ODD, TRACE 2 and 3)."""
    items = [one for path, cls in listed().items() for one in parameters(cls, f"{path}[].")]
    every = [*dictionary().values(), *items]
    counts = Counter(one.grade for one in every)
    grades = ", ".join(f"{number} {grade}" for grade, number in counts.most_common())
    groups: dict[str, list[Parameter]] = {}
    for one in every:
        groups.setdefault(".".join(one.path.split(".")[:2]) if one.path.count(".") > 1 else one.path.split(".")[0], []).append(one)
    return "\n".join([PARAMETERS.format(count=len(every), grades=grades), *(grouped(*group) for group in groups.items())]).rstrip()


def grouped(name: str, members: list[Parameter]) -> str:
    """A group of parameters as a table."""
    lines = [f"## `{name}`\n", "| parameter | default | unit | bounds | grade | source | meaning |", "|---|---|---|---|---|---|---|"]
    for one in members:
        cells = (f"`{one.path}`", written(one.default), unit_of(one, "en"), bounds(one), one.grade, one.source, meaning_of(one, "en"))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def bounds(one: Parameter) -> str:
    """What a parameter may be, shortly."""
    if one.choices or one.kind in ("bool", "str"):
        return allowed(one, "en")
    return f"{short(one.low)} to {short(one.high)}" + (", whole" if one.kind == "int" else "") + (", or null" if one.optional else "")


def limits_page() -> str:
    """What the simulator cannot tell, in the words of its reports, in both languages."""
    parts = [LIMITS.format(title=say("report", "h_limits", "en"))]
    for language in LANGUAGES:
        parts += [f"## {say('report', 'h_limits', language)}\n"] if language != "en" else []
        parts += [f"- {say('report', f'limit_{k}', language)}" for k in range(1, 7)]
        parts += [f"- {say('report', 'form_text', language)}", ""]
    return "\n".join(parts).rstrip()


PAGES: Mapping[str, Callable[[], str]] = {"parameters.md": parameters_page, "limits.md": limits_page}


if __name__ == "__main__":
    for name, made in PAGES.items():
        write_text(Path(sys.argv[1] if len(sys.argv) > 1 else "docs") / name, made())
