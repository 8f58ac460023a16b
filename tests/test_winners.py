"""Who wins where: a stopped sweep goes on, and the page tells what was lived."""

from pathlib import Path

import pytest

from experiments import winners

PAGE = "Words of ours.\n\n<!-- table -->\n\nan old table\n\n<!-- end -->\n\nMore words.\n"


def test_a_stopped_sweep_goes_on_and_more_replications_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [cell for cell in winners.cells() if cell.words == ("default, online, b .28", "0", "x 1", "20 %")]
    monkeypatch.setattr(winners, "CONSUMERS", 300)
    monkeypatch.setattr(winners, "cells", lambda: iter(few))
    monkeypatch.setattr(winners, "Parallel", lambda n_jobs: list)
    monkeypatch.setattr(winners, "delayed", lambda work: work)
    lived = []
    monkeypatch.setattr(winners, "replicate", lambda lots, r, live=winners.replicate: lived.append(r) or live(lots, r))
    page = tmp_path / "who_wins.md"
    page.write_text(PAGE, "utf8")
    for replications in (2, 3):
        winners.main([str(page), f"replications={replications}", f"kept={tmp_path}/kept"])
        told = page.read_text("utf8")
        assert told.startswith("Words of ours.") and told.endswith("More words.\n") and "an old table" not in told
        assert f"{replications} paired replications of 300 consumers" in told and "format: " in told
    assert lived == [0, 1, 2]
