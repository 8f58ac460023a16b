"""What the tests share: small worlds, days to walk through, fingerprints, and tolerances that follow from the sampling error."""

import hashlib
from collections.abc import Iterator
from functools import cache

import numpy as np
from scipy.special import ndtri

from experiments import load
from sim.day import live
from sim.network import open_network
from sim.people import wake
from sim.replication import Result, enter, simulate, start_up
from sim.scenario import Scenario
from sim.world import World, populate

ALPHA, COMPARISONS = 1e-4, 1000  # chance that any right engine fails, and bound on the comparisons of the suite that share it
Z = float(ndtri(1 - ALPHA / 2 / COMPARISONS))  # 5.3 standard errors

# nothing that one consumer's day does to another's: see tests/test_promises.py
ALONE = {
    "market": {
        "households": None, "weight": 1, "word_of_mouth": {"network": "none"}, "workforce": {"novice": 0, "turnover": 0},
        "meeting": {"drives_per_car": 100},
    },
    "strategy": {
        "retail_format": "direct",
        "outlet": {"staff": 50, "meetings": 1000, "demo_cars": 1000},
        "touchpoints": {
            "video": {"intensity": 0.05}, "social": {"intensity": 0.02}, "search": {"intensity": 0.004},
            "vertical": {"intensity": 0.004}, "content": {"intensity": 0.01}, "store": {"intensity": 0.01}, "event": {"intensity": 0.001},
        },
    },
}  # fmt: skip


def words(tree: dict, prefix: str = "") -> list[str]:
    """Nested mappings as overrides: {"market": {"days": 3}} is ["market.days=3"]."""
    out = []
    for key, value in tree.items():
        if isinstance(value, dict):
            out += words(value, f"{prefix}{key}.")
        else:
            out.append(f"{prefix}{key}=" + ("null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)))
    return out


@cache
def lived(name: str, *overrides: str, seed: int = 1, track: int | str = 0) -> Result:
    """A scenario by name, lived once and kept for the tests that look at it."""
    return simulate(load(name, overrides), seed, track)


def small(name: str = "direct", *overrides: str) -> Scenario:
    """A shipped strategy in a small market with every rule on."""
    return load(name, ["market.consumers=3000", "market.days=60", "market.start_days=30", "market.season=0.5", *overrides])


def days_of(scenario: Scenario, seed: int = 1, start: World | None = None) -> Iterator[World]:
    """The world after start-up and after each day of the horizon; the same object, a day older each time."""
    world = enter(scenario, start if start is not None else start_up(scenario, seed), 1)
    yield world
    for _ in range(scenario.market.days):
        live(world)
        yield world


def start_up_with(scenario: Scenario, rows: np.ndarray, seed: int = 1) -> World:
    """start_up() with the consumers of these rows alone, stored in this order; everybody keeps his id. Nobody has friends."""
    world = populate(scenario, seed, 0)
    world.people, world.minds = world.people[rows].copy(), world.minds[:, rows].copy()
    world.starts, world.friends = np.zeros(rows.size + 1, np.int64), np.zeros(0, np.int32)
    open_network(world, scenario.neutral if scenario.market.start == "established" else scenario.strategy)
    wake(world.people, world.minds, world.luck, world.market)
    while world.day < 0:
        live(world)
    return world


def bits(array: np.ndarray) -> str:
    """SHA-256 of an array's values, field by field, so that padding does not count."""
    digest = hashlib.sha256()
    if array.dtype.names:
        for name in array.dtype.names:
            digest.update(f"{name} {bits(array[name])} ".encode())
    else:
        digest.update(f"{array.dtype.str} {array.shape} ".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


RECORDS = ("stocks", "flows", "daily", "opened", "books", "orders", "people", "minds", "outlets", "staff", "journeys")


def fingerprints(result: Result) -> dict[str, str]:
    """SHA-256 of every record of a result."""
    return {name: bits(getattr(result, name)) for name in RECORDS}


def agrees(what: str, estimate, reference, se, delta: float) -> None:
    """|estimate - reference| <= Z se everywhere, and Z se <= delta: the test could have seen a difference of delta."""
    estimate, reference, se = (np.atleast_1d(np.asarray(x, float)) for x in (estimate, reference, se))
    deviation = np.abs(estimate - reference)
    print(f"{what}: {np.max(deviation / np.where(se > 0, se, np.inf)):.2f} standard errors at most of {deviation.size}")
    assert (Z * se <= delta).all(), f"{what}: the test is too weak, Z se = {Z * se.max():.3g} > {delta:g}"
    worst = int(np.argmax(deviation - Z * se))
    off = f"{estimate[worst]:.6g} where theory says {reference[worst]:.6g}, standard error {se[worst]:.3g}"
    assert (deviation <= Z * se).all(), f"{what}: {off}"


def share_se(p, n):
    """Standard error of a share p of n."""
    return np.sqrt(np.asarray(p) * (1 - np.asarray(p)) / n)
