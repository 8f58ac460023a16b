"""The only chance: known answers of the generator, its quantiles, and keys that never meet."""

import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest, poisson
from worlds import Z

from sim import chance
from sim.chance import (
    Decision,
    fill_normal,
    fill_uniform,
    log_odds,
    logistic,
    luck_of,
    normal_quantile,
    patience,
    poisson_quantile,
    uniform,
)
from sim.compiled import njit
from sim.philox import philox, two_inside
from sim.stages import Event

N = 20_000
KEY = luck_of(1)


@njit
def two_of(a: int, b: int, c: int, d: int, luck: int) -> tuple[float, float]:
    """Both numbers of a counter, as rules ask for them."""
    return two_inside(a, b, c, d, luck)


def counter(a: int, b: int, c: int, d: int, key: int) -> list[str]:
    """Four words of Philox as the reference prints them."""
    return [f"{int(word):08x}" for word in philox(*(np.uint64(x) for x in (a, b, c, d)), np.uint64(key))]


def test_philox_gives_the_known_answers() -> None:
    # kat_vectors of Random123 (Salmon et al. 2011), philox 4x32, 10 rounds
    assert counter(0, 0, 0, 0, 0) == ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]
    ones = 0xFFFFFFFF
    assert counter(ones, ones, ones, ones, 0xFFFFFFFFFFFFFFFF) == ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]
    pi = counter(0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822 | 0x299F31D0 << 32)
    assert pi == ["d16cfe09", "94fdcceb", "5001e420", "24126ea1"]


def test_a_uniform_is_the_first_two_words_of_its_counter() -> None:
    a, b, _, _ = philox(np.uint64(5), np.uint64(7), np.uint64(36 + (2 << 8) + (9 << 16)), np.uint64(3), KEY)
    assert uniform(KEY, 36, 5, 7, 2, 9, 3) == (((int(a) << 32 | int(b)) >> 11) + 0.5) * 2.0**-53


def test_both_numbers_of_a_counter_are_its_four_words() -> None:
    words = np.random.default_rng(3).integers(0, 2**32, (200, 4), np.uint64)
    words[:4] = [[0, 0, 0, 0], [2**32 - 1] * 4, [0, 2**32 - 1, 0, 2**32 - 1], [2**32 - 1, 0, 2**32 - 1, 0]]
    words[4:100, 0] += np.random.default_rng(4).integers(0, 2**12, 96, np.uint64) << np.uint64(32)  # ids of outlets are that long
    for key in (KEY, np.uint64(0), np.uint64(2**64 - 1)):
        for four in words:
            a, b, c, d = (int(word) for word in philox(*four, key))
            assert two_of(*four, key) == ((((a << 32 | b) >> 11) + 0.5) * 2.0**-53, (((c << 32 | d) >> 11) + 0.5) * 2.0**-53)


def test_uniforms_are_uniform_and_inside() -> None:
    for ids, count, other in ((np.arange(N), 0, 0), (np.zeros(N, np.int64), np.arange(N), 0), (np.zeros(N, np.int64), 3, np.arange(N))):
        u = np.array([uniform(KEY, 36, i, c, 0, o) for i, c, o in np.broadcast(ids, count, other)])
        assert u.min() > 0 and u.max() < 1
        assert kstest(u, "uniform").pvalue > 1e-6
        assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < Z / math.sqrt(N)
        eight = np.bincount((u * 256).astype(int), minlength=256)
        assert ((eight - N / 256) ** 2 / (N / 256)).sum() < 255 + Z * math.sqrt(2 * 255)


@pytest.mark.parametrize("part", ["decision", "entity", "count", "brand", "other", "draw", "luck"])
def test_every_part_of_the_key_makes_another_independent_number(part: str) -> None:
    first = {"luck": KEY, "decision": 36, "entity": 1, "count": 1, "brand": 0, "other": 0, "draw": 0}
    second = first | {part: luck_of(2) if part == "luck" else first[part] + 1}
    draws = [np.array([uniform(**(key | {"entity": key["entity"] + 2 * i})) for i in range(4000)]) for key in (first, second)]
    assert not (draws[0] == draws[1]).any()
    assert abs(np.corrcoef(*draws)[0, 1]) < Z / math.sqrt(4000)


def test_a_key_is_the_same_for_ever() -> None:
    assert luck_of(1, 0) == luck_of(1) != luck_of(1, 1)
    assert len({int(luck_of(seed, k)) for seed in range(50) for k in range(50)}) == 2500
    assert int(luck_of(0)) != int(luck_of(1))  # seed 0 is a seed
    assert uniform(luck_of(1), Decision.NEED, 12, 3) == 0.14126534204176427


def test_decisions_are_unique_and_fit_their_byte() -> None:
    numbers = [int(d) for d in Decision]
    assert len(set(numbers)) == len(numbers) == len(Decision.__members__)
    assert min(numbers) > 0 and max(numbers) < 256
    assert len(set(map(int, Event))) == len(Event.__members__)


def test_filling_is_drawing_one_by_one() -> None:
    ids = np.array([3, 10, 4, 10**9])
    assert [uniform(KEY, 4, i, 2, 1, 7) for i in ids] == fill_uniform(KEY, 4, ids, 2, 1, 7).tolist()
    assert [chance.normal(KEY, 4, i, 2, 1, 7) for i in ids] == fill_normal(KEY, 4, ids, 2, 1, 7).tolist()


# ---- quantiles -----------------------------------------------------------------------------------------------------------


def test_the_normal_quantile_is_scipys() -> None:
    u = np.concatenate(
        [np.linspace(1e-6, 1 - 1e-6, 4001), 10.0 ** -np.arange(1, 17), 1 - 10.0 ** -np.arange(1, 15), [2.0**-54, 0.075, 0.925]]
    )
    assert np.allclose([normal_quantile(x) for x in u], ndtri(u), rtol=1e-13, atol=1e-15)
    assert normal_quantile(0.5) == 0.0
    assert np.allclose([normal_quantile(x) + normal_quantile(1 - x) for x in (0.25, 0.125, 2.0**-20)], 0, atol=1e-12)


def test_normals_and_patience_have_their_distributions() -> None:
    assert kstest(fill_normal(KEY, 9, np.arange(N), 0, 0, 0), "norm").pvalue > 1e-6
    assert kstest([patience(KEY, 30, i, 0) for i in range(N)], "expon").pvalue > 1e-6


@pytest.mark.parametrize("mean", [0.01, 0.7, 3.0, 25.0, 200.0])
def test_the_poisson_quantile_is_scipys(mean: float) -> None:
    u = np.linspace(0.0005, 0.9995, 1000)
    assert [poisson_quantile(x, mean) for x in u] == poisson.ppf(u, mean).astype(int).tolist()


def test_a_large_poisson_is_the_rounded_normal() -> None:
    u = (np.arange(4000) + 0.5) / 4000
    k = np.array([poisson_quantile(x, 800.0) for x in u])
    assert np.abs(k - poisson.ppf(u, 800)).max() <= 3
    assert k.mean() == pytest.approx(800, abs=0.1) and k.var() == pytest.approx(800, rel=0.01)


def test_log_odds_and_logistic_undo_each_other_and_reach_the_ends() -> None:
    for p in (1e-12, 0.1, 0.5, 0.9, 1 - 1e-12):
        assert logistic(log_odds(p)) == pytest.approx(p, rel=1e-12)
    assert logistic(log_odds(0.0)) == 0.0 and logistic(log_odds(1.0)) == 1.0
    assert logistic(log_odds(0.0) + 50.0) == 0.0 and logistic(log_odds(1.0) - 50.0) == 1.0
    assert logistic(-1e9) == 0.0 and logistic(1e9) == 1.0
