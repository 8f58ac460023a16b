"""What is wrong with a question, in both languages: the engine says it in English, words/faults.yaml has the same sentences in Chinese."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from experiments.language import LANGUAGES, catalogue, say

PLACE = re.compile(r"\\{(\w+)\\}")


def told(errors: Iterable[str]) -> dict[str, list[str]]:
    """Language -> the sentences."""
    errors = list(errors)
    return {language: [sentence(one, language) for one in errors] for language in LANGUAGES}


def sentence(fault: str, language: str) -> str:
    """An English sentence in a language; one without an entry is quoted."""
    if language == "en":
        return fault
    known = entry_of(fault)
    return say("faults", known[0], language, **known[1]) if known else say("faults", "strange", language, fault=fault)


def entry_of(fault: str) -> tuple[str, Mapping[str, str]] | None:
    """The entry that a sentence was made of, and what stands in its places, in Chinese."""
    for key, pattern in patterns().items():
        if key != "strange" and (found := pattern.fullmatch(fault)):
            return key, {name: inner(name, value) for name, value in found.groupdict().items()}
    return None


def inner(name: str, value: str) -> str:
    """What stands in a place: a phrase, a unit or a kind of file in Chinese, anything else as it is."""
    if name == "allowed" and (known := entry_of(value)):
        return say("faults", known[0], "zh", **known[1])
    key = {"unit": ("parameters", f"unit {value}"), "what": ("faults", f"what {value}")}.get(name)
    return catalogue(key[0])[key[1]]["zh"] if key and key[1] in catalogue(key[0]) else value


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Each entry as what its English sentences look like, in the order of the file."""
    return {key: re.compile(PLACE.sub(r"(?P<\1>.+?)", re.escape(entry["en"])), re.DOTALL) for key, entry in catalogue("faults").items()}
