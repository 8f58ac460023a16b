"""`my=my.csv`: a strategist's own numbers from a sheet that `funnel template` began. Its values become part of the scenarios.

Column `all` counts for the market and for every strategy, a column with a strategy's name for that strategy alone. Rows whose key begins
with `expect.` are no input: after the run the model is held against them (experiments/my_check.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from experiments.cells import TWICE, bare, decimal_sign, sheet, tidy, values_of
from experiments.dictionary import dictionary, exists, unknown
from experiments.files import choose, shelf
from experiments.language import LANGUAGES, say
from experiments.parameter_words import allowed
from sim.schema import ConfigError, Parameter, checked

ALL, KEY = "all", "key"
ABOUT = ("meaning", "unit", "default", "allowed", "note")  # columns for people
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
EXPECTED = {
    "expect.lead_to_sale": Parameter("expect.lead_to_sale", "float", 0.06, "share of leads", 0, 1, "definition", "", ""),
    "expect.cars_per_outlet_month": Parameter("expect.cars_per_outlet_month", "float", 55.0, "cars/month", 0, 10_000, "definition", "", ""),
}
NO_PERCENT = ("yuan", "days", "hours", "km", "years", "cars")


@dataclass
class Mine:
    """The numbers of a sheet, and what is wrong with them."""

    source: str
    values: dict[str, dict[str, object]] = field(default_factory=dict)  # column -> path -> value
    expected: dict[str, dict[str, float]] = field(default_factory=dict)  # column -> outcome -> value
    errors: list[str] = field(default_factory=list)

    def words(self, strategy: str | None) -> list[str]:
        """Overrides for one strategy: what counts for all, then its own."""
        mine = self.values.get(ALL, {}) | (self.values.get(strategy, {}) if strategy else {})
        return [f"{path}={as_word(value)}" for path, value in mine.items()]

    def strategies(self) -> list[str]:
        """The strategies with numbers of their own."""
        return [column for column in dict.fromkeys([*self.values, *self.expected]) if column != ALL]


@dataclass(frozen=True)
class Cell:
    """One value that somebody wrote, and where."""

    file: str
    row: int  # as Excel counts
    column: str
    key: str
    text: str
    sign: str  # the decimal sign of the sheet
    proven: bool  # whether other cells prove it
    language: str

    def wrong(self, why: str, **values: object) -> str:
        """One sentence that says where the cell is, what it holds and what is wrong."""
        where = say("template", "where", self.language, file=self.file, row=self.row, path=self.key, column=self.column, value=self.text)
        return where + say("template", why, self.language, **values)


def read_mine(path: str, folders: Sequence[str] = (), language: str = "en") -> Mine:
    """The numbers of a sheet; everything that is wrong with it is in its errors, one sentence each.

    folders  of the user's own scenario files, whose strategies may have columns
    """
    language, mine = language if language in LANGUAGES else "en", Mine(path)
    try:
        rows, separator = sheet(Path(path))
        cells = list(cells_of(rows, separator, Path(path).name, language, mine.errors))
        known = shelf(folders)
    except ConfigError as error:
        mine.errors += error.errors
        return mine
    for column in dict.fromkeys(cell.column for cell in cells if cell.column != ALL):
        mine.errors += [f"{Path(path).name}: {fault}" for fault in choose("strategy", column, known)]
    for cell in cells:
        take(cell, mine)
    return mine


def cells_of(rows: list[list[str]], separator: str, file: str, language: str, errors: list[str]) -> Iterator[Cell]:
    """Every value of a sheet; what is wrong with its head and its keys is added to the errors."""
    head = [column_of(cell) for cell in rows[0]] if rows else []
    wanted = [k for k, name in enumerate(head) if name and name != KEY and name not in ABOUT]
    if KEY not in head or not wanted:
        errors.append(say("template", "no_head", language, file=file))
        return
    filled = [tidy(row[k]) for row in rows[1:] for k in wanted if k < len(row)]
    proof = decimal_sign(iter(filled))
    sign, seen = proof or ("," if separator == ";" else "."), {}
    for number, row in enumerate(rows[1:], 2):
        key = tidy(row[head.index(KEY)]).lower() if len(row) > head.index(KEY) else ""
        given = [(head[k], tidy(row[k])) for k in wanted if k < len(row) and tidy(row[k])]
        if given and not key:
            errors.append(say("template", "no_key", language, file=file, row=number, value=given[0][1]))
        elif given and key in seen:
            errors.append(say("template", "twice", language, file=file, row=number, path=key, other=seen[key]))
        elif given:
            seen[key] = number
            yield from (Cell(file, number, column, key, text, sign, proof is not None, language) for column, text in given)


def column_of(cell: str) -> str:
    """The name that a head begins with: `direct` of `direct（直营）`, `key` of `Key`."""
    found = NAME.match(cell.strip().lstrip("\ufeff"))
    name = found[0] if found else ""
    return name.lower() if name.lower() in (ALL, KEY, *ABOUT) else name


def take(cell: Cell, mine: Mine) -> None:
    """Adds a cell's value to the numbers, or a sentence to the errors."""
    one = dictionary().get(cell.key) or EXPECTED.get(cell.key)
    if one is None:
        reason = unknown(cell.key) if not exists(cell.key) else f"'{cell.key}' is a group of parameters"
        mine.errors.append(f"{cell.file}, {say('template', 'row', cell.language, row=cell.row)}: {reason}")
        return
    if cell.key.startswith("market.") and cell.column != ALL:
        mine.errors.append(cell.wrong("of_market", all=ALL))
        return
    faults: list[str] = []
    value = value_of(cell, one, faults)
    if faults:
        mine.errors += faults
    elif cell.key in EXPECTED:
        mine.expected.setdefault(cell.column, {})[cell.key.removeprefix("expect.")] = value
    else:
        mine.values.setdefault(cell.column, {})[cell.key] = value


def value_of(cell: Cell, one: Parameter, faults: list[str]) -> object:
    """The value of a cell as its parameter wants it; what is wrong is added to the faults."""
    may_be = allowed(one, cell.language, null=False)
    if one.kind in ("str", "bool"):
        text = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}.get(cell.text.lower(), cell.text)
        value = checked(one, text if one.kind == "bool" else cell.text, refused := [])
        faults += [cell.wrong("not_allowed", allowed=may_be)] if refused else []
        return value
    if cell.text.endswith("%") and (one.kind == "int" or one.unit.startswith(NO_PERCENT)):
        faults.append(cell.wrong("percent", allowed=may_be))
        return one.default
    readings = values_of(cell.text, cell.sign)
    fitting = [value for value in readings if not refusals(one, value)]
    if not readings:
        faults.append(cell.wrong("no_number", allowed=may_be))
    elif not fitting:
        percent = one.high == 1 and 1 < abs(readings[0]) <= 100
        faults.append(cell.wrong("percent_meant" if percent else "not_allowed", allowed=may_be, percent=f"{readings[0]:g}%"))
    elif len(fitting) > 1 and not cell.proven and fitting[0] < fitting[1] and TWICE.fullmatch(bare(cell.text)[0]):
        faults.append(cell.wrong("two_ways", one=f"{fitting[0]:g}", other=f"{fitting[1]:.15g}"))
    return checked(one, fitting[0], []) if fitting else one.default


def refusals(one: Parameter, value: float) -> list[str]:
    """Why a parameter cannot have a value."""
    checked(replace(one, optional=False), value, refused := [])
    return refused


def as_word(value: object) -> str:
    """A value as Hydra reads it on the command line, exactly."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, int | float) else f"'{value}'"


def summary(mine: Mine, labels: Mapping[str, str], language: str = "en") -> Iterator[str]:
    """How many numbers of the sheet count for whom, and which were not used.

    labels  of the strategies that were simulated
    """
    market = sum(path.startswith("market.") for path in mine.values.get(ALL, {}))
    counts = {"market": market, ALL: len(mine.values.get(ALL, {})) - market}
    parts = [say("template", f"count_{who}", language, count=count) for who, count in counts.items() if count]
    own = {label: len(mine.values.get(name, {})) for name, label in labels.items()}
    parts += [say("template", "count_own", language, who=label, count=count) for label, count in own.items() if count]
    told = say("template", "joint", language).join(parts) if parts else say("template", "count_none", language)
    yield say("template", "used", language, file=mine.source, counts=told)
    if idle := [name for name in mine.strategies() if name not in labels]:
        yield say("template", "idle", language, names=", ".join(idle))
