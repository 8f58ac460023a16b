"""Campaigns against the results folder: killed drivers, racing drivers, disks that fill up. `make slow` runs them."""

import contextlib
import io
import math
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
from experiments.store import Store
from tests.test_sweep import rows_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")]

SMALL = ["sweep", "market.consumers=200", "market.days=10", "market.start_days=5", "engine=serial", "strategies=direct,agency"]
DESIGN = ["design=sobol", "samples=16", "strategy.pull=interval(-1,1)", "market.word_of_mouth.talk=interval(0.01,0.1)"]


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


def logged(log: Path | None = None) -> Callable:
    """Made-up lives of a few milliseconds, which leave a line each that says whose they are."""

    def lived(points: list, seed: int, replication: int) -> list:
        pull = points[0].scenario.strategy.pull
        if log:
            with open(log, "a", encoding="utf-8") as file:
                file.write(f"{pull!r} {replication}\n")
        time.sleep(0.003)
        luck = random.Random(f"{seed} {replication}").random()
        return [{"orders": luck + pull * k, "profit_channel": pull / (luck + k), "revenue": math.nan} for k, _ in enumerate(points)]

    return lived


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lives are made up here; tests/test_sweep.py lives them."""
    monkeypatch.setattr("experiments.trial.outcomes_of", logged())


def pulls(store: Store) -> dict[str, str]:
    """The pull of every setting, which no other has."""
    return {row["setting"]: repr(row["strategy.pull"]) for row in store.points().to_pylist()}


def test_after_200_kills_nothing_is_lost_redone_or_counted_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*SMALL, *DESIGN, "reps=12"]
    began = time.monotonic()
    assert quietly([*words, f"results={tmp_path}/straight"]) == 0
    whole, rng, store = time.monotonic() - began, random.Random(1), Store(tmp_path / "r")
    monkeypatch.setattr("experiments.trial.outcomes_of", logged(tmp_path / "log"))
    finished: set = set()
    kills = redone = 0
    while kills < 200:
        done = (tmp_path / "log").read_text().count("\n") if (tmp_path / "log").exists() else 0
        pid = child(lambda: quietly([*words, f"results={tmp_path}/r"]))
        time.sleep(rng.uniform(0.05, 1) * max(0.3, whole / 60))
        os.kill(pid, signal.SIGKILL)
        killed = os.waitpid(pid, 0)[1] == signal.SIGKILL
        kills += killed
        lines = (tmp_path / "log").read_text().splitlines()[done:] if (tmp_path / "log").exists() else []
        redone += sum(tuple(line.split()) in finished for line in lines)
        if (tmp_path / "r" / "points.parquet").exists():
            of = pulls(store)
            now = {(of[setting], str(one)) for setting, one in store.ledger()}
            assert finished <= now, "a finished replication was lost"
            finished = now
        if not killed:  # it was through: begin anew, so that there is always something to kill
            assert rows_of(tmp_path / "r") == rows_of(tmp_path / "straight")
            (tmp_path / "r").rename(tmp_path / f"done{kills}")
            (tmp_path / "log").unlink()
            finished = set()
    assert redone == 0
    assert quietly([*words, f"results={tmp_path}/r"]) == 0
    assert rows_of(tmp_path / "r") == rows_of(tmp_path / "straight")
    assert not list((tmp_path / "r").rglob("*.tmp")) and not (tmp_path / "r" / "claims").exists()


def test_of_eight_processes_in_one_folder_none_lives_what_another_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    straight = quietly([*SMALL, *DESIGN, "reps=19", f"results={tmp_path}/straight"])
    assert straight == 0
    for k in range(20):
        log = tmp_path / f"log{k}"
        monkeypatch.setattr("experiments.trial.outcomes_of", logged(log))
        pids = [child(lambda k=k: quietly([*SMALL, *DESIGN, "reps=19", f"results={tmp_path}/r{k}"])) for _ in range(8)]
        assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 8
        lives = Counter(log.read_text().splitlines())
        assert len(lives) == 16 * 19 and set(lives.values()) == {1}
        assert rows_of(tmp_path / f"r{k}") == rows_of(tmp_path / "straight")


def test_a_disk_that_fills_up_at_any_size_leaves_no_torn_part(tmp_path: Path) -> None:
    words, rng = [*SMALL, *DESIGN, "samples=4", "reps=3"], random.Random(2)
    assert quietly([*words, f"results={tmp_path}/straight"]) == 0
    largest = max(path.stat().st_size for path in (tmp_path / "straight").rglob("*.*"))

    def cramped(size: int, folder: Path) -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return quietly([*words, f"results={folder}"])

    for k in range(50):
        folder = tmp_path / f"r{k}"
        assert os.waitstatus_to_exitcode(os.waitpid(child(lambda f=folder: cramped(rng.randrange(largest), f)), 0)[1]) in (1, 2)
        assert not list(folder.rglob("*.tmp"))
        store = Store(folder)
        store.ledger() and store.read("outcomes")
        assert quietly([*words, f"results={folder}"]) == 0
        assert rows_of(folder) == rows_of(tmp_path / "straight")
