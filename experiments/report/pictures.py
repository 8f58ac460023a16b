"""The pictures of a comparison, drawn from its result files alone."""

from pathlib import Path

import numpy as np

from experiments.intervals import Interval, mean_interval
from experiments.measures import BY_KEY, JUDGED, REACHED
from experiments.report.results import Results, results_of
from experiments.report.style import INK, MUTED, RULE, page, save
from experiments.store import Store
from experiments.wording import grain, number, span, verdict

FOOTING = {"format": "like for like", "as_found": "as found", "same_money": "for the same money"}
FILES = {"orders": "orders.png", "profit_channel": "profit.png"}
UNITS = {"orders": "cars ordered a year", "profit_channel": "profit of the channel, million yuan a year"}
PARTIES = {"profit_maker": "maker", "profit_retailer": "retailers"}


def draw_all(folder: Path) -> list[Path]:
    """Draws every picture that the results in a folder allow, and says where they are."""
    store = Store(folder)
    results = results_of(store)
    drawn = [funnel_pair(results, folder / "funnel.png"), money(results, folder / "money.png")]
    if len(results.names) > 1:
        drawn = [forest(results, key, folder / FILES[key]) for key in JUDGED] + drawn
    return drawn


def forest(results: Results, key: str, path: Path) -> Path:
    """Paired differences from the first strategy on every basis: dots are replications, hollow means the interval holds 0."""
    rows = [(basis, name) for basis in results.outcomes for name in results.names[1:]]
    first = results.labels[results.names[0]]
    height = 1.75 + 0.5 * len(rows)
    subtitle = (
        f"Paired by replication, {results.n} of them (small dots). Large dot = mean, bar = {results.level} interval, hollow = it holds 0"
    )
    figure, (axes,) = page(8.4, height, forest_title(results, key), subtitle)
    figure.subplots_adjust(left=0.25, right=0.74, top=1 - 1.0 / height, bottom=0.55 / height)
    for row, (basis, name) in enumerate(rows):
        values = results.outcomes[basis][name][key] - results.outcomes[basis][results.names[0]][key]
        draw_row(axes, row, values, mean_interval(values, results.alpha), results.colours[name])
    axes.axvline(0, color=INK, lw=1)
    axes.set_yticks(range(len(rows)), [f"{results.labels[name]}, {FOOTING[basis]}" for basis, name in rows])
    axes.set_ylim(len(rows) - 0.5, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(f"Difference from {first} ({UNITS[key]})")
    return save(figure, path)


def draw_row(axes: object, row: int, values: np.ndarray, one: Interval, colour: str) -> None:
    """One row of a forest picture."""
    scatter = (np.arange(values.size) % 5 - 2) * 0.07
    axes.scatter(values, row + scatter, s=7, color=colour, alpha=0.35, lw=0, zorder=2)
    if one.n > 1:
        axes.errorbar(one.mean, row, xerr=one.half, color=colour, lw=2.4, capsize=4, capthick=2, zorder=3)
    axes.plot(one.mean, row, "o", ms=7, mfc=colour if one.sign else "white", mec=colour, mew=2, zorder=4)
    step = grain(one)
    text = f"{number(one.mean, step)}  [{span(one, ', ')}]" if one.n > 1 else number(one.mean, 0)
    weight = "bold" if one.sign else "normal"
    axes.text(1.03, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5, fontweight=weight)


def forest_title(results: Results, key: str) -> str:
    """The finding: what each strategy does against the first on every basis."""
    more, fewer = ("more orders", "fewer orders") if key == "orders" else ("more profit", "less profit")
    said = []
    for name in results.names[1:]:
        words = {basis: verdict(results.difference(basis, name, key), more, fewer) for basis in results.outcomes}
        same = len(set(words.values())) == 1
        told = next(iter(words.values())) if same else ", ".join(f"{word} {FOOTING[basis]}" for basis, word in words.items())
        said.append(f"{results.labels[name]} {told}")
    return f"Against {results.labels[results.names[0]]}: {'; '.join(said)}"


def funnel_pair(results: Results, path: Path) -> Path:
    """How many of 1,000 people ever reached each stage within the horizon, for the first and the last strategy."""
    basis = list(results.outcomes)[-1]
    pair = list(dict.fromkeys([results.names[0], results.names[-1]]))
    reached = {name: reached_of(results.outcomes[basis][name]) for name in pair}
    subtitle = f"People of 1,000 who ever reached each stage in {results.days} days, {FOOTING[basis]}; between the bars: who went on"
    figure, axes = page(8.4, 4.4, funnel_title(results, basis), subtitle, columns=len(pair))
    figure.subplots_adjust(left=0.13, right=0.98, top=0.80, bottom=0.03, wspace=0.06)
    for one, name in zip(axes, pair, strict=True):
        draw_funnel(one, reached[name], results.colours[name])
        one.set_title(results.labels[name], color=results.colours[name], fontweight="bold", fontsize=10.5)
    for k, one in enumerate(REACHED):
        axes[0].text(-0.57, k, one.words.capitalize(), ha="right", va="center", fontsize=9.5)
    return save(figure, path)


def funnel_title(results: Results, basis: str) -> str:
    """The finding: whether the last strategy turns more people into buyers than the first."""
    first, last = results.names[0], results.names[-1]
    if first == last:
        return f"How far people come under {results.labels[first]}"
    word = verdict(results.difference(basis, last, "reached_order"), "more", "fewer")
    if word == "no clear difference":
        return f"{results.labels[last]} and {results.labels[first]}: {word} in how many people become buyers"
    return f"{results.labels[last]}: {word} people become buyers than under {results.labels[first]}"


def reached_of(outcomes: dict[str, np.ndarray]) -> list[float]:
    """Shares of people who ever reached each stage, means over replications."""
    return [float(np.nanmean(outcomes[one.key])) for one in REACHED]


def draw_funnel(axes: object, reached: list[float], colour: str) -> None:
    """Bars of one funnel, each as wide as the share who reached it."""
    axes.axis("off")
    axes.set_xlim(-0.53, 0.53)
    axes.set_ylim(len(reached) - 0.5, -0.5)
    widths = [share / max(reached[0], 1e-12) for share in reached]
    for k, (share, width) in enumerate(zip(reached, widths, strict=True)):
        axes.barh(k, width, height=0.6, left=-width / 2, color=colour)
        inside = width > 0.2
        axes.text(0 if inside else width / 2 + 0.03, k, number(1000 * share, 1 if share > 0.1 else 0.1), va="center", fontweight="bold",
                  ha="center" if inside else "left", color="white" if inside else INK)  # fmt: skip
        if k + 1 < len(reached):
            after = widths[k + 1]
            axes.fill([-width / 2, width / 2, after / 2, -after / 2], [k + 0.3, k + 0.3, k + 0.7, k + 0.7], color=colour, alpha=0.15, lw=0)
            axes.text(0, k + 0.5, f"{reached[k + 1] / share:.0%}" if share else "-", ha="center", va="center", fontsize=8)


def money(results: Results, path: Path) -> Path:
    """Profit of maker and retailers under every strategy, with intervals, basis by basis."""
    bases = list(results.outcomes)
    subtitle = f"Million yuan a year after capital cost; bar = mean, line = {results.level} interval, {results.n} replications"
    height = 1.3 + 0.75 * len(results.names)
    figure, axes = page(8.4, height, money_title(results), subtitle, columns=len(bases))
    figure.subplots_adjust(left=0.12, right=0.96, top=1 - 0.95 / height, bottom=0.35 / height, wspace=0.12)
    reach = [0.0]
    for one, basis in zip(axes, bases, strict=True):
        reach += draw_money(one, results, basis)
        one.set_title(FOOTING[basis].capitalize(), fontsize=9.5, loc="left", color=MUTED)
    low, high = min(reach), max(reach)
    for k, one in enumerate(axes):
        one.set_xlim(low - 0.2 * (high - low), high + 0.28 * (high - low))
        one.set_yticks(range(len(results.names)), [results.labels[name] for name in results.names] if k == 0 else [])
    return save(figure, path)


def draw_money(axes: object, results: Results, basis: str) -> list[float]:
    """Two bars for each strategy, the maker's full and the retailers' light; returns the ends that must fit."""
    ends = []
    for row, name in enumerate(results.names):
        for k, (key, party) in enumerate(PARTIES.items()):
            one = mean_interval(results.outcomes[basis][name][key], results.alpha)
            y = row - 0.19 + 0.38 * k
            axes.barh(y, one.mean, height=0.34, color=results.colours[name], alpha=1.0 if k == 0 else 0.45)
            if one.n > 1:
                axes.errorbar(one.mean, y, xerr=one.half, color=INK, lw=1, capsize=2)
            end = one.high if one.n > 1 else one.mean
            axes.text(max(0.0, end), y, f"  {party} {number(one.mean, max(1.0, grain(one)))}", va="center", fontsize=8)
            ends += [end, one.low if one.n > 1 else one.mean]
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.axvline(0, color=INK, lw=1)
    axes.set_ylim(len(results.names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    return ends


def money_title(results: Results) -> str:
    """The finding: who clearly has the highest profit of the channel, basis by basis."""
    said = [f"{results.labels.get(name, 'no clear winner')} {FOOTING[basis]}" for basis, name in results.winners.items()]
    return f"Highest {BY_KEY['profit_channel'].words}: {', '.join(said)}" if len(results.names) > 1 else "Profit by party"
