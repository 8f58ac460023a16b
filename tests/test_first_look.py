"""A first look answers while replications live, is said to be one, and never becomes part of the answer."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.basis import points_of
from experiments.cli import main
from experiments.compose import checked_shelf
from experiments.first_look import GLANCES, PEOPLE, first_look
from experiments.overrides import read
from experiments.point import Point
from experiments.store import Store

TINY = ["market.consumers=600", "market.days=30", "market.start_days=10", "workers=1", "track=0", "report=false"]
COMMAND = ["compare", *TINY, "strategies=direct,agency", "replications=5"]


def points(*words: str, names: tuple[str, ...] = ("direct", "agency")) -> list[Point]:
    """Strategies on both bases."""
    request = read(list(words))
    return points_of(request, names, ("format", "as_found"), checked_shelf(request))


@pytest.fixture
def in_a_village(monkeypatch: pytest.MonkeyPatch) -> None:
    """First looks at few enough people that a small market is worth one."""
    for place in ("first_look", "progress"):
        monkeypatch.setattr(f"experiments.{place}.PEOPLE", 100)


def test_a_first_look_is_the_same_market_with_fewer_people() -> None:
    whole = points("market.consumers=30000")
    small = first_look(whole)
    assert [point.strategy for point in small] == ["direct", "agency"] and {point.basis for point in small} == {"format"}
    for one, other in zip(small, whole, strict=False):
        assert one.scenario.market.consumers == PEOPLE and one.scenario.strategy == other.scenario.strategy
        assert one.scenario.weight * PEOPLE == pytest.approx(other.scenario.weight * 30000)


def test_a_first_look_at_a_weighted_market_stands_for_as_many_households() -> None:
    whole = points("market.consumers=30000", "market.weight=20", "market.households=600000")
    assert first_look(whole)[0].scenario.weight * PEOPLE == pytest.approx(600_000)


def test_there_is_no_first_look_where_the_market_itself_is_soon_there(tmp_path: Path) -> None:
    assert first_look(points("market.consumers=9999")) == []
    (tmp_path / "ties.txt").write_text("0 1\n")
    ties = ["market.word_of_mouth.network=list", f"market.word_of_mouth.ties={tmp_path}/ties.txt"]
    assert first_look(points("market.consumers=30000", *ties)) == []


@pytest.mark.usefixtures("in_a_village")
def test_the_first_answer_is_a_first_look_with_its_interval(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([*COMMAND, f"results={tmp_path}/r"]) == 0
    begins, look, *finished = capsys.readouterr().err.splitlines()[-7:]
    assert begins.startswith("5 replications")
    assert look.startswith("first look, 4 small replications of 100 people, being refined: Like for like: ") and "95 % interval" in look
    assert [line.split(" replications")[0] for line in finished] == [f"{k} of 5" for k in range(1, 6)]
    assert all("Like for like: " in line for line in finished[1:]) and "Like for like" not in finished[0]


@pytest.mark.usefixtures("in_a_village")
def test_a_first_look_is_no_part_of_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main([*COMMAND, "json=true", f"results={tmp_path}/a"]) == 0
    looked = json.loads(capsys.readouterr().out)
    monkeypatch.setattr("experiments.batch.first_look", lambda _: [])
    assert main([*COMMAND, "json=true", f"results={tmp_path}/b"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert looked["findings"] == alone["findings"]
    assert Store(tmp_path / "a").finished() == [0, 1, 2, 3, 4]
    assert not set(GLANCES) & set(np.arange(100_000))


@pytest.mark.usefixtures("in_a_village")
def test_who_goes_on_with_an_experiment_needs_no_first_look(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = f"results={tmp_path}/r"
    assert main([*COMMAND, folder]) == 0
    capsys.readouterr()
    assert main([*COMMAND[:-1], "replications=10", folder]) == 0
    assert "first look" not in capsys.readouterr().err


@pytest.mark.usefixtures("in_a_village")
def test_a_first_look_speaks_chinese(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([*COMMAND, "lang=zh", f"results={tmp_path}/r"]) == 0
    told = capsys.readouterr().err
    assert "初步结果（4 次小规模重复，每次 100 人，正在细化）" in told and "已完成 5/5 次重复" in told
