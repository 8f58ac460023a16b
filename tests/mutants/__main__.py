"""python -m tests.mutants PAGE [workers=2] [kept=results/mutants]: which faults the tests find, as a page (make mutants)."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sim.compiled import ENGINE
from tests.mutants.changes import MUTANTS, VARIANTS, Change
from tests.mutants.harness import GOLDEN, verdicts

INTRODUCTION = """# Do the tests find faults?

Written by `make mutants`; do not edit. Each line below is a fault put into the engine, one at a time, in a copy of the project; the tests
that cover the file run against it until one fails. Rules alone run first, then lives; the golden counts of `tests/baseline.yaml`, which any
change of a life breaks, run last and are counted apart. Rewritings without a fault must pass all but the golden counts. The faults are
data: `tests/mutants/changes.yaml`; which tests cover what: `tests/mutants/covering.yaml`.
"""


def page(found: Sequence[dict], passed: Sequence[dict]) -> str:
    """The page, from the verdicts on mutants and on variants."""
    killed = [one for one in found if one["test"]]
    golden = sum(one["stage"] == GOLDEN for one in killed)
    rejected = sum(bool(one["test"]) and one["stage"] != GOLDEN for one in passed)
    lines = [
        INTRODUCTION,
        f"**{len(killed)} of {len(found)} faults found ({len(killed) / len(found):.1%}), {len(killed) - golden} of them without the golden "
        f"counts; {rejected} of {len(passed)} right rewritings rejected.** {date.today().isoformat()}, engine {ENGINE}.\n",
        table("fault", "found by", MUTANTS, found),
        table("right rewriting", "rejected by", VARIANTS, [one if one["stage"] != GOLDEN else one | {"test": None} for one in passed]),
    ]
    return "\n".join(lines)


def table(what: str, by: str, changes: Sequence[Change], found: Sequence[dict]) -> str:
    """A line for each change: where, what, and the first test that failed."""
    lines = [f"| file | {what} | {by} |", "|---|---|---|"]
    for change, one in zip(changes, found, strict=True):
        test = f"`{one['test'].removeprefix('tests/')}`" if one["test"] else "**no test**" if by == "found by" else "-"
        lines.append(f"| `{change.file}` | {change.says} | {test} |")
    return "\n".join(lines) + "\n"


def main(words: Sequence[str]) -> None:
    """Tries what has not been tried and writes the page."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    (path,) = (Path(word) for word in words if "=" not in word)
    folder, workers = Path(options.get("kept", "results/mutants")), int(options.get("workers", 2))
    found = verdicts((*MUTANTS, *VARIANTS), folder, workers)
    path.write_text(page(found[: len(MUTANTS)], found[len(MUTANTS) :]), "utf8")


if __name__ == "__main__":
    main(sys.argv[1:])
