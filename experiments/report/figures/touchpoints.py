"""Conversion by first touchpoint: of 1,000 needs that each touchpoint was the first to reach, how many end in our order."""

from collections import Counter

import numpy as np
from matplotlib.axes import Axes

from experiments.analysis import winner
from experiments.intervals import Interval
from experiments.report.figures.purchase_time import EXITS, OPENS
from experiments.report.results import Columns, Results
from experiments.report.style import MUTED, SMALL, Drawing, canvas, ink_of, marker_of, ruled, whisker
from experiments.wording import plus_minus

FOLLOWED = 180  # days a need is followed to our order, as a lead is
FEWEST = 30  # needs over all replications that a row needs
TOUCHES = ("sees touchpoint", "hears good", "hears bad")


def draw(results: Results) -> Drawing | None:
    """A row for each touchpoint, a dot with its interval for the first and the last strategy."""
    follow = min(FOLLOWED, results.days // 2)
    found = conversions(results, follow)
    if found is None:
        return None
    shares = {touch: max(one[touch][0] for one in found.values() if touch in one) for one in found.values() for touch in one}
    rows = sorted(shares, key=lambda touch: (touch == "rest", -shares[touch]))
    if not rows:
        return None
    figure, (axes,) = canvas(0.8 + 0.4 * len(rows), (1.95, 1.35 * len(found) + 0.1, 0.3, 0.45))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    told, reach = [], [1e-9]
    for row, touch in enumerate(rows):
        for k, name in enumerate(found):
            if touch in found[name]:
                one = results.interval(found[name][touch][1])
                reach += [one.mean, one.high if one.n > 1 else one.mean]
                told.append(mark(axes, results, row, k, len(found), name, touch, one))
    labels = [results.say("touch_row", touch=touch_name(results, touch), share=f"{100 * shares[touch]:.0f}") for touch in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_xlim(0, 1.03 * np.nanmax(reach))
    ruled(axes)
    axes.set_xlabel(results.say("touch_axis"))
    for k, name in enumerate(found):
        at = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
        colour = ink_of(results.colours[name])
        axes.annotate(results.labels[name], (1, 1), xytext=(10 + 97 * k, 5), fontsize=9, fontweight="bold", color=colour, **at)
    subtitle = results.say("touch_subtitle", days=follow, footing=results.footing(), resting=results.resting)
    return Drawing("touchpoints", title(results, found), subtitle, results.say("touch_alt", rows="; ".join(told)), figure)


def mark(axes: Axes, results: Results, row: int, k: int, of: int, name: str, touch: str, one: Interval) -> str:
    """One dot with its interval, and its number at the right."""
    y, colour = row + (k - (of - 1) / 2) * 0.3, results.colours[name]
    if one.n > 1:
        whisker(axes, one.low, one.high, y, colour, 1.6, 5)
    axes.plot(one.mean, y, marker_of(name), ms=5.5, color=colour, zorder=4)
    text = plus_minus(one, 0.01)
    axes.annotate(text, (1, row), xycoords=axes.get_yaxis_transform(), xytext=(10 + 97 * k, 0), textcoords="offset points", va="center",
                  fontsize=SMALL, color=MUTED if one.n < 2 else ink_of(colour), annotation_clip=False)  # fmt: skip
    return f"{results.labels[name]}, {touch_name(results, touch)} {text}"


def conversions(results: Results, follow: int) -> dict[str, dict[str, tuple[float, np.ndarray]]] | None:
    """By strategy and touchpoint: share of all touched needs, and orders of 1,000 needs (replication,).

    The needs of the tracked sample stand for those of everybody, orders are everybody's. Touchpoints with few needs are told together.
    """
    last, needs, sold = results.days - follow, {}, {}
    for name in results.pair:
        journeys, orders, cities = (results.of(table, name) for table in ("journeys", "orders", "reach"))
        if not journeys or not len(journeys) == len(orders) == len(cities):
            return None
        needs[name] = [scaled(first_touched(one, last), city) for one, city in zip(journeys, cities, strict=True)]
        sold[name] = [bought(one, last, follow) for one in orders]
    touches = dict.fromkeys(touch for runs in needs.values() for one in runs for touch in one)
    kept = [touch for touch in touches if all(enough(runs, touch) for runs in needs.values())]
    return {name: rates(needs[name], sold[name], kept) for name in needs}


def scaled(counts: Counter, cities: Columns) -> dict[str, tuple[int, float]]:
    """Needs by touchpoint in the sample, and what they stand for among everybody."""
    factor = cities["people"].sum() / cities["tracked"].sum()
    return {touch: (count, count * factor) for touch, count in counts.items()}


def enough(runs: list[dict[str, tuple[int, float]]], touch: str) -> bool:
    """Whether a touchpoint has needs in every replication and enough in all."""
    return all(touch in one for one in runs) and sum(one[touch][0] for one in runs) >= FEWEST


def rates(needs: list[dict[str, tuple[int, float]]], sold: list[Counter], kept: list[str]) -> dict[str, tuple[float, np.ndarray]]:
    """Share of needs, and orders of 1,000 needs, of the touchpoints kept and of all others together."""
    total, out = sum(count for one in needs for count, _ in one.values()), {}
    for touch in [*kept, "rest"]:
        mine = {touch} if touch in kept else {one for run in (*needs, *sold) for one in run} - set(kept)
        base = np.array([sum(one[k][1] for k in mine if k in one) for one in needs])
        count = sum(one[k][0] for one in needs for k in mine if k in one)
        if count >= FEWEST and (base > 0).all():
            out[touch] = (count / total, 1000 * np.array([sum(one[k] for k in mine) for one in sold]) / base)
    return out


def first_touched(journeys: Columns, last: int) -> Counter:
    """Needs opened up to a day by their first touchpoint: what came after the opening day, or what made an unaware person aware."""
    out: Counter = Counter()
    who, touch, opened, ended = -1, None, -1, False
    ends = set(EXITS.values())
    for consumer, day, event, touchpoint in zip(*(journeys[key] for key in ("consumer", "day", "event", "touchpoint")), strict=True):
        if consumer != who or event == OPENS:
            out.update([touch] if touch and 0 <= opened <= last else [])
            touch, ended, opened = None, False, day if event == OPENS else -1
        who = consumer
        if opened >= 0 and not ended and (event == "notices" or (event in TOUCHES and touch is None and day > opened)):
            touch = touchpoint
        ended = ended or event in ends
    out.update([touch] if touch and 0 <= opened <= last else [])
    return out


def bought(orders: Columns, last: int, follow: int) -> Counter:
    """Orders of needs opened up to a day, given in time, by the first touchpoint of the need."""
    mine = (
        (orders["brand"] == 0) & (orders["need_day"] >= 1) & (orders["need_day"] <= last) & (orders["day"] - orders["need_day"] <= follow)
    )
    return Counter(touch for touch in orders["first_touch"][mine] if touch)


def touch_name(results: Results, touch: str) -> str:
    """A touchpoint's name for people."""
    return results.say(f"touch_{touch}")


def title(results: Results, found: dict[str, dict[str, tuple[float, np.ndarray]]]) -> str:
    """The finding: which first touchpoint clearly leads to an order most often, under each strategy drawn."""
    best = {
        name: winner({touch: values for touch, (_, values) in one.items() if touch != "rest"}, results.alpha) for name, one in found.items()
    }
    if len(set(best.values())) == 1:
        touch = next(iter(best.values()))
        return results.say("touch_title", touch=touch_name(results, touch)) if touch else results.say("touch_title_none")
    said = [
        results.say("touch_title_who", who=results.labels[name], touch=touch_name(results, touch) if touch else results.say("touch_none"))
        for name, touch in best.items()
    ]
    return results.say("touch_title_each", said=results.say("semicolon").join(said))
