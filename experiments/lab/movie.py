"""What one life of one side looks like: stocks, moves, money, waits frame by frame, and the moves of the consumers who are shown."""

import math
from typing import TYPE_CHECKING

import numpy as np

from experiments.traces import journeys_of
from sim.outcomes import by_outlet
from sim.records import PARTIES, PURPOSES, TALLY
from sim.stages import MOVES, Stage

if TYPE_CHECKING:
    from sim.replication import Result
    from sim.world import World

FRAMES = 120  # at most
PARTIES_SHOWN = ("maker", "retailer")
WAYS = tuple(dict.fromkeys(way for ways in MOVES.values() for way in ways))  # every move between two stages, once


def frames(days: int) -> np.ndarray:
    """The days that are shown: the first, and then every few days to the last."""
    step = max(1, math.ceil(days / FRAMES))
    return np.unique(np.append(np.arange(0, days, step), days))


def movie_of(result: "Result", start: "World", dots: int) -> dict[str, object]:
    """Everything of a life that the page shows, as plain lists; people and money are of the whole market.

    dots  how many consumers are shown: those with the first ids, whose traits are drawn by their ids
    """
    at = frames(result.scenario.market.days)
    daily = {name: result.daily[name][:, 0].astype(np.float64) for name in TALLY}
    flows = np.cumsum(result.flows[:, 0], axis=0)[at] * result.weight
    return {
        "days": at.tolist(),
        "stocks": (result.stocks[at, 0] * result.weight).round().astype(int).tolist(),
        "flows": {f"{a}-{b}": flows[:, a, b].round().astype(int).tolist() for a, b in WAYS},
        "orders": orders_by(result, at).round().astype(int).tolist(),
        "repeat": (np.cumsum(daily["repeat_orders"])[at] * result.weight).round().astype(int).tolist(),
        "money": {party: money_by(result, party, at) for party in PARTIES_SHOWN},
        "purposes": {party: purposes_of(result, party) for party in PARTIES_SHOWN},
        "waits": waits(daily, at),
        "outlets": outlets_of(result),
        "first": start.minds["stage"][0][start.people["id"] < dots].tolist(),
        "moves": moves_of(result),
    }


def orders_by(result: "Result", at: np.ndarray) -> np.ndarray:
    """Cars ordered through each frame, of the whole market."""
    return np.cumsum(result.daily["orders"][:, 0])[at] * result.weight


def money_by(result: "Result", party: str, at: np.ndarray) -> list[float]:
    """What a party has earned through each frame, received less paid, million yuan."""
    lines, who = result.books[result.books["brand"] == 0], PARTIES.index(party)
    net = (lines["payee"] == who).astype(np.int64) - (lines["payer"] == who)
    by_day = np.bincount(lines["day"], net * lines["fen"].astype(np.float64), result.scenario.market.days + 1)
    return [round(one, 2) for one in (np.cumsum(by_day)[at] * result.weight / 1e8).tolist()]


def purposes_of(result: "Result", party: str) -> dict[str, float]:
    """What a party received less what it paid for each purpose over the whole horizon, million yuan."""
    lines, who = result.books[result.books["brand"] == 0], PARTIES.index(party)
    net = (lines["payee"] == who).astype(np.int64) - (lines["payer"] == who)
    by_purpose = np.bincount(lines["purpose"], net * lines["fen"].astype(np.float64), len(PURPOSES)) * result.weight / 1e8
    return {name: round(float(value), 2) for name, value in zip(PURPOSES, by_purpose, strict=True) if round(float(value), 2)}


def waits(daily: dict[str, np.ndarray], at: np.ndarray) -> dict[str, list[float | None]]:
    """Of each frame: mean days of waiting for a meeting, and the share of those who came that left the queue; everybody at the desks."""

    def between(*names: str) -> np.ndarray:
        return np.diff(np.cumsum(sum(daily[name] for name in names))[at], prepend=0.0)

    met, came = between("meetings", "background_meetings"), between("arrivals", "background_arrivals")
    return {
        "wait": shares(between("waited", "background_waited"), met),
        "left": shares(between("abandoned", "background_abandoned"), came),
    }


def shares(top: np.ndarray, bottom: np.ndarray) -> list[float | None]:
    """top / bottom, nothing where nothing is divided by."""
    return [round(float(a / b), 4) if b else None for a, b in zip(top, bottom, strict=True)]


def outlets_of(result: "Result") -> list[list[float]]:
    """Of each outlet: its tier, the part of its salespeople's time that is used, and the cars ordered at it."""
    known = [(one["tier"] + 1, one["utilisation"], one["orders"]) for one in by_outlet(result)]
    return [[int(tier), round(busy, 3) if math.isfinite(busy) else 0.0, round(orders)] for tier, busy, orders in known]


def moves_of(result: "Result") -> list[int]:
    """The moves of those who are shown, in the order of days: day, consumer, stage, day, consumer, stage ..."""
    lines = result.diary[(result.diary["brand"] == 0) & (result.diary["from_stage"] != result.diary["to_stage"])]
    lines = lines[np.argsort(lines["day"], kind="stable")]
    return np.stack([lines["day"], lines["consumer"], lines["to_stage"]], axis=1).astype(int).ravel().tolist()


def diary_of(result: "Result") -> np.ndarray:
    """What happened to those who are shown, without contacts and talk but the first of a need, for their stories."""
    return journeys_of(result.diary)


STAGES = tuple(one.name.lower() for one in Stage)
