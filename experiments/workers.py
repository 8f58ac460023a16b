"""Replications on all cores of one machine: one task each, resubmitted when a worker process dies."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from experiments.basis import Point
from experiments.replicate import Life, replicate
from sim.schema import ConfigError

TRIES = 3  # deaths of a worker after which a task is given up


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lives(points: Sequence[Point], seed: int, replications: Iterable[int], loop: bool, workers: int) -> Iterator[list[Life]]:
    """What each replication gave, in the order in which they end. With one worker they run in this process."""
    wanted = list(replications)
    if workers == 1 or len(wanted) < 2:
        spare = max(1, workers)
        yield from (replicate(points, seed, replication, loop, threads=spare) for replication in wanted)
        return
    yield from surviving(lambda one: one[0].replication, [(points, seed, one, loop) for one in wanted], wanted, workers)


def surviving(key: Callable[[list[Life]], int], tasks: list[tuple], keys: list[int], workers: int) -> Iterator[list[Life]]:
    """The results of tasks by loky, which drops all that is in flight when a worker dies: those are handed out again.

    Raises ConfigError when workers die again and again: most likely for want of memory.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = dict(zip(keys, tasks, strict=True))
    for _ in range(TRIES):
        try:
            parallel = Parallel(n_jobs=min(workers, len(left)), return_as="generator_unordered", batch_size=1)
            for result in parallel(delayed(replicate)(*task) for task in list(left.values())):
                left.pop(key(result))
                yield result
            return
        except TerminatedWorkerError:
            continue
    raise ConfigError([f"worker processes died {TRIES} times, most likely for want of memory; try workers=1 or fewer market.consumers"])
