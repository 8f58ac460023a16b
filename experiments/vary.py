"""A point with other values at some paths, as if the command line had given them; a thousand times quicker than composing it anew."""

from collections.abc import Mapping
from dataclasses import replace

from experiments.basis import Point, at_same_money
from experiments.dictionary import dictionary
from experiments.doubt import changed
from experiments.ties import with_ties
from sim.scenario import contradictions, sized
from sim.schema import ConfigError, checked

SAME_MONEY = "same_money"


def varied(base: Point, values: Mapping[str, object]) -> Point:
    """The point with other values.

    base    of basis same_money as it is found: its money is made the same only after the values have changed
    values  path -> value; path@strategy -> value of one strategy alone

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    scenario = base.scenario
    for key, value in values.items():
        path, _, whose = key.partition("@")
        if whose not in ("", base.strategy):
            continue
        scenario = changed(scenario, path.split("."), checked(dictionary()[path], value, errors))
    if errors := errors or contradictions(scenario):
        raise ConfigError(errors)
    if scenario.market.weight is not None:
        scenario = replace(scenario, market=sized(replace(scenario.market, households=None)))
    scenario = with_ties(scenario)
    if base.basis == SAME_MONEY:
        scenario = scenario.with_strategy(at_same_money(scenario), base.strategy)
    return replace(base, scenario=scenario)
