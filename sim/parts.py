"""Work on everybody, cut into parts: blocks that the processor's own memory holds, on as many threads as there are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

BLOCK = 8192  # people at a time: what is reckoned on the way never fills more memory than theirs
POOLS: dict[int, ThreadPoolExecutor] = {}


def pool(threads: int) -> ThreadPoolExecutor:
    """The threads of this process, started once."""
    if threads not in POOLS:
        POOLS[threads] = ThreadPoolExecutor(threads)
    return POOLS[threads]


def by_blocks(n: int, threads: int, work: Callable[[slice], object]) -> list:
    """What work(rows) returns for every block of n rows. No block writes what another reads, so any number of threads gives the same."""
    blocks = [slice(low, min(low + BLOCK, n)) for low in range(0, n, BLOCK)]
    return list(pool(threads).map(work, blocks) if threads > 1 and len(blocks) > 1 else map(work, blocks))
