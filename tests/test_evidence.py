"""The evidence measures what it says, goes on where it stopped, and hides no fact that does not come out."""

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.evidence import campaign, couplings, measures, promises
from experiments.evidence.fact import INSIDE, OUTSIDE, OVERLAPS, TOO_WIDE, UNMEASURED, Arm, Fact
from experiments.evidence.facts import BY_KEY, FACTS
from experiments.evidence.page import interval_in, page_text, read_record
from experiments.evidence.promises import BROKEN, HOLDS, NOT_RUN, PROMISES, QUICK, Promise, remember_tests
from experiments.intervals import Interval
from sim.replication import TOLD
from sim.stages import Stage
from tests import conftest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence.md"
U, A, I, C = Stage.UNAWARE, Stage.AWARE, Stage.INTEREST, Stage.CONSIDERATION  # noqa: E741


def told(*lines: tuple) -> np.ndarray:
    """Journeys of (consumer, day, event, from, to)."""
    out = np.zeros(len(lines), TOLD)
    for k, line in enumerate(lines):
        out[k]["consumer"], out[k]["day"], out[k]["event"], out[k]["from_stage"], out[k]["to_stage"] = line
    return out


def life(**parts) -> dict[str, SimpleNamespace]:
    """The lives of one replication with one arm."""
    return {"it": SimpleNamespace(**parts)}


# ---- the page ----------------------------------------------------------------------------------------------------------


def test_every_row_says_what_is_stated_and_where_it_is_measured() -> None:
    assert len(BY_KEY) == len(FACTS)
    for fact in FACTS:
        assert fact.arms and fact.band[0] <= fact.band[1] and fact.statement and fact.unit, fact.key


def test_a_fact_that_does_not_come_out_says_which_mechanism_is_missing() -> None:
    record = read_record(PAGE)
    silent = [fact.key for fact in FACTS if fact.verdict(interval_in(record, fact)) == OUTSIDE and not fact.diagnosis]
    assert not silent, f"outside their band and without a diagnosis: {silent}"


def test_the_page_shows_the_record() -> None:
    assert PAGE.read_text("utf8").strip() == page_text(read_record(PAGE), FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_every_scenario_of_the_evidence_exists(fact: Fact) -> None:
    for arm in fact.arms.values():
        assert arm.composed(fact.consumers).market.consumers == fact.consumers


def test_verdicts_go_by_the_interval() -> None:
    fact = Fact("x", "x", (1.0, 2.0), "-", {}, measures.outcome("orders"))
    for low, high, verdict in (
        (1.1, 1.9, INSIDE),
        (0.9, 1.1, OVERLAPS),
        (0.5, 3.0, TOO_WIDE),
        (2.1, 2.2, OUTSIDE),
        (math.nan, math.nan, UNMEASURED),
    ):
        assert fact.verdict(Interval(0.0, low, high, 3)) == verdict
    assert fact.verdict(None) == UNMEASURED


# ---- the promises ------------------------------------------------------------------------------------------------------


def test_every_promise_names_tests_that_exist() -> None:
    assert len({promise.statement for promise in PROMISES}) == len(PROMISES)
    for promise in PROMISES:
        for test in promise.tests:
            file, name = test.split("::")
            assert f"def {name}(" in (PAGE.parents[1] / file).read_text("utf8"), test


def ran(**outcomes: str) -> dict:
    """A run of tests, as pytest has written it: a comparison and a count each."""
    figures = [["far", {"standard_errors": 1.5, "comparisons": 4}], ["lives", 10], ["said", "so"]]
    tests = {f"tests/test_x.py::test_{name}[{k}]": {"outcome": one, "figures": figures, "seconds": 1.0}
             for name, several in outcomes.items() for k, one in enumerate(several.split())}  # fmt: skip
    return {"engine": "abc", "date": "2026-01-01", "tests": tests}


def test_a_promise_holds_once_all_its_tests_have_passed_and_is_broken_by_one() -> None:
    promise, record = Promise("x", "It is so", ("tests/test_x.py::test_a", "tests/test_x.py::test_b")), {}
    for outcomes, said in (({"a": "skipped"}, NOT_RUN), ({"a": "passed"}, QUICK), ({"b": "skipped"}, QUICK),
                           ({"b": "passed passed"}, HOLDS), ({"a": "passed failed"}, BROKEN)):  # fmt: skip
        remember_tests(record, ran(**outcomes))
        assert promises.verdict(promise, record.get("tests", {})) == said


def test_a_promise_shows_its_figures_counts_added_up_and_words_once() -> None:
    promise, record = Promise("x", "It is so", ("tests/test_x.py::test_a", "tests/test_x.py::test_b")), {}
    remember_tests(record, ran(a="passed passed", b="passed"))
    line = promises.row(promise, record["tests"])
    assert "[a](../tests/test_x.py); [b](../tests/test_x.py)" in line
    assert "3 cases, 0 failed; 12 comparisons, worst 1.5 standard errors; lives: 30; said: so" in line


def test_tests_that_have_passed_are_not_run_again_until_a_line_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(name: str, outcome: str) -> SimpleNamespace:
        return SimpleNamespace(nodeid=name, outcome=outcome, when="call", duration=1.0, user_properties=[("figures", [["lives", 10]])])

    first = conftest.Writer(tmp_path / "tests.json")
    for name, outcome in (("a", "passed"), ("b", "failed")):
        first.pytest_runtest_logreport(ended(name, outcome))
    again = conftest.Writer(tmp_path / "tests.json")
    assert first.passed() == again.passed() == {"a"} and again.lived["tests"]["b"]["outcome"] == "failed"
    monkeypatch.setattr(conftest, "every_line", lambda: "another")
    assert conftest.Writer(tmp_path / "tests.json").passed() == set()


# ---- the campaign ------------------------------------------------------------------------------------------------------

TINY = Fact("tiny", "tiny", (0, 1), "-", {"it": Arm("direct", ("market.days=3", "market.start_days=2"))}, measures.outcome("awareness"),
            consumers=200, replications=2)  # fmt: skip


def test_a_stopped_campaign_goes_on_and_nothing_is_lived_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign.carry_out([TINY], tmp_path)
    first = campaign.found(TINY, tmp_path)
    campaign.value_file(tmp_path, TINY, 1).unlink()
    lived = []
    simulate = campaign.simulate
    monkeypatch.setattr(
        campaign, "simulate", lambda *a, replication, **k: lived.append(replication) or simulate(*a, replication=replication, **k)
    )
    campaign.carry_out([TINY], tmp_path)
    assert lived == [1] and campaign.found(TINY, tmp_path) == first and first.n == 2


def test_another_scenario_never_meets_old_values(tmp_path: Path) -> None:
    other = Fact("tiny", "tiny", (0, 1), "-", {"it": Arm("direct", ("market.days=4", "market.start_days=2"))}, TINY.measure, consumers=200)
    assert campaign.kept_in(tmp_path, other) != campaign.kept_in(tmp_path, TINY)


def test_a_ratio_is_of_means_and_its_interval_is_taylors() -> None:
    found = campaign.interval_of([(1.0, 2.0), (3.0, 4.0), (2.0, 3.0)])
    rest = np.array([1 - 4 / 3, 3 - 8 / 3, 0.0]) / 3
    half = 4.302653 * rest.std(ddof=1) / math.sqrt(3)
    assert found.mean == pytest.approx(2 / 3) and found.half == pytest.approx(half, rel=1e-6)
    assert campaign.interval_of([0.0, 0.0]) == Interval(0.0, 0.0, 0.0, 2)


# ---- measures ----------------------------------------------------------------------------------------------------------


def test_days_in_a_stage_are_of_visits_that_ended() -> None:
    lines = told((1, 3, "compares", I, C), (1, 5, "meets", C, C), (1, 10, "gives up", C, Stage.LOST), (2, 4, "compares", I, C))
    assert measures.stage_times(life(journeys=lines), C).tolist() == [7.0]


def test_the_mode_of_ownership_is_of_cars_seen_from_one_to_the_next() -> None:
    years = 8000
    events = [(k, d, "rival closes need", U, U) for k in range(200) for d in (100, 100 + 2100 + (k % 20 - 10) * 5)]
    late = [(1000, 7000, "rival closes need", U, U), (1000, 7100, "rival closes need", U, U)]
    lives = life(journeys=told(*events, *late), scenario=SimpleNamespace(market=SimpleNamespace(days=years)))
    assert measures.mode_of_ownership(lives) == pytest.approx(2097.5 / measures.MONTH, abs=1.0)


def test_the_top_of_a_density_is_where_values_are_dense() -> None:
    sample = np.random.default_rng(1).gamma(9.0, 8.0, 20_000)  # mode 64
    assert measures.top_of_density(sample) == pytest.approx(64, abs=2.5)


def test_costs_that_are_all_fixed_fall_to_a_third_at_three_times_the_volume() -> None:
    def lives(variable: float) -> dict:
        return {
            k: SimpleNamespace(outcomes={"deliveries": q, "sga_per_car": 3e8 / q + variable})
            for k, q in (("a", 1e4), ("b", 2e4), ("c", 4e4))
        }

    assert measures.volume_for_a_third("abc", "a")(lives(0.0)) == pytest.approx(3.0)
    assert measures.volume_for_a_third("abc", "a")(lives(5000.0)) == pytest.approx(30_000 / (35_000 / 3 - 5000))
    assert measures.volume_for_a_third("abc", "a")(lives(20_000.0)) == math.inf
    assert measures.fixed_over_volume("abc")(lives(5000.0)) == pytest.approx(1.0)


def test_outlets_that_differ_by_chance_alone_have_no_spread_of_conversion() -> None:
    rng = np.random.default_rng(2)
    outlets = np.zeros(4000, [("arrivals", "i8"), ("orders", "i8")])
    outlets["arrivals"] = 2000
    outlets["orders"] = rng.binomial(2000, 0.1, 4000)
    assert abs(measures.conversion_variance(SimpleNamespace(outlets=outlets))) < 5e-4
    outlets["orders"] = rng.binomial(2000, 0.1 * np.exp(0.25 * rng.normal(size=4000) - 0.5 * 0.0625))
    assert measures.conversion_variance(SimpleNamespace(outlets=outlets)) == pytest.approx(0.0625, rel=0.1)


def test_elasticities_are_log_changes_over_log_changes() -> None:
    def arm(orders: float) -> SimpleNamespace:
        return SimpleNamespace(daily={"orders": np.full((731, 1), orders)}, outcomes={"orders": orders * 730})

    top, bottom = measures.elasticity(91)({"more": arm(11.0), "less": arm(9.0)})
    assert top / bottom == pytest.approx(1.0, abs=0.01)
    top, bottom = measures.price_response({"dear": arm(95.0), "cheap": arm(105.0)})
    assert top / bottom == pytest.approx(-1.0, abs=0.01)
    late, early = measures.long_against_short({"more": arm(11.0), "less": arm(9.0)})
    assert late == pytest.approx(early)


def test_what_clicks_claim_is_held_against_what_is_missing_without_them() -> None:
    def arm(orders: float, share: float) -> SimpleNamespace:
        return life(outcomes={"orders": orders, "recommended_share": share})["it"]

    claimed, caused = measures.claimed_for_each_caused({"with": arm(1100.0, 0.3), "without": arm(1000.0, 0.0)})
    assert (claimed, caused) == (pytest.approx(330.0), 100.0)


def test_the_bass_peak_is_where_theory_says() -> None:
    p, q = 0.002, 0.01
    day = np.arange(0, 401)
    aware = (1 - np.exp(-(p + q) * day)) / (1 + q / p * np.exp(-(p + q) * day))
    flows = np.zeros((401, 1, 8, 8))
    flows[1:, 0, U, A] = 1e6 * np.diff(aware)
    scenario = SimpleNamespace(
        strategy=SimpleNamespace(touchpoints=SimpleNamespace(video=SimpleNamespace(intensity=p))),
        market=SimpleNamespace(word_of_mouth=SimpleNamespace(talk=q)),
    )
    assert measures.peak_against_theory(life(flows=flows, scenario=scenario)) == pytest.approx(1.0, abs=0.01)


# ---- couplings ---------------------------------------------------------------------------------------------------------


def test_only_days_before_both_lives_come_to_the_levers_stage_count_as_upstream() -> None:
    people = np.zeros(4)

    def result(*lines: tuple) -> SimpleNamespace:
        return SimpleNamespace(people=people, journeys=told(*lines))

    one = result((0, 2, "", U, A), (0, 5, "", A, I), (1, 3, "", U, A), (2, 4, "", I, A), (2, 9, "", A, I))
    other = result((0, 2, "", U, A), (0, 7, "", A, I), (1, 4, "", U, A), (2, 6, "", I, A), (2, 9, "", A, I))
    assert couplings.upstream(one, one, I) == 0.0
    assert couplings.upstream(one, other, I) == 0.25  # 1 alone: 0 differs from INTEREST on, 2 began there
    assert couplings.upstream(one, other, C) == 0.75


def test_each_carrier_is_alone_in_a_world_of_its_own() -> None:
    worlds = couplings.worlds()
    assert worlds[couplings.ALL] == () and set(worlds[couplings.NONE]) == {w for words in couplings.COUPLINGS.values() for w in words}
    for name, words in couplings.COUPLINGS.items():
        assert not set(words) & set(worlds[name])
