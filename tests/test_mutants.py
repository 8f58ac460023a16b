"""The suite is tested: the seeded faults are in their places, and nearly all of them are found (tests/mutants, docs/mutants.md)."""

from pathlib import Path

import pytest

from tests.figures import record_figure
from tests.mutants.changes import MUTANTS, ROOT, VARIANTS, Change
from tests.mutants.harness import GOLDEN, against, covering, judged, reached, try_all

FOUND_AT_LEAST = 0.95


@pytest.mark.parametrize("change", [*MUTANTS, *VARIANTS], ids=lambda change: f"{change.file}: {change.says}")
def test_every_change_is_of_one_place_and_can_be_read(change: Change) -> None:
    compile(change.applied(), change.file, "exec")


def test_every_rule_has_a_fault_and_no_two_are_the_same() -> None:
    assert len(MUTANTS) >= 40 and len(set(MUTANTS)) == len(MUTANTS) and len(VARIANTS) >= 10
    assert {one.file for one in MUTANTS} >= {f"rules/{path.name}" for path in (ROOT / "sim" / "rules").glob("*.py")} - {"rules/__init__.py"}
    assert {"consumers.py", "outlet_day.py", "day.py", "books.py", "stages.py", "chance.py"} <= {one.file for one in MUTANTS}


def test_whatever_is_said_to_cover_a_file_exists() -> None:
    named = covering()
    files = {file for stage in ("rules", "lives") for file in named[stage]} - {"every", "then"}
    assert all((ROOT / "sim" / file).exists() for file in files)
    for test in {test for one in MUTANTS for tests in against(one).values() for test in tests}:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8") if name else (ROOT / file).exists(), test


def test_a_change_reaches_what_imports_it() -> None:
    assert {"sim.rules.selling", "sim.outlet_day", "sim.day", "sim.replication"} <= reached("sim.rules.selling")
    assert "sim.consumers" not in reached("sim.rules.selling") and "sim.consumers" in reached("sim.stages")


@pytest.mark.slow
def test_nearly_all_faults_are_found_and_nothing_right_is_rejected() -> None:
    folder = Path("results/mutants")
    try_all((*MUTANTS, *VARIANTS), folder)
    found, right = [judged(one, folder) for one in MUTANTS], [judged(one, folder) for one in VARIANTS]
    killed = [one for one in found if one["test"]]
    record_figure("faults found", f"{len(killed)} of {len(MUTANTS)}, {sum(one['stage'] != GOLDEN for one in killed)} without golden counts")
    lost = [f"{one.file}: {one.says}" for one, verdict in zip(MUTANTS, found, strict=True) if not verdict["test"]]
    record_figure("not found", "; ".join(lost) or "none")
    rejected = [one for one in right if one["test"] and one["stage"] != GOLDEN]
    record_figure("right rewritings rejected", f"{len(rejected)} of {len(VARIANTS)}")
    assert len(killed) >= FOUND_AT_LEAST * len(MUTANTS) and not rejected
