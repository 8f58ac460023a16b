"""Lives what the facts need and keeps every measured value at once, so that a stopped campaign goes on where it was.

FOLDER/<engine>/<fact>-<digest>/r00003.json holds what replication 3 came to, and the processor time that it took beyond the facts before
it, with which it shares lives. The digest is of the scenarios, the resolution, the seed and the functions that measure; another engine or
another scenario never meets old values.
"""

import inspect
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from experiments.evidence import measures
from experiments.evidence.fact import Fact, Measured
from experiments.identity import digest
from experiments.intervals import Interval, mean_interval
from experiments.parts import write_text
from sim.compiled import ENGINE
from sim.replication import Result, simulate, start_up
from sim.scenario import Scenario
from sim.schema import plain
from sim.world import World

SEED = 1
MEASURING = inspect.getsource(measures)


def kept_in(folder: Path, fact: Fact) -> Path:
    """Where the values of a fact are kept."""
    scenarios = {name: arm.composed(fact.consumers) for name, arm in fact.arms.items()}
    numbers = {k: [plain(one.market), plain(one.strategy), plain(one.neutral)] for k, one in scenarios.items()}
    identity = {"scenarios": numbers, "seed": SEED, "track": fact.track, "key": fact.key, "measures": MEASURING}
    return folder / ENGINE / f"{fact.key}-{digest(identity)[:12]}"


def value_file(folder: Path, fact: Fact, replication: int) -> Path:
    """The file of one value."""
    return kept_in(folder, fact) / f"r{replication:05d}.json"


def carry_out(facts: Sequence[Fact], folder: Path, workers: int = 1) -> None:
    """Lives every replication that is missing; each value is kept as soon as it is measured."""
    most = max((fact.replications for fact in facts), default=0)
    todo = [(r, [f for f in facts if r < f.replications and not value_file(folder, f, r).exists()]) for r in range(most)]
    todo = [(r, missing) for r, missing in todo if missing]
    if workers == 1:
        for r, missing in todo:
            replicate(missing, r, folder)
    else:
        Parallel(n_jobs=workers)(delayed(replicate)(missing, r, folder) for r, missing in todo)


class Lived:
    """The worlds and results of one replication, each made once and let go when no fact needs it any more."""

    def __init__(self, facts: Iterable[Fact], replication: int):
        self.replication = replication
        self.results: dict[tuple[Scenario, str | int], Result] = {}
        self.starts: dict[tuple, World] = {}
        self.needed = Counter(wanted for fact in facts for wanted in wants(fact).values())
        self.waiting = Counter(start_of(scenario) for scenario, _ in self.needed)

    def get(self, scenario: Scenario, track: str | int) -> Result:
        """The result of a scenario, from a start shared with all scenarios of the same market."""
        if (scenario, track) not in self.results:
            key = start_of(scenario)
            if key not in self.starts:
                self.starts[key] = start_up(scenario, SEED, self.replication)
            start = self.starts[key]
            self.results[scenario, track] = simulate(scenario, SEED, track, replication=self.replication, start=start)
            self.waiting[key] -= 1
            if not self.waiting[key]:
                del self.starts[key]
        return self.results[scenario, track]

    def release(self, fact: Fact) -> None:
        """Lets go of what only this fact needed."""
        for wanted in wants(fact).values():
            self.needed[wanted] -= 1
            if not self.needed[wanted]:
                self.results.pop(wanted, None)


def wants(fact: Fact) -> dict[str, tuple[Scenario, str | int]]:
    """The scenario and the tracking of every arm of a fact."""
    return {name: (arm.composed(fact.consumers), fact.track) for name, arm in fact.arms.items()}


def start_of(scenario: Scenario) -> tuple:
    """What a start-up world depends on, beside the luck."""
    established = scenario.market.start == "established"
    return scenario.market, scenario.neutral, None if established else scenario.strategy


def replicate(facts: Sequence[Fact], replication: int, folder: Path) -> None:
    """Measures one replication of some facts, those of a like resolution together."""
    facts = sorted(facts, key=lambda fact: (fact.consumers, str(fact.track)))
    lived = Lived(facts, replication)
    for fact in facts:
        begun = time.process_time()
        value = fact.measure({name: lived.get(*wanted) for name, wanted in wants(fact).items()})
        lived.release(fact)
        path = value_file(folder, fact, replication)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({"value": value, "seconds": round(time.process_time() - begun, 2)}))
        print(f"  {fact.key} {replication + 1}/{fact.replications}: {value}", file=sys.stderr, flush=True)


def interval_of(values: Sequence[Measured]) -> Interval:
    """Mean and 95 % interval over replications; of numerators and denominators, of the ratio of their means (Taylor's linearisation)."""
    table = np.array(values, float)
    if table.ndim == 1:
        return mean_interval(table)
    top, bottom = table.T
    ratio = top.mean() / bottom.mean()
    around = mean_interval(ratio + (top - ratio * bottom) / bottom.mean())
    return Interval(float(ratio), around.low, around.high, around.n)


def kept(fact: Fact, folder: Path) -> list[dict]:
    """The kept values of a fact, and what each took."""
    return [json.loads(path.read_text("utf8")) for path in sorted(kept_in(folder, fact).glob("r*.json"))[: fact.replications]]


def found(fact: Fact, folder: Path) -> Interval | None:
    """What the kept values of a fact come to; None where there are none."""
    values = [one["value"] for one in kept(fact, folder)]
    return interval_of(values) if values else None


def seconds(fact: Fact, folder: Path) -> float:
    """Processor time of the kept values of a fact, lives shared with others counted where they came first."""
    return sum(one["seconds"] for one in kept(fact, folder))
