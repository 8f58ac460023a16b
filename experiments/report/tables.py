"""The tables of a report as plain rows of text, every number with its interval."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.analysis import Comparison
from experiments.answer import told
from experiments.intervals import Interval
from experiments.language import catalogue, say
from experiments.measures import BY_KEY, JUDGED, MAIN
from experiments.money import millions, money_rows, outlay_rows
from experiments.report.evidence import Evidence
from experiments.wording import claims, with_interval


@dataclass(frozen=True)
class Cell:
    """A number with its interval, and the word that the interval allows."""

    text: str
    interval: str = ""
    word: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table; `key` names it for programs."""

    key: str
    head: str
    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table under its caption; the first head is of the column of heads."""

    key: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


def cell(text: str, word: str = "") -> Cell:
    """A cell from `mean [low, high]`."""
    mean, bracket, rest = text.partition(" [")
    return Cell(mean, f"[{rest}" if bracket else "", word)


def footing(evidence: Evidence, basis: str) -> str:
    """A basis in words."""
    return say("measures", f"footing_{basis}", evidence.language).capitalize()


def heads(evidence: Evidence, first: str, names: Sequence[str], last: str = "") -> tuple[str, ...]:
    """The heads of a table with a column for each strategy."""
    language = evidence.language
    return (say("report", first, language), *(evidence.labels[name] for name in names), *([say("report", last, language)] if last else []))


def means(evidence: Evidence, one: Comparison) -> Table:
    """Every outcome of every strategy on one basis."""
    about = {"footing": footing(evidence, one.basis), "n": len(evidence.replications), "level": evidence.level}
    rows = measure_rows(evidence, one.means, {})
    caption = say("report", "means_caption", evidence.language, **about)
    return Table(f"means-{one.basis}", caption, heads(evidence, "outcome", evidence.names, "unit"), rows)


def differences(evidence: Evidence, one: Comparison) -> Table:
    """Every outcome's paired difference from the first strategy, with the word for those that are judged."""
    language, names, values = evidence.language, evidence.names, evidence.outcomes[one.basis]
    sure = {key: claims({name: values[name][key] for name in names}, evidence.alpha) for key in JUDGED}
    words = {key: {name: judged_word(key, sign, language) for name, sign in by_name.items()} for key, by_name in sure.items()}
    about = {"footing": footing(evidence, one.basis), "first": evidence.labels[names[0]], "level": evidence.level}
    caption = say("report", "differences_caption", language, **about)
    return Table(
        f"differences-{one.basis}", caption, heads(evidence, "outcome", names[1:], "unit"), measure_rows(evidence, one.differences, words)
    )


def judged_word(key: str, sign: int, language: str) -> str:
    """The word for a judged difference: more or fewer cars, better or worse profit, or no clear difference."""
    more, fewer = ("more", "fewer") if key == "orders" else ("better", "worse")
    return say("answer", {1: more, -1: fewer, 0: "unclear"}[sign], language)


def measure_rows(
    evidence: Evidence, by_name: Mapping[str, Mapping[str, Interval]], words: Mapping[str, Mapping[str, str]]
) -> tuple[Row, ...]:  # fmt: skip
    """Measures in rows, strategies in columns, the unit last; what is nothing or undefined under every strategy has no row."""
    language, rows = evidence.language, []
    there = {key for of in evidence.outcomes.values() for one in of.values() for key, found in one.items() if np.nan_to_num(found).any()}
    for key in next(iter(by_name.values())):
        if key not in there and key not in MAIN:
            continue
        cells = [cell(with_interval(by_name[name][key]), words.get(key, {}).get(name, "")) for name in by_name]
        head = BY_KEY[key].name(language).replace("  ", "\u2003")
        rows.append(Row(key, head, (*cells, Cell(BY_KEY[key].in_unit(language))), key in JUDGED))
    return tuple(rows)


def money(evidence: Evidence, basis: str) -> Table:
    """What maker and retailers receive and pay for each purpose, and what is left."""
    language, colon = evidence.language, say("answer", "colon", evidence.language)
    rows = tuple(
        Row(
            f"{party}-{purpose}",
            f"{say('stages', party, language)}{colon}{purpose_words(purpose, language)}".capitalize(),
            tuple(cell(millions(one)) for one in cells),
            purpose == "left",
        )
        for party, purpose, cells in money_rows(evidence.money[basis], evidence.names, evidence.alpha)
    )
    caption = say("report", "money_caption", language, footing=footing(evidence, basis), level=evidence.level)
    return Table(f"money-{basis}", caption, heads(evidence, "item", evidence.names), rows)


def purpose_words(purpose: str, language: str) -> str:
    """A purpose of money for people; one that has no words yet goes by its name."""
    return catalogue("measures").get(f"purpose_{purpose}", {}).get(language) or purpose.replace("_", " ")


def outlays(evidence: Evidence, basis: str) -> Table:
    """Planned and realised fixed outlay of each strategy."""
    language = evidence.language
    points = [point for point in evidence.points if point.basis == basis]
    rows = tuple(
        Row(name, evidence.labels[name], (Cell(counts), Cell(f"{plan:,.1f}"), cell(millions(spent))))
        for name, counts, plan, spent in outlay_rows(evidence.money[basis], points, evidence.alpha)
    )
    head = (say("report", "strategy", language), *(say("answer", f"outlay_{key}", language) for key in ("counts", "plan", "spent")))
    return Table(f"outlay-{basis}", say("report", "outlay_caption", language, footing=footing(evidence, basis)), head, rows)


def pairings(evidence: Evidence) -> Table:
    """What shared luck was worth for each judged difference."""
    language, joint = evidence.language, say("answer", "clause", evidence.language)
    rows = tuple(
        Row(
            f"{one.basis}-{name}-{key}",
            joint.join([footing(evidence, one.basis), evidence.labels[name], BY_KEY[key].name(language)]),
            (Cell(told(pair.correlation, ".2f")), Cell(told(pair.variance_reduction, ".1f"))),
        )
        for one in evidence.comparisons
        for name, by_key in one.pairings.items()
        for key, pair in by_key.items()
    )
    head = [say("answer", "pairing_head", language, first=evidence.labels[evidence.names[0]])]
    head += [say("answer", f"pairing_{key}", language) for key in ("correlation", "reduction")]
    return Table("pairing", say("report", "pairing_caption", language), tuple(head), rows)


def numbers(evidence: Evidence) -> Iterator[Table]:
    """The tables of outcomes, basis by basis."""
    for one in evidence.comparisons:
        yield means(evidence, one)
        if one.differences:
            yield differences(evidence, one)


def accounts(evidence: Evidence) -> Iterator[Table]:
    """The tables of money, basis by basis; none where a folder holds no books."""
    for one in evidence.comparisons:
        if one.basis in evidence.money:
            yield money(evidence, one.basis)
            yield outlays(evidence, one.basis)
