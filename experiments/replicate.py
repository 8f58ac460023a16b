"""One replication: every strategy on every basis lives on the same start-up world. This is all that a worker does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from experiments.basis import Point
from sim import simulate, start_up
from sim.scenario import Scenario
from sim.schema import fill
from sim.stages import Stage

if TYPE_CHECKING:
    from sim.replication import Result
    from sim.world import World

FUNNEL = (Stage.AWARE, Stage.INTEREST, Stage.CONSIDERATION, Stage.INTENT)


@dataclass(frozen=True)
class Life:
    """What one strategy on one basis gave in one replication, as plain arrays."""

    basis: str
    strategy: str
    replication: int
    stocks: np.ndarray  # (days + 1, brand, stage) people
    flows: np.ndarray  # (days + 1, brand, from, to) people
    books: np.ndarray  # payments, fen
    daily: np.ndarray  # (days + 1, brand) counters
    outcomes: dict[str, float]


def replicate(points: Sequence[Point], seed: int, replication: int, loop: bool = False, threads: int = 1) -> list[Life]:
    """Lives every point once. The uncounted days depend on market and luck only, so they are lived once and shared.

    loop  whether each is lived a second time without word of mouth and repurchase, for its loop gain
    """
    start = start_up(points[0].scenario, seed, replication, threads)
    return [live(point, seed, replication, start, loop, threads) for point in points]


def live(point: Point, seed: int, replication: int, start: "World", loop: bool, threads: int) -> Life:
    """One strategy's life from a shared start."""
    result = simulate(point.scenario, seed, replication=replication, start=start, threads=threads)
    outcomes = result.outcomes | reached(result, start)
    if loop:
        outcomes["loop_gain"] = loop_gain(point.scenario, outcomes["orders"], seed, replication, start, threads)
    return Life(point.basis, point.strategy, replication, result.stocks, result.flows, result.books, result.daily, outcomes)


def loop_gain(scenario: Scenario, orders: float, seed: int, replication: int, start: "World", threads: int) -> float:
    """1 - orders with word of mouth, referral and repurchase off / orders, from the same start with the same luck."""
    market = scenario.market
    waits = replace(market.waits, looks_again=0.0)
    line = replace(scenario, market=replace(market, waits=waits, word_of_mouth=replace(market.word_of_mouth, talk=0.0)))
    record = start.market.copy()
    fill(record[0], line.market)
    straight = simulate(line, seed, replication=replication, start=replace(start, scenario=line, market=record), threads=threads)
    return 1 - straight.outcomes["orders"] / orders if orders else np.nan


def reached(result: "Result", start: "World") -> dict[str, float]:
    """Shares of people who in the horizon were ever at each stage or beyond, and who ordered; the first brand's."""
    before, after = start.minds[0], result.minds[0]
    ordered = np.isin(np.arange(after.size), result.orders["person"][result.orders["brand"] == 0])
    out, beyond = {"reached_order": float(ordered.mean())}, ordered
    for stage in reversed(FUNNEL):
        beyond = beyond | (before["stage"] == stage) | (after["visits"][:, stage] > before["visits"][:, stage])
        out[f"reached_{stage.name.lower()}"] = float(beyond.mean())
    return out
