"""`funnel explain PARAM`: what a number means, its unit, range, default, grade and source, and what the strategies make of it."""

from collections.abc import Mapping, Sequence
from functools import reduce

from experiments.compose import load
from experiments.dictionary import dictionary, listed, unknown, written
from experiments.files import shelf
from experiments.language import say
from experiments.overrides import read
from experiments.parameter_words import allowed, meaning_of, unit_of
from experiments.settings import Explain, checked_settings, keys, raise_all
from experiments.table import set_in, table, wide
from sim.scenario import TIERS, Scenario, tier_terms
from sim.schema import ConfigError, Parameter, parameters, plain


def explain(words: Sequence[str]) -> int:
    """Explains one parameter, or lists those that begin with what is given; without a word, all of them."""
    named = [word for word in words if "=" not in word]
    request, errors = read([word for word in words if "=" in word], keys(Explain)), []
    language = checked_settings(Explain, request.settings, errors).lang
    raise_all(request.errors, errors)
    path = named[0].rstrip(".") if named else ""
    if path in dictionary():
        print(in_full(dictionary()[path], language))
        return 0
    inside = list(parameters(listed()[path], f"{path}[].")) if path in listed() else []
    inside = inside or [one for name, one in dictionary().items() if name.startswith(path)]
    inside = inside or [one for name, one in dictionary().items() if path in name.split(".")]
    if not inside:
        raise ConfigError([unknown(path)])
    rows = [[one.path, written(one.default), unit_of(one, language), meaning_of(one, language)] for one in inside]
    head = [say("explain", key, language) for key in ("parameter", "default", "unit", "meaning")]
    print(table(head, rows, indent="", left=(0, 2, 3)))
    return 0


def in_full(one: Parameter, language: str = "en") -> str:
    """Everything that is known about a parameter."""
    told = {
        "allowed": allowed(one, language),
        "default": written(one.default),
        "grade": say("report", f"grade_{one.grade}", language) if language != "en" else one.grade,
        "source": say("explain", "ids", language, source=one.source) if one.source else say("explain", "none", language),
    }
    lines = [one.path, f"  {meaning_of(one, language)}"]
    lines += [f"  {set_in(say('explain', key, language), 9, True)} {value}" for key, value in told.items()]
    values = shipped_values(one.path, language)
    width = max(map(wide, values))
    return "\n".join(
        [*lines, f"  {say('explain', 'shipped', language)}", *(f"    {set_in(k, width, True)}  {v}" for k, v in values.items())]
    )


def shipped_values(path: str, language: str = "en") -> Mapping[str, str]:
    """The value of a parameter in every shipped strategy; of the market, in every shipped market."""
    if path.startswith("market."):
        return {name: written(value_in(load("neutral", [f"market={name}"]), path)) for name in shelf()["market"]}
    return {name: told(load(name), path, language) for name in shelf()["strategy"]}


def told(scenario: Scenario, path: str, language: str = "en") -> str:
    """A strategy's value; where it leaves a term to its format, what the format says in each tier."""
    value = value_in(scenario, path)
    if value is not None or not path.startswith("strategy.terms."):
        return written(value)
    by_tier = [plain(terms)[path.rsplit(".", 1)[1]] for terms in tier_terms(scenario.strategy)]
    if len(set(by_tier)) == 1:
        return say("explain", "by_format", language, value=written(by_tier[0]))
    joint = say("explain", "joint", language)
    each = joint.join(f"{tier} {written(value)}" for tier, value in zip(TIERS, by_tier, strict=True))
    return say("explain", "by_formats", language, value=each)


def value_in(scenario: Scenario, path: str) -> object:
    """The value at a path of a scenario."""
    return reduce(getattr, path.split("."), scenario)
