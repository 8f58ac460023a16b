"""Rivals that live the same people turn about, block by block, and what is said of them: costs, ratios, whether they tell one story."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from bench.figures import Found, Table, counted, ratios, spread
from sim.stages import Stage

BLOCK = 30  # days lived by one before the other's turn: the monthly plan falls once in each
WARM_UP = 10  # days of another world of the same size
STAGES = tuple(stage.name for stage in Stage)
ENGINE, TWO = "the engine, one thread", "the engine, two threads"
FEW, MORE, MANY = 30_000, 100_000, 1_000_000


@dataclass
class Rival:
    """Somebody who lives the days: how a day goes, and where everybody stands."""

    day: Callable[[], object]
    stages: Callable[[], np.ndarray]


def turn_about(rivals: dict[str, Rival], consumers: int, blocks: int, before: np.ndarray) -> Found:
    """Blocks of days of the same people, turn about: nanoseconds per consumer-day by processor and by wall clock, and where all ended.

    before  (n,) everybody's stage on the first day
    """
    spent: dict[str, dict[str, list[float]]] = {name: {"processor": [], "wall": []} for name in rivals}
    for _ in range(blocks):
        for name, rival in rivals.items():
            began, used = time.perf_counter_ns(), time.process_time_ns()
            for _ in range(BLOCK):
                rival.day()
            spent[name]["wall"].append((time.perf_counter_ns() - began) / (BLOCK * consumers))
            spent[name]["processor"].append((time.process_time_ns() - used) / (BLOCK * consumers))
    stages = {name: rival.stages() for name, rival in rivals.items()}
    return {
        "consumers": consumers,
        "days": blocks * BLOCK,
        "nanoseconds": spent,
        "shares": {name: (np.bincount(where, minlength=len(STAGES)) / consumers).tolist() for name, where in stages.items()},
        "z": {name: paired_z(where, stages[ENGINE]) for name, where in stages.items()},
        "same": {name: float(np.mean(where == stages[ENGINE])) for name, where in stages.items()},
        "moved": float(np.mean(stages[ENGINE] != before)),
    }


def paired_z(there: np.ndarray, here: np.ndarray) -> list[float]:
    """z of the difference of each stage's share (stage,), paired by person: the same people, other luck; 0 where nobody differs."""
    apart = np.array([there == k for k in Stage], float) - np.array([here == k for k in Stage], float)
    noise = np.sqrt((apart**2).sum(axis=1))
    return np.divide(apart.sum(axis=1), noise, out=np.zeros(len(STAGES)), where=noise > 0).tolist()


def chance_alone(tests: int, alpha: float = 0.05) -> float:
    """The bound on |z| that so many tests together pass by chance alone but for alpha (Bonferroni)."""
    return NormalDist().inv_cdf(1 - alpha / (2 * tests))


def times(found: Found, rival: str, engine: str, consumers: int, objects: int | None = None) -> list[float]:
    """How many times faster the engine is than a rival, block by block: of processor time on one thread, of wall clock on two.

    consumers  of the engine's race
    objects    of the rival's, if it is another
    """
    races = found.get("races", [])
    mine, its = (next((one for one in races if one["consumers"] == n), None) for n in (consumers, objects or consumers))
    if not mine or not its or rival not in its["nanoseconds"]:
        return []
    clock = "wall" if engine == TWO else "processor"
    return ratios(*of_equal_length(its["nanoseconds"][rival][clock], mine["nanoseconds"][engine][clock]))


def of_equal_length(*blocks: list[float]) -> list[list[float]]:
    """The first blocks of each, as many as all have."""
    return [one[: min(map(len, blocks))] for one in blocks]


def race_table(title: str, one: Found, below: str = "") -> Table:
    """Everybody's cost, and how many times faster the engine is on one thread and on two."""
    spent, lines = one["nanoseconds"], []
    for name, mine in spent.items():
        clock = "wall" if name == TWO else "processor"
        gains = [
            spread(ratios(mine[kind], spent[engine][kind])) if name not in (ENGINE, TWO) else ""
            for engine, kind in ((ENGINE, "processor"), (TWO, "wall"))
        ]
        lines.append((name, spread(mine[clock]), *gains, f"{one['same'][name]:.1%}"))
    said = (
        f"Nanoseconds per consumer-day of the same {one['consumers']:,} people for {one['days']} days, lived turn about in blocks of "
        f"{BLOCK} days: median, least and greatest of the blocks; processor time, of two threads wall clock. Then how many times faster "
        "the engine is: on one core by processor time, on two cores by wall clock against the other's on the one core it can use; and the "
        "share of the people whom both have in the same stage on the last day."
    )
    head = ("", "ns per consumer-day", "engine on one core, times faster", "on two cores, times faster", "same stage")
    return Table(f"{title}, {one['consumers']:,} people", said, head, tuple(lines), below)


def large_table(title: str, found: Found, rival: str) -> list[Table]:
    """The engine with many people against Mesa with as many as can be waited for."""
    if not times(found, rival, TWO, MANY, MORE):
        return []
    lines = tuple(
        (counted(objects, "object"), *(spread(times(found, rival, engine, MANY, objects)) for engine in (ENGINE, TWO)))
        for objects in (FEW, MORE)
    )
    said = (
        f"The engine with {MANY:,} people against Mesa (every chance drawn every day) with as many objects as can be waited for, by the "
        "cost of a consumer-day. That of an object hardly depends on how many there are, as the two rows show."
    )
    return [Table(title, said, ("Mesa", "engine on one core", "engine on two cores"), lines)]


def agreement_table(title: str, one: Found, rivals: dict[str, str]) -> Table:
    """Shares by stage at the end of the engine and of rivals, by the name that each has in the table, and their z."""
    shares = [one["shares"][name] for name in (ENGINE, *rivals.values())]
    kept = [k for k in range(len(STAGES)) if sum(share[k] for share in shares)]
    lines = tuple(
        (STAGES[k].lower(), *(f"{share[k]:.4f}" for share in shares), *(f"{one['z'][name][k]:+.2f}" for name in rivals.values()))
        for k in kept
    )
    bound = chance_alone(len(rivals) * len(lines))
    said = (
        f"Shares by stage after {one['days']} days of the same {one['consumers']:,} people under independent luck; z is the difference "
        f"from the engine over its standard error, paired by person; chance alone keeps all below {bound:.2f} in "
        f"95 of 100 runs. {one['moved']:.1%} of the people ended in another stage than they began."
    )
    return Table(title, said, ("stage", "the engine", *rivals, *(f"z of {name}" for name in rivals)), lines)
