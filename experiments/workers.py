"""Replications on all cores of one machine: one task each, resubmitted when a worker process dies."""

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from experiments.basis import Point
from experiments.replicate import Life, replicate
from sim.schema import ConfigError

Answer = TypeVar("Answer")
TRIES = 3  # deaths of a worker after which a task is given up


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lives(
    points: Sequence[Point], seed: int, replications: Iterable[int], loop: bool, workers: int, track: int = 0
) -> Iterator[list[Life]]:  # fmt: skip
    """What each replication gave, in the order in which they end. With one worker they run in this process."""
    wanted = list(replications)
    if workers == 1 or len(wanted) < 2:
        spare = max(1, workers)
        yield from (replicate(points, seed, replication, loop, spare, track) for replication in wanted)
        return
    tasks = [(points, seed, one, loop, 1, track) for one in wanted]
    yield from surviving(replicate, lambda one: one[0].replication, tasks, wanted, workers)


def side_by_side(works: Sequence[Callable[..., object]], given: tuple, workers: int) -> list:
    """What each work makes of the same arguments, at once where there are processors for it."""
    from joblib import Parallel, delayed

    return Parallel(n_jobs=min(len(works), workers or cores()))(delayed(work)(*given) for work in works)


def surviving(
    work: Callable[..., Answer], key: Callable[[Answer], Hashable], tasks: Sequence[tuple], keys: Sequence[Hashable], workers: int
) -> Iterator[Answer]:
    """The results of tasks by loky, which drops all that is in flight when a worker dies: those are handed out again.

    key  the task that a result belongs to, one of `keys`

    Raises ConfigError when workers die again and again: most likely for want of memory.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = dict(zip(keys, tasks, strict=True))
    for _ in range(TRIES):
        try:
            parallel = Parallel(n_jobs=min(workers, len(left)), return_as="generator_unordered", batch_size=1)
            for result in parallel(delayed(work)(*task) for task in list(left.values())):
                left.pop(key(result))
                yield result
            return
        except TerminatedWorkerError:
            continue
    raise ConfigError([f"worker processes died {TRIES} times, most likely for want of memory; try workers=1 or fewer market.consumers"])
