"""Time to purchase with competing exits: from the day a need opens, who has ordered ours, a rival's, or put the need off."""

import numpy as np

from experiments.report.bands import band_of, banded, end_labels
from experiments.report.results import Columns, Results
from experiments.report.style import LARGE, Drawing, canvas, room, ruled
from experiments.wording import plus_minus

EXITS = {"ours": "buys", "rival": "rival closes need", "off": "puts need off"}
OPENS = "need opens"
POINTS = 32  # of a line
FINE = 7  # points
LONGEST = 365  # days after the need opened
FEWEST = 5  # needs that a replication must have


def draw(results: Results) -> Drawing | None:
    """Cumulative incidence of the three exits, side by side."""
    length = min(LONGEST, results.days - 1)
    curves = {name: incidences(results, name, length) for name in results.names}
    if length < 10 or any(one is None for one in curves.values()):
        return None
    days = np.unique(np.linspace(0, length, POINTS).round().astype(int))
    side = max(0.85, 1.06 * room(list(results.labels.values()), FINE))
    figure, axes = canvas(3.1, (0.55, side, 0.35, 0.5), 1, 3, (side + 0.32, 0))
    said = []
    for one, (k, exit_) in zip(axes, enumerate(EXITS), strict=True):
        ends = {name: banded(one, days, 100 * curve[:, k, days], name, results) for name, curve in curves.items()}
        one.set_xlim(0, length)
        one.set_ylim(0, max(1e-9, 1.08 * max(top(100 * curve[:, k, days], results.alpha) for curve in curves.values())))
        ruled(one, "y")
        one.set_title(results.say(f"exit_{exit_}"), fontsize=LARGE - 1, loc="left", fontweight="bold")
        one.set_xlabel(results.say("time_axis"))
        words = {name: plus_minus(results.interval(100 * curve[:, k, -1]), 0.01, results.say("percent")) for name, curve in curves.items()}
        end_labels(one, ends, {name: f"{results.labels[name]}\n{words[name]}" for name in curves}, results, FINE)
        said.append(
            f"{results.say(f'exit_{exit_}')}: "
            + results.say("comma").join(f"{results.labels[name]} {word}" for name, word in words.items())
        )
    axes[0].yaxis.set_label_text(results.say("time_share"))
    about = {"needs": f"{sum(one.shape[0] for one in needs_of(results, results.names[0])):,}", "days": length, "footing": results.footing()}
    subtitle = results.say("time_subtitle", resting=results.resting, **about)
    return Drawing("time", title(results, curves, length), subtitle, results.say("time_alt", days=length, rows="; ".join(said)), figure)


def top(runs: np.ndarray, alpha: float) -> float:
    """The highest point of a band."""
    mean, half = band_of(runs, alpha)
    return float(np.nanmax(mean + np.nan_to_num(half))) if np.isfinite(mean).any() else 0.0


def title(results: Results, curves: dict[str, np.ndarray], length: int) -> str:
    """The finding: under which strategy more needs end in our order."""
    first, last = results.names[0], results.names[-1]
    if first == last:
        return results.say("time_title_one", who=results.labels[first])
    sign = results.interval(curves[last][:, 0, -1] - curves[first][:, 0, -1]).sign
    return results.say(f"time_title_{sign}", who=results.labels[last], whom=results.labels[first], days=length)


def incidences(results: Results, name: str, length: int) -> np.ndarray | None:
    """Cumulative incidence (replication, exit, day) of one strategy; None where journeys were not kept or have hardly any need."""
    lives = needs_of(results, name)
    return np.stack([incidence(one, length) for one in lives]) if lives and min(one.shape[0] for one in lives) >= FEWEST else None


def needs_of(results: Results, name: str) -> list[np.ndarray]:
    """The needs of every replication."""
    return [needs(journeys, results.days) for journeys in results.of("journeys", name)]


def needs(journeys: Columns, days: int) -> np.ndarray:
    """Needs that opened in the horizon (need, 2): days until the exit or the end, and the exit's place in EXITS, -1 while open."""
    exits = {word: k for k, word in enumerate(EXITS.values())}
    out, opened, who = [], -1, -1
    for consumer, day, event in zip(journeys["consumer"], journeys["day"], journeys["event"], strict=True):
        if (consumer != who or event == OPENS) and opened >= 0:
            out.append((days - opened, -1))
            opened = -1
        who = consumer
        if event == OPENS:
            opened = day
        elif event in exits and opened >= 0:
            out.append((day - opened, exits[event]))
            opened = -1
    if opened >= 0:
        out.append((days - opened, -1))
    return np.array(out, int).reshape(-1, 2)


def incidence(spells: np.ndarray, length: int) -> np.ndarray:
    """Aalen and Johansen's estimate (exit, day 0..length): the open share before each day times the day's hazard of the exit, summed up."""
    durations, exits = spells.T
    left = np.bincount(np.minimum(durations, length + 1), minlength=length + 2)
    at_risk = durations.size - np.concatenate([[0], np.cumsum(left)[:-1]])[: length + 1]
    ends = np.stack([np.bincount(durations[(exits == k) & (durations <= length)], minlength=length + 1) for k in range(len(EXITS))])
    hazard = ends / np.maximum(1, at_risk)
    still = np.concatenate([[1.0], np.cumprod(1 - hazard.sum(axis=0))[:-1]])
    return np.cumsum(hazard * still, axis=1)
