"""Lines over time with the interval of their mean as a band, and labels at their right ends instead of a legend."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from scipy.special import stdtrit

from experiments.report.results import Results
from experiments.report.style import SMALL, apart, ink_of, line_of, marker_of


def band_of(runs: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and half interval at every point of runs (replication, point); points that a replication lacks are left out of it."""
    known = np.isfinite(runs)
    n = known.sum(axis=0)
    filled = np.where(known, runs, 0.0)
    mean = np.divide(filled.sum(axis=0), n, out=np.full(n.shape, np.nan), where=n > 0)
    spread = np.sqrt((np.where(known, runs - mean, 0.0) ** 2).sum(axis=0) / np.maximum(1, n - 1))
    half = np.where(n > 1, stdtrit(np.maximum(1, n - 1), 1 - alpha / 2) * spread / np.sqrt(np.maximum(1, n)), np.nan)
    return mean, half


def banded(axes: Axes, x: np.ndarray, runs: np.ndarray, name: str, results: Results) -> float:
    """One strategy's line with its band and four markers; returns the end of the line."""
    mean, half = band_of(runs, results.alpha)
    known = np.isfinite(mean)
    x, mean, half = x[known], mean[known], half[known]
    colour = results.colours[name]
    if np.isfinite(half).any():
        axes.fill_between(x, mean - half, mean + half, color=colour, alpha=0.16, lw=0)
    axes.plot(x, mean, **line_of(name, colour), marker=marker_of(name), ms=4.5, markevery=(x.size // 8, max(1, x.size // 4)))
    return float(mean[-1]) if mean.size else np.nan


def end_labels(axes: Axes, ends: Mapping[str, float], words: Mapping[str, str], results: Results, size: float = SMALL) -> None:
    """Says at the right end of every line whose it is; labels keep apart."""
    names = [name for name, end in ends.items() if np.isfinite(end)]
    figure = axes.figure
    tall = axes.get_position().height * figure.get_figheight() * 72
    low, high = axes.get_ylim()
    lines = max((words[name].count("\n") + 1 for name in names), default=1)
    room = 1.35 * size * lines * (high - low) / tall
    right = axes.get_xlim()[1]
    for name, y in zip(names, spread_within([ends[name] for name in names], room, low, high), strict=True):
        axes.annotate(words[name], (right, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=size, fontweight="bold",
                      color=ink_of(results.colours[name]), annotation_clip=False, linespacing=1.15)  # fmt: skip


def spread_within(wanted: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places of labels that keep apart and, where there is room, stay beside the axes."""
    places = apart(wanted, least)
    if not places:
        return places
    down = max(0.0, max(places) + least / 2 - high)
    up = max(0.0, low - min(places) + least / 2)
    return [one - down + (up if down == 0 else 0.0) for one in places]
