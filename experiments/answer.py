"""The answer of a comparison in sentences and tables, in two languages: the finding first, never a number without its interval."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from experiments.analysis import Comparison, Outcomes
from experiments.intervals import ALPHA, Interval, holm, mean_interval, p_value
from experiments.language import catalogue, say
from experiments.measures import BY_KEY, JUDGED
from experiments.table import table
from experiments.wording import capital, claims, finding, grain, number, span, with_interval

ByStrategy = Mapping[str, Mapping[str, np.ndarray]]  # strategy -> measure -> (replication,)


def question(labels: Mapping[str, str], language: str = "en") -> str:
    """What is asked of a comparison, or of one strategy."""
    *before, last = map(inside, labels.values())
    listed = say("answer", "or", language).join([say("answer", "comma", language).join(before), last] if before else [last])
    return say("answer", "question" if before else "question_one", language, names=listed)


def headline(values: ByStrategy, labels: Mapping[str, str], alpha: float, language: str = "en", basis: str = "") -> str:
    """One sentence on one basis: who sells most and who earns most, by how much against whom, with intervals.

    basis  named before it, where it is given
    """
    level = level_words(alpha, language)
    if len(labels) == 1:
        (name,) = labels
        shown = {key: with_interval(mean_interval(values[name][key], alpha)) for key in JUDGED}
        return say("answer", "alone", language, who=labels[name], level=level, orders=shown["orders"], profit=shown["profit_channel"])
    told = {key: leader({name: values[name][key] for name in labels}, key, labels, alpha, language) for key in JUDGED}
    sentence = say("answer", "headline", language, orders=told["orders"], profit=told["profit_channel"])
    if not basis:
        return capital(sentence)
    return say("answer", "headline_footing", language, footing=capital(say("measures", f"footing_{basis}", language)), told=sentence)


def leader(values: Mapping[str, np.ndarray], key: str, labels: Mapping[str, str], alpha: float, language: str) -> str:
    """Who clearly has the most of a judged outcome, and how far before the next; else the pair that is least clear at the top."""
    pairs = list(combinations(values, 2))
    corrected = dict(zip(pairs, holm([p_value(values[a] - values[b]) for a, b in pairs]), strict=True))
    best, *others = sorted(values, key=lambda name: -np.nanmean(values[name]) if np.isfinite(values[name]).any() else np.inf)
    worst_p = {name: corrected.get((best, name), corrected.get((name, best))) for name in others}
    won = max(worst_p.values()) <= alpha
    rival = others[0] if won else max(others, key=lambda name: worst_p[name])
    gap = mean_interval(values[best] - values[rival], alpha)
    if not np.isfinite(gap.low):
        return say("answer", "open_few", language)
    if gap.mean == 0 and gap.half == 0:
        return say("answer", f"equal_{key}", language, who=inside(labels[best]), next=inside(labels[rival]))
    ends = {"amount": number(gap.mean, grain(gap)), "span": span(gap, language=language), "level": level_words(alpha, language)}
    if gap.sign and not won:
        ends["span"] += say("answer", "alone_note", language)
    who = inside(labels[best])
    return say("answer", f"{'won' if won else 'open'}_{key}", language, who=who, next=inside(labels[rival]), **ends)


def sentences(
    one: Comparison, labels: Mapping[str, str], level: str, language: str = "en", values: ByStrategy | None = None, alpha: float = ALPHA
) -> Iterator[str]:  # fmt: skip
    """The findings of one basis: every other strategy against the first.

    values  the outcomes of the basis; with them a difference is told only if all pairs judged together allow it
    """
    names = list(one.means)
    first = inside(labels[names[0]])
    for key in JUDGED:
        sure = claims({name: values[name][key] for name in names}, alpha) if values else None
        phrase = catalogue("answer")[f"phrase_{key}"][language]
        for name, by_key in one.differences.items():
            claimed = sure is None or sure[name] != 0
            told = finding(inside(labels[name]), first, phrase, by_key[key], level, language, claimed)
            yield capital(told) + say("answer", "stop", language)


def network_sentences(
    outcomes: Outcomes, names: Sequence[str], labels: Mapping[str, str], alpha: float, level: str, language: str = "en"
) -> Iterator[str]:  # fmt: skip
    """What the networks of the sources add to the difference of the formats, where both bases were lived."""
    if not {"format", "as_found"} <= set(outcomes):
        return
    for name in names[1:]:
        for key in JUDGED:
            more = [outcomes[basis][name][key] - outcomes[basis][names[0]][key] for basis in ("as_found", "format")]
            value = with_interval(mean_interval(more[0] - more[1], alpha))
            what, unit = BY_KEY[key].name(language), BY_KEY[key].in_unit(language)
            yield say(
                "answer", "network_line", language, who=labels[name], whom=inside(labels[names[0]]), what=what, value=value, unit=unit
            )


def inside(label: str) -> str:
    """A label inside a sentence: `Direct sales` loses its capital, `4S dealers` and `BYD` do not."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def level_words(alpha: float, language: str = "en") -> str:
    """How sure an interval is, in words."""
    return say("answer", "level", language, percent=f"{100 * (1 - alpha):.3g}")


def means_table(one: Comparison, labels: Mapping[str, str], language: str = "en", keys: Sequence[str] | None = None) -> str:
    """Every outcome, or those of `keys`, of every strategy with its interval."""
    return intervals_table(one.means, labels, language, keys)


def differences_table(one: Comparison, labels: Mapping[str, str], language: str = "en") -> str:
    """Every outcome's paired difference from the first strategy with its interval."""
    return intervals_table(one.differences, labels, language)


def intervals_table(
    by_name: Mapping[str, Mapping[str, Interval]], labels: Mapping[str, str], language: str = "en", keys: Sequence[str] | None = None
) -> str:  # fmt: skip
    """Measures in rows, strategies in columns."""
    shown = [key for key in next(iter(by_name.values())) if keys is None or key in keys]
    rows = [
        [BY_KEY[key].name(language), *(with_interval(by_name[name][key]) for name in by_name), BY_KEY[key].in_unit(language)]
        for key in shown
    ]
    return table(["", *(labels[name] for name in by_name), ""], rows)


def pairing_table(findings: Sequence[Comparison], labels: Mapping[str, str], first: str, language: str = "en") -> str:
    """What shared luck was worth: correlation, and how much smaller the variance of the difference is than with independent luck."""
    colon, comma = say("answer", "colon", language), ", " if language == "en" else "，"
    rows = [
        [
            f"{say('measures', f'footing_{one.basis}', language)}{colon}{labels[name]}{comma}{BY_KEY[key].name(language)}",
            told(pair.correlation, ".2f"),
            told(pair.variance_reduction, ".1f"),
        ]
        for one in findings
        for name, by_key in one.pairings.items()
        for key, pair in by_key.items()
    ]
    head = [say("answer", "pairing_head", language, first=labels[first])]
    return table([*head, *(say("answer", f"pairing_{key}", language) for key in ("correlation", "reduction"))], rows)


def told(value: float, form: str) -> str:
    """A number, or a dash where it is not defined."""
    return format(value, form) if np.isfinite(value) else "-"
