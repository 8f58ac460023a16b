"""What makes an experiment this one, and what people want to know about how it was made."""

import hashlib
import json
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from experiments.basis import Point
from experiments.dictionary import written
from sim.compiled import ENGINE
from sim.scenario import Market, Scenario, Strategy
from sim.schema import build, plain

LAYOUT = 3  # of a results folder
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
PACKAGES = ("funnelsim", "numpy", "scipy", "numba", "mesa", "hydra-core", "omegaconf", "pyarrow", "joblib")


def identity_of(points: Sequence[Point], seed: int, loop: bool) -> dict:
    """What makes an experiment this one: every number of its scenarios, the seed and the engine; not how much of it is done."""
    strategies: dict[str, dict] = {}
    for point in points:
        strategies.setdefault(point.basis, {})[point.strategy] = asdict(point.scenario.strategy)
    first = points[0].scenario
    shared = {"market": plain(first.market), "neutral": asdict(first.neutral)}
    others = {point.strategy: plain(point.scenario.market) for point in points if point.scenario.market != first.market}
    shared |= {"markets": others} if others else {}
    return {"engine": ENGINE, "layout": LAYOUT, "seed": seed, "loop": loop} | shared | {"strategies": strategies}


def points_in(model: dict) -> list[Point]:
    """The points of a manifest; a number that an earlier version did not know has its default, one that is gone is passed over."""
    passed: list[str] = []
    market, neutral = build(Market, model["market"], "market.", passed), build(Strategy, model.get("neutral", {}), "neutral.", passed)
    others = {name: build(Market, tree, "market.", passed) for name, tree in model.get("markets", {}).items()}
    return [
        Point(basis, name, Scenario(others.get(name, market), build(Strategy, tree, "strategy.", passed), neutral, name))
        for basis, by_name in model["strategies"].items()
        for name, tree in by_name.items()
    ]


def point_id(point: Point) -> str:
    """Names a point by its whole scenario and the engine that lives it; not by how often, on how many machines or where to."""
    scenario = point.scenario
    model = [ENGINE, group_text(scenario.market), *map(group_text, (scenario.neutral, *scenario.strategies))]
    ties = [] if scenario.ties is None else [hashlib.sha256(scenario.ties.tobytes()).hexdigest()]
    return hashlib.sha256("\n".join([*model, *ties]).encode()).hexdigest()[:16]


@lru_cache(maxsize=4096)
def group_text(group: object) -> str:
    """The canonical JSON of a market, a strategy or a group inside one; the points of a sweep share most of theirs."""
    return "{" + ",".join([f'"{name}":{value_text(getattr(group, name))}' for name in names_of(type(group))]) + "}"


@cache
def names_of(kind: type) -> list[str]:
    """The names of a kind of group, in their canonical order."""
    return sorted(one.name for one in fields(kind))


def value_text(value: object) -> str:
    """The canonical JSON of a group, of a list of groups, or of a number or word."""
    if isinstance(value, tuple):
        return "[" + ",".join(map(value_text, value)) + "]"
    return plain_text(value) if value is None or isinstance(value, float | int | str) else group_text(value)


@lru_cache(maxsize=2**16, typed=True)
def plain_text(value: float | str | None) -> str:
    """The canonical JSON of a number or word."""
    return canonical(value)


def canonical(tree: Mapping) -> str:
    """A tree as the one JSON text there is of it."""
    return CANONICAL.encode(tree)


def digest(identity: Mapping) -> str:
    """SHA-256 of the canonical JSON of an identity."""
    return hashlib.sha256(canonical(identity).encode()).hexdigest()


def about(command: str) -> dict:
    """Versions, machine and command: for people, not part of the identity."""
    packages = {name: version(name) for name in PACKAGES}
    return {"command": command, "git": revision(), "python": platform.python_version(), "machine": platform.machine(), "packages": packages}


def revision() -> str | None:
    """The git revision of the sources, with -dirty where they differ from it; null where there is no git."""
    here = Path(__file__).resolve().parent.parent
    try:
        sha = subprocess.run(["git", "-C", here, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run(["git", "-C", here, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return sha + ("-dirty" if changed else "")


def differences(there: object, here: object, path: str = "") -> Iterator[str]:
    """One line for each value that differs between two trees."""
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for key in dict.fromkeys([*there, *here]):
            yield from differences(there.get(key, "nothing"), here.get(key, "nothing"), f"{path}.{key}".lstrip("."))
    elif there != here:
        yield f"{path}: {brief(there)} -> {brief(here)}"


def brief(value: object) -> str:
    """A value of a manifest in a few words."""
    return "its own numbers" if isinstance(value, Mapping) else written(value)


def command_line(words: Sequence[str] | None = None) -> str:
    """The command that was typed, ready to be typed again."""
    return shlex.join(["funnel", *(sys.argv[1:] if words is None else words)])
