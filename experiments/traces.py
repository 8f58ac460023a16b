"""What a life leaves beside its daily counts: orders, outlets, who lives near one, and the journeys of a random sample of consumers."""

from typing import TYPE_CHECKING

import numpy as np

from sim.records import EVENTS, ORDER

if TYPE_CHECKING:
    from sim.replication import Result

NEAR = 20.0  # km to an outlet, as in reach_share
TOUCHES = ("sees touchpoint", "hears good", "hears bad")  # of these only the first of a need is kept
ROUTINE = ("searches", "talks")  # of these none
CODE = {name: k for k, name in enumerate(EVENTS)}

KEPT_OF_ORDERS = (
    "consumer",
    "brand",
    "day",
    "tier",
    "price",
    "need_day",
    "lead_day",
    "first_touch",
    "lead_touch",
    "repeat",
    "referred",
    "online",
)
ORDERS = np.dtype([(name, ORDER[name]) for name in KEPT_OF_ORDERS])
JOURNEYS = np.dtype(
    [("consumer", "i4"), ("day", "i4"), ("brand", "i1"), ("event", "i1"), ("from_stage", "i1"), ("to_stage", "i1"), ("touchpoint", "i1"),
     ("outlet", "i4"), ("salesperson", "i4"), ("price", "f4")]
)  # fmt: skip
OUTLETS = np.dtype(
    [("id", "i8"), ("brand", "i1"), ("tier", "i1"), ("city", "i4"), ("x", "f4"), ("y", "f4"), ("open", "?"), ("orders", "i4")]
)
REACH = np.dtype([("city", "i4"), ("tier", "i1"), ("x", "f4"), ("y", "f4"), ("people", "i4"), ("near", "i4"), ("tracked", "i4")])


def traces_of(result: "Result") -> dict[str, np.ndarray]:
    """The traces of a life by table; journeys only where consumers were tracked."""
    out = {"orders": copied(result.orders, ORDERS), "outlets": copied(result.outlets, OUTLETS), "reach": reach_of(result)}
    return out | ({"journeys": journeys_of(result.diary)} if result.people["tracked"].any() else {})


def copied(rows: np.ndarray, kind: np.dtype) -> np.ndarray:
    """Rows with only the fields of a kind."""
    out = np.zeros(rows.size, kind)
    for name in kind.names:
        out[name] = rows[name]
    return out


def journeys_of(lines: np.ndarray) -> np.ndarray:
    """Journeys without contacts, searches, talk and messages, but with the first touch of every need."""
    events = lines["event"]
    touch, routine = (np.isin(events, [CODE[name] for name in some]) for some in (TOUCHES, ROUTINE))
    kept = ~touch & ~routine
    kept[first_touches(lines["consumer"], lines["day"], events == CODE["need opens"], touch)] = True
    out = np.zeros(int(kept.sum()), JOURNEYS)
    for name in JOURNEYS.names:
        out[name] = lines[name][kept]
    return out


def first_touches(consumers: np.ndarray, days: np.ndarray, opens: np.ndarray, touch: np.ndarray) -> np.ndarray:
    """Where the first touch after the day on which each need opens is, in lines sorted by consumer and time."""
    need = np.cumsum(opens)
    latest = np.maximum.accumulate(np.where(opens, np.arange(opens.size), -1)) if opens.size else np.zeros(0, int)
    in_need = touch & (latest >= 0)
    opening = latest[in_need]
    in_need[in_need] = (consumers[opening] == consumers[in_need]) & (days[opening] < days[in_need])
    where = np.flatnonzero(in_need)
    return where[np.unique(need[where], return_index=True)[1]]


def reach_of(result: "Result") -> np.ndarray:
    """Every city: the middle of its people, how many there are, how many have an outlet of the first brand near, how many are tracked."""
    people, near = result.people, result.minds["distance"][0] <= NEAR
    cities, first, place, count = np.unique(people["city"], return_index=True, return_inverse=True, return_counts=True)
    out = np.zeros(cities.size, REACH)
    out["city"], out["tier"], out["people"] = cities, people["tier"][first], count
    out["near"], out["tracked"] = np.bincount(place, near, cities.size), np.bincount(place, people["tracked"], cities.size)
    for axis in ("x", "y"):
        out[axis] = np.bincount(place, people[axis].astype(float), cities.size) / count
    return out
