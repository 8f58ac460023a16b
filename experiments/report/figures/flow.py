"""Stage flow: who moves on, who falls back, who is lost and who comes round again, under the first and the last strategy."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from experiments.intervals import Interval
from experiments.language import say
from experiments.report.results import Results
from experiments.report.style import INK, LARGE, LIGHT, MUTED, WIDTH, Drawing, canvas, ink_of
from experiments.wording import plus_minus

ON = ("unaware", "aware", "interest", "consideration", "intent", "owner", "advocate")
PLACE = {stage: k for k, stage in enumerate(ON)}
BOX, TALL = 0.41, 0.2  # half a box, inches at 1.17 inches a step
STEP = 1.17
LOOP = "#B45309"
FINE = 7.5


@dataclass(frozen=True)
class Moves:
    """Moves of 1,000 people in the horizon, and who is where at its end; means with intervals."""

    between: dict[tuple[str, str], Interval]
    kept: Interval  # owners who looked again and kept their car
    lost: dict[str, Interval]
    again: Interval  # owners and advocates who look again
    stock: dict[str, Interval]


def draw(results: Results) -> Drawing | None:
    """The flow of the first and of the last strategy, one above the other."""
    moves = {name: moves_of(results, name) for name in results.pair}
    if any(one is None for one in moves.values()):
        return None
    figure, axes = canvas(2.62 * len(moves) + 0.1, (0.1, 0.1, 0.05, 0.05), len(moves), 1, (0, 0.1))
    thick = max(one.mean for move in moves.values() for one in move.between.values())
    for one, (name, move) in zip(axes, moves.items(), strict=True):
        draw_one(one, results, name, move, 0.16 / np.sqrt(thick or 1.0))
    subtitle = results.say("flow_subtitle", days=results.days, footing=results.footing(), resting=results.resting)
    told = results.say("semicolon").join(f"{results.labels[name]}: {words(results, move)}" for name, move in moves.items())
    return Drawing("flow", title(results, moves), subtitle, results.say("flow_alt", rows=told), figure)


def moves_of(results: Results, name: str) -> Moves | None:
    """The moves of one strategy; None where nothing is known."""
    lives, stocks, daily = (results.of(table, name) for table in ("flows", "stocks", "daily"))
    if not lives:
        return None
    each = [counted(flow, stock, day) for flow, stock, day in zip(lives, stocks, daily, strict=True)]
    means = {key: results.interval(np.array([one[key] for one in each])) for key in each[0]}
    pairs = {key[5:]: value for key, value in means.items() if key.startswith("move ")}
    between = {(one.split(" ")[0], one.split(" ")[1]): value for one, value in pairs.items()}
    lost = {one: means[f"lost {one}"] for one in ON[3:]}
    return Moves(between, means["kept"], lost, means["again"], {one: means[f"stock {one}"] for one in (*ON, "lost")})


def counted(flow: dict, stock: dict, day: dict) -> dict[str, float]:
    """Moves and stocks of one life, of 1,000 people."""
    ours = flow["brand"] == 0
    people: Counter[tuple[str, str]] = Counter()
    for origin, target, some in zip(flow["from"][ours], flow["to"][ours], flow["people"][ours].tolist(), strict=True):
        people[origin, target] += some
    last = np.flatnonzero(stock["brand"] == 0)[-1]
    factor = 1000.0 / sum(stock[one][last] for one in (*ON, "lost"))

    def between(a: str, b: str) -> float:
        return factor * float(people[a, b])

    orders = factor * float(day["orders"][day["brand"] == 0].sum())
    steps = list(pairwise(ON))
    back = [("aware", "unaware"), ("interest", "aware"), ("advocate", "owner"), ("lost", "aware")]
    out = {f"move {a} {b}": between(a, b) for a, b in (*steps, *back)}
    out["kept"] = between("consideration", "owner") + between("intent", "owner") - orders
    out["move intent owner"] = orders
    out["again"] = between("owner", "consideration") + between("advocate", "consideration")
    return (
        out
        | {f"lost {one}": between(one, "lost") for one in ON[3:]}
        | {f"stock {one}": factor * float(stock[one][last]) for one in (*ON, "lost")}
    )


def draw_one(axes: Axes, results: Results, name: str, moves: Moves, scale: float) -> None:
    """One strategy's flow; x and y are inches."""
    axes.axis("off")
    axes.set_xlim(-0.59, WIDTH - 0.2 - 0.59)
    axes.set_ylim(-1.12, 1.5)
    axes.text(-0.45, 1.33, results.labels[name], color=ink_of(results.colours[name]), fontweight="bold", fontsize=LARGE, va="center")
    for stage, k in PLACE.items():
        box(axes, k, name_of(stage, results), plus_minus(moves.stock[stage], 0.1), results.colours[name])
    for (a, b), one in moves.between.items():
        if a == "lost":
            rise(axes, PLACE[b], one, scale, results.say("flow_back_from_lost", n=plus_minus(one, 0.01)))
        elif PLACE[b] > PLACE[a]:
            onward(axes, PLACE[a], one, scale, results.colours[name])
        else:
            arch(axes, PLACE[a], PLACE[b], 0.42, thickness(one, scale), MUTED)
            axes.text(
                (PLACE[a] + PLACE[b]) / 2 * STEP,
                0.66 + thickness(one, scale) / 2,
                plus_minus(one, 0.01),
                ha="center",
                va="bottom",
                fontsize=FINE,
                color=MUTED,
            )
    for stage, one in moves.lost.items():
        fall(axes, PLACE[stage], one, scale, results.say("flow_lost", n=plus_minus(one, 0.01)))
    arch(axes, PLACE["owner"], PLACE["consideration"], 0.72, thickness(moves.again, scale), LOOP)
    text = results.say("flow_again", n=plus_minus(moves.again, 0.01), kept=plus_minus(moves.kept, 0.01))
    axes.text(4 * STEP, 1.02, text, ha="center", va="bottom", fontsize=8, color=LOOP, fontweight="bold")


def thickness(one: Interval, scale: float) -> float:
    """Inches of a ribbon: they grow with the square root of the number, so that few can be seen beside many."""
    return max(0.012, scale * np.sqrt(max(0.0, one.mean))) if one.mean > 0 else 0.0


def box(axes: Axes, k: int, words: str, number: str, colour: str) -> None:
    """A stage with its name and how many are in it at the end."""
    style = {"boxstyle": "round,pad=0,rounding_size=0.05", "fc": "white", "ec": colour, "lw": 1.3, "zorder": 4}
    axes.add_patch(FancyBboxPatch((k * STEP - BOX, -TALL), 2 * BOX, 2 * TALL, **style))
    axes.text(k * STEP, 0.085, words, ha="center", va="center", fontsize=FINE, fontweight="bold", zorder=5)
    axes.text(k * STEP, -0.09, number, ha="center", va="center", fontsize=FINE, color=MUTED, zorder=5)


def onward(axes: Axes, k: int, one: Interval, scale: float, colour: str) -> None:
    """A ribbon to the next stage and its number below."""
    w, x0, x1 = thickness(one, scale) / 2, k * STEP + BOX, (k + 1) * STEP - BOX
    if w > 0:
        tip = min(0.12, x1 - x0)
        axes.fill(
            [x0, x1 - tip, x1 - tip, x1, x1 - tip, x1 - tip, x0], [w, w, w + 0.05, 0, -w - 0.05, -w, -w], color=colour, alpha=0.85, lw=0
        )
    axes.text((x0 + x1) / 2, -0.3, plus_minus(one, 0.01), ha="center", va="center", fontsize=FINE, color=INK, fontweight="bold")


def arch(axes: Axes, origin: int, target: int, height: float, w: float, colour: str) -> None:
    """An arch above the boxes, back from one stage to another, with its head at the target."""
    if not w:
        return
    side = 0.14 * np.sign(origin - target)
    x0, x1, y = origin * STEP - side, target * STEP + side, TALL + 0.02
    rise_ = y + height * 1.2
    way = Path([(x0, y), (x0, rise_), (x1, rise_), (x1, y + 0.07)], [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    axes.add_patch(PathPatch(way, fc="none", ec=colour, lw=max(0.8, 72 * w), alpha=0.55, capstyle="butt"))
    h = 0.04 + 0.6 * w
    axes.fill([x1 - h, x1 + h, x1], [y + 0.09, y + 0.09, y], color=colour, lw=0)


def fall(axes: Axes, k: int, one: Interval, scale: float, words: str) -> None:
    """A grey ribbon down from a stage: who is lost."""
    w = thickness(one, scale) / 2
    if w:
        axes.fill([k * STEP - w, k * STEP + w, k * STEP + w, k * STEP + w + 0.05, k * STEP, k * STEP - w - 0.05, k * STEP - w],
                  [-TALL, -TALL, -0.68, -0.68, -0.78, -0.68, -0.68], color=LIGHT, lw=0)  # fmt: skip
    axes.text(k * STEP, -0.86, words, ha="center", va="center", fontsize=FINE, color=MUTED)


def rise(axes: Axes, k: int, one: Interval, scale: float, words: str) -> None:
    """A grey ribbon up to a stage: who was lost and comes back."""
    w = thickness(one, scale) / 2
    if w:
        axes.fill([k * STEP - w, k * STEP + w, k * STEP + w, k * STEP + w + 0.05, k * STEP, k * STEP - w - 0.05, k * STEP - w],
                  [-0.76, -0.76, -0.34, -0.34, -0.22, -0.34, -0.34], color=LIGHT, lw=0)  # fmt: skip
    axes.text(k * STEP, -0.86, words, ha="center", va="center", fontsize=FINE, color=MUTED)


def name_of(stage: str, results: Results) -> str:
    """A stage's name for people."""
    return say("stages", stage, results.language)


def words(results: Results, moves: Moves) -> str:
    """The moves in words and numbers."""
    some = [f"{name_of(a, results)} → {name_of(b, results)} {plus_minus(one, 0.01)}" for (a, b), one in moves.between.items()]
    lost = [f"{name_of(a, results)} → {name_of('lost', results)} {plus_minus(one, 0.01)}" for a, one in moves.lost.items()]
    again = results.say("flow_again", n=plus_minus(moves.again, 0.01), kept=plus_minus(moves.kept, 0.01))
    return results.say("comma").join([*some, *lost, again])


def title(results: Results, moves: dict[str, Moves]) -> str:
    """The finding: under which strategy more owners come round again."""
    first, last = results.pair[0], results.pair[-1]
    if first == last:
        return results.say("flow_title_one", who=results.labels[first])
    each = [
        [counted(*one)["again"] for one in zip(*(results.of(table, name) for table in ("flows", "stocks", "daily")), strict=True)]
        for name in results.pair
    ]
    sign = results.interval(np.array(each[1]) - np.array(each[0])).sign
    return results.say(f"flow_title_{sign}", who=results.labels[last], whom=results.labels[first])
