"""Tries a change in a copy of the project, never in the working tree: tests run against it, the cheapest first, until one fails.

Rules alone run as plain Python, lives are compiled; last come the golden counts, which any change of a life must break and which
therefore show little. Kernels that a change cannot reach are compiled once for each copy. Every verdict is kept at once.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import yaml

from sim.compiled import ENGINE
from tests.mutants.changes import ROOT, Change

RULES, LIVES, GOLDEN = "rules", "lives", "golden"
ROOMS = ("sim", "scenarios", "experiments", "tests")
PATIENCE = {RULES: 180, LIVES: 900, GOLDEN: 300}  # seconds after which a test that does not end has failed
Verdict = dict[str, str | int | None]  # stage and test that find a change, None where none does, the seconds it took, and what it rests on
COMPILE = "from sim.warm import whole; whole()"


@cache
def covering() -> dict:
    """Which tests are run against a change, by stage and file."""
    return yaml.safe_load(Path(__file__).with_name("covering.yaml").read_text(encoding="utf-8"))


def against(change: Change) -> dict[str, list[str]]:
    """The tests of each stage."""
    named = covering()
    parts = {stage: [named[stage].get(part, []) for part in ("every", change.file, "then")] for stage in (RULES, LIVES)}
    return {stage: list(chain.from_iterable(tests)) for stage, tests in parts.items()} | {GOLDEN: named[GOLDEN]}


# ---- what a change reaches -------------------------------------------------------------------------------------------


@cache
def imported() -> dict[str, set[str]]:
    """The modules of the engine that each of its modules imports."""
    files = {"sim." + str(path.relative_to(ROOT / "sim").with_suffix("")).replace("/", "."): path for path in (ROOT / "sim").rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in files.items():
        lines = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom) and node.module]
        found[module] = {name for line in lines for name in (line.module, *(f"{line.module}.{one.name}" for one in line.names))} & set(
            files
        )
    return found


def reached(module: str) -> set[str]:
    """The module and all that import it, directly or not."""
    known = {module}
    while more := {one for one, needs in imported().items() if needs & known} - known:
        known |= more
    return known


# ---- a copy of the project -------------------------------------------------------------------------------------------


class Copy:
    """A copy of the project in which changes are tried one after another."""

    def __init__(self, folder: Path):
        self.folder, self.kernels = folder / "project", folder / "kernels"
        for room in ROOMS:
            shutil.copytree(ROOT / room, self.folder / room, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(ROOT / "pyproject.toml", self.folder)
        self.python(["-c", COMPILE], self.kernels, PATIENCE[LIVES]).check_returncode()

    def python(self, words: Sequence[str], kernels: Path, seconds: float, **environment: str) -> subprocess.CompletedProcess:
        """What Python says in the copy; compiled kernels are kept in a folder."""
        known = os.environ | {"NUMBA_CACHE_DIR": str(kernels), "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_NUM_THREADS": "1"} | environment
        return subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=known, capture_output=True, text=True, timeout=seconds, check=False
        )  # fmt: skip

    @contextmanager
    def changed(self, change: Change) -> Iterator[Path]:
        """The copy while a change is in it, and the folder of the kernels that the change does not reach."""
        path, kernels = self.folder / "sim" / change.file, self.kernels.with_name("kernels of a change")
        before = path.stat()
        touched = tuple(f"{module.rpartition('.')[2]}." for module in reached(change.module))
        shutil.copytree(
            self.kernels, kernels, copy_function=os.link,
            ignore=lambda _, names: [name for name in names if name.startswith(touched)],
        )  # fmt: skip
        text = path.read_text(encoding="utf-8")
        path.write_text(change.applied(), encoding="utf-8")
        try:
            yield kernels
        finally:
            path.write_text(text, encoding="utf-8")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # compiled kernels know their file by it
            shutil.rmtree(kernels)

    def failing(self, stage: str, tests: Sequence[str], kernels: Path) -> str | None:
        """The first test that fails, or None."""
        words = ["-m", "pytest", "-q", "-x", "-n", "0", "--tb=no", "-rfE", "-p", "no:cacheprovider", *tests]
        environment = {"NUMBA_DISABLE_JIT": "1"} if stage == RULES else {}
        for _ in range(2):  # a compiler that falls over for want of memory is asked once more
            try:
                done = self.python(words, kernels, PATIENCE[stage], **environment)
            except subprocess.TimeoutExpired:
                return "a test that does not end"
            if done.returncode == 0:
                return None
            if failed := re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M):
                return failed[1]
        return "a crash"

    def judge(self, change: Change) -> Verdict:
        """Which stage and test find the change, if any, and how long that took."""
        begun, test, stage = time.monotonic(), None, None
        with self.changed(change) as kernels:
            for stage, tests in against(change).items():
                if test := self.failing(stage, tests, kernels):
                    break
        seconds = round(time.monotonic() - begun)
        return {"stage": stage if test else None, "test": test, "seconds": seconds, "rests_on": rests_on(change, test)}


# ---- all of them -----------------------------------------------------------------------------------------------------


def kept(change: Change, folder: Path) -> Path:
    """The file of a change's verdict; another engine, change or choice of tests has another."""
    return folder / f"{hashlib.sha256(f'{ENGINE} {change} {against(change)}'.encode()).hexdigest()[:16]}.json"


def rests_on(change: Change, test: str | None) -> str:
    """What a verdict holds for: the file of the test that found the change as it stands, or of all that did not."""
    found_by = [test] if test and "::" in test else [one for tests in against(change).values() for one in tests]
    digest = hashlib.sha256()
    for file in sorted({one.partition("::")[0] for one in found_by} | {"tests/worlds.py"}):
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()[:16]


def judged(change: Change, folder: Path) -> Verdict | None:
    """What became of a change, or None where it has not been tried with the tests as they stand."""
    path = kept(change, folder)
    verdict = json.loads(path.read_text("utf8")) if path.exists() else None
    return verdict if verdict and verdict["rests_on"] == rests_on(change, verdict["test"]) else None


def try_all(changes: Sequence[Change], folder: Path, workers: int = 1) -> None:
    """Tries those changes whose verdict is not kept, each worker in a copy of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    left = [change for change in changes if not judged(change, folder)]
    if not left:
        return
    with TemporaryDirectory(prefix="mutants-") as scratch, ThreadPoolExecutor(workers) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for copy in pool.map(Copy, [Path(scratch) / str(k) for k in range(min(workers, len(left)))]):
            copies.put(copy)
        list(pool.map(lambda change: settle(change, copies, folder), left))


def settle(change: Change, copies: SimpleQueue, folder: Path) -> None:
    """Tries a change in a copy that is free and keeps the verdict."""
    copy = copies.get()
    try:
        verdict = copy.judge(change)
    finally:
        copies.put(copy)
    kept(change, folder).write_text(json.dumps(verdict), "utf8")
    print(f"{verdict['seconds']:4} s  {change.file}: {change.says}: {verdict['test'] or 'no test fails'}", flush=True)
