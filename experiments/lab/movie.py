"""What one life of one side looks like: stocks, moves, money, waits frame by frame, and the moves of the consumers who are shown."""

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.records import PARTIES, PURPOSES, T
from sim.replication import joined
from sim.stages import MOVES, Stage

if TYPE_CHECKING:
    from sim.replication import History
    from sim.world import World

FRAMES = 120  # at most
PARTIES_SHOWN = ("maker", "retailer")
WAYS = tuple(dict.fromkeys(way for ways in MOVES.values() for way in ways))  # every move between two stages, once


@cache
def frames(days: int) -> np.ndarray:
    """The days that are shown: the first, and then every few days to the last."""
    step = max(1, math.ceil(days / FRAMES))
    return np.unique(np.append(np.arange(0, days, step), days))


def movie_of(world: "World", history: "History", line: np.ndarray, start: "World", dots: int) -> dict[str, object]:
    """Everything of a life that the page shows, in arrays and lists; people and money are of the whole market.

    line  how many stand in line at night at each outlet, the mean
    dots  how many consumers are shown: those with the first ids, whose traits are drawn by their ids
    """
    at, tally = frames(world.scenario.market.days), history.tally[:, 0]
    earned = {party: earned_by(history, world, party) for party in PARTIES_SHOWN}
    return {
        "days": at,
        "stocks": whole(history.stocks[at, 0] * world.weight),
        "flows": flows_by(history, world, at),
        "orders": whole(orders_by(history, world)),
        "repeat": whole(np.cumsum(tally[:, T["repeat_orders"]])[at] * world.weight),
        "money": {party: np.cumsum(by_day)[at].round(2) for party, (by_day, _) in earned.items()},
        "purposes": {party: dict(named(by_purpose)) for party, (_, by_purpose) in earned.items()},
        "waits": waits(tally, at),
        "outlets": outlets_of(history, world, line),
        "first": start.minds["stage"][0][start.people["id"] < dots].tolist(),
        "moves": moves_of(history),
        "buyers": buyers_of(history),
    }


def whole(numbers: np.ndarray) -> np.ndarray:
    """Whole numbers, row by row in memory."""
    return numbers.round().astype(np.int64, order="C")


def between(numbers: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What numbers by day (days + 1, ...) add up to from the day after one frame through the next."""
    return np.add.reduceat(numbers, np.append(0, at[:-1] + 1), axis=0)


def flows_by(history: "History", world: "World", at: np.ndarray) -> dict[str, np.ndarray]:
    """Moves of every kind through each frame, of the whole market."""
    kinds = [a * len(Stage) + b for a, b in WAYS]
    moves = history.flows[:, 0].reshape(-1, len(Stage) ** 2).take(kinds, axis=1)
    so_far = whole(np.cumsum(between(moves, at), axis=0).T * world.weight)
    return dict(zip((f"{a}-{b}" for a, b in WAYS), so_far, strict=True))


def orders_by(history: "History", world: "World") -> np.ndarray:
    """Cars ordered through each frame, of the whole market."""
    return np.cumsum(history.tally[:, 0, T["orders"]])[frames(world.scenario.market.days)] * world.weight


def earned_by(history: "History", world: "World", party: str) -> tuple[np.ndarray, np.ndarray]:
    """What a party received less what it paid in the first brand's books, million yuan of the whole market: by day, and by purpose."""
    lines, who = history.book[: history.entered[0]], PARTIES.index(party)
    signed = lines["fen"] * ((lines["payee"] == who).view(np.int8) - (lines["payer"] == who).view(np.int8)) * (lines["brand"] == 0)
    scale, days = world.weight / 1e8, world.scenario.market.days + 1
    return np.bincount(lines["day"], signed, days) * scale, np.bincount(lines["purpose"], signed, len(PURPOSES)) * scale


def named(by_purpose: np.ndarray) -> list[tuple[str, float]]:
    """What was earned by each purpose over the whole horizon, of those by which something was."""
    return [(name, value) for name, value in zip(PURPOSES, by_purpose.round(2).tolist(), strict=True) if value]


def waits(tally: np.ndarray, at: np.ndarray) -> dict[str, np.ndarray]:
    """Of each frame: mean days of waiting for a meeting, and the share of those who came that left the queue; everybody at the desks.

    tally  (days + 1, TALLY) counts by day
    """
    kinds = ("waited", "meetings", "abandoned", "arrivals")
    waited, met, left, came = between(sum(tally.take([T[of + kind] for kind in kinds], axis=1) for of in ("", "background_")), at).T
    return {"wait": shares(waited, met), "left": shares(left, came)}


def shares(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, no number where nothing is divided by."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0).round(4)


def outlets_of(history: "History", world: "World", line: np.ndarray) -> list[list[float]]:
    """Of each outlet: its tier, the part of its salespeople's time that is used, the cars ordered at it, and the mean line at night."""
    sold = np.concatenate([some["outlet"] for some in history.orders])
    orders = np.bincount(sold[sold >= 0], minlength=world.outlets.size) * world.weight
    busy = np.divide(world.outlets["served"], world.outlets["offered"], out=np.zeros(orders.size), where=world.outlets["offered"] > 0)
    ours = np.flatnonzero(world.outlets["brand"] == 0)
    about = world.outlets["tier"] + 1, busy.round(3), orders.round().astype(int), line.round(2)
    return [list(one) for one in zip(*(each[ours].tolist() for each in about), strict=True)]


def moves_of(history: "History") -> np.ndarray:
    """The moves of those who are shown, in the order of days: day, consumer, stage, day, consumer, stage ..."""
    lines = joined(history.diaries)
    lines = lines[(lines["brand"] == 0) & (lines["from_stage"] != lines["to_stage"])]
    moves = np.empty((lines.size, 3), np.int64)
    for k, name in enumerate(("day", "consumer", "to_stage")):
        moves[:, k] = lines[name]
    return moves[np.argsort(lines["day"], kind="stable")].ravel()


def buyers_of(history: "History") -> np.ndarray:
    """Everybody who ordered a car, shown or not, by id."""
    return np.unique(np.concatenate([some["consumer"][some["brand"] == 0] for some in history.orders]))


STAGES = tuple(one.name.lower() for one in Stage)
