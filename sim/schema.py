"""What a number of the scenario is: default, unit, bounds, grade and source; and how a tree of values becomes a checked dataclass.

Nothing here knows the market: `sim/scenario.py` lists the numbers.
"""

import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

GRADES = {"M": "measured-literature", "I": "industry-report", "R": "recalled", "A": "assumption", "D": "definition"}


class ConfigError(ValueError):
    """Every error of a configuration at once, each a sentence that names the key, the value and what is allowed."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class Parameter:
    """One number (or word) of the scenario as people see it."""

    path: str
    kind: str  # int, float, bool or str
    default: Any
    unit: str
    low: float
    high: float
    grade: str  # one of the values of GRADES
    source: str  # id in scenarios/parameters.csv, or words
    meaning: str
    choices: tuple[str, ...] = ()
    optional: bool = False

    def allowed(self) -> str:
        """What a value may be, in words."""
        if self.choices:
            words = "one of " + ", ".join(self.choices)
        elif self.kind == "bool":
            words = "true or false"
        elif self.kind == "str":
            words = "a text"
        else:
            words = f"{'a whole number' if self.kind == 'int' else 'a number'} in {short(self.low)}..{short(self.high)} ({self.unit})"
        return words + (", or null" if self.optional else "")


def num(default, unit: str, low: float, high: float, grade: str, source: str, meaning: str) -> Any:
    """A number: default, unit, lowest and highest value, grade letter of GRADES, source id, meaning in a phrase."""
    return field(default=default, metadata=dict(unit=unit, low=low, high=high, grade=GRADES[grade], source=source, meaning=meaning))


def word(default: str | None, meaning: str, *choices: str) -> Any:
    """A text, or one of a few words."""
    return field(default=default, metadata=dict(unit="", low=0, high=0, grade=GRADES["D"], source="", meaning=meaning, choices=choices))


def group(cls: type, **values: Any) -> Any:
    """A group of numbers inside another, with defaults of its own where they differ."""
    return field(default_factory=lambda: cls(**values))


def several(cls: type, meaning: str) -> Any:
    """A list of groups, empty by default; its items are checked one by one."""
    return field(default=(), metadata=dict(of=cls, meaning=meaning))


def short(value: float) -> str:
    """A bound as people write it."""
    return f"{value:,.0f}".replace(",", "") if float(value).is_integer() and abs(value) < 1e15 else f"{value:g}"


@cache
def kind_of(cls: type, name: str) -> tuple[type, bool]:
    """The plain type of a field and whether it may be null."""
    hint = get_type_hints(cls)[name]
    if get_origin(hint) in (Union, types.UnionType):
        inner = [a for a in get_args(hint) if a is not type(None)]
        return inner[0], True
    return hint, False


def default_of(one: Field) -> Any:
    """The default of a field, group or number."""
    return one.default_factory() if one.default_factory is not MISSING else one.default


def parameters(cls: type, prefix: str = "", instance: Any = None) -> Iterator[Parameter]:
    """Every number under a group, depth first, with its path from the root."""
    for one in fields(cls):
        if "of" in one.metadata:
            continue  # as many as the list has items: they have no path of their own
        kind, optional = kind_of(cls, one.name)
        value = getattr(instance, one.name) if instance is not None else default_of(one)
        path = f"{prefix}{one.name}"
        if is_dataclass(kind):
            yield from parameters(kind, path + ".", value)
        else:
            about = dict(one.metadata)
            yield Parameter(path, kind.__name__, value, optional=optional, choices=about.pop("choices", ()), **about)


def lists(cls: type, prefix: str = "") -> dict[str, type]:
    """The path of every list under a group, and what its items are."""
    found = {f"{prefix}{one.name}": one.metadata["of"] for one in fields(cls) if "of" in one.metadata}
    for one in fields(cls):
        kind, _ = kind_of(cls, one.name)
        found |= lists(kind, f"{prefix}{one.name}.") if is_dataclass(kind) else {}
    return found


def plain(instance: Any) -> dict[str, Any]:
    """A group as nested dictionaries of numbers and words, ready for YAML or JSON."""
    out = {}
    for one in fields(instance):
        value = getattr(instance, one.name)
        out[one.name] = [plain(item) for item in value] if "of" in one.metadata else plain(value) if is_dataclass(value) else value
    return out


def build(cls: type, tree: Mapping[str, Any], prefix: str, errors: list[str]) -> Any:
    """A checked instance of a group from nested mappings; what is wrong is added to `errors`, one sentence each.

    tree    nested mappings; a key that is missing takes its default
    prefix  path of the group, for the sentences
    """
    values = {}
    known = {one.name: one for one in fields(cls)}
    for name in tree:
        if name not in known:
            errors.append(unknown(f"{prefix}{name}", [f"{prefix}{k}" for k in known]))
    for name, one in known.items():
        kind, optional = kind_of(cls, name)
        path = f"{prefix}{name}"
        given = tree.get(name, MISSING)
        if "of" in one.metadata:
            values[name] = () if given is MISSING else items(one.metadata["of"], given, path, errors)
        elif is_dataclass(kind):
            if given is MISSING or isinstance(given, Mapping):
                base = default_of(one)
                values[name] = build(kind, merged(plain(base), {} if given is MISSING else given), path + ".", errors)
            else:
                errors.append(f"{path} is {show(given)}; it is a group of keys: {', '.join(f.name for f in fields(kind))}")
        elif given is MISSING:
            values[name] = default_of(one)
        else:
            about = dict(one.metadata)
            parameter = Parameter(path, kind.__name__, one.default, optional=optional, choices=about.pop("choices", ()), **about)
            values[name] = checked(parameter, given, errors)
    return cls(**{k: values.get(k, default_of(f)) for k, f in known.items()})


def items(cls: type, given: Any, path: str, errors: list[str]) -> tuple:
    """The checked items of a list; a number of theirs without a default must be given."""
    keys = ", ".join(one.name for one in fields(cls))
    if not isinstance(given, list | tuple):
        errors.append(f"{path} is {show(given)}; it is a list, of items with the keys: {keys}")
        return ()
    out = []
    for k, item in enumerate(given):
        if not isinstance(item, Mapping):
            errors.append(f"{path}[{k}] is {show(item)}; it is a group of keys: {keys}")
            continue
        needed = [one.name for one in fields(cls) if one.default is None and not kind_of(cls, one.name)[1]]
        errors += [f"{path}[{k}] has no {name}; an item needs {', '.join(needed)}" for name in needed if name not in item]
        out.append(build(cls, item, f"{path}[{k}].", errors))
    return tuple(out)


def merged(base: dict, over: Mapping) -> dict:
    """`base` with the values of `over` laid on it, group by group."""
    out = dict(base)
    for key, value in over.items():
        inner = out.get(key)
        out[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return out


def checked(parameter: Parameter, value: Any, errors: list[str]) -> Any:
    """The value in the parameter's type, or its default and a sentence in `errors`."""
    wrong = f"{parameter.path} is {show(value)}; it is {parameter.allowed()}"
    if value is None and parameter.optional:
        return None
    if parameter.kind == "bool":
        if isinstance(value, bool):
            return value
    elif parameter.kind == "str":
        if isinstance(value, str) and (not parameter.choices or value in parameter.choices):
            return value
        if isinstance(value, str) and parameter.choices and (near := get_close_matches(value, parameter.choices, 1)):
            wrong += f". Did you mean '{near[0]}'?"
    elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        whole = parameter.kind == "int"
        if math.isfinite(value) and (not whole or float(value).is_integer()) and parameter.low <= value <= parameter.high:
            return int(value) if whole else float(value)
    errors.append(wrong)
    return parameter.default


def show(value: Any) -> str:
    """A value in a sentence, cut where it is long."""
    text = repr(value) if isinstance(value, str) else str(value)
    text = {"None": "null", "True": "true", "False": "false"}.get(text, text)
    return text if len(text) <= 60 else text[:57] + "..."


def unknown(path: str, known: list[str]) -> str:
    """The sentence for a key that does not exist, with the nearest one that does."""
    near = get_close_matches(path, known, 1, 0.6)
    return f"unknown parameter '{path}'" + (f". Did you mean '{near[0]}'?" if near else "")


@cache
def record_type(cls: type) -> np.dtype:
    """The NumPy record of a group: what a kernel reads by name. Words become the number of their choice.

    One object a group: a kernel recognises a type at once, and would compare an equal one name by name at every call.
    """
    parts: list[tuple] = []
    for one in fields(cls):
        if "of" in one.metadata:
            continue
        kind, _ = kind_of(cls, one.name)
        if is_dataclass(kind):
            parts.append((one.name, record_type(kind)))
        elif kind is not str or one.metadata.get("choices"):
            parts.append((one.name, np.int64 if kind in (int, str) else np.bool_ if kind is bool else np.float64))
    return np.dtype(parts, align=True)


def fill(row: Any, instance: Any) -> None:
    """Writes a group's values into its record; null is NaN, or -1 where the number is whole."""
    for (name, *_), value in zip(written(type(instance)), values_of(instance), strict=True):
        row[name] = value


def values_of(instance: Any) -> tuple:
    """A group's values in the order of its record, groups within it as tuples: NumPy takes them in one go."""
    return tuple(
        values_of(value) if missing is None else missing if value is None else choices.index(value) if choices else value
        for name, choices, missing in written(type(instance))
        for value in (getattr(instance, name),)
    )


@cache
def written(cls: type) -> tuple[tuple[str, tuple[str, ...], float | None], ...]:
    """What of a group stands in its record: each name, its choices if it is a word, and what stands for null, nothing for a group."""
    kind = record_type(cls)
    rows = []
    for one in fields(cls):
        if one.name in kind.names:
            group = kind[one.name].names is not None
            missing = None if group else np.nan if kind[one.name].kind == "f" else -1
            rows.append((one.name, tuple(one.metadata.get("choices", ())), missing))
    return tuple(rows)
