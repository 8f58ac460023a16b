"""The only file that writes results: one folder per experiment, append-only Parquet parts, its points and a manifest.

`FOLDER/<table>/r00003.parquet` holds replication 3 of every strategy and basis; `many_*.parquet` holds many replications, of a sweep of
several settings, and says in its metadata which. The parts say what is finished: there is no other ledger. A part is written under another
name, synced and renamed, so that a torn file is never seen; the outcomes come last, so that their part says that a replication is finished.
"""

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.claims import FOLDER, Claims
from experiments.identity import LAYOUT, differences, digest
from experiments.parts import read_part, whole, write_part, write_text
from experiments.rows import TABLES, table_of, tables_of
from sim.schema import ConfigError

if TYPE_CHECKING:
    from experiments.replicate import Life

Key = tuple[str, int]  # setting ("" where the experiment has but one) and replication
PART = re.compile(r"(?:([0-9a-f]{16})_)?r(\d+)\.(?:parquet|json)")
MANY = re.compile(r"many_[0-9a-f]{16}\.parquet")
HELD = b"held"  # in the metadata of a part of many replications: setting -> replications
AGAIN = "move the folder away, or name another results=FOLDER, and give the command again"
SHOWN = 12  # lines of a difference
WORTH = 64  # parts of a table that are worth merging, and items of a list that are worth a line each
LARGEST = 128 * 2**20  # bytes of the parts that become one


class Store:
    """A results folder that belongs to one experiment."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.claims = Claims(self.folder)

    # ---- the folder ----------------------------------------------------------------------------------------------------

    def open(self, identity: dict, about: dict, points: pa.Table | None = None, new: bool = False) -> None:
        """Makes the folder an experiment's, or finds the same one in it; what is damaged in it is set aside.

        points  what is simulated; those that the folder does not know join it
        new     whether a folder that holds another experiment is left for a sibling of it

        Raises ConfigError, with what differs, when another experiment's results are there.
        """
        try:
            if new:
                self.folder = next(one for one in siblings(self.folder) if manifest_hash(one) in (None, digest(identity)))
                self.claims = Claims(self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            alone = self.claims.take(FOLDER)
            self.claims.share()
            self.belong(identity, about)
            if alone:
                self.tidy()
            self.set_aside_damaged()
            if points is not None:
                self.add_points(points)
        except (OSError, json.JSONDecodeError) as error:
            raise ConfigError([f"the results folder '{self.folder}' cannot be used: {error}"]) from None

    def close(self) -> None:
        """Gives back whatever this process has claimed."""
        self.claims.leave()

    def belong(self, identity: dict, about: dict) -> None:
        """Writes the manifest, or raises ConfigError where the folder has another experiment's."""
        if self.claims.take("manifest", wait=True):
            try:
                if not (self.folder / "manifest.json").exists():
                    kept = about | {"hash": digest(identity), "model": identity}
                    self.keep(kept | {"seal": digest(kept)}, "manifest")
                self.refuse_another(self.manifest(), identity)
            finally:
                self.claims.drop("manifest")

    def refuse_another(self, manifest: dict, identity: dict) -> None:
        """Raises ConfigError when the folder's manifest is of another experiment."""
        if manifest.get("hash") == digest(identity):
            return
        there = manifest["model"]
        if there.get("layout", LAYOUT) != LAYOUT:
            raise ConfigError([f"'{self.folder}' was written by an earlier version, whose files this one does not read; {AGAIN}"])
        lines = list(differences(there, identity))
        shown = "".join(f"\n    {line}" for line in lines[:SHOWN] + ([f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []))
        ways = "choose another results=FOLDER, or add --new for a folder beside it"
        raise ConfigError([f"'{self.folder}' holds another experiment; {ways}. What differs, there -> here:{shown}"])

    def manifest(self) -> dict:
        """The manifest as it stands.

        Raises ConfigError where it is not what was written; one of an earlier version is taken as it is.
        """
        try:
            kept = self.findings("manifest")
            seal, layout = kept.pop("seal", None), kept["model"].get("layout", LAYOUT)
        except (ValueError, AttributeError, KeyError, TypeError):
            kept, seal, layout = {}, None, LAYOUT
        if seal != digest(kept) and (seal or layout == LAYOUT):
            raise ConfigError([f"'{self.folder}/manifest.json' is damaged: it no longer says what experiment the folder holds; {AGAIN}"])
        return kept

    def manifest_if_any(self) -> dict:
        """The manifest; empty where there is none, or none that can be read."""
        try:
            return self.manifest()
        except (OSError, ConfigError):
            return {}

    def keep(self, findings: dict, name: str = "findings") -> None:
        """Keeps the findings beside the results, in place of earlier ones of that name."""
        write_text(self.folder / f"{name}.json", readable(findings))

    def findings(self, name: str = "findings") -> dict:
        """The findings of that name as they stand."""
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def add_points(self, points: pa.Table) -> None:
        """Joins the points that the folder does not know yet to those it knows."""
        self.claims.take("points", wait=True)
        try:
            known = self.points()
            if known is not None:
                points = points.filter(pc.invert(pc.is_in(points["point"], known["point"])))
                points = pa.concat_tables([known, points.select(known.column_names)]) if points.num_rows else points
            if points.num_rows:
                write_part(self.folder / "points.parquet", points)
        finally:
            self.claims.drop("points")

    def points(self) -> pa.Table | None:
        """What is simulated, a line each; None in a folder without points."""
        path = self.folder / "points.parquet"
        return read_part(path) if path.exists() else None

    # ---- replications --------------------------------------------------------------------------------------------------

    def ledger(self, table: str = "outcomes") -> dict[Key, Path]:
        """Which replications a table holds, and where."""
        folder = self.folder / table
        while True:
            names = os.listdir(folder) if folder.is_dir() else []
            found = {}
            with suppress(FileNotFoundError):  # another process merged it meanwhile
                for keys, name in sorted(((held(folder / name), name) for name in names), key=lambda one: (len(one[0]), one[1])):
                    found |= dict.fromkeys(keys, folder / name)  # of a merge that was interrupted the result counts, not its parts
                return found

    def finished(self) -> list[int]:
        """The finished replications of an experiment that sweeps nothing."""
        return sorted(one for _, one in self.ledger())

    def write(self, lives: Sequence["Life"]) -> None:
        """Writes one replication: every table a part, the outcomes last."""
        name = part_name("", lives[0].replication)
        for table in tables_of(lives):
            write_part(self.folder / table / name, table_of(table, lives))

    def add(self, keys: Collection[Key], rows: pa.Table) -> None:
        """Writes the outcomes of some replications of some settings as one part."""
        write_many(self.folder / "outcomes", rows, keys)

    def read(self, table: str, replications: Sequence[int] | None = None) -> pa.Table:
        """All rows of a table, every bit checked; of the finished replications or of those given.

        Raises Damaged.
        """
        finished = self.ledger()
        wanted = set(finished) if replications is None else {("", one) for one in replications}
        return pa.concat_tables(self.parts_of(table, wanted), promote_options="default")

    def parts_of(self, table: str, wanted: Collection[Key]) -> Iterator[pa.Table]:
        """The rows of the wanted replications of a table, file by file in the order of their names."""
        left = set(wanted)
        while left:
            ledger = self.ledger(table)
            if missing := [key for key in left if key not in ledger]:
                raise FileNotFoundError(f"'{self.folder / table}' lacks replication {missing[0][1]}")
            with suppress(FileNotFoundError):  # another process merged it meanwhile
                for path, keys in by_path({key: ledger[key] for key in left}):
                    rows = of_keys(read_part(path), keys, path)
                    left -= set(keys)
                    yield rows

    def read_what_is_there(self, table: str) -> pa.Table | None:
        """The rows of a table in the finished replications that have it, which those of an earlier version may not; None where none has."""
        there = set(self.ledger()) & set(self.ledger(table))
        return pa.concat_tables(self.parts_of(table, there), promote_options="default") if there else None

    # ---- what failed, what is damaged ----------------------------------------------------------------------------------

    def fail(self, setting: str, replication: int, report: Mapping) -> None:
        """Records a replication that failed."""
        self.keep(dict(report), f"failures/{Path(part_name(setting, replication)).stem}")

    def failed(self) -> dict[Key, dict]:
        """The replications that failed, with what is known of each."""
        found = {}
        for path in sorted((self.folder / "failures").glob("*.json")):
            if part := PART.fullmatch(path.name):
                found[part[1] or "", int(part[2])] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def forgive(self, keys: Iterable[Key]) -> None:
        """Forgets failures, so that the replications are tried again."""
        for setting, replication in keys:
            (self.folder / "failures" / part_name(setting, replication)).with_suffix(".json").unlink(missing_ok=True)

    def set_aside_damaged(self) -> list[Path]:
        """Moves damaged parts to the quarantine, and with them the word that their replications are finished."""
        parts = (path for table in TABLES for path in sorted((self.folder / table).glob("*.parquet")))
        damaged = [path for path in (*parts, *self.folder.glob("points.parquet")) if not sound(path)]
        for path in damaged:
            table = path.parent.name
            if table in TABLES and table != "outcomes":
                where = self.ledger(table)
                self.unfinish([key for key in self.ledger() if where.get(key, path) == path])
            (self.folder / "quarantine").mkdir(exist_ok=True)
            path.rename(free(self.folder / "quarantine" / f"{table}-{path.name}"))
        return damaged

    def unfinish(self, keys: Collection[Key]) -> None:
        """Takes the outcomes of replications away, so that they are lived again."""
        there = self.ledger()
        for path, taken in by_path({key: there[key] for key in keys if key in there}):
            if left := [key for key, where in there.items() if where == path and key not in taken]:
                write_many(path.parent, of_keys(read_part(path), left, path), left)
            path.unlink()

    # ---- merging -------------------------------------------------------------------------------------------------------

    def compact(self) -> tuple[int, int]:
        """Merges the parts of every table; how many there were and are.

        Raises ConfigError where another process adds to the folder.
        """
        if not self.claims.take(FOLDER):
            raise ConfigError([f"'{self.folder}' is being added to; compact it when that has ended"])
        try:
            self.tidy()
            self.set_aside_damaged()
            tables = [table for table in TABLES if (self.folder / table).is_dir()]
            before = self.count(tables)
            for table in tables:
                self.merge(table)
            return before, self.count(tables)
        finally:
            self.close()

    def merge_many(self) -> None:
        """Merges the parts at the end of an experiment, if they are many; while another process adds to the folder they stay."""
        if self.count(["outcomes"]) > WORTH:
            with suppress(ConfigError):
                self.compact()

    def count(self, tables: Sequence[str]) -> int:
        """How many parts tables have."""
        return sum(len(list((self.folder / table).glob("*.parquet"))) for table in tables)

    def merge(self, table: str) -> None:
        """Makes a few parts of the many of a table; the many go when the few are there."""
        group: list[tuple[Path, list[Key]]] = []
        for path, keys in [*by_path(self.ledger(table)), (None, [])]:
            if group and (path is None or sum(one.stat().st_size for one, _ in [*group, (path, keys)]) > LARGEST):
                if len(group) > 1:
                    rows = pa.concat_tables([of_keys(read_part(one), its, one) for one, its in group], promote_options="default")
                    merged = write_many(self.folder / table, rows, [key for _, its in group for key in its])
                    for one in {one for one, _ in group} - {merged}:
                        one.unlink()
                group = []
            group.append((path, keys))

    def tidy(self) -> None:
        """Takes away what a killed process left: unfinished files, and parts that a merged one holds. Only for who has the folder alone."""
        for table in TABLES:
            folder = self.folder / table
            if not folder.is_dir():
                continue
            used = set(self.ledger(table).values())
            for path in folder.iterdir():
                if path.suffix == ".tmp" or (path not in used and held(path)):
                    path.unlink()
        for path in (*self.folder.glob("*.tmp"), *(self.folder / "failures").glob("*.tmp")):
            path.unlink()


def readable(findings: Mapping) -> str:
    """JSON for people too: indented, but for a line for each item of a long list."""

    def text(value: object) -> str:
        if isinstance(value, list) and len(value) > WORTH:
            return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"
        return json.dumps(value, indent=1, ensure_ascii=False)

    return "{\n" + ",\n".join(f"{text(key)}: {text(value)}" for key, value in findings.items()) + "\n}"


def part_name(setting: str, replication: int) -> str:
    """The name of the part that holds a replication."""
    return f"{setting}_r{replication:05d}.parquet" if setting else f"r{replication:05d}.parquet"


def by_path(ledger: Mapping[Key, Path]) -> Iterator[tuple[Path, list[Key]]]:
    """The files of a ledger in the order of their names, and what each holds."""
    for path, entries in groupby(sorted(ledger.items(), key=lambda entry: (entry[1], entry[0])), key=lambda entry: entry[1]):
        yield path, [key for key, _ in entries]


def held(path: Path) -> frozenset[Key]:
    """The replications that a part says it holds, by its name or its metadata; none where it is no part or cannot be read.

    Raises FileNotFoundError.
    """
    if part := PART.fullmatch(path.name):
        return frozenset([(part[1] or "", int(part[2]))])
    try:
        return said_to_hold(path) if MANY.fullmatch(path.name) else frozenset()
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


@cache
def said_to_hold(path: Path) -> frozenset[Key]:
    """What a part of many replications holds, by its metadata; its name is of that, so that it never changes."""
    kept = json.loads(pq.read_schema(path).metadata[HELD])
    return frozenset((setting, one) for setting, replications in kept.items() for one in replications)


def write_many(folder: Path, rows: pa.Table, keys: Collection[Key]) -> Path:
    """Writes a part that says in its metadata what it holds, and says where it is."""
    kept: dict[str, list[int]] = {}
    for setting, replication in sorted(keys):
        kept.setdefault(setting, []).append(replication)
    text = json.dumps(kept).encode()
    rows = rows.unify_dictionaries().combine_chunks().replace_schema_metadata({HELD: text})
    path = folder / f"many_{sha256(text).hexdigest()[:16]}.parquet"
    write_part(path, rows)
    return path


def of_keys(rows: pa.Table, keys: Collection[Key], path: Path) -> pa.Table:
    """The rows of the wanted replications of a part."""
    rows = rows.replace_schema_metadata()
    if len(keys) == len(held(path)):
        return rows
    wanted = pa.array([f"{setting} {replication}" for setting, replication in keys])
    settings = rows["setting"].cast(pa.string()) if "setting" in rows.column_names else ""
    return rows.filter(pc.is_in(pc.binary_join_element_wise(settings, rows["replication"].cast(pa.string()), " "), wanted))


def sound(path: Path) -> bool:
    """Whether a part is as it was written; one that another process took away meanwhile is none of ours."""
    try:
        return whole(path.read_bytes())
    except FileNotFoundError:
        return True


def free(path: Path) -> Path:
    """A path like this one at which nothing is."""
    beside = (path.with_name(f"{path.stem}-{k}{path.suffix}") for k in range(2, 1000))
    return path if not path.exists() else next(one for one in beside if not one.exists())


def siblings(folder: Path) -> Iterator[Path]:
    """A folder, and those of like names beside it."""
    yield folder
    yield from (folder.with_name(f"{folder.name}-{k}") for k in range(2, 10_000))


def manifest_hash(folder: Path) -> str | None:
    """The hash of a folder's experiment; None where there is none, nothing where it cannot be read."""
    return Store(folder).manifest_if_any().get("hash", "") if (folder / "manifest.json").exists() else None
