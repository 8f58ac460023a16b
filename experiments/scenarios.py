"""`funnel scenarios`: the markets, strategies, cases and theories there are."""

from collections.abc import Sequence
from pathlib import Path

from experiments.compose import checked_shelf
from experiments.files import GROUPS
from experiments.overrides import read
from experiments.settings import raise_all


def scenarios(words: Sequence[str]) -> int:
    """Lists every scenario file with its first line of explanation."""
    request = read(words)
    files = checked_shelf(request)
    raise_all(request.errors)
    for group in GROUPS:
        print(f"{group}=" if files[group] else f"{group}=  (none)")
        for name, path in files[group].items():
            print(f"  {name:20} {about(path)}")
    return 0


def about(path: Path) -> str:
    """The first comment of a scenario file that says what it is."""
    lines = (line.lstrip("# ").strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    return next((line for line in lines if line and not line.startswith("@package")), "")
