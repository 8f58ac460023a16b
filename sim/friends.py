"""Who knows whom: the network of friends, drawn by key (ODD 5.3)."""

import numpy as np

from sim.chance import Decision, fill_uniform, two_uniforms
from sim.compiled import new_arrays


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
        return listed(n, ids, *attach(ids, np.lexsort((ids, fill_uniform(luck, Decision.FRIENDS, ids, 0, 0, 0))), half, rewiring, luck))
    order = np.lexsort((ids, fill_uniform(luck, Decision.FRIENDS, ids, 0, 0, 0), city))
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    share = 1.0 if kind == "random" else rewiring
    origins, ends = [], []
    for step in range(1, min(half, n - 1) + 1):
        anywhere = fill_uniform(luck, Decision.REWIRES, ids, step, 0, 0) < share
        far = (place + 1 + np.floor(fill_uniform(luck, Decision.REWIRES, ids, step, 0, 1) * (n - 1)).astype(np.int64)) % n
        origins.append(np.arange(n))
        ends.append(order[np.where(anywhere, far, (place + step) % n)])
    return listed(n, ids, np.concatenate(origins), np.concatenate(ends))


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
    return listed(ids.size, ids, rows[:, 0], rows[:, 1])


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


def listed(n: int, ids: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ties between rows a and b (links,) as the list of each row's friends: (starts (n + 1,), friends (2 links,))."""
    froms, tos = np.concatenate([a, b]), np.concatenate([b, a])
    by = np.lexsort((ids[tos], froms))
    starts = np.concatenate([[0], np.cumsum(np.bincount(froms, minlength=n))])
    return starts.astype(np.int64), tos[by].astype(np.int32)
