"""What somebody at the command line or the lab waits for: help, the first run, the README's comparison and its first line, a preview."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from math import inf
from pathlib import Path

from bench.figures import Aim, Found, Table, brief, spread
from experiments.lab import worker
from experiments.lab.asked import PREVIEW, Sizes, question_of
from experiments.lab.desk import LOOK, Line, Ticket

FUNNEL = (sys.executable, "-m", "experiments.cli")
ANSWER = re.compile(r"±|% interval")  # a line that gives a difference with its interval
COMPILES = re.compile(r"compil", re.IGNORECASE)
README = ("compare", "market.consumers=30000", "replications=10")
TINY = ("market.consumers=300", "market.days=40", "market.start_days=10")
LEVER = "strategy.content_quality"
FIRST = ("market.consumers=3000", "market.days=365")

Lines = list[tuple[float, str]]  # seconds since the command began, and what it said


def said(words: tuple[str, ...], **environment: str) -> Lines:
    """What a command says, line by line, with the seconds until each; the last is empty, at its end.

    Raises RuntimeError with its output when it fails.
    """
    began, lines = time.perf_counter(), []
    there = os.environ | {"PYTHONUNBUFFERED": "1"} | environment
    with subprocess.Popen((*FUNNEL, *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=there) as command:
        for line in command.stdout:
            lines.append((time.perf_counter() - began, line.rstrip()))
    if command.returncode:
        raise RuntimeError("\n".join(line for _, line in lines))
    return [*lines, (time.perf_counter() - began, "")]


def first(lines: Lines, wanted: re.Pattern) -> float | None:
    """Seconds until the first line of a kind."""
    return next((seconds for seconds, line in lines if wanted.search(line)), None)


def help_seconds(times: int) -> list[float]:
    """Seconds of `funnel --help`."""
    return [said(("--help",))[-1][0] for _ in range(times)]


def first_run(size: tuple[str, ...], empty: bool) -> Found:
    """Seconds of a small comparison that has to compile everything and of the same once more; when the first says that it compiles.

    empty  an empty folder of compiled rules; without it what is compiled already is used, and what is not is compiled for good
    """
    with tempfile.TemporaryDirectory() as folder:
        cache_folder = {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")} if empty else {}
        words = ("compare", "strategies=direct,dealer_4s", "replications=2", "report=false", *size)
        runs = [said((*words, f"results={folder}/{k}"), **cache_folder) for k in range(2)]
    return {"seconds": [lines[-1][0] for lines in runs], "says": first(runs[0], COMPILES)}


def comparison(words: tuple[str, ...], times: int) -> list[Found]:
    """The comparison several times: seconds to its first answer and to its end, and how often the answer was given anew."""
    found = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            lines = said((*words, f"results={folder}/results"))
        answers = [seconds for seconds, line in lines if ANSWER.search(line)]
        found.append(
            {"seconds": lines[-1][0], "first": answers[0] if answers else None, "answers": len({round(one, 1) for one in answers})}
        )
    return found


def preview_seconds(days: int, times: int) -> list[float]:
    """Seconds until both sides of the lab's look ahead are lived and packed, each at a desk of its own, from a start that is there.

    Every time a lever of one side has been moved before, so that nothing of it is known.
    """

    async def play() -> list[float]:
        """The line of the lab, and nobody else in it."""
        line, seconds = Line(2), []
        line.open()
        for k in range(times + 4):  # the first find the start world out
            points = question_of({"consumers": PREVIEW, "days": days, "set_a": {LEVER: 1.0 + k / 1000}}).points
            began = time.perf_counter()
            await asyncio.gather(*(line.ask(LOOK, Ticket(), worker.look, point, Sizes().seed, Sizes().dots) for point in points))
            seconds.append(time.perf_counter() - began)
        await line.close()
        return seconds[4:]

    return asyncio.run(play())


def measure(quick: bool) -> Found:
    """All that somebody waits for."""
    size = TINY if quick else FIRST
    ready = first_run(size, empty=False)  # from here on everything is compiled
    return {
        "help": help_seconds(1 if quick else 9),
        "first_run": ready if quick else first_run(size, empty=True),
        "preview": preview_seconds(60 if quick else 730, 1 if quick else 15),
        "comparison": comparison(("compare", "replications=2", "report=false", *TINY) if quick else README, 1 if quick else 2),
    }


def firsts(found: Found) -> list[float]:
    """Seconds to the first answer; without end where none was given."""
    return [inf if one["first"] is None else one["first"] for one in found["comparison"]]


def compiling(found: Found) -> list[float]:
    """Seconds of the first run; without end where it does not say that it compiles."""
    return [inf if found["first_run"]["says"] is None else found["first_run"]["seconds"][0]]


def tables(found: Found) -> list[Table]:
    """Seconds of everything."""
    first_time, again = found["first_run"]["seconds"]
    says = found["first_run"]["says"]
    rows = (
        ("`funnel --help`", spread(found["help"])),
        ("a first small comparison, nothing compiled yet", brief(first_time)),
        ("... until it says that it compiles", brief(says) if says is not None else "it does not say so"),
        ("the same run once more", brief(again)),
        ("the README's comparison", spread([one["seconds"] for one in found["comparison"]])),
        ("... until the first answer with its interval", spread(firsts(found))),
        ("... answers on the way and at the end", spread([one["answers"] for one in found["comparison"]])),
        ("a preview: a pair of strategies, 2 years, 1,500 consumers", spread(found["preview"])),
    )
    said = (
        "Seconds of wall clock; where there is a spread: median, least and greatest. The README's comparison is "
        f"`funnel {' '.join(README)}` (three strategies, both bases), once everything is compiled, with its report and pictures; its lines "
        "are read from a pipe as they come. The preview is the lab's look ahead: both strategies live from a start-up world that is "
        "there, each in a process of its own, with the journeys of 300 people, and become what the page shows; a lever moves every time."
    )
    return [Table("What one waits for", said, ("", "seconds"), rows)]


AIMS = (
    Aim("the README's comparison, repeated", 30, "s", lambda found: [one["seconds"] for one in found["comparison"]]),
    Aim("its first answer line on screen", 5, "s", firsts),
    Aim(
        "its answers, refined as replications finish", 2, "answers",
        lambda found: [one["answers"] for one in found["comparison"]], at_least=True, judge=min,
    ),
    Aim("lab preview, a pair of strategies × 2 years at 1,500 consumers, one on each core", 40, "ms",
        lambda found: [1000 * one for one in found["preview"]]),
    Aim("cold start, `funnel --help`", 0.3, "s", lambda found: found["help"]),
    Aim("first run after install, which compiles and says so", 30, "s", compiling),
)  # fmt: skip
