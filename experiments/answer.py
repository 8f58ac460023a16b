"""The answer of a comparison in sentences and tables: the finding first, never a number without its interval."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from experiments.analysis import Comparison, Outcomes
from experiments.intervals import Interval, mean_interval
from experiments.measures import BY_KEY, JUDGED
from experiments.table import table
from experiments.wording import capital, finding, with_interval

FOOTING = {
    "format": "Like for like: the same outlets, rent, staff, skill, answering and media for all; only the retail format differs",
    "as_found": "As found: each strategy with the network of the sources, its coverage, staff and rent",
    "same_money": "For the same money: as found, with outlets and media brought to the neutral strategy's planned fixed outlay",
}
PHRASES = {
    "orders": "{} {} cars a year are ordered|more|fewer|cars ordered a year",
    "profit_channel": "the whole channel earns {} million yuan a year {}|more|less|profit of the channel, million yuan a year,",
}
TITLES = {"orders": "Most cars", "profit_channel": "Highest profit of the channel"}


def sentences(one: Comparison, labels: Mapping[str, str], level: str) -> Iterator[str]:
    """The findings of one basis: every other strategy against the first, then who wins."""
    first = inside(labels[next(iter(one.means))])
    for key in JUDGED:
        told = [finding(inside(labels[name]), first, PHRASES[key], by_key[key], level) for name, by_key in one.differences.items()]
        yield from (capital(sentence) + "." for sentence in told)
    for key, name in one.winners.items():
        yield f"{TITLES[key]}: {labels[name] if name else 'no strategy clearly beats all others'}."


def network_sentences(outcomes: Outcomes, names: Sequence[str], labels: Mapping[str, str], alpha: float, level: str) -> Iterator[str]:
    """What the networks of the sources add to the difference of the formats, where both bases were lived."""
    if not {"format", "as_found"} <= set(outcomes):
        return
    for name in names[1:]:
        for key in JUDGED:
            more = [outcomes[basis][name][key] - outcomes[basis][names[0]][key] for basis in ("as_found", "format")]
            rest = mean_interval(more[0] - more[1], alpha)
            yield f"{labels[name]} less {inside(labels[names[0]])}, {BY_KEY[key].words}: {with_interval(rest)} {BY_KEY[key].unit}"


def inside(label: str) -> str:
    """A label inside a sentence: `Direct sales` loses its capital, `4S dealers` and `BYD` do not."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def level_words(alpha: float) -> str:
    """How sure an interval is, in words."""
    return f"{100 * (1 - alpha):.3g} %"


def means_table(one: Comparison, labels: Mapping[str, str]) -> str:
    """Every outcome of every strategy with its interval."""
    return intervals_table(one.means, labels)


def differences_table(one: Comparison, labels: Mapping[str, str]) -> str:
    """Every outcome's paired difference from the first strategy with its interval."""
    return intervals_table(one.differences, labels)


def intervals_table(by_name: Mapping[str, Mapping[str, Interval]], labels: Mapping[str, str]) -> str:
    """Measures in rows, strategies in columns."""
    shown = next(iter(by_name.values()))
    rows = [[BY_KEY[key].words, *(with_interval(by_name[name][key]) for name in by_name), BY_KEY[key].unit] for key in shown]
    return table(["", *(labels[name] for name in by_name), ""], rows)


def pairing_table(findings: Sequence[Comparison], labels: Mapping[str, str], first: str) -> str:
    """What shared luck was worth: correlation, and how much smaller the variance of the difference is than with independent luck."""
    rows = [
        [f"{one.basis}: {labels[name]}, {BY_KEY[key].words}", told(pair.correlation, ".2f"), told(pair.variance_reduction, ".1f")]
        for one in findings
        for name, by_key in one.pairings.items()
        for key, pair in by_key.items()
    ]
    return table([f"shared luck with {labels[first]}", "correlation", "variance / paired variance"], rows)


def told(value: float, form: str) -> str:
    """A number, or a dash where it is not defined."""
    return format(value, form) if np.isfinite(value) else "-"
