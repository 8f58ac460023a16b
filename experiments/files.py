"""Scenario files: which there are, and a strict look at those a user brings before Hydra reads them. Data only."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.dictionary import exists, unknown, wrong_values
from experiments.measures import BY_KEY
from sim.schema import ConfigError

SHIPPED = Path(__file__).resolve().parent.parent / "scenarios"
GROUPS = ("market", "strategy", "case", "theory")
NAMED = ("strategy", "case", "theory")  # their stems are unique, so that load("direct") needs no group
WIDEST, DEEPEST = 256 * 1024, 20  # bytes, levels
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
CASE_KEYS = ("baseline", "question", "question_zh", "outcome")  # what a case says of itself, beside its differences
OVERRIDES_GROUP = re.compile(r"override /(market|strategy)")
GLOBAL = re.compile(r"\A(\s*#.*\n)*\s*#\s*@package _global_\s*\n")
OPENED = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST + 1}}}")  # brackets one in the other, over which PyYAML takes a tenth of a second
CHANGES_TYPE = re.compile(r"[-+]?0[0-9_]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")  # YAML 1.1 reads 012 as 10, 12:30 as 750

Shelf = dict[str, dict[str, Path]]


def shelf(folders: Sequence[str] = ()) -> Shelf:
    """The files of every group by name: the shipped ones and those of the user's folders.

    Raises ConfigError with everything that is wrong in the user's folders.
    """
    found: Shelf = {group: named(SHIPPED / group) for group in GROUPS}
    errors: list[str] = []
    for folder in map(Path, folders):
        if not folder.is_dir():
            errors.append(f"the scenario folder '{folder}' does not exist")
            continue
        for group in GROUPS:
            for name, path in named(folder / group).items():
                if name in found[group] or (group in NAMED and any(name in found[other] for other in NAMED)):
                    errors.append(f"{path}: the name '{name}' is taken; a name is used once among strategies, cases and theories")
                found[group].setdefault(name, path)
                errors += faults(path, group)
    if errors:
        raise ConfigError(errors)
    return found


def named(folder: Path) -> dict[str, Path]:
    """The YAML files of a folder by name."""
    return {path.stem: path for path in sorted(folder.glob("*.yaml")) if NAME.fullmatch(path.stem)}


def choose(group: str, name: str, files: Shelf) -> list[str]:
    """One sentence if there is no file of that name, else none."""
    known = files[group]
    if name in known:
        return []
    near = get_close_matches(name, known, 1, 0.4) or [known_name for known_name in known if name in known_name]
    meant = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known) or 'none'}"
    return [f"unknown {group} '{name}'. {meant}"]


def faults(path: Path, group: str) -> list[str]:
    """What is wrong with a user's file, one sentence each; an empty list if Hydra may read it."""
    try:
        if path.stat().st_size > WIDEST:
            return [f"{path} is larger than {WIDEST // 1024} KiB"]
        text = path.read_text(encoding="utf-8")
        wrong = list(suspicious(text))
        tree = {} if wrong else OmegaConf.to_container(OmegaConf.create(text), resolve=False)
    except UnicodeDecodeError:
        return [f"{path} is not UTF-8 text"]
    except (yaml.YAMLError, OmegaConfBaseException, ValueError, OSError) as error:
        return [f"{path} is not YAML: {first_line(error)}"]
    if not wrong:
        wrong = list(out_of_place(tree, group, text))
    return [f"{path}: {one}" for one in wrong]


def first_line(error: Exception) -> str:
    """An error of a library in one line, with the place in the file where it is known."""
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error).strip().split("\n")[0]
    return f"{words} (line {mark.line + 1})" if mark else words


def suspicious(text: str) -> Iterator[str]:
    """What plain data never needs: depth, anchors, tags, interpolations, numbers that YAML reads as other numbers."""
    depth = 0
    if opened := OPENED.search(text):
        yield f"line {text.count(chr(10), 0, opened.start()) + 1} is nested deeper than {DEEPEST} levels"
        return
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield f"line {line} has an anchor or alias; write the values out"
        elif getattr(event, "tag", None):
            yield f"line {line} has the tag '{event.tag}'; only plain values are read"
        elif isinstance(event, yaml.ScalarEvent):
            if "${" in event.value:
                yield f"line {line} has an interpolation; write the value out"
            elif event.style is None and CHANGES_TYPE.fullmatch(event.value):
                yield f"line {line} has {event.value}, which YAML reads as another number; write it without leading zeros or colons"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield f"line {line} is nested deeper than {DEEPEST} levels"
            return


def out_of_place(tree: object, group: str, text: str) -> Iterator[str]:
    """Keys that a file of this group cannot have, and a missing first line of a case."""
    if not isinstance(tree, dict):
        yield f"it holds {type(tree).__name__}, not keys and values"
        return
    tree = dict(tree)
    yield from strange_defaults(tree.pop("defaults", []), group)
    if group in ("market", "strategy"):
        yield from strange_numbers(tree, f"{group}.")
        return
    if not GLOBAL.match(text):
        yield f"a {group} begins with the line '# @package _global_'"
    if group == "case":
        yield from strange_words({key: tree.pop(key) for key in CASE_KEYS if key in tree})
    yield from strange_numbers(tree, "")


def strange_numbers(tree: dict, prefix: str) -> Iterator[str]:
    """Keys that do not exist, and values that are not allowed."""
    for path, value in leaves(tree, prefix):
        yield from wrong_values(path, value) if exists(path) else [unknown(path)]


def strange_words(words: dict[str, object]) -> Iterator[str]:
    """What is wrong with what a case says of itself."""
    yield from (f"{key} is {value!r}; it is a text" for key, value in words.items() if not isinstance(value, str) or not value.strip())
    outcome = words.get("outcome", "orders")
    if isinstance(outcome, str) and outcome.strip() and outcome not in BY_KEY:
        near = get_close_matches(outcome, BY_KEY, 1, 0.4)
        meant = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(BY_KEY)}"
        yield f"unknown outcome '{outcome}'. {meant}"


def strange_defaults(defaults: object, group: str) -> Iterator[str]:
    """Lines of a `defaults` list that are neither `_self_` nor the name of a market or strategy to start from."""
    for line in defaults if isinstance(defaults, list) else [defaults]:
        if isinstance(line, str) and (line == "_self_" or (NAME.fullmatch(line) and group in ("market", "strategy"))):
            continue
        whole = isinstance(line, dict) and all(
            OVERRIDES_GROUP.fullmatch(str(key)) and isinstance(name, str) and NAME.fullmatch(name) for key, name in line.items()
        )
        if not whole or group in ("market", "strategy"):
            allowed = (
                "the name of a file beside it"
                if group in ("market", "strategy")
                else "'override /strategy: NAME' or 'override /market: NAME'"
            )
            yield f"defaults has {line!r}; it may have {allowed}, and '_self_'"


def leaves(tree: dict, prefix: str) -> Iterator[tuple[str, object]]:
    """The path and the value of every leaf of nested mappings; of a group that does not exist, only the group's."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict) and exists(path):
            yield from leaves(value, path + ".")
        else:
            yield path, value
