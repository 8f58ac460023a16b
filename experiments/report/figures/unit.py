"""Unit economics: what each party receives and pays for one delivered car, as a waterfall down to what is left."""

import numpy as np
from matplotlib.axes import Axes

from experiments.intervals import Interval
from experiments.language import say
from experiments.money import SHOWN
from experiments.report.results import Results
from experiments.report.style import INK, LARGE, LIGHT, MUTED, SMALL, Drawing, canvas, ink_of, ruled, whisker
from experiments.wording import plus_minus

SHARE_SHOWN = 0.012  # of the largest amount; smaller purposes are told together
FINEST = 0.1  # thousand yuan
PerCar = dict[str, dict[str, np.ndarray]]  # party -> purpose -> (replication,) thousand yuan a delivered car


def draw(results: Results) -> Drawing | None:
    """Waterfalls of the maker and of the retailers under the first and the last strategy."""
    cars = {name: per_car(results, name) for name in results.pair}
    if any(one is None for one in cars.values()):
        return None
    rows = {party: purposes([one[party] for one in cars.values()]) for party in SHOWN}
    rows = {party: some for party, some in rows.items() if some}
    inches = [0.2 * (len(some) + 1) for some in rows.values()]
    figure, axes = canvas(sum(inches) + 0.62 * len(rows) + 0.25, (1.62, 0.1, 0.5, 0.42), len(rows), len(cars), (0.12, 0.5),
                          heights=inches)  # fmt: skip
    told = []
    for k, (party, some) in enumerate(rows.items()):
        ends = [
            end for j, name in enumerate(cars) for end in draw_one(axes[k * len(cars) + j], results, cars[name][party], some, name, party)
        ]
        for j, name in enumerate(cars):
            finish(axes[k * len(cars) + j], results, some, ends, j == 0, not cars[name][party])
            told.append(words(results, cars[name][party], some, name, party))
    for j, name in enumerate(cars):
        axes[j].annotate(results.labels[name], (0.5, 1), xytext=(0, 19), xycoords="axes fraction", textcoords="offset points", ha="center",
                         fontsize=LARGE, fontweight="bold", color=ink_of(results.colours[name]))  # fmt: skip
        if cars[name][list(rows)[-1]]:
            axes[-len(cars) + j].set_xlabel(results.say("unit_axis"))
    subtitle = results.say("unit_subtitle", footing=results.footing(), resting=results.resting)
    return Drawing("unit", title(results), subtitle, "; ".join(told), figure)


def per_car(results: Results, name: str) -> PerCar | None:
    """Received less paid by party and purpose for each delivered car; None where no car was delivered in some replication."""
    delivered = results.outcomes[results.basis][name]["deliveries"]
    if not np.all(delivered > 0):
        return None
    mine = results.money[results.basis][name]
    return {party: {purpose: 1000 * values / delivered for (who, purpose), values in mine.items() if who == party} for party in SHOWN}


def purposes(parties: list[dict[str, np.ndarray]]) -> list[str]:
    """The purposes worth a row: what is received first, then what is paid, each from the largest."""
    size: dict[str, float] = {}
    for one in parties:
        for purpose, values in one.items():
            if abs(values.mean()) > abs(size.get(purpose, 0.0)):
                size[purpose] = float(values.mean())
    largest = max(map(abs, size.values()), default=0.0)
    shown = [purpose for purpose, value in size.items() if abs(value) >= SHARE_SHOWN * largest > 0]
    rest = ["other"] if any(0 < abs(value) < SHARE_SHOWN * largest for value in size.values()) else []
    return sorted(shown, key=lambda one: (size[one] < 0, -abs(size[one]), one)) + rest


def amounts(results: Results, money: dict[str, np.ndarray], rows: list[str]) -> tuple[list[Interval], Interval]:
    """The amount of every row, and what is left."""
    nothing = np.zeros(results.n)
    other = sum((values for purpose, values in money.items() if purpose not in rows), nothing)
    each = [other if one == "other" else money.get(one, nothing) for one in rows]
    return [results.interval(values) for values in each], results.interval(sum(money.values(), nothing))


def draw_one(axes: Axes, results: Results, money: dict[str, np.ndarray], rows: list[str], name: str, party: str) -> list[float]:
    """One party's waterfall; returns the ends that must fit."""
    axes.set_title(say("stages", party, results.language), fontsize=9, loc="left", color=MUTED)
    if not money:
        axes.text(0.5, 0.5, results.say("unit_nothing"), transform=axes.transAxes, ha="center", va="center", color=MUTED)
        return []
    each, left = amounts(results, money, rows)
    at, ends = 0.0, [0.0]
    axes.set_ylim(len(rows) + 0.5, -0.5)
    for row, one in enumerate([*each, left]):
        start = 0.0 if row == len(rows) else at
        colour = results.colours[name] if row == len(rows) else LIGHT if one.mean < 0 else MUTED
        axes.barh(row, one.mean, height=0.62, left=start, color=colour)
        at = start + one.mean
        if one.n > 1 and one.half > 0:
            whisker(axes, at - one.half, at + one.half, row, INK, 0.9)
        edge = max(start, at, at + (one.half if one.n > 1 else 0.0))
        bold = "bold" if row == len(rows) else "normal"
        text = plus_minus(one, FINEST) if row == len(rows) or rows[row] in money or rows[row] == "other" else "–"
        axes.text(edge, row, f"\u00a0\u00a0{text}", va="center", fontsize=SMALL - 0.5, fontweight=bold)
        ends += [edge, start, at]
    return ends


def finish(axes: Axes, results: Results, rows: list[str], ends: list[float], first: bool, empty: bool) -> None:
    """Labels and limits that both strategies share."""
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    axes.set_xlim(low - 0.03 * (high - low), high + 0.33 * (high - low))
    axes.set_ylim(len(rows) + 0.5, -0.5)
    names = [purpose_name(results, one) for one in rows] + [purpose_name(results, "left")]
    axes.set_yticks(range(len(names)), names if first else [], fontsize=8.5)
    ruled(axes)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.locator_params(axis="x", nbins=4)
    if empty:
        axes.grid(False)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    else:
        axes.axvline(0, color=INK, lw=0.8)


def purpose_name(results: Results, purpose: str) -> str:
    """A purpose's name for people."""
    return results.say("unit_other") if purpose == "other" else say("measures", f"purpose_{purpose}", results.language)


def words(results: Results, money: dict[str, np.ndarray], rows: list[str], name: str, party: str) -> str:
    """One waterfall in words."""
    head = f"{results.labels[name]}, {say('stages', party, results.language)}: "
    if not money:
        return head + results.say("unit_nothing")
    each, left = amounts(results, money, rows)
    return head + ", ".join(
        f"{purpose_name(results, row)} {plus_minus(one, FINEST)}" for row, one in zip([*rows, "left"], [*each, left], strict=True)
    )


def title(results: Results) -> str:
    """The finding: under which strategy more of a car is left for maker and retailers together."""
    first, last = results.pair[0], results.pair[-1]
    if first == last:
        return results.say("unit_title_one", who=results.labels[first])
    values = [results.outcomes[results.basis][name] for name in (first, last)]
    one, other = (by["profit_channel"] / by["deliveries"] for by in values)
    return results.say(f"unit_title_{results.interval(other - one).sign}", who=results.labels[last], whom=results.labels[first])
