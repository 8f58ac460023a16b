"""What a parameter means, its unit and what it may be, in English and Chinese (words/parameters.yaml)."""

from fnmatch import fnmatchcase
from functools import cache

from experiments.language import catalogue, say
from sim.schema import Parameter, short


@cache
def entry_of(path: str) -> str:
    """The entry of words/parameters.yaml that a path belongs to; a * there stands for any one name."""
    known = catalogue("parameters")
    return path if path in known else next(key for key in known if fnmatchcase(path, key) and key.count(".") == path.count("."))


def meaning_of(one: Parameter, language: str) -> str:
    """What a parameter means."""
    return catalogue("parameters")[entry_of(one.path)][language]


def unit_of(one: Parameter, language: str) -> str:
    """The unit of a parameter; nothing for a word or a yes and no."""
    return catalogue("parameters")[f"unit {one.unit}"][language] if one.unit else ""


def allowed(one: Parameter, language: str, null: bool = True) -> str:
    """What a value may be, in words.

    null  whether null is named where it is allowed
    """
    if one.choices:
        words = say("explain", "one_of", language, words=", ".join(one.choices))
    elif one.kind in ("bool", "str"):
        words = say("explain", "yes_no" if one.kind == "bool" else "text", language)
    else:
        about = {"low": short(one.low), "high": short(one.high), "unit": unit_of(one, language)}
        words = say("explain", "whole" if one.kind == "int" else "number", language, **about)
    return say("explain", "or_null", language, words=words) if one.optional and null else words
