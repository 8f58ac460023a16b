"""A strategist's expectations against what the model says: how far apart they are, and what would move the model. Nothing is tuned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from experiments.analysis import Comparison
from experiments.answer import level_words
from experiments.batch import Experiment
from experiments.intervals import Interval
from experiments.language import say
from experiments.measures import BY_KEY
from experiments.my_numbers import ALL, Mine, summary
from experiments.wording import grain, number, span, with_interval

POINTS = {"percent": "points_percent", "a_month": "points_a_month"}  # the unit of a difference


@dataclass(frozen=True)
class Check:
    """One outcome of one strategy against what somebody expects of it, in the shown unit."""

    strategy: str
    outcome: str
    expected: float
    model: Interval
    gap: Interval  # model less expected

    @property
    def verdict(self) -> str:
        """Where the model stands: within (the expectation lies inside the interval), above, below or missing."""
        if not np.isfinite(self.gap.low):
            return "missing"
        return {0: "within", 1: "above", -1: "below"}[self.gap.sign]


def checks_of(mine: Mine, findings: Comparison) -> list[Check]:
    """Every expectation of the strategies that were simulated; a column of its own goes before column all."""
    out = []
    for strategy, means in findings.means.items():
        for key, value in (mine.expected.get(ALL, {}) | mine.expected.get(strategy, {})).items():
            expected = value * BY_KEY[key].scale
            model = means.get(key, Interval(np.nan, np.nan, np.nan, 0))
            gap = Interval(model.mean - expected, model.low - expected, model.high - expected, model.n)
            out.append(Check(strategy, key, expected, model, gap))
    return out


def footing_of(findings: Sequence[Comparison]) -> Comparison:
    """The findings that expectations are held against: as found where there are such, for a firm's own numbers count fully only there."""
    return next((one for one in findings if one.basis == "as_found"), findings[0])


def told(mine: Mine, findings: Sequence[Comparison], labels: Mapping[str, str], alpha: float, language: str, days: int) -> str:
    """What was taken from the sheet, and every expectation against the model, in words."""
    one = footing_of(findings)
    lines = ["", *summary(mine, labels, language)]
    if any(finding.basis == "format" for finding in findings) and any(name in mine.values for name in labels):
        lines.append(say("template", "like_for_like", language))
    if checks := checks_of(mine, one):
        footing = say("measures", f"footing_{one.basis}", language)
        lines += ["", say("template", "check_head", language, footing=footing, level=level_words(alpha, language))]
        lines += [f"  {sentence(check, labels[check.strategy], language, days)}" for check in checks]
        lines += [f"  {line}" for line in levers(checks, language)]
    return "\n".join(lines)


def sentence(check: Check, who: str, language: str, days: int) -> str:
    """How far the model is from an expectation, with the interval."""
    measure = BY_KEY[check.outcome]
    unit = measure.in_unit(language)
    about = {"who": who, "what": measure.name(language), "mine": joined(f"{check.expected:,.4g}", unit, language)}
    if check.verdict == "missing":
        why = "why_short" if check.outcome == "lead_to_sale" and days <= 180 else "why_few"
        return say("template", "check_missing", language, why=say("template", why, language), **about)
    size = check.gap if check.gap.mean >= 0 else Interval(-check.gap.mean, -check.gap.high, -check.gap.low, check.gap.n)
    gap = f"{number(size.mean, grain(size))} [{span(size, ', ')}]"
    about |= {
        "value": joined(with_interval(check.model), unit, language),
        "gap": joined(gap, say("template", POINTS[measure.unit_key], language), language),
    }
    return say("template", f"check_{check.verdict}", language, **about)


def joined(value: str, unit: str, language: str) -> str:
    """A value with its unit; in Chinese a per cent sign stands close."""
    return f"{value}{unit}" if language == "zh" and unit == "%" else f"{value} {unit}"


def levers(checks: Sequence[Check], language: str) -> Iterator[str]:
    """What moves the outcomes in which the model is not where it is expected."""
    apart = list(dict.fromkeys(check.outcome for check in checks if check.verdict in ("above", "below")))
    if apart:
        yield say("template", "levers_head", language)
        yield from ("  " + say("template", f"levers_{outcome}", language) for outcome in apart)
        yield say("template", "again", language)


def record(mine: Mine, findings: Sequence[Comparison]) -> dict:
    """The numbers of the sheet and the checks, for the results folder."""
    one = footing_of(findings)
    checks = [known(asdict(check) | {"verdict": check.verdict}) for check in checks_of(mine, one)]
    return {"file": mine.source, "values": mine.values, "expected": mine.expected, "basis": one.basis, "checks": checks}


def known(tree: dict) -> dict:
    """The same with null instead of what is not a number, which JSON does not know."""
    return {key: known(value) if isinstance(value, dict) else None if value != value else value for key, value in tree.items()}


def held_against(mine: Mine | None, findings: Sequence[Comparison], experiment: Experiment, labels: Mapping[str, str]) -> str:
    """What an experiment says of a sheet: kept as my.json beside its results, and in words; nothing where there is no sheet."""
    if mine is None:
        return ""
    experiment.store.keep(record(mine, findings), "my")
    return "\n" + told(mine, findings, labels, experiment.alpha, experiment.settings.lang, experiment.days)
