"""Bass day by day: the exact chain of a small market that mixes completely, and the way to the differential equation as days shrink.

F' = (p + q F)(1 - F): Bass 1969, doi:10.1287/mnsc.15.5.215. The daily steps are the Euler scheme of it, so that halving the day halves
the distance (O(dt)). In a market of N people the adopters are a chain, not a curve: Niu 2002, Math. Problems in Engineering 8, 249-263.
"""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.special import comb
from scipy.stats import binom

from sim import Stage
from tests.figures import record_figure
from tests.theory.chains import talking
from tests.worlds import SEED, agrees, lived, share_se

N, GROUPS, DAYS = 20, 600, 60
P, Q, SHAPE = 0.01, 0.08, 100  # contacts and messages a day; gamma shape of the affinity to the touchpoint


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory):
    """Adopters by day and group (days + 1, group) of groups that mix completely and know nobody else."""
    path = Path(tmp_path_factory.mktemp("ties")) / "groups.txt"
    pairs = [(a, b) for a in range(N) for b in range(a)]
    path.write_text("\n".join(f"{g * N + a} {g * N + b}" for g in range(GROUPS) for a, b in pairs))
    result = lived(
        "bass", f"market.consumers={N * GROUPS}", f"market.days={DAYS}", "market.word_of_mouth.network=list",
        f"market.word_of_mouth.ties={path}", f"market.word_of_mouth.talk={Q}", f"strategy.touchpoints.video.intensity={P}", track="all",
    )  # fmt: skip
    told = result.journeys[result.journeys["event"] == "notices"]
    came = np.zeros((DAYS + 1, GROUPS), int)
    np.add.at(came, (told["day"], told["consumer"] // N), 1)
    return came.cumsum(axis=0)


def distinct(messages: int, unaware: int) -> np.ndarray:
    """Probability that so many messages, each to anybody of the N - 1 others, reach k of the unaware (unaware + 1,)."""
    out = np.zeros(unaware + 1)
    for landed in range(messages + 1):
        chance = binom.pmf(landed, messages, min(unaware / (N - 1), 1.0))
        for k in range(min(landed, unaware) + 1):  # the classical occupancy law
            ways = sum((-1) ** j * comb(k, j, exact=True) * (k - j) ** landed for j in range(k + 1))
            out[k] += chance * comb(unaware, k, exact=True) * ways / max(unaware, 1) ** landed
    return out


@cache
def spoken(aware: int, waiting: int) -> np.ndarray:
    """Probability of (messages, speakers who have another one left over) in a day (aware + 1, aware + 1)."""
    out = np.ones((1, 1))
    for left_over in [1] * waiting + [0] * (aware - waiting):
        longer = np.zeros((out.shape[0] + 1, out.shape[1] + 1))
        for (says, left), chance in talking(left_over, Q, 1).items():
            longer[int(says) : int(says) + out.shape[0], left : left + out.shape[1]] += chance * out
        out = longer
    return out


@cache
def adopters() -> np.ndarray:
    """Probability of k adopters on each day (days + 1, N + 1): the chain of (adopters, of whom have a message left over).

    In the morning yesterday's messages and today's contacts make aware, then every adopter talks, the new ones too. Who has not met the
    touchpoint by day d meets it today with 1 - [(1 + P d / k) / (1 + P (d - 1) / k)]^-k, whatever he has heard.
    """
    state = {(0, 0, 0): 1.0}  # adopters, left over, messages under way
    out = np.zeros((DAYS + 1, N + 1))
    out[0, 0] = 1.0
    hits = {}
    for day in range(1, DAYS + 1):
        met = 1 - ((1 + P * day / SHAPE) / (1 + P * (day - 1) / SHAPE)) ** -SHAPE
        morning: dict[tuple[int, int], float] = {}
        for (aware, left, messages), chance in state.items():
            key = messages, N - aware
            if key not in hits:
                hits[key] = distinct(*key)
            for heard, c in enumerate(hits[key]):
                if chance * c < 1e-12:
                    continue
                rest = N - aware - heard
                for more, m in enumerate(binom.pmf(np.arange(rest + 1), rest, met)):
                    now = (aware + heard + more, left)
                    morning[now] = morning.get(now, 0.0) + chance * c * m
        state = {}
        for (aware, left), chance in morning.items():
            out[day, aware] += chance
            table = spoken(aware, left)
            for says, over in np.argwhere(chance * table > 1e-10):
                now = (aware, int(over), int(says))
                state[now] = state.get(now, 0.0) + chance * table[says, over]
    assert np.abs(out.sum(axis=1) - 1).max() < 1e-4  # what was cut off
    return out


def test_adopters_in_a_small_market_are_distributed_as_the_exact_chain(groups: np.ndarray) -> None:
    exact, k = adopters(), np.arange(N + 1)
    for day in (1, 5, 10, 20, 30, 40, 60):
        mean = exact[day] @ k
        sd = math.sqrt(exact[day] @ (k - mean) ** 2)
        agrees(f"adopters of {N} on day {day}", groups[day].mean(), mean, sd / math.sqrt(GROUPS), 2.0)
        below = exact[day].cumsum()
        told = (below > 0.02) & (below < 0.98)
        seen = (groups[day][:, None] <= k).mean(axis=0)
        agrees(f"distribution on day {day}", seen[told], below[told], share_se(below[told], GROUPS), 0.13)


def test_small_markets_do_not_follow_the_curve_of_large_ones() -> None:
    """Chance holds small markets back: the mean of the chain lies below the curve wherever the curve is steep (Jensen)."""
    t = np.arange(DAYS + 1)
    curve = (1 - np.exp(-(P + Q) * t)) / (1 + Q / P * np.exp(-(P + Q) * t))
    assert (adopters() @ np.arange(N + 1) / N < curve)[20:50].all()


def test_halving_the_day_halves_the_distance_to_the_differential_equation() -> None:
    """p and q of .04 and .4 a day, then half and a quarter of it: the order of convergence is 1, not 0 and not 2."""
    seeds, far, noise = range(SEED, SEED + 24), [], []
    for halvings in range(3):
        p, q, n = 0.04 / 2**halvings, 0.4 / 2**halvings, 5_000 * 2**halvings
        words = (f"strategy.touchpoints.video.intensity={p}", f"market.word_of_mouth.talk={q}", f"market.days={12 * 2**halvings}")
        t = np.arange(4, 13) * 2**halvings
        curve = (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))
        seen = [1 - lived("bass", f"market.consumers={n}", *words, seed=s).stocks[t, 0, Stage.UNAWARE] / n for s in seeds]
        gaps = (curve - np.array(seen)).mean(axis=1)
        far.append(gaps.mean())
        noise.append(gaps.std(ddof=1) / math.sqrt(gaps.size))
    record_figure("distance to the curve at a day, half, a quarter", ", ".join(f"{one:.4f}" for one in far))
    for k in (0, 1):
        order = math.log2(far[k] / far[k + 1])
        se = math.hypot(noise[k] / far[k], noise[k + 1] / far[k + 1]) / math.log(2)
        agrees(f"order from day/{2**k} to day/{2 ** (k + 1)}", order, 1.0, se, 1.0, of=len(seeds))
