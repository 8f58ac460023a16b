"""The figures as tables of text: one source for the terminal and for docs/performance.md."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from bench.machine import description
from bench.phases import BLOCK, PROCESSOR, TOTAL, WARM_UP, Cost, Memory
from bench.side_by_side import BLOCK as TURN
from bench.side_by_side import DAILY, ENGINE, KEYED, PYTHON, STAGES, Race

AIM = 100  # times faster than objects


@dataclass(frozen=True)
class Table:
    """A title, a sentence on what was measured, and rows of text under a head."""

    title: str
    measured: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def machine_table(busy: float) -> Table:
    """The machine; `busy` other processes wanted a core when the benchmark began."""
    said = f"One machine, one run; the load was {busy:.1f} when it began, and what else ran makes wall-clock figures worse."
    return Table("The machine", said, ("", ""), tuple(description().items()))


def phase_table(found: list[Cost], consumers: int) -> Table:
    """Nanoseconds per consumer-day by phase for one number of consumers, each number of threads in two columns."""
    mine = [cost for cost in found if cost.consumers == consumers]
    threads = sorted({cost.threads for cost in mine})
    head = ("phase", *(f"{word}, {counted(k, 'thread')}" for k in threads for word in ("median", "least")))
    rows = []
    for phase in dict.fromkeys(cost.phase for cost in mine):
        one = {cost.threads: cost for cost in mine if cost.phase == phase}
        rows.append((phase, *(f"{value:.1f}" for k in threads for value in (one[k].median, one[k].least))))
    said = (
        f"Nanoseconds of wall clock per consumer-day of the full default rules with {consumers:,} consumers, over blocks of {BLOCK} days, "
        f"after the start-up days and {WARM_UP} days of warming up; compilation is not counted. Processor time leaves out what else ran "
        "on the machine; where it is far below threads times the total, the cores were not free."
    )
    return Table(f"A day by phase, {consumers:,} consumers", said, head, tuple(rows))


def memory_table(found: list[Memory]) -> Table:
    """Bytes per consumer."""
    head = ("consumers", "person", "minds", "friends", "together", "peak of the process, MB")
    rows = tuple((f"{m.consumers:,}", f"{m.person}", f"{m.minds}", f"{m.network:.0f}", f"{m.state:.0f}", f"{m.peak:,.0f}") for m in found)
    said = (
        "Bytes per consumer: the records (one brand) and the network of friends. The peak is the most that the whole process has held "
        "so far, with compiled code, libraries, the copy of the start-up world and the drawing of traits."
    )
    return Table("Memory", said, head, rows)


def race_table(race: Race) -> Table:
    """The engine beside Mesa."""
    rivals = [who for who in (DAILY, PYTHON, KEYED) if who in race.nanoseconds]
    rows = [(ENGINE, f"{np.median(race.nanoseconds[ENGINE]):,.0f}", "1", "")]
    for who in rivals:
        least, median, most = race.ratio(who)
        rows.append((who, f"{np.median(race.nanoseconds[who]):,.0f}", f"{median:.1f} ({least:.1f}-{most:.1f})", f"{race.same(who):.2%}"))
    said = (
        f"Nanoseconds of processor time per consumer-day, one core, {race.consumers:,} consumers, {race.days} days, lived turn about in "
        f"blocks of {TURN} days: median of the blocks, how many times the engine is faster (median, least and greatest of the blocks), "
        "and the share of the consumers whom both have in the same stage on the last day."
    )
    return Table("Beside a plain Mesa object model", said, ("", "ns per consumer-day", "times the engine", "same stage"), tuple(rows))


def agreement_table(race: Race) -> Table:
    """Shares by stage at the end, engine and Mesa with daily draws, and their z."""
    z, here, there = race.z(DAILY), race.share(ENGINE), race.share(DAILY)
    rows = tuple((name.lower(), f"{here[k]:.4f}", f"{there[k]:.4f}", f"{z[k]:+.2f}") for k, name in enumerate(STAGES) if here[k] + there[k])
    said = (
        f"Shares by stage after {race.days} days of the same people under independent luck; z is the difference over its standard error, "
        f"paired by person; chance alone keeps all of them below {chance_alone(len(rows)):.2f} in 95 of 100 runs. "
        f"{race.moved:.1%} of the consumers ended in another stage than they began, and each met "
        f"{race.contacts:.2f} contacts a day."
    )
    return Table("Both tell the same story", said, ("stage", ENGINE, "Mesa", "z"), rows)


def chance_alone(tests: int, alpha: float = 0.05) -> float:
    """The bound on |z| that so many tests together pass by chance alone but for alpha (Bonferroni)."""
    return NormalDist().inv_cdf(1 - alpha / (2 * tests))


def tables(busy: float, found: list[Cost], memories: list[Memory], race: Race) -> list[Table]:
    """Everything, in the order of the page."""
    sizes = dict.fromkeys(cost.consumers for cost in found)
    return [machine_table(busy), *(phase_table(found, n) for n in sizes), memory_table(memories), race_table(race), agreement_table(race)]


def answer(found: list[Cost], race: Race) -> str:
    """The two figures that matter, in one sentence each."""
    most = max(cost.consumers for cost in found)
    total, used = ({cost.threads: cost.median for cost in found if cost.phase == k and cost.consumers == most} for k in (TOTAL, PROCESSOR))
    costs = " and ".join(f"{total[k]:.0f} ns on {counted(k, 'thread')} ({used[k]:.0f} ns of processor time)" for k in total)
    _, ratio, _ = race.ratio(DAILY)
    verdict = "reached" if ratio >= AIM else "not reached"
    return (
        f"A consumer-day of the full rules costs {costs} with {most:,} consumers. On one core and the same rules the engine is "
        f"{ratio:.0f} times as fast as a plain Mesa object model; the aim of {AIM} times is {verdict}."
    )


def counted(number: int, noun: str) -> str:
    """1 thread, 2 threads."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


FAIR = """How the comparison is made fair:

- Both live the same people, drawn once, with the same numbers, for the same days; the engine's side is the whole of `sim.day.live`.
- Both have needs, touchpoints by intensity, goodwill, attention, forgetting, curiosity, comparing, deciding, self-search and giving up;
  neither has salespeople, outlets, friends, owners or sales (`shared_rules` in `bench/side_by_side.py`).
- The Mesa model is one `mesa.Agent` per consumer, stepped in the order of ids by `model.agents.do("step")`. As most models are written,
  every chance is drawn every day; the ratio that counts is against this. The others have the engine's best ideas too: waits are
  clocks, so that a day without contact draws nothing. A touchpoint that reaches nobody is left out in all of them.
- Python's own random numbers are the cheapest that Python has. With the engine's keyed numbers (compiled, called one by one) the Mesa model
  also lives the same lives (but for the few that the engine's 32-bit state rounds otherwise): the rules are the same.
- Turn about on one core in one process, processor time, so that whatever else runs on the machine hurts both alike; drawing the people,
  building the objects and compiling are not counted.
"""


def markdown(busy: float, found: list[Cost], memories: list[Memory], race: Race) -> str:
    """The page."""
    parts = ["# Performance", "Written by `make bench`; do not edit.", answer(found, race)]
    for table in tables(busy, found, memories, race):
        parts += [f"## {table.title}", table.measured, as_markdown(table)]
        parts += [FAIR.rstrip()] if table.title == race_table(race).title else []
    return "\n\n".join(parts) + "\n"


def as_markdown(table: Table) -> str:
    """The table in Markdown, numbers to the right."""
    lines = [table.head, tuple("---" if k == 0 else "---:" for k in range(len(table.head))), *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
