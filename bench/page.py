"""The parts of the benchmark, and the page that they make together: docs/performance.md from docs/performance.json."""

import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from bench import bandwidth, cores, growth, lab, large, pairing, phases, side_by_side, waiting
from bench.figures import Found, Table, brief

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, KEPT = DOCS / "performance.md", DOCS / "performance.json"

# each part has `measure(quick)`, `tables(found)` and AIMS; those of `make bench` first
PARTS: dict[str, ModuleType] = {
    "phases": phases,
    "cores": cores,
    "objects": side_by_side,
    "bandwidth": bandwidth,
    "growth": growth,
    "waiting": waiting,
    "lab": lab,
    "large": large,
    "luck": pairing,
}
APART = ("lab", "large", "luck")  # parts that take long: `make bench-lab`, `make bench-large` and `make bench-luck`
IDLE = 1.0  # load at the beginning up to which the machine was left alone


def read() -> dict[str, Found]:
    """What every part has measured so far."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep(kept: dict[str, Found]) -> None:
    """Writes the figures and the page."""
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(markdown(kept), encoding="utf-8")


def aims_table(kept: dict[str, Found], names: Iterable[str] = PARTS) -> Table:
    """The aims of some parts, what was measured, and whether it is reached; of a part that was not measured the aim alone."""
    rows = []
    for name in names:
        found = kept.get(name, {}).get("found", {})
        rows += [(aim.goal, aim.words, aim.measured(found), aim.verdict(found)) for aim in PARTS[name].AIMS]
    said = "Median of the blocks, least and greatest; of growth the estimate and its 95 % interval. What each rests on is told below."
    return Table("What is to be reached, and what is", said, ("goal", "aim", "measured", ""), tuple(rows))


def machine_table(kept: dict[str, Found]) -> Table:
    """The machine of the newest part."""
    newest = max(kept.values(), key=lambda one: one["machine"]["date"], default={"machine": {}})
    return Table("The machine", "As it was when a part was last measured.", ("", ""), tuple(newest["machine"].items()))


def when(one: Found) -> str:
    """When and how a part was measured."""
    machine, minutes, busy = one["machine"], brief(one["minutes"]), one["load"]
    said = f"Measured on {machine['date']} in {minutes} minutes by engine {machine['engine']}; the load was {busy:.1f} when it began."
    return said + (" **Others used the machine then: what goes by wall clock tells little.**" if busy > IDLE else "")


def markdown(kept: dict[str, Found]) -> str:
    """The page."""
    sections = [section(aims_table(kept)), section(machine_table(kept))]
    for name, part in PARTS.items():
        if name in kept:
            first, *others = part.tables(kept[name]["found"])
            sections += [section(first, when(kept[name])), *map(section, others)]
    written = "Written by `make bench`, `make bench-lab`, `make bench-large` and `make bench-luck`; do not edit."
    return "\n\n".join(["# Performance", written, *sections]) + "\n"


def section(table: Table, when: str = "") -> str:
    """A table under its title, with what was measured above it."""
    parts = (f"## {table.title}", table.measured, when, as_markdown(table), table.below.rstrip())
    return "\n\n".join(part for part in parts if part)


def as_markdown(table: Table) -> str:
    """The table in Markdown, numbers to the right."""
    lines = [table.head, tuple("---" if k == 0 else "---:" for k in range(len(table.head))), *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
