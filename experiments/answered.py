"""The answer of a finished sweep as its folder remembers it: to draw the design and judge every setting takes half of an answer's time."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from experiments.identity import digest
from experiments.rows import TABLES
from experiments.store import Store
from sim.schema import ConfigError

MARKS = ("rests_on", "seal")  # what the findings say of themselves


def remembered(store: Store, made_of: str, command: str, listed: str) -> dict | None:
    """The findings that the same command left, where nothing that they rest on has changed and nothing failed; else None.

    made_of, command, listed  see `rests_on`
    """
    try:
        found = store.findings()
        if not isinstance(found, dict) or found.get("failed") != [] or not is_whole(found):
            return None
        if found["rests_on"] != rests_on(store, made_of, command, listed):
            return None
        store.open(store.manifest()["model"], {})  # finds what is damaged, and sets it aside
        whole = found["rests_on"] == rests_on(store, made_of, command, listed)
    except (OSError, ValueError, ConfigError):  # a sweep that lives what is missing says what is wrong
        return None
    finally:
        store.close()
    return {key: value for key, value in found.items() if key not in MARKS} if whole else None


def marked(found: dict, store: Store, made_of: str, command: str, listed: str) -> dict:
    """Findings with what they rest on, sealed."""
    kept = found | {"rests_on": rests_on(store, made_of, command, listed)}
    return kept | {"seal": digest(kept)}


def is_whole(found: dict) -> bool:
    """Whether findings are what was written."""
    return "rests_on" in found and found.get("seal") == digest({key: value for key, value in found.items() if key != "seal"})


def rests_on(store: Store, made_of: str, command: str, listed: str) -> str:
    """Names what findings are made of: strategies, command, settings, our own code and every file of results.

    made_of  the words, scenario files and engine of the strategies (`recalled.ingredients`)
    listed   the file of settings, if the design has one
    """
    code = sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()
    settings = sha256(Path(listed).read_bytes()).hexdigest() if listed else ""
    return digest({"made_of": made_of, "command": command, "settings": settings, "code": code, "files": list(files_of(store.folder))})


def files_of(folder: Path) -> Iterator[list]:
    """Every file of results with its size and the time at which it was written."""
    for path in sorted(path for table in (*TABLES, "failures") for path in (folder / table).glob("*")):
        there = path.stat()
        yield [path.relative_to(folder).as_posix(), there.st_size, there.st_mtime_ns]
