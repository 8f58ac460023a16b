"""Where work is done: in this process, in worker processes of this machine, or on a dask cluster. One interface, the same results."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import TypeVar

from experiments.workers import TRIES, compile_once, cores, pool
from sim.schema import ConfigError

Task, Answer = TypeVar("Task"), TypeVar("Answer")
AHEAD = 3  # tasks for each worker that are handed out before their turn


@dataclass(frozen=True)
class Engine:
    """Which engine, how many workers, and the scheduler that exists already, if any."""

    name: str = "loky"
    workers: int = 0
    address: str = ""

    def faults(self) -> list[str]:
        """What is wrong with it, one sentence each."""
        if self.address and self.name != "dask":
            return [f"engine.address is '{self.address}'; it is the scheduler of engine=dask, not of engine={self.name}"]
        if self.name == "dask" and find_spec("distributed") is None:
            return ["engine=dask needs dask.distributed: pip install -c constraints.txt -e '.[distributed]'"]
        return []


def answers(work: Callable[[Task], Answer], tasks: Iterable[Task], engine: Engine, language: str = "en") -> Iterator[Answer]:
    """What each task comes to, in the order in which they end; tasks are asked for only when a worker is about to be free.

    Raises ConfigError when workers die again and again, or the scheduler cannot be reached.
    """
    if engine.name == "dask":  # its workers may be other machines: each compiles for itself
        with cluster(engine, engine.workers or cores()) as (executor, threads):
            yield from spread(work, iter(tasks), executor, threads, {})
        return
    workers = 1 if engine.name == "serial" else engine.workers or cores()
    compile_once(workers, language)
    yield from map(work, tasks) if workers == 1 else by_loky(work, iter(tasks), workers)


def by_loky(work: Callable[[Task], Answer], tasks: Iterator[Task], workers: int) -> Iterator[Answer]:
    """Worker processes of this machine; what was in flight when one of them died is handed out again."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    waiting: dict = {}
    deaths = 0
    while deaths < TRIES:
        try:
            for answer in spread(work, tasks, pool(workers), workers, waiting):
                deaths = 0
                yield answer
            return
        except BrokenProcessPool:
            deaths += 1
    raise ConfigError([f"worker processes died {TRIES} times, most likely for want of memory; try workers=1 or fewer market.consumers"])


def spread(work: Callable[[Task], Answer], tasks: Iterator[Task], executor: Executor, workers: int, waiting: dict) -> Iterator[Answer]:
    """Keeps the workers of an executor busy.

    waiting  future -> task of what is handed out; what an executor that broke left in it is handed out again, but for what had ended
    """
    ended = [future for future in waiting if future.done() and not future.exception()]
    yield from (future.result() for future in ended)
    lost = [task for future, task in waiting.items() if future not in ended]
    waiting.clear()
    waiting |= {executor.submit(work, task): task for task in lost}
    while True:
        for task in islice(tasks, max(0, AHEAD * workers - len(waiting))):
            waiting[executor.submit(work, task)] = task
        if not waiting:
            return
        for future in sorted(wait(waiting, return_when=FIRST_COMPLETED).done, key=lambda one: bool(one.exception())):
            answer = future.result()
            waiting.pop(future)
            yield answer


@contextmanager
def cluster(engine: Engine, workers: int) -> Iterator[tuple[Executor, int]]:
    """A dask cluster as an executor and how many threads it has: the one at the address, or one made for now.

    Raises ConfigError where there is none at the address.
    """
    from dask.distributed import Client, LocalCluster

    made = None if engine.address else LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        client = Client(engine.address or made, timeout=10)
    except (OSError, ValueError) as error:
        raise ConfigError([f"engine.address: no dask scheduler answers at '{engine.address}' ({error})"]) from None
    try:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))
    finally:
        client.close()
        if made:
            made.close()
