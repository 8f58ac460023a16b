"""Work in processes of its own, so that its memory is its own and two of them use two cores."""

import ctypes
import gc
import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")
STATUS = Path("/proc/self/status")


def processes(number: int) -> ProcessPoolExecutor:
    """So many new processes that inherit nothing."""
    return ProcessPoolExecutor(number, multiprocessing.get_context("spawn"))


def apart(work: Callable[..., Answer], *given: object) -> Answer:
    """What a work comes to in a process that does nothing else."""
    with processes(1) as one:
        return one.submit(work, *given).result()


def peak() -> int:
    """The most bytes that this process has held so far: by the kernel's own mark, since `ru_maxrss` remembers the parent's too."""
    return memory("VmHWM")


def held() -> int:
    """The bytes that this process holds now, once what is free has been given back."""
    gc.collect()
    if give_back := getattr(ctypes.CDLL(None), "malloc_trim", None):
        give_back(0)
    return memory("VmRSS")


def memory(mark: str) -> int:
    """One of the kernel's marks of this process, bytes; where there are none, the peak as the system has it."""
    if STATUS.exists():
        facts = dict(line.split(":", 1) for line in STATUS.read_text().splitlines() if ":" in line)
        return int(facts[mark].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
