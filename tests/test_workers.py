"""Workers: what a dying one had in hand is handed out again, and the rules are compiled once, half on each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import workers
from experiments.cli import main
from experiments.engines import Engine, answers
from experiments.store import Store
from sim import warm
from sim.compiled import FOLDER
from sim.schema import ConfigError


def test_what_a_dying_worker_had_in_hand_is_handed_out_again(tmp_path: Path) -> None:
    def fragile(one: int) -> int:
        if one == 2 and not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os._exit(1)
        return one

    assert sorted(answers(fragile, [(one,) for one in range(5)], Engine(workers=2))) == [0, 1, 2, 3, 4]
    assert (tmp_path / "died").exists()


@pytest.mark.parametrize("engine", ["loky", "dask"])
def test_a_comparison_is_the_same_on_every_engine(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    words = [
        "compare",
        "market.consumers=300",
        "market.days=20",
        "market.start_days=5",
        "strategies=direct,agency",
        "reps=2",
        "report=false",
    ]
    for where in ("serial", engine):
        assert main([*words, f"engine={where}", "workers=2", f"results={tmp_path}/{where}"]) == 0
    for table in ("outcomes", "books", "journeys"):
        one, other = (Store(tmp_path / where).read(table).to_pylist() for where in ("serial", engine))
        assert str(one) == str(other)
    capsys.readouterr()
    assert main([*words, "engine=serial", "engine.address=tcp://a:1", f"results={tmp_path}/x"]) == 2
    assert "it is the scheduler of engine=dask, not of engine=serial" in capsys.readouterr().err


def what_dask_was_told() -> list[object]:
    """In a worker: how often it looks at itself."""
    import dask

    names = ("worker.profile.enabled", "admin.tick.interval", "admin.system-monitor.interval", "worker.memory.monitor-interval")
    return [dask.config.get(f"distributed.{name}") for name in names]


def test_a_cluster_that_is_made_looks_at_itself_seldom() -> None:
    pytest.importorskip("distributed")
    told = subprocess.run(
        [sys.executable, "-c", "from experiments.engines import *; from tests.test_workers import what_dask_was_told as told\n"
         "if __name__ == '__main__': print(*answers(told, [()], Engine('dask', 1)), told())"],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.split("\n")[0] == " ".join(["[False, '500ms', '5s', '2s']"] * 2)


def test_workers_that_die_again_and_again_are_given_up() -> None:
    def deadly(one: int) -> int:
        os._exit(1)

    with pytest.raises(ConfigError, match="worker processes died 3 times"):
        list(answers(deadly, [(one,) for one in range(2)], Engine(workers=2)))


def test_an_error_of_the_work_is_the_caller_s() -> None:
    def wrong(one: int) -> int:
        raise ValueError(f"no {one}")

    with pytest.raises(ValueError, match="no "):
        list(answers(wrong, [(one,) for one in range(2)], Engine(workers=2)))


def test_the_first_run_says_that_it_compiles_and_where_it_keeps_that(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    monkeypatch.setattr("sim.compiled.is_compiled", lambda: bool(compiled))
    monkeypatch.setattr("sim.compiled.keep_compiled", lambda: None)
    monkeypatch.setattr(workers, "compile_part", compiled.append)
    assert list(answers(str, [(1,)], Engine("serial"))) == ["1"] and list(answers(str, [(2,)], Engine(workers=1))) == ["2"]
    told = capsys.readouterr().err
    assert compiled == ["consumers", "outlets", "whole"] and told.count("compiling the rules, once") == 1 and FOLDER in told


@pytest.mark.parametrize("part", [part for stage in workers.STAGES for part in stage])
def test_every_part_that_is_compiled_ahead_lives(part: str) -> None:
    getattr(warm, part)()


def test_workers_started_for_a_wrong_command_are_ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    started: list[int] = []

    class Pool:
        def submit(self, *_: object) -> None:
            started.append(1)

        def shutdown(self, kill_workers: bool) -> None:
            started.append(-1)

    monkeypatch.setattr(workers, "pool", lambda count: workers.STARTED.setdefault(0, Pool()))
    assert main(["compare", "workers=2", "strategies=nobody"]) == 2
    assert not started and "unknown strategy 'nobody'" in capsys.readouterr().err  # a wrong word is found before
    assert main(["compare", "workers=2", "market.households=null"]) == 2
    assert started == [1, -1] and "market.households and market.weight are both null" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["workers=1", "replications=1", "workers=many"])
def test_no_worker_is_started_for_what_needs_none(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "pool", None)
    workers.begin([word])
