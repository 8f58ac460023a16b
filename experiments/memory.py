"""How much memory an experiment takes, reckoned before it begins: what does not fit is refused instead of ending a machine."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.basis import Point
from experiments.engines import Engine
from sim.scenario import Scenario
from sim.schema import ConfigError

PROCESS = 230e6  # bytes of a process that has loaded everything and drawn nobody
COUNTED = 190  # bytes a person while KPIs are counted
ROUGHLY = 1000  # bytes of a record, more than it takes with its copy and its friends
SHARE = 0.8  # of what is free that may be taken
GIGA = 1e9


def refuse_what_does_not_fit(points: Sequence[Point], loop: bool, engine: Engine, replications: int) -> None:
    """Raises ConfigError where the processes of an engine, each with a replication of these points, take more memory than may be used.

    The memory of a cluster that exists is its own.
    """
    if engine.address:
        return
    processes, may_use = min(engine.processes, replications), SHARE * free()
    records = sum(point.scenario.market.consumers * (1 + len(point.scenario.strategies)) for point in points)
    if processes * (PROCESS + ROUGHLY * records) < may_use:
        return  # without loading the engine, which takes a second
    if (wanted := needed(points, loop, processes)) > may_use:
        consumers = max(point.scenario.market.consumers for point in points)
        raise ConfigError(
            [f"market.consumers is {consumers}; with workers={processes} that takes about {wanted / GIGA:.1f} GB of memory, and at most "
             f"{may_use / GIGA:.1f} GB ({SHARE:.0%} of what is free) may be taken; take fewer consumers or fewer workers"]
        )  # fmt: skip


def needed(points: Sequence[Point], loop: bool, processes: int) -> float:
    """Bytes at the peak: a start waits for each market that is needed again, and beside it stands the copy that is lived in."""
    markets = [(point.scenario.market, len(point.scenario.strategies)) for point in points]
    left, waiting, most = Counter(markets), {}, 0.0
    for point, key in zip(points, markets, strict=True):
        network, lives = bytes_of(point.scenario)
        left[key] -= 1
        waiting.pop(key, None)
        copied = left[key] > 0 or loop
        most = max(most, sum(waiting.values()) + network + (1 + copied) * lives + COUNTED * point.scenario.market.consumers)
        if left[key]:
            waiting[key] = network + lives
    return processes * (PROCESS + most) + (PROCESS if processes > 1 else 0.0)


def bytes_of(scenario: Scenario) -> tuple[float, float]:
    """Bytes of the network of friends, and of people with their minds of every brand."""
    from sim.records import MIND, PERSON

    n, talk = scenario.market.consumers, scenario.market.word_of_mouth
    ties = len(scenario.ties) if scenario.ties is not None else 0 if talk.network in ("none", "complete") else n * (talk.degree // 2)
    wakes = 4
    return 8.0 * n + 8.0 * ties, float(n) * (PERSON.itemsize + wakes + len(scenario.strategies) * MIND.itemsize)


def free(root: Path = Path("/")) -> float:
    """Bytes that may still be used, of the machine and of every group of processes around this one; without end where nothing is said."""
    return min([*of_machine(root), *of_groups(root)], default=float("inf"))


def of_machine(root: Path) -> Iterator[float]:
    """What the machine has left, with what it would give back at once."""
    if (known := root / "proc/meminfo").exists():
        yield from (float(line.split()[1]) * 1024 for line in known.read_text().splitlines() if line.startswith("MemAvailable"))


def of_groups(root: Path) -> Iterator[float]:
    """What the limits of the control groups leave: of the group of this process and of all above it, in version 1 or 2 of their files."""
    groups = root / "proc/self/cgroup"
    for line in groups.read_text().splitlines() if groups.exists() else ():
        _, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        top = root / "sys/fs/cgroup" / ("memory" if kinds else "")
        limit, used = ("memory.limit_in_bytes", "memory.usage_in_bytes") if kinds else ("memory.max", "memory.current")
        own = top / path.strip("/")
        for folder in [own, *own.parents][: len(own.parts) - len(top.parts) + 1]:
            if (folder / limit).exists() and (most := (folder / limit).read_text().strip()) != "max":
                yield float(most) - float((folder / used).read_text()) + given_back(folder)


def given_back(folder: Path) -> float:
    """Bytes of files that a group holds only because nobody needs the room."""
    known = folder / "memory.stat"
    lines = [line.split() for line in known.read_text().splitlines()] if known.exists() else []
    return sum(float(number) for name, number in lines if name == "inactive_file")
