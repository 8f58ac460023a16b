"""Intervals of paired replications: Student's t, looks on the way, Holm's correction, what pairing is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ALPHA = 0.05
FEWEST = 5  # replications before a first look of several: two or three of counts may agree by chance, and seem to be exact


@dataclass(frozen=True)
class Interval:
    """A mean over replications and its interval; NaN where fewer than two are known."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.high - self.low) / 2

    @property
    def sign(self) -> int:
        """1 or -1 where the interval lies on one side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def times(self, factor: float) -> "Interval":
        """The same in another unit; the factor is positive."""
        return Interval(self.mean * factor, self.low * factor, self.high * factor, self.n)


def t_quantile(freedom: int, alpha: float) -> float:
    """Student's t that is exceeded, up or down, with probability alpha."""
    from scipy.special import stdtrit  # takes a fifth of a second, which a finished sweep does not need

    return float(stdtrit(freedom, 1 - alpha / 2))


def mean_interval(values: np.ndarray, alpha: float = ALPHA) -> Interval:
    """Mean and t interval of values (replication,); those that are not defined are left out."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    n = known.size
    if n < 2:
        return Interval(float(known.mean()) if n else np.nan, np.nan, np.nan, n)
    half = t_quantile(n - 1, alpha) * known.std(ddof=1) / np.sqrt(n)
    mean = known.mean()
    return Interval(float(mean), float(mean - half), float(mean + half), n)


def mean_intervals(values: np.ndarray, alpha: float = ALPHA) -> list[Interval]:
    """The same of every row of values (row, replication), at once where all are defined."""
    values = np.asarray(values, float)
    n = values.shape[1]
    if n < 2 or not np.isfinite(values).all():
        return [mean_interval(row, alpha) for row in values]
    mean, half = values.mean(axis=1), t_quantile(n - 1, alpha) * values.std(axis=1, ddof=1) / np.sqrt(n)
    return [Interval(*told, n) for told in zip(mean.tolist(), (mean - half).tolist(), (mean + half).tolist(), strict=True)]


def p_value(differences: np.ndarray) -> float:
    """Two-sided p of a paired t test that the mean difference is 0; 1 where nothing is known."""
    return float(p_values(np.asarray(differences, float)[np.newaxis])[0])


def p_values(differences: np.ndarray) -> np.ndarray:
    """The same of every row of differences (row, replication); those that are not defined are left out."""
    from scipy.special import stdtr

    known = np.isfinite(differences)
    n = np.count_nonzero(known, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.sum(differences, axis=1, where=known) / n
        spread = np.sqrt(np.sum((differences - mean[:, np.newaxis]) ** 2, axis=1, where=known) / (n - 1))
        p = 2 * stdtr(n - 1.0, -np.abs(mean) * np.sqrt(n) / spread)
    return np.where(n < 2, 1.0, np.where(spread == 0, np.where(mean == 0, 1.0, 0.0), p))


def holm(p_values: Sequence[float]) -> list[float]:
    """P values corrected for their number, step down (Holm 1979)."""
    order, corrected, largest = np.argsort(p_values, kind="stable"), [0.0] * len(p_values), 0.0
    for rank, k in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[k]))
        corrected[k] = largest
    return corrected


def looks(first: int, cap: int) -> list[int]:
    """Numbers of replications after which the intervals are looked at: the first, but five at least, doubled until the cap."""
    out = [min(max(first, FEWEST), cap) if first < cap else cap]
    while out[-1] < cap:
        out.append(min(2 * out[-1], cap))
    return out


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Realised correlation of two strategies over replications; NaN where one does not vary."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.size < 3 or a.std() == 0 or b.std() == 0:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])


def variance_reduction(a: np.ndarray, b: np.ndarray) -> float:
    """How many times smaller the variance of the paired difference is than with independent luck; NaN where it has none."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.size < 2:
        return np.nan
    independent, paired = np.var(a, ddof=1) + np.var(b, ddof=1), np.var(a - b, ddof=1)
    return float(independent / paired) if paired > 1e-12 * independent else np.nan
