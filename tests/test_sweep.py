"""Sweeps: what is tried, on the same luck, on any engine with the same results, going on whatever happens."""

import csv
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.basis import Point
from experiments.cli import main
from experiments.compose import checked_shelf, tree_of
from experiments.designs import Axis, sampled, settings_of, swept
from experiments.dictionary import dictionary, not_variable
from experiments.engines import Engine, answers
from experiments.export import joined, safe
from experiments.identity import identity_of, points_in
from experiments.judged import by_setting
from experiments.measures import BY_KEY
from experiments.overrides import read
from experiments.replicate import replicate
from experiments.store import Store
from experiments.sweep import findings
from experiments.sweeping import bases_of
from experiments.trial import Trial, outcomes_of, tried
from experiments.vary import varied
from sim.schema import ConfigError

SMALL = ["market.consumers=300", "market.days=30", "market.start_days=10"]
DESIGN = ["strategy.pull=0,1", "market.word_of_mouth.talk=0.02,0.1"]
SWEEP = ["sweep", *SMALL, *DESIGN, "strategies=direct,agency", "reps=2", "engine=serial"]


def said(capsys: pytest.CaptureFixture, *words: str, code: int = 0) -> str:
    """What a command prints on stdout."""
    assert main(list(words)) == code
    return capsys.readouterr().out


def complaint(capsys: pytest.CaptureFixture, *words: str) -> str:
    """What a command that cannot be done says."""
    assert main(list(words)) == 2
    return capsys.readouterr().err


def axes(*words: str) -> list[Axis]:
    """The axes of some words."""
    errors: list[str] = []
    found = swept(list(words), errors)[1]
    if errors:
        raise ConfigError(errors)
    return found


def rows_of(folder: Path) -> list[str]:
    """The rows of a folder in the order of its points, floats to the bit."""
    return [str(row) for row in sorted(joined(Store(folder), "outcomes").to_pylist(), key=lambda row: (row["point"], row["replication"]))]


# ---- designs -----------------------------------------------------------------------------------------------------------


def test_a_grid_is_every_combination() -> None:
    words = "strategy.pull=-2,-1", "strategy.retail_format=direct,agency", "market.days=range(100,301,100)"
    found = settings_of("grid", axes(*words), 1, "", 1)
    assert len(found) == 12 and found[0] == {"strategy.pull": -2, "strategy.retail_format": "direct", "market.days": 100}


def test_a_zip_puts_values_side_by_side() -> None:
    found = settings_of("zip", axes("strategy.pull=-2,-1", "market.days=100,200"), 1, "", 1)
    assert found == [{"strategy.pull": -2, "market.days": 100}, {"strategy.pull": -1, "market.days": 200}]
    with pytest.raises(ConfigError, match=r"strategy.pull has 2, market.days has 3"):
        settings_of("zip", axes("strategy.pull=-2,-1", "market.days=100,200,300"), 1, "", 1)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_list_is_the_lines_of_a_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"points.{suffix}"
    lines = [{"strategy.pull": -2.5, "market.days": 100}, {"strategy.pull": -1.0, "market.days": 200}]
    if suffix == "csv":
        path.write_text("strategy.pull,market.days\n-2.5,100\n-1,200\n", encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(lines), path)
    assert settings_of("list", [], 1, str(path), 1) == lines


@pytest.mark.parametrize(
    ("text", "said_then"),
    [
        ("strategy.pul,market.days\n1,2\n", "Did you mean 'strategy.pull'"),
        ("strategy.pull,market.days\n1\n", "line 2: it has fewer values"),
        ("strategy.pull\n", "has no setting"),
        ("market.neutral\ndirect\n", "market.neutral cannot be swept"),
    ],
)
def test_a_list_with_faults_is_answered(text: str, said_then: str, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said_then):
        settings_of("list", [], 1, str(tmp_path / "points.csv"), 1)


def test_a_latin_hypercube_has_one_value_in_every_stratum() -> None:
    found = sampled("lhs", axes("strategy.pull=interval(-3,-1)", "market.bargain.share=interval(0,1)"), 20, 7)
    for key, low, high in (("strategy.pull", -3, -1), ("market.bargain.share", 0, 1)):
        strata = [int((one[key] - low) / (high - low) * 20) for one in found]
        assert sorted(strata) == list(range(20))


def test_more_sobol_points_contain_fewer_and_fill_the_space() -> None:
    two = axes("strategy.pull=interval(0,1)", "market.bargain.share=interval(0,1)")
    few, many = sampled("sobol", two, 16, 7), sampled("sobol", two, 64, 7)
    assert many[:16] == few
    quarters = {(one["strategy.pull"] < 0.5, one["market.bargain.share"] < 0.5) for one in few}
    assert len(quarters) == 4 and sum(one["strategy.pull"] < 0.5 for one in many) == 32


def test_words_and_whole_numbers_have_equal_shares_of_a_sample() -> None:
    found = sampled("sobol", axes("strategy.retail_format=direct,agency,dealer_4s,hybrid", "market.days=interval(100,103)"), 64, 1)
    for key, values in (("strategy.retail_format", ("direct", "agency", "dealer_4s", "hybrid")), ("market.days", (100, 101, 102, 103))):
        assert [sum(one[key] == value for one in found) for value in values] == [16] * 4


def test_a_logarithmic_interval_is_even_in_the_logarithm() -> None:
    found = sampled("sobol", axes("market.word_of_mouth.talk=tag(log,interval(0.001,0.1))"), 64, 1)
    assert sum(one["market.word_of_mouth.talk"] < 0.01 for one in found) == 32


@pytest.mark.parametrize(
    ("words", "said_then"),
    [
        (["strategy.pull=interval(0,1)"], "design=grid takes values with commas"),
        (["design=lhs"], "at least one key with several values"),
        (["design=lhs", "market.days=interval(10,1000000)"], "market.days is a whole number in"),
        (["design=lhs", "strategy.retail_format=interval(0,1)"], "is no number"),
        (["strategy.pul=1,2"], "Did you mean 'strategy.pull'"),
        (["strategy.pull=1,2", "design=gird"], "Did you mean 'grid'"),
        (["market.days=100,-1"], "market.days is -1; it is a whole number in"),
        (["strategy.pull=1,nan"], "strategy.pull is nan"),
        (["market.tiers.tier1.share=0.3,0.9"], "they must add up to 1"),
        (["strategy.pull=1,2", "engine.address=tcp://a:1"], "scheduler of engine=dask, not of engine=loky"),
        (["strategy.pull=1,2", "shard=5/4"], "shard k of n counted from 1"),
        (["strategy.pull=1,2", "reps=0"], "replications is 0; it is a whole number in 1..100000"),
        (["design=list"], "needs points=FILE"),
        (["design=list", "points=nowhere.csv"], "'nowhere.csv' cannot be read"),
        (["strategy.pull=range(0,1,0)"], "step"),
        (["market.neutral=direct,neutral"], "market.neutral cannot be swept"),
    ],
)
def test_a_design_that_cannot_be_is_answered(words: list[str], said_then: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert said_then in complaint(capsys, "sweep", *words, f"results={tmp_path}/r")
    assert not (tmp_path / "r" / "outcomes").exists()


def test_a_sobol_sample_that_is_out_of_balance_is_said(capsys: pytest.CaptureFixture) -> None:
    with pytest.warns(UserWarning, match="64 or 128"):
        sampled("sobol", axes("strategy.pull=interval(0,1)"), 100, 1)


# ---- settings ----------------------------------------------------------------------------------------------------------

OTHER = {
    "int": lambda one: one.default + 1,
    "float": lambda one: one.default * 1.01 or min(0.01, one.high),
    "bool": lambda one: not one.default,
}
TRIED = ["strategy.pull", "strategy.terms.commission", "strategy.retail_format", "market.households", "market.consumers", "market.weight",
         "strategy.outlets.tier1", "strategy.outlet.rent", "market.need.mean", "strategy.skill.closing", "market.days",
         "strategy.touchpoints.video.budget", "strategy.unit_cost", "strategy.community"]  # fmt: skip


@pytest.mark.parametrize("basis", ["format", "as_found", "same_money"])
def test_values_laid_on_are_values_composed(basis: str) -> None:
    values = {"strategy.retail_format": "hybrid", "market.weight": 20, "strategy.terms.commission": 0.07}
    paths = [path for path in TRIED if (path in dictionary() and dictionary()[path].default is not None) or path in values]
    for path in paths:
        one = dictionary()[path]
        value = values[path] if path in values else OTHER[one.kind](one)
        composed = bases_of(read([*SMALL, f"{path}={value}"]), ["agency"], basis, checked_shelf(read([])))[0]
        base = bases_of(read(SMALL), ["agency"], basis, checked_shelf(read([])))[0]
        assert varied(base, {path: value}) == varied(composed, {}), path


def test_what_names_a_file_or_is_a_list_is_not_swept() -> None:
    assert "market.neutral" in not_variable("market.neutral") and "list" in not_variable("market.events")
    assert not_variable("strategy.pull") is None


def test_a_folder_remembers_the_strategies_that_were_composed() -> None:
    bases = bases_of(read([*SMALL, "market.weight=30", "strategy.pull=1"]), ["direct", "hybrid"], "all", checked_shelf(read([])))
    model = json.loads(json.dumps(identity_of(bases, 1, False)))
    assert points_in(model) == [replace(one, scenario=replace(one.scenario, ties=None)) for one in bases]


# ---- lives -------------------------------------------------------------------------------------------------------------


def pair(*words: str) -> list[Point]:
    """Two strategies like for like."""
    return bases_of(read([*SMALL, *words]), ["direct", "agency"], "format", checked_shelf(read([])))


def test_a_trial_lives_what_compare_lives() -> None:
    points = pair("strategy.pull=1")
    for mine, theirs in zip(outcomes_of(points, 1, 2), replicate(points, 1, 2), strict=True):
        np.testing.assert_equal(mine, theirs.outcomes)


def test_every_setting_has_the_same_luck(tmp_path: Path) -> None:
    words = ["sweep", *SMALL, "strategy.pull=1", "strategy.unit_cost=150000,151000", "strategies=direct", "reps=3", "engine=serial"]
    assert main([*words, f"results={tmp_path}/r"]) == 0
    rows = joined(Store(tmp_path / "r"), "outcomes").to_pylist()
    one, other = ([row["awareness"] for row in rows if row["strategy.unit_cost"] == cost] for cost in (150_000, 151_000))
    assert one == other and len(set(one)) > 1  # a cost that no consumer sees changes nobody's life


def test_a_replication_that_fails_is_recorded_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_once(points: list[Point], seed: int, replication: int) -> list:
        if replication == 1 and points[0].scenario.strategy.pull == 1:
            raise ZeroDivisionError("a rule divides by nothing")
        return outcomes_of(points, seed, replication)

    monkeypatch.setattr("experiments.trial.outcomes_of", fails_once)
    told = said(capsys, *SWEEP, "reps=3", f"results={tmp_path}/r")
    assert "2 replications failed" in told and "a rule divides by nothing" in told
    store = Store(tmp_path / "r")
    assert len(store.ledger()) == 10 and {one for _, one in store.failed()} == {1}
    report = next(iter(store.failed().values()))
    assert report["traceback"][0].startswith("Traceback") and "fails_once" in "".join(report["traceback"])
    monkeypatch.setattr("experiments.trial.outcomes_of", lambda *_: pytest.fail("lived again"))
    assert said(capsys, *SWEEP, "reps=3", f"results={tmp_path}/r") == told
    monkeypatch.setattr("experiments.trial.outcomes_of", outcomes_of)
    assert "failed" not in said(capsys, *SWEEP, "reps=3", "retry=true", f"results={tmp_path}/r")
    assert len(store.ledger()) == 12 and not store.failed()


def test_a_traceback_comes_home_from_a_worker() -> None:
    trial = Trial([None], {"s": {}}, [("s", 0), ("s", 1)], 1)
    assert sorted(tried(trial).failures) == trial.todo and "AttributeError" in tried(trial).failures["s", 0]


def noisy(points: list[Point], seed: int, replication: int) -> list[dict[str, float]]:
    """Made-up outcomes whose noise is the third power of the pull of the strategy; the second strategy sells 10 more on average."""
    rng = np.random.default_rng([seed, replication])
    noise = abs(points[0].scenario.strategy.pull) ** 3 * rng.normal()
    return [{"orders": 100 + 10 * k + noise * k, "profit_channel": 1e8 + noise * k, "revenue": 1e9} for k, _ in enumerate(points)]


def test_every_setting_stops_by_its_own_precision(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.trial.outcomes_of", noisy)
    words = [*SWEEP[:4], "strategy.pull=0,1.8", "strategies=direct,agency", "engine=serial", "precision=0.02", f"results={tmp_path}/r"]
    told = json.loads(said(capsys, *words, "reps=4", "max_replications=64", "--json"))
    counts = {one["values"]["strategy.pull"]: one["replications"] for one in told["settings"]}
    assert counts[0] == 5 and 5 < counts[1.8] <= 64 and told["looks"] == [5, 10, 20, 40, 64]


def test_who_leads_in_a_known_case(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.trial.outcomes_of", noisy)
    words = ["sweep", *SMALL, "strategy.pull=0.1,-4", "strategies=direct,agency", "engine=serial", f"results={tmp_path}/r"]
    told = said(capsys, *words, "reps=6")
    assert "cars ordered: Agency leads in 50 %; no clear leader in 50 %" in told and "for one setting at a time" in told
    assert "领先占 50 %" in said(capsys, *words, "reps=6", "lang=zh")


# ---- the folder --------------------------------------------------------------------------------------------------------


def test_a_finished_sweep_lives_nothing_again(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    told = said(capsys, *SWEEP, f"results={tmp_path}/r")
    monkeypatch.setattr("experiments.trial.outcomes_of", lambda *_: pytest.fail("lived again"))
    monkeypatch.setattr("experiments.compose.tree_of", lambda *_: pytest.fail("composed again"))
    assert said(capsys, *SWEEP, f"results={tmp_path}/r") == told


def test_a_finished_sweep_remembers_its_answer_until_something_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*SWEEP, f"results={tmp_path}/r"]
    told, folder, counted = said(capsys, *words), tmp_path / "r", []
    monkeypatch.setattr("experiments.sweep.findings", lambda plan: counted.append(plan) or findings(plan))
    assert said(capsys, *words) == told and not counted
    kept = (folder / "findings.json").read_text()
    (folder / "findings.json").write_text(kept.replace('"replications": ', '"replications": 1', 1))  # somebody edits the answer
    assert said(capsys, *words) == told and len(counted) == 1 and (folder / "findings.json").read_text() == kept
    part = next((folder / "outcomes").glob("*.parquet"))
    there, when = bytearray(part.read_bytes()), part.stat().st_mtime_ns
    there[len(there) // 3] ^= 1  # a bit falls over, and nobody wrote it
    part.write_bytes(there)
    os.utime(part, ns=(when, when))
    assert said(capsys, *words) == told and len(counted) == 2 and list((folder / "quarantine").iterdir())
    assert said(capsys, *words, "lang=zh") != told and len(counted) == 3  # another command judges anew


def test_a_finished_sweep_whose_list_of_settings_is_gone_says_so(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    listed = tmp_path / "points.csv"
    listed.write_text("strategy.pull\n-1\n-2\n")
    words = ["sweep", *SMALL, "design=list", f"points={listed}", "strategies=direct", "reps=2", "engine=serial", f"results={tmp_path}/r"]
    told = said(capsys, *words)
    assert said(capsys, *words) == told
    listed.write_text("strategy.pull\n-1\n-1.5\n")  # the same command, other settings
    assert said(capsys, *words) != told
    listed.unlink()
    assert f"points: '{listed}' cannot be read" in complaint(capsys, *words)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as terminals of POSIX do")
def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = ["sweep", "market.consumers=3000", "market.days=60", "strategy.pull=range(-2,0,0.1)", "strategies=direct,agency", "reps=3"]
    words += [f"results={tmp_path}/r", "workers=2"]
    command = [sys.executable, "-W", "ignore", "-m", "experiments.cli", *words]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as driver:
        while len(Store(tmp_path / "r").ledger()) < 6 and driver.poll() is None:
            time.sleep(0.05)
        os.killpg(driver.pid, signal.SIGINT)
        _, told = driver.communicate(timeout=60)
    done = set(Store(tmp_path / "r").ledger())
    assert driver.returncode == 1 and f"results={tmp_path}/r goes on" in told and "Traceback" not in told
    assert 6 <= len(done) < 60
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "r" / "outcomes").glob("*.parquet")}
    said(capsys, *words)
    assert len(Store(tmp_path / "r").ledger()) == 60
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())  # lived once
    with pytest.raises(ProcessLookupError):
        os.killpg(driver.pid, 0)  # no worker is left


def test_a_changed_scenario_file_is_not_taken_for_the_one_that_was_lived(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "strategy").mkdir()
    words = [
        "sweep",
        *SMALL,
        "strategy.pull=0,1",
        "strategies=mine",
        "basis=as_found",
        "reps=1",
        "engine=serial",
        f"scenarios_dir={tmp_path}",
    ]
    for cost in (150_000, 151_000):
        (tmp_path / "strategy" / "mine.yaml").write_text(f"defaults: [direct, _self_]\nunit_cost: {cost}\n", encoding="utf-8")
        tree_of.cache_clear()
        if cost == 150_000:
            said(capsys, *words, f"results={tmp_path}/r")
    assert "unit_cost: 150000 -> 151000" in complaint(capsys, *words, f"results={tmp_path}/r")


def test_more_settings_and_more_replications_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main([*SWEEP, f"results={tmp_path}/r"]) == 0
    asked: list[tuple[float, int]] = []
    monkeypatch.setattr(
        "experiments.trial.outcomes_of",
        lambda points, seed, one: asked.append((points[0].scenario.strategy.pull, one)) or outcomes_of(points, seed, one),
    )
    more = [word for word in SWEEP if word not in (DESIGN[0], "reps=2")]
    assert main([*more, "strategy.pull=0,1,2", "reps=3", f"results={tmp_path}/r"]) == 0
    assert sorted(asked) == [(0, 2), (0, 2), (1, 2), (1, 2)] + [(2, k) for k in range(3) for _ in range(2)]
    assert Store(tmp_path / "r").points().num_rows == 12


def test_another_scenario_or_other_keys_are_refused_with_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    assert "market.season: 0.1 -> 0.3" in complaint(capsys, *SWEEP, "market.season=0.3", f"results={tmp_path}/r")
    assert "swept.strategy.skill.closing: nothing -> swept" in complaint(
        capsys, *SWEEP, "strategy.skill.closing=0,1", f"results={tmp_path}/r"
    )
    assert "seed: 1 -> 2" in complaint(capsys, *SWEEP, "seed=2", f"results={tmp_path}/r")


def test_shards_together_are_the_whole(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    said(capsys, *SWEEP, f"results={tmp_path}/whole")
    for k in (1, 2, 3):
        assert f"Shard {k}/3 is done" in said(capsys, "worker", *SWEEP[1:], "--shard", f"{k}/3", f"results={tmp_path}/r")
    monkeypatch.setattr("experiments.trial.outcomes_of", lambda *_: pytest.fail("lived again"))
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    assert rows_of(tmp_path / "r") == rows_of(tmp_path / "whole")
    assert "needs --shard" in complaint(capsys, "worker", *SWEEP[1:])
    for verb, word in (("sensitivity", "method=morris"), ("map", "x=strategy.pull")):
        assert f"Give the same funnel {verb} command" in complaint(capsys, "worker", word, "--shard", "1/2", f"results={tmp_path}/s")
        assert f"Give the same funnel {verb} command" in complaint(capsys, verb, word, "shard=1/2", f"results={tmp_path}/s")


@pytest.mark.parametrize("engine", ["loky", "dask"])
def test_every_engine_gives_the_same_table(engine: str, tmp_path: Path) -> None:
    if engine == "dask" and not importlib.util.find_spec("distributed"):
        pytest.skip("dask.distributed is an extra")
    assert main([*SWEEP, f"results={tmp_path}/serial"]) == 0
    assert main([*SWEEP[:-1], f"engine={engine}", "workers=2", f"results={tmp_path}/{engine}"]) == 0
    assert rows_of(tmp_path / engine) == rows_of(tmp_path / "serial")


def squared(number: int, died: Path) -> int:
    """A task whose worker dies under it the first time that the third is asked for."""
    if number == 3 and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_a_worker_that_dies_in_the_middle_loses_and_repeats_no_answer(tmp_path: Path) -> None:
    died = tmp_path / "died"
    told = list(answers(squared, [(k, died) for k in range(12)], Engine("loky", 2)))
    assert died.exists() and sorted(told) == [k * k for k in range(12)]


def test_an_address_where_nobody_is_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip("distributed")
    words = [*SWEEP[:-1], "engine=dask", "engine.address=tcp://127.0.0.1:1", f"results={tmp_path}/r"]
    assert "no dask scheduler answers at 'tcp://127.0.0.1:1'" in complaint(capsys, *words)


def test_the_arrays_of_a_setting_are_those_of_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    rows = Store(tmp_path / "r").read("outcomes")
    settings = set(rows["setting"].to_pylist())
    found = by_setting(rows, ["revenue"], dict.fromkeys(settings, 30))
    for setting in settings:
        mine = [row for row in rows.to_pylist() if (row["setting"], row["strategy"]) == (setting, "agency")]
        expected = BY_KEY["revenue"].shown([row["revenue"] for row in sorted(mine, key=lambda row: row["replication"])], 30)
        np.testing.assert_array_equal(found[setting]["format"]["agency"]["revenue"], expected)


# ---- replay, status, compact, export -----------------------------------------------------------------------------------


def test_a_replay_gives_the_same_bits(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, *SWEEP, "basis=all", f"results={tmp_path}/r")
    for row in Store(tmp_path / "r").points().to_pylist()[::5]:
        assert "The same to the bit" in said(capsys, "replay", row["point"], "1", f"results={tmp_path}/r")
    told = said(capsys, "replay", row["point"][:12], "7", f"results={tmp_path}/r", f"out={tmp_path}/one")
    assert "do not hold this replication" in told and Store(tmp_path / "one").finished() == [7]


def test_a_replay_of_a_comparison_too(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, "compare", *SMALL, "replications=2", "workers=1", "basis=all", "report=false", f"results={tmp_path}/r")
    for row in Store(tmp_path / "r").points().to_pylist():
        assert "The same to the bit" in said(capsys, "replay", row["point"], "0", f"results={tmp_path}/r")


def test_a_replay_that_comes_out_otherwise_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    store = Store(tmp_path / "r")
    point = store.points().to_pylist()[0]
    rows = store.read("outcomes")
    for part in (tmp_path / "r" / "outcomes").iterdir():
        part.unlink()
    mine = rows.filter(pa.compute.equal(rows["setting"].cast("string"), point["setting"]))
    changed = mine.set_column(mine.column_names.index("leads"), "leads", pa.array([1234.5] * mine.num_rows))
    store.add([(point["setting"], 0), (point["setting"], 1)], changed)
    assert "NOT the same: 1 of" in said(capsys, "replay", point["point"], "1", f"results={tmp_path}/r", code=1)


@pytest.mark.parametrize(
    ("words", "said_then"),
    [
        (["replay", "abc"], "a point and a replication are wanted"),
        (["replay", "nothing", "1"], "no point 'nothing'"),
        (["replay", "", "1"], "give more of it"),
        (["replay", "a", "1", "trak=3"], "unknown setting 'trak'"),
        (["export", "table=order"], "Did you mean 'orders'"),
        (["export", "out=x.xlsx"], ".csv or .parquet"),
        (["export", "table=stocks"], "holds outcomes"),
    ],
)
def test_what_cannot_be_told_of_a_folder_is_answered(
    words: list[str], said_then: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:  # fmt: skip
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    assert said_then in complaint(capsys, *words, f"results={tmp_path}/r")


def test_status_tells_how_far_it_is(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    told = said(capsys, "status", f"{tmp_path}/r")
    assert "4 settings x 2 strategies" in told and "8 replications are finished, 2 to 2" in told and "Nobody works in it" in told
    (tmp_path / "r" / "outcomes" / next(iter((tmp_path / "r" / "outcomes").iterdir())).name).write_bytes(b"PAR1")
    assert "1 parts are damaged now" in said(capsys, "status", f"{tmp_path}/r")
    assert "holds no results" in complaint(capsys, "status", f"{tmp_path}")


def test_compact_and_export_keep_every_row(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    said(capsys, *SWEEP, f"results={tmp_path}/r")
    before = rows_of(tmp_path / "r")
    assert "became 1" in said(capsys, "compact", f"{tmp_path}/r")
    assert rows_of(tmp_path / "r") == before
    said(capsys, "export", f"{tmp_path}/r", f"out={tmp_path}/x.csv")
    with open(tmp_path / "x.csv", encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    whole = joined(Store(tmp_path / "r"), "outcomes").to_pylist()
    assert len(lines) == 16 and [float(line["revenue"]) for line in lines] == [row["revenue"] for row in whole]
    assert {line["strategy.pull"] for line in lines} == {"0.0", "1.0"}
    said(capsys, "export", f"{tmp_path}/r", f"out={tmp_path}/x.parquet")
    assert str(pq.read_table(tmp_path / "x.parquet").to_pylist()) == str(whole)


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(0)", "-2+3+cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(payload: str) -> None:
    assert safe(payload) == "'" + payload and safe(-1.5) == -1.5 and safe("direct") == "direct"
