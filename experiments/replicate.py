"""One replication: every strategy on every basis lives on the same start-up world. This is all that a worker does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.recfunctions import repack_fields

from experiments.point import Point
from experiments.traces import traces_of
from sim import simulate, start_up
from sim.kpi import Before, Values, kpis_of
from sim.outcomes import order_shares
from sim.scenario import Scenario
from sim.stages import Stage
from sim.touchpoint_account import account_of
from sim.world import market_record

if TYPE_CHECKING:
    from sim.replication import Result
    from sim.world import World

OF_PEOPLE, OF_MINDS = ["car", "needs", "need_since"], ["stage", "contacts", "visits", "asked", "met", "meetings"]
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
    traces: dict[str, np.ndarray] = field(default_factory=dict)  # rows of the tables in traces.py
    kpis: dict[str, tuple[tuple[str, ...], Values]] = field(default_factory=dict)  # by -> names of the parts, KPI -> (parts,)
    touchpoints: Values = field(default_factory=dict)  # figure -> (touchpoints,)


def replicate(
    points: Sequence[Point], seed: int, replication: int, loop: bool = False, threads: int = 1, track: int = 0
) -> list[Life]:  # fmt: skip
    """Lives every point once. The uncounted days depend on market, luck and number of brands only, and are shared.

    Each start is made when it is first needed, and lived in by the last point that needs it.

    loop  whether each is lived a second time without word of mouth and repurchase, for its loop gain
    track  consumers whose journeys are kept: the same random sample under every strategy
    """
    starts: dict[tuple, tuple[World, Before]] = {}
    lives, left = [], Counter(map(common, points))
    for point in points:
        key = common(point)
        if key not in starts:
            starts[key] = started(point.scenario, seed, replication, threads)
        left[key] -= 1
        start = starts[key] if left[key] else starts.pop(key)
        lives.append(live(point, seed, replication, *start, loop, threads, track, keep=left[key] > 0))
        del start  # before the next is made
    return lives


def started(scenario: Scenario, seed: int, replication: int, threads: int) -> tuple["World", Before]:
    """A start, and what had been counted by then."""
    start = start_up(scenario, seed, replication, threads)
    return start, before(start)


def common(point: Point) -> tuple:
    """What points must have in common to share their uncounted days."""
    return point.scenario.market, len(point.scenario.strategies)


def live(
    point: Point, seed: int, replication: int, start: "World", then: Before, loop: bool, threads: int, track: int = 0, keep: bool = True
) -> Life:  # fmt: skip
    """One strategy's life from a start, shared if it is kept; of several brands in its market the first is its own."""
    whole = simulate(point.scenario, seed, track, replication=replication, start=start, threads=threads, keep=keep or loop)
    result = of_first_brand(whole)
    outcomes = result.outcomes | reached(result, then) | chain(result, then)
    if point.scenario.rivals:
        outcomes |= {f"order_share_{b}": share for b, share in enumerate(order_shares(whole))}
    if loop:
        outcomes["loop_gain"] = loop_gain(point.scenario, outcomes["orders"], seed, replication, start, threads, keep)
    kept = (result.stocks, result.flows, result.books, result.daily)
    kpis, touchpoints = kpis_of(result, then), account_of(result, then)
    return Life(point.basis, point.strategy, replication, *kept, outcomes, traces_of(result), kpis, touchpoints)


def before(start: "World") -> Before:
    """What of people, and of their minds of the first brand, is taken off what a run has counted."""
    return Before(*(repack_fields(rows[kept]) for rows, kept in ((start.people, OF_PEOPLE), (start.minds[0], OF_MINDS))))


def of_first_brand(result: "Result") -> "Result":
    """A result without the records of the other brands in the market."""
    if result.daily.shape[1] == 1:
        return result
    mine = {name: getattr(result, name)[:, :1] for name in ("stocks", "flows", "daily", "opened")}
    for name in ("books", "orders", "diary", "outlets"):
        rows = getattr(result, name)
        mine[name] = rows[rows["brand"] == 0]
    return replace(result, **mine, minds=result.minds[:1], staff=result.staff[result.outlets["brand"][result.staff["outlet"]] == 0])


def loop_gain(scenario: Scenario, orders: float, seed: int, replication: int, start: "World", threads: int, keep: bool) -> float:
    """1 - orders with word of mouth, referral and repurchase off / orders, from the same start with the same luck."""
    market = scenario.market
    waits = replace(market.waits, looks_again=0.0)
    silent = {"word_of_mouth": replace(market.word_of_mouth, talk=0.0), "asking": replace(market.asking, friends=0.0, members=0.0)}
    line = replace(scenario, market=replace(market, waits=waits, **silent))
    straight_start = replace(start, scenario=line, market=market_record(line))
    straight = simulate(line, seed, replication=replication, start=straight_start, threads=threads, keep=keep)
    return 1 - straight.outcomes["orders"] / orders if orders else np.nan


def reached(result: "Result", then: Before) -> dict[str, float]:
    """Shares of people who in the horizon were ever at each stage or beyond, and who ordered; the first brand's."""
    return {f"reached_{name}": float(people.mean()) for name, people in ever(result, then).items()}


def chain(result: "Result", then: Before) -> dict[str, float]:
    """How many people who did not drive the brand came how far in the horizon, and all orders by how they ended; of the whole market.

    people, aware, interest, consideration, met (of the considering, a salesperson) are people; signed (with a salesperson), online
    and loop (by those who drive or drove the brand) are orders and add up to all of them; heard are first orders after hearing an owner.
    """
    orders = result.orders[result.orders["brand"] == 0]
    new = then.people["car"] != 0
    first = ~orders["repeat"] & new[orders["person"]]
    stages = ever(result, then)
    out = {"people": new.sum()} | {name: (stages[name] & new).sum() for name in ("aware", "interest", "consideration")}
    out |= {"met": (met(result, then) & stages["consideration"] & new).sum()}
    out |= {"signed": (first & ~orders["online"]).sum(), "online": (first & orders["online"]).sum(), "loop": (~first).sum()}
    out |= {"heard": (first & orders["referred"]).sum()}
    return {f"chain_{name}": float(count) * result.weight for name, count in out.items()}


def ever(result: "Result", then: Before) -> dict[str, np.ndarray]:
    """Who in the horizon was ever at each stage or beyond, and who ordered: (people,) of the first brand."""
    before, after = then.mind, result.minds[0]
    beyond = np.zeros(after.size, bool)
    beyond[result.orders["person"][result.orders["brand"] == 0]] = True
    out = {"order": beyond}
    for stage in reversed(FUNNEL):
        beyond = beyond | (before["stage"] == stage) | (after["visits"][:, stage] > before["visits"][:, stage])
        out[stage.name.lower()] = beyond
    return out


def met(result: "Result", then: Before) -> np.ndarray:
    """Who in the horizon talked with a salesperson of the first brand (people,): since the last need opened, or on the way to an order."""
    another_need = result.people["needs"] > then.people["needs"]
    earlier = np.where(another_need, 0, then.mind["meetings"].sum(axis=1))
    talked = result.minds[0]["meetings"].sum(axis=1) > earlier
    talked[result.orders["person"][(result.orders["brand"] == 0) & ~result.orders["online"]]] = True
    return talked
