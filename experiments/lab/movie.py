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
    """Everything of a life that the page shows, as plain lists; people and money are of the whole market.

    line  how many stand in line at night at each outlet, the mean
    dots  how many consumers are shown: those with the first ids, whose traits are drawn by their ids
    """
    at = frames(world.scenario.market.days)
    since = np.append(0, at[:-1] + 1)  # the day after the frame before
    flows = np.cumsum(np.add.reduceat(history.flows[:, 0], since), axis=0) * world.weight
    net = {party: net_of(history, world, party) for party in PARTIES_SHOWN}
    return {
        "days": at.tolist(),
        "stocks": (history.stocks[at, 0] * world.weight).round().astype(int).tolist(),
        "flows": {f"{a}-{b}": flows[:, a, b].round().astype(int).tolist() for a, b in WAYS},
        "orders": orders_by(history, world).round().astype(int).tolist(),
        "repeat": (np.cumsum(history.tally[:, 0, T["repeat_orders"]])[at] * world.weight).round().astype(int).tolist(),
        "money": {party: by_frame(one, at) for party, one in net.items()},
        "purposes": {party: by_purpose(one) for party, one in net.items()},
        "waits": waits(history, at),
        "outlets": outlets_of(history, world, line),
        "first": start.minds["stage"][0][start.people["id"] < dots].tolist(),
        "moves": moves_of(history),
        "buyers": buyers_of(history),
    }


def orders_by(history: "History", world: "World") -> np.ndarray:
    """Cars ordered through each frame, of the whole market."""
    return np.cumsum(history.tally[:, 0, T["orders"]])[frames(world.scenario.market.days)] * world.weight


def net_of(history: "History", world: "World", party: str) -> np.ndarray:
    """What a party received less what it paid in the first brand's books, million yuan of the whole market: (days + 1, purpose)."""
    lines, who, days = history.book[: history.entered[0]], PARTIES.index(party), world.scenario.market.days + 1
    sign = ((lines["payee"] == who).astype(np.int64) - (lines["payer"] == who)) * (lines["brand"] == 0)
    cell = lines["day"].astype(np.int64) * len(PURPOSES) + lines["purpose"]
    return np.bincount(cell, sign * lines["fen"].astype(np.float64), days * len(PURPOSES)).reshape(days, -1) * (world.weight / 1e8)


def by_frame(net: np.ndarray, at: np.ndarray) -> list[float]:
    """What has been earned through each frame, million yuan."""
    return np.cumsum(net.sum(axis=1))[at].round(2).tolist()


def by_purpose(net: np.ndarray) -> dict[str, float]:
    """What was earned by each purpose over the whole horizon, million yuan."""
    return {name: round(value, 2) for name, value in zip(PURPOSES, net.sum(axis=0).tolist(), strict=True) if round(value, 2)}


def waits(history: "History", at: np.ndarray) -> dict[str, list[float | None]]:
    """Of each frame: mean days of waiting for a meeting, and the share of those who came that left the queue; everybody at the desks."""

    def between(*names: str) -> np.ndarray:
        return np.diff(np.cumsum(sum(history.tally[:, 0, T[name]] for name in names))[at], prepend=0)

    met, came = between("meetings", "background_meetings"), between("arrivals", "background_arrivals")
    return {
        "wait": shares(between("waited", "background_waited"), met),
        "left": shares(between("abandoned", "background_abandoned"), came),
    }


def shares(top: np.ndarray, bottom: np.ndarray) -> list[float | None]:
    """top / bottom, nothing where nothing is divided by."""
    share = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return [None if math.isnan(one) else one for one in share.round(4).tolist()]


def outlets_of(history: "History", world: "World", line: np.ndarray) -> list[list[float]]:
    """Of each outlet: its tier, the part of its salespeople's time that is used, the cars ordered at it, and the mean line at night."""
    sold = np.concatenate([some["outlet"] for some in history.orders])
    orders = np.bincount(sold[sold >= 0], minlength=world.outlets.size) * world.weight
    busy = np.divide(world.outlets["served"], world.outlets["offered"], out=np.zeros(orders.size), where=world.outlets["offered"] > 0)
    ours = np.flatnonzero(world.outlets["brand"] == 0)
    about = world.outlets["tier"] + 1, busy.round(3), orders.round().astype(int), line.round(2)
    return [list(one) for one in zip(*(each[ours].tolist() for each in about), strict=True)]


def moves_of(history: "History") -> list[int]:
    """The moves of those who are shown, in the order of days: day, consumer, stage, day, consumer, stage ..."""
    lines = joined(history.diaries)
    lines = lines[(lines["brand"] == 0) & (lines["from_stage"] != lines["to_stage"])]
    lines = lines[np.argsort(lines["day"], kind="stable")]
    return np.stack([lines["day"], lines["consumer"], lines["to_stage"]], axis=1).astype(int).ravel().tolist()


def buyers_of(history: "History") -> list[int]:
    """Everybody who ordered a car, shown or not, by id."""
    return np.unique(np.concatenate([some["consumer"][some["brand"] == 0] for some in history.orders])).tolist()


STAGES = tuple(one.name.lower() for one in Stage)
