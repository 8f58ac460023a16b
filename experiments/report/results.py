"""What pictures are drawn from: the finished results of a folder, and nothing else."""

from dataclasses import dataclass

import pyarrow as pa

from experiments.analysis import Outcomes, outcomes_of
from experiments.intervals import Interval, mean_interval
from experiments.report.style import colours
from experiments.store import Store

NO_BREAK = "\u00a0"  # a label is not broken between two lines


@dataclass(frozen=True)
class Results:
    """What the pictures are drawn from."""

    outcomes: Outcomes
    names: list[str]
    labels: dict[str, str]
    days: int
    alpha: float
    winners: dict[str, str | None]  # of the profit of the channel, by basis

    def difference(self, basis: str, name: str, key: str) -> Interval:
        """The paired difference of a strategy from the first."""
        return mean_interval(self.outcomes[basis][name][key] - self.outcomes[basis][self.names[0]][key], self.alpha)

    @property
    def n(self) -> int:
        """Replications."""
        return next(iter(next(iter(self.outcomes.values())).values()))["orders"].size

    @property
    def level(self) -> str:
        """How sure the intervals are, in words."""
        return f"{100 * (1 - self.alpha):.3g} %"

    @property
    def colours(self) -> dict[str, str]:
        """A colour for each strategy."""
        return colours(self.names)


def results_of(store: Store) -> Results:
    """The finished results of a folder and what its manifest says about them."""
    model, findings = store.manifest()["model"], store.findings()
    strategies = next(iter(model["strategies"].values()))
    labels = {name: (tree["label"] or name).replace(" ", NO_BREAK) for name, tree in strategies.items()}
    days = model["market"]["days"]
    rows: pa.Table = store.read("outcomes")
    winners = {one["basis"]: one["winners"]["profit_channel"] for one in findings["findings"]}
    return Results(outcomes_of(rows, days), list(strategies), labels, days, 1 - findings["level"], winners)
