"""The S-curve: cars ordered since the first day, summed up, under every strategy."""

import numpy as np

from experiments.report.bands import banded, end_labels
from experiments.report.figures.forest import claimed
from experiments.report.results import Results
from experiments.report.style import Drawing, canvas, ruled
from experiments.wording import plus_minus

POINTS = 40  # of a line


def draw(results: Results) -> Drawing | None:
    """Cumulative orders with bands."""
    runs = {name: cumulated(results, name) for name in results.names}
    if any(one is None for one in runs.values()):
        return None
    days = np.unique(np.linspace(0, results.days, POINTS).round().astype(int))
    figure, (axes,) = canvas(3.4, (0.75, 1.75, 0.12, 0.5))
    ends = {name: banded(axes, days, run[:, days], name, results) for name, run in runs.items()}
    axes.set_xlim(0, results.days)
    axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))
    ruled(axes, "y")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(results.say("days_axis"))
    axes.set_ylabel(results.say("curve_axis"))
    totals = {name: plus_minus(results.interval(run[:, -1])) for name, run in runs.items()}
    end_labels(axes, ends, {name: f"{results.labels[name]}\n{totals[name]}" for name in runs}, results)
    subtitle = results.say("curve_subtitle", footing=results.footing(), resting=results.resting)
    told = results.say("semicolon").join(f"{results.labels[name]} {total}" for name, total in totals.items())
    return Drawing("curve", title(results), subtitle, results.say("curve_alt", days=results.days, rows=told), figure)


def cumulated(results: Results, name: str) -> np.ndarray | None:
    """Cars ordered up to every day (replication, day), of the whole market; None where nothing is known."""
    runs = [np.cumsum(one["orders"][one["brand"] == 0]) for one in results.of("daily", name)]
    return results.weight * np.stack(runs) if runs else None


def title(results: Results) -> str:
    """The finding: whether somebody is clearly ahead of the first at the end."""
    first = results.labels[results.names[0]]
    if len(results.names) < 2:
        return results.say("curve_title_one", who=first, days=results.days)
    signs = claimed(results, "orders")[results.basis]
    return results.say("curve_title", days=results.days, said=results.grouped(signs, "orders"))
