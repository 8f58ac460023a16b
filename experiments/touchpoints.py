"""`funnel touchpoints strategy=NAME`: what each touchpoint costs, is credited with, and truly causes: each is switched off in turn."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np

from experiments.answer import inside, level_words
from experiments.basis import Point
from experiments.batch import Experiment, carry_out
from experiments.compare import as_json, closing_lines, defined, findings_of, labels_of, new_folder, reported, rests_on
from experiments.compose import checked_shelf, named_scenario
from experiments.identity import command_line
from experiments.intervals import Interval, mean_interval
from experiments.language import LANGUAGES, catalogue, say
from experiments.measures import DAYS_A_YEAR
from experiments.overrides import Request, read
from experiments.settings import Touch, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.table import table
from experiments.wording import absolute, grain, number, span, with_interval
from sim.scenario import CLOCKED, TOUCHPOINTS, Scenario, Touchpoint
from sim.schema import ConfigError

ACCOUNT = {  # figures of the account: scale, and whether they are shown by the year
    "contacts": (1e-6, True), "cost": (1e-6, True), "leads": (1.0, True), "cost_per_lead": (1.0, False), "conversion": (100.0, False),
    "cost_per_order": (1.0, False), "days_to_order": (1.0, False), "satisfaction": (100.0, False),
}  # fmt: skip
CREDITS = ("orders_first", "orders_lead", "orders_last")
Figures = dict[str, dict[str, np.ndarray]]  # touchpoint -> figure -> (replication,)


def touchpoints(words: Sequence[str]) -> int:
    """Switches off each touchpoint of a strategy in turn; results go to a folder, the answer to stdout."""
    request = read(words, keys(Touch))
    settings, points = asked(request)
    experiment = Experiment(points, settings, Store(settings.results or new_folder("touchpoints")), command_line(["touchpoints", *words]))
    carry_out(experiment)
    experiment.store.keep(as_json(findings_of(experiment), experiment) | {"touchpoints": defined(as_numbers(experiment))})
    if settings.json:
        print(json.dumps(experiment.store.findings(), indent=1, ensure_ascii=False))
        return 0
    print(as_text(experiment), flush=True)
    report = reported(experiment.store.folder, settings.lang) if settings.report else None
    print(closing_lines(experiment, [], report))
    return 0


def asked(request: Request) -> tuple[Touch, list[Point]]:
    """The settings of a request, and its points: the strategy, then the strategy without each touchpoint that is on.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    settings = checked_settings(Touch, request.settings, errors)
    try:
        scenario = named_scenario(request, checked_shelf(request))
    except ConfigError as error:
        raise_all(errors, error.errors)
    found = [touch for touch in TOUCHPOINTS[:CLOCKED] if is_on(getattr(scenario.strategy.touchpoints, touch))]
    errors += [] if found else [say("kpi", "touch_none", settings.lang, strategy=scenario.name)]
    raise_all(errors)
    return settings, [Point("as_found", scenario.name, scenario), *(without(scenario, touch) for touch in found)]


def is_on(plan: Touchpoint) -> bool:
    """Whether a touchpoint reaches anybody."""
    return (plan.budget if plan.intensity is None else plan.intensity) > 0.0


def without(scenario: Scenario, touch: str) -> Point:
    """The same strategy with one touchpoint switched off: it reaches nobody and costs nothing."""
    strategy = scenario.strategy
    plan = getattr(strategy.touchpoints, touch)
    off = replace(plan, budget=0.0, intensity=None if plan.intensity is None else 0.0)
    names = {"en": strategy.label or scenario.name, "zh": strategy.label_zh or strategy.label or scenario.name}
    label, label_zh = (say("kpi", "touch_off", one, strategy=names[one], touch=touch_name(touch, one)) for one in LANGUAGES)
    changed = replace(strategy, touchpoints=replace(strategy.touchpoints, **{touch: off}), label=label, label_zh=label_zh)
    return Point("as_found", f"{scenario.name}_without_{touch}", scenario.with_strategy(changed, f"{scenario.name}_without_{touch}"))


def touch_name(touch: str, language: str) -> str:
    """A touchpoint for people."""
    subject = "figures" if f"touch_{touch}" in catalogue("figures") else "kpi"
    return say(subject, f"touch_{touch}", language)


def switched_off(experiment: Experiment) -> dict[str, str]:
    """The strategy that lacks each touchpoint."""
    return {name.rpartition("_without_")[2]: name for name in experiment.names[1:]}


def caused(experiment: Experiment, key: str = "orders") -> dict[str, Interval]:
    """What each touchpoint causes of an outcome a year: with all switched on, less with it switched off."""
    (outcomes,) = experiment.outcomes().values()
    whole = outcomes[experiment.names[0]][key]
    return {touch: mean_interval(whole - outcomes[name][key], experiment.alpha) for touch, name in switched_off(experiment).items()}


def figures_of(experiment: Experiment) -> Figures:
    """The account and the credits of the strategy with all switched on, from the files; figures over the horizon by the year."""
    rows = experiment.store.read("touchpoints").sort_by([("replication", "ascending")])
    strategy, touch = (np.array(rows.column(name).to_pylist()) for name in ("strategy", "touchpoint"))
    mine, yearly = strategy == experiment.names[0], DAYS_A_YEAR / experiment.days
    shown = ACCOUNT | dict.fromkeys(CREDITS, (1.0, True))
    columns = {key: rows.column(key).to_numpy() * scale * (yearly if by_year else 1.0) for key, (scale, by_year) in shown.items()}
    return {one: {key: values[mine & (touch == one)] for key, values in columns.items()} for one in TOUCHPOINTS}


def as_numbers(experiment: Experiment) -> dict[str, dict[str, object]]:
    """For programs: of each touchpoint the account, the credits, and what it causes, each an interval."""
    figures, orders, profit = figures_of(experiment), caused(experiment), caused(experiment, "profit_channel")
    out = {touch: {key: asdict(mean_interval(one, experiment.alpha)) for key, one in by.items()} for touch, by in figures.items()}
    for touch in orders:
        out[touch] |= {"orders_caused": asdict(orders[touch]), "profit_caused": asdict(profit[touch])}
    return out


def as_text(experiment: Experiment) -> str:
    """The answer: a sentence for each touchpoint, what it rests on, credits beside causes, the account."""
    language = experiment.settings.lang
    level, figures = level_words(experiment.alpha, language), figures_of(experiment)
    label = labels_of(experiment.points, language)[experiment.names[0]]
    lines = [say("kpi", "touch_question", language, strategy=inside(label))]
    lines += [f"  {line}" for line in sentences(caused(experiment), figures, level, language)]
    lines += ["", *rests_on(experiment), say("kpi", "touch_note", language), ""]
    lines += [say("kpi", "touch_credit_head", language, level=level), credit_table(experiment, figures), ""]
    return "\n".join([*lines, say("kpi", "touch_account_head", language, level=level), account_table(figures, experiment.alpha, language)])


def sentences(orders: Mapping[str, Interval], figures: Figures, level: str, language: str) -> Iterator[str]:
    """What each touchpoint causes, in the words that its interval allows, beside what clicks would have said."""
    for touch, one in orders.items():
        size = absolute(one)
        first, last = (number(float(np.nanmean(figures[touch][key])), grain(one)) for key in ("orders_first", "orders_last"))
        key = {1: "touch_line", -1: "touch_gain", 0: "touch_unclear"}[one.sign]
        ends = span(size if one.sign else one, language=language)
        about = {"amount": number(size.mean, grain(size)), "first": first, "last": last}
        yield say("kpi", key, language, touch=touch_name(touch, language), level=level, span=ends, **about)


def credit_table(experiment: Experiment, figures: Figures) -> str:
    """Orders credited by first click, touch of the lead and last click, beside those caused, the profit they bring and their cost."""
    language, alpha = experiment.settings.lang, experiment.alpha
    orders, profit = caused(experiment), caused(experiment, "profit_channel")
    rows = []
    for touch, by in figures.items():
        if not any(by[key].any() for key in CREDITS) and touch not in orders:
            continue
        credits = [with_interval(mean_interval(by[key], alpha)) for key in CREDITS]
        own = [with_interval(some[touch]) if touch in some else "-" for some in (orders, profit)]
        cost = by["cost"].mean() * 1e6
        paid = number(cost / orders[touch].mean, 10.0) if touch in orders and orders[touch].sign > 0 and cost > 0 else "-"
        rows.append([touch_name(touch, language), *credits, *own, paid])
    heads = [say("kpi", f"touch_{key}", language) for key in ("head", *CREDITS, "caused", "profit", "cost_caused")]
    return table(heads, rows)


def account_table(figures: Figures, alpha: float, language: str) -> str:
    """Contacts, cost, leads, conversion, days and satisfaction by touchpoint."""
    rows = [
        [touch_name(touch, language), *(with_interval(mean_interval(by[key], alpha)) for key in ACCOUNT)]
        for touch, by in figures.items()
        if any(np.nansum(by[key]) for key in ("contacts", "leads", "orders_first"))
    ]
    return table([say("kpi", f"touch_{key}", language) for key in ("head", *ACCOUNT)], rows)
