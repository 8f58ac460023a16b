"""`funnel duel A B`: strategies as brands in one market, on the same people; what each sells, earns, and would have alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from experiments.answer import ByStrategy, headline, inside, level_words, means_table, sentences
from experiments.basis import Point, points_of
from experiments.batch import Experiment, carry_out
from experiments.compare import as_json, closing_lines, findings_of, labels_of, new_folder, reported
from experiments.compose import checked_shelf
from experiments.happenings import happenings
from experiments.identity import command_line
from experiments.intervals import Interval, mean_interval
from experiments.language import catalogue, say
from experiments.measures import BY_KEY, JUDGED, MAIN
from experiments.overrides import Request, read
from experiments.settings import Duel, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.table import table
from experiments.wording import absolute, capital, grain, number, span, verdict, with_interval
from sim.rules.events import OF_A_BRAND
from sim.scenario import Market
from sim.schema import ConfigError

ALONE, TOGETHER = "alone", "together"  # the footings of a duel
PERCENT = 100.0


def duel(words: Sequence[str]) -> int:
    """Lets strategies compete in one market as the words say; results go to a folder, the answer to stdout."""
    request = read([word for word in words if "=" in word], keys(Duel))
    settings, points = asked(request, [word for word in words if "=" not in word])
    experiment = Experiment(points, settings, Store(settings.results or new_folder("duel")), command_line(["duel", *words]))
    carry_out(experiment)
    experiment.store.keep(as_json(findings_of(experiment), experiment) | {"duel": as_numbers(experiment)})
    report = reported(experiment.store.folder, settings.lang) if settings.report else None
    if settings.json:
        print(json.dumps(experiment.store.findings(), indent=1, ensure_ascii=False))
    else:
        print(as_text(experiment))
        print(closing_lines(experiment, [], report))
    return 0


def asked(request: Request, names: Sequence[str]) -> tuple[Duel, list[Point]]:
    """The settings of a request, and its points: every strategy together with the others, then alone.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    settings = checked_settings(Duel, request.settings, errors)
    errors += settings.wrong_names(names)
    if "strategy" in request.choices:
        errors.append("strategy= chooses nothing here; the strategies stand after duel")
    try:
        points = points_of(request, names, [settings.basis], checked_shelf(request))
    except ConfigError as error:
        raise_all(errors, error.errors)
    errors += [
        f"market.events: an event hits brand {event.brand}; the brands of this duel are 0 ({names[0]}) to {len(names) - 1} ({names[-1]})"
        for event in points[0].scenario.market.events
        if event.driver in OF_A_BRAND and event.brand >= len(names)
    ]
    raise_all(errors)
    return settings, [*together(points), *alone(points)]


def together(points: Sequence[Point]) -> Iterator[Point]:
    """Every strategy in turn as the first brand of the market and the others as its rivals, so that all live with the same luck."""
    for k, point in enumerate(points):
        others = [*points[k + 1 :], *points[:k]]
        rivals = tuple(other.scenario.strategy for other in others)
        market = seen_from(point.scenario.market, k, len(points))
        yield Point(TOGETHER, point.strategy, replace(point.scenario, rivals=rivals, market=market))


def alone(points: Sequence[Point]) -> Iterator[Point]:
    """Every strategy as the only active brand, with the events that hit all brands and its own."""
    for k, point in enumerate(points):
        yield replace(point, basis=ALONE, scenario=replace(point.scenario, market=seen_from(point.scenario.market, k, len(points), True)))


def seen_from(market: Market, k: int, brands: int, lonely: bool = False) -> Market:
    """The market with strategy k in the first brand's place: an event that hits one brand hits the same strategy in every turn."""
    events = (replace(one, brand=(one.brand - k) % brands) if one.driver in OF_A_BRAND else one for one in market.events)
    return replace(market, events=tuple(one for one in events if not lonely or one.driver not in OF_A_BRAND or one.brand == 0))


def shares_of(experiment: Experiment) -> dict[str, np.ndarray]:
    """Each strategy's share of the orders of all brands, %, mean over the places it takes in turn: (replication,), from the files."""
    rows, names = experiment.store.read("outcomes").sort_by([("replication", "ascending")]), experiment.names
    basis, strategy = (np.array(rows.column(name).to_pylist()) for name in ("basis", "strategy"))
    out = {name: np.zeros(len(experiment.store.finished())) for name in names}
    for turn, first in enumerate(names):
        mine = (basis == TOGETHER) & (strategy == first)
        for b, name in enumerate([*names[turn:], *names[:turn]]):
            out[name] += PERCENT * rows.column(f"order_share_{b}").to_numpy()[mine] / len(names)
    return out


def as_numbers(experiment: Experiment) -> dict[str, dict[str, dict[str, float]]]:
    """For programs: the share of orders and what the rivals' presence changes, of each strategy."""
    outcomes, alpha = experiment.outcomes(), experiment.alpha
    shares = shares_of(experiment)
    out = {name: {"order_share": vars(mean_interval(shares[name], alpha))} for name in experiment.names}
    for name in experiment.names:
        out[name] |= {f"{key}_beside_less_alone": vars(presence(outcomes, name, key, alpha)) for key in JUDGED}
    return out


def presence(outcomes: Mapping[str, ByStrategy], name: str, key: str, alpha: float) -> Interval:
    """An outcome beside the rivals less the same alone, on the same people with the same luck."""
    return mean_interval(outcomes[TOGETHER][name][key] - outcomes[ALONE][name][key], alpha)


def as_text(experiment: Experiment) -> str:
    """The answer: what is asked, who leads, what each has, what the rivals cost it, what it rests on, and the main outcomes."""
    settings, outcomes, alpha = experiment.settings, experiment.outcomes(), experiment.alpha
    language, level = settings.lang, level_words(alpha, settings.lang)
    labels = labels_of(experiment.points, language)
    one = next(finding for finding in findings_of(experiment) if finding.basis == TOGETHER)
    listed = say("duel", "and", language).join(inside(label) for label in labels.values())
    footing = say("measures", f"footing_{settings.basis}", language)
    lines = [say("duel", "question", language, names=listed, footing=footing)]
    lines.append(f"  {headline(outcomes[TOGETHER], labels, alpha, language)}")
    lines += [f"  {line}" for line in standings(experiment, labels, language)]
    lines += [f"  {line}" for line in sentences(one, labels, level, language, outcomes[TOGETHER], alpha)]
    lines += [f"  {line}" for name in labels for line in beside_alone(outcomes, name, labels, alpha, language)]
    lines += ["", *happenings([point for point in experiment.points if point.basis == ALONE], labels, language), *rests_on(experiment)]
    lines += ["", say("duel", "table", language, level=level), means_table(one, labels, language, MAIN)]
    return "\n".join([*lines, "", losses_table(outcomes, labels, alpha, language)])


def standings(experiment: Experiment, labels: Mapping[str, str], language: str) -> Iterator[str]:
    """Orders, share and profit of each strategy beside the others."""
    beside, shares, alpha = experiment.outcomes()[TOGETHER], shares_of(experiment), experiment.alpha
    level = level_words(alpha, language)
    for name, label in labels.items():
        shown = {key: with_interval(mean_interval(beside[name][key], alpha)) for key in JUDGED}
        share = with_interval(mean_interval(shares[name], alpha))
        about = {"orders": shown["orders"], "profit": shown["profit_channel"], "share": share, "level": level}
        yield say("duel", "standing", language, who=label, **about)


def beside_alone(
    outcomes: Mapping[str, ByStrategy], name: str, labels: Mapping[str, str], alpha: float, language: str
) -> Iterator[str]:  # fmt: skip
    """What the rivals' presence changes for one strategy, a sentence for each judged outcome; the wording follows the interval."""
    for key in JUDGED:
        gap, size = presence(outcomes, name, key, alpha), absolute(presence(outcomes, name, key, alpha))
        about = {"who": inside(labels[name]), "level": level_words(alpha, language)}
        if not np.isfinite(gap.low):
            told = say("duel", "few", language, **about)
        elif gap.sign == 0:
            told = say("duel", f"unclear_{key}", language, span=span(gap, language=language), **about)
        else:
            _, more, fewer, _ = catalogue("answer")[f"phrase_{key}"][language].split("|")
            about |= {"amount": number(size.mean, grain(size)), "which": verdict(gap, more, fewer, language)}
            told = say("duel", f"changed_{key}", language, span=span(size, language=language), **about)
        yield capital(told)


def rests_on(experiment: Experiment) -> list[str]:
    """How the brands live, how many replications there were, and how rough the intervals are."""
    language, n = experiment.settings.lang, len(experiment.store.finished())
    about = {"n": n, "seed": experiment.settings.seed, "level": level_words(experiment.alpha, language)}
    rivals = experiment.points[0].scenario.market.rivals
    lines = [say("answer", "rests", language, **about), say("duel", f"lived_{rivals.start}", language)]
    lines.append(say("duel", "passive", language, percent=f"{PERCENT * rivals.passive:g}"))
    return lines + ([say("answer", "rough", language)] if n < 10 else [])


def losses_table(outcomes: Mapping[str, ByStrategy], labels: Mapping[str, str], alpha: float, language: str) -> str:
    """Alone, beside the others, and the paired difference."""
    rows = []
    for name, label in labels.items():
        for key in JUDGED:
            cells = [with_interval(mean_interval(outcomes[basis][name][key], alpha)) for basis in (ALONE, TOGETHER)]
            told = f"{label}{say('answer', 'colon', language)}{BY_KEY[key].name(language)}"
            rows.append([told, *cells, with_interval(presence(outcomes, name, key, alpha)), BY_KEY[key].in_unit(language)])
    return table(["", *(say("duel", key, language) for key in ("head_alone", "head_together", "head_change")), ""], rows)
