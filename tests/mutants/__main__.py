"""python -m tests.mutants PAGE [workers=2] [kept=results/mutants] [--page]: which faults the tests find, as a page (make mutants).

--page  tries nothing and writes the page from the verdicts that are kept
"""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sim.compiled import ENGINE
from tests.mutants.changes import MUTANTS, VARIANTS, Change
from tests.mutants.harness import GOLDEN, Verdict, judged, try_all

INTRODUCTION = """# Do the tests find faults?

Written by `make mutants`; do not edit. Each line below is a fault put into the engine, one at a time, in a copy of the project; the tests
that cover the file run against it until one fails. Rules alone run first, then lives; the golden counts of `tests/baseline.yaml`, which any
change of a life breaks, run last and are counted apart. Rewritings without a fault must pass all but the golden counts. The faults are
data: `tests/mutants/changes.yaml`; which tests cover what: `tests/mutants/covering.yaml`.
"""


def page(faults: Sequence[Verdict | None], right: Sequence[Verdict | None]) -> str:
    """The page, from the verdicts on mutants and on variants; None where a change has not been tried."""
    right = [one and (one if one["stage"] != GOLDEN else one | {"test": None}) for one in right]  # another life is no fault
    tried, passed = [one for one in faults if one], [one for one in right if one]
    found, golden, rejected = (sum(map(bool, each)) for each in (
        [one["test"] for one in tried], [one["stage"] == GOLDEN for one in tried], [one["test"] for one in passed],
    ))  # fmt: skip
    left = len(faults) + len(right) - len(tried) - len(passed)
    score = f"{found} of {len(tried)} faults found ({found / max(1, len(tried)):.1%}), {found - golden} of them without the golden counts"
    lines = [
        INTRODUCTION,
        f"**{score}; {rejected} of {len(passed)} right rewritings rejected.** {date.today().isoformat()}, engine {ENGINE}.",
        f"{left} are not tried yet.\n" if left else "",
        table("fault | found by", MUTANTS, faults, "**no test**"),
        table("right rewriting | rejected by", VARIANTS, right, "no test"),
    ]
    return "\n".join(lines)


def table(head: str, changes: Sequence[Change], found: Sequence[Verdict | None], nothing: str) -> str:
    """A line for each change: where, what, and the first test that failed, or `nothing`."""
    lines = [f"| file | {head} |", "|---|---|---|"]
    for change, one in zip(changes, found, strict=True):
        test = f"`{one['test'].removeprefix('tests/')}`" if one and one["test"] else nothing if one else "not tried"
        lines.append(f"| `{change.file}` | {change.says} | {test} |")
    return "\n".join(lines) + "\n"


def main(words: Sequence[str]) -> None:
    """Tries what has not been tried and writes the page."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    (path,) = (Path(word) for word in words if "=" not in word and not word.startswith("--"))
    folder, workers = Path(options.get("kept", "results/mutants")), int(options.get("workers", 2))
    if "--page" not in words:
        try_all((*MUTANTS, *VARIANTS), folder, workers)
    path.write_text(page([judged(one, folder) for one in MUTANTS], [judged(one, folder) for one in VARIANTS]), "utf8")


if __name__ == "__main__":
    main(sys.argv[1:])
