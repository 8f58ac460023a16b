"""The changes of changes.yaml, checked: each applies to one place of one file of the engine."""

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Change:
    """One place of one file of the engine, written otherwise."""

    file: str  # under sim/
    says: str  # what is wrong then; of a rewriting, why it is right
    old: str  # stands there exactly once
    new: str

    @property
    def module(self) -> str:
        """The module that changes."""
        return "sim." + self.file.removesuffix(".py").replace("/", ".")

    def applied(self) -> str:
        """The file's text after the change; ValueError where the old text does not stand there exactly once."""
        text = (ROOT / "sim" / self.file).read_text(encoding="utf-8")
        if (count := text.count(self.old)) != 1:
            raise ValueError(f"sim/{self.file}: {self.old!r} stands there {count} times, not once ({self.says})")
        return text.replace(self.old, self.new)


def changes(kind: str) -> tuple[Change, ...]:
    """All `mutants` or all `variants`."""
    listed = yaml.safe_load(Path(__file__).with_name("changes.yaml").read_text(encoding="utf-8"))
    return tuple(Change(**one) for one in listed[kind])


MUTANTS, VARIANTS = changes("mutants"), changes("variants")
