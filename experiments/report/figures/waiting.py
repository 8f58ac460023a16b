"""Queue and waiting by week: days waited for a meeting, and people who leave the queue unmet."""

import numpy as np

from experiments.report.bands import banded, end_labels
from experiments.report.results import Columns, Results
from experiments.report.style import LARGE, Drawing, canvas, ruled
from experiments.wording import capital, plus_minus

WEEK = 7
MOST_POINTS = 54  # of a line; longer horizons are drawn in blocks of two or more weeks


def draw(results: Results) -> Drawing | None:
    """Two panels: the wait of those met, and the share who leave the queue."""
    block = WEEK * max(1, -(-(results.days // WEEK) // MOST_POINTS))
    if results.days < 4 * block or not all(results.of("daily", name) for name in results.names):
        return None
    series = {name: [by_block(one, block) for one in results.of("daily", name)] for name in results.names}
    figure, axes = canvas(4.7, (0.75, 1.75, 0.32, 0.5), 2, 1, (0, 0.55))
    weeks = (np.arange(results.days // block) + 0.5) * block / WEEK
    told = []
    for k, (one, key) in enumerate(zip(axes, ("wait_mean", "abandoned_share"), strict=True)):
        scale = 1.0 if k == 0 else 100.0
        ends = {name: banded(one, weeks, scale * np.stack([run[k] for run in runs]), name, results) for name, runs in series.items()}
        one.set_xlim(0, results.days / WEEK)
        one.set_ylim(0, None)
        ruled(one, "y")
        one.set_title(results.say(f"waiting_panel_{key}"), fontsize=LARGE - 1, loc="left", fontweight="bold")
        one.set_ylabel(results.say(f"waiting_axis_{key}"))
        means = {name: whole(results, name, k) for name in results.names}
        unit = "" if k == 0 else results.say("percent")
        words = {name: plus_minus(results.interval(scale * values), 0.01, unit) for name, values in means.items()}
        end_labels(one, ends, {name: f"{results.labels[name]}\n{words[name]}" for name in words}, results)
        told.append(
            f"{results.say(f'waiting_panel_{key}')}: " + ", ".join(f"{results.labels[name]} {word}" for name, word in words.items())
        )
    axes[1].set_xlabel(results.say("weeks_axis"))
    subtitle = results.say("waiting_subtitle", footing=results.footing(), every=every(results, block // WEEK), resting=results.resting)
    return Drawing("waiting", title(results), subtitle, "; ".join(told), figure)


def every(results: Results, weeks: int) -> str:
    """How long a point of a line stands for."""
    return results.say("waiting_week") if weeks == 1 else results.say("waiting_weeks", weeks=weeks)


def parts(day: Columns) -> tuple[np.ndarray, ...]:
    """Days waited, meetings, people who left and people who came, each day; simulated people and the rest of the market alike."""
    ours = day["brand"] == 0
    names = (
        ("waited", "background_waited"),
        ("meetings", "background_meetings"),
        ("abandoned", "background_abandoned"),
        ("arrivals", "background_arrivals"),
    )
    return tuple((day[a][ours] + day[b][ours])[1:].astype(float) for a, b in names)


def by_block(day: Columns, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean wait and share who left, block by block of days; NaN where nobody was met or came."""
    waited, met, left, came = (one[: one.size // block * block].reshape(-1, block).sum(axis=1) for one in parts(day))
    return divided(waited, met), divided(left, came)


def whole(results: Results, name: str, k: int) -> np.ndarray:
    """Mean wait or share who left over the whole horizon (replication,)."""
    sums = [[one.sum() for one in parts(day)] for day in results.of("daily", name)]
    return np.array([divided(*map(np.atleast_1d, one[2 * k : 2 * k + 2]))[0] for one in sums])


def divided(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, NaN where nothing is divided by."""
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)


def title(results: Results) -> str:
    """The finding: under which strategy people wait longer for a meeting."""
    first = results.names[0]
    if len(results.names) < 2:
        return results.say("waiting_title_one", who=results.labels[first])
    signs = {name: results.interval(whole(results, name, 0) - whole(results, first, 0)).sign for name in results.names[1:]}
    return capital(results.grouped(signs, "wait"))
