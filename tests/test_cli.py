"""The command line as a first-time user meets it: quick help, answers, tables, files, exit codes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from experiments.cli import main
from experiments.engines import lives
from experiments.story import lines
from sim.replication import TOLD

LOUD = ["market.days=90", "strategy.touchpoints.video.intensity=1"]  # everybody meets the brand
TINY = ["market.consumers=300", "market.days=30", "market.start_days=10", "replications=2", "workers=1"]


def said(capsys: pytest.CaptureFixture, *words: str, code: int = 0) -> str:
    """What a command prints on stdout."""
    assert main(list(words)) == code
    return capsys.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from experiments.cli import main; main(['--help']); print({'numpy', 'numba', 'hydra', 'rich'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "compare" in shown and shown.endswith("set()\n")


@pytest.mark.parametrize(
    "words", [["compare", "market.consumers=many"], ["duel", "direct", "nobody"], ["map", "x=strategy.pull", "y=market"]]
)
def test_a_wrong_word_is_refused_before_the_engine_is_loaded_or_a_worker_starts(words: list[str]) -> None:
    heavy = "{'numba', 'scipy', 'pyarrow', 'joblib'} & set(sys.modules)"
    program = f"import sys; from experiments.cli import main; print(main({words}), {heavy})"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "2 set()\n"


@pytest.mark.parametrize("verb", ["compare", "run", "story", "scenarios", "explain"])
def test_every_verb_has_help_with_an_example(verb: str, capsys: pytest.CaptureFixture) -> None:
    assert f"funnel {verb}" in said(capsys, verb, "--help")


def test_a_mistyped_verb_is_answered(capsys: pytest.CaptureFixture) -> None:
    assert main(["comapre"]) == 2
    assert "Did you mean 'compare'?" in capsys.readouterr().err


def test_explain_tells_all_about_a_parameter(capsys: pytest.CaptureFixture) -> None:
    told = said(capsys, "explain", "strategy.terms.commission")
    assert "share of price" in told and "C05" in told and "agency 0.06 (by its format)" in " ".join(told.split())
    assert "strategy.skill.care" in said(capsys, "explain", "strategy.skill")
    assert "market.days" in said(capsys, "explain")


def test_explain_answers_a_typo(capsys: pytest.CaptureFixture) -> None:
    assert main(["explain", "strategy.skil.closing"]) == 2
    assert "Did you mean 'strategy.skill.closing'" in capsys.readouterr().err


def test_scenarios_lists_what_there_is(capsys: pytest.CaptureFixture) -> None:
    told = said(capsys, "scenarios")
    assert all(name in told for name in ("china_nev", "dealer_4s", "training_programme"))


def test_a_story_is_told_in_words(capsys: pytest.CaptureFixture) -> None:
    told = said(capsys, "story", "--consumer", "12", "strategy=dealer_4s", "market.consumers=300", *LOUD)
    assert told.startswith("Consumer 12 under 4S dealers, 90 days") and "At the end of day 90:" in told


def test_a_story_of_nobody_is_refused(capsys: pytest.CaptureFixture) -> None:
    assert main(["story", "consumer=300", "market.consumers=300"]) == 2
    assert "there are 300, counted from 0" in capsys.readouterr().err


def test_compare_answers_first_and_ends_with_files_and_the_command(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    told = said(capsys, "compare", *TINY, "strategies=direct,dealer_4s", f"results={tmp_path}/r")
    assert told.startswith("Which sells more cars") and "\nLike for like:" in told and "\nAs found:" in told
    assert told.index("cars ordered a year") < told.index("like for like: means") and len(told.splitlines()) < 90
    assert told.rstrip().splitlines()[-1].startswith("Again     funnel compare market.consumers=300")
    for name in ("orders.png", "profit.png", "funnel.png", "money.png"):
        assert (tmp_path / "r" / name).read_bytes().startswith(b"\x89PNG")
    assert "\x1b" not in told


def test_the_same_command_again_lives_nothing_again(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["compare", *TINY, "strategies=direct,agency", "basis=format", f"results={tmp_path}/r"]
    first = said(capsys, *command)
    monkeypatch.setattr("experiments.batch.lives", None)
    assert said(capsys, *command) == first


def test_more_replications_join_the_first_ones(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["compare", *TINY, "strategies=direct,agency", "basis=format", f"results={tmp_path}/r"]
    said(capsys, *command)
    asked: list[int] = []
    monkeypatch.setattr("experiments.batch.lives", lambda points, seed, todo, *rest: asked.extend(todo) or lives(points, seed, todo, *rest))
    assert "3 paired replications" in said(capsys, *command, "replications=3")
    assert asked == [2]


def test_another_experiment_is_refused_in_the_same_folder(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = ["run", *TINY, f"results={tmp_path}/r"]
    said(capsys, *command)
    assert main([*command, "seed=2"]) == 2
    assert "seed: 1 -> 2" in capsys.readouterr().err


def test_json_is_json_and_has_every_interval(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    told = json.loads(said(capsys, "compare", *TINY, "strategies=direct,agency", "basis=format", "--json", f"results={tmp_path}/r"))
    assert told["replications"] == 2 and told["findings"][0]["basis"] == "format"
    assert set(told["findings"][0]["means"]["agency"]["orders"]) == {"mean", "low", "high", "n"}


def test_a_shared_override_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    told = said(capsys, "compare", *TINY, "strategies=direct,agency", "strategy.skill.closing=1", f"results={tmp_path}/r")
    assert "Your strategy.skill.closing=1 applies to all strategies" in told


def test_interrupting_keeps_what_is_finished(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(points: list, seed: int, todo: list, *rest: object):
        yield from lives(points, seed, todo[:1], *rest)
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.batch.lives", interrupted)
    assert main(["run", *TINY, f"results={tmp_path}/r"]) == 1
    assert f"results={tmp_path}/r goes on" in capsys.readouterr().err
    assert [part.name for part in (tmp_path / "r" / "outcomes").iterdir()] == ["r00000.parquet"]


def test_several_values_run_one_after_another(tmp_path: Path) -> None:
    words = ["run", "-m", "market.word_of_mouth.talk=0.03,0.09", *TINY, f"hydra.sweep.dir={tmp_path}/m"]
    done = subprocess.run([sys.executable, "-m", "experiments.cli", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    talks = [json.loads((tmp_path / "m" / job / "manifest.json").read_text())["model"]["market"]["word_of_mouth"]["talk"] for job in "01"]
    assert talks == [0.03, 0.09]


@pytest.mark.slow
def test_a_killed_worker_costs_nothing_but_time(tmp_path: Path) -> None:
    words = ["run", "market.consumers=3000", "market.days=300", "replications=8", "workers=2", f"results={tmp_path}/r"]
    process = subprocess.Popen([sys.executable, "-m", "experiments.cli", *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("2 of 8"):
            workers = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
            os.kill(int(workers[-1]), signal.SIGKILL)
            break
    process.communicate()
    assert process.returncode == 0
    assert len(list((tmp_path / "r" / "outcomes").iterdir())) == 8


def test_routine_days_are_told_together() -> None:
    events = [(1, "sees touchpoint", 1), (2, "sees touchpoint", 1), (3, "talks", 1), (4, "buys", 5), (9, "sees touchpoint", 5)]
    journey = np.zeros(len(events), TOLD)
    for row, (day, event, stage) in zip(journey, events, strict=True):
        row["day"], row["event"], row["from_stage"], row["to_stage"] = day, event, min(stage, 4), stage
    journey["touchpoint"], journey["outlet"], journey["salesperson"], journey["price"] = 1, 7, -1, 250_000
    journey["from_stage"][4] = 5
    assert list(lines(journey, 10)) == [
        "  At first: aware.",
        "  days 1 to 3: meets the brand through social 2 times; talks about the car.",
        "  day 4: signs an order for 250,000 yuan at outlet 7 (intent to owner).",
        "  day 9: meets the brand through social.",
        "  At the end of day 10: owner.",
    ]
    assert len(list(lines(journey, 10, every=True))) == 7
