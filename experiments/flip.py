"""`funnel flip RESULTS`: the numbers that would turn a comparison, and at what value, by paired lives with the same luck."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from experiments.analysis import outcomes_of
from experiments.basis import Point
from experiments.breakeven import Crossing
from experiments.dictionary import dictionary, unknown
from experiments.doubt import Doubt
from experiments.flipping import Turn, Turning, search_of, turnings
from experiments.identity import command_line
from experiments.intervals import Interval
from experiments.language import say
from experiments.measures import BY_KEY, JUDGED
from experiments.overrides import read
from experiments.parameter_words import meaning_of, unit_of
from experiments.settings import Flip, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.ties import with_ties
from experiments.wording import figure, grain, number, span, with_interval
from sim.compiled import ENGINE
from sim.scenario import scenario_from
from sim.schema import ConfigError

FILE = "flip"  # flip.json beside the results


def flip(words: Sequence[str]) -> int:
    """Finds what would turn the comparison of a results folder, says it, and keeps it beside the results."""
    named = [word for word in words if "=" not in word]
    request = read([word for word in words if "=" in word] + [f"results={word}" for word in named[:1]], keys(Flip))
    errors = [*request.errors, *(f"'{key}' cannot be changed here; the results say it" for key in [*request.choices, *request.overrides])]
    errors += [f"one folder of results is wanted, not also '{word}'" for word in named[1:]]
    settings = checked_settings(Flip, request.settings, errors)
    errors += [unknown(path) for path in settings.paths if path not in dictionary()]
    raise_all(errors)
    store = Store(folder_of(settings.results))
    points, basis = pair_of(store, settings.basis)
    found = list(turnings(search_of(basis, points, rivals_of(store, basis), store.manifest()["model"]["seed"], settings), basis))
    others = [one for one in turnings_of(store) if one.basis != basis]
    store.keep({"command": command_line(["flip", *words]), "turnings": [asdict(one) for one in [*found, *others]]}, FILE)
    print("\n".join(as_text(found, labels_of(store, settings.lang), settings)))
    print("\n" + say("flip", "kept", settings.lang, path=store.folder / f"{FILE}.json"))
    return 0


# ---- from and to the results folder ----------------------------------------------------------------------------------


def folder_of(results: str) -> Path:
    """The folder of finished results of a comparison.

    Raises ConfigError where it is not one.
    """
    if not results:
        raise ConfigError(["no results are named; write funnel flip FOLDER, a folder that funnel compare has written"])
    folder = Path(results)
    if not (folder / "manifest.json").is_file() or not Store(folder).finished():
        raise ConfigError([f"'{folder}' holds no finished results; give a folder that funnel compare has written"])
    return folder


def pair_of(store: Store, basis: str) -> tuple[list[Point], str]:
    """Every strategy of the results on a footing, the first of the folder if none is asked for, and that footing.

    Raises ConfigError where there is nothing to turn, or another engine lived it.
    """
    model = store.manifest()["model"]
    basis = basis or next(iter(model["strategies"]))
    if basis not in model["strategies"]:
        raise ConfigError([f"basis is '{basis}'; the results hold {', '.join(model['strategies'])}"])
    if basis == "together":
        raise ConfigError([f"'{store.folder}' holds a duel, whose brands live together; flip turns strategies apart: say basis=alone"])
    if len(model["strategies"][basis]) < 2:
        raise ConfigError([f"'{store.folder}' holds one strategy; a difference has two, such as those of funnel compare"])
    if model["engine"] != ENGINE:
        raise ConfigError([f"'{store.folder}' was lived by engine {model['engine']}, and this is {ENGINE}; run the comparison again"])
    if "markets" in model:
        raise ConfigError([f"'{store.folder}' holds a case that changes the market; flip turns comparisons in one market"])
    trees = model["strategies"][basis]
    return [
        Point(basis, name, with_ties(scenario_from(model["market"], tree, model["neutral"], name))) for name, tree in trees.items()
    ], basis


def rivals_of(store: Store, basis: str) -> dict[str, str]:
    """The best of the other strategies in each judged outcome, by its mean."""
    model = store.manifest()["model"]
    outcomes = outcomes_of(store.read("outcomes"), model["market"]["days"])[basis]
    others = list(model["strategies"][basis])[1:]
    return {key: max(others, key=lambda name: float(np.nanmean(outcomes[name][key]))) for key in JUDGED}


def turnings_of(store: Store) -> list[Turning]:
    """What was found to turn the results of a folder; nothing where nobody has looked."""
    if not (store.folder / f"{FILE}.json").is_file():
        return []
    return [turning_from(tree) for tree in store.findings(FILE)["turnings"]]


def turning_from(tree: Mapping) -> Turning:
    """A Turning from what was kept of it."""
    turns = tuple(
        Turn(
            Doubt(**one["doubt"] | {"whose": tuple(one["doubt"]["whose"])}),
            *(Interval(**one[name]) for name in ("at_low", "at_high", "swing")),
            Crossing(**one["crossing"]) if one["crossing"] else None,
        )
        for one in tree["turns"]
    )
    return Turning(**{**tree, "difference": Interval(**tree["difference"]), "turns": turns})


def labels_of(store: Store, language: str) -> dict[str, str]:
    """The names of the strategies for people."""
    trees = next(iter(store.manifest()["model"]["strategies"].values()))
    return {name: (language == "zh" and tree.get("label_zh")) or tree["label"] or name for name, tree in trees.items()}


# ---- in words --------------------------------------------------------------------------------------------------------


def as_text(found: Sequence[Turning], labels: Mapping[str, str], settings: Flip) -> Iterator[str]:
    """The findings of every outcome, and how they were found."""
    language = settings.lang
    for one in found:
        yield from (*sentences(one, labels, language), "")
    screen = {"small": settings.screen_consumers, "few": settings.screen_replications}
    key = "how_only" if settings.only else "how"
    about = found[0]
    yield say("flip", key, language, tried=about.tried, consumers=about.consumers, n=about.replications, **screen)
    yield say("flip", "ranges", language)
    if not settings.only and settings.numbers == "sourced":
        yield say("flip", "left_out", language)


def sentences(one: Turning, labels: Mapping[str, str], language: str = "en") -> Iterator[str]:
    """What would turn one difference: the difference as it is, then a line for each of the most influential numbers."""
    outcome = BY_KEY[one.outcome]
    about = {"who": labels[one.rival], "whom": labels[one.first], "what": outcome.name(language), "unit": outcome.in_unit(language)}
    basis = say("measures", f"footing_{one.basis}", language)
    yield say("flip", "head", language, basis=basis, difference=with_interval(one.difference), **about)
    if not one.turns:
        yield "  " + say("flip", "nothing", language)
    for k, turn in enumerate(one.turns, 1):
        yield f"  {k}. " + named(turn.doubt, labels, language)
        yield "     " + at_what_value(one, turn, labels, language)


def named(doubt: Doubt, labels: Mapping[str, str], language: str) -> str:
    """A number with its meaning, whose it is, its value and its range."""
    known = dictionary()[doubt.path]
    whose = say("flip", "whose", language, who=labels[doubt.whose[0]]) if len(doubt.whose) == 1 else ""
    source = say("flip", "source", language, source=doubt.source) if doubt.source else say("flip", "assumed", language)
    ends = {key: figure(getattr(doubt, key)) for key in ("value", "low", "high")}
    return say("flip", "number", language, path=doubt.path, meaning=meaning_of(known, language), whose=whose,
               unit=unit_of(known, language), source=source, **ends)  # fmt: skip


def at_what_value(one: Turning, turn: Turn, labels: Mapping[str, str], language: str) -> str:
    """Where a number turns the difference, with its interval, or that it does not; and the difference at both ends of its range."""
    ends = {"at_low": with_interval(turn.at_low), "at_high": with_interval(turn.at_high), "unit": BY_KEY[one.outcome].in_unit(language)}
    ends["swing"] = with_interval(turn.swing)
    if turn.swing.sign == 0:
        return say("flip", "no_influence", language, **ends)
    if turn.crossing is None:
        surely = turn.at_low.sign == turn.at_high.sign == one.difference.sign != 0
        return say("flip", "stays" if surely else "stays_unclear", language, **ends)
    above = one.rival if turn.at_high.mean > turn.at_low.mean else one.first
    who = {"above": labels[above], "below": labels[one.first if above == one.rival else one.rival]}
    clear = -1 in (signs := (turn.at_low.sign, turn.at_high.sign)) and 1 in signs
    value = break_even(turn.crossing, turn.doubt, language)
    return say(
        "flip",
        "flips" if clear else "flips_unclear",
        language,
        value=value,
        own=unit_of(dictionary()[turn.doubt.path], language),
        **who,
        **ends,
    )


def break_even(at: Crossing, doubt: Doubt, language: str) -> str:
    """A break-even value with its interval, whose ends may lie beyond the range."""
    low, high = (doubt.low if at.low is None else at.low), (doubt.high if at.high is None else at.high)
    one = Interval(at.value, low, high, 2)
    step = grain(one)
    if at.low is not None and at.high is not None:
        return f"{number(at.value, step)} [{span(one, ', ')}]"
    ends = [say("flip", "beyond", language) if end is None else number(end, step) for end in (at.low, at.high)]
    return f"{number(at.value, step)} [{', '.join(ends)}]"
