"""A sweep of thousands of points by loky and by a dask cluster: the same table, a worker and the driver killed on the way, what it costs.

`make campaign-sweep` runs the whole of it; `-k quick` tries it out with forty settings.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from experiments.engines import QUIET
from experiments.store import Store
from tests.figures import record_figure
from tests.test_sweep import rows_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")]

WORLD = ["market.consumers=500", "market.days=90", "market.start_days=30"]
LONGER = ["market.consumers=500", "market.days=200", "market.start_days=30"]
AXES = [
    "strategies=direct,agency,dealer_4s,hybrid",
    "design=sobol",
    "strategy.pull=interval(-2,-1)",
    "strategy.unit_cost=interval(150000,200000)",
]
SIZES = [pytest.param(40, id="quick"), pytest.param(2000, id="whole")]
REPLICATIONS, WORKERS = 3, 2
DRIVER = """
import json, re, resource, sys, time
began = time.perf_counter()
from pathlib import Path
from experiments import sweeping
from experiments.cli import main
seconds, memory, lived, keep = [], [], [], sweeping.keep
def kept(plan, one):
    keep(plan, one)
    seconds.append(one.seconds), lived.extend(one.rows)
    memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6)
sweeping.keep = kept
if sys.argv[2] == "made up":
    from experiments import trial
    names = [f"outcome_{k}" for k in range(100)]
    def made_up(points, seed, replication):
        return [dict.fromkeys(names, 1.0) | dict.fromkeys(("orders", "profit_channel", "revenue"), 7919.0 * replication * k % 13)
                for k, _ in enumerate(points)]
    trial.outcomes_of = made_up
code = main(sys.argv[3:])
if code == 0:
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1e3
    found = {"wall": time.perf_counter() - began, "pure": sum(seconds), "memory": memory, "peak": peak, "lived": len(lived)}
    Path(sys.argv[1]).write_text(json.dumps(found))
sys.exit(code)
"""


def words_of(settings: int, folder: Path, *more: str, world: Sequence[str] = WORLD) -> list[str]:
    """The sweep."""
    return ["sweep", *world, *AXES, f"samples={settings}", f"reps={REPLICATIONS}", f"results={folder}", *more]


def driver(told: Path, words: list[str], lives: str = "real") -> subprocess.Popen:
    """A driver that writes down what it saw."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", DRIVER, str(told), lives, *words], **quiet)


def driven(told: Path, words: list[str], lives: str = "real") -> dict:
    """What a driver that ends well saw."""
    assert driver(told, words, lives).wait() == 0
    return json.loads(told.read_text())


def digest_of(folder: Path) -> str:
    """All rows of a folder."""
    return sha256("\n".join(rows_of(folder)).encode()).hexdigest()


def below(pid: int) -> Iterator[tuple[int, str]]:
    """The processes under one, with what they were called by."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child), Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
            yield from below(int(child))


def wait_for(folder: Path, count: int, process: subprocess.Popen) -> set:
    """The finished replications as soon as there are so many."""
    while len(done := set(Store(folder).ledger())) < count and process.poll() is None:
        time.sleep(0.05)
    return done


@contextmanager
def dask_cluster(folder: Path) -> Iterator[tuple[list[str], list[int]]]:
    """A scheduler and two workers in processes of their own: the words that name it, and the processes above the workers."""
    file, environment = folder / "scheduler.json", os.environ | {"DASK_CONFIG": str(QUIET)}  # as docs/batches.md says
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    base, tail = [sys.executable, "-m", "distributed.cli."], ["--scheduler-file", str(file), "--no-dashboard"]
    scheduler = subprocess.Popen([*base[:2], base[2] + "dask_scheduler", *tail, "--host", "127.0.0.1", "--port", "0"], **quiet)
    while not file.exists() or not file.read_text().endswith("}"):
        time.sleep(0.1)
    one = [*base[:2], base[2] + "dask_worker", *tail, "--nthreads", "1", "--local-directory", str(folder)]
    workers = [subprocess.Popen(one, **quiet) for _ in range(WORKERS)]
    try:
        yield [f"engine.address={json.loads(file.read_text())['address']}"], [worker.pid for worker in workers]
    finally:
        for process in (*workers, scheduler):
            process.terminate()
        for process in (*workers, scheduler):
            process.wait()


@contextmanager
def place(engine: str, folder: Path) -> Iterator[tuple[list[str], list[int]]]:
    """The words of an engine, and the processes above its workers where they are not the driver's."""
    if engine == "dask":
        pytest.importorskip("distributed")
        with dask_cluster(folder) as (words, above):
            yield ["engine=dask", *words], above
    else:
        yield [f"engine={engine}", f"workers={WORKERS}"], []


def kill_a_worker(above: list[int]) -> None:
    """Kills a process in which lives are lived."""
    workers = [pid for one in above for pid, name in below(one) if ("loky" in name and "tracker" not in name) or "spawn_main" in name]
    os.kill(workers[0], signal.SIGKILL)


@pytest.mark.parametrize("settings", SIZES)
def test_loky_and_dask_give_the_same_table_whoever_is_killed(settings: int, tmp_path: Path) -> None:
    every, tables = settings * REPLICATIONS, set()
    for engine in ("loky", "dask"):
        folder = tmp_path / engine
        folder.mkdir()
        with place(engine, folder) as (words, above):
            seen = driven(folder / "told.json", words_of(settings, folder / "straight", *words))
            tables.add(digest_of(folder / "straight"))
            first = driver(folder / "killed.json", words_of(settings, folder / "r", *words))
            wait_for(folder / "r", every // 4, first)
            kill_a_worker(above or [first.pid])
            wait_for(folder / "r", every // 2, first)
            orphans = [pid for pid, name in below(first.pid) if "loky" in name]
            first.kill()
            first.wait()
            done = set(Store(folder / "r").ledger())
            second = driven(folder / "resumed.json", words_of(settings, folder / "r", *words))
            for pid in orphans:
                assert ended(pid), "a worker outlives its driver"
        assert every // 2 <= len(done) < every and second["lived"] == every - len(done) and seen["lived"] == every
        tables.add(digest_of(folder / "r"))
    assert len(tables) == 1
    record_figure("tables that differ, of 4 (loky and dask, straight on and with a worker and the driver killed)", 0)


def ended(pid: int) -> bool:
    """Whether a process ends within a minute."""
    for _ in range(600):
        if not Path(f"/proc/{pid}").exists() or ") Z" in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("settings", SIZES)
def test_a_long_sweep_takes_little_more_than_the_ideal_time(settings: int, tmp_path: Path) -> None:
    tables = set()
    for engine in ("loky", "dask"):
        folder = tmp_path / engine
        folder.mkdir()
        with place(engine, folder) as (words, _):
            seen = driven(folder / "told.json", words_of(settings, folder / "r", *words, world=LONGER))
        assert seen["lived"] == settings * REPLICATIONS
        tables.add(digest_of(folder / "r"))
        tell(engine, settings, seen)
    assert len(tables) == 1


def tell(engine: str, settings: int, seen: dict) -> None:
    """Keeps what a straight run came to."""
    every, what = settings * REPLICATIONS, f"{settings:,} settings x 4 strategies x {REPLICATIONS} replications of 200 days by {engine}"
    record_figure(f"{what}, s on {WORKERS} workers", f"{seen['wall']:.1f}")
    record_figure(f"{what}, share of the ideal time", f"{seen['pure'] / WORKERS / seen['wall']:.3f}")
    record_figure(f"{what}, overhead a replication, ms", f"{1000 * (WORKERS * seen['wall'] - seen['pure']) / every:.2f}")
    early, late = seen["memory"][len(seen["memory"]) // 10], seen["memory"][-1]
    record_figure(f"{what}, memory of the driver after a tenth and at the end, MB", f"{early:.0f}, {late:.0f}")


@pytest.mark.parametrize("settings", SIZES)
def test_ten_thousand_replications_are_read_and_compared(settings: int, tmp_path: Path) -> None:
    replications = 5
    words = words_of(settings, tmp_path / "r", f"reps={replications}", "engine=serial")
    seen = driven(tmp_path / "told.json", words, "made up")
    again = driven(tmp_path / "again.json", words, "made up")
    assert seen["lived"] == settings * replications and again["lived"] == 0
    what = f"{settings * replications:,} replications of 4 strategies"
    record_figure(f"{what}, s to read and compare them, from the command to its answer", f"{again['wall']:.2f}")
    record_figure(
        f"{what}, peak of the driver's memory while they were lived and when read, MB", f"{seen['peak']:.0f}, {again['peak']:.0f}"
    )


@pytest.mark.parametrize("settings", [pytest.param(16, id="quick"), pytest.param(256, id="whole")])
def test_a_finished_sweep_answers_at_once(settings: int, tmp_path: Path) -> None:
    words = words_of(settings, tmp_path / "r", "reps=1")
    assert driven(tmp_path / "told.json", words)["lived"] == settings
    again = [driven(tmp_path / "again.json", words) for _ in range(3)]
    assert [one["lived"] for one in again] == [0, 0, 0]
    record_figure(f"{settings} x 4 finished: replications lived again", 0)
    record_figure(f"{settings} x 4 finished: s to answer, the quickest of 3", f"{min(one['wall'] for one in again):.2f}")
