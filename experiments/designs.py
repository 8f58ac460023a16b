"""Which settings a sweep tries: every combination of values, values side by side, the lines of a file, or a sample that fills the space.

Values are written in Hydra's grammar: `key=1,2,3`, `key=range(0,1,0.25)`, `key=interval(0,1)`, `key=tag(log,interval(1,100))`.
"""

import csv
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from pathlib import Path

import numpy as np
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, IntervalSweep, Override, RangeSweep

from experiments.dictionary import dictionary, not_variable
from experiments.files import first_line
from experiments.overrides import plain_value
from sim.schema import ConfigError

SAMPLED = ("lhs", "sobol")
TOO_MANY = "more than there are keys"  # what a line of a file has beyond its keys
MOST = 1_000_000  # settings of a sweep

Values = dict[str, object]  # key -> value


@dataclass(frozen=True)
class Axis:
    """The values that one key may take: some, or all between two ends."""

    key: str
    values: tuple = ()
    ends: tuple[float, float] | None = None
    log: bool = False

    def at(self, share: np.ndarray) -> list:
        """The values at shares of the way (n,), each in [0, 1]: of some values each has as much of the way as any other."""
        if self.ends is None:
            return [self.values[min(int(u * len(self.values)), len(self.values) - 1)] for u in share]
        low, high = self.ends
        if dictionary()[self.key.partition("@")[0]].kind == "int":
            return [int(min(high, low + np.floor(u * (high - low + 1)))) for u in share]
        there = low * (high / low) ** share if self.log else low + (high - low) * share
        return [float(one) for one in there]


def swept(overrides: Sequence[str], errors: list[str]) -> tuple[list[str], list[Axis]]:
    """The overrides that have one value, and the axes of those that have several; what is wrong is added to `errors`."""
    fixed, axes = [], []
    for word in overrides:
        one = OverridesParser.create().parse_override(word)
        if not one.is_sweep_override():
            fixed.append(word)
        elif fault := not_variable(one.key_or_group):
            errors.append(fault)
        else:
            axes += axis_of(word, one, errors)
    return fixed, axes


def axis_of(word: str, one: Override, errors: list[str]) -> list[Axis]:
    """The axis of a key, if its values can be read."""
    key, value = one.key_or_group, one.value()
    if isinstance(value, IntervalSweep):
        ends, log = (float(value.start), float(value.end)), "log" in value.tags
        known = dictionary()[key]
        if known.kind not in ("int", "float"):
            errors.append(f"{word}: {key} is no number; write its values with commas")
        elif not known.low <= ends[0] < ends[1] <= known.high:
            errors.append(f"{word}: the ends must rise; {key} is {known.allowed()}")
        elif log and ends[0] <= 0:
            errors.append(f"{word}: a logarithmic interval begins above 0")
        else:
            return [Axis(key, ends=ends, log=log)]
        return []
    if isinstance(value, RangeSweep) and not value.step:
        errors.append(f"{word}: the step of a range is not 0")
    elif isinstance(value, ChoiceSweep | RangeSweep):
        found = [plain_value(text.strip("'\"")) for text in islice(one.sweep_string_iterator(), MOST)]
        return [Axis(key, tuple(dict.fromkeys(found)))]
    else:
        errors.append(f"{word}: write its values with commas, as range(from, to, step) or as interval(low, high)")
    return []


def spanned(name: str, text: str, errors: list[str]) -> Axis | None:
    """A number and its ends, `path:low..high`, or without ends; what is wrong is added to `errors`.

    name  of the setting that says so
    """
    path, _, span = text.partition(":")
    known, ends = dictionary().get(path), [plain_value(end) for end in span.split("..")]
    if not path:
        errors.append(f"{name} is empty; it is a number of the model, such as {name}=strategy.pull:-2..-1")
    elif fault := not_variable(path):
        errors.append(f"{name}: {fault}")
    elif known.kind not in ("int", "float"):
        errors.append(f"{name} is {path}, which is no number")
    elif not span:
        return Axis(path)
    elif len(ends) == 2 and all(isinstance(end, int | float) for end in ends) and known.low <= ends[0] < ends[1] <= known.high:
        return Axis(path, ends=(float(ends[0]), float(ends[1])))
    else:
        errors.append(f"{name} is {text}; it is {path}:low..high with rising ends, and {path} is {known.allowed()}")
    return None


def settings_of(design: str, axes: Sequence[Axis], samples: int, points: str, seed: int) -> list[Values]:
    """The settings of a design, each a value for every key.

    Raises ConfigError.
    """
    if design == "list":
        return listed_in(points, axes)
    if points:
        raise ConfigError([f"points={points} is read by design=list, not by design={design}"])
    if not axes:
        example = "strategy.pull=interval(-2,-1)" if design in SAMPLED else "strategy.pull=-2,-1.4,-1"
        raise ConfigError([f"design={design} needs at least one key with several values, such as {example}"])
    if design in SAMPLED:
        return sampled(design, axes, samples, seed)
    if without := [one.key for one in axes if one.ends]:
        how = "takes values with commas or a range; an interval is for lhs and sobol"
        raise ConfigError([f"{key}: design={design} {how}" for key in without])
    columns = [one.values for one in axes]
    if design == "zip":
        if len({len(column) for column in columns}) > 1:
            counts = ", ".join(f"{one.key} has {len(one.values)}" for one in axes)
            raise ConfigError([f"design=zip puts values side by side, so that every key needs as many: {counts}"])
        lines = zip(*columns, strict=True)
    else:
        few_enough(prod(map(len, columns)))
        lines = product(*columns)
    return [dict(zip([one.key for one in axes], line, strict=True)) for line in lines]


def few_enough(count: int) -> None:
    """Raises ConfigError where there are too many settings."""
    if count > MOST:
        raise ConfigError([f"this design has {count:,} settings; at most {MOST:,} are lived"])


def sampled(design: str, axes: Sequence[Axis], samples: int, seed: int) -> list[Values]:
    """A Latin hypercube, or scrambled Sobol points, of which more samples contain fewer."""
    from scipy.stats import qmc

    rng = np.random.default_rng(seed)
    if design == "lhs":
        shares = qmc.LatinHypercube(len(axes), rng=rng).random(samples)
    else:
        if samples & (samples - 1):
            below = 1 << samples.bit_length() - 1
            warnings.warn(f"samples={samples} is no power of two, at which Sobol points are balanced: {below} or {2 * below}", stacklevel=2)
        with warnings.catch_warnings(action="ignore"):
            shares = qmc.Sobol(len(axes), rng=rng).random(samples)
    return placed(axes, shares)


def placed(axes: Sequence[Axis], shares: np.ndarray) -> list[Values]:
    """The settings at points of the unit cube (settings, axes)."""
    columns = [one.at(shares[:, k]) for k, one in enumerate(axes)]
    return [dict(zip([one.key for one in axes], line, strict=True)) for line in zip(*columns, strict=True)]


def listed_in(path: str, axes: Sequence[Axis]) -> list[Values]:
    """The settings of a file: CSV or Parquet with a column for each key and a line for each setting.

    Raises ConfigError.
    """
    if axes:
        raise ConfigError([f"{one.key}: design=list takes its values from points=FILE; give one value here" for one in axes])
    if not path:
        raise ConfigError(["design=list needs points=FILE, a CSV or Parquet file with a column for each key and a line for each setting"])
    try:
        lines = read_lines(Path(path))
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise ConfigError([f"points: '{path}' cannot be read: {first_line(error)}"]) from None
    few_enough(len(lines))
    keys = [key for key in lines[0] if key != TOO_MANY] if lines else []
    errors = [f"{path}: {fault}" for key in keys if (fault := not_variable(str(key)))]
    if not lines:
        errors.append(f"{path} has no setting: a head with the keys, then a line for each setting")
    short = [k for k, one in enumerate(lines, 2) if path.endswith(".csv") and None in one.values()]
    errors += [f"{path}, line {k}: it has fewer values than the head has keys" for k in short]
    errors += [f"{path}, line {k}: it has more values than the head has keys" for k, one in enumerate(lines, 2) if TOO_MANY in one]
    if errors:
        raise ConfigError(errors[:10])
    return [{key: plain_value(value) if isinstance(value, str) else value for key, value in line.items()} for line in lines]


def read_lines(path: Path) -> list[Mapping[str, object]]:
    """The lines of a CSV or Parquet file by column."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path).to_pylist()
    with open(path, encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file, restkey=TOO_MANY)
        if twice := [key for key, count in Counter(lines.fieldnames or ()).items() if count > 1]:
            raise ValueError(f"{twice[0]} stands twice in its head")
        return list(lines)
