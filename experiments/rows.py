"""The lives of a replication as rows of Parquet tables, with words instead of codes."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from experiments.dictionary import dictionary
from experiments.identity import point_id
from sim.kpi import FAMILY_OF, UNITS, Values
from sim.records import EVENTS, PARTIES, PURPOSES
from sim.scenario import TIERS, TOUCHPOINTS
from sim.stages import Stage

if TYPE_CHECKING:
    from experiments.basis import Point
    from experiments.replicate import Life

TABLES = (
    "stocks", "flows", "books", "daily", "orders", "journeys", "outlets", "reach", "kpis", "touchpoints", "outcomes",
)  # fmt: skip  # in the order of writing
STAGES = [stage.name.lower() for stage in Stage]
TRACES = ("orders", "journeys", "outlets", "reach")  # tables that a life may lack
ARROW = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "str": pa.string()}
ONE_SETTING = {"": {}}  # of an experiment that sweeps nothing
LONG = ("kpis", "touchpoints")  # the same, of one figure a row
IN_WORDS = {
    "event": EVENTS, "from_stage": STAGES, "to_stage": STAGES, "tier": TIERS,
    "touchpoint": TOUCHPOINTS, "first_touch": TOUCHPOINTS, "lead_touch": TOUCHPOINTS,
    "last_touch": TOUCHPOINTS,
}  # fmt: skip


def tables_of(lives: Sequence["Life"]) -> list[str]:
    """The tables that a replication fills."""
    return [
        name for name in TABLES
        if (name not in TRACES or all(name in life.traces for life in lives))
        and (name not in LONG or all(getattr(life, name) for life in lives))
    ]  # fmt: skip


def table_of(name: str, lives: Sequence["Life"]) -> pa.Table:
    """One table of a replication: the rows of every strategy on every basis."""
    return pa.concat_tables([keyed(rows_of(name, life), life) for life in lives], promote_options="default")


def rows_of(table: str, life: "Life") -> pa.Table:
    """One life's rows of one table."""
    if table == "outcomes":
        return pa.table({name: [float(value)] for name, value in life.outcomes.items()})
    if table in TRACES:
        return trace_rows(life.traces[table])
    if table == "kpis":
        return kpi_rows(life.kpis)
    if table == "touchpoints":
        return pa.table({"touchpoint": words(np.arange(len(TOUCHPOINTS)), TOUCHPOINTS)} | life.touchpoints)
    if table == "books":
        return books_rows(life.books)
    if table == "stocks":
        days, brands = np.indices(life.stocks.shape[:2]).reshape(2, -1)
        people = life.stocks.reshape(-1, len(STAGES))
        return pa.table({"day": days, "brand": brands} | {stage: people[:, k] for k, stage in enumerate(STAGES)})
    if table == "daily":
        days, brands = np.indices(life.daily.shape).reshape(2, -1)
        return pa.table({"day": days, "brand": brands} | {name: life.daily[name].ravel() for name in life.daily.dtype.names})
    days, brands, origins, targets = np.nonzero(life.flows)
    moved = {"day": days, "brand": brands, "from": words(origins, STAGES), "to": words(targets, STAGES)}
    return pa.table(moved | {"people": life.flows[days, brands, origins, targets]})


def books_rows(books: np.ndarray) -> pa.Table:
    """Payments with the names of purposes and parties."""
    columns = {name: np.ascontiguousarray(books[name]) for name in books.dtype.names}
    columns |= {"purpose": words(books["purpose"], PURPOSES)}
    columns |= {side: words(books[side], PARTIES) for side in ("payer", "payee")}
    return pa.table(columns)


def kpi_rows(kpis: Mapping[str, tuple[Sequence[str], Values]]) -> pa.Table:
    """The four families in long format: family, KPI, unit, by what it is divided, part, value."""
    known = [(by, part, kpi, values[k]) for by, (parts, by_kpi) in kpis.items() for kpi, values in by_kpi.items()
             for k, part in enumerate(parts)]  # fmt: skip
    by, part, kpi, value = (list(column) for column in zip(*known, strict=True))
    family = [FAMILY_OF[one] for one in kpi]
    texts = {"family": family, "kpi": kpi, "unit": [UNITS[f][one] for f, one in zip(family, kpi, strict=True)], "by": by, "part": part}
    return pa.table(
        {name: pa.array(column).dictionary_encode() for name, column in texts.items()} | {"value": pa.array(value, pa.float64())}
    )


def trace_rows(rows: np.ndarray) -> pa.Table:
    """Rows of a trace with words instead of codes."""
    columns = {name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names}
    return pa.table({name: words(values, IN_WORDS[name]) if name in IN_WORDS else values for name, values in columns.items()})


def points_table(points: Sequence["Point"], settings: Mapping[str, Mapping[str, object]] = ONE_SETTING) -> pa.Table:
    """What is simulated, a line each, with the values that set it apart: once, not on every row of the results.

    points    of one setting after the other
    settings  name -> key -> value of what is swept
    """
    n = len(points) // len(settings)
    keys = {"setting": [name for name in settings for _ in range(n)]}
    keys |= {"basis": [point.basis for point in points], "strategy": [point.strategy for point in points]}
    columns = {"point": pa.array([point_id(point) for point in points])}
    columns |= {name: pa.array(words).dictionary_encode() for name, words in keys.items()}
    for key in next(iter(settings.values())):
        kind = ARROW[dictionary()[key.partition("@")[0]].kind]
        columns[key] = pa.array([values[key] for values in settings.values() for _ in range(n)], kind)
    return pa.table(columns)


def trial_table(points: Sequence["Point"], tried: Mapping[tuple[str, int], Sequence[Mapping[str, float]]]) -> pa.Table:
    """The outcomes of some replications of some settings; what a life lacks is not a number.

    points  of any setting, for the names of their bases and strategies
    tried   setting and replication -> outcomes of every point, in their order
    """
    n, rows = len(points), [row for by_point in tried.values() for row in by_point]
    code = np.tile(np.arange(n), len(tried))
    key = {"setting": pa.array([setting for setting, _ in tried for _ in range(n)]).dictionary_encode()}
    key |= {name: words(code, [getattr(point, name) for point in points]) for name in ("basis", "strategy")}
    key |= {"replication": pa.array([replication for _, replication in tried for _ in range(n)], pa.int32())}
    return pa.table(key | columns_of(rows)).unify_dictionaries()


def columns_of(rows: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    """Rows of figures by name as columns; what a row lacks is not a number."""
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    values = [list(row.values()) if list(row) == names else [row.get(name, np.nan) for name in names] for row in rows]
    return dict(zip(names, np.array(values, np.float64).reshape(len(rows), len(names)).T.copy(), strict=True))


def words(codes: np.ndarray, names: Sequence[str]) -> pa.DictionaryArray:
    """Codes as the words they stand for; a negative code stands for nothing."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=codes < 0), pa.array(list(names)))


def keyed(rows: pa.Table, life: "Life") -> pa.Table:
    """Rows with basis, strategy and replication in front."""
    n = rows.num_rows
    key = {"basis": words(np.zeros(n), [life.basis]), "strategy": words(np.zeros(n), [life.strategy])}
    key |= {"replication": pa.array(np.full(n, life.replication, np.int32))}
    return pa.table(key | {name: rows.column(name) for name in rows.column_names}).unify_dictionaries()
