"""Paired differences from the first strategy, on every basis: dots are replications, a hollow dot means no clear difference."""

import numpy as np
from matplotlib.axes import Axes

from experiments.intervals import Interval
from experiments.measures import BY_KEY
from experiments.report.results import Results
from experiments.report.style import INK, MUTED, SMALL, Drawing, canvas, marker_of, room, ruled, whisker
from experiments.wording import capital, claims, grain, number, plus_minus, span

NAMES = {"orders": "orders", "profit": "profit_channel"}


def draw_orders(results: Results) -> Drawing | None:
    """The forest of cars ordered."""
    return draw(results, "orders")


def draw_profit(results: Results) -> Drawing | None:
    """The forest of the profit of the channel."""
    return draw(results, "profit")


def draw(results: Results, name: str) -> Drawing | None:
    """The forest of one judged outcome; none for a single strategy."""
    if len(results.names) < 2:
        return None
    key = NAMES[name]
    rows = [(basis, other) for basis in results.outcomes for other in results.names[1:]]
    height = 0.95 + 0.42 * len(rows)
    labels = [results.say("row", who=results.labels[other], footing=results.footing(basis)) for basis, other in rows]
    figure, (axes,) = canvas(height, (room(labels), 2.2, 0.3, 0.55))
    sure = claimed(results, key)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for row, (basis, other) in enumerate(rows):
        values = results.outcomes[basis][other][key] - results.outcomes[basis][results.names[0]][key]
        draw_row(axes, row, other, values, results.interval(values), results.colours[other], sure[basis][other] != 0)
    finish(axes, results, key, labels)
    told = [sentence(results, key, row) for row in rows]
    first = results.labels[results.names[0]]
    subtitle = results.say("forest_subtitle", first=first, resting=results.resting, n=results.n)
    return Drawing(name, title(results, key, sure), subtitle, results.say("forest_alt", first=first, rows="; ".join(told)), figure)


def finish(axes: Axes, results: Results, key: str, labels: list[str]) -> None:
    """Labels, the line of no difference and which side is which."""
    axes.axvline(0, color=INK, lw=1)
    axes.set_yticks(range(len(labels)), labels)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -0.12 * (high - low)), max(high, 0.12 * (high - low)))
    ruled(axes)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(results.say(f"forest_axis_{key}", first=results.labels[results.names[0]]))
    at = axes.get_xaxis_transform()
    for text, side, where in (("fewer_side", -1, "right"), ("more_side", 1, "left")):
        axes.annotate(results.say(f"{text}_{key}"), (0, 1), xycoords=at, xytext=(6 * side, 4), textcoords="offset points", ha=where,
                      fontsize=SMALL, color=MUTED, annotation_clip=False)  # fmt: skip


def draw_row(axes: Axes, row: int, name: str, values: np.ndarray, one: Interval, colour: str, sure: bool) -> None:
    """One row of a forest."""
    scatter = (np.arange(values.size) % 5 - 2) * 0.07
    axes.plot(values, row + scatter, ".", ms=4, color=colour, alpha=0.45, mew=0, zorder=2)
    if one.n > 1:
        whisker(axes, one.low, one.high, row, colour, 2.0, 7)
    axes.plot(one.mean, row, marker_of(name), ms=7, mfc=colour if sure else "white", mec=colour, mew=1.8, zorder=4)
    text = f"{number(one.mean, grain(one))}\u00a0 [{span(one, ', ')}]" if one.n > 1 else plus_minus(one)
    weight = "bold" if sure else "normal"
    axes.text(1.03, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5, fontweight=weight)


def claimed(results: Results, key: str) -> dict[str, dict[str, int]]:
    """Which strategies clearly differ from the first, and which way, all pairs of a basis judged together."""
    return {basis: claims({name: by[name][key] for name in results.names}, results.alpha) for basis, by in results.outcomes.items()}


def title(results: Results, key: str, sure: dict[str, dict[str, int]]) -> str:
    """The finding: who has clearly more or less than the first, on every basis."""
    told: dict[str, list[str]] = {}
    for basis, signs in sure.items():
        told.setdefault(results.grouped(signs, key), []).append(results.footing(basis))
    said = [results.say("forest_title", footing=capital(results.listed(bases)), said=words) for words, bases in told.items()]
    return results.say("sentences").join(said)


def sentence(results: Results, key: str, row: tuple[str, str]) -> str:
    """One row in words, for those who cannot see it."""
    basis, name = row
    who = results.say("row", who=results.labels[name], footing=results.footing(basis))
    return f"{who} {plus_minus(results.difference(basis, name, key))} {BY_KEY[key].in_unit(results.language)}"
