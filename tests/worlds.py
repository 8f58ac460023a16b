"""What the tests share: small worlds, days to walk through, fingerprints, and tolerances that follow from the sampling error."""

import hashlib
import math
import os
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from scipy.special import ndtri, stdtrit

from experiments import load
from experiments.dictionary import written
from sim.day import live
from sim.friends import befriend
from sim.network import open_network
from sim.people import wake
from sim.replication import Result, enter, simulate, start_up
from sim.scenario import TIERS, Market, Scenario, Strategy, scenario_from
from sim.schema import Parameter, parameters
from sim.sleep import wake_everybody
from sim.world import World, populate
from tests.figures import record_figure

ALPHA, COMPARISONS = 1e-4, 1000  # chance that any right engine fails, and bound on the comparisons of the suite that share it
Z = float(ndtri(1 - ALPHA / 2 / COMPARISONS))  # 5.3 standard errors
SEED = int(os.environ.get("FUNNELSIM_SEED", "1"))  # pinned, but for `make fresh`

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

# besides: a brand that nobody knows, which many come to know, want and buy within a year, so that every life begins in the first lap
FIRST_LAP = {
    "market": ALONE["market"] | {
        "start": "launch", "consumers": 800, "days": 250, "need": {"mean": 1, "rival_days": 300},
        "drivers": {"distance": 100}, "delivery": {"built_days": 5},
    },
    "strategy": ALONE["strategy"] | {
        "pull": 0.5,
        "touchpoints": ALONE["strategy"]["touchpoints"] | {"video": {"intensity": 0.2, "attention": 0.1}, "event": {"intensity": 0.01}},
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


def laid_on(words: Iterable[str], *more: str) -> list[str]:
    """Overrides, of which the later ones win."""
    return list({word.partition("=")[0]: word for word in (*words, *more)}.values())


@cache
def lived(name: str, *overrides: str, seed: int = SEED, track: int | str = 0) -> Result:
    """A scenario by name, lived once and kept for the tests that look at it."""
    return simulate(load(name, overrides), seed, track)


def small(name: str = "direct", *overrides: str) -> Scenario:
    """A shipped strategy in a small market with every rule on."""
    return load(name, ["market.consumers=3000", "market.days=60", "market.start_days=30", "market.season=0.5", *overrides])


def days_of(scenario: Scenario, seed: int = 1, start: World | None = None) -> Iterator[World]:
    """The world after start-up and after each day of the horizon, everybody awake."""
    world = enter(scenario, start if start is not None else start_up(scenario, seed), 1)
    yield awake(world)
    for _ in range(scenario.market.days):
        live(world)
        yield awake(world)


def awake(world: World) -> World:
    """A copy of the world in which whoever slept has lived the days slept."""
    twin = world.copy()
    wake_everybody(twin)
    return twin


def start_up_with(scenario: Scenario, rows: np.ndarray, seed: int = 1, friends: bool = False) -> World:
    """start_up() with the consumers of these rows alone, stored in this order; everybody keeps his id.

    friends  whether the network is tied anew among the rows (the same one, where all are there); else nobody has friends
    """
    world = populate(scenario, seed, 0)
    world.people, world.minds, world.wakes = world.people[rows].copy(), world.minds[:, rows].copy(), world.wakes[rows].copy()
    talk = scenario.market.word_of_mouth
    network = talk.network if friends else "none"
    world.starts, world.friends = befriend(world.people["id"], world.people["city"], network, talk.degree, talk.rewiring, world.luck)
    open_network(world, scenario.neutral if scenario.market.start == "established" else scenario.strategy)
    wake(world.people, world.minds, world.day, world.need_table, world.luck, world.market)
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


def agrees(what: str, estimate, reference, se, delta: float, of: int | None = None) -> None:
    """|estimate - reference| <= z se everywhere, and z se <= delta: the test could have seen a difference of delta.

    of  how many independent values the standard error is estimated from, where they are few: then z is Student's, of heavier tails
    """
    z = Z if of is None else float(stdtrit(of - 1, 1 - ALPHA / 2 / COMPARISONS))
    estimate, reference, se = (np.atleast_1d(np.asarray(x, float)) for x in (estimate, reference, se))
    deviation = np.abs(estimate - reference)
    apart = float(np.max(deviation / np.where(se > 0, se, np.inf)))
    print(f"{what}: {apart:.2f} standard errors at most of {deviation.size}")
    record_figure(what, {"standard_errors": apart, "comparisons": deviation.size})
    assert (z * se <= delta).all(), f"{what}: the test is too weak, z se = {z * se.max():.3g} > {delta:g}"
    worst = int(np.argmax(deviation - z * se))
    off = f"{estimate[worst]:.6g} where theory says {reference[worst]:.6g}, standard error {se[worst]:.3g}"
    assert (deviation <= z * se).all(), f"{what}: {off}"


def share_se(p, n):
    """Standard error of a share p of n."""
    return np.sqrt(np.asarray(p) * (1 - np.asarray(p)) / n)


# ---- any valid world -----------------------------------------------------------------------------------------------------

SIZED = ("neutral", "consumers", "households", "weight", "days", "start_days", "label", "label_zh", "exposure", "capital_rate", "ties")


def any_value(parameter: Parameter, rng: np.random.Generator):
    """A value that the bounds allow, near the default where the range is wide; sometimes an end of the range."""
    if parameter.choices:
        return str(rng.choice([word for word in parameter.choices if word != "list"]))  # a list needs a file
    if parameter.kind == "bool":
        return bool(rng.integers(2))
    low, high, default = parameter.low, parameter.high, parameter.default
    if parameter.path == "list_price":
        return 250_000.0 * math.exp(0.2 * rng.normal())
    if high <= 1 or default is None:
        value = rng.uniform(low, min(high, 2))
    elif default == 0:
        value = rng.uniform(max(low, -1), min(high, 3))
    else:
        value = default * math.exp(rng.normal()) * (rng.choice([-1, 1]) if low < 0 else 1)
    if rng.random() < 0.15 and parameter.path.rsplit(".")[-1] != "cost":  # contacts at a millionth of a yuan fill every diary
        value = low if high > 1 or rng.random() < 0.5 else high
    value = min(max(value, low), high)
    return round(value) if parameter.kind == "int" else value


def any_scenario(rng: np.random.Generator, change: float = 0.3) -> Scenario:
    """A valid scenario of few people and days in which a share `change` of all numbers differ from the defaults."""
    trees: list[dict] = []
    for cls in (Market, Strategy):
        tree: dict = {}
        for one in parameters(cls):
            *groups, name = one.path.split(".")
            if name in SIZED or rng.random() > change:
                continue
            inner = tree
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[name] = any_value(one, rng)
        trees.append(tree)
    market, strategy = trees
    n, weight = int(rng.integers(2, 120)), float(rng.choice([1, 1, 3, 30]))
    market |= {
        "consumers": n,
        "households": None,
        "weight": weight,
        "days": int(rng.integers(5, 60)),
        "start_days": int(rng.integers(0, 30)),
    }
    shares = rng.dirichlet([1, 1, 1])
    tiers = market.setdefault("tiers", {})
    for tier, share in zip(TIERS, shares, strict=True):
        tiers.setdefault(tier, {})["share"] = float(share)
    if rng.random() < 0.7:
        stages = ("aware", "interest", "consideration", "intent", "owner", "lost")
        market.setdefault("initial", {}).update(zip(stages, rng.dirichlet(np.ones(7)).tolist(), strict=False))
    else:
        market.pop("initial", None)
    terms = strategy.get("terms", {})
    for part in {"margin", "rebate"} & terms.keys():  # what a retailer keeps of a price is less than the price
        terms[part] *= 0.4
    strategy["outlets"] = {tier: int(rng.integers(0, 4)) for tier in TIERS}
    strategy.setdefault("outlet", {})["staff"] = int(rng.integers(0, 5))
    strategy["exposure"] = n * weight / 3e6 * math.exp(rng.normal())
    answered = rng.dirichlet([1, 1, 1])
    strategy["selling"] = strategy.get("selling", {}) | {"answered_fast": float(answered[0]), "never_answered": float(answered[1])}
    neutral = {"exposure": n * weight / 3e6, "outlets": {tier: int(rng.integers(0, 3)) for tier in TIERS}}
    return scenario_from(market, strategy, neutral, "any")


def any_numbers(rng: np.random.Generator, free: tuple[str, ...], fixed: list[str], change: float = 0.3) -> list[str]:
    """Overrides that draw a share `change` of the numbers under the paths `free`, but for those that are fixed by other overrides."""
    taken = {word.partition("=")[0] for word in fixed}
    known = [(f"{group}.{one.path}", one) for group, cls in (("market", Market), ("strategy", Strategy)) for one in parameters(cls)]
    chosen = [(path, one) for path, one in known if path.startswith(free) and path not in taken and rng.random() < change]
    return [f"{path}={written(any_value(one, rng))}" for path, one in chosen]
