"""What pictures are drawn from: the finished results of a folder, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa

from experiments.analysis import Outcomes, outcomes_of
from experiments.intervals import Interval, mean_interval
from experiments.language import say
from experiments.measures import DAYS_A_YEAR
from experiments.money import Series, net_series, yearly_scale
from experiments.report.style import colours
from experiments.store import Store
from experiments.table import wide
from experiments.wording import verdict

LONGEST_LABEL = 22  # columns of text
NO_BREAK = "\u00a0"  # a label is not broken between two lines
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Results:
    """What the pictures are drawn from."""

    store: Store
    language: str
    outcomes: Outcomes
    model: dict
    alpha: float
    winners: dict[str, dict[str, str | None]]  # basis -> judged measure -> strategy
    tables: dict[str, dict[tuple[str, str, int], Columns] | None] = field(default_factory=dict)  # read so far

    @cached_property
    def names(self) -> list[str]:
        """The strategies in order."""
        return list(next(iter(self.model["strategies"].values())))

    @cached_property
    def labels(self) -> dict[str, str]:
        """The names of the strategies for people."""
        trees = next(iter(self.model["strategies"].values()))
        words = {name: (self.language == "zh" and tree.get("label_zh")) or tree["label"] or name for name, tree in trees.items()}
        return {name: shortened(label).replace(" ", NO_BREAK) for name, label in words.items()}

    @property
    def colours(self) -> dict[str, str]:
        """A colour for each strategy."""
        return colours(self.names)

    @property
    def pair(self) -> list[str]:
        """The first and the last strategy, or the only one."""
        return list(dict.fromkeys([self.names[0], self.names[-1]]))

    @property
    def basis(self) -> str:
        """The footing of pictures that show one: the last, which is nearest to the world as it is."""
        return "as_found" if "as_found" in self.outcomes else list(self.outcomes)[-1]

    @property
    def days(self) -> int:
        """Days that count."""
        return self.model["market"]["days"]

    @property
    def weight(self) -> float:
        """Households that one simulated consumer stands for."""
        market = self.model["market"]
        return market["weight"] if market["weight"] is not None else market["households"] / market["consumers"]

    @property
    def yearly(self) -> float:
        """Of the whole market in a year for one simulated person or thing in the horizon."""
        return self.weight * DAYS_A_YEAR / self.days

    @property
    def n(self) -> int:
        """Replications."""
        return next(iter(self.outcomes[self.basis].values()))["orders"].size

    @property
    def level(self) -> str:
        """How sure the intervals are, in words."""
        return say("answer", "level", self.language, percent=f"{100 * (1 - self.alpha):.3g}")

    @cached_property
    def money(self) -> dict[str, Series]:
        """Received less paid by basis, strategy, party and purpose: (replication,), million yuan a year of the whole market."""
        return net_series(self.store.read("books"), yearly_scale(self.weight, self.days), self.store.finished())

    def say(self, key: str, **values: object) -> str:
        """An entry of the pictures' words."""
        return say("figures", key, self.language, **values)

    def footing(self, basis: str | None = None) -> str:
        """The name of a footing; of the shown one."""
        return say("measures", f"footing_{basis or self.basis}", self.language)

    def interval(self, values: np.ndarray) -> Interval:
        """Mean and interval of values (replication,)."""
        return mean_interval(values, self.alpha)

    def difference(self, basis: str, name: str, key: str) -> Interval:
        """The paired difference of a strategy from the first."""
        return self.interval(self.outcomes[basis][name][key] - self.outcomes[basis][self.names[0]][key])

    def grouped(self, signs: Mapping[str, int], key: str) -> str:
        """Who has more, who less and who neither, against the first; strategies of one verdict are named together."""
        groups: dict[int, list[str]] = {}
        for name, sign in signs.items():
            groups.setdefault(sign, []).append(self.labels[name])
        word = {1: f"more_{key}", -1: f"fewer_{key}", 0: f"same_{key}"}
        whom = self.labels[self.names[0]]
        said = [self.say(word[sign], who=self.listed(groups[sign]), whom=whom) for sign in (1, -1, 0) if sign in groups]
        return self.say("semicolon").join(said)

    def listed(self, words: Sequence[str]) -> str:
        """Words one after the other: a, b and c."""
        *before, last = words
        return self.say("and", before=self.say("listing").join(before), last=last) if before else last

    def verdict(self, difference: Interval, more: str, fewer: str) -> str:
        """The one word that an interval of a difference allows."""
        return verdict(difference, more, fewer, self.language)

    @property
    def resting(self) -> str:
        """What intervals rest on, for subtitles."""
        return self.say("resting" if self.n > 1 else "resting_one", level=self.level, n=self.n)

    def lives(self, table: str) -> dict[tuple[str, str, int], Columns] | None:
        """A table's columns by basis, strategy and replication; None where an older version did not write it."""
        if table not in self.tables:
            self.tables[table] = by_life(self.store.read_what_is_there(table))
        return self.tables[table]

    def of(self, table: str, name: str, basis: str | None = None) -> list[Columns]:
        """The columns of a table in every replication of one strategy on one basis, in order; none where they were not written."""
        lives = self.lives(table) or {}
        wanted = sorted(key for key in lives if key[:2] == (basis or self.basis, name))
        return [lives[key] for key in wanted]


def results_of(store: Store, language: str = "en") -> Results:
    """The finished results of a folder and what its manifest says about them."""
    model, findings = store.manifest()["model"], store.findings()
    rows: pa.Table = store.read("outcomes")
    winners = {one["basis"]: one["winners"] for one in findings["findings"]}
    return Results(store, language, outcomes_of(rows, model["market"]["days"]), model, 1 - findings["level"], winners)


def shortened(label: str) -> str:
    """A label that has room on a picture: at most so many columns, of which a Chinese character takes two."""
    kept = label
    while wide(kept) > LONGEST_LABEL:
        kept = kept[:-1]
    return label if kept == label else f"{kept.rstrip()}…"


def by_life(rows: pa.Table | None) -> dict[tuple[str, str, int], Columns] | None:
    """Rows as arrays by basis, strategy and replication, in the order of the rows."""
    if rows is None:
        return None
    keys = [coded(rows.column(name)) for name in ("basis", "strategy", "replication")]
    columns = {name: plain(rows.column(name)) for name in rows.column_names if name not in ("basis", "strategy", "replication")}
    life = np.zeros(rows.num_rows, int)
    for values, codes in keys:
        life = life * len(values) + codes
    order = np.argsort(life, kind="stable")
    if np.any(np.diff(order) != 1):
        life, columns = life[order], {name: column[order] for name, column in columns.items()}
    edges = [0, *(np.flatnonzero(np.diff(life)) + 1).tolist(), life.size]
    out = {}
    for low, high in pairwise(edges if life.size else []):
        basis, strategy, replication = (values[codes[order[low]]] for values, codes in keys)
        out[basis, strategy, replication] = {name: column[low:high] for name, column in columns.items()}
    return out


def coded(column: pa.ChunkedArray) -> tuple[list, np.ndarray]:
    """The values of a column, null last, and of each row the place of its own."""
    words = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = words.unify_dictionaries().combine_chunks()
    values = whole.dictionary.to_pylist()
    return [*values, None], whole.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)


def plain(column: pa.ChunkedArray) -> np.ndarray:
    """A column as an array; words as objects."""
    if pa.types.is_dictionary(column.type):
        values, codes = coded(column)
        return np.array(values, object)[codes]
    return column.to_numpy()
