"""Numbers and findings in words: the wording follows the interval, the rounding its width."""

import math

from experiments.intervals import Interval


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


def span(one: Interval, joint: str = " to ") -> str:
    """The two ends of an interval."""
    step = grain(one)
    return f"{number(one.low, step)}{joint}{number(one.high, step)}"


def with_interval(one: Interval) -> str:
    """A mean and its interval for a table cell: 1,840 [1,610, 2,070]."""
    if not math.isfinite(one.mean):
        return "-"
    if not math.isfinite(one.low):
        return number(one.mean, 0)
    if one.half == 0:
        return number(one.mean, 0)
    return f"{number(one.mean, grain(one))} [{span(one, ', ')}]"


def verdict(difference: Interval, more: str, fewer: str) -> str:
    """The one word that an interval of a difference allows: `more`, `fewer` or no clear difference."""
    return {1: more, -1: fewer, 0: "no clear difference"}[difference.sign]


def finding(who: str, whom: str, phrase: str, difference: Interval, level: str) -> str:
    """One sentence on the difference of `who` less `whom`; never a number without its interval.

    phrase  what happens, with places for a number and a word: "{} {} cars a year are sold|more|fewer|cars sold a year"
    level   how sure, in words: 95 %
    """
    happens, more, fewer, what = phrase.split("|")
    if not math.isfinite(difference.low):
        return f"too few replications to compare {what} under {who} and {whom}"
    if difference.sign == 0 and difference.half == 0:
        return f"exactly the same {what} under {who} and {whom}"
    if difference.sign == 0:
        return f"no clear difference in {what} between {who} and {whom} ({level} interval {span(difference)})"
    size = Interval(abs(difference.mean), *sorted((abs(difference.low), abs(difference.high))), difference.n)
    amount = happens.format(number(size.mean, grain(size)), verdict(difference, more, fewer))
    return f"under {who} {amount} than under {whom} ({level} interval {span(size)})"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
