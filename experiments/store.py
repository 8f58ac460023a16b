"""The only file that writes results: one folder per experiment, append-only Parquet parts and a manifest.

`FOLDER/<table>/r00003.parquet` holds replication 3 of every strategy and basis. A part is written under another name, synced and
renamed, so that a torn file is never seen; the outcomes come last, so that their part says that a replication is finished.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.identity import differences, digest
from experiments.rows import table_of, tables_of
from sim.schema import ConfigError

if TYPE_CHECKING:
    from experiments.replicate import Life


class Store:
    """A results folder that belongs to one experiment."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)

    def open(self, identity: dict, about: dict) -> None:
        """Claims the folder for an experiment, or finds the same one in it.

        Raises ConfigError, with what differs, when another experiment's results are there.
        """
        path = self.folder / "manifest.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if path.exists():
                self.refuse_another(json.loads(path.read_text(encoding="utf-8")), identity)
            else:
                write_text(path, json.dumps(about | {"hash": digest(identity), "model": identity}, indent=1, ensure_ascii=False))
        except (OSError, json.JSONDecodeError) as error:
            raise ConfigError([f"the results folder '{self.folder}' cannot be used: {error}"]) from None

    def refuse_another(self, manifest: dict, identity: dict) -> None:
        """Raises ConfigError when the folder's manifest is of another experiment."""
        if manifest.get("hash") == digest(identity):
            return
        lines = list(differences(manifest.get("model", {}), identity))
        shown = "".join(f"\n    {line}" for line in lines[:12] + ([f"... and {len(lines) - 12} more"] if len(lines) > 12 else []))
        raise ConfigError([f"'{self.folder}' holds another experiment; choose another results=FOLDER. What differs, there -> here:{shown}"])

    def finished(self) -> list[int]:
        """The replications whose every table is there."""
        return sorted(int(part.stem[1:]) for part in (self.folder / "outcomes").glob("r*.parquet"))

    def write(self, lives: Sequence["Life"]) -> None:
        """Writes one replication: every table a part, the outcomes last."""
        name = f"r{lives[0].replication:05d}.parquet"
        for table in tables_of(lives):
            write_part(self.folder / table / name, table_of(table, lives))

    def read(self, table: str, replications: Sequence[int] | None = None) -> pa.Table:
        """All rows of a table, checked page by page; of the finished replications or of those given."""
        wanted = self.finished() if replications is None else replications
        parts = [pq.read_table(self.folder / table / f"r{one:05d}.parquet", page_checksum_verification=True) for one in wanted]
        return pa.concat_tables(parts, promote_options="default")

    def read_what_is_there(self, table: str) -> pa.Table | None:
        """The rows of a table in the finished replications that have it, which those of an earlier version may not; None where none has."""
        there = [one for one in self.finished() if (self.folder / table / f"r{one:05d}.parquet").exists()]
        return self.read(table, there) if there else None

    def manifest(self) -> dict:
        """The manifest as it stands."""
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    def keep(self, findings: dict, name: str = "findings") -> None:
        """Keeps the findings beside the results, in place of earlier ones of that name."""
        write_text(self.folder / f"{name}.json", json.dumps(findings, indent=1, ensure_ascii=False))

    def findings(self, name: str = "findings") -> dict:
        """The findings of that name as they stand."""
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))


def write_part(path: Path, rows: pa.Table) -> None:
    """Writes a Parquet part that is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    with open(unfinished, "wb") as file:
        pq.write_table(rows, file, compression="zstd", write_page_checksum=True)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def parquet(rows: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    out = pa.BufferOutputStream()
    pq.write_table(rows, out, compression="zstd", write_page_checksum=True)
    return out.getvalue().to_pybytes()


def write_text(path: Path, text: str) -> None:
    """Writes a text file that is either whole or not there."""
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    with open(unfinished, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
