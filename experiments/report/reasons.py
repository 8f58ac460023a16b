"""Why the answer is what it is, and what would change it: from what other verbs left in the results folder."""

import shlex
from dataclasses import dataclass

from experiments.flip import sentences as flip_sentences
from experiments.flip import turnings_of
from experiments.language import say
from experiments.parting import Parting, partings_of, step_words
from experiments.parting import sentences as parting_sentences
from experiments.report.evidence import Evidence
from experiments.report.tables import Row, Table, cell, footing
from experiments.wording import with_interval
from sim.schema import ConfigError


@dataclass(frozen=True)
class Reasons:
    """Sentences, tables, and what to say where there are none."""

    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    missing: str = ""
    command: str = ""


def reasons_of(evidence: Evidence) -> Reasons:
    """Where the funnels part, step by step."""
    language = evidence.language
    if len(evidence.names) < 2:
        return Reasons((), (), say("report", "alone", language))
    try:
        partings = partings_of(evidence.store, evidence.alpha)
    except ConfigError:
        return Reasons((), (), say("report", "why_missing", language))
    joint = " " if language == "en" else ""
    told = [
        f"{footing(evidence, one.basis)}{say('answer', 'colon', language)}{joint.join(parting_sentences(one, evidence.labels, language))}"
        for one in partings
    ]
    by_basis = {basis: [one for one in partings if one.basis == basis] for basis in dict.fromkeys(one.basis for one in partings)}
    grids = tuple(parting_table(evidence, basis, mine) for basis, mine in by_basis.items())
    return Reasons((*told, say("why", "parts_note", language)), grids)


def parting_table(evidence: Evidence, basis: str, partings: list[Parting]) -> Table:
    """What each step adds to the difference in orders of each strategy from the first, and the whole."""
    language, labels = evidence.language, evidence.labels
    rows = [
        Row(part.step, step_words(part.step, language), tuple(cell(with_interval(one.parts[k].difference)) for one in partings))
        for k, part in enumerate(partings[0].parts)
    ]
    rows.append(Row("whole", say("report", "whole", language), tuple(cell(with_interval(one.difference)) for one in partings), True))
    about = {"footing": footing(evidence, basis), "whom": labels[partings[0].first], "level": evidence.level}
    head = (say("report", "step", language), *(labels[one.strategy] for one in partings))
    return Table(f"parting-{basis}", say("report", "why_caption", language, **about), head, tuple(rows))


def flips_of(evidence: Evidence) -> Reasons:
    """At which values the answer turns round; the command that finds them where nobody has looked yet."""
    language, found = evidence.language, turnings_of(evidence.store)
    if len(evidence.names) < 2:
        return Reasons((), (), say("report", "alone", language))
    if not found:
        return Reasons((), (), say("report", "flip_missing", language), shlex.join(["funnel", "flip", str(evidence.store.folder)]))
    about = {"tried": found[0].tried, "consumers": found[0].consumers, "n": found[0].replications}
    told = [line.strip() for one in found for line in flip_sentences(one, evidence.labels, language)]
    return Reasons((*told, say("report", "flip_how", language, **about), say("flip", "ranges", language)), ())
