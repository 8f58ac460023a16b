"""The strategy map: the border of a case with a known answer, the undecided band, refinement only where it is wanted."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.basis import Point
from experiments.cli import main

SMALL = ["market.consumers=300", "market.days=30", "market.start_days=10"]
WORDS = ["map", *SMALL, "x=strategy.pull:0..1", "y=market.bargain.share:0..1", "strategies=direct,agency", "engine=serial", "reps=8"]
NOISE = 0.05


def with_a_border(points: list[Point], seed: int, replication: int) -> list[dict[str, float]]:
    """Made-up lives: the second strategy earns x + y - 1 more than the first, give or take."""
    rng = np.random.default_rng([seed, replication])
    both, own = rng.normal(size=2)
    scenario = points[0].scenario
    gap = scenario.strategy.pull + scenario.market.bargain.share - 1
    return [{"orders": 1.0, "profit_channel": 1e6 * (5 + both + k * (gap + NOISE * own)), "revenue": 1.0} for k, _ in enumerate(points)]


def test_the_border_is_where_it_is_known_to_be(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.trial.outcomes_of", with_a_border)
    assert main([*WORDS, "grid=5", "refine=2", "--json", f"results={tmp_path}/r"]) == 0
    found = json.loads(capsys.readouterr().out)
    places = [(one["strategy.pull"] + one["market.bargain.share"] - 1, one["wins"]) for one in found["lived"]]
    # the same luck everywhere shifts the whole border by the mean of the noise, and the interval is as wide everywhere
    noise = np.array([NOISE * np.random.default_rng([1, k]).normal(size=2)[1] for k in range(8)])
    half = 2.365 * noise.std(ddof=1) / np.sqrt(8)
    for gap, wins in places:
        middle = gap + noise.mean()
        if abs(abs(middle) - half) > 1e-6:
            assert wins == (None if abs(middle) < half else "agency" if middle > 0 else "direct"), gap
    near = [gap for gap, _ in places if abs(gap) < 0.2]
    assert len(places) < 17 * 17 and len(near) > len(places) / 3  # most of the fine places were not lived, and those along the border were
    assert found["shares"]["direct"] == pytest.approx(found["shares"]["agency"], abs=0.12)
    assert sum(found["shares"].values()) == pytest.approx(1)


def test_the_map_is_drawn_in_letters(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.trial.outcomes_of", with_a_border)
    words = [*WORDS, "grid=3", "refine=1", f"results={tmp_path}/r"]
    assert main(words) == 0
    told = capsys.readouterr().out
    rows = [line.split("| ")[1].split() for line in told.splitlines() if " | " in line]
    assert len(rows) == 5 and rows[0][-1] == "B" and rows[-1][0] == "A" and any("." in row for row in rows)
    assert "B Agency beats every other" in told and "undecided" in told
    monkeypatch.setattr("experiments.trial.outcomes_of", lambda *_: pytest.fail("lived again"))
    assert main([*words, "lang=zh"]) == 0 and "谁在何处占优" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x=strategy.pull"], "y is empty"),
        (["x=strategy.pul:0..1", "y=market.bargain.share"], "Did you mean 'strategy.pull'"),
        (["x=strategy.pull:1..0", "y=market.bargain.share"], "rising ends"),
        (["x=strategy.pull:0..99", "y=market.bargain.share"], "strategy.pull is a number in -5..5"),
        (["x=strategy.pull", "y=strategy.pull:0..1"], "both strategy.pull"),
        (["x=strategy.retail_format", "y=strategy.pull"], "which is no number"),
        (["x=strategy.pull", "y=market.bargain.share", "strategies=direct"], "two or more"),
        (["x=strategy.pull", "y=market.bargain.share", "outcome=profit"], "profit_channel"),
        (["x=strategy.pull", "y=market.bargain.share", "market.days=10,20"], "only x= and y= vary"),
    ],
)
def test_a_map_that_cannot_be_is_answered(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["map", *SMALL, *words, f"results={tmp_path}/r"]) == 2
    assert said in capsys.readouterr().err
