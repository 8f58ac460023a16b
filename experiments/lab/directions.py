"""What more of a lever does: measured by paired runs of less and more of it, stored, and said of the page's every number.

`python -m experiments.lab.directions [PATH ...] [worlds=16] [consumers=2500] [workers=0] [out=FILE]` lives what this engine has not
measured (or the levers that are named), halfway from the usual value to either end of the slider, under direct sales; what does nothing
clear there, under 4S dealers too. It writes directions.json as it goes, and goes on where it stopped.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from experiments.explain import value_in
from experiments.intervals import holm, p_value
from experiments.lab import kept
from experiments.lab.asked import question_of
from experiments.lab.levers import levers
from experiments.language import LANGUAGES, say
from experiments.measures import BY_KEY
from experiments.workers import side_by_side, stop
from sim.compiled import ENGINE
from sim.schema import ConfigError

STORED = Path(__file__).with_name("directions.json")
OUTCOMES = ("orders", "profit_channel", "leads", "wait_mean", "satisfaction")
STRATEGIES = ("direct", "dealer_4s")  # the second where nothing is clear under the first
CLEAR = 0.05  # of all levers and outcomes together (Holm)
OPTIONAL = (0.05, 0.15)  # of a slider: less and more of a number that the format decides
SAVED = 12  # levers


# ---- what is known ---------------------------------------------------------------------------------------------------


@cache
def signs() -> dict[str, dict[str, int]]:
    """Path of a lever -> outcome -> 1 or -1: what more of it clearly does, all of them judged together."""
    every = [(path, key, mean, p) for path, one in kept.read(STORED).items() for key, (mean, p) in one["gaps"].items()]
    out: dict[str, dict[str, int]] = {path: {} for path in kept.read(STORED)}
    for (path, key, mean, _), corrected in zip(every, holm([p for *_, p in every]), strict=True):
        if corrected <= CLEAR:
            out[path][key] = 1 if mean > 0 else -1
    return out


def with_directions() -> list[dict[str, object]]:
    """The levers of the page, each with what more of it does where that was measured."""
    return [one | {"direction": direction(str(one["path"]))} for one in levers()]


def direction(path: str) -> dict[str, str] | None:
    """What more of a lever does, in both languages; None where it was not measured."""
    if path not in kept.read(STORED):
        return None
    return {language: in_words(path, language) for language in LANGUAGES}


def in_words(path: str, language: str) -> str:
    """What more of a lever does, under which strategy, and between which values that was seen."""
    one, joint = kept.read(STORED)[path], say("lab", "more joint", language)
    ways = {way: joint.join(BY_KEY[key].name(language).strip() for key, sign in signs()[path].items() if sign == way) for way in (1, -1)}
    told = [say("lab", f"more {'up' if way > 0 else 'down'}", language, what=what) for way, what in ways.items() if what]
    about = {"strategy": say("lab", f"under {one['strategy']}", language), "less": f"{one['less']:,.4g}", "more": f"{one['more']:,.4g}"}
    return "".join(
        [say("lab", "more and", language).join(told) or say("lab", "more open", language), say("lab", "more seen", language, **about)]
    )


# ---- measuring -------------------------------------------------------------------------------------------------------


def measured(lever: Mapping[str, object], worlds: int, consumers: int) -> dict[str, object] | None:
    """What more of a lever does under the first strategy where that is clear, else under the last; None where it cannot be lived."""
    found = None
    for strategy in STRATEGIES:
        try:
            found = under(strategy, lever, worlds, consumers)
        except (ConfigError, RuntimeError, ValueError):
            continue
        if min(p for _, p in found["gaps"].values()) < CLEAR / 100 or lever["path"].startswith("market."):
            return found
    return found


def under(strategy: str, lever: Mapping[str, object], worlds: int, consumers: int) -> dict[str, object]:
    """The differences between more and less of a lever under a strategy.

    Raises ConfigError where either is not allowed.
    """
    from experiments.lab.worker import more

    sizes = {"a": strategy, "b": strategy, "basis": "as_found", "seeds": worlds, "consumers": consumers}
    path = str(lever["path"])
    less, much = ends(lever, value_in(question_of(sizes).points[0].scenario, path))
    market = path.startswith("market.")
    asked = [{"market": {path: one}} for one in (less, much)] if market else [{"set_a": {path: less}, "set_b": {path: much}}]
    points = tuple(point for one in asked for point in question_of(sizes | one).points[: 1 if market else 2])
    pairs = [[outcomes for _, outcomes in more(points, 1, k)] for k in range(worlds)]
    gaps = {key: np.array([after[key] - before[key] for before, after in pairs]) for key in OUTCOMES}
    told = {
        key: [float(f"{np.nanmean(gap) if np.isfinite(gap).any() else 0:.3g}"), float(f"{p_value(gap):.2g}")] for key, gap in gaps.items()
    }
    return {"engine": ENGINE, "strategy": strategy, "less": less, "more": much, "gaps": told}


def ends(lever: Mapping[str, object], usual: float | None) -> tuple[float, float]:
    """Less and more of a lever: halfway from its usual value to the ends of its slider."""
    low, high, _ = lever["slider"]
    if usual is None:
        values = [low + part * (high - low) for part in OPTIONAL]
    else:
        values = [(low + min(max(usual, low), high)) / 2, (high + min(max(usual, low), high)) / 2]
    less, more = (round(one) if lever["kind"] == "int" else float(f"{one:.4g}") for one in values)
    return less, more if more != less else more + 1


def main(words: Sequence[str]) -> int:
    """Measures what is not known of this engine yet, or what is named, and stores it as it goes."""
    names, told = kept.settings(words, worlds="16", consumers="2500", workers="0", out=str(STORED))
    known, out = {one["path"]: one for one in levers() if one["slider"]}, Path(told["out"])
    if strange := [name for name in names if name not in known]:
        print(f"no lever with a slider: {', '.join(strange)}", file=sys.stderr)
        return 2
    have = dict(kept.read(out))
    wanted = names or [path for path in known if have.get(path, {}).get("engine") != ENGINE]
    for begin in range(0, len(wanted), SAVED):
        some = wanted[begin : begin + SAVED]
        work = [(measured, (known[path], int(told["worlds"]), int(told["consumers"]))) for path in some]
        have |= {path: one for path, one in zip(some, side_by_side(work, int(told["workers"]))(), strict=True) if one}
        kept.write(out, have, known)
        print(f"{begin + len(some)} of {len(wanted)} levers measured", file=sys.stderr, flush=True)
    stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
