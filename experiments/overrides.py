"""What a command line asks for: `key=value` words sorted into choices of files, overrides of numbers, settings and folders.

Hydra's grammar is used for the values; its own messages never reach the user.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from experiments.dictionary import exists, groups, members, unknown, wrong_values
from experiments.files import GROUPS, leaves
from experiments.my_numbers import Mine, read_mine

FOLDER_KEYS = ("scenarios_dir", "hydra.searchpath")
ALIASES = {"reps": "replications", "engine.address": "address"}  # settings by another name
TEXTS = ("results", "strategies", "my", "out", "points", "address", "shard", "only", "x", "y", "outcome")  # settings that are never numbers
WHOLE = re.compile(r"[+-]?(0|[1-9][0-9_]*)")
REAL = re.compile(r"[+-]?((0|[1-9][0-9_]*)(\.[0-9_]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|nan)", re.IGNORECASE)


@dataclass
class Request:
    """A command line in parts, and what is wrong with it."""

    choices: dict[str, str] = field(default_factory=dict)  # group -> name of a file
    overrides: list[str] = field(default_factory=list)  # of market.* and strategy.*, as Hydra reads them
    settings: dict[str, object] = field(default_factory=dict)  # of the verb
    folders: list[str] = field(default_factory=list)  # the user's own scenario files
    errors: list[str] = field(default_factory=list)
    mine: Mine | None = None  # the numbers of my=FILE

    def words(self, strategy: str | None = None) -> list[str]:
        """The numbers that hold for a strategy: those of my=FILE, then those of the command line, which win."""
        return (self.mine.words(strategy) if self.mine else []) + self.overrides

    def overridden(self, prefix: str) -> list[str]:
        """The overrides under a path, for saying what applies to all strategies."""
        return [one for one in self.words() if one.startswith(prefix)]


def read(words: Sequence[str], settings: Sequence[str] = (), sweeps: bool = False) -> Request:
    """Sorts words such as `strategy.skill.closing=1`; faults are collected in the request, one sentence each.

    settings  the keys that the verb itself knows
    sweeps    whether several values of a key are wanted (-m)
    """
    request = Request()
    for word in words:
        key, equals, value = word.partition("=")
        key = ALIASES.get(key, key)
        if fault := bad_form(word, key, equals):
            request.errors.append(fault)
        elif key in FOLDER_KEYS:
            request.folders += [one.strip(" '\"").removeprefix("file://") for one in value.strip("[]").split(",") if one.strip()]
        elif key in settings:
            request.settings[key] = value if key in TEXTS else plain_value(value)
        elif key in GROUPS:
            request.choices[key] = value
        else:
            take_override(request, word, key, settings, sweeps)
    if path := request.settings.get("my"):
        request.mine = read_mine(str(path), request.folders, str(request.settings.get("lang")))
        request.errors += request.mine.errors
    return request


def bad_form(word: str, key: str, equals: str) -> str | None:
    """What is wrong with the shape of a word, before its key is looked up."""
    if key[:1] in ("+", "~"):
        bare = key.lstrip("+~").split("=")[0]
        how = f"write {bare}=... without '{key[0]}'" if key[0] == "+" else "to switch it off, write a value or null"
        return f"'{word}': every parameter exists already and none can be removed; {how}"
    if not equals:
        return f"'{word}' is not of the form key=value"
    if "${" in word:
        return f"'{word}': interpolations are not read; write the value out"
    return None


def take_override(request: Request, word: str, key: str, settings: Sequence[str], sweeps: bool) -> None:
    """Adds an override of a number to the request, or a sentence about what is wrong with it."""
    if not exists(key):
        near = get_close_matches(key, [*settings, *GROUPS, "scenarios_dir"], 1, 0.7)
        request.errors.append(f"unknown parameter '{key}'. Did you mean '{near[0]}'?" if near and "." not in key else unknown(key))
        return
    try:
        parsed = OverridesParser.create().parse_override(word)
    except HydraException:
        request.errors.append(f"'{word}': this value cannot be read; put it in quotes, such as {key}='\"...\"'")
        return
    if parsed.is_sweep_override() and not sweeps:
        request.errors.append(f"'{word}' has several values; add -m to run one after the other")
        return
    value = parsed.value()
    faults = wrong_group(key, value) or ([] if parsed.is_sweep_override() else wrong_values(key, value))
    request.errors += faults
    request.overrides += [] if faults else [word]


def wrong_group(key: str, value: object) -> list[str]:
    """What is wrong with the value given to a whole group of parameters, such as `strategy.skill={closing: 1}`."""
    if key not in groups():
        return []
    if not isinstance(value, dict):
        return [f"'{key}' is a group of parameters; give one of them a value: {', '.join(members(key))}"]
    return [unknown(path) for path, _ in leaves(value, key + ".") if not exists(path)]


def plain_value(text: str) -> object:
    """A setting's text as number, true, false, null or text; 012 stays text, so that it is refused."""
    named = {"true": True, "false": False, "null": None}
    if text.lower() in named:
        return named[text.lower()]
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if REAL.fullmatch(text) else text
