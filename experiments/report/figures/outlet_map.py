"""Map of outlets, and how many people live near one by tier of city."""

import numpy as np
from matplotlib.axes import Axes

from experiments.intervals import Interval
from experiments.report.results import Columns, Results
from experiments.report.style import INK, LARGE, LIGHT, MUTED, SMALL, WIDTH, Drawing, canvas, ink_of, marker_of, room, ruled, whisker
from experiments.wording import capital, plus_minus

TIERS = ("tier1", "tier2", "tier3")
KILOMETRES = 200  # of the scale bar
SIZES = (0.25, 0.5, 0.75, 1.0)  # classes of cities by the root of their people, so that areas compare


def draw(results: Results) -> Drawing | None:
    """The map of the first and the last strategy in one replication, and below everybody's reach by tier over all of them."""
    if not all(results.of("outlets", name) and results.of("reach", name) for name in results.names):
        return None
    pair, rows = results.pair, len(results.names)
    figure, axes = canvas(4.0 + 0.24 * rows, (0.1, 0.1, 0.3, 0.9 + 0.24 * rows), 1, len(pair), (0.15, 0))
    for one, name in zip(axes, pair, strict=True):
        draw_map(one, results, name)
    told = bars(results, figure.get_figheight(), rows, figure)
    subtitle = results.say("map_subtitle", footing=results.footing(), resting=results.resting)
    return Drawing("map", title(results), subtitle, results.say("map_alt", rows="; ".join(told)), figure)


def draw_map(axes: Axes, results: Results, name: str) -> None:
    """Cities in grey, as large as their people are many, and on them the outlets."""
    cities, outlets = results.of("reach", name)[0], results.of("outlets", name)[0]
    ours = (outlets["brand"] == 0) & outlets["open"]
    size = np.sqrt(cities["people"] / cities["people"].max())
    for step in SIZES:
        mine = (size > step - 1 / len(SIZES)) & (size <= step)
        axes.plot(cities["x"][mine], cities["y"][mine], "o", ms=17 * step, color=LIGHT, alpha=0.55, mew=0)
    axes.plot(outlets["x"][ours], outlets["y"][ours], marker_of(name), ms=4, color=results.colours[name], mew=0.5, mec="white")
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    counts = [int((ours & (outlets["tier"] == tier)).sum()) for tier in TIERS]
    axes.set_title(
        results.say("map_outlets", who=results.labels[name], n=sum(counts)),
        color=ink_of(results.colours[name]),
        fontweight="bold",
        fontsize=LARGE,
    )
    x, y = cities["x"].min(), cities["y"].min()
    drop = 0.05 * (cities["y"].max() - y)
    axes.plot([x, x + KILOMETRES], [y - drop] * 2, color=MUTED, lw=1.2)
    axes.text(x + KILOMETRES / 2, y - 1.5 * drop, f"{KILOMETRES} km", ha="center", va="top", fontsize=7, color=MUTED)


def bars(results: Results, height: float, rows: int, figure: object) -> list[str]:
    """Reach by tier and in all for every strategy; returns it in words."""
    left = room(list(results.labels.values()))
    told, wide = [], (WIDTH - left - 0.15) / 4
    for k, tier in enumerate((*TIERS, "all")):
        one = figure.add_axes(((left + k * wide) / WIDTH, 0.42 / height, (wide - 0.12) / WIDTH, 0.24 * rows / height))
        one.set_ylim(rows - 0.5, -0.5)
        one.patch.set_visible(False)
        for row, name in enumerate(results.names):
            near = reach(results, name, tier)
            one.barh(row, near.mean, height=0.66, color=results.colours[name])
            if near.n > 1:
                whisker(one, near.low, near.high, row, INK, 0.9)
            text = plus_minus(near, 0.1, results.say("percent"))
            one.text((near.high if near.n > 1 and near.half else near.mean) + 4, row, text, va="center", fontsize=SMALL - 0.5)
            told.append(f"{results.labels[name]}, {results.say(f'map_{tier}')} {text}")
        one.set_xlim(0, 165)
        ruled(one)
        one.set_xticks([0, 50, 100])
        one.set_yticks(range(rows), [results.labels[name] for name in results.names] if k == 0 else [])
        one.set_title(results.say(f"map_{tier}"), fontsize=9, loc="left", color=MUTED)
        if k == 0:
            at = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
            one.annotate(results.say("map_axis"), (0, 0), xytext=(0, -17), va="top", fontsize=SMALL, **at)
    return told


def near_share(cities: Columns, tier: str) -> float:
    """Percent of the people of a tier, or of all, who live near an outlet."""
    mine = np.ones(cities["tier"].size, bool) if tier == "all" else cities["tier"] == tier
    people = cities["people"][mine].sum()
    return 100.0 * cities["near"][mine].sum() / people if people else np.nan


def reach(results: Results, name: str, tier: str) -> Interval:
    """The same over replications."""
    return results.interval(np.array([near_share(one, tier) for one in results.of("reach", name)]))


def title(results: Results) -> str:
    """The finding: whose outlets are near more people."""
    first = results.names[0]
    if len(results.names) < 2:
        return results.say("map_title_one", who=results.labels[first])
    base = [near_share(one, "all") for one in results.of("reach", first)]
    signs = {
        name: results.interval(np.array([near_share(one, "all") for one in results.of("reach", name)]) - base).sign
        for name in results.names[1:]
    }
    return capital(results.grouped(signs, "near"))
