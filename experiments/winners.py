"""Who earns the channel's profit where: formats like for like and for the same money, over volume, coverage, skill and margin.

python -m experiments.winners docs/who_wins.md      (make winners)
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from experiments.analysis import winner
from experiments.basis import Point, points_of
from experiments.compose import checked_shelf
from experiments.doubt import MARGIN, ONLINE, SHARE, VOLUME
from experiments.intervals import mean_interval
from experiments.overrides import read
from sim import simulate, start_up

NAMES = ("direct", "agency", "dealer_4s")
SIZE = ("market.consumers=12000",)
REPLICATIONS = 8
ALPHA = 0.05
COUNTS = {"tier1": 9, "tier2": 10, "tier3": 6}  # the neutral network, which coverage scales
# keys swept, beside those of experiments/doubt.py, and the sourced or assumed range that each setting stays in
COVERAGE = {"x 0.6": 0.6, "x 1": 1.0, "x 1.6": 1.6}  # of the neutral outlets: 15 to 40 (C39)
SKILL = {"-1 SD": -1.0, "0": 0.0, "+1 SD": 1.0}  # of all three selling skills (S06)


@dataclass(frozen=True)
class Cell:
    """One setting of the sweep on one basis."""

    basis: str
    words: tuple[str, ...]  # what is swept, for the table
    overrides: tuple[str, ...]

    def points(self) -> list[Point]:
        """The formats in this setting."""
        request = read([*SIZE, *self.overrides])
        return points_of(request, NAMES, [self.basis], checked_shelf(request))


def skills(mean: float) -> list[str]:
    """All three selling skills at one mean."""
    return [f"strategy.skill.{task}={mean}" for task in ("discovery", "presentation", "closing")]


def cells() -> Iterator[Cell]:
    """Every setting: volume x coverage x skill like for like, volume x skill for the same money, then what decides on both."""
    for volume, pull in VOLUME.items():
        for skill, mean in SKILL.items():
            base = (f"strategy.pull={pull}", *skills(mean))
            for coverage, scale in COVERAGE.items():
                network = [f"strategy.outlets.{tier}={round(n * scale)}" for tier, n in COUNTS.items()]
                yield Cell("format", (volume, skill, coverage, "25 %"), (*base, *network))
            yield Cell("same_money", (volume, skill, "same money", "25 %"), base)
    yield from deciders()


def deciders() -> Iterator[Cell]:
    """The assumptions that decide: gross margin, online signing, and how hard dealers bargain."""
    for basis, coverage in (("format", "x 1"), ("same_money", "same money")):
        for online, hazard in ONLINE.items():
            for bargain, share in SHARE.items():
                for margin, cost in MARGIN.items():
                    words = (f"strategy.unit_cost={cost}", f"market.waits.orders_online={hazard}", f"market.bargain.share={share}")
                    yield Cell(basis, (f"default, {online}, {bargain}", "0", coverage, margin), words)


def replicate(grid: Sequence[Cell], replication: int) -> list[list[tuple[float, float]]]:
    """(channel profit, cars per outlet and month) of every format in every cell, from one shared start for each market."""
    starts, out = {}, []
    for cell in grid:
        points = cell.points()
        first = points[0].scenario
        start = starts.setdefault(first.market, None) or start_up(first, 1, replication)
        starts[first.market] = start
        results = [simulate(point.scenario, 1, replication=replication, start=start).outcomes for point in points]
        out.append([(one["profit_channel"], one["cars_per_outlet_month"]) for one in results])
    return out


def table(grid: Sequence[Cell], values: np.ndarray) -> str:
    """The findings as Markdown: values (replication, cell, format, figure)."""
    years = 2.0
    lines = [
        "| basis | volume | skill | outlets | gross margin | cars per outlet and month (D, A, 4S) "
        "| channel profit less direct's, M yuan a year (A; 4S) | wins |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for k, cell in enumerate(grid):
        profit = {name: values[:, k, j, 0] for j, name in enumerate(NAMES)}
        cars = ", ".join(f"{values[:, k, j, 1].mean():.0f}" for j in range(len(NAMES)))
        gaps = []
        for name in NAMES[1:]:
            one = mean_interval((profit[name] - profit["direct"]) / years / 1e6)
            gaps.append(f"{one.mean:+.0f} [{one.low:.0f}, {one.high:.0f}]")
        lines.append(
            f"| {cell.basis} | {' | '.join(cell.words)} | {cars} | {'; '.join(gaps)} | {winner(profit, ALPHA) or 'no clear winner'} |"
        )
    return "\n".join(lines)


def main(path: str) -> None:
    """Runs the sweep on all cores and writes the table into the marked part of a page."""
    grid = list(cells())
    lived = Parallel(n_jobs=-1)(delayed(replicate)(grid, replication) for replication in range(REPLICATIONS))
    page = Path(path)
    before, _, rest = page.read_text("utf8").partition("<!-- table -->")
    after = rest.partition("<!-- end -->")[2]
    page.write_text(f"{before}<!-- table -->\n\n{table(grid, np.array(lived))}\n\n<!-- end -->{after}", "utf8")


if __name__ == "__main__":
    main(sys.argv[1])
