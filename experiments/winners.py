"""Who earns the channel's profit where: formats like for like and for the same money, over volume, coverage, skill and margin.

python -m experiments.winners docs/who_wins.md [replications=16] [kept=results/winners]      (make winners)
Every replication is kept when it ends; a stopped sweep goes on, and more replications join.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from experiments.analysis import winner
from experiments.basis import Point, points_of
from experiments.compose import checked_shelf
from experiments.doubt import MARGIN, ONLINE, SHARE, VOLUME
from experiments.identity import digest
from experiments.intervals import mean_interval
from experiments.overrides import read
from experiments.parts import write_text
from sim import simulate, start_up
from sim.compiled import ENGINE
from sim.schema import plain

NAMES = ("direct", "agency", "dealer_4s")
CONSUMERS, REPLICATIONS = 24_000, 16
ALPHA = 0.05
KEPT = "results/winners"
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
        request = read([f"market.consumers={CONSUMERS}", *self.overrides])
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


def carry_out(lots: Sequence[Sequence[Point]], replications: int, folder: Path) -> list[dict]:
    """Lives the replications that are missing, on all cores, and reads all."""
    numbers = [[plain(point.scenario.market), plain(point.scenario.strategy)] for points in lots for point in points]
    files = [folder / ENGINE / digest({"points": numbers})[:12] / f"r{r:05d}.json" for r in range(replications)]
    Parallel(n_jobs=-1)(delayed(keep)(lots, r, path) for r, path in enumerate(files) if not path.exists())
    return [json.loads(path.read_text("utf8")) for path in files]


def keep(lots: Sequence[Sequence[Point]], replication: int, path: Path) -> None:
    """Lives a replication and writes what it came to, and the processor time that it took."""
    began = time.process_time()
    values = replicate(lots, replication)
    write_text(path, json.dumps({"values": values, "seconds": time.process_time() - began}))
    print(f"  replication {replication + 1} is kept", file=sys.stderr, flush=True)


def replicate(lots: Sequence[Sequence[Point]], replication: int) -> list[list[tuple[float, float]]]:
    """(channel profit, cars per outlet and month) of every point of every cell; each scenario lives once, from one start by market."""
    starts, lived = {}, {}
    for scenario in (point.scenario for points in lots for point in points):
        if scenario not in lived:
            if scenario.market not in starts:
                starts[scenario.market] = start_up(scenario, 1, replication)
            one = simulate(scenario, 1, replication=replication, start=starts[scenario.market]).outcomes
            lived[scenario] = (one["profit_channel"], one["cars_per_outlet_month"])
    return [[lived[point.scenario] for point in points] for points in lots]


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


def counted(grid: Sequence[Cell], values: np.ndarray) -> Iterator[str]:
    """How often each format wins, on each basis."""
    for basis in dict.fromkeys(cell.basis for cell in grid):
        mine = [k for k, cell in enumerate(grid) if cell.basis == basis]
        won = Counter(winner({name: values[:, k, j, 0] for j, name in enumerate(NAMES)}, ALPHA) or "no clear winner" for k in mine)
        yield f"{basis}: {', '.join(f'{name} {n}' for name, n in won.most_common())}, of {len(mine)} settings."


def main(words: Sequence[str]) -> None:
    """Lives the sweep on all cores and writes the table into the marked part of a page."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    (page,) = (Path(word) for word in words if "=" not in word)
    grid = list(cells())
    kept = carry_out([cell.points() for cell in grid], int(options.get("replications", REPLICATIONS)), Path(options.get("kept", KEPT)))
    values = np.array([one["values"] for one in kept])
    minutes = sum(one["seconds"] for one in kept) / 60
    made = (
        f"{len(kept)} paired replications of {CONSUMERS:,} consumers over two years, the same start-up world and luck for every setting; "
        f"{minutes:.0f} minutes of one core; engine `{ENGINE}`, {date.today().isoformat()}.\n"
    )
    before, _, rest = page.read_text("utf8").partition("<!-- table -->")
    after = rest.partition("<!-- end -->")[2]
    told = "\n".join(["<!-- table -->\n", made, "  \n".join(counted(grid, values)), "", table(grid, values), "\n<!-- end -->"])
    write_text(page, (before + told + after).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
