"""The lines of docs/batches.md that read the parts with other tools do read them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.export import joined
from experiments.store import Store
from tests.test_sweep import SWEEP

PAGE = (Path(__file__).parent.parent / "docs" / "batches.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished sweep."""
    path = tmp_path_factory.mktemp("sweep") / "r"
    assert main([*SWEEP, f"results={path}"]) == 0
    return path


@pytest.mark.parametrize("tool", ["pandas", "polars", "duckdb"])
def test_the_line_for_a_tool_gives_every_row_with_its_values(tool: str, folder: Path) -> None:
    module = pytest.importorskip(tool)
    (line,) = re.findall(rf"^{tool}\..*$", PAGE, re.M)
    rows = eval(line.replace("FOLDER", str(folder)), {tool: module})
    rows = rows.to_dicts() if tool == "polars" else rows.to_dict("records")
    told = {(row["point"], row["replication"]): (row["strategy.pull"], row["revenue"]) for row in rows}
    expected = {
        (row["point"], row["replication"]): (row["strategy.pull"], row["revenue"]) for row in joined(Store(folder), "outcomes").to_pylist()
    }
    assert told == expected and len(rows) == len(expected) == 16


def test_the_line_for_r_gives_every_row(folder: Path) -> None:
    if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", "library(arrow); library(dplyr)"], capture_output=True).returncode:
        pytest.skip("R with arrow and dplyr is not there")
    (line,) = re.findall(r"^dplyr::.*$", PAGE, re.M)
    told = subprocess.run(
        ["Rscript", "-e", f"cat(nrow({line.replace('FOLDER', str(folder))}))"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "16"
