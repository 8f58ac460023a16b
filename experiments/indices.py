"""Which of several numbers move a result: elementary effects (Morris 1991) and shares of variance (Saltelli 2010), by SALib.

A sample is of the unit cube (settings, numbers); the same seed gives the same one, so that a study goes on where it stopped. SALib is
loaded only here, when it is needed: that takes seconds.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from experiments.intervals import ALPHA, Interval

LEVELS = 4  # of Morris: each number takes 0, 1/3, 2/3 or 1; a step is 2/3
MORRIS_DRAWS, SOBOL_DRAWS = 200, 1000  # of the bootstrap
ENDS = (ALPHA / 2, 1 - ALPHA / 2)  # quantiles that its interval goes between


@dataclass(frozen=True)
class Index:
    """What one number does: how much it moves the result, and how much of that is not in proportion or with others."""

    main: Interval
    more: Interval


def problem(k: int) -> dict:
    """The unit cube of k numbers in SALib's words."""
    return {"num_vars": k, "names": [str(one) for one in range(k)], "bounds": [[0.0, 1.0]] * k}


# ---- Morris ------------------------------------------------------------------------------------------------------------


def morris_sample(k: int, trajectories: int, seed: int) -> np.ndarray:
    """(trajectories x (k + 1), k): from a random point each number is moved once by a step, in random order."""
    from SALib.sample.morris import sample

    return sample(problem(k), trajectories, LEVELS, seed=seed)


def morris(sample: np.ndarray, y: np.ndarray) -> list[Index]:
    """Mean absolute elementary effect, over the whole range of a number, and the spread of the effects; a bootstrap draws trajectories."""
    k = sample.shape[1]
    rows = np.arange(len(y)).reshape(-1, k + 1)
    rng = np.random.default_rng(0)
    draws = [rows, *(rows[rng.integers(0, len(rows), len(rows))] for _ in range(MORRIS_DRAWS))]
    found = np.array([effects(sample[draw.ravel()], y[draw.ravel()]) for draw in draws])  # (draw, figure, number)
    return [Index(*(of_draws(found[:, figure, number], len(rows)) for figure in (0, 1))) for number in range(k)]


def effects(sample: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean absolute effect of every number, and the standard deviation of its effects."""
    from SALib.analyze.morris import analyze

    with warnings.catch_warnings(action="ignore"):  # about SALib's own bootstrap, which is not used
        found = analyze(problem(sample.shape[1]), sample, y, num_resamples=1, num_levels=LEVELS, seed=0)
    return np.asarray(found["mu_star"]), found["sigma"]


# ---- Sobol -------------------------------------------------------------------------------------------------------------


def sobol_sample(k: int, samples: int, seed: int) -> np.ndarray:
    """(samples x (k + 2), k): for every base point a point A, then for each number A with its value of B, then B; more contain fewer."""
    from SALib.sample.sobol import sample

    with warnings.catch_warnings(action="ignore"):  # about samples that are no power of two
        return sample(problem(k), samples, calc_second_order=False, seed=seed)


def worlds(k: int, settings: int) -> list[int]:
    """Where the independent points of a Sobol sample are: those of A and of B."""
    return [one for one in range(settings) if one % (k + 2) in (0, k + 1)]


def sobol(k: int, y: np.ndarray) -> list[Index]:
    """First-order and total shares of the variance of the result, with intervals of a bootstrap."""
    from SALib.analyze.sobol import analyze

    found = analyze(problem(k), y, calc_second_order=False, num_resamples=SOBOL_DRAWS, keep_resamples=True, seed=0)
    parts = [np.vstack([found[part], found[f"{part}_conf_all"]]) for part in ("S1", "ST")]
    return [Index(*(of_draws(one[:, number], len(y) // (k + 2)) for one in parts)) for number in range(k)]


# ---- intervals ---------------------------------------------------------------------------------------------------------


def of_draws(values: np.ndarray, n: int) -> Interval:
    """A figure, first, with the interval of those that the bootstrap drew."""
    return Interval(float(values[0]), *map(float, np.quantile(values[1:], ENDS)), n)


def share(won: np.ndarray) -> Interval:
    """The share of a sample that is true, with Wilson's interval."""
    from scipy.stats import binomtest

    ends = binomtest(int(won.sum()), len(won)).proportion_ci(1 - ALPHA, "wilson")
    return Interval(float(won.mean()), ends.low, ends.high, len(won))
