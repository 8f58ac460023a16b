"""Every number that was put in, with meaning, unit, range, source and grade, and whether the user changed it."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from experiments.basis import Point, points_of
from experiments.dictionary import dictionary
from experiments.explain import value_in
from experiments.files import SHIPPED, shelf
from experiments.language import catalogue, say
from experiments.overrides import Request
from experiments.parameter_words import meaning_of, unit_of
from experiments.report.evidence import Evidence
from experiments.report.tables import footing
from sim.scenario import TIERS, Persona, tier_terms
from sim.schema import ConfigError, Parameter, plain, short

BESIDE = ("market.tiers", "strategy.touchpoints")
NAMES = ("strategy.label", "strategy.label_zh")  # told as the names of the columns
# groups that change nothing while all of their switches stand so: path and value
IDLE = {
    "strategy.partnership": {"strategy.partnership.form": "none"},
    "strategy.recommendation": {"strategy.recommendation.budget": 0}, "market.recommendation": {"strategy.recommendation.budget": 0},
    "strategy.policy": {"strategy.policy.kind": "fixed"}, "market.measurement": {"strategy.policy.kind": "fixed"},
    "strategy.interaction": {"strategy.interaction.level": 0}, "market.replies": {"strategy.interaction.level": 0},
    "strategy.rollout": {"strategy.rollout.rule": "at_once"},
    "strategy.community": {"strategy.community.joins": 0}, "market.community": {"strategy.community.joins": 0},
    "strategy.houses": {f"strategy.houses.{tier}": 0 for tier in TIERS}, "market.houses": {f"strategy.houses.{tier}": 0 for tier in TIERS},
    "strategy.feedback": {"strategy.feedback.reports": 0}, "market.feedback": {"strategy.feedback.reports": 0},
    "market.referral": {"strategy.referral.reward": 0}, "market.handover": {"strategy.omnichannel.integration": 1},
    "strategy.personalisation": {"strategy.personalisation.level": 0}, "market.ties": {"market.ties.strong": 1},
    "strategy.analysis": {"strategy.analysis.level": 0}, "market.drift": {"market.drift.pace": 0},
    "strategy.incentive": {"strategy.incentive.order": 0, "strategy.incentive.satisfied": 0},
    "strategy.hiring": {"strategy.hiring.rule": "fixed", "strategy.hiring.vacant_days": 0, "strategy.hiring.cost": 0},
    "market.asking": {"strategy.community.joins": 0, "market.asking.friends": 0},
}  # fmt: skip


@dataclass(frozen=True)
class Assumption:
    """One number of the market, or of every strategy."""

    path: str
    meaning: str
    unit: str
    values: tuple[str, ...]
    changed: tuple[bool, ...]
    range: str
    source: str
    grade: str


@dataclass(frozen=True)
class Group:
    """Assumptions that belong together; `columns` are the strategies whose values stand beside each other; an idle one changes nothing."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Assumption, ...]
    idle: bool = False


def groups_of(evidence: Evidence) -> list[Group]:
    """The market, what all strategies share, and where they differ on each basis."""
    reference, language = shipped(evidence), evidence.language
    paths = [path for path in dictionary() if path not in NAMES]
    first = [point for point in evidence.points if point.strategy == evidence.names[0]][:1]
    market = [path for path in paths if path.startswith("market.")]
    same = [path for path in paths if path not in market and len({effective(point, path) for point in evidence.points}) == 1]
    rest = [path for path in paths if path not in market and path not in same]
    groups = list(parted(evidence, market, first, reference, "{group}"))
    groups += parted(evidence, same, first, reference, catalogue("report")["shared_by_all"][language])
    for basis in dict.fromkeys(point.basis for point in evidence.points):
        mine = [point for point in evidence.points if point.basis == basis]
        rows = tuple(assumption(evidence, path, mine, reference) for path in rest)
        title = say("report", "differing", language, footing=footing(evidence, basis))
        groups += [Group(title, tuple(evidence.labels[point.strategy] for point in mine), rows)] if rows else []
    return groups


def parted(evidence: Evidence, paths: list[str], points: list[Point], reference: Mapping, title: str) -> Iterator[Group]:
    """Paths by the group they stand in, with one value each; of tiers and touchpoints, one value for each of them."""
    by_group: dict[str, list[str]] = {}
    for path in paths:
        by_group.setdefault(group_of(path), []).append(path)
    for group, members in by_group.items():
        named = title.format(group=words(f"group {group}", evidence.language, group))
        if group in BESIDE:
            yield beside(evidence, named, group, members, points, reference)
        else:
            rows = tuple(assumption(evidence, path, points, reference) for path in members)
            yield Group(named, (), rows, is_idle(evidence, group) and not any(any(row.changed) for row in rows))


def is_idle(evidence: Evidence, group: str) -> bool:
    """Whether a group is switched off under every strategy; personas are, where all are alike."""
    if group == "market.personas":
        named = vars(evidence.points[0].scenario.market.personas).values()
        return len({replace(kind, size=0.0) for kind in named if isinstance(kind, Persona)}) == 1
    switches = IDLE.get(group, {})
    return bool(switches) and all(value_in(one.scenario, path) == off for one in evidence.points for path, off in switches.items())


def beside(evidence: Evidence, title: str, group: str, members: list[str], points: list[Point], reference: Mapping) -> Group:
    """The same numbers of every tier or touchpoint beside each other; a dash where the strategies differ in one, told below."""
    columns = list(dict.fromkeys(path.split(".")[2] for path in members))
    rows = []
    for leaf in dict.fromkeys(path.split(".")[3] for path in members):
        mine = {path.split(".")[2]: assumption(evidence, path, points, reference) for path in members if path.endswith(f".{leaf}")}
        values = tuple(mine[one].values[0] if one in mine else say("report", "none", evidence.language) for one in columns)
        changed = tuple(one in mine and mine[one].changed[0] for one in columns)
        rows.append(replace(next(iter(mine.values())), path=f"{group}.*.{leaf}", values=values, changed=changed))
    return Group(title, tuple(words(f"one {column}", evidence.language, column.replace("_", " ")) for column in columns), tuple(rows))


def group_of(path: str) -> str:
    """The group of a path that has a name: `market.tiers` for `market.tiers.tier1.share`."""
    parts = path.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


def assumption(evidence: Evidence, path: str, points: list[Point], reference: Mapping) -> Assumption:
    """One parameter with its value at each point."""
    one, language = dictionary()[path], evidence.language
    values = tuple(shown(point, path, language) for point in points)
    changed = tuple(differs(point, path, reference.get((point.basis, point.strategy))) for point in points)
    known = meaning_of(one, language), unit_of(one, language)
    return Assumption(path, *known, values, changed, range_of(one, language), one.source, grade(one, language))


def words(key: str, language: str, otherwise: str) -> str:
    """Words of a group, or of what stands beside others in it; those given otherwise where there are none yet."""
    return catalogue("parameters").get(key, {}).get(language, otherwise)


def grade(one: Parameter, language: str) -> str:
    """How well a number is known."""
    return say("report", f"grade_{one.grade}", language)


def range_of(one: Parameter, language: str) -> str:
    """What a value may be."""
    if one.choices:
        return " | ".join(one.choices)
    if one.kind == "bool":
        return f"{written(True, language)} | {written(False, language)}"
    return "" if one.kind == "str" else f"{grouped(short(one.low))} … {grouped(short(one.high))}"


def effective(point: Point, path: str) -> object:
    """The value that counts: of terms that are left to the format, what the format says in each tier."""
    value = value_in(point.scenario, path)
    if value is not None or not path.startswith("strategy.terms."):
        return value
    return tuple(plain(terms)[path.rsplit(".", 1)[1]] for terms in tier_terms(point.scenario.strategy))


def shown(point: Point, path: str, language: str) -> str:
    """A value for people."""
    value = effective(point, path)
    if not isinstance(value, tuple):
        return written(value, language)
    if len(set(value)) == 1:
        return say("report", "by_format", language, value=written(value[0], language))
    told = [say("report", "by_tier", language, k=k + 1, value=written(value[k], language)) for k in range(len(TIERS))]
    return say("report", "by_format", language, value=say("answer", "clause", language).join(told))


def written(value: object, language: str) -> str:
    """A value for people: thousands set apart, formats and parties by their names."""
    if value is None:
        return say("report", "none", language)
    if isinstance(value, bool):
        return say("report", str(value).lower(), language)
    if isinstance(value, str):
        return catalogue("stages").get(value, {}).get(language, value)
    return grouped(f"{value:.10g}" if isinstance(value, float) else str(value))


def grouped(text: str) -> str:
    """Digits with commas before every third: 24,000,000."""
    return re.sub(r"^(-?\d{5,})(?=$|\.)", lambda found: f"{int(found[0]):,}", text)


def differs(point: Point, path: str, reference: Point | None) -> bool:
    """Whether a value is not that of the shipped scenario."""
    return reference is not None and value_in(point.scenario, path) != value_in(reference.scenario, path)


def shipped(evidence: Evidence) -> dict[tuple[str, str], Point]:
    """The shipped scenario of every point that has one; a user's own strategy is held against the neutral one."""
    files, out = shelf(), {}
    for point in evidence.points:
        name = point.strategy if point.strategy in files["strategy"] else "neutral"
        try:
            (out[point.basis, point.strategy],) = points_of(Request(), [name], [point.basis], files)
        except ConfigError:  # a basis that the shipped strategy cannot be brought to
            continue
    return out


@cache
def sheet() -> dict[str, dict[str, str]]:
    """The shipped table of sources by id."""
    with (SHIPPED / "parameters.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def cited(groups: list[Group]) -> list[dict[str, str]]:
    """The rows of the table of sources that the assumptions cite, by id."""
    text = " ".join(row.source for group in groups for row in group.rows)
    found = set(re.findall(r"\b[A-Z]\d{2}\b", text))
    for letter, low, high in re.findall(r"\b([A-Z])(\d{2})-[A-Z](\d{2})\b", text):
        found |= {f"{letter}{k:02d}" for k in range(int(low), int(high) + 1)}
    return [sheet()[one] for one in sorted(found) if one in sheet()]
