"""The outcomes of many settings as arrays, and who leads in each."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.analysis import Outcomes
from experiments.measures import BY_KEY

KEYS = ("setting", "basis", "strategy", "replication")


def by_setting(rows: pa.Table, outcomes: Iterable[str], days: Mapping[str, int]) -> dict[str, Outcomes]:
    """setting -> basis -> strategy -> outcome -> (replication,) in the shown unit, in the order of the replications.

    days  of each setting's horizon
    """
    codes = [coded(rows, name) for name in KEYS[:3]]
    replication = numbers(rows["replication"])
    order = np.lexsort((replication, *(code for code, _ in reversed(codes))))
    sorted_codes = np.array([code[order] for code, _ in codes])
    begins = np.flatnonzero(np.r_[True, (np.diff(sorted_codes, axis=1) != 0).any(axis=0)]) if order.size else np.zeros(0, int)
    values = {name: numbers(rows[name])[order] for name in outcomes if name in rows.column_names}
    out: dict[str, Outcomes] = {}
    for first, last in zip(begins, [*begins[1:], order.size], strict=True):
        setting, basis, strategy = (names[code[first]] for code, (_, names) in zip(sorted_codes, codes, strict=True))
        shown = {name: BY_KEY[name].shown(column[first:last], days[setting]) for name, column in values.items()}
        out.setdefault(setting, {}).setdefault(basis, {})[strategy] = shown
    return out


def coded(rows: pa.Table, name: str) -> tuple[np.ndarray, Sequence[str]]:
    """A column of words as numbers, and the words they stand for."""
    words = rows[name].cast(pa.string()).combine_chunks().dictionary_encode()
    words = words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
    return np.from_dlpack(words.indices), words.dictionary.to_pylist()


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    """A column of numbers, without the half second in which pyarrow's own way loads pandas; what is missing is not a number."""
    whole = pc.fill_null(column, np.nan) if column.null_count else column
    return np.from_dlpack(whole.combine_chunks())
