"""What the page says of its two sides after so many worlds: sentences, a table, the band of the S-curve; in both languages."""

from collections.abc import Mapping, Sequence

import numpy as np

from experiments.answer import inside, level_words
from experiments.intervals import ALPHA, Interval, looks, mean_interval
from experiments.lab.asked import SIDES, Question
from experiments.language import LANGUAGES, catalogue, say
from experiments.measures import BY_KEY, JUDGED, MAIN
from experiments.wording import capital, finding, with_interval

FIRST_LOOK = 5  # worlds
SHOWN = (*MAIN, "wait_mean", "utilisation", "referral_share")
World = tuple[Mapping[str, float], Mapping[str, float]]  # outcomes of both sides


def alpha_of(seeds: int) -> float:
    """Of each interval: 5 % shared among the planned looks (Bonferroni)."""
    return ALPHA / len(looks(FIRST_LOOK, seeds))


def looked(seeds: int, lived: int) -> int:
    """How many of the worlds lived so far the answer rests on: those of the last look; below the first, one.

    Of very few worlds the gaps in whole cars are now and then all alike: an interval without width that means nothing.
    """
    return max([1, *(one for one in looks(FIRST_LOOK, seeds) if FIRST_LOOK <= one <= lived)])


def differences(question: Question, worlds: Sequence[World], key: str) -> np.ndarray:
    """The second side less the first in each world, in the shown unit."""
    first, second = (shown(question, worlds, k, key) for k in range(2))
    return second - first


def shown(question: Question, worlds: Sequence[World], side: int, key: str) -> np.ndarray:
    """An outcome of a side in each world, in the shown unit."""
    return BY_KEY[key].shown(np.array([world[side][key] for world in worlds]), question.sizes.days)


def answer_of(question: Question, worlds: Sequence[World]) -> dict[str, object]:
    """The answer after the worlds lived so far, at the last planned look."""
    seeds = question.sizes.seeds
    used = worlds[: looked(seeds, len(worlds))]
    alpha = alpha_of(seeds)
    gaps = {key: mean_interval(differences(question, used, key), alpha) for key in JUDGED}
    return {
        "worlds": len(worlds),
        "planned": seeds,
        "rests": len(used),
        "told": {language: told(question, gaps, alpha, language) for language in LANGUAGES},
        "gaps": {key: {"mean": plain(gap.mean), "low": plain(gap.low), "high": plain(gap.high), "sign": gap.sign,
                       "unit": {one: BY_KEY[key].in_unit(one) for one in LANGUAGES}} for key, gap in gaps.items()},
        "rows": rows(question, used, alpha),
    }  # fmt: skip


def told(question: Question, gaps: Mapping[str, Interval], alpha: float, language: str) -> list[str]:
    """One sentence for each judged outcome."""
    first, second = (inside(question.labels[language][side]) for side in SIDES)
    level = level_words(alpha, language)
    stop = say("answer", "stop", language)
    return [
        capital(
            finding(*sorted_by(gap, first, second), catalogue("answer")[f"phrase_{key}"][language], away(gap), level, language, yet=True)
        )
        + stop
        for key, gap in gaps.items()
    ]


def sorted_by(gap: Interval, first: str, second: str) -> tuple[str, str]:
    """Who has more, then who has less; in the order of the sides where that is open."""
    return (first, second) if gap.sign < 0 else (second, first)


def away(gap: Interval) -> Interval:
    """The difference seen from who has more."""
    return Interval(-gap.mean, -gap.high, -gap.low, gap.n) if gap.sign < 0 else gap


def rows(question: Question, worlds: Sequence[World], alpha: float) -> list[dict[str, object]]:
    """Outcomes of both sides and their difference, each with its interval."""
    out = []
    for key in SHOWN:
        sides = [mean_interval(shown(question, worlds, k, key), alpha) for k in range(2)]
        gap = mean_interval(differences(question, worlds, key), alpha)
        if not any(np.isfinite(one.mean) for one in sides):
            continue
        out.append({
            "key": key, "name": {one: BY_KEY[key].name(one).strip() for one in LANGUAGES},
            "unit": {one: BY_KEY[key].in_unit(one) for one in LANGUAGES},
            "sides": [with_interval(one) for one in sides], "gap": with_interval(gap), "clear": gap.sign != 0,
        })  # fmt: skip
    return out


def plain(value: float) -> float | None:
    """A number that JSON has a place for."""
    return round(float(value), 4) if np.isfinite(value) else None


def bands(question: Question, curves: Sequence[Sequence[Sequence[float]]]) -> list[dict[str, list[float]]]:
    """Of each side the mean curve of cars ordered and the interval of the mean around it, frame by frame.

    curves  (world, side, frame)
    """
    used = curves[: looked(question.sizes.seeds, len(curves))]
    alpha, out = alpha_of(question.sizes.seeds), []
    for side in range(2):
        each = np.array([world[side] for world in used])
        about = [mean_interval(each[:, k], alpha) for k in range(each.shape[1])]
        out.append({"mean": [round(one.mean) for one in about], "low": [edge(one.low, one.mean) for one in about],
                    "high": [edge(one.high, one.mean) for one in about]})  # fmt: skip
    return out


def edge(value: float, mean: float) -> int:
    """An end of a band; where there is no interval yet, the line itself."""
    return round(value if np.isfinite(value) else mean)
