"""`pytest --evidence FILE` runs the tests that show a promise, and writes what became of each and the figures that it came to.

python -m pytest -m "" --evidence results/evidence/tests.json        (make evidence; with -m "not slow" the quick half)
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bench.served import Server, serving
from experiments.evidence.promises import PROMISES
from sim.compiled import ENGINE
from tests.figures import KEPT

SHOWN = {test for promise in PROMISES for test in promise.tests}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--evidence", metavar="FILE", help="run the tests that show a promise and write their figures to FILE")


def pytest_configure(config: pytest.Config) -> None:
    """The process that hears of every test writes the file; the others only run them."""
    if config.getoption("--evidence") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer(Path(config.getoption("--evidence"))))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what shows no promise."""
    if config.getoption("--evidence"):
        left = [item for item in items if named(item.nodeid) not in SHOWN]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if named(item.nodeid) in SHOWN]


def named(nodeid: str) -> str:
    """File and name of a test without its parameters."""
    return nodeid.split("[")[0]


def pytest_runtest_setup() -> None:
    """Every test begins without figures."""
    KEPT.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo):
    """Figures travel with the report, from whatever process ran the test."""
    report = yield
    if call.when == "call":
        report.user_properties.append(("figures", KEPT.copy()))
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of the lab for all tests of this process."""
    with serving() as one:
        yield one


class Writer:
    """Hears what became of every test and writes it down at the end."""

    def __init__(self, path: Path):
        self.path = path
        self.tests: dict[str, dict] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the call, or the set-up that stopped it."""
        if report.when == "call" or report.outcome != "passed":
            figures = dict(report.user_properties).get("figures", [])
            self.tests[report.nodeid] = {"outcome": report.outcome, "figures": figures}

    def pytest_sessionfinish(self) -> None:
        """Writes the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lived = {"engine": ENGINE, "date": date.today().isoformat(), "tests": self.tests}
        self.path.write_text(json.dumps(lived, indent=1), encoding="utf-8")
