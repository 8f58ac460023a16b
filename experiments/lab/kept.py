"""Figures that were measured once and ship with the lab: JSON with a line for each name, so that a change is seen where it is."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from experiments.parts import write_text


@cache
def read(path: Path) -> dict[str, dict]:
    """What was measured, by name; nothing where there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path: Path, have: Mapping[str, dict], order: Iterable[str]) -> None:
    """Writes what was measured of the names in their order; what is no longer among them is forgotten."""
    lines = [f'"{name}": {json.dumps(have[name], ensure_ascii=False, separators=(",", ":"))}' for name in order if name in have]
    write_text(path, "{\n" + ",\n".join(lines) + "\n}")
    read.cache_clear()


def settings(words: Iterable[str], **usual: str) -> tuple[list[str], dict[str, str]]:
    """The names among some words, and their settings laid on the usual ones."""
    words = list(words)
    return [one for one in words if "=" not in one], usual | dict(one.split("=", 1) for one in words if "=" in one)
