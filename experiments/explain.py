"""`funnel explain PARAM`: what a number means, its unit, range, default, grade and source, and what the strategies make of it."""

from collections.abc import Mapping, Sequence
from functools import reduce

from experiments.compose import load
from experiments.dictionary import dictionary, unknown, written
from experiments.files import shelf
from experiments.table import table
from sim.scenario import TIERS, Scenario, tier_terms
from sim.schema import ConfigError, Parameter, plain


def explain(words: Sequence[str]) -> int:
    """Explains one parameter, or lists those that begin with what is given; without a word, all of them."""
    path = words[0].rstrip(".") if words else ""
    if path in dictionary():
        print(in_full(dictionary()[path]))
        return 0
    inside = [one for name, one in dictionary().items() if name.startswith(path)]
    inside = inside or [one for name, one in dictionary().items() if path in name.split(".")]
    if not inside:
        raise ConfigError([unknown(path)])
    rows = [[one.path, written(one.default), one.unit, one.meaning] for one in inside]
    print(table(["parameter", "default", "unit", "meaning"], rows, indent="", left=(0, 2, 3)))
    return 0


def in_full(one: Parameter) -> str:
    """Everything that is known about a parameter."""
    lines = [
        one.path,
        f"  {one.meaning}",
        f"  is        {one.allowed()}",
        f"  default   {written(one.default)}",
        f"  grade     {one.grade}",
    ]
    lines.append(f"  source    {one.source or 'none'}" + (" (ids of scenarios/parameters.csv)" if one.source else ""))
    values = shipped_values(one.path)
    width = max(map(len, values))
    lines += ["  in the shipped scenarios", *(f"    {name.ljust(width)}  {value}" for name, value in values.items())]
    return "\n".join(lines)


def shipped_values(path: str) -> Mapping[str, str]:
    """The value of a parameter in every shipped strategy; of the market, in the shipped market."""
    if path.startswith("market."):
        return {"china_nev": written(value_in(load("neutral"), path))}
    return {name: told(load(name), path) for name in shelf()["strategy"]}


def told(scenario: Scenario, path: str) -> str:
    """A strategy's value; where it leaves a term to its format, what the format says in each tier."""
    value = value_in(scenario, path)
    if value is not None or not path.startswith("strategy.terms."):
        return written(value)
    by_tier = [plain(terms)[path.rsplit(".", 1)[1]] for terms in tier_terms(scenario.strategy)]
    if len(set(by_tier)) == 1:
        return f"{written(by_tier[0])} (by its format)"
    return ", ".join(f"{tier} {written(value)}" for tier, value in zip(TIERS, by_tier, strict=True)) + " (by its formats)"


def value_in(scenario: Scenario, path: str) -> object:
    """The value at a path of a scenario."""
    return reduce(getattr, path.split("."), scenario)
