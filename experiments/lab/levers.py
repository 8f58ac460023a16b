"""Every number of the model as a lever of the page, made from the one schema: words, range, source; touchpoints and skill first."""

import math
from collections.abc import Iterator

from experiments.dictionary import dictionary
from experiments.lab.asked import FIXED
from experiments.language import LANGUAGES, catalogue, say
from experiments.parameter_words import meaning_of, unit_of
from sim.scenario import TOUCHPOINTS, Scenario
from sim.schema import Parameter, parameters

PAID = TOUCHPOINTS[:7]
FIRST = {
    "strategy.exposure": (0.0, 3.0),
    **{f"strategy.skill.{one}": (-2.0, 2.0) for one in ("discovery", "presentation", "closing", "care")},
    **{f"strategy.touchpoints.{one}.budget": (0.0, 60e6) for one in PAID if one != "store"},
    "strategy.touchpoints.store.intensity": (0.0, 0.05),
}  # path -> the ends of its slider
SLIDERS = {"strategy.list_price": (200_000.0, 300_000.0), "strategy.terms.list_markup": (0.9, 1.1)}  # where null hides what is usual
NAMES = ("strategy.label", "strategy.label_zh")
WIDE = {  # the end of a slider whose default is 0 and whose bound is far away, by unit
    "yuan/year": 60e6, "yuan/order": 5000.0, "yuan/car": 5000.0, "yuan/person": 50_000.0, "1/day": 0.05, "1/year": 6.0,
    "hours/year": 200.0, "days": 60, "houses": 20, "degrees/year": 45.0, "contacts/day": 0.2,
}  # fmt: skip


def levers() -> list[dict[str, object]]:
    """All levers: those that are shown first in their order, then the others group by group."""
    order = [*FIRST, *(path for path in dictionary() if path not in FIRST and path not in FIXED and path not in NAMES)]
    return [lever(dictionary()[path]) for path in order]


def lever(one: Parameter) -> dict[str, object]:
    """One lever as the page reads it."""
    ends = slider(one)
    return {
        "path": one.path,
        "first": one.path in FIRST,
        "kind": one.kind,
        "label": {language: label(one, language) for language in LANGUAGES},
        "meaning": {language: meaning_of(one, language) for language in LANGUAGES},
        "unit": {language: unit_of(one, language) for language in LANGUAGES},
        "group": {language: group(one, language) for language in LANGUAGES},
        "default": one.default,
        "low": one.low,
        "high": one.high,
        "slider": ends and [*ends, step(one, *ends)],
        "choices": [{"value": word} | {language: choice(word, language) for language in LANGUAGES} for word in one.choices],
        "optional": one.optional,
        "grade": one.grade,
        "source": one.source,
    }


def label(one: Parameter, language: str) -> str:
    """A short name where there is one, else the meaning."""
    short = catalogue("lab").get(f"lever {one.path}") or touchpoint_of(one)
    meaning = meaning_of(one, language)
    return short[language] if short else meaning[:1].upper() + meaning[1:]


def touchpoint_of(one: Parameter) -> dict[str, str] | None:
    """The name of a touchpoint whose exposure a lever sets."""
    parts = one.path.split(".")
    if one.path not in FIRST or parts[1] != "touchpoints":
        return None
    return {language: capital(say("figures", f"touch_{parts[2]}", language)) for language in LANGUAGES}


def capital(words: str) -> str:
    """Words with a capital first letter."""
    return words[:1].upper() + words[1:]


def group(one: Parameter, language: str) -> str:
    """The heading under which a lever stands: its group's, and the tier, touchpoint or persona it is about."""
    parts = one.path.split(".")
    if one.path in FIRST:
        return say("lab", f"group_{parts[1]}", language)
    words = catalogue("parameters")
    name = words.get(f"group {'.'.join(parts[:2]) if len(parts) > 2 else parts[0]}", {}).get(language, parts[0])
    inner = [words.get(f"one {part}", {}).get(language, part.replace("_", " ")) for part in parts[2:-1]]
    return " · ".join([name, *inner])


def choice(word: str, language: str) -> str:
    """A choice in words, as far as there are any."""
    return catalogue("lab").get(f"choice {word}", catalogue("stages").get(word, {})).get(language) or word.replace("_", " ")


def slider(one: Parameter) -> tuple[float, float] | None:
    """The ends of a lever's slider; None where only a number that is typed in makes sense."""
    if one.kind not in ("int", "float"):
        return None
    if known := FIRST.get(one.path, SLIDERS.get(one.path)):
        return known
    if one.high - one.low <= 10:
        return one.low, one.high
    if one.default:
        return max(one.low, -3 * abs(one.default) if one.low < 0 else 0.0), min(one.high, 3 * abs(one.default))
    return (max(one.low, 0.0), min(one.high, WIDE[one.unit])) if one.unit in WIDE else None


def step(one: Parameter, low: float, high: float) -> float:
    """About a hundredth of a slider, as a round number."""
    raw = (high - low) / 100
    size = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    nice = size * min((1, 2, 5, 10), key=lambda k: abs(k * size - raw))
    return max(1, round(nice)) if one.kind == "int" else nice


def bases(a: Scenario, b: Scenario) -> dict[str, dict[str, object]]:
    """The values of two scenarios before anything is changed: path -> value, where they are not the schema's."""
    return {"a": dict(own(a, "strategy")), "b": dict(own(b, "strategy")), "market": dict(own(a, "market"))}


def own(scenario: Scenario, scope: str) -> Iterator[tuple[str, object]]:
    """The values of a scenario that are not the schema's."""
    group = getattr(scenario, scope)
    for one in parameters(type(group), f"{scope}.", group):
        if one.default != dictionary()[one.path].default:
            yield one.path, one.default
