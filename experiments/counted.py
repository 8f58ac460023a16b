"""Intervals of counts and shares of people over few replications: never narrower than chance among the people counted allows."""

import numpy as np
from scipy.special import betaincinv, gammaincinv

from experiments.intervals import ALPHA, Interval, mean_interval


def count_interval(counts: np.ndarray, alpha: float = ALPHA) -> Interval:
    """The mean count of a replication: the t interval, no narrower than the exact one of a Poisson total (Garwood 1936), never below 0."""
    counts = np.asarray(counts, float)
    total, n = counts.sum(), counts.size
    exact = (gammaincinv(total, alpha / 2) if total else 0.0) / n, gammaincinv(total + 1, 1 - alpha / 2) / n
    return hull(total / n, mean_interval(counts, alpha), exact, np.inf)


def share_interval(counts: np.ndarray, of: np.ndarray, alpha: float = ALPHA) -> Interval:
    """The share of people who are of a kind: the t interval over replications, no narrower than Clopper and Pearson's (1934), in 0..1."""
    counts, of = np.asarray(counts, float), np.asarray(of, float)
    k, n = counts.sum(), of.sum()
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, counts.size)
    exact = betaincinv(k, n - k + 1, alpha / 2) if k else 0.0, betaincinv(k + 1, n - k, 1 - alpha / 2) if k < n else 1.0
    each = np.divide(counts, of, out=np.full(counts.size, np.nan), where=of > 0)
    return hull(k / n, mean_interval(each, alpha), exact, 1.0)


def hull(mean: float, spread: Interval, exact: tuple[float, float], top: float) -> Interval:
    """The interval that holds both, between 0 and the top."""
    low, high = np.nanmin([spread.low, exact[0]]), np.nanmax([spread.high, exact[1]])
    return Interval(float(mean), float(max(0.0, low)), float(min(top, high)), spread.n)
