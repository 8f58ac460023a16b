"""The results folder: parts that are whole or not there, claims that die with their holder, damage that is found and lived again alone."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments import parts
from experiments.batch import Experiment, carry_out
from experiments.claims import Claims
from experiments.cli import main
from experiments.engines import lives
from experiments.identity import LAYOUT, digest
from experiments.parts import Damaged, read_part, whole, write_part
from experiments.rows import points_table
from experiments.store import Store, part_name
from sim.schema import ConfigError
from tests.figures import record_figure
from tests.test_compare import made_up
from tests.test_compare import points as points_by_name

TINY = ["market.consumers=300", "market.days=30", "market.start_days=10", "replications=3", "workers=1", "report=false"]
ROWS = pa.table({"replication": pa.array([0, 0], pa.int32()), "orders": [1.5, 2.5], "strategy": ["direct", "agency"]})


def filled(folder: Path, replications: int = 4) -> Store:
    """A folder with made-up replications."""
    store = Store(folder)
    for one in range(replications):
        store.write(made_up(one))
    return store


def told(rows: pa.Table) -> str:
    """Rows as text, in which what is not a number equals itself."""
    return str(rows.to_pylist())


# ---- parts -------------------------------------------------------------------------------------------------------------


def test_a_part_is_plain_parquet_for_everybody_else(tmp_path: Path) -> None:
    write_part(tmp_path / "part.parquet", ROWS)
    assert pq.read_table(tmp_path / "part.parquet").equals(ROWS) and read_part(tmp_path / "part.parquet").equals(ROWS)
    assert [path.name for path in tmp_path.iterdir()] == ["part.parquet"]


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    write_part(tmp_path / "part.parquet", ROWS)
    raw = (tmp_path / "part.parquet").read_bytes()
    assert whole(raw)
    for place in range(len(raw)):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 8
        assert not whole(bytes(flipped)), f"byte {place}"


def test_every_cut_is_found(tmp_path: Path) -> None:
    write_part(tmp_path / "part.parquet", ROWS)
    raw = (tmp_path / "part.parquet").read_bytes()
    assert not any(whole(raw[:size]) for size in range(len(raw)))


def test_a_damaged_part_is_not_read(tmp_path: Path) -> None:
    write_part(tmp_path / "part.parquet", ROWS)
    (tmp_path / "part.parquet").write_bytes((tmp_path / "part.parquet").read_bytes()[:-20])
    with pytest.raises(Damaged, match=r"part\.parquet"):
        read_part(tmp_path / "part.parquet")


def test_a_full_disk_leaves_no_part_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parts.os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device; what is finished is kept"):
        write_part(tmp_path / "part.parquet", ROWS)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_ends_a_command_with_a_sentence_and_the_same_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["run", *TINY, f"results={tmp_path}/r"]
    real = parts.os.fsync
    left = [20]  # files until the disk is full

    def fills(file: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    monkeypatch.setattr(parts.os, "fsync", fills)
    assert main(command) == 1
    assert "No space left on device" in capsys.readouterr().err
    kept = Store(tmp_path / "r").finished()
    monkeypatch.setattr(parts.os, "fsync", real)
    asked: list[int] = []
    monkeypatch.setattr("experiments.batch.lives", lambda points, seed, todo, *rest: asked.extend(todo) or lives(points, seed, todo, *rest))
    assert main(command) == 0 and len(kept) == 1 and asked == [1, 2]
    assert not list(tmp_path.rglob("*.tmp"))


# ---- damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["outcomes", "stocks"])
def test_a_damaged_replication_is_set_aside_and_lived_again_alone(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["run", *TINY, f"results={tmp_path}/r"]
    assert main(command) == 0
    said = capsys.readouterr().out
    part = tmp_path / "r" / table / "r00001.parquet"
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 16
    part.write_bytes(raw)
    asked: list[int] = []
    monkeypatch.setattr("experiments.batch.lives", lambda points, seed, todo, *rest: asked.extend(todo) or lives(points, seed, todo, *rest))
    assert main(command) == 0 and capsys.readouterr().out == said and asked == [1]
    assert [path.name for path in (tmp_path / "r" / "quarantine").iterdir()] == [f"{table}-r00001.parquet"]


@pytest.mark.slow
@pytest.mark.parametrize("files", ["parts", "merged parts", "points", "manifest"])
def test_of_300_flips_and_100_cuts_none_is_silent(files: str, tmp_path: Path) -> None:
    store, rng = filled(tmp_path), random.Random(1)
    store.open({"layout": LAYOUT}, {}, points_table(list(points_by_name(names=("direct",), bases=("format",)).values())))
    store.close()
    if files == "merged parts":
        store.compact()
    every = {"points": [tmp_path / "points.parquet"], "manifest": [tmp_path / "manifest.json"]}.get(
        files, sorted(path for table in ("outcomes", "stocks", "flows", "books", "daily") for path in (tmp_path / table).iterdir())
    )
    for k in range(400):
        path = rng.choice(every)
        raw = path.read_bytes().rstrip(b"\n") if files == "manifest" else path.read_bytes()  # without its last line's end it says the same
        bad = bytearray(raw)
        bad[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        path.write_bytes(bytes(bad) if k < 300 else raw[: rng.randrange(len(raw))])
        with pytest.raises((Damaged, ConfigError), match="is damaged"):
            store.manifest() if files == "manifest" else read_part(path)
        path.write_bytes(raw)
    for what, found in ((f"flips and cuts of {files} found", 400), ("read as good", 0)):
        record_figure(what, found)


def test_a_file_that_was_not_finished_counts_for_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path, 2)
    store.compact()
    (path,) = (tmp_path / "outcomes").iterdir()
    path.rename(path.with_suffix(".0a1b2c3d.tmp"))
    assert store.ledger() == {}


# ---- merging -----------------------------------------------------------------------------------------------------------


def test_merged_parts_hold_the_same_rows(tmp_path: Path) -> None:
    store = filled(tmp_path)
    before = {table: told(store.read(table)) for table in ("outcomes", "stocks", "flows", "books", "daily")}
    assert store.compact() == (20, 5)
    assert store.finished() == [0, 1, 2, 3]
    for table, rows in before.items():
        assert told(store.read(table)) == rows
    assert set(store.read("stocks", [2])["replication"].to_pylist()) == {2}
    store.write(made_up(4))
    assert store.finished() == [0, 1, 2, 3, 4] and store.read("outcomes").num_rows == 10
    assert store.compact() == (10, 5) and store.read("outcomes").num_rows == 10


def test_a_merge_that_was_interrupted_counts_nothing_twice(tmp_path: Path) -> None:
    store = filled(tmp_path)
    kept = (tmp_path / "outcomes" / "r00002.parquet").read_bytes()
    rows = told(store.read("outcomes"))
    store.compact()
    (tmp_path / "outcomes" / "r00002.parquet").write_bytes(kept)
    assert told(store.read("outcomes")) == rows
    store.open({}, {})
    store.close()
    assert [path.name[:5] for path in (tmp_path / "outcomes").iterdir()] == ["many_"]


def test_damage_to_one_table_of_a_merged_folder_costs_no_other_replication(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.compact()
    store.write(made_up(4))
    (tmp_path / "books" / "r00004.parquet").write_bytes(b"PAR1")
    store.set_aside_damaged()
    assert store.finished() == [0, 1, 2, 3]
    (merged,) = (tmp_path / "books").glob("many_*")
    merged.write_bytes(merged.read_bytes()[:100])
    store.set_aside_damaged()
    assert store.finished() == []


def test_a_folder_that_is_worked_in_is_not_merged(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with holder(tmp_path, "folder", shared=True), pytest.raises(ConfigError, match="is being added to"):
        store.compact()
    assert store.compact() == (20, 5)


# ---- claims ------------------------------------------------------------------------------------------------------------


def holder(folder: Path, name: str, shared: bool = False) -> subprocess.Popen:
    """Another process that holds a claim until its input ends."""
    program = (
        "import sys; from pathlib import Path; from experiments.claims import Claims; claims = Claims(Path(sys.argv[1]));"
        "print(claims.take(sys.argv[2], shared=sys.argv[3] == 'True'), flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", program, str(folder), name, str(shared)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "True"
    return process


def test_what_one_process_claims_no_other_gets_until_the_first_is_dead(tmp_path: Path) -> None:
    claims = Claims(tmp_path)
    with holder(tmp_path, "r00003") as other:
        assert not claims.take("r00003") and claims.take("r00004")
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert claims.take("r00003")
    claims.leave()
    assert not list((tmp_path / "claims").glob("r*"))


def test_a_claim_given_back_is_free_and_leaves_no_file(tmp_path: Path) -> None:
    one, other = Claims(tmp_path), Claims(tmp_path)
    one.share()
    assert one.take("a") and not other.take("a")
    one.drop("a")
    assert other.take("a")
    other.share()
    for claims in (one, other):
        claims.leave()
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_no_claim_of_fifty_killed_holders_needs_unlocking(tmp_path: Path) -> None:
    claims = Claims(tmp_path)
    for k in range(50):
        with holder(tmp_path, f"r{k}") as other:
            other.send_signal(signal.SIGKILL)
            other.wait()
        assert claims.take(f"r{k}")
    record_figure("holders killed, whose claims were free at once", 50)


def test_a_replication_that_another_process_lives_is_waited_for(tmp_path: Path) -> None:
    pair = list(points_by_name(*TINY[:3], names=("direct",), bases=("as_found",)).values())
    from experiments.settings import Run

    experiment = Experiment(pair, Run(replications=2, workers=1), Store(tmp_path), "")
    with holder(tmp_path, part_name("", 0)) as other:
        waits = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep(2); import os; os.kill({other.pid}, 9)"])
        carry_out(experiment)
        waits.wait()
    assert experiment.store.finished() == [0, 1]


# ---- points, manifest --------------------------------------------------------------------------------------------------


def test_points_are_named_by_their_scenario_and_kept_once(tmp_path: Path) -> None:
    pair = list(points_by_name(names=("direct", "agency"), bases=("format",)).values())
    store = Store(tmp_path)
    store.open({"a": 1}, {}, points_table(pair[:1]))
    store.open({"a": 1}, {}, points_table(pair))
    rows = store.points().to_pylist()
    assert [row["strategy"] for row in rows] == ["direct", "agency"] and len({row["point"] for row in rows}) == 2
    other = list(points_by_name("market.days=40", names=("direct",), bases=("format",)).values())
    assert points_table(other)["point"][0].as_py() != rows[0]["point"]
    store.close()


def test_new_takes_the_sibling_that_is_free_or_its_own(tmp_path: Path) -> None:
    stores = [Store(tmp_path / "r") for _ in range(4)]
    for store, identity, new in zip(stores, ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 1}), (False, True, True, True), strict=True):
        store.open(identity, {}, new=new)
        store.close()
    assert [store.folder.name for store in stores] == ["r", "r-2", "r-2", "r"]
    with pytest.raises(ConfigError, match=r"a: 1 -> 3"):
        Store(tmp_path / "r").open({"a": 3}, {})


def test_the_manifest_of_another_engine_is_refused_with_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = ["run", *TINY, f"results={tmp_path}/r"]
    assert main(command) == 0
    path = tmp_path / "r" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["model"]["engine"], manifest["hash"] = "0123456789ab", "0" * 64
    del manifest["seal"]
    path.write_text(json.dumps(manifest | {"seal": digest(manifest)}))
    capsys.readouterr()
    assert main(command) == 2
    assert "engine: 0123456789ab -> " in capsys.readouterr().err
    assert main([*command, "--new"]) == 0 and (tmp_path / "r-2" / "manifest.json").exists()


def test_the_folder_of_an_earlier_version_is_refused_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"hash": "0" * 64, "model": {"engine": "0123456789ab", "layout": 2, "seed": 1}}))
    assert main(["run", *TINY, f"results={tmp_path}"]) == 2
    said = capsys.readouterr().err
    assert "written by an earlier version" in said and "move the folder away, or name another results=FOLDER" in said


def test_a_manifest_of_which_any_byte_is_changed_or_cut_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.open({"layout": LAYOUT, "seed": 1}, {"command": "funnel"})
    store.close()
    raw = (tmp_path / "manifest.json").read_bytes().rstrip()
    for place in range(len(raw)):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 7
        for bad in (bytes(flipped), raw[:place]):
            (tmp_path / "manifest.json").write_bytes(bad)
            with pytest.raises(ConfigError, match="is damaged"):
                Store(tmp_path).manifest()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="cannot be used"):
        Store(tmp_path / "r").open({}, {})


def test_more_than_can_be_claimed_at_once_is_lived_in_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.settings import Run

    monkeypatch.setattr("experiments.batch.AT_ONCE", 2)
    pair = list(points_by_name(*TINY[:3], names=("direct",), bases=("as_found",)).values())
    experiment = Experiment(pair, Run(replications=5, workers=1), Store(tmp_path), "")
    carry_out(experiment)
    assert experiment.store.finished() == [0, 1, 2, 3, 4] and np.isfinite(experiment.outcomes()["as_found"]["direct"]["orders"]).all()
