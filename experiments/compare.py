"""`funnel compare`: strategies against each other on the same consumers, with the same luck."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from experiments.analysis import Comparison, Outcomes, compared
from experiments.answer import differences_table, headline, level_words, means_table, network_sentences, pairing_table, question, sentences
from experiments.basis import points_of
from experiments.batch import Experiment, carry_out
from experiments.compose import checked_shelf
from experiments.identity import command_line
from experiments.language import say
from experiments.measures import MAIN
from experiments.money import Series, money_table, net_series, outlay_table, yearly_scale
from experiments.my_check import held_against
from experiments.overrides import Request, read
from experiments.point import Point, labels_of
from experiments.report.picture import Picture
from experiments.settings import BASIS_WORDS, Compare, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.table import wide
from experiments.workers import side_by_side
from sim.schema import ConfigError

PARTS = (slice(0, 4), slice(4, 7), slice(7, 10), slice(10, None))  # of the pictures, shared by the workers; neighbours read the same tables


def compare(words: Sequence[str]) -> int:
    """Compares strategies as the words say; results go to a folder, the answer to stdout."""
    request = read(words, keys(Compare))
    settings, points = asked(request)
    experiment = Experiment(points, settings, Store(settings.results or new_folder("compare")), command_line(["compare", *words]))
    carry_out(experiment)
    findings = findings_of(experiment)
    experiment.store.keep(as_json(findings, experiment))
    mine = held_against(request.mine, findings, experiment, labels_of(points, settings.lang))
    if settings.json:
        print(json.dumps(experiment.store.findings(), indent=1, ensure_ascii=False))
    else:
        print(as_text(findings, experiment, request) + mine, flush=True)
    pictures, report = illustrated(experiment)
    if not settings.json:
        print(closing_lines(experiment, pictures, report))
    return 0


def illustrated(experiment: Experiment) -> tuple[list[Path], Path | None]:
    """The pictures and the report of an experiment; none where they are not wanted."""
    settings = experiment.settings
    if not settings.report:
        return [], None
    folder, language = experiment.store.folder, settings.lang
    drawing = side_by_side([(drawn, (folder, language, part)) for part in PARTS], settings.workers)
    report = reported(folder, language, lambda: [picture for _, pictures in drawing() for picture in pictures])
    return [path for paths, _ in drawing() for path in paths], report


def drawn(folder: Path, language: str, part: slice) -> tuple[list[Path], list[Picture]]:
    """Part of the pictures of a comparison, as files and for its report; Matplotlib is loaded only now."""
    from experiments.report.pictures import draw_all

    return draw_all(folder, language, part=part)


def reported(folder: Path, language: str, pictures: Callable[[], Sequence[Picture]] | None = None) -> Path:
    """The report of an experiment, written beside its results; its pictures are drawn for it where nobody else does."""
    from experiments.report.html import write_report

    return write_report(folder, language, folder / "report.html", pictures)


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


def series_of(experiment: Experiment) -> dict[str, Series]:
    """The money of every replication, from the files."""
    first = experiment.points[0].scenario
    scale = yearly_scale(first.weight, first.market.days)
    return net_series(experiment.store.read("books"), scale, experiment.store.finished())


def as_text(findings: Sequence[Comparison], experiment: Experiment, request: Request) -> str:
    """The whole answer: the question, sentences of every basis first, then what they rest on, then the tables."""
    settings, outcomes = experiment.settings, experiment.outcomes()
    language, alpha = settings.lang, experiment.alpha
    labels, level = labels_of(experiment.points, language), level_words(alpha, language)
    lines = [question(labels, language)]
    for one in findings:
        values = outcomes[one.basis]
        lines += ["", say("measures", f"footing_{one.basis}_long", language), f"  {headline(values, labels, alpha, language)}"]
        lines += [f"  {sentence}" for sentence in sentences(one, labels, level, language, values, alpha)]
        if one.basis == "format" and (shared := request.overridden("strategy.")):
            lines.append("  " + say("answer", "shared_override", language, words=", ".join(shared)))
    lines += ["", *rests_on(experiment)]
    if settings.full:
        lines += every_table(findings, experiment, labels, outcomes)
    else:
        lines += main_tables(findings, labels, level, language)
    return "\n".join(lines)


def rests_on(experiment: Experiment) -> list[str]:
    """How many replications, when they stop, how several findings are judged together, and how rough the intervals are."""
    settings, n = experiment.settings, len(experiment.store.finished())
    language, planned = settings.lang, experiment.looks
    level, several = level_words(experiment.alpha, language), len(experiment.names) > 1
    about = {"precision": f"{100 * settings.precision:g}", "raw": f"{settings.precision:g}", "looks": ", ".join(map(str, planned))}
    lines = [say("answer", "rests" if several else "rests_one", language, n=n, seed=settings.seed, level=level)]
    lines.append(say("answer", "stopping" if len(planned) > 1 else "fixed", language, **about))
    lines += [say("answer", "many", language)] if several else []
    return lines + ([say("answer", "rough", language)] if n < 10 else [])


def main_tables(findings: Sequence[Comparison], labels: dict[str, str], level: str, language: str) -> list[str]:
    """The main outcomes of every basis, and where the rest is."""
    lines = []
    for one in findings:
        footing = say("measures", f"footing_{one.basis}", language)
        lines += ["", say("answer", "main_table", language, footing=footing, level=level), means_table(one, labels, language, MAIN)]
    return [*lines, "", say("answer", "rest_in_report", language, count=len(findings[0].means[next(iter(labels))]))]


def every_table(findings: Sequence[Comparison], experiment: Experiment, labels: dict[str, str], outcomes: Outcomes) -> list[str]:
    """Outcomes, paired differences and money of every basis, the network's part, and what pairing was worth."""
    language, alpha, names = experiment.settings.lang, experiment.alpha, experiment.names
    first, level, lines, series = labels[names[0]], level_words(alpha, language), [], series_of(experiment)
    for one in findings:
        mine = [point for point in experiment.points if point.basis == one.basis]
        about = {"footing": say("measures", f"footing_{one.basis}", language), "level": level}
        lines += ["", say("answer", "main_table", language, **about), means_table(one, labels, language)]
        if one.differences:
            lines += ["", say("answer", "differences_head", language, first=first, **about), differences_table(one, labels, language)]
        lines += ["", say("answer", "money_head", language, **about)]
        lines += [money_table(series[one.basis], names, labels, alpha, language)]
        lines += ["", outlay_table(series[one.basis], mine, labels, alpha, language)]
    if network := list(network_sentences(outcomes, names, labels, alpha, level, language)):
        lines += ["", say("answer", "network_head", language), *(f"  {line}" for line in network)]
    return lines + (["", pairing_table(findings, labels, names[0], language)] if len(names) > 1 else [])


def closing_lines(experiment: Experiment, pictures: Sequence[Path], report: Path | None) -> str:
    """Where everything is, and how to make it again."""
    language, folder = experiment.settings.lang, experiment.store.folder
    lines = [("results", f"{folder}/ (Parquet, manifest.json)"), *([("report", report)] if report else []), *pictured(folder, pictures)]
    heads = [(say("answer", key, language), value) for key, value in [*lines, ("again", experiment.command)]]
    return "\n".join(["", *(f"{head}{' ' * (10 - wide(head))}{value}" for head, value in heads)])


def pictured(folder: Path, pictures: Sequence[Path]) -> list[tuple[str, str]]:
    """Where the pictures are, in one line; no line where there are none."""
    return [("picture", f"{folder}/*.png, *.svg")] if pictures else []


def as_json(findings: Sequence[Comparison], experiment: Experiment) -> dict:
    """The findings for programs, and how they came about."""
    out = {
        "replications": len(experiment.store.finished()),
        "level": 1 - experiment.alpha,
        "seed": experiment.settings.seed,
        "looks": experiment.looks,
        "precision": experiment.settings.precision,
        "command": experiment.command,
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
