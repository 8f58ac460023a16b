"""`funnel compare`: strategies against each other on the same consumers, with the same luck."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from experiments.analysis import Comparison, compared
from experiments.answer import (
    FOOTING,
    differences_table,
    level_words,
    means_table,
    network_sentences,
    pairing_table,
    sentences,
)
from experiments.basis import Point, points_of
from experiments.batch import Experiment, carry_out
from experiments.compose import checked_shelf
from experiments.identity import command_line
from experiments.money import money_table, net_by_party, outlay_table
from experiments.overrides import Request, read
from experiments.settings import BASIS_WORDS, Compare, checked_settings, keys, raise_all
from experiments.store import Store
from sim.schema import ConfigError


def compare(words: Sequence[str]) -> int:
    """Compares strategies as the words say; results go to a folder, the answer to stdout."""
    request = read(words, keys(Compare))
    settings, points = asked(request)
    experiment = Experiment(points, settings, Store(settings.results or new_folder("compare")), command_line(["compare", *words]))
    carry_out(experiment)
    findings = findings_of(experiment)
    experiment.store.keep(as_json(findings, experiment))
    pictures = drawn(experiment)
    if settings.json:
        print(json.dumps(experiment.store.findings(), indent=1, ensure_ascii=False))
    else:
        print(as_text(findings, experiment, request))
        print(closing_lines(experiment, pictures))
    return 0


def drawn(experiment: Experiment) -> list[Path]:
    """The pictures of a comparison; Matplotlib is loaded only now."""
    from experiments.report.pictures import draw_all

    return draw_all(experiment.store.folder)


def asked(request: Request) -> tuple[Compare, list[Point]]:
    """The settings and the points of a request.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    settings = checked_settings(Compare, request.settings, errors)
    if not settings.names:
        errors.append("strategies is empty; give names with commas, such as strategies=direct,dealer_4s")
    try:
        points = points_of(request, settings.names, BASIS_WORDS[settings.basis], checked_shelf(request))
    except ConfigError as error:
        raise_all(errors, error.errors)
    raise_all(errors)
    return settings, points


def new_folder(verb: str) -> Path:
    """A results folder named after the time, that is not there yet."""
    name = Path("results") / f"{time.strftime('%Y-%m-%d_%H%M%S')}-{verb}"
    beside = (name.with_name(f"{name.name}-{k}") for k in range(2, 1000))
    return name if not name.exists() else next(one for one in beside if not one.exists())


def findings_of(experiment: Experiment) -> list[Comparison]:
    """The findings on every basis, from the files."""
    outcomes = experiment.outcomes()
    bases = dict.fromkeys(point.basis for point in experiment.points)
    return [compared(basis, outcomes[basis], experiment.names, experiment.alpha) for basis in bases]


def as_text(findings: Sequence[Comparison], experiment: Experiment, request: Request) -> str:
    """The whole answer: sentences of every basis first, then the tables."""
    labels = {point.strategy: point.label for point in experiment.points}
    level = level_words(experiment.alpha)
    lines: list[str] = []
    for one in findings:
        lines += ["", FOOTING[one.basis], *(f"  {sentence}" for sentence in sentences(one, labels, level))]
        if one.basis == "format" and (shared := request.overridden("strategy.")):
            lines.append(f"  Your {', '.join(shared)} applies to all strategies.")
    if network := list(network_sentences(experiment.outcomes(), experiment.names, labels, experiment.alpha, level)):
        lines += ["", "What the network adds to the difference of the formats", *(f"  {line}" for line in network)]
    lines += [*tables(findings, experiment, labels, level), *how_sure(findings, experiment, labels, level)]
    return "\n".join(lines[1:])


def tables(findings: Sequence[Comparison], experiment: Experiment, labels: dict[str, str], level: str) -> list[str]:
    """Outcomes, paired differences and money of every basis."""
    ledgers = net_by_party(experiment.store.read("books"), experiment.points, len(experiment.store.finished()))
    first, lines = labels[experiment.names[0]], []
    for one in findings:
        lines += ["", f"{one.basis}: means and {level} intervals", means_table(one, labels)]
        if one.differences:
            lines += ["", f"{one.basis}: paired differences from {first}", differences_table(one, labels)]
        lines += ["", f"{one.basis}: money by party, received less paid", money_table(ledgers[one.basis], experiment.names, labels)]
        mine = [point for point in experiment.points if point.basis == one.basis]
        lines += ["", outlay_table(ledgers[one.basis], mine, labels)]
    return lines


def how_sure(findings: Sequence[Comparison], experiment: Experiment, labels: dict[str, str], level: str) -> list[str]:
    """How many replications, what pairing was worth, and what the intervals mean."""
    n, planned = len(experiment.store.finished()), experiment.looks
    lines = ["", f"{n} paired replications, seed {experiment.settings.seed}. Intervals hold for one outcome at a time ({level})."]
    if len(planned) > 1:
        lines.append(
            f"The intervals were to be looked at after {', '.join(map(str, planned))} replications, and the work stops when they are"
        )
        lines.append(f"narrow; so that this cannot flatter them, 5 % error is shared among the {len(planned)} looks (Bonferroni).")
    if n < 10:
        lines.append("Fewer than 10 replications: the intervals are rough.")
    if len(experiment.names) > 1:
        lines.append("Winners beat every other strategy at 5 %, all pairs judged together (Holm).")
        lines += ["", pairing_table(findings, labels, experiment.names[0])]
    return lines


def closing_lines(experiment: Experiment, pictures: Sequence[Path]) -> str:
    """Where everything is, and how to make it again."""
    folder = experiment.store.folder
    lines = ["", f"Results   {folder}/ (Parquet, manifest.json)"]
    lines += [f"Picture   {path}" for path in pictures]
    return "\n".join([*lines, f"Again     {experiment.command}"])


def as_json(findings: Sequence[Comparison], experiment: Experiment) -> dict:
    """The findings for programs."""
    out = {
        "replications": len(experiment.store.finished()),
        "level": 1 - experiment.alpha,
        "seed": experiment.settings.seed,
        "results": str(experiment.store.folder),
        "findings": [asdict(one) for one in findings],
    }
    return defined(out)


def defined(value: object) -> object:
    """The same without NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: defined(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [defined(one) for one in value]
    return None if isinstance(value, float) and value != value else value
