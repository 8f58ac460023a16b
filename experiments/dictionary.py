"""Every parameter of a scenario by its path, and the sentence for a path that does not exist."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from sim.scenario import Market, Strategy
from sim.schema import Parameter, checked, items, lists, parameters, short

FILES = {"market.neutral": "it names a file; give it once for the whole sweep, or run one sweep for each"}


@cache
def dictionary() -> dict[str, Parameter]:
    """All parameters under `market.` and `strategy.` by path, in the order of `sim/scenario.py`."""
    return {one.path: one for one in (*parameters(Market, "market."), *parameters(Strategy, "strategy."))}


@cache
def groups() -> frozenset[str]:
    """The paths that hold other paths, such as `strategy.skill`."""
    return frozenset(path[:cut] for path in dictionary() for cut in range(len(path)) if path[cut] == ".")


@cache
def listed() -> dict[str, type]:
    """The paths that hold a list, such as `market.events`, and what its items are."""
    return lists(Market, "market.") | lists(Strategy, "strategy.")


def members(group: str) -> list[str]:
    """The paths that stand directly in a group."""
    within = [path[len(group) + 1 :] for path in dictionary() if path.startswith(group + ".")]
    return list(dict.fromkeys(f"{group}.{rest.split('.')[0]}" for rest in within))


def exists(path: str) -> bool:
    """Whether a path is a parameter or a group of them."""
    return path in dictionary() or path in groups() or path in listed()


def wrong_values(path: str, value: object) -> list[str]:
    """What is wrong with a value for a parameter, a list or a group of them, one sentence each."""
    faults: list[str] = []
    if path in dictionary():
        checked(dictionary()[path], value, faults)
    elif path in listed():
        items(listed()[path], value, path, faults)
    elif isinstance(value, Mapping):
        faults = [fault for key, inner in value.items() for fault in wrong_values(f"{path}.{key}", inner)]
    return faults


def not_variable(path: str) -> str | None:
    """One sentence if no sweep can vary a path, else None."""
    if path in FILES:
        return f"{path} cannot be swept: {FILES[path]}"
    if path in listed():
        return f"{path} is a list and cannot be swept; write a case for each"
    return None if path in dictionary() else unknown(path)


def nearest(path: str) -> str | None:
    """The parameter or group that a mistyped path most likely means: a known ending first, then the closest spelling."""
    endings = [known for known in dictionary() if known.endswith("." + path.rsplit(".", 1)[-1])]
    near = get_close_matches(path, [*dictionary(), *groups(), *listed()], 1, 0.75) or get_close_matches(path, endings, 1, 0.3)
    return near[0] if near else None


def unknown(path: str) -> str:
    """One sentence for a path that does not exist, with the one that was probably meant."""
    near = nearest(path)
    if near is None:
        return f"unknown parameter '{path}'. `funnel explain` lists them all"
    return f"unknown parameter '{path}'. Did you mean '{near}'{in_brief(near)}?"


def in_brief(path: str) -> str:
    """Unit, range and default of a parameter in brackets; nothing for a group."""
    one = dictionary().get(path)
    if one is None:
        return ""
    allowed = " | ".join(one.choices) if one.choices else f"{one.unit or one.kind}, {short(one.low)}..{short(one.high)}"
    return f" ({allowed}, default {written(one.default)})"


def written(value: object) -> str:
    """A value as it is written in a file or on the command line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)
