"""`funnel sensitivity`: which numbers in doubt move an outcome, and which move the decision; in how many plausible worlds who wins."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from experiments.analysis import Outcomes
from experiments.basis import Point
from experiments.compare import defined, new_folder
from experiments.designs import Axis, Values, placed, sampled
from experiments.doubt import doubts_of, number_in
from experiments.identity import command_line
from experiments.indices import Index, morris, morris_sample, share, sobol, sobol_sample, worlds
from experiments.intervals import Interval, mean_interval
from experiments.language import say
from experiments.measures import BY_KEY, JUDGED
from experiments.overrides import read
from experiments.point import labels_of
from experiments.recalled import bases_for
from experiments.settings import Sensitivity, keys
from experiments.store import Store
from experiments.sweep import settings_and_axes
from experiments.sweeping import Plan, carry_out, plan_of
from experiments.table import table
from experiments.wording import figure, with_interval
from sim.schema import ConfigError

WORLDS = ("sobol", "worlds")  # methods whose sample holds independent worlds
NOTHING = 1e-12  # of a result: what rounding may make of it
TOP = 15  # numbers that are printed


@dataclass(frozen=True)
class Study:
    """A sample of settings and what it is a sample of."""

    plan: Plan
    axes: list[Axis]
    sample: np.ndarray | None  # (settings, axes) of the unit cube; None for tornado


def sensitivity(words: Sequence[str]) -> int:
    """Lives the sample that the words ask for and says what moves what."""
    study = studied(words)
    carry_out(study.plan)
    found = findings(study)
    study.plan.store.keep(found, "sensitivity")
    print(json.dumps(found, indent=1, ensure_ascii=False) if study.plan.asked.json else "\n".join(as_text(study, found)))
    return 0


def studied(words: Sequence[str]) -> Study:
    """The sample that the words ask for.

    Raises ConfigError with every error at once.
    """
    request = read(words, keys(Sensitivity), sweeps=True)
    asked, axes = settings_and_axes(request, Sensitivity)
    store = Store(asked.results or new_folder("sensitivity"))
    bases, made_of = bases_for(request, asked, store)
    axes = axes or plausible(bases, asked)
    if not axes:
        raise ConfigError(["no number to vary: give keys with intervals, such as strategy.pull=interval(-2,-1), or another only="])
    k = len(axes)
    if asked.method == "tornado":
        sample, values = None, one_at_a_time(axes, bases[0])
    elif asked.method == "worlds":
        sample, values = np.zeros((asked.samples, k)), sampled("lhs", axes, asked.samples, asked.seed)
    else:
        sample = (morris_sample if asked.method == "morris" else sobol_sample)(k, asked.samples, asked.seed)
        values = placed(axes, sample)
    return Study(plan_of(bases, values, asked, store, command_line(["sensitivity", *words]), made_of), axes, sample)


def plausible(bases: Sequence[Point], asked: Sensitivity) -> list[Axis]:
    """The numbers in doubt over the ranges that their sources leave; a number that only one strategy has is of that strategy alone."""
    doubts = [one for one in doubts_of(bases) if (one.path in asked.paths if asked.paths else one.source or asked.numbers == "all")]
    named = [one.path if len(one.whose) == len(bases) else f"{one.path}@{one.whose[0]}" for one in doubts]
    return [Axis(name, ends=(one.low, one.high)) for name, one in zip(named, doubts, strict=True)]


def one_at_a_time(axes: Sequence[Axis], base: Point) -> list[Values]:
    """As it is, then each number at its low and at its high end."""
    own: Values = {one.key: number_in(base.scenario, one.key.partition("@")[0]) for one in axes}
    if strange := [one.key for one in axes if one.ends is None or own[one.key] is None]:
        raise ConfigError([f"{key}: method=tornado needs a number with a value and an interval" for key in strange])
    return [own, *(own | {one.key: end} for one in axes for end in one.ends)]


# ---- findings ----------------------------------------------------------------------------------------------------------


def findings(study: Study) -> dict:
    """For programs: of every outcome the indices of the first strategy's level, of each difference from it, and of the decision."""
    plan = study.plan
    lived = plan.outcomes(plan.settings, JUDGED)
    if missing := [one for one in plan.settings if one.id not in lived]:
        raise ConfigError([f"{len(missing)} settings have no replication that ended; funnel status {plan.store.folder} tells why"])
    first, *others = plan.names
    out = [of_level(study, lived, key, first) for key in JUDGED]
    out += [part for key in JUDGED for name in others for part in of_pair(study, lived, key, name, first)]
    ranges = {one.key: list(one.ends or one.values) for one in study.axes}
    about = {"method": plan.asked.method, "samples": plan.asked.samples, "seed": plan.asked.seed, "ranges": ranges}
    return defined(about | {"settings": len(plan.settings), "command": plan.command, "found": out})


def of_level(study: Study, lived: Mapping[str, Outcomes], key: str, name: str) -> dict:
    """What moves an outcome of one strategy."""
    values = [lived[one][study.plan.bases[0].basis][name][key] for one in study.plan.order]
    return {"outcome": key, "of": "level", "strategy": name, "indices": indices(study, values)}


def of_pair(study: Study, lived: Mapping[str, Outcomes], key: str, name: str, first: str) -> Iterator[dict]:
    """What moves the difference of a strategy from the first, and who leads."""
    basis = study.plan.bases[0].basis
    gaps = [lived[one][basis][name][key] - lived[one][basis][first][key] for one in study.plan.order]
    yield {"outcome": key, "of": "difference", "strategy": name, "indices": indices(study, gaps)}
    if study.sample is None:
        return
    leads = [np.array([float(one.mean() > 0)]) for one in gaps]
    decision = {"outcome": key, "of": "decision", "strategy": name, "indices": indices(study, leads)}
    if study.plan.asked.method in WORLDS:
        drawn = [gaps[k] for k in worlds(len(study.axes), len(gaps))] if study.plan.asked.method == "sobol" else gaps
        signs = np.array([mean_interval(one).sign for one in drawn])
        shares = {"leads": share(np.array([one.mean() > 0 for one in drawn])), "clearly": share(signs > 0), "behind": share(signs < 0)}
        decision |= {name: asdict(one) for name, one in shares.items()}
    yield decision


def indices(study: Study, values: Sequence[np.ndarray]) -> dict[str, dict]:
    """The figures of every number by the method of the study; for tornado the values at the ends of its range."""
    y, method = np.array([one.mean() for one in values]), study.plan.asked.method
    if method == "worlds" or np.ptp(y) <= NOTHING * np.abs(y).max():
        return {}
    if method == "morris":
        found = morris(study.sample, y)
    elif method == "sobol":
        found = sobol(len(study.axes), y)
    else:
        found = [Index(mean_interval(values[1 + 2 * k]), mean_interval(values[2 + 2 * k])) for k in range(len(study.axes))]
    return {one.key: asdict(index) for one, index in zip(study.axes, found, strict=True)}


# ---- in words ----------------------------------------------------------------------------------------------------------


def as_text(study: Study, found: Mapping) -> Iterator[str]:
    """What was varied, then of every outcome what moves it, the most influential numbers first."""
    plan, language = study.plan, study.plan.asked.lang
    labels = labels_of(plan.bases, language)
    about = {"count": len(study.axes), "settings": len(plan.settings), "n": plan.looks[-1], "who": ", ".join(labels.values())}
    yield say("sensitivity", "head", language, footing=say("measures", f"footing_{plan.bases[0].basis}", language), **about)
    for one in found["found"]:
        outcome = BY_KEY[one["outcome"]]
        about = {"what": outcome.name(language), "unit": outcome.in_unit(language), "who": labels[one["strategy"]]}
        about |= {"whom": labels[plan.names[0]]}
        if plan.asked.method != "worlds":
            yield from ("", say("sensitivity", one["of"], language, **about), ranked(study, one["indices"], language))
        if "leads" in one:
            told = {name: in_percent(one[part]) for name, part in (("share", "leads"), ("clear", "clearly"), ("behind", "behind"))}
            yield from ("", say("sensitivity", "share", language, n=one["leads"]["n"], **told, **about))
    yield from ("", say("sensitivity", "ranges", language), plan.command)


def ranked(study: Study, by_key: Mapping[str, Mapping], language: str) -> str:
    """The numbers with their ranges and figures, the most influential first."""
    ends = {one.key: one.ends or one.values for one in study.axes}
    parts = {key: [Interval(**{name: np.nan if v is None else v for name, v in one[part].items()}) for part in ("main", "more")]
             for key, one in by_key.items()}  # fmt: skip
    weight = {key: abs(b.mean - a.mean) if study.sample is None else a.mean for key, (a, b) in parts.items()}
    if not weight:
        return "  " + say("sensitivity", "even", language)
    order = sorted(parts, key=lambda key: -np.nan_to_num(weight[key]))[:TOP]
    rows = [[key, span_of(ends[key]), *(with_interval(one) for one in parts[key])] for key in order]
    heads = say("sensitivity", study.plan.asked.method, language).split("|")
    return table([say("sensitivity", "number", language), say("sensitivity", "range", language), *heads], rows, left=(0,))


def span_of(values: Sequence) -> str:
    """A range in a table."""
    return " .. ".join(figure(one) if isinstance(one, float) else str(one) for one in values)


def in_percent(one: Mapping) -> str:
    """A share with its interval."""
    return f"{100 * one['mean']:.0f} % [{100 * one['low']:.0f}, {100 * one['high']:.0f}]"
