"""Cohort heat map: of the needs that open in a month, how many have ended in our order so many months later."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from experiments.intervals import Interval
from experiments.report.bands import band_of
from experiments.report.results import Results
from experiments.report.style import LARGE, MUTED, SMALL, Drawing, canvas, ink_of
from experiments.wording import number, plus_minus

MONTH = 365 / 12
LATEST = 12  # months after
LEVELS = 6
BLUES = ("#eef2f6", "#cfdbe7", "#a3bfd6", "#6f9dc2", "#3a77a8", "#0f4c7d")  # one hue, light to dark


def draw(results: Results) -> Drawing | None:
    """The heat maps of the first and of the last strategy with one scale."""
    months = int(results.days / MONTH + 1e-9) - 1
    maps = {name: shares(results, name, months) for name in results.pair} if months >= 3 else {}
    if not maps or any(one is None for one in maps.values()):
        return None
    bands = {name: band_of(one.reshape(results.n, -1), results.alpha) for name, one in maps.items()}
    top = max(float(np.nanmax(mean)) for mean, _ in bands.values())
    if not top > 0:
        return None
    edges = np.linspace(0, top, LEVELS + 1)
    figure, axes = canvas(1.15 + min(3.2, 0.16 * months + 0.9), (0.7, 0.15, 0.3, 0.95), 1, len(maps), (0.35, 0))
    for k, (one, name) in enumerate(zip(axes, maps, strict=True)):
        paint(one, bands[name][0].reshape(months, -1), edges)
        one.set_title(results.labels[name], color=ink_of(results.colours[name]), fontweight="bold", fontsize=LARGE)
        one.set_xlabel(results.say("cohort_since"))
        if k == 0:
            one.set_ylabel(results.say("cohort_month"))
    key(figure, results, edges)
    halves = np.concatenate([half[np.isfinite(half)] for _, half in bands.values()])
    about = {"half": number(float(np.median(halves)), 0.1), "most": number(float(halves.max()), 0.1)} if halves.size else {}
    doubt = results.say("cohort_doubt", level=results.level, n=results.n, **about) if about else results.say("resting_one")
    ends = {name: settled(results, one) for name, one in maps.items()}
    told = "; ".join(f"{results.labels[name]} {plus_minus(results.interval(values), 0.01)}" for name, values in ends.items())
    subtitle = results.say("cohort_subtitle", footing=results.footing(), doubt=doubt)
    return Drawing("cohorts", title(results, ends), subtitle, results.say("cohort_alt", rows=told), figure)


def shares(results: Results, name: str, months: int) -> np.ndarray | None:
    """Orders so far of 1,000 needs (replication, month of need, months since); NaN beyond the horizon or where no need opened."""
    runs = []
    for orders, day in zip(results.of("orders", name), results.of("daily", name), strict=False):
        needs = np.bincount(month_of(day["day"][1:][day["brand"][1:] == 0]), day["needs"][1:][day["brand"][1:] == 0], minlength=months)[
            :months
        ]
        mine = (orders["brand"] == 0) & (orders["need_day"] >= 1)
        opened, since = month_of(orders["need_day"][mine]), ((orders["day"] - orders["need_day"])[mine] / MONTH).astype(int)
        table = np.zeros((months, min(LATEST, months)))
        inside = (opened < months) & (since < table.shape[1])
        np.add.at(table, (opened[inside], since[inside]), 1)
        share = 1000 * np.cumsum(table, axis=1) / np.where(needs > 0, needs, np.nan)[:, None]
        known = np.arange(months)[:, None] + np.arange(table.shape[1])[None, :] + 2 <= results.days / MONTH + 1e-9
        runs.append(np.where(known, share, np.nan))
    return np.stack(runs) if runs else None


def month_of(days: np.ndarray) -> np.ndarray:
    """The month of a day, from 0."""
    return ((np.asarray(days) - 1) / MONTH).astype(int)


def settled(results: Results, runs: np.ndarray) -> np.ndarray:
    """Orders of 1,000 needs three months on at the latest, mean over the months (replication,)."""
    column = min(2, runs.shape[2] - 1)
    while column > 0 and not np.isfinite(runs[:, :, column]).any():
        column -= 1
    return np.nanmean(runs[:, :, column], axis=1)


def paint(axes: Axes, mean: np.ndarray, edges: np.ndarray) -> None:
    """Cells by level, one path for each, neighbours of a level joined."""
    level = np.clip(np.searchsorted(edges, mean, side="left") - 1, 0, LEVELS - 1)
    for k, colour in enumerate(BLUES):
        runs = [run for row in range(mean.shape[0]) for run in runs_of((level[row] == k) & np.isfinite(mean[row]), row)]
        if runs:
            axes.add_patch(PathPatch(Path.make_compound_path(*runs), fc=colour, ec="none"))
    axes.set_xlim(0, mean.shape[1])
    axes.set_ylim(mean.shape[0], 0)
    axes.set_xticks(np.arange(0, mean.shape[1], 2) + 0.5, np.arange(0, mean.shape[1], 2) + 1)
    step = 1 if mean.shape[0] <= 12 else 3
    axes.set_yticks(np.arange(0, mean.shape[0], step) + 0.5, np.arange(0, mean.shape[0], step) + 1, fontsize=SMALL)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def runs_of(mask: np.ndarray, row: int) -> list[Path]:
    """Rectangles over neighbouring cells of a row."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [
        Path([(a, row), (b, row), (b, row + 1), (a, row + 1), (a, row)], closed=True) for a, b in zip(turns[::2], turns[1::2], strict=True)
    ]


def key(figure: Figure, results: Results, edges: np.ndarray) -> None:
    """What the colours mean, below the maps."""
    height = figure.get_figheight()
    strip = figure.add_axes((0.7 / 8.4, 0.2 / height, 3.0 / 8.4, 0.11 / height))
    for k, colour in enumerate(BLUES):
        strip.barh(0, 1, left=k, height=1, color=colour)
    strip.patch.set_visible(False)
    strip.set_xlim(0, LEVELS)
    strip.set_ylim(-0.5, 0.5)
    strip.set_yticks([])
    strip.set_xticks(range(LEVELS + 1), [number(edge, 0.1) for edge in edges], fontsize=7)
    strip.tick_params(length=0, pad=2)
    for spine in strip.spines.values():
        spine.set_visible(False)
    at = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
    strip.annotate(results.say("cohort_key"), (1, 0.5), xytext=(14, 0), va="center", fontsize=SMALL, color=MUTED, **at)


def title(results: Results, ends: dict[str, np.ndarray]) -> str:
    """The finding: under which strategy more of a month's needs end in an order."""
    first, last = results.pair[0], results.pair[-1]
    if first == last:
        return results.say("cohort_title_one", who=results.labels[first])
    one: Interval = results.interval(ends[last] - ends[first])
    return results.say(f"cohort_title_{one.sign}", who=results.labels[last], whom=results.labels[first])
