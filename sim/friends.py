"""Who knows whom: the network of friends, drawn by key (ODD 5.3)."""

import numpy as np

from sim.chance import Decision, fill_uniform, two_uniforms
from sim.compiled import new_arrays, njit


def befriend(
    ids: np.ndarray, city: np.ndarray, kind: str, degree: int, rewiring: float, luck: np.uint64, ties: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The network as (starts (n + 1,), friends (links,)): the friends of row i are friends[starts[i]:starts[i + 1]].

    small_world  a ring by city, each person tied to the next degree / 2, a share of the ties led anywhere
                 (Watts & Strogatz 1998, doi:10.1038/30918)
    random       as many ties, all led anywhere; `none` and `complete` need no list
    scale_free   people come one after another, each ties degree / 2 times to who is there: a share `rewiring` anywhere, the others by
                 the ties they have, so that degrees fall like k^-(1 + 2 / (1 - rewiring)) (Barabasi & Albert 1999,
                 doi:10.1126/science.286.5439.509; Dorogovtsev & Mendes 2002, doi:10.1080/00018730110112519)
    list         the ties (k, 2) of ids that are given; a tie named twice counts once
    """
    n = ids.size
    half = degree // 2
    if kind == "list":
        return given(ids, ties)
    if kind in ("none", "complete") or half == 0 or n < 3:
        return np.zeros(n + 1, np.int64), np.zeros(0, np.int32)
    if kind == "scale_free":
        return listed(ids, *attach(ids, ring_order(ids, np.zeros(n, np.int16), luck), half, rewiring, luck))
    order, steps = ring_order(ids, city, luck), min(half, n - 1)
    share = 1.0 if kind == "random" else rewiring
    ends = np.empty((steps, n), np.int32)
    for step in range(1, steps + 1):
        anywhere, far = (fill_uniform(luck, Decision.REWIRES, ids, step, other=k) for k in (0, 1))
        lead_round(order, step, share, anywhere, far, ends[step - 1])
    return listed(ids, np.tile(np.arange(n, dtype=np.int32), steps), ends.ravel())


def ring_order(ids: np.ndarray, city: np.ndarray, luck: np.uint64) -> np.ndarray:
    """Rows (n,) as people stand in the ring: city by city, within a city by keyed draw."""
    order = np.argsort(city.astype(np.int16), kind="stable").astype(np.int32)
    draw = fill_uniform(luck, Decision.FRIENDS, ids)
    ends = np.cumsum(np.bincount(city))
    for first, last in zip(ends - np.diff(ends, prepend=0), ends, strict=True):
        rows = order[first:last]
        order[first:last] = rows[np.lexsort((ids[rows], draw[rows]))]
    return order


@new_arrays
def lead_round(order, step, share, anywhere, far, ends):
    """The other end of everybody's tie number `step` (n,): who stands so far on in the ring or, for a share of the ties, anybody else.

    order (n,) rows as they stand; anywhere, far (n,) uniform numbers that say whether a tie is led away, and how far
    """
    n = order.size
    place = np.empty(n, np.int32)
    for k in range(n):
        place[order[k]] = k
    for i in range(n):
        ahead = place[i] + (1 + int(far[i] * (n - 1)) if anywhere[i] < share else step)
        ends[i] = order[ahead - n if ahead >= n else ahead]


def given(ids: np.ndarray, ties: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The network of a list of ties (k, 2) between ids; ties with ids that are not there are left out.

    Raises ValueError without a list.
    """
    if ties is None:
        raise ValueError("the network is 'list', and no ties were given: Scenario.ties is (k, 2) ids")
    by = np.argsort(ids, kind="stable")
    pairs = np.unique(np.sort(np.asarray(ties, np.int64).reshape(-1, 2), axis=1), axis=0)
    pairs = pairs[np.isin(pairs, ids).all(axis=1) & (pairs[:, 0] != pairs[:, 1])]
    rows = by[np.searchsorted(ids[by], pairs)]
    return listed(ids, rows[:, 0], rows[:, 1])


@new_arrays
def attach(ids, order, ties, anywhere, luck):
    """Preferential attachment as the two ends of each tie (links,): rows in `order` come one after another and tie `ties` times."""
    n = order.size
    a, b = np.empty(n * ties, np.int64), np.empty(n * ties, np.int64)
    made = 0
    for k in range(1, n):
        already = made
        for step in range(ties):
            u, v = two_uniforms(luck, Decision.ATTACHES, ids[order[k]], step)
            if already == 0 or v < anywhere:
                other = order[int(u * k)]
            else:
                end = int(u * 2 * already)
                other = a[end] if end < already else b[end - already]
            a[made], b[made] = order[k], other
            made += 1
    return a[:made], b[:made]


def listed(ids: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ties between rows a and b (links,) as the list of each row's friends: (starts (n + 1,), friends (2 links,)), friends by id."""
    degree = np.bincount(a, minlength=ids.size) + np.bincount(b, minlength=ids.size)
    starts = np.concatenate([[0], np.cumsum(degree)])
    ends, unsorted, friends = starts[:-1].copy(), np.empty(2 * a.size, np.int32), np.empty(2 * a.size, np.int32)
    as_they_come(a, b, ends, unsorted)
    by_id(np.argsort(ids, kind="stable"), starts, starts[:-1].copy(), unsorted, friends)
    return starts, friends


@njit
def as_they_come(a, b, ends, friends):
    """Writes the friends (2 links,) of each row as the ties come; ends (n,) where each row's begin."""
    for k in range(a.size):
        friends[ends[a[k]]] = b[k]
        ends[a[k]] += 1
        friends[ends[b[k]]] = a[k]
        ends[b[k]] += 1


@njit
def by_id(rows, starts, ends, unsorted, friends):
    """Writes the friends (2 links,) of each row once more as the rows (n,) are sorted, so that each row's are too."""
    for k in range(rows.size):
        row = rows[k]
        for at in range(starts[row], starts[row + 1]):
            friends[ends[unsorted[at]]] = row
            ends[unsorted[at]] += 1
