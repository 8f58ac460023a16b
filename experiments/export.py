"""`funnel export RESULTS`: one table of a results folder as one file, the swept values beside it, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from experiments.language import say
from experiments.parts import write_bytes, write_part
from experiments.results_folder import opened
from experiments.settings import Export
from experiments.store import Store
from sim.schema import ConfigError

FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet takes a text for a formula
KEYS = ("setting", "point", "basis", "strategy")


def export(words: Sequence[str]) -> int:
    """Writes the table that the words ask for and says where it is."""
    store, asked = opened(Export, words, "export")
    path = Path(asked.out or store.folder / f"{asked.table}.csv")
    if path.suffix not in (".csv", ".parquet"):
        raise ConfigError([f"out is '{path}'; its ending says the kind of file: .csv or .parquet"])
    rows = joined(store, asked.table)
    if path.suffix == ".csv":
        write_bytes(path, "".join(csv_lines(rows)).encode("utf-8-sig"))
    else:
        write_part(path, rows)
    print(say("batch", "exported", asked.lang, rows=rows.num_rows, table=asked.table, path=path))
    return 0


def joined(store: Store, name: str) -> pa.Table:
    """The rows of a table with the point and the swept values of each, in the order of the points, then of the replications.

    Raises ConfigError where no finished replication has the table.
    """
    rows = store.read_what_is_there(name)
    if rows is None:
        there = sorted(path.parent.name for path in store.folder.glob("*/*.parquet"))
        raise ConfigError([f"table is '{name}'; '{store.folder}' holds {', '.join(dict.fromkeys(there)) or 'no finished replication'}"])
    if "setting" not in rows.column_names:
        rows = rows.append_column("setting", pa.array([""] * rows.num_rows))
    points = store.points()
    swept = [column for column in points.column_names if column not in KEYS]
    columns = {column: rows[column].cast(pa.string()).to_pylist() for column in ("setting", "basis", "strategy")}
    place = {(row["setting"], row["basis"], row["strategy"]): k for k, row in enumerate(points.to_pylist())}
    where = pa.array([place[key] for key in zip(*columns.values(), strict=True)])
    known = points.take(where)
    out = {"point": known["point"]} | {column: pa.array(words) for column, words in columns.items()}
    out |= {column: known[column] for column in swept}
    rest = [column for column in rows.column_names if column not in KEYS]
    whole = pa.table(out | {column: rows[column] for column in rest} | {"place": where, "line": pa.array(range(rows.num_rows))})
    return whole.sort_by([("place", "ascending"), ("replication", "ascending"), ("line", "ascending")]).drop_columns(["place", "line"])


def csv_lines(rows: pa.Table) -> Iterator[str]:
    """A table as lines of CSV, head first; a text that a spreadsheet would take for a formula has an apostrophe in front."""

    class Line:
        """Takes what csv writes as it comes."""

        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Line())
    yield writer.writerow([safe(name) for name in rows.column_names])
    for batch in rows.to_batches(10_000):
        for line in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield writer.writerow([safe(value) for value in line])


def safe(value: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
