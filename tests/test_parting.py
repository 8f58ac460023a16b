"""Where two funnels part: the parts add up, fall on the step that was changed, and are told as their intervals allow."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from experiments.basis import Point, points_of
from experiments.compose import checked_shelf
from experiments.intervals import Interval
from experiments.language import catalogue
from experiments.overrides import read
from experiments.parting import COUNTS, STEPS, Parting, parted, partings_of, parts_of, sentences, told
from experiments.replicate import Life, replicate
from experiments.shapley import shapley
from experiments.store import Store
from sim.schema import ConfigError

BUSY = ["market.consumers=3000", "market.days=150", "market.start_days=30", "strategy.pull=1", "market.waits.orders_online=0.03"]
LABELS = {"a": "A", "b": "B"}


def point(*words: str, name: str = "direct") -> Point:
    """A strategy as found in a small and busy market."""
    request = read([*BUSY, *words])
    return points_of(request, [name], ["as_found"], checked_shelf(request))[0]


def chain_of(life: Life) -> dict[str, np.ndarray]:
    """The counts of a life, as one replication."""
    return {key: np.array([life.outcomes[f"chain_{key}"]]) for key in COUNTS}


@pytest.fixture(scope="module")
def closers() -> list[list[Life]]:
    """Three replications of a strategy and of the same with better closers."""
    one = point()
    strategy = one.scenario.strategy
    better = one.scenario.with_strategy(replace(strategy, skill=replace(strategy.skill, closing=2.0)), "closers")
    return [replicate([one, Point("as_found", "closers", better)], 1, replication) for replication in range(3)]


# ---- the parts -------------------------------------------------------------------------------------------------------


@some.composite
def a_chain(draw: some.DrawFn) -> dict[str, np.ndarray]:
    """Counts of a funnel, each at most the one before; any of them may be 0."""
    counts, most = {}, draw(some.integers(0, 10**6))
    for key in ("people", "aware", "interest", "consideration", "met", "signed"):
        most = counts[key] = draw(some.integers(0, most))
    counts["online"] = draw(some.integers(0, counts["consideration"]))
    counts |= {"loop": draw(some.integers(0, 1000)), "heard": 0}
    return {key: np.array([float(value)]) for key, value in counts.items()}


@given(a_chain(), a_chain())
def test_the_parts_of_any_two_chains_add_up_exactly(one: dict, other: dict) -> None:
    whole = sum(other[key] - one[key] for key in ("signed", "online", "loop"))
    largest = max(counts[key].item() for counts in (one, other) for key in ("signed", "online", "loop", "aware"))
    parts = parts_of(one, other)
    assert set(parts) == set(STEPS)
    assert sum(parts.values()) == pytest.approx(whole, abs=1e-11 * max(1.0, largest))


@given(a_chain(), a_chain())
def test_seen_from_the_other_side_every_part_is_its_opposite(one: dict, other: dict) -> None:
    there, back = parts_of(one, other), parts_of(other, one)
    for step in STEPS:
        assert there[step] == pytest.approx(-back[step], rel=1e-9, abs=1e-6)


@given(a_chain())
def test_two_equal_chains_part_nowhere(one: dict) -> None:
    assert all(part == 0.0 for part in parts_of(one, one).values())


def test_the_part_of_one_of_two_factors_is_its_change_at_the_mean_of_the_other() -> None:
    parts = shapley(
        lambda of: of["x"] * of["y"], {"x": np.array([2.0]), "y": np.array([3.0])}, {"x": np.array([5.0]), "y": np.array([7.0])}
    )
    assert parts["x"] == pytest.approx((5 - 2) * (3 + 7) / 2) and parts["y"] == pytest.approx((7 - 3) * (2 + 5) / 2)


def test_where_nobody_is_reached_the_difference_belongs_to_reach() -> None:
    known = {
        "people": 9.0,
        "aware": 8.0,
        "interest": 6.0,
        "consideration": 4.0,
        "met": 3.0,
        "signed": 2.0,
        "online": 1.0,
        "loop": 0.0,
        "heard": 0.0,
    }
    unknown = dict.fromkeys(COUNTS, 0.0) | {"people": 9.0}
    parts = parts_of(*({key: np.array([value]) for key, value in one.items()} for one in (unknown, known)))
    assert parts["reach"] == pytest.approx(3.0)
    assert all(parts[step] == pytest.approx(0.0, abs=1e-12) for step in STEPS if step != "reach")


# ---- real lives ------------------------------------------------------------------------------------------------------


def test_the_steps_of_a_life_are_nested_and_its_orders_add_up(closers: list[list[Life]]) -> None:
    for life in closers[0]:
        c = {key: life.outcomes[f"chain_{key}"] for key in COUNTS}
        assert c["people"] >= c["aware"] >= c["interest"] >= c["consideration"] >= c["met"] > 0
        assert c["consideration"] >= c["online"] > 0 and c["signed"] >= c["heard"] >= 0
        assert c["signed"] + c["online"] + c["loop"] == pytest.approx(life.outcomes["orders"], rel=1e-12)


def test_better_closers_show_at_closing(closers: list[list[Life]]) -> None:
    one, other = ({key: np.concatenate([chain_of(pair[k])[key] for pair in closers]) for key in COUNTS} for k in (0, 1))
    parts = parts_of(one, other)
    whole = sum(parts.values()).mean()
    assert whole > 0
    assert parts["closing"].mean() > 0.8 * whole
    assert max(abs(parts[step].mean()) for step in STEPS if step != "closing") < 0.5 * parts["closing"].mean()


def test_from_the_files_every_part_is_paired_and_the_mean_parts_add_up(closers: list[list[Life]], tmp_path) -> None:
    store = Store(tmp_path)
    market = {"days": 150}
    store.open({"market": market, "strategies": {"as_found": {"direct": {}, "closers": {}}}}, {})
    for pair in closers:
        store.write(pair)
    (one,) = partings_of(store, 0.05)
    orders = np.array([pair[1].outcomes["orders"] - pair[0].outcomes["orders"] for pair in closers]) * 365 / 150
    assert one.difference.mean == pytest.approx(orders.mean()) and one.difference.n == 3
    assert sum(part.difference.mean for part in one.parts) == pytest.approx(orders.mean())
    assert one.reached["closers"]["met"].mean > 0


def test_results_without_the_counts_say_so(tmp_path, closers: list[list[Life]]) -> None:
    store = Store(tmp_path)
    store.open({"market": {"days": 150}, "strategies": {"as_found": {"direct": {}, "closers": {}}}}, {})
    store.write([replace(life, outcomes={"orders": 1.0}) for life in closers[0]])
    with pytest.raises(ConfigError, match="earlier version"):
        partings_of(store, 0.05)


# ---- words -----------------------------------------------------------------------------------------------------------


def made(signed: np.ndarray, loop: np.ndarray) -> Parting:
    """The parting of two chains that differ in what is signed and in the loop alone."""
    n = signed.size
    same = {key: np.full(n, value) for key, value in zip(COUNTS, (9e6, 8e6, 5e6, 2e5, 1e5, 3e4, 5e3, 4e3, 0.0), strict=True)}
    return parted("format", "a", "b", same, same | {"signed": same["signed"] + signed, "loop": same["loop"] + loop})


def test_most_is_said_only_of_a_step_that_clearly_makes_more_than_half() -> None:
    noise = np.array([-1.0, 0.5, 0.2, -0.4, 0.7])
    (said,) = sentences(made(1000 + noise, noise), LABELS)
    assert "Most of the difference arises at closing" in said and "+1,000" in said
    (said,) = sentences(made(1000 + noise, 1000 - noise), LABELS)
    assert "Most" not in said and "clear at closing" in said and "owners who buy again" in said
    (said,) = sentences(made(1000 * noise, noise), LABELS)
    assert said.startswith("No clear difference")


def test_what_works_against_the_difference_is_named() -> None:
    noise = np.array([-1.0, 0.5, 0.2, -0.4, 0.7])
    said = list(sentences(made(1000 + noise, -300 + noise), LABELS))
    assert "closing" in said[0] and "owners who buy again" in said[1] and said[1].startswith("Against it")
    said = list(sentences(made(1000 + noise, -1000 + noise), LABELS))
    assert said[0].startswith("No clear difference") and "closing" in said[1]


def test_equal_funnels_and_single_replications_are_said() -> None:
    assert next(sentences(made(np.zeros(3), np.zeros(3)), LABELS)).startswith("Exactly the same orders")
    assert next(sentences(made(np.ones(1), np.ones(1)), LABELS)).startswith("Too few replications")


def test_chinese_says_as_much_as_english() -> None:
    noise = np.array([-1.0, 0.5, 0.2, -0.4, 0.7])
    for one in (made(1000 + noise, noise), made(1000 + noise, -300 + noise), made(np.zeros(3), np.zeros(3))):
        english, chinese = (list(sentences(one, LABELS, language)) for language in ("en", "zh"))
        assert len(english) == len(chinese) and all("。" in said for said in chinese)
    assert all({"en", "zh"} == set(entry) for entry in catalogue("why").values())


def test_a_difference_is_told_with_its_sign() -> None:
    assert told(Interval(1000, 900, 1100, 5)) == "+1,000 [900, 1,100]" and told(Interval(-5, -9, -1, 5)).startswith("-5")
