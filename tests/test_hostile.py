"""Hostile and wrong input, hundreds of each: every one is answered with sentences, and nothing is run, written or shown."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.cli import main
from experiments.dictionary import dictionary
from experiments.files import faults
from tests.figures import record_figure
from tests.test_config import HOSTILE, write
from tests.test_sweep import SWEEP

SECRET = "hunter2-do-not-show"
VERBS = ("sweep", "worker", "map", "sensitivity")
MORE = {  # what a verb needs beside a wrong value
    "map": ["x=strategy.pull", "y=strategy.unit_cost"], "worker": ["--shard", "1/2"], "duel": ["direct", "agency"],
    "why": ["direct", "agency"], "case": ["training_programme"],
}  # fmt: skip
FOLDERS = ("replay", "status", "compact", "export")
CANARY = "canary"
LATER = ("label: NO", "defaults: [mine]")  # files that only their composition finds wrong
CODE = (
    "os.system", "os.execv", "subprocess.check_output", "builtins.eval", "builtins.exec", "pathlib.Path.write_text", "shutil.rmtree",
    "pickle.loads", "importlib.import_module",
)  # fmt: skip
TAGS = (
    "!!python/object/apply:{}",
    "!!python/object/new:{}",
    "!!python/name:{}",
    "!!python/module:{}",
    "!{}",
    "!<tag:yaml.org,2002:python/object/apply:{}>",
)
SHOWING = (
    "oc.env:SECRET",
    "oc.decode:${oc.env:SECRET}",
    "oc.create:{a: 1}",
    "oc.select:hydra",
    "hydra:runtime.cwd",
    "now:%Y",
    "env:SECRET",
    "python_version:",
)


def payloads(place: Path) -> list[str]:
    """Two hundred files of a strategy that no strategy is."""
    touch = f"touch {place / CANARY}"
    out = [f"label: {tag.format(code)} ['{touch}']" for tag in TAGS for code in CODE]
    out += [f"label: {tag.format(code)} {{command: '{touch}'}}" for tag in TAGS for code in CODE]
    out += [f"{where}: {{_target_: {code}, _args_: ['{touch}']}}" for where in ("skill", "outlet", "hydra", "terms") for code in CODE]
    out += [f"_target_: {code}\n_args_: ['{touch}']" for code in CODE]
    out += [f"{key}: ${{{word}}}" for word in SHOWING for key in ("label", "unit_cost", "retail_format")]
    out += [
        f"defaults: [{one}]"
        for one in ("../../../etc/passwd", "/etc/passwd", "hydra/launcher: basic", "override hydra/launcher: x", "'@a.b: c'")
    ]
    out += ["a: &a [x, x]\n" + "\n".join(f"{n}: &{n} [*{m}, *{m}]" for m, n in zip("abcdefgh", "bcdefghi", strict=True))]
    out += ["skill: " + mark * count for mark in ("[", "{a: ", "- ") for count in (21, 900, 5000)]
    out += [
        "x" * 300_000,
        "label: '" + "x" * 262_200 + "'",
        "\0",
        "label: \x07",
        "%YAML 9.9\n---\nlabel: x",
        "---\nlabel: a\n---\nlabel: b",
        "? [a]\n: b",
    ]
    return [*(text for text in HOSTILE if text not in LATER), *out][:200]


def test_of_200_hostile_files_none_runs_writes_or_shows_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", SECRET)
    every, slowest, silent, shown = payloads(tmp_path), 0.0, 0, 0
    path = tmp_path / "strategy" / "mine.yaml"
    path.parent.mkdir()
    for text in every:
        path.write_text(text, encoding="utf-8")
        began = time.process_time()
        said = faults(path, "strategy")
        slowest = max(slowest, time.process_time() - began)
        silent += not said
        shown += any(SECRET in one for one in said)
    assert len(every) == 200 and not silent and not shown and sorted(one.name for one in tmp_path.rglob("*")) == ["mine.yaml", "strategy"]
    for what, found in (
        ("hostile files", len(every)),
        ("accepted, run, written or shown", 0),
        ("the slowest, s of the processor", f"{slowest:.3f}"),
    ):
        record_figure(what, found)


def wrong_values() -> list[str]:
    """Two hundred numbers and words that no scenario has."""
    rng, out = random.Random(7), []
    for one in rng.sample(list(dictionary().values()), len(dictionary())):
        bad = {"int": ["1.5", "1e23", "012", "nan", "many", "true", str(int(one.high or 0) + 1)], "bool": ["yes", "2", "NO", "''"],
               "str": ["3", "[a]"] if not one.choices else ["nobody", "3"],
               "float": ["nan", "inf", "-inf", "abc", "[1]", "true", "0x10"]}[one.kind]  # fmt: skip
        if one.kind in ("int", "float"):
            bad += [f"{one.low - 1 - abs(one.low):.0f}", f"{2 * abs(one.high) + 1:.0f}"]
        out.append(f"{one.path}={rng.choice(bad)}" if rng.random() < 0.8 else f"{one.path}x={rng.choice(bad)}")
        if len(out) == 200:
            return out
    raise AssertionError("there are fewer parameters than that")


@pytest.mark.slow
def test_of_200_wrong_values_every_one_is_refused_by_its_name_in_every_verb(tmp_path: Path) -> None:
    every, slowest, longest, unnamed = wrong_values(), 0.0, 0.0, []
    for k, word in enumerate(every):
        verb = ("compare", "run", "story", "touchpoints", "duel", "why", "case", *VERBS)[k % 11]
        command = [sys.executable, "-m", "experiments.cli", verb, word, *MORE.get(verb, ())]
        command += ["strategy.pull=-2,-1"] if verb in ("sweep", "worker") and "strategy.pull" not in word else []
        command += [] if verb in ("story", "why") else [f"results={tmp_path}/r"]
        before, began = os.times(), time.perf_counter()
        told = subprocess.run(command, capture_output=True, text=True)
        longest, after = max(longest, time.perf_counter() - began), os.times()
        slowest = max(slowest, after.children_user + after.children_system - before.children_user - before.children_system)
        assert told.returncode == 2 and not told.stdout and "Traceback" not in told.stderr, (verb, word, told.stderr)
        if word.partition("=")[0].rsplit(".", 1)[-1] not in told.stderr:
            unnamed.append((word, told.stderr))
    assert not unnamed and not (tmp_path / "r" / "outcomes").exists()
    for what, found in (
        ("wrong values, each a command of its own", len(every)),
        ("accepted, or a traceback", 0),
        ("the slowest, s of the processor", f"{slowest:.2f}"),
        ("the slowest, s of wall clock", f"{longest:.2f}"),
    ):
        record_figure(what, found)


SETTINGS = [
    "replications=0",
    "replications=1e9",
    "reps=nan",
    "reps=-1",
    "seed=-1",
    "seed=1e30",
    "precision=0",
    "precision=nan",
    "workers=-1",
    "workers=1e9",
    "engine=ray",
    "engine.address=tcp://a:1",
    "strategies=",
    "strategies=nobody",
    "strategies=../../x",
    "basis=fair",
    "lang=fr",
    "json=maybe",
    "new=maybe",
    "retry=2",
    "shard=0/4",
    "shard=5/4",
    "shard=a/b",
    "shard=1/1e9",
    "max_replications=0",
    "my=nowhere.csv",
    "scenarios_dir=nowhere",
    "sed=1",
    "+seed=1",
    "~seed",
    "market.days",
    "strategy.label=${oc.env:HOME}",
]
OWN = {
    "sweep": ["design=gird", "samples=0", "samples=1e9", "points=x.csv", "strategy.pull=range(0,1,0)", "strategy.pull=interval(0,1)"],
    "worker": ["shard=", "design=list"],
    "map": [
        "x=",
        "x=strategy.pul",
        "x=strategy.pull:nan..1",
        "x=strategy.pull:1..0",
        "grid=1",
        "grid=1e9",
        "refine=9",
        "outcome=profit",
        "y=strategy.label",
    ],
    "sensitivity": ["method=guess", "samples=1", "samples=nan", "only=nothing", "numbers=few", "basis=both"],
    "replay": ["results=nowhere", "track=-1", "track=nan", "lang=fr", "a=1", "out=/"],
    "status": ["results=nowhere", "results=", "lang=fr", "a=1", "folder", "results=/dev/null"],
    "compact": ["results=nowhere", "results=", "lang=fr", "a=1"],
    "export": ["results=nowhere", "table=nothing", "out=x.exe", "lang=fr", "a=1"],
}


@pytest.mark.parametrize("verb", [*VERBS, *FOLDERS])
def test_a_wrong_setting_of_a_verb_is_answered_and_nothing_is_written(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    right = {"sweep": ["strategy.pull=-2,-1"], "worker": ["strategy.pull=-2,-1", "shard=1/2", "results=r"], "replay": ["abc", "1"],
             "map": ["x=strategy.pull", "y=strategy.unit_cost"]}.get(verb, [])  # fmt: skip
    for word in [*(SETTINGS if verb in VERBS else []), *OWN[verb]]:
        capsys.readouterr()
        assert main([verb, *(one for one in right if one.partition("=")[0] != word.partition("=")[0]), word]) == 2, word
        told = capsys.readouterr()
        assert not told.out and told.err.startswith("funnel:") and "Traceback" not in told.err, (word, told.err)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "has no setting"),
        ("\n\n", "has no setting"),
        ("strategy.pull\n", "has no setting"),
        ("strategy.pull\n=1+1\n", "strategy.pull is '=1+1'"),
        ("strategy.pull\n@SUM(A1)\n", "strategy.pull is '@SUM(A1)'"),
        ("=cmd|' /C calc'!A0\n1\n", "unknown parameter"),
        ("strategy.pull,strategy.pull\n1,2\n", "strategy.pull stands twice"),
        ("strategy.pull,nonsense\n1,2\n", "unknown parameter 'nonsense'"),
        ("strategy.pull\n1,2\n", "line 2: it has more values"),
        ("strategy.pull\nnan\n", "strategy.pull is nan"),
        ("strategy.pull\n1e400\n", "strategy.pull is inf"),
        ("strategy.pull\n\n", "has no setting"),
        ("strategy.pull,market.days\n1,\n", "market.days is ''"),
    ],
)
def test_a_strange_file_of_points_is_answered(lines: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "points.csv").write_text(lines, encoding="utf-8")
    assert main([*SWEEP[:4], "design=list", f"points={tmp_path}/points.csv", f"results={tmp_path}/r"]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "r").exists()


def test_a_parquet_file_of_points_that_holds_no_numbers_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for column in ([[1, 2]], [{"a": 1}], [None], [b"x"]):
        pq.write_table(pa.table({"strategy.pull": column}), tmp_path / "points.parquet")
        assert main([*SWEEP[:4], "design=list", f"points={tmp_path}/points.parquet", f"results={tmp_path}/r"]) == 2
        assert "strategy.pull is " in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
@pytest.mark.parametrize("folder", ["/proc/nothing", "/dev/null", "/dev/null/x"])
def test_a_folder_that_cannot_be_written_is_answered(folder: str, capsys: pytest.CaptureFixture) -> None:
    assert main([*SWEEP, f"results={folder}"]) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_a_folder_whose_manifest_is_another_thing_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for text in ("", "[]", "3", "null", '{"model": 3}', json.dumps({"hash": "x", "model": {"layout": 3}})):
        write(tmp_path, "r/manifest.json", text)
        for verb in ("status", "compact", "export"):
            assert main([verb, f"{tmp_path}/r"]) == 2 and "is damaged" in capsys.readouterr().err
        assert main([*SWEEP, f"results={tmp_path}/r"]) == 2 and "is damaged" in capsys.readouterr().err
