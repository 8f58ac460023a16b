"""Experiments whose truth is known, and what rules of stopping would have said of each, by the functions of `funnel compare`.

Two strategies meet the same people, with the same luck, in a funnel that is a Markov chain; one makes people more curious and signs
fewer of them online, so that it gains some and loses others. Every experiment has its own seed and lives as many paired replications as
any rule of stopping may ask for; a rule reads as many of them as it wants.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.stats import nct

from experiments import load
from experiments.analysis import Comparison, compared, narrow_enough
from experiments.intervals import ALPHA, looks
from experiments.measures import BY_KEY, JUDGED
from experiments.parts import write_text
from experiments.point import Point
from experiments.trial import outcomes_of
from sim import Stage
from sim.compiled import ENGINE
from tests.theory.chains import competing, enumerated, occupancy

BASIS, CONSUMERS, DAYS, MOST, AT_ONCE = "as_found", 500, 20, 20, 25  # the last: replications of an experiment, experiments kept together
STRATEGIES = {"plain": (), "other": ("strategy.pull=0.3", "strategy.terms.online=0.68")}
KEYS = (*JUDGED, "revenue")  # what is judged, and what a profit is held against
PLAIN, OTHER = STRATEGIES


def points() -> list[Point]:
    """The two strategies."""
    size = (f"market.consumers={CONSUMERS}", f"market.days={DAYS}")
    return [Point(BASIS, name, load("markov_funnel", [*size, *words])) for name, words in STRATEGIES.items()]


def expected_orders(point: Point) -> float:
    """Expected orders of a strategy by its chain, as they are shown: a year's."""
    waits, faster, online = point.scenario.market.waits, math.exp(point.scenario.strategy.pull), point.scenario.strategy.terms.online
    exits = {
        Stage.AWARE: {Stage.INTEREST: faster * waits.grows_curious, Stage.UNAWARE: waits.forgets},
        Stage.INTEREST: {Stage.CONSIDERATION: faster * waits.compares, Stage.AWARE: waits.loses_interest},
        Stage.CONSIDERATION: {Stage.INTENT: waits.decides, Stage.LOST: waits.gives_up_considering},
        Stage.INTENT: {Stage.OWNER: (1.0 if online is None else online) * waits.orders_online, Stage.LOST: waits.gives_up_intent},
    }
    number, step = enumerated([Stage.AWARE], lambda stage: competing(exits.get(stage, {}), stage))
    share = occupancy(step, np.eye(len(number))[0], DAYS)[-1, number[Stage.OWNER]]
    return float(BY_KEY["orders"].shown(CONSUMERS * share, DAYS))


def lived(seeds: Sequence[int], most: int = MOST) -> np.ndarray:
    """What experiments with these seeds show (experiment, strategy, key, replication)."""
    both = points()
    rows = [[outcomes_of(both, seed, r) for r in range(most)] for seed in seeds]
    return np.array([[[BY_KEY[key].shown([row[k][key] for row in one], DAYS) for key in KEYS] for k in range(len(both))] for one in rows])


def all_lived(count: int, folder: Path) -> np.ndarray:
    """The experiments of the seeds from 0 on, on all cores; those that the folder keeps of this engine are not lived again."""
    files = {k: folder / ENGINE / "known-truth" / f"from{k:05d}.json" for k in range(0, count, AT_ONCE)}
    Parallel(n_jobs=-1)(delayed(keep)(range(k, k + AT_ONCE), path) for k, path in files.items() if not path.exists())
    return np.concatenate([json.loads(path.read_text("utf8")) for path in files.values()])


def keep(seeds: Sequence[int], path: Path) -> None:
    """Lives some experiments and writes what they show."""
    write_text(path, json.dumps(lived(seeds).tolist()))


def normal_twins(values: np.ndarray, count: int) -> np.ndarray:
    """As many experiments in which orders are normal, of the true means and the variances and correlation that the lived ones have."""
    out = np.repeat(values.mean(axis=(0, 3))[None, ..., None], count, axis=0) + np.zeros(MOST)
    spread = np.cov(np.moveaxis(values[:, :, 0], 1, 0).reshape(2, -1))
    truth = [expected_orders(point) for point in points()]
    out[:, :, 0] = np.moveaxis(np.random.default_rng(1).multivariate_normal(truth, spread, (count, MOST)), 2, 1)
    return out


@dataclass(frozen=True)
class Rule:
    """When an experiment stops, and at what level its intervals are."""

    first: int
    cap: int
    precision: float = 0.0
    corrected: bool = True

    @property
    def looks(self) -> list[int]:
        """After how many replications the intervals are looked at."""
        return looks(self.first, self.cap)

    @property
    def alpha(self) -> float:
        """Of each interval: shared among the looks, or as if there were but one."""
        return ALPHA / len(self.looks) if self.corrected else ALPHA


def concluded(one: np.ndarray, names: Sequence[str], rule: Rule) -> tuple[int, Comparison]:
    """After how many replications an experiment (strategy, key, replication) stops, and what it then finds."""
    for n in rule.looks:
        seen = {name: dict(zip(KEYS, one[k, :, :n], strict=True)) for k, name in enumerate(STRATEGIES) if name in names}
        if narrow_enough({BASIS: seen}, names, rule.precision, rule.alpha):
            break
    return n, compared(BASIS, seen, names, rule.alpha)


@dataclass(frozen=True)
class Found:
    """What a rule came to over many experiments."""

    covered: float  # share of the intervals that hold the truth
    bias: float  # mean error of the estimates, in standard errors of a single one
    declared: float  # share of the experiments that name the better strategy as the winner
    replications: float  # mean number at the stop


def judged(values: np.ndarray, names: Sequence[str], rule: Rule) -> Found:
    """What a rule comes to: of the mean of one strategy, or of the paired difference of two."""
    means = [expected_orders(point) for point in points()]
    truth = means[0] if len(names) == 1 else means[1] - means[0]
    ends = [concluded(one, names, rule) for one in values]
    intervals = [found.differences[OTHER]["orders"] if len(names) > 1 else found.means[PLAIN]["orders"] for _, found in ends]
    error = np.array([one.mean - truth for one in intervals])
    return Found(
        float(np.mean([one.low <= truth <= one.high for one in intervals])), float(error.mean() / error.std(ddof=1)),
        float(np.mean([found.winners["orders"] == OTHER for _, found in ends])), float(np.mean([n for n, _ in ends])),
    )  # fmt: skip


def power(values: np.ndarray, n: int) -> float:
    """Chance that a paired t test of n normal differences finds the true one (noncentral t, Johnson & Welch 1940)."""
    plain, other = (expected_orders(point) for point in points())
    spread = (values[:, 1, 0] - values[:, 0, 0]).std(ddof=1)
    critical = nct.isf(ALPHA / 2, n - 1, 0)
    return float(nct.sf(critical, n - 1, (other - plain) * math.sqrt(n) / spread))
