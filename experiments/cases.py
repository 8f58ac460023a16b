"""What a case says of itself: what it is run against, its question in two languages, and the outcome that answers it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from omegaconf import OmegaConf

from experiments.files import CASE_KEYS, Shelf, choose, strange_words
from sim.schema import ConfigError

GROUNDS = ("strategy", "market")  # what a case stands on


@dataclass(frozen=True)
class Asked:
    """A case's own words."""

    name: str
    baseline: str
    questions: dict[str, str]  # by language
    outcome: str


def asked_of(name: str, files: Shelf) -> Asked:
    """What a case asks.

    Raises ConfigError with everything that is wrong with it.
    """
    if faults := choose("case", name, files):
        raise ConfigError(faults)
    words, path = words_of(files["case"][name]), files["case"][name]
    missing = [key for key in CASE_KEYS if key not in words]
    errors = [f"{path}: it has no {' and no '.join(missing)}; funnel case needs {', '.join(CASE_KEYS)}"] if missing else []
    errors += [f"{path}: {one}" for one in strange_words(words)]
    errors += groundless(name, files)
    if errors:
        raise ConfigError(errors)
    return Asked(name, words["baseline"], {"en": words["question"], "zh": words["question_zh"]}, words["outcome"])


def groundless(name: str, files: Shelf) -> list[str]:
    """One sentence where the baseline that a case names does not exist, or leads back to the case; else none."""
    trail, path = [name], files["case"][name]
    while trail[-1] in files["case"] and "baseline" in (words := words_of(files["case"][trail[-1]])):
        baseline = words["baseline"]
        if baseline in trail:
            return [f"{path}: baseline: the cases {', '.join(trail)} stand on one another; one of them must name a strategy"]
        if baseline not in files["strategy"] and baseline not in files["case"]:
            known = {"baseline": {stem: where for group in ("strategy", "case") for stem, where in files[group].items()}}
            return [f"{path}: {one}" for one in choose("baseline", str(baseline), known)]
        trail.append(baseline)
    return []


def ground_under(group: str, name: str, files: Shelf) -> str | None:
    """The strategy or market on which a case stands: the one that its `defaults` name, else that of its baseline; None where neither does.

    group  strategy or market
    """
    seen: set[str] = set()
    while name in files["case"] and name not in seen:
        seen.add(name)
        tree = tree_of(files["case"][name])
        for line in tree.get("defaults", []):
            if isinstance(line, dict) and f"override /{group}" in line:
                return line[f"override /{group}"]
        name = tree.get("baseline")
    return name if group == "strategy" and name in files[group] else None


def words_of(path: Path) -> dict[str, object]:
    """Those keys of a case's file that are about the case itself."""
    tree = tree_of(path)
    return {key: tree[key] for key in CASE_KEYS if key in tree}


@cache
def read_file(path: Path, changed: int) -> dict:
    """The plain data of a file as it stood when it was last changed."""
    return OmegaConf.to_container(OmegaConf.load(path), resolve=False)


def tree_of(path: Path) -> dict:
    """The plain data of a scenario file."""
    tree = read_file(path, path.stat().st_mtime_ns)
    return tree if isinstance(tree, dict) else {}
