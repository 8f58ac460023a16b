"""Which of several numbers move a result: elementary effects (Morris 1991), shares of variance (Saltelli 2010), one at a time.

Every method is a sample of the unit cube (settings, numbers) and a function from the results at it to a figure for each number.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from experiments.intervals import ALPHA, Interval, mean_interval

LEVELS = 4  # of Morris: each number takes 0, 1/3, 2/3 or 1; a step is 2/3
STEP = LEVELS / (2 * (LEVELS - 1))
DRAWS, ENDS = 1000, (ALPHA / 2, 1 - ALPHA / 2)  # of the bootstrap, and the quantiles that its interval goes between
Z = float(ndtri(1 - ALPHA / 2))


@dataclass(frozen=True)
class Index:
    """What one number does: how much it moves the result, and how much of that is not in proportion or with others."""

    main: Interval
    more: Interval


# ---- Morris ------------------------------------------------------------------------------------------------------------


def morris_sample(k: int, trajectories: int, rng: np.random.Generator) -> np.ndarray:
    """(trajectories x (k + 1), k): from a random point each number is moved once by a step, in random order."""
    low = (LEVELS // 2 - 1) / (LEVELS - 1)  # from at most here a step leads up
    out = np.empty((trajectories, k + 1, k))
    for path in out:
        path[:] = rng.integers(0, LEVELS, k) / (LEVELS - 1)
        for at, number in enumerate(rng.permutation(k), 1):
            path[at:, number] += STEP if path[0, number] <= low + 1e-9 else -STEP
    return out.reshape(-1, k)


def morris(sample: np.ndarray, y: np.ndarray) -> list[Index]:
    """Mean absolute elementary effect, over the whole range of a number, and the spread of the effects, each with its interval."""
    k = sample.shape[1]
    paths, results = sample.reshape(-1, k + 1, k), y.reshape(-1, k + 1)
    steps = np.diff(paths, axis=1)
    effects = np.zeros((len(paths), k))
    for at in range(k):
        rows, numbers = np.nonzero(np.abs(steps[:, at]) > 1e-9)
        effects[rows, numbers] = (results[rows, at + 1] - results[rows, at]) / steps[rows, at, numbers]
    return [Index(mean_interval(np.abs(one)), spread(one)) for one in effects.T]


def spread(values: np.ndarray) -> Interval:
    """The standard deviation, with an interval of a bootstrap."""
    draws = np.random.default_rng(0).choice(values, (DRAWS, len(values))).std(axis=1, ddof=1)
    return Interval(float(values.std(ddof=1)), *map(float, np.quantile(draws, ENDS)), len(values))


# ---- Sobol -------------------------------------------------------------------------------------------------------------


def sobol_sample(k: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """(samples x (k + 2), k): two independent samples A and B, then for each number A with its column of B."""
    from scipy.stats import qmc

    both = qmc.Sobol(2 * k, rng=rng).random(samples)
    a, b = both[:, :k], both[:, k:]
    mixed = np.repeat(a[None], k, axis=0)
    for number in range(k):
        mixed[number, :, number] = b[:, number]
    return np.concatenate([a, b, mixed.reshape(-1, k)])


def sobol(k: int, y: np.ndarray) -> list[Index]:
    """First-order and total shares of the variance of the result (Saltelli's and Jansen's estimators), with intervals of a bootstrap."""
    n = len(y) // (k + 2)
    y = y - y[: 2 * n].mean()
    a, b, mixed = y[:n], y[n : 2 * n], y[2 * n :].reshape(k, n)
    draws = np.vstack([np.arange(n), np.random.default_rng(0).integers(0, n, (DRAWS, n))])
    variance = np.concatenate([a[draws], b[draws]], axis=1).var(axis=1)
    out = []
    for one in mixed:
        first = (b * (one - a))[draws].mean(axis=1) / variance
        total = ((a - one) ** 2)[draws].mean(axis=1) / 2 / variance
        out.append(Index(*(Interval(float(v[0]), *map(float, np.quantile(v[1:], ENDS)), n) for v in (first, total))))
    return out


# ---- how often ---------------------------------------------------------------------------------------------------------


def share(won: np.ndarray) -> Interval:
    """The share of a sample that is true, with Wilson's interval."""
    n = len(won)
    if not n:
        return Interval(np.nan, np.nan, np.nan, 0)
    p = float(np.mean(won))
    centre, half = (p + Z**2 / (2 * n)) / (1 + Z**2 / n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n * n)) / (1 + Z**2 / n)
    return Interval(p, float(max(0, centre - half)), float(min(1, centre + half)), n)
