"""Intervals hold the truth as often as they say, wherever an experiment stops; a difference that is there is found as often as theory says.

Student's t over replications covers 95 %, and finds what the noncentral t says (Johnson & Welch 1940, doi:10.1093/biomet/31.3-4.362). Looks
on the way make intervals of a nominal level cover less (Armitage, McPherson & Rowe 1969, doi:10.2307/2343787); 5 % shared among the looks
that are planned (Bonferroni) mends it whatever makes an experiment stop.
"""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments.batch import Experiment, carry_out
from experiments.compare import findings_of
from experiments.settings import Compare
from experiments.store import Store
from tests.figures import record_figure
from tests.known_truth import (
    BASIS,
    OTHER,
    PLAIN,
    STRATEGIES,
    Found,
    Rule,
    all_lived,
    concluded,
    expected_orders,
    judged,
    lived,
    normal_twins,
    points,
    power,
)
from tests.worlds import agrees, share_se

KEPT = Path(__file__).resolve().parents[1] / "results" / "evidence"
FEW, MANY = 16, 2000  # experiments: one core lives two or three a second
ENOUGH = 3.9  # standard errors: 1.9 % of 2,000 experiments
ONE, BOTH = (PLAIN,), (PLAIN, OTHER)
PRECISION = {ONE: 0.13, BOTH: 0.1}  # narrow enough after ten replications in about every second experiment

sizes = pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


@cache
def experiments(count: int) -> np.ndarray:
    """What so many experiments show."""
    return lived(range(count)) if count == FEW else all_lived(count, KEPT)


def within(share: float, expected: float, count: int) -> bool:
    """Whether a share of so many experiments may be the expected one."""
    return abs(share - expected) <= ENOUGH * share_se(expected, count)


def told(what: str, found: Found, count: int) -> None:
    """Keeps what a rule came to for the page of evidence."""
    said = f"{100 * found.covered:.1f} % of {count:,}, bias {found.bias:+.2f} standard errors, {found.replications:.1f} replications"
    record_figure(f"intervals of {what} that hold the truth", said)
    print(what, said)


@sizes
@pytest.mark.parametrize("names", [ONE, BOTH], ids=["a mean", "a paired difference"])
def test_intervals_of_a_fixed_number_of_replications_cover_as_they_say(names: tuple[str, ...], count: int) -> None:
    for n in (10, 20):
        found = judged(experiments(count), names, Rule(n, n))
        told(f"{'a mean' if len(names) == 1 else 'a paired difference'} over {n} replications", found, count)
        assert within(found.covered, 0.95, count) and abs(found.bias) * math.sqrt(count) <= ENOUGH


@sizes
@pytest.mark.parametrize("names", [ONE, BOTH], ids=["a mean", "a paired difference"])
def test_stopping_by_precision_does_not_spoil_the_intervals(names: tuple[str, ...], count: int) -> None:
    """Looked at from ten replications on, as `funnel compare` does by itself, and from five on, earlier than which no look is."""
    for first in (10, 5):
        what = f"{'a mean' if len(names) == 1 else 'a paired difference'} stopped by precision between {first} and 20 replications"
        bare = judged(experiments(count), names, Rule(first, 20, PRECISION[names], corrected=False))
        found = judged(experiments(count), names, Rule(first, 20, PRECISION[names]))
        told(f"{what}, uncorrected", bare, count)
        told(f"{what}, corrected", found, count)
        assert first < found.replications < 20
        assert found.covered >= 0.95 - ENOUGH * share_se(0.95, count)


@sizes
def test_a_difference_that_is_there_is_found_as_often_as_theory_says(count: int) -> None:
    values = experiments(count)
    for n in (5, 10):
        found, theory = judged(values, BOTH, Rule(n, n)).declared, power(values, n)
        record_figure(f"differences found of {count:,} with {n} replications", f"{100 * found:.1f} %, by theory {100 * theory:.1f} %")
        assert within(found, theory, count)
    twins = normal_twins(values, 1000)
    found, theory = (judged(one, BOTH, Rule(10, 20, PRECISION[BOTH])).declared for one in (values, twins))
    record_figure(f"differences found of {count:,} at the planned precision", f"{100 * found:.1f} %, of normal twins {100 * theory:.1f} %")
    assert abs(found - theory) <= ENOUGH * math.hypot(share_se(theory, count), share_se(theory, 1000))


def test_the_looks_of_a_rule_are_shared_out_so_that_normal_intervals_cover() -> None:
    twins = normal_twins(experiments(FEW), 1000)
    for first in (10, 5):
        bare, found = (judged(twins, ONE, Rule(first, 20, PRECISION[ONE], corrected)).covered for corrected in (False, True))
        record_figure(f"normal intervals that hold, {first} to 20", f"{100 * bare:.1f} % uncorrected, {100 * found:.1f} % corrected")
        assert found >= 0.95 - ENOUGH * share_se(0.95, 1000)


def test_an_experiment_of_funnel_compare_ends_as_the_rule_says(tmp_path: Path) -> None:
    settings = Compare(max_replications=8, replications=2, precision=0.2, seed=3, workers=1, track=0)
    experiment = Experiment(points(), settings, Store(tmp_path / "one"), "compare")
    carry_out(experiment)
    rule = Rule(2, 8, 0.2)
    n, found = concluded(lived([3], 8)[0], BOTH, rule)
    (compared,) = findings_of(experiment)
    assert (len(experiment.store.finished()), experiment.looks, experiment.alpha) == (n, rule.looks, rule.alpha)
    assert compared.basis == BASIS and tuple(compared.means) == tuple(STRATEGIES)
    assert compared.differences[OTHER]["orders"] == found.differences[OTHER]["orders"]
    assert compared.winners["orders"] == found.winners["orders"]
    assert [compared.means[name]["orders"].n for name in BOTH] == [n, n]


def test_the_chain_expects_what_the_engine_sells() -> None:
    values = experiments(FEW)
    for k, point in enumerate(points()):
        orders = values[:, k, 0].ravel()
        agrees(f"orders, {point.strategy}", orders.mean(), expected_orders(point), orders.std(ddof=1) / math.sqrt(orders.size), 30)
