"""Fast is plain: the compiled engine lives what the same rules live as plain Python."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from experiments import load
from sim import simulate
from tests.figures import record_figure
from tests.worlds import any_scenario, fingerprints

ROOT = Path(__file__).parents[1]

PLAIN = """
import json, sys
import numpy as np
sys.path[:0] = [{root!r}, {tests!r}]

from worlds import any_scenario, fingerprints
from experiments import load
from sim import simulate
out = [fingerprints(simulate(load(name, {overrides!r}), 3, "all")) for name in {names!r}]
out += [fingerprints(simulate(any_scenario(np.random.default_rng(k)), k, "all")) for k in {ks!r}]
print(json.dumps(out))
"""


def plain_lives(names: list[str], overrides: list[str], ks: list[int]) -> list[dict[str, str]]:
    """Fingerprints of what plain Python lives: shipped strategies, and any scenarios."""
    program = PLAIN.format(root=str(ROOT), tests=str(ROOT / "tests"), names=names, overrides=overrides, ks=ks)
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    record_figure("scenarios lived twice", len(names) + len(ks))
    return json.loads(done.stdout.splitlines()[-1])


def test_the_compiled_engine_lives_what_plain_python_lives() -> None:
    names = ["dealer_4s", "direct", "recommendation", "amazon_like"]
    overrides = ["market.consumers=100", "market.days=40", "market.start_days=10", "market.need.open_share=0.6"]
    overrides += ["market.households=10000", "strategy.exposure=0.003"]  # few unsimulated, so that lines are short in plain Python
    ks = [3, 17]
    fast = [fingerprints(simulate(load(name, overrides), 3, "all")) for name in names]
    fast += [fingerprints(simulate(any_scenario(np.random.default_rng(k)), k, "all")) for k in ks]
    for one, other in zip(fast, plain_lives(names, overrides, ks), strict=True):
        assert {record for record in one if one[record] != other[record]} == set()


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_a_thousand_scenarios_are_lived_alike_by_plain_python(block: int) -> None:
    ks = list(range(100 * block, 100 * block + 100))
    for k, other in zip(ks, plain_lives([], [], ks), strict=True):
        one = fingerprints(simulate(any_scenario(np.random.default_rng(k)), k, "all"))
        assert {record for record in one if one[record] != other[record]} == set(), k
