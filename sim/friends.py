"""Who knows whom: the network of friends, drawn by key (ODD 5.3)."""

import numpy as np

from sim.chance import Decision, fill_uniform


def befriend(ids: np.ndarray, city: np.ndarray, kind: str, degree: int, rewiring: float, luck: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    """The network as (starts (n + 1,), friends (links,)): the friends of row i are friends[starts[i]:starts[i + 1]].

    small_world  a ring by city, each person tied to the next degree / 2, a share of the ties led anywhere
                 (Watts & Strogatz 1998, doi:10.1038/30918)
    random       as many ties, all led anywhere; `none` and `complete` need no list
    """
    n = ids.size
    half = degree // 2
    if kind in ("none", "complete") or half == 0 or n < 3:
        return np.zeros(n + 1, np.int64), np.zeros(0, np.int32)
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
    a, b = np.concatenate(origins), np.concatenate(ends)
    froms, tos = np.concatenate([a, b]), np.concatenate([b, a])
    by = np.lexsort((ids[tos], froms))
    starts = np.concatenate([[0], np.cumsum(np.bincount(froms, minlength=n))])
    return starts.astype(np.int64), tos[by].astype(np.int32)
