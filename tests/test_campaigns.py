"""Campaigns against the results folder: killed drivers and workers, races, disks that fill up, edits. `make campaign` runs them."""

import contextlib
import io
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.dictionary import dictionary, written
from experiments.store import Store
from experiments.trial import outcomes_of
from tests.figures import record_figure
from tests.test_sweep import OTHER, rows_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")]

SMALL = ["sweep", "market.consumers=100", "market.days=6", "market.start_days=3", "strategies=direct,agency"]
DESIGN = ["design=sobol", "samples=16", "strategy.pull=interval(-1,1)", "market.word_of_mouth.talk=interval(0.01,0.1)"]
SERIAL = [*SMALL, "engine=serial"]
KILLS, OF_WORKERS = 160, 40  # of drivers, and of workers


def quietly(words: list[str]) -> int:
    """A command that says nothing."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(words)


def child(work: Callable[[], int]) -> int:
    """A forked process that does some work and ends with its code; the kernels are compiled already."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return pid


def logging_to(log: Path) -> Callable:
    """Real lives that leave a line each that says whose they are."""

    def lived(points: list, seed: int, replication: int) -> list:
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{points[0].scenario.strategy.pull!r} {replication}\n")
        return outcomes_of(points, seed, replication)

    return lived


def pulls(store: Store) -> dict[str, str]:
    """The pull of every setting, which no other has."""
    return {row["setting"]: repr(row["strategy.pull"]) for row in store.points().to_pylist()}


def test_after_kills_of_drivers_nothing_is_lost_redone_or_counted_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*SERIAL, *DESIGN, "reps=12"]
    assert quietly([*words, f"results={tmp_path}/warm"]) == 0
    began = time.monotonic()
    assert quietly([*words, f"results={tmp_path}/straight"]) == 0
    whole, rng, store, log = time.monotonic() - began, random.Random(1), Store(tmp_path / "r"), tmp_path / "log"
    monkeypatch.setattr("experiments.trial.outcomes_of", logging_to(log))
    finished: set = set()
    kills = redone = lost = sweeps = 0
    while kills < KILLS:
        done = log.read_text().count("\n") if log.exists() else 0
        pid = child(lambda: quietly([*words, f"results={tmp_path}/r"]))
        time.sleep(rng.uniform(0.02, 0.35) * whole)
        os.kill(pid, signal.SIGKILL)
        killed = os.waitpid(pid, 0)[1] == signal.SIGKILL
        kills += killed
        lines = log.read_text().splitlines()[done:] if log.exists() else []
        redone += sum(tuple(line.split()) in finished for line in lines)
        if (tmp_path / "r" / "points.parquet").exists():
            of = pulls(store)
            now = {(of[setting], str(one)) for setting, one in store.ledger()}
            lost += len(finished - now)
            finished = now
        if not killed:  # it was through: begin anew, so that there is always something to kill
            assert rows_of(tmp_path / "r") == rows_of(tmp_path / "straight")
            (tmp_path / "r").rename(tmp_path / f"done{kills}")
            log.unlink()
            sweeps, finished = sweeps + 1, set()
    assert redone == 0 and lost == 0
    assert quietly([*words, f"results={tmp_path}/r"]) == 0
    assert rows_of(tmp_path / "r") == rows_of(tmp_path / "straight")
    assert not list((tmp_path / "r").rglob("*.tmp")) and not (tmp_path / "r" / "claims").exists()
    for what, found in (("drivers killed", kills), ("sweeps finished on the way", sweeps + 1), ("finished replications lost", lost),
                        ("finished replications lived again", redone), ("final tables that differ", 0)):  # fmt: skip
        record_figure(what, found)


def test_after_kills_of_workers_nothing_is_lost_or_counted_twice(tmp_path: Path) -> None:
    words, rng, kills = [*SMALL, *DESIGN, "samples=64", "reps=12", "workers=2"], random.Random(3), 0
    assert quietly([*words, "engine=serial", f"results={tmp_path}/straight"]) == 0
    for k in range(100):
        pid = child(lambda k=k: quietly([*words, f"results={tmp_path}/r{k}"]))
        while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
            time.sleep(rng.uniform(0.5, 2))
            workers = [one for one in children(pid) if b"popen_loky" in Path(f"/proc/{one}/cmdline").read_bytes()]
            if workers and kills < OF_WORKERS:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(workers), signal.SIGKILL)
                    kills += 1
        if ended[1]:  # given up, after three deaths without a life between them: the same command goes on
            assert quietly([*words, "engine=serial", f"results={tmp_path}/r{k}"]) == 0
        assert rows_of(tmp_path / f"r{k}") == rows_of(tmp_path / "straight")
        if kills >= OF_WORKERS:
            break
    for what, found in (("workers killed", kills), ("final tables that differ", 0)):
        record_figure(what, found)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(one) for task in Path(f"/proc/{pid}/task").glob("*/children") for one in task.read_text().split()]
    except OSError:
        return []


def test_of_eight_processes_in_one_folder_none_lives_what_another_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*SERIAL, *DESIGN, "samples=30", "reps=10"]
    assert quietly([*words, f"results={tmp_path}/straight"]) == 0
    twice = 0
    for k in range(20):
        log = tmp_path / f"log{k}"
        monkeypatch.setattr("experiments.trial.outcomes_of", logging_to(log))
        pids = [child(lambda k=k: quietly([*words, f"results={tmp_path}/r{k}"])) for _ in range(8)]
        assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 8
        lives = Counter(log.read_text().splitlines())
        twice += sum(count > 1 for count in lives.values())
        assert len(lives) == 300
        assert rows_of(tmp_path / f"r{k}") == rows_of(tmp_path / "straight")
    assert twice == 0
    for what, found in (("races of 8 processes over 300 replications", 20), ("replications lived twice", twice)):
        record_figure(what, found)


def test_a_disk_that_fills_up_at_any_size_leaves_no_torn_part(tmp_path: Path) -> None:
    words, rng, torn = [*SERIAL, *DESIGN, "samples=4", "reps=3"], random.Random(2), 0
    assert quietly([*words, f"results={tmp_path}/straight"]) == 0
    largest = max(path.stat().st_size for path in (tmp_path / "straight").rglob("*.*"))

    def cramped(size: int, folder: Path) -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return quietly([*words, f"results={folder}"])

    for k in range(50):
        folder, size = tmp_path / f"r{k}", rng.randrange(largest)
        assert os.waitstatus_to_exitcode(os.waitpid(child(lambda f=folder, s=size: cramped(s, f)), 0)[1]) in (1, 2)
        torn += len(list(folder.rglob("*.tmp")))
        store = Store(folder)
        store.ledger() and store.read("outcomes")
        assert quietly([*words, f"results={folder}"]) == 0
        assert rows_of(folder) == rows_of(tmp_path / "straight")
    assert torn == 0
    for what, found in (("disks that filled up", 50), ("torn files", torn), ("sweeps that went on to another table", 0)):
        record_figure(what, found)


def test_of_fifty_edits_of_the_scenario_every_one_is_refused_with_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words, refused = [*SERIAL, "strategy.pull=0,1", "reps=1", "basis=as_found", f"results={tmp_path}/r"], 0
    assert quietly(words) == 0
    before = rows_of(tmp_path / "r")
    given = {word.partition("=")[0] for word in words} | {"market.households", "market.weight", "market.neutral"}
    numbers = [one for path, one in dictionary().items() if path not in given and one.kind in OTHER and one.default is not None]
    usable = [one for one in numbers if one.low <= OTHER[one.kind](one) <= one.high]
    for one in random.Random(5).sample(usable, len(usable)):
        capsys.readouterr()
        code = main([*words, f"{one.path}={written(OTHER[one.kind](one))}"])
        said = capsys.readouterr().err
        if "another experiment" not in said:  # the value contradicts another one, or is the strategies' own already
            continue
        assert code == 2 and (f"{one.path.partition('.')[2]}: " in said or "more\n" in said), said
        refused += 1
        if refused == 50:
            break
    assert refused == 50 and rows_of(tmp_path / "r") == before
    record_figure("edits refused with what differs", refused)
