"""The same seed, the same bits: on any number of threads and processes, however started and shared out, in one go or resumed.

Between kinds of processors the lives that differ are counted.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from worlds import bits, fingerprints, small

from experiments.cli import main
from sim import simulate
from tests.figures import record_figure
from tests.test_sweep import rows_of

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(1, 21)


def life(seed: int, threads: int = 1) -> tuple[str, ...]:
    """SHA-256 of every record of a small life, each rule on, under two formats."""
    lived = [simulate(small(name, "market.consumers=900"), seed, "all", threads=threads) for name in ("direct", "dealer_4s")]
    return tuple(digest for one in lived for digest in fingerprints(one).values())


def by_processes(method: str, count: int, chunk: int) -> list[tuple[str, ...]]:
    """The lives of all seeds in so many processes, started in one way, so many seeds at a time."""
    with multiprocessing.get_context(method).Pool(count) as pool:
        return pool.map(life, SEEDS, chunksize=chunk)


WAYS: dict[str, Callable[[], list]] = {
    "again": lambda: [life(seed) for seed in SEEDS],
    "two threads": lambda: [life(seed, 2) for seed in SEEDS],
    "three threads": lambda: [life(seed, 3) for seed in SEEDS],
    "one forked process": lambda: by_processes("fork", 1, 20),
    "two forked processes, a seed at a time": lambda: by_processes("fork", 2, 1),
    "two forked processes, seven at a time": lambda: by_processes("fork", 2, 7),
    "two spawned processes, three at a time": lambda: by_processes("spawn", 2, 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_twenty_lives_are_the_same_bits(way: str) -> None:
    straight = [life(seed) for seed in SEEDS]
    assert WAYS[way]() == straight
    assert len(set(straight)) == len(SEEDS)
    record_figure("lives with equal SHA-256", 2 * len(straight))


SWEEP = ["sweep", "market.consumers=300", "market.days=40", "market.start_days=20", "strategies=direct,dealer_4s", "strategy.pull=0,0.5,1"]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["engine=serial", "engine=loky workers=2"])
def test_a_batch_that_was_stopped_and_resumed_is_one_lived_straight(engine: str, tmp_path: Path) -> None:
    def table(folder: str, *replications: int) -> str:
        for count in replications:
            assert main([*SWEEP, *engine.split(), f"reps={count}", f"results={tmp_path / folder}"]) == 0
        rows = rows_of(tmp_path / folder)
        record_figure("rows of batches with equal SHA-256", len(rows))
        return bits(np.array(rows))

    assert table("stopped", 3, 11, 20) == table("straight", 20)


# ---- another kind of processor -------------------------------------------------------------------------------------------

LIVES = ["market.consumers=20000", "market.days=365"]
ELSEWHERE = """
import sys
import numpy as np
from experiments import load
from sim import simulate
for name in ("direct", "dealer_4s"):
    result = simulate(load(name, {overrides!r}), 5)
    np.save(sys.argv[1] + "/" + name + "-people.npy", np.asarray(result.people))
    np.save(sys.argv[1] + "/" + name + "-minds.npy", np.asarray(result.minds))
"""


def dispatched() -> str:
    """The abilities of this processor that NumPy can do without."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name])


PLAIN_NUMPY = {"NPY_DISABLE_CPU_FEATURES": dispatched()}
GENERIC = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
OLD_LIBRARY = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2"}  # exponentials and logarithms without fused multiplication
KINDS = {
    "another run": {},
    "NumPy without extensions": PLAIN_NUMPY,
    "a generic processor": GENERIC,
    "a C library without FMA": OLD_LIBRARY,
    "all three": PLAIN_NUMPY | GENERIC | OLD_LIBRARY,
}


def lives_on(folder: Path, environment: dict[str, str]) -> Path:
    """Lives two formats in a process that believes to run on another kind of processor."""
    folder.mkdir()
    program = ELSEWHERE.format(overrides=LIVES)
    command = [sys.executable, "-W", "ignore", "-c", program, str(folder)]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)
    return folder


def share_that_differs(one: Path, other: Path) -> float:
    """Share of consumers of whom any bit of person or mind differs."""
    differs = []
    for name in ("direct", "dealer_4s"):
        of_name = False
        for kind in ("people", "minds"):
            a, b = (np.load(folder / f"{name}-{kind}.npy") for folder in (one, other))
            for field in a.dtype.names:
                x, y = (np.ascontiguousarray(v[field]).reshape(a.shape[-1], -1).view(np.uint8) for v in (a, b))
                of_name |= (x != y).any(axis=1)
        differs.append(of_name)
    return float(np.mean(differs))


@pytest.mark.slow
def test_of_lives_on_another_kind_of_processor_few_differ(tmp_path: Path) -> None:
    here = lives_on(tmp_path / "here", {})
    for k, (kind, environment) in enumerate(KINDS.items()):
        share = share_that_differs(here, lives_on(tmp_path / str(k), environment))
        record_figure(f"lives that differ on {kind}", f"{share:.4%} of 40,000")
        assert share == 0.0 if not environment else share < 0.01
