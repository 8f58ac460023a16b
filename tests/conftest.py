"""`pytest --evidence FILE` runs the tests that show a promise, and writes what became of each and the figures that it came to.

Every test is written when it ends. Given again while no line of the project has changed, those that passed are not run again.

python -m pytest -m "" --evidence results/evidence/tests.json        (make evidence; with -m "not slow" the quick half)
"""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from bench.served import Server, serving
from experiments.evidence.promises import SHOWN
from experiments.parts import write_text
from sim.compiled import ENGINE
from tests.figures import KEPT


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--evidence", metavar="FILE", help="run the tests that show a promise and write their figures to FILE")


def pytest_configure(config: pytest.Config) -> None:
    """The process that hears of every test writes the file; the others only run them."""
    if not config.getoption("--evidence"):
        return
    if hasattr(config, "workerinput"):
        config.passed = set(config.workerinput["passed"])
    else:
        writer = Writer(Path(config.getoption("--evidence")))
        config.passed = writer.passed()
        config.pluginmanager.register(writer)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Every process is told alike which tests have passed before."""
    node.workerinput["passed"] = sorted(getattr(node.config, "passed", ()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what shows no promise, and what has passed before."""
    if config.getoption("--evidence"):
        todo = [item for item in items if named(item.nodeid) in SHOWN and item.nodeid not in config.passed]
        config.hook.pytest_deselected(items=[item for item in items if item not in todo])
        items[:] = todo


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
    """Hears what became of every test and writes it down at once."""

    def __init__(self, path: Path):
        self.path = path
        self.lived = {"engine": ENGINE, "date": date.today().isoformat(), "lines": every_line(), "tests": {}}
        before = json.loads(path.read_text("utf8")) if path.exists() else {}
        if before.get("lines") == self.lived["lines"]:
            self.lived = before

    def passed(self) -> set[str]:
        """The tests that have passed before."""
        return {nodeid for nodeid, one in self.lived["tests"].items() if one["outcome"] == "passed"}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Writes the call, or the set-up that stopped it."""
        if report.when == "call" or report.outcome != "passed":
            figures = dict(report.user_properties).get("figures", [])
            self.lived["tests"][report.nodeid] = {"outcome": report.outcome, "figures": figures, "seconds": round(report.duration, 1)}
            write_text(self.path, json.dumps(self.lived, indent=1))


def every_line() -> str:
    """SHA-256 of all that the tests may read: code, scenarios and tests."""
    root, out = Path(__file__).resolve().parents[1], sha256()
    for folder in ("sim", "scenarios", "experiments", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".yaml", ".csv"):
                out.update(f"{path.relative_to(root)} ".encode() + path.read_bytes())
    return out.hexdigest()
