"""Files made from a run: tables of its outcomes, its report, and a replay that needs no server."""

import asyncio
import csv
import io
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from experiments.basis import Point
from experiments.lab.asked import SIDES, Question
from experiments.lab.page import replay
from experiments.lab.runs import Run
from experiments.measures import BY_KEY
from experiments.parts import parquet
from experiments.store import Store


@dataclass(frozen=True)
class Form:
    """A kind of file."""

    name: str
    file: str
    kind: str  # media type


FORMS = {
    one.name: one
    for one in (
        Form("csv", "funnel-lab.csv", "text/csv; charset=utf-8"),
        Form("parquet", "funnel-lab.parquet", "application/vnd.apache.parquet"),
        Form("report", "funnel-lab-report.html", "text/html; charset=utf-8"),
        Form("replay", "funnel-lab-replay.html", "text/html; charset=utf-8"),
    )
}
Ask = Callable[..., Awaitable]


async def make(form: Form, one: Run, language: str, ask: Ask) -> bytes:
    """The bytes of a file; a report is lived and written by a worker process.

    ask  puts work in line for a worker process
    """
    if form.name == "report":
        return await ask(report, one.question, len(one.worlds), language)
    if form.name == "replay":
        return await asyncio.to_thread(replay, one, language)
    return await asyncio.to_thread({"csv": as_csv, "parquet": as_parquet}[form.name], one)


def table(one: Run) -> pa.Table:
    """Outcomes in long format: side, strategy, world, outcome, unit, value (as it is shown)."""
    rows = [
        {"side": side, "strategy": one.question.labels["en"][side], "seed": one.question.sizes.seed, "world": world, "outcome": key,
         "unit": measure.unit, "value": float(measure.shown(both[k].get(key, float("nan")), one.question.sizes.days))}
        for world, both in enumerate(one.worlds) for k, side in enumerate(SIDES) for key, measure in BY_KEY.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def as_parquet(one: Run) -> bytes:
    """The outcomes as Parquet."""
    return parquet(table(one))


def as_csv(one: Run) -> bytes:
    """The outcomes as CSV, with a mark that tells spreadsheets of UTF-8; no cell of text can be taken for a formula."""
    rows = table(one)
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(rows.column_names)
    sheet.writerows([harmless(cell) for cell in row.values()] for row in rows.to_pylist())
    return ("\ufeff" + out.getvalue()).encode()


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


def report(question: Question, worlds: int, language: str) -> bytes:
    """The report of a question: its worlds are lived anew with everything that a report tells."""
    from experiments.batch import Experiment, carry_out
    from experiments.compare import as_json, findings_of
    from experiments.report.html import page
    from experiments.settings import Compare

    sizes = question.sizes
    settings = Compare(replications=max(2, worlds), seed=sizes.seed, workers=1, track=200, lang=language)
    with tempfile.TemporaryDirectory() as folder:
        experiment = Experiment(points_named(question), settings, Store(Path(folder) / "lab"), "funnel lab")
        carry_out(experiment)
        experiment.store.keep(as_json(findings_of(experiment), experiment))
        return page(experiment.store.folder, language).encode()


def points_named(question: Question) -> list[Point]:
    """The points by the names of their files, where these differ: pictures then have the strategies' own colours."""
    names = [question.sizes.a, question.sizes.b] if question.sizes.a != question.sizes.b else list(SIDES)
    labels = {language: list(by_side.values()) for language, by_side in question.labels.items()}
    return [
        Point(point.basis, name, point.scenario.with_strategy(
            replace(point.scenario.strategy, label=labels["en"][k], label_zh=labels["zh"][k]), name))
        for k, (point, name) in enumerate(zip(question.points, names, strict=True))
    ]  # fmt: skip
