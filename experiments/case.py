"""`funnel case`: a named what-if against its baseline, on the same consumers with the same luck, and the answer to its question."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from experiments.analysis import Comparison
from experiments.answer import inside, intervals_table, level_words
from experiments.basis import Point
from experiments.batch import Experiment, carry_out
from experiments.cases import Asked, asked_of, ground_under
from experiments.compare import (
    as_json,
    closing_lines,
    every_table,
    findings_of,
    illustrated,
    labels_of,
    new_folder,
    rests_on,
)  # fmt: skip
from experiments.compose import checked_shelf, scenario_of
from experiments.files import Shelf
from experiments.happenings import happenings
from experiments.identity import command_line
from experiments.intervals import Interval
from experiments.language import LANGUAGES, say
from experiments.measures import BY_KEY, MAIN
from experiments.my_check import held_against
from experiments.overrides import Request, read
from experiments.scenarios import asks
from experiments.settings import Case, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.wording import absolute, capital, grain, number, span
from sim.scenario import Scenario
from sim.schema import ConfigError

SAME = ("days", "households", "consumers", "weight")  # of the market: paired people live equally long and stand for as many


def case(words: Sequence[str]) -> int:
    """Runs a case against its baseline as the words say, or lists the cases; results go to a folder, the answer to stdout."""
    names = [word for word in words if "=" not in word]
    request = read([word for word in words if "=" in word], keys(Case))
    if not names:
        return listed(request)
    settings, asked, points = wanted(request, names)
    experiment = Experiment(points, settings, Store(settings.results or new_folder("case")), command_line(["case", *words]))
    carry_out(experiment)
    (findings,) = findings_of(experiment)
    kept = as_json([findings], experiment) | {"case": told(asked, findings, experiment)}
    experiment.store.keep(kept)
    mine = held_against(request.mine, [findings], experiment, labels_of(points, settings.lang))
    text = json.dumps(kept, indent=1, ensure_ascii=False) if settings.json else as_text(kept["case"], findings, experiment) + mine
    print(text, flush=True)
    pictures, report = illustrated(experiment)
    if not settings.json:
        print(closing_lines(experiment, pictures, report))
    return 0


def listed(request: Request) -> int:
    """Prints every case with its question."""
    errors: list[str] = []
    language, files = checked_settings(Case, request.settings, errors).lang, checked_shelf(request)
    raise_all(request.errors, errors)
    print(say("answer", "case_list", language))
    width = max(map(len, files["case"]), default=0)
    for name in files["case"]:
        print(f"  {name:{width}}  {asks(name, files, language)}")
    return 0


def wanted(request: Request, names: Sequence[str]) -> tuple[Case, Asked, list[Point]]:
    """The settings, the case's words, and its two points: the baseline first.

    Raises ConfigError with every error at once.
    """
    errors = [f"funnel case runs one case at a time, not {', '.join(names)}"] if len(names) > 1 else []
    errors += [f"{one}= is not for funnel case, which is told the case's name" for one in ("case", "theory") if one in request.choices]
    settings = checked_settings(Case, request.settings, errors)
    try:
        files = checked_shelf(request)
        asked = asked_of(names[0], files)
        points = pair_of(request, asked, files)
    except ConfigError as error:
        raise_all(errors, error.errors)
    raise_all(errors)
    return settings, asked, points


def pair_of(request: Request, asked: Asked, files: Shelf) -> list[Point]:
    """The baseline (or the strategy= that the command line puts in its place) and the case, in the case's market, under the same overrides.

    Raises ConfigError where the two markets cannot be compared person by person.
    """
    baseline = request.choices.get("strategy", asked.baseline)
    if market := ground_under("market", asked.name, files):
        request = replace(request, choices={"market": market} | request.choices)
    before, after = (scenario_of(request, name, files) for name in (baseline, asked.name))
    markets = [scenario.market for scenario in (before, after)]
    if strange := [key for key in SAME if getattr(markets[0], key) != getattr(markets[1], key)]:
        raise ConfigError([f"the case '{asked.name}' changes market.{one}; a case keeps its baseline's" for one in strange])
    return [Point("as_found", baseline, before), Point("as_found", asked.name, labelled(after, before))]


def labelled(after: Scenario, before: Scenario) -> Scenario:
    """The case with a label of its own: its name in words where its file gives none."""
    words = {"label": after.name.replace("_", " ").capitalize(), "label_zh": say("answer", "case_label", "zh")}
    own = {key: word for key, word in words.items() if getattr(after.strategy, key) == getattr(before.strategy, key)}
    return after.with_strategy(replace(after.strategy, **own), after.name)


def told(asked: Asked, findings: Comparison, experiment: Experiment) -> dict[str, object]:
    """The case's words with the answer in both languages."""
    answers = {language: answer(asked, findings, experiment, language) for language in LANGUAGES}
    return asdict(asked) | {"question": asked.questions, "answer": answers}


def answer(asked: Asked, findings: Comparison, experiment: Experiment, language: str) -> str:
    """One sentence: by how much the case's outcome differs from the baseline's, with its interval."""
    (first, mine), labels = findings.means, labels_of(experiment.points, language)
    measure = BY_KEY[asked.outcome]
    who, whom = inside(labels[mine]), inside(labels[first])
    about = {"who": who, "whom": whom, "what": capital(measure.name(language).strip()), "unit": measure.in_unit(language)}
    if asked.outcome not in findings.differences[mine]:
        return say("answer", "case_few", language, **about)
    difference = findings.differences[mine][asked.outcome]
    before, after = (findings.means[name][asked.outcome] for name in (first, mine))
    return sentence(difference, before, after, language, about | {"level": level_words(experiment.alpha, language)})


def sentence(difference: Interval, before: Interval, after: Interval, language: str, about: dict[str, str]) -> str:
    """The finding in words that its interval allows."""
    if not np.isfinite(difference.low):
        return say("answer", "case_few", language, **about)
    certain = difference.half <= 1e-9 * abs(difference.mean)  # the same in every replication
    step = 0.0 if certain else grain(difference)
    levels = {"before": number(before.mean, step), "after": number(after.mean, step)}
    if difference.mean == 0 and difference.half == 0:
        return say("answer", "case_same", language, **about, **levels)
    if difference.sign == 0:
        return say("answer", "case_unclear", language, span=span(difference, language=language), **about, **levels)
    size, word = absolute(difference), say("answer", "more" if difference.sign > 0 else "less", language)
    ends = say("answer", "joint", language).join(number(end, step) for end in (size.low, size.high))
    return say("answer", "case_differs", language, amount=number(size.mean, step), word=word, span=ends, **about, **levels)


def as_text(words: dict, findings: Comparison, experiment: Experiment) -> str:
    """The question, its answer, what it rests on, and a short table; with full=true every table."""
    settings, level = experiment.settings, level_words(experiment.alpha, experiment.settings.lang)
    language, labels = settings.lang, labels_of(experiment.points, settings.lang)
    lines = [words["question"][language], f"  {words['answer'][language]}", ""]
    lines += [*happenings(experiment.points, labels, language), *rests_on(experiment)]
    if settings.full:
        return "\n".join(lines + every_table([findings], experiment, labels, experiment.outcomes()))
    head = say("answer", "main_table", language, footing=say("measures", "footing_as_found", language), level=level)
    lines += ["", head, short_table(words["outcome"], findings, labels, language)]
    return "\n".join([*lines, "", say("answer", "rest_in_report", language, count=len(findings.means[experiment.names[0]]))])


def short_table(outcome: str, findings: Comparison, labels: dict[str, str], language: str) -> str:
    """The main outcomes and the one that answers: baseline, case and their paired difference."""
    (mine,) = findings.differences
    columns = findings.means | {"difference": findings.differences[mine]}
    heads = labels | {"difference": say("answer", "case_difference", language)}
    return intervals_table(columns, heads, language, [*MAIN, outcome])
