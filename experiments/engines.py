"""Where work is done: in this process, in worker processes of this machine, or on a dask cluster. One interface, the same results."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from experiments.workers import ONE_THREAD_EACH, TRIES, compile_once, cores, load, pool, replicated, stop
from sim.schema import ConfigError

if TYPE_CHECKING:
    from dask.distributed import Client

    from experiments.point import Point
    from experiments.replicate import Life

Answer = TypeVar("Answer")
AHEAD = 3  # tasks for each worker that are handed out before their turn
DIED = f"worker processes died {TRIES} times, most likely for want of memory; try workers=1 or fewer market.consumers"
QUIET = Path(__file__).with_name("dask.yaml")  # how often a cluster looks at itself
BEGUN: dict["Engine", "Client"] = {}  # clusters that are connected to and have no work yet


@dataclass(frozen=True)
class Engine:
    """Which engine, how many workers, and the scheduler that exists already, if any."""

    name: str = "loky"
    workers: int = 0
    address: str = ""

    @property
    def processes(self) -> int:
        """Processes of this machine that live at once."""
        return 1 if self.name == "serial" else self.workers or cores()

    def faults(self) -> list[str]:
        """What is wrong with it, one sentence each."""
        if self.address and self.name != "dask":
            return [f"engine.address is '{self.address}'; it is the scheduler of engine=dask, not of engine={self.name}"]
        if self.name == "dask" and find_spec("distributed") is None:
            return ["engine=dask needs dask.distributed: pip install -c constraints.txt -e '.[distributed]'"]
        return []


def engine_of(settings: object) -> Engine:
    """The engine that the settings of a verb ask for."""
    return Engine(settings.engine, settings.workers, settings.address)


def begin(engine: Engine) -> None:
    """Starts the processes that will be needed, or connects to them, so that they load the engine meanwhile."""
    if engine.name == "dask":
        BEGUN[engine] = connected(engine)
    elif engine.name == "loky" and engine.processes > 1:
        pool(engine.processes).submit(load)


def lives(
    points: Sequence["Point"], seed: int, replications: Iterable[int], loop: bool, engine: Engine, track: int = 0,
    glance: Sequence["Point"] = (), language: str = "en",
) -> Iterator[list["Life"]]:  # fmt: skip
    """What each replication gave, in the order in which they end; one alone lives in this process, on all its processors.

    glance  what is lived in the replications below 0, which come first
    """
    wanted = list(replications)
    alone = len(wanted) < 2 and engine.name != "dask"
    threads = engine.processes if alone else 1
    tasks = [(glance, seed, one, False, threads) if one < 0 else (points, seed, one, loop, threads, track) for one in wanted]
    yield from answers(replicated, tasks, Engine("serial") if alone else engine, language)


def answers(work: Callable[..., Answer], tasks: Iterable[tuple], engine: Engine, language: str = "en") -> Iterator[Answer]:
    """What each task comes to, in the order in which they end; tasks are asked for only when a worker is about to be free.

    tasks  the arguments of each

    Raises ConfigError when workers die again and again, or the scheduler cannot be reached.
    """
    if engine.name == "dask":  # its workers may be other machines: each compiles for itself
        with cluster(engine) as (executor, threads):
            yield from spread(work, iter(tasks), executor, threads, {}, deque())
        return
    workers = min(engine.processes, len(tasks)) if isinstance(tasks, Sized) else engine.processes
    compile_once(workers, language)
    yield from (work(*task) for task in tasks) if workers <= 1 else by_loky(work, iter(tasks), workers)


def by_loky(work: Callable[..., Answer], tasks: Iterator[tuple], workers: int) -> Iterator[Answer]:
    """Worker processes of this machine; what was in flight when one of them died is handed out again."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    waiting: dict = {}
    left: deque[tuple] = deque()
    deaths = 0
    while deaths < TRIES:
        try:
            for answer in spread(work, tasks, pool(workers), workers, waiting, left):
                deaths = 0
                yield answer
            return
        except TerminatedWorkerError:
            deaths += 1
        except BaseException:  # nobody waits for the rest
            stop()
            raise
    raise ConfigError([DIED])


def spread(
    work: Callable[..., Answer], tasks: Iterator[tuple], executor: Executor, workers: int, waiting: dict, left: deque
) -> Iterator[Answer]:
    """Keeps the workers of an executor busy.

    waiting  future -> task of what is handed out; what an executor that broke left in it is handed out again, but for what had ended
    left     tasks that were taken and could not be handed out
    """
    ended = [future for future in waiting if future.done() and not future.exception()]
    yield from (future.result() for future in ended)
    left.extend(task for future, task in waiting.items() if future not in ended)
    waiting.clear()
    while True:
        left.extend(islice(tasks, max(0, AHEAD * workers - len(waiting) - len(left))))
        while left:
            future = executor.submit(work, *left[0])
            waiting[future] = left.popleft()
        if not waiting:
            return
        for future in sorted(wait(waiting, return_when=FIRST_COMPLETED).done, key=lambda one: bool(one.exception())):
            answer = future.result()
            waiting.pop(future)
            yield answer


@contextmanager
def cluster(engine: Engine) -> Iterator[tuple[Executor, int]]:
    """A dask cluster as an executor and how many threads it has: the one at the address, or one made for now.

    Raises ConfigError where there is none at the address, or its workers die again and again.
    """
    from dask.distributed import KilledWorker

    client = BEGUN.pop(engine, None) or connected(engine)
    try:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))
    except KilledWorker:
        raise ConfigError([DIED]) from None
    finally:
        made = client.cluster
        client.close()
        if made:
            made.close()


def connected(engine: Engine) -> "Client":
    """A client of the cluster at the address, or of one made for now, whose workers load the engine.

    Raises ConfigError where there is none at the address.
    """
    os.environ.setdefault("DASK_CONFIG", str(QUIET))  # dask reads it when it is loaded, here and in the workers that it starts
    from dask.distributed import Client, LocalCluster, fire_and_forget

    about = {"n_workers": engine.processes, "threads_per_worker": 1, "dashboard_address": None, "env": ONE_THREAD_EACH}
    try:
        client = Client(engine.address or LocalCluster(**about), timeout=10)
    except (OSError, ValueError) as error:
        raise ConfigError([f"engine.address: no dask scheduler answers at '{engine.address}' ({error})"]) from None
    for worker in client.nthreads():
        fire_and_forget(client.submit(load, workers=[worker], pure=False))
    return client
