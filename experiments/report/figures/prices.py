"""Price spread: how far apart the prices are that buyers pay for the same car, under every strategy."""

import numpy as np
from matplotlib.axes import Axes

from experiments.intervals import Interval
from experiments.report.results import Results
from experiments.report.style import INK, MUTED, SMALL, Drawing, canvas, marker_of, room, ruled
from experiments.wording import capital, plus_minus

SHOWN = (5, 25, 50, 75, 95)  # percentiles
BINS = 40
FEWEST = 3  # orders of a replication


def draw(results: Results) -> Drawing | None:
    """A hill of prices for each strategy with its percentiles below."""
    paid = {name: prices(results, name) for name in results.names}
    if any(one is None for one in paid.values()):
        return None
    everything = np.concatenate([values for runs in paid.values() for values in runs]) / 1000
    low, high = np.percentile(everything, [0.2, 99.8])
    low, high = (low - 0.02 * low, high + 0.02 * high) if high - low < 0.02 * low else (low, high)
    figure, (axes,) = canvas(0.75 + 0.78 * len(paid), (room(list(results.labels.values())), 2.3, 0.3, 0.45))
    told = [draw_row(axes, results, row, name, paid[name], np.linspace(low, high, BINS + 1)) for row, name in enumerate(paid)]
    axes.set_xlim(low - 0.02 * (high - low), high + 0.02 * (high - low))
    axes.set_ylim(len(paid) - 0.6, -0.75)
    axes.set_yticks(range(len(paid)), [results.labels[name] for name in paid])
    ruled(axes)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(results.say("price_axis"))
    for k, key in enumerate(("price_median", "price_spread")):
        at = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
        axes.annotate(results.say(key), (1, 1), xytext=(10 + 80 * k, 5), fontsize=SMALL, color=MUTED, **at)
    subtitle = results.say("price_subtitle", orders=f"{everything.size:,}", footing=results.footing(), resting=results.resting)
    return Drawing("prices", title(results), subtitle, "; ".join(told), figure)


def prices(results: Results, name: str) -> list[np.ndarray] | None:
    """Prices paid in every replication, yuan; None where they were not kept or there are hardly any."""
    runs = [one["price"][one["brand"] == 0] for one in results.of("orders", name)]
    return runs if runs and min(one.size for one in runs) >= FEWEST else None


def draw_row(axes: Axes, results: Results, row: int, name: str, runs: list[np.ndarray], edges: np.ndarray) -> str:
    """One strategy: the hill, its percentiles, and in numbers the median and the spread."""
    colour = results.colours[name]
    share = np.histogram(np.concatenate(runs) / 1000, edges)[0].astype(float)
    steps = np.repeat(share / max(1.0, share.max()), 2)
    if np.ptp(np.concatenate(runs)) > 1:
        axes.fill_between(np.repeat(edges, 2)[1:-1], row, row - 0.62 * steps, color=colour, alpha=0.3, lw=0)
    at = {k: results.interval(np.array([np.percentile(one, k) for one in runs]) / 1000) for k in SHOWN}
    for (a, b), wide in zip(((5, 95), (25, 75)), (1.2, 4.0), strict=True):
        axes.plot([at[a].mean, at[b].mean], [row + 0.12] * 2, color=colour, lw=wide, solid_capstyle="butt")
    axes.plot(at[50].mean, row + 0.12, marker_of(name), ms=6, mfc="white", mec=colour, mew=1.5)
    spread = results.interval(100 * np.array([spread_of(one) for one in runs]))
    texts = [plus_minus(at[50], 0.1), plus_minus(spread, 0.01, results.say("percent"))]
    for k, text in enumerate(texts):
        axes.annotate(text, (1, row), xycoords=axes.get_yaxis_transform(), xytext=(10 + 80 * k, 0), textcoords="offset points", va="center",
                      fontsize=SMALL, color=INK, annotation_clip=False)  # fmt: skip
    return f"{results.labels[name]}: {results.say('price_median')} {texts[0]}, {results.say('price_spread')} {texts[1]}"


def spread_of(values: np.ndarray) -> float:
    """Standard deviation against the mean; prices that differ by rounding alone do not differ."""
    share = values.std(ddof=1) / values.mean()
    return float(share) if share > 1e-9 else 0.0


def gap(results: Results, name: str) -> Interval:
    """How much larger the spread is than under the first strategy."""
    one, first = (np.array([spread_of(values) for values in prices(results, who)]) for who in (name, results.names[0]))
    return results.interval(one - first)


def title(results: Results) -> str:
    """The finding: under which strategies prices differ more from buyer to buyer."""
    if len(results.names) < 2:
        return results.say("price_title_one", who=results.labels[results.names[0]])
    return capital(results.grouped({name: gap(results, name).sign for name in results.names[1:]}, "spread"))
