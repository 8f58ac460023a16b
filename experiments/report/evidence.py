"""What a report is made of: everything that a results folder holds, read once; folders of earlier versions too."""

from dataclasses import dataclass
from pathlib import Path

from experiments.analysis import Comparison, Outcomes, compared, outcomes_of
from experiments.answer import level_words
from experiments.basis import Point
from experiments.identity import points_in
from experiments.intervals import ALPHA
from experiments.money import Series, net_series, yearly_scale
from experiments.store import Store
from sim.scenario import Market, Scenario
from sim.schema import ConfigError


@dataclass(frozen=True)
class Evidence:
    """The results of a folder, and the language they are told in."""

    store: Store
    language: str
    manifest: dict
    findings: dict  # empty where a folder holds none
    outcomes: Outcomes
    points: list[Point]
    comparisons: list[Comparison]
    money: dict[str, Series]  # empty where a folder holds no books
    alpha: float

    @property
    def names(self) -> list[str]:
        """The strategies in order; the first is what the others are compared with."""
        return list(dict.fromkeys(point.strategy for point in self.points))

    @property
    def labels(self) -> dict[str, str]:
        """The names of the strategies for people."""
        return {one.strategy: (self.language == "zh" and one.scenario.strategy.label_zh) or one.label for one in self.points}

    @property
    def level(self) -> str:
        """How sure the intervals are, in words."""
        return level_words(self.alpha, self.language)

    @property
    def replications(self) -> list[int]:
        """Those that are finished."""
        return self.store.finished()

    @property
    def command(self) -> str:
        """What was typed to make the results."""
        return self.findings.get("command") or self.manifest.get("command") or ""

    @property
    def market(self) -> Market:
        """The market that all strategies share, or the baseline's of a case that changes it."""
        return self.points[0].scenario.market


def evidence_of(folder: Path, language: str) -> Evidence:
    """Reads a results folder.

    Raises ConfigError where it holds no finished results.
    """
    store = Store(folder)
    if not (folder / "manifest.json").is_file():
        raise ConfigError([f"'{folder}' holds no results; give a folder that funnel compare or funnel run has written"])
    if not store.finished():
        raise ConfigError([f"'{folder}' holds no finished replication; the command that made it goes on where it stopped"])
    manifest, points = store.manifest(), points_in(store.manifest()["model"])
    findings = store.findings() if (folder / "findings.json").is_file() else {}
    alpha = 1 - findings["level"] if findings else ALPHA
    outcomes = outcomes_of(store.read("outcomes"), points[0].scenario.market.days)
    names = list(dict.fromkeys(point.strategy for point in points))
    comparisons = [compared(basis, outcomes[basis], names, alpha) for basis in dict.fromkeys(point.basis for point in points)]
    return Evidence(store, language, manifest, findings, outcomes, points, comparisons, money_in(store, points[0].scenario), alpha)


def money_in(store: Store, scenario: Scenario) -> dict[str, Series]:
    """The money of every replication; empty where a part of the books is missing."""
    lived = store.finished()
    if set(store.ledger()) - set(store.ledger("books")):
        return {}
    return net_series(store.read("books"), yearly_scale(scenario.weight, scenario.market.days), lived)
