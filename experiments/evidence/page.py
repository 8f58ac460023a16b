"""The page of evidence, from what was measured: docs/evidence.json is the record, docs/evidence.md shows it beside the bands.

A partial campaign renews its own rows and leaves the others as they stand, each with its own date and engine.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from experiments.evidence.couplings import COUPLED, COUPLINGS, Carried, head
from experiments.evidence.fact import INSIDE, OUTSIDE, OVERLAPS, TOO_WIDE, UNMEASURED, Fact
from experiments.evidence.promises import SHOWN, promise_table, took
from experiments.intervals import Interval
from experiments.parts import write_text
from sim.compiled import ENGINE

INTRODUCTION = """# Evidence: what the simulator must be true to, and what it shows

Written by `make evidence`; do not edit. Each row is a fact of the sources, measured on the engine in the scenario that is named, over
paired replications. *inside*: the whole 95 % interval lies in the band; *overlaps*: part of it; *too wide*: it reaches beyond both ends
of the band and says nothing yet; *outside*: none of it, and the diagnosis below says which mechanism is missing. Nothing was tuned.
The rows and their bands are data (`experiments/evidence/facts.py`); one row again:
`python -m experiments.evidence docs/evidence.md rows=KEY`. What the engine owes to
its user, and the tests that show it: [promises](#promises).
"""


def record_file(page: Path) -> Path:
    """The record beside the page."""
    return page.with_suffix(".json")


def read_record(page: Path) -> dict[str, dict]:
    """What was measured before; empty where nothing was."""
    path = record_file(page)
    return json.loads(path.read_text("utf8")) if path.exists() else {"facts": {}, "couplings": {}}


def remember(record: dict, fact: Fact, interval: Interval | None, seconds: float) -> None:
    """Writes a measured fact into the record, once it has an interval, with the processor time that it took."""
    if interval is None or interval.n < 2:
        return
    made = {"consumers": fact.consumers, "engine": ENGINE, "date": date.today().isoformat(), "seconds": round(seconds, 1)}
    record["facts"][fact.key] = asdict(interval) | made


def interval_in(record: Mapping, fact: Fact) -> Interval | None:
    """The recorded interval of a fact."""
    kept = record["facts"].get(fact.key)
    return Interval(kept["mean"], kept["low"], kept["high"], kept["n"]) if kept else None


def write_page(page: Path, record: dict, facts: Sequence[Fact]) -> None:
    """Writes the record and the page."""
    known = {fact.key for fact in facts}
    record["facts"] = {key: kept for key, kept in sorted(record["facts"].items()) if key in known}
    record["tests"] = {test: kept for test, kept in record.get("tests", {}).items() if test in SHOWN}
    write_text(record_file(page), json.dumps(record, indent=1, ensure_ascii=False))
    write_text(page, page_text(record, facts))


def page_text(record: Mapping, facts: Sequence[Fact]) -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        tally(record, facts),
        fact_table(record, facts),
        diagnoses(record, facts),
        coupling_table(record),
        promise_table(record),
    ]
    return "\n".join(parts).rstrip()


def tally(record: Mapping, facts: Sequence[Fact]) -> str:
    """How many facts have each verdict, and how long they took to measure."""
    verdicts = [fact.verdict(interval_in(record, fact)) for fact in facts]
    minutes = sum(kept.get("seconds", 0.0) for kept in record["facts"].values()) / 60
    return "; ".join(f"{verdicts.count(one)} {one}" for one in (INSIDE, OVERLAPS, OUTSIDE, TOO_WIDE, UNMEASURED)) + f".{took(minutes)}\n"


def fact_table(record: Mapping, facts: Sequence[Fact]) -> str:
    """Every fact with its scenarios, its interval, its band and the verdict."""
    lines = [
        "## Facts\n",
        "| key | fact | source | scenarios | measured [95 %] | band | unit | verdict | replications x consumers | date, engine |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for fact in facts:
        found, kept = interval_in(record, fact), record["facts"].get(fact.key, {})
        made = f"{kept['n']} x {kept['consumers']:,}" if kept else "-"
        when = f"{kept['date']}, {kept['engine']}" if kept else "-"
        said = f"{short(found.mean)} [{short(found.low)}, {short(found.high)}]" if found else "-"
        lines.append(
            f"| {fact.key} | {fact.statement} | {fact.source} | {scenarios(fact)} | {said} | {band(fact)} | {fact.unit} "
            f"| {fact.verdict(found)} | {made} | {when} |"
        )
    return "\n".join(lines) + "\n"


def scenarios(fact: Fact) -> str:
    """The scenarios of a fact as words of the command line."""
    return "; ".join(f"`{arm.command()}`" for arm in fact.arms.values()) or "-"


def band(fact: Fact) -> str:
    """The band as people write it."""
    low, high = fact.band
    if low == -float("inf"):
        return f"at most {short(high)}"
    return f"{short(low)} or more" if high == float("inf") else f"{short(low)} to {short(high)}"


def short(value: float) -> str:
    """A number in three figures."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def diagnoses(record: Mapping, facts: Sequence[Fact]) -> str:
    """Which mechanism is missing where a fact does not come out, or cannot be told."""
    lines = ["## What does not come out, and why\n"]
    judged = [(fact, fact.verdict(interval_in(record, fact))) for fact in facts if fact.diagnosis]
    lines += [f"- **{fact.key}** ({verdict}): {fact.diagnosis}" for fact, verdict in judged if verdict in (OUTSIDE, TOO_WIDE)]
    return "\n".join(lines) + "\n"


def coupling_table(record: Mapping) -> str:
    """By how much levers reach upstream, and what carries them there."""
    lines = [
        "## How far levers reach upstream\n",
        "A lever acts from one stage on; `tests/test_levers.py` shows that nothing before it changes where the world is quiet. In the",
        "full world other people carry it upstream. Each cell is the share of people whose day of an earlier stage differs before they",
        "first come to the lever's stage: with everything on, with one carrier alone, and with none of them. Inflow: paired change of the",
        "people who enter the lever's stage, everything on.\n",
        head(),
        "|" + "---|" * (len(COUPLINGS) + 5),
    ]
    for one in COUPLED:
        kept = record["couplings"].get(one.key)
        if kept:
            lines.append(row(one, {world: Interval(**cell) for world, cell in kept["cells"].items()}, kept))
    return "\n".join(lines) + "\n"


def row(one: Carried, cells: Mapping[str, Interval], kept: Mapping) -> str:
    """A lever's line of the table."""
    shares = " | ".join(f"{100 * cell.mean:.2f} ± {100 * cell.half:.2f} %" for world, cell in cells.items() if world != "inflow")
    inflow = cells["inflow"]
    change = f"{100 * inflow.mean:+.2f} % [{100 * inflow.low:+.2f}, {100 * inflow.high:+.2f}]"
    return f"| {one.name} | {one.stage.name} | {shares} | {change} | {inflow.n} x {kept['consumers']:,}, {kept['date']}, {kept['engine']} |"
