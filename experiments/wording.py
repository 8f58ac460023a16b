"""Numbers and findings in words, in English and Chinese: the wording follows the interval, the rounding its width.

Several differences are judged together: `claims` holds back a difference that Holm's correction among all pairs does not allow.
"""

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np

from experiments.intervals import Interval, holm, p_value
from experiments.language import catalogue, say


def grain(one: Interval) -> float:
    """The smallest step worth writing: it leaves two digits of half the interval, and no more than five of the mean."""
    half = max(one.half, 1e-3 * abs(one.mean))
    return 10.0 ** (math.floor(math.log10(half)) - 1) if half > 0 and math.isfinite(half) else 0.0


def number(value: float, step: float) -> str:
    """A number rounded to a step, with commas: 1,840; 0.053; -2.1."""
    if not math.isfinite(value):
        return "-"
    if step <= 0:
        return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{round(value / step) * step:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def figure(value: float) -> str:
    """A value of a number in at most four digits, whole where it is whole."""
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 10_000 else f"{value:.4g}"


def plus_minus(one: Interval, finest: float = 0.0, unit: str = "") -> str:
    """A number with half its interval: 1,840 ±230; without it where there is but one replication or it is less than the finest step."""
    if not np.isfinite(one.mean):
        return "-"
    if not np.isfinite(one.half) or one.half <= finest / 2:
        return f"{number(one.mean, finest if one.mean else 1.0)}{unit}"
    step = max(grain(one), finest)
    return f"{number(one.mean, step)}{unit} ±{number(one.half, step)}"


def span(one: Interval, joint: str | None = None, language: str = "en") -> str:
    """The two ends of an interval."""
    step = grain(one)
    return f"{number(one.low, step)}{catalogue('answer')['joint'][language] if joint is None else joint}{number(one.high, step)}"


def with_interval(one: Interval) -> str:
    """A mean and its interval for a table cell: 1,840 [1,610, 2,070]."""
    if not math.isfinite(one.mean):
        return "-"
    if not math.isfinite(one.low):
        return number(one.mean, 0)
    if one.half <= 1e-9 * abs(one.mean):  # the same in every replication
        return number(one.mean, 0)
    return f"{number(one.mean, grain(one))} [{span(one, ', ')}]"


def verdict(difference: Interval, more: str, fewer: str, language: str = "en") -> str:
    """The one word that an interval of a difference allows: `more`, `fewer` or no clear difference."""
    return {1: more, -1: fewer, 0: say("answer", "unclear", language)}[difference.sign]


def claims(values: Mapping[str, np.ndarray], alpha: float) -> dict[str, int]:
    """Which strategies clearly differ from the first in one outcome, and which way, all pairs judged together (Holm 1979).

    values  strategy -> (replication,); the first is what the others are compared with
    """
    names = list(values)
    pairs = list(combinations(names, 2))
    corrected = dict(zip(pairs, holm([p_value(values[a] - values[b]) for a, b in pairs]), strict=True))
    gaps = {name: float(np.nanmean(values[name] - values[names[0]])) for name in names[1:] if corrected[names[0], name] <= alpha}
    return {name: int(np.sign(gaps.get(name, 0.0))) for name in names[1:]}


def finding(
    who: str, whom: str, phrase: str, difference: Interval, level: str, language: str = "en", claimed: bool = True, yet: bool = False
) -> str:  # fmt: skip
    """One sentence on the difference of `who` less `whom`; never a number without its interval.

    phrase   what happens, with places for a number and a word: "{} {} cars a year are sold|more|fewer|cars sold a year"
    level    how sure, in words: 95 %
    claimed  whether the difference stands when all pairs are judged together
    yet      whether more replications are on their way: what is open is then "not clear yet"
    """
    happens, more, fewer, what = phrase.split("|")
    about = {"who": who, "whom": whom, "what": what, "level": level}
    if not math.isfinite(difference.low):
        return say("answer", "finding_few_yet" if yet else "finding_few", language, **about)
    if difference.sign == 0 and difference.half == 0:
        return say("answer", "finding_same", language, **about)
    if difference.sign == 0 or not claimed:
        key = "finding_not_alone" if difference.sign else "finding_unclear_yet" if yet else "finding_unclear"
        return say("answer", key, language, span=span(difference, language=language), **about)
    size = absolute(difference)
    amount = happens.format(number(size.mean, grain(size)), verdict(difference, more, fewer, language))
    return say("answer", "finding_differs", language, amount=amount, span=span(size, language=language), **about)


def absolute(one: Interval) -> Interval:
    """The size of a difference, whichever way it goes."""
    return Interval(abs(one.mean), *sorted((abs(one.low), abs(one.high))), one.n)


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
