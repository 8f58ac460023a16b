"""A look ahead while a lever is being dragged: two years of a small market in tens of milliseconds, two strategies side by side.

    with Pair() as pair:                       # two processes, started once and kept
        one, other = pair.live(here, there)    # two scenarios of one market
    one.stocks, one.outcomes["orders"]

What is lived is what `simulate` lives, to the bit; only less of it is written down. One process each, for what a day does in Python
keeps other threads of its process waiting. The first call with a market lives its uncounted days; later calls share them.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from sim.books import PURPOSE, balance
from sim.day import live
from sim.outcomes import ratio
from sim.records import T
from sim.replication import History, enter, start_up
from sim.scenario import Scenario
from sim.world import World

COUNTS = ("orders", "deliveries", "leads", "meetings")
STARTS: dict[str, tuple[tuple, World]] = {}  # the last start world of this process, with what it is the start of


@dataclass(frozen=True)
class Preview:
    """The days of one strategy. Stocks, flows and counts are of simulated people: times `weight` they are of the whole market."""

    weight: float
    stocks: np.ndarray  # (days + 1, brand, stage) int64; row 0 = after start-up
    flows: np.ndarray  # (days + 1, brand, from, to) int64; row 0 is zero
    daily: dict[str, np.ndarray]  # of each of COUNTS (days + 1, brand)
    outcomes: dict[str, float]  # of the first brand and the whole market, by the names that `simulate` gives them


def preview(scenario: Scenario, start: World) -> Preview:
    """Lives a scenario's days from a world of `start_up`, which stays as it was."""
    world = enter(scenario, start, 1)
    history = History(world)
    for _ in range(scenario.market.days):
        history.add(world, live(world))
    daily = {name: history.tally[:, :, T[name]] for name in COUNTS}
    return Preview(world.weight, history.stocks, history.flows, daily, outcomes(history, world.weight))


def outcomes(history: History, weight: float) -> dict[str, float]:
    """The few outcomes of the first brand that a preview shows; cars, leads, meetings and yuan."""
    count = {name: int(history.tally[1:, 0, T[name]].sum()) for name in COUNTS}
    book = history.book[: history.entered[0]]
    lines, yuan = book[book["brand"] == 0] if history.stocks.shape[1] > 1 else book, weight / 100.0
    sold, given = (float(lines["fen"][lines["purpose"] == PURPOSE[name]].sum()) * yuan for name in ("vehicle_revenue", "discount"))
    maker, retailer = balance(lines, "maker") * yuan, balance(lines, "retailer") * yuan
    return {name: number * weight for name, number in count.items()} | {
        "market_share": ratio(count["orders"], history.tally[1:, 0, T["needs"]].sum()),
        "revenue": sold - given,
        "profit_maker": maker,
        "profit_retailer": retailer,
        "profit_channel": maker + retailer,
    }


def start_of(scenario: Scenario, seed: int) -> World:
    """The start world of a scenario, kept for the next one of the same market."""
    shared = len(scenario.rivals) if scenario.market.start == "established" else scenario.strategies
    wanted = (scenario.market, scenario.neutral, shared, seed, scenario.ties is None)
    if "last" not in STARTS or STARTS["last"][0] != wanted or scenario.ties is not None:
        STARTS["last"] = wanted, start_up(scenario, seed)
    return STARTS["last"][1]


def preview_of(scenario: Scenario, seed: int = 1) -> Preview:
    """The days of a scenario, from the start world that this process keeps."""
    return preview(scenario, start_of(scenario, seed))


class Pair:
    """Two processes that live one strategy each, at the same time."""

    def __init__(self) -> None:
        self.processes = [ProcessPoolExecutor(1, get_context("spawn")) for _ in range(2)]

    def live(self, one: Scenario, other: Scenario, seed: int = 1) -> tuple[Preview, Preview]:
        """Both scenarios' days; the same seed gives both the same luck."""
        asked = [process.submit(preview_of, scenario, seed) for process, scenario in zip(self.processes, (one, other), strict=True)]
        first, second = (answer.result() for answer in asked)
        return first, second

    def __enter__(self) -> "Pair":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.shutdown()
