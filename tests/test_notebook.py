"""The example notebook answers in both languages, and results load in one line wherever people read tables."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

NOTEBOOK = Path(__file__).parent.parent / "docs/notebook.py"
ENOUGH = "not installed: pip install -c constraints.txt -e '.[notebook]'"
pytest.importorskip("marimo", reason=f"marimo is {ENOUGH}")


@pytest.fixture(scope="module")
def app() -> object:
    return runpy.run_path(str(NOTEBOOK))["app"]


@pytest.fixture(scope="module")
def told(app: object, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the notebook makes of a small comparison, by language."""
    small = {"consumers": 600, "days": 60, "replications": 3, "results": str(tmp_path_factory.mktemp("notebook") / "results")}
    return {one: dict(app.run(defs=small | {"language": SimpleNamespace(value=one)})[1]) for one in ("en", "zh")}


@pytest.mark.parametrize(("language", "words"), [("en", "3 paired worlds"), ("zh", "3 个配对世界")])
def test_the_notebook_answers_with_an_interval_and_a_picture(told: dict, language: str, words: str) -> None:
    cars, answer = told[language]["cars"], told[language]["answer"]
    assert words in answer and cars.low <= cars.mean <= cars.high
    assert len(told[language]["figure"].axes[0].lines[2].get_xdata()) == 3  # a mark for each world, after the two lines at 0


def test_the_difference_is_that_of_the_command(told: dict) -> None:
    import json

    kept = json.loads((Path(told["en"]["folder"]) / "findings.json").read_text(encoding="utf-8"))
    assert f"{told['en']['cars'].mean:.6g}" in {f"{one:.6g}" for one in numbers(kept)}


def numbers(tree: object) -> list[float]:
    """Every number in plain data."""
    inside = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return [float(tree)] if isinstance(tree, int | float) else [one for part in inside for one in numbers(part)]


@pytest.mark.parametrize("table", ["outcomes", "daily", "kpis"])
def test_a_table_loads_in_one_line_of_pandas_polars_and_duckdb(told: dict, table: str) -> None:
    duckdb, polars = (pytest.importorskip(one, reason=f"{one} is {ENOUGH}") for one in ("duckdb", "polars"))
    import pandas

    folder = told["en"]["folder"]
    one = pandas.read_parquet(f"{folder}/{table}")
    two = polars.read_parquet(f"{folder}/{table}/*.parquet")
    three = duckdb.sql(f"SELECT * FROM '{folder}/{table}/*.parquet'").df()
    assert one.shape == two.shape == three.shape and one.shape[0] > 0
    assert list(one.columns) == two.columns == list(three.columns)
    assert one["replication"].sum() == two["replication"].sum() == three["replication"].sum()
