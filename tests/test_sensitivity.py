"""Sensitivity: methods against functions whose indices are known, the whole path with them, ranges, decisions."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from experiments.basis import Point
from experiments.cli import main
from experiments.compose import checked_shelf
from experiments.indices import morris, morris_sample, share, sobol, sobol_sample
from experiments.overrides import read
from experiments.sensitivity import plausible
from experiments.settings import Sensitivity
from experiments.sweeping import bases_of
from experiments.vary import varied

SMALL = ["market.consumers=300", "market.days=30", "market.start_days=10"]
# Ishigami and Homma (1990) with a = 7, b = 0.1: shares of the variance in closed form
FIRST, TOTAL = (0.31391, 0.44241, 0.0), (0.55759, 0.44241, 0.24368)
AXES = {"strategy.pull": (-5, 5), "market.bargain.share": (0, 1), "market.frailty": (0, 1)}
THREE = [f"{key}=interval({low},{high})" for key, (low, high) in AXES.items()]


def ishigami(x: np.ndarray) -> np.ndarray:
    """The function at points of the unit cube (n, 3), which stands for -pi to pi."""
    a, b, c = (2 * x.T - 1) * math.pi
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def of_ishigami(points: list[Point], seed: int, replication: int) -> list[dict[str, float]]:
    """Made-up lives: what a strategy sells is the function of its numbers; the second sells the first's share less a quarter more."""
    out = []
    for k, point in enumerate(points):
        scenario = point.scenario
        values = (scenario.strategy.pull, scenario.market.bargain.share, scenario.market.frailty)
        x = np.array([(value - low) / (high - low) for value, (low, high) in zip(values, AXES.values(), strict=True)])
        sold = float(ishigami(x[None])[0]) + k * (x[0] - 0.25)
        out.append({"orders": sold, "profit_channel": 1e6 * sold, "revenue": 1.0})
    return out


def test_the_shares_of_ishigami_are_the_known_ones() -> None:
    sample = sobol_sample(3, 2**12, 1)
    found = sobol(3, ishigami(sample))
    assert [one.main.mean for one in found] == pytest.approx(FIRST, abs=0.02)
    assert [one.more.mean for one in found] == pytest.approx(TOTAL, abs=0.02)
    for one, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert one.main.low <= first <= one.main.high and one.more.low <= total <= one.more.high


def test_the_effects_of_a_plane_are_its_slopes_and_have_no_spread() -> None:
    sample = morris_sample(4, 10, 2)
    assert sample.min() >= 0 and sample.max() <= 1
    found = morris(sample, sample @ np.array([3.0, -2.0, 0.5, 0.0]) + 7)
    assert [one.main.mean for one in found] == pytest.approx([3, 2, 0.5, 0], abs=1e-9)
    assert [one.more.mean for one in found] == pytest.approx([0] * 4, abs=1e-9)


def test_numbers_that_work_together_have_effects_that_spread() -> None:
    sample = morris_sample(2, 40, 3)
    together = morris(sample, sample[:, 0] * sample[:, 1])
    assert all(one.more.low > 0.1 for one in together)


def test_every_trajectory_moves_every_number_once() -> None:
    steps = np.diff(morris_sample(5, 8, 4).reshape(8, 6, 5), axis=1)
    assert ((np.abs(steps) > 1e-9).sum(axis=1) == 1).all() and np.abs(steps).max() == pytest.approx(2 / 3)


def test_the_interval_of_a_share_is_wilsons() -> None:
    # 15 of 50: Wilson (1927), 0.191 to 0.438 as in Newcombe's table
    one = share(np.arange(50) < 15)
    assert (one.mean, one.low, one.high) == pytest.approx((0.3, 0.1910, 0.4375), abs=5e-4)


@pytest.mark.parametrize("samples", [64, pytest.param(1024, marks=pytest.mark.slow)])
def test_ishigami_through_the_whole_path(
    samples: int, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.trial.outcomes_of", of_ishigami)
    words = ["sensitivity", *SMALL, *THREE, "strategies=direct", "method=sobol", f"samples={samples}", "reps=1", "engine=serial"]
    assert main([*words, "--json", f"results={tmp_path}/r"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"] == 5 * samples
    indices = found["found"][0]["indices"]
    for key, first, total in zip(AXES, FIRST, TOTAL, strict=True):
        main_part, more = indices[key]["main"], indices[key]["more"]
        assert main_part["low"] <= first <= main_part["high"] and main_part["high"] - main_part["low"] < 8 / samples**0.5
        assert more["low"] <= total <= more["high"] and more["high"] - more["low"] < 8 / samples**0.5


def test_the_decision_flips_where_it_is_known_to(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.trial.outcomes_of", of_ishigami)
    words = ["sensitivity", *SMALL, *THREE, "strategies=direct,agency", "reps=2", "engine=serial"]
    assert main([*words, "method=worlds", "samples=200", "--json", f"results={tmp_path}/w"]) == 0
    decision = next(one for one in json.loads(capsys.readouterr().out)["found"] if one["of"] == "decision")
    assert decision["leads"]["mean"] == pytest.approx(0.75, abs=1 / 200)  # the second sells more above a quarter of the first number
    assert decision["leads"]["n"] == 200 and decision["clearly"] == decision["leads"]
    assert main([*words, "method=morris", "samples=8", f"results={tmp_path}/m"]) == 0
    told = capsys.readouterr().out
    after = told.split("Whether Agency leads Direct sales in cars ordered")[1].splitlines()
    assert after[3].split()[0] == "strategy.pull"
    assert main([*words, "method=tornado", "lang=zh", f"results={tmp_path}/t"]) == 0
    assert "取下限" in capsys.readouterr().out


def test_without_keys_the_numbers_in_doubt_are_varied_each_for_whose_it_is() -> None:
    bases = bases_of(read(SMALL), ["direct", "dealer_4s"], "as_found", checked_shelf(read([])))
    axes = {one.key: one for one in plausible(bases, Sensitivity())}
    assert "market.bargain.share" in axes and any(key.startswith("strategy.terms.margin@dealer_4s") for key in axes)
    key, value = "strategy.outlet.rent@dealer_4s", 123_456.0
    one, other = (varied(base, {key: value}).scenario.strategy.outlet.rent for base in bases)
    assert other == value and one == bases[0].scenario.strategy.outlet.rent
    only = plausible(bases, Sensitivity(only="market.bargain.share"))
    assert [one.key for one in only] == ["market.bargain.share"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["method=moris"], "Did you mean 'morris'"),
        (["only=market.bargan.share"], "Did you mean 'market.bargain.share'"),
        (["basis=both", "strategy.pull=interval(0,1)"], "one footing at a time"),
        (["samples=1"], "samples is 1; it is a whole number in 2.."),
        (["method=tornado", "strategy.retail_format=direct,agency"], "needs a number with a value and an interval"),
        (["only=strategy.label"], "no number to vary"),
    ],
)
def test_a_study_that_cannot_be_is_answered(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["sensitivity", *SMALL, *words, f"results={tmp_path}/r"]) == 2
    assert said in capsys.readouterr().err
