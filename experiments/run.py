"""`funnel run`: one strategy, case or theory, with intervals over replications."""

import json
from collections.abc import Sequence

from experiments.analysis import Comparison
from experiments.answer import headline, level_words, means_table, question
from experiments.basis import Point
from experiments.batch import Experiment, carry_out
from experiments.compare import as_json, closing_lines, findings_of, labels_of, new_folder, reported, rests_on, series_of
from experiments.compose import checked_shelf, named_scenario
from experiments.identity import command_line
from experiments.language import say
from experiments.money import money_table
from experiments.my_check import held_against
from experiments.overrides import Request, read
from experiments.settings import Run, checked_settings, keys, raise_all
from experiments.store import Store
from sim.schema import ConfigError


def run(words: Sequence[str]) -> int:
    """Runs one strategy as the words say; results go to a folder, the table to stdout."""
    request = read(words, keys(Run))
    settings, point = asked(request)
    experiment = Experiment([point], settings, Store(settings.results or new_folder("run")), command_line(["run", *words]))
    carry_out(experiment)
    findings = findings_of(experiment)
    experiment.store.keep(as_json(findings, experiment))
    mine = held_against(request.mine, findings, experiment, labels_of([point], settings.lang))
    if settings.json:
        print(json.dumps(experiment.store.findings(), indent=1, ensure_ascii=False))
    else:
        print(as_text(findings[0], experiment) + mine, flush=True)
    report = reported(experiment.store.folder, settings.lang) if settings.report else None
    if not settings.json:
        print(closing_lines(experiment, [], report))
    return 0


def asked(request: Request) -> tuple[Run, Point]:
    """The settings and the one point of a request.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    settings = checked_settings(Run, request.settings, errors)
    try:
        scenario = named_scenario(request, checked_shelf(request))
    except ConfigError as error:
        raise_all(errors, error.errors)
    raise_all(errors)
    return settings, Point("as_found", scenario.name, scenario)


def as_text(findings: Comparison, experiment: Experiment) -> str:
    """The answer, what it rests on, the table of outcomes and the money."""
    language, alpha, basis = experiment.settings.lang, experiment.alpha, findings.basis
    labels, level = labels_of(experiment.points, language), level_words(alpha, language)
    about = {"footing": say("measures", f"footing_{basis}", language), "level": level}
    return "\n".join(
        [
            question(labels, language),
            f"  {headline(experiment.outcomes()[basis], labels, alpha, language)}",
            "",
            *rests_on(experiment),
            "",
            say("answer", "main_table", language, **about),
            means_table(findings, labels, language),
            "",
            say("answer", "money_head", language, **about),
            money_table(series_of(experiment)[basis], experiment.names, labels, alpha, language),
        ]
    )
