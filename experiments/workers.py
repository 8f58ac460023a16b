"""Worker processes of this machine, each with the engine loaded and compiled.

Replications live side by side wherever there are two of them, and not on threads inside a run: of a replication's processor time at 30,000
consumers the consumers' pass, all that threads can share, is two fifths, so that two threads could bring 1.25 times at most; two processes
share nothing but the memory. A single replication takes all processors as threads (docs/decisions/037-the-first-answer.md).
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from experiments.language import say

if TYPE_CHECKING:
    from joblib.externals.loky.reusable_executor import _ReusablePoolExecutor

    from experiments.replicate import Life

TRIES = 3  # deaths of workers in a row, without an answer between them, after which work is given up
IDLE = 300  # seconds after which workers that have nothing to do end
ONE_THREAD_EACH = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
STARTED: dict[int, "_ReusablePoolExecutor"] = {}  # the one pool, where it was started
ENGINE = "experiments.replicate"  # what a worker needs; loading it takes a second
STAGES = (("consumers", "outlets"), ("whole",))  # parts of sim/warm.py: those of a stage compile side by side
ABOUT = {False: 30, True: 20}  # seconds that compiling takes, by whether there are workers


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pool(workers: int) -> "_ReusablePoolExecutor":
    """The worker processes; the first call starts them, and they load the engine at once."""
    from joblib.externals.loky import get_reusable_executor

    STARTED[0] = get_reusable_executor(workers, timeout=IDLE, initializer=serve, env=ONE_THREAD_EACH)
    return STARTED[0]


def serve() -> None:
    """Begins a worker: it loads the engine, and ends as soon as whoever started it is dead.

    loky would end any that has grown by 300 MB, as pictures and large markets make it grow; memory is reckoned beforehand instead.
    """
    from joblib.externals.loky import process_executor

    process_executor._MAX_MEMORY_LEAK_SIZE = float("inf")
    Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    load()


def load(module: str = ENGINE) -> None:
    """Loads the engine, or what else a worker will need."""
    import_module(module)


def load_ahead(module: str) -> None:
    """Has the next worker that is free load what it will need, where there are workers that work."""
    for one in STARTED.values():
        with suppress(BrokenExecutor):
            one.submit(load, module)


def replicated(*given: object) -> list["Life"]:
    """What `experiments.replicate.replicate` makes of this; only who lives lives loads the engine."""
    return import_module(ENGINE).replicate(*given)


def end_with(parent: int) -> None:
    """Ends this process when its parent has ended, whatever it is doing."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def begin(words: Sequence[str]) -> None:
    """Starts workers of a command that is still being read, so that they load the engine meanwhile; more join where more are wanted."""
    told = dict(word.split("=", 1) for word in words if "=" in word)
    wanted = told.get("workers", "0")
    workers = min(int(wanted) or cores(), cores()) if wanted.isdecimal() else 1
    if workers > 1 and told.get("replications") != "1" and told.get("engine", "loky") == "loky":
        pool(workers).submit(load)


def stop() -> None:
    """Ends the workers at once, if there are any, whatever they are doing."""
    for one in STARTED.values():
        one.shutdown(kill_workers=True)
    STARTED.clear()


def side_by_side(works: Sequence[tuple[Callable[..., object], tuple]], workers: int) -> Callable[[], list]:
    """Begins works, each with its arguments, where there are workers for them; what is returned waits for what they make, or makes it."""
    workers = min(len(works), workers or cores())
    if workers == 1:
        return cache(lambda: [work(*given) for work, given in works])
    begun = [pool(workers).submit(work, *given) for work, given in works]
    return lambda: [one.result() for one in begun]


def compile_once(workers: int, language: str) -> None:
    """Compiles the rules where this machine has not yet, half of them on one worker and half on another, and says so."""
    from sim.compiled import FOLDER, is_compiled, keep_compiled

    if is_compiled():
        return
    print(say("answer", "compiles", language, seconds=ABOUT[workers > 1], folder=FOLDER), file=sys.stderr, flush=True)
    for stage in STAGES:
        if workers == 1:
            for part in stage:
                compile_part(part)
        else:
            list(pool(workers).map(compile_part, stage))
    keep_compiled()


def compile_part(name: str) -> None:
    """Compiles one part of the rules, by its name in sim/warm.py."""
    getattr(import_module("sim.warm"), name)()
