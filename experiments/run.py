"""`funnel run`: one strategy, case or theory, with intervals over replications."""

import json
from collections.abc import Sequence

from experiments.answer import level_words, means_table
from experiments.basis import Point
from experiments.batch import Experiment, carry_out
from experiments.compare import as_json, findings_of, new_folder
from experiments.compose import checked_shelf, named_scenario
from experiments.identity import command_line
from experiments.money import money_table, net_by_party
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
    print(json.dumps(as_json(findings, experiment), indent=1, ensure_ascii=False) if settings.json else as_text(findings[0], experiment))
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


def as_text(findings: object, experiment: Experiment) -> str:
    """The table of outcomes, the money, and where the results are."""
    point = experiment.points[0]
    labels = {point.strategy: point.label}
    n = len(experiment.store.finished())
    ledgers = net_by_party(experiment.store.read("books"), experiment.points, n)
    return "\n".join(
        [
            f"{point.label}: means over {n} replications, seed {experiment.settings.seed}, and {level_words(experiment.alpha)} intervals",
            means_table(findings, labels),
            "",
            "Money by party, received less paid",
            money_table(ledgers[point.basis], [point.strategy], labels),
            "",
            f"Results   {experiment.store.folder}/ (Parquet, manifest.json)",
            f"Again     {experiment.command}",
        ]
    )
