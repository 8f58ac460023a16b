"""Words in English and Chinese: one file a subject in experiments/words/, each entry in both languages."""

from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("en", "zh")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, in C where PyYAML has it: eight times as fast
FOLDER = Path(__file__).parent / "words"


@cache
def catalogue(subject: str) -> dict[str, dict[str, str]]:
    """All entries of a subject: key -> language -> words with places for values."""
    return yaml.load((FOLDER / f"{subject}.yaml").read_text(encoding="utf-8"), Loader=LOADER)


def say(subject: str, key: str, language: str, **values: object) -> str:
    """An entry in a language, its places filled.

    Raises KeyError where the entry, the language or a place's value is missing.
    """
    return catalogue(subject)[key][language].format(**values)
