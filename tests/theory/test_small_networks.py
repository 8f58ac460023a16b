"""Word of mouth on networks small or simple enough for an exact answer: three and four people, the circle, Poisson degrees.

Small networks: the chain of all states by full enumeration. The circle: the front of the aware is a renewal process. Poisson degrees:
everybody tied to somebody aware learns in the end, so that 1 - S = (1 - s) exp(-c S) for a share s told on the first day (Newman 2002,
doi:10.1103/PhysRevE.66.016128); its standard deviation over networks is sqrt(S (1 - S) / n) / (1 - c (1 - S)) (Stepanov 1970).
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim import Stage
from tests.figures import record_figure
from tests.theory.chains import Chances, enumerated, occupancy, talking
from tests.worlds import agrees, lived, share_se

TALK, ATTENTION = 0.15, 0.7  # messages a day of a speaker; a message that makes aware


def spread(path: Path, ties: np.ndarray, consumers: int, days: int, aware: float, *words: str) -> np.ndarray:
    """The day on which each consumer becomes aware (n,): 0 who begins so, days + 1 who does not."""
    path.write_text("\n".join(f"{a} {b}" for a, b in ties))
    result = lived(
        "bass", f"market.consumers={consumers}", f"market.days={days}", "market.start=given", f"market.initial.aware={aware}",
        "market.initial.interest=0", "market.initial.consideration=0", "market.initial.owner=0", "market.initial.lost=0",
        "market.word_of_mouth.network=list", f"market.word_of_mouth.ties={path}", "strategy.touchpoints.video.intensity=0", *words,
        track="all",
    )  # fmt: skip
    told = result.journeys[result.journeys["event"] == "notices"]
    day = np.where(result.minds["stage"][0] == Stage.UNAWARE, days + 1, 0)
    day[told["consumer"]] = told["day"]
    return day


# ---- three and four people ------------------------------------------------------------------------------------------------------

GRAPHS = {
    "path of three": ((0, 1), (1, 2)),
    "triangle": ((0, 1), (1, 2), (2, 0)),
    "star of four": ((0, 1), (0, 2), (0, 3)),
    "square with a diagonal": ((0, 1), (1, 2), (2, 3), (3, 0), (0, 2)),
}
COPIES, HORIZON, MOST = 4000, 30, 1
UNAWARE = -1


def rule_of(edges: Sequence[tuple[int, int]]):
    """The rule of one day: state (messages left over of each person or UNAWARE, who was told yesterday and takes heed) -> chances."""
    n = 1 + max(map(max, edges))
    known = [[b if a == i else a for a, b in edges if i in (a, b)] for i in range(n)]

    def one_day(state) -> Chances:
        left_over, told = state
        out: Chances = {((), frozenset()): 1.0}
        for i in range(n):
            now = 0 if left_over[i] == UNAWARE and i in told else left_over[i]
            longer: Chances = {}
            for (so_far, heeding), chance in out.items():
                if now == UNAWARE:
                    ways = {((*so_far, UNAWARE), heeding): 1.0}
                else:
                    ways = {}
                    for (says, left), c in talking(now, TALK, MOST).items():
                        heard = {heeding: 1.0} if not says else {heeding: 1 - ATTENTION}
                        for j in known[i] if says else ():
                            heard[heeding | {j}] = heard.get(heeding | {j}, 0.0) + ATTENTION / len(known[i])
                        for who, h in heard.items():
                            ways[((*so_far, left), who)] = ways.get(((*so_far, left), who), 0.0) + c * h
                for key, c in ways.items():
                    longer[key] = longer.get(key, 0.0) + chance * c
            out = longer
        return out

    return one_day


@pytest.mark.parametrize("name", GRAPHS)
def test_a_small_network_is_lived_as_its_enumerated_chain(name: str, tmp_path: Path) -> None:
    """P(everybody aware), and mean number aware, given who began aware, over 4,000 copies of the network."""
    edges = GRAPHS[name]
    n = 1 + max(map(max, edges))
    ties = np.array([(g * n + a, g * n + b) for g in range(COPIES) for a, b in edges])
    words = (f"market.word_of_mouth.talk={TALK}", f"market.word_of_mouth.attention={ATTENTION}")
    day = spread(tmp_path / "ties.txt", ties, COPIES * n, HORIZON, 0.3, *words).reshape(COPIES, n)
    firsts = [(tuple(0 if begins else UNAWARE for begins in some), frozenset()) for some in product((False, True), repeat=n)]
    number, step = enumerated(firsts, rule_of(edges))
    begun = Counter(tuple(0 if d == 0 else UNAWARE for d in one) for one in day.tolist())
    exact = {first: occupancy(step, np.eye(len(number))[number[first, frozenset()]], HORIZON) for first in begun}
    aware = np.array([sum(left != UNAWARE for left in state[0]) for state in number])
    for d in (1, 2, 3, 5, 8, 13, 21, 30):
        # a state of the evening shows who was aware that day
        full = {first: p[d] @ (aware == n) for first, p in exact.items()}
        many = {first: (p[d] @ aware, max(p[d] @ aware**2 - (p[d] @ aware) ** 2, 0.0)) for first, p in exact.items()}
        all_know = sum(begun[first] * full[first] for first in begun) / COPIES
        noise = math.sqrt(sum(begun[first] * full[first] * (1 - full[first]) for first in begun)) / COPIES
        agrees(f"{name}: all aware by day {d}", (day <= d).all(axis=1).mean(), all_know, max(noise, 1e-4), 0.05)
        mean = sum(begun[first] * many[first][0] for first in begun) / COPIES
        noise = math.sqrt(sum(begun[first] * many[first][1] for first in begun)) / COPIES
        agrees(f"{name}: number aware on day {d}", (day <= d).sum() / COPIES, mean, max(noise, 1e-4), 0.12)


# ---- the circle -------------------------------------------------------------------------------------------------------------------


def test_on_a_circle_awareness_spreads_as_a_renewal_process(tmp_path: Path) -> None:
    """A front moves on when the last person reached talks outwards: q / 2 a day, heard on the next morning; two fronts."""
    people, circles, days, rate = 61, 400, 60, 0.3
    around = np.arange(people)
    ties = np.concatenate([g * people + np.stack([around, (around + 1) % people], axis=1) for g in range(circles)])
    day = spread(tmp_path / "ties.txt", ties, people * circles, days, 1 / people, f"market.word_of_mouth.talk={rate}")
    day = day.reshape(circles, people)
    alone = (day == 0).sum(axis=1) == 1
    rows = np.array([np.roll(one, -int(np.argmin(one))) for one in day[alone]])  # the one who began stands first
    # days from becoming aware until the neighbour on one side is: waits until a message goes that way, and one night
    state, wait = {0: 1.0}, np.zeros(days + 2)
    for d in range(days + 1):
        after: dict[int, float] = {}
        for left, chance in state.items():
            for (says, rest), c in talking(left, rate, 6).items():
                wait[d + 1] += chance * c * (0.5 if says else 0.0)
                after[rest] = after.get(rest, 0.0) + chance * c * (0.5 if says else 1.0)
        state = after
    reached, mean = np.zeros(days + 2), np.ones(days + 2)
    reached[1] = 1.0  # who begins aware talks from day 1 on
    for _ in range(people // 2):
        reached = np.convolve(reached, wait)[: days + 2]
        mean += 2 * reached.cumsum()
    assert (day[alone].max(axis=1) > days).mean() > 0.95  # the fronts have hardly met
    for d in (1, 2, 5, 10, 20, 40, 60):
        aware = (rows <= d).sum(axis=1)
        agrees(f"aware on day {d}", aware.mean(), mean[d], max(aware.std(ddof=1), 0.3) / math.sqrt(aware.size), 2.0, of=aware.size)
    one_side = (rows[:, 1] <= 10).mean()
    first = wait[:10].sum()
    agrees("the neighbour aware by day 10", one_side, first, share_se(first, rows.shape[0]), 0.25)


# ---- Poisson degrees ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("degree", [0.8, 1.5, 3.0])
def test_in_a_network_of_poisson_degrees_all_who_are_tied_to_the_first_learn(degree: float, tmp_path: Path) -> None:
    people, days, first = 5000, 250, 0.02
    rng = np.random.default_rng(5)
    ties = rng.integers(0, people, (rng.poisson(people * degree / 2), 2))
    ties = ties[ties[:, 0] != ties[:, 1]]
    day = spread(tmp_path / "ties.txt", ties, people, days, first, "market.word_of_mouth.talk=2")
    _, island = connected_components(coo_array((np.ones(len(ties)), ties.T), shape=(people, people)), directed=False)
    assert ((day <= days) == np.isin(island, island[day == 0])).all()  # to the person
    record_figure("people reached or not as they should", people)
    began = (day == 0).mean()
    share = brentq(lambda s: 1 - s - (1 - began) * math.exp(-degree * s), 1e-9, 1)
    noise = math.sqrt(share * (1 - share) / people) / (1 - degree * (1 - share))  # over networks, as of a giant component
    agrees(f"reach at mean degree {degree}", (day <= days).mean(), share, noise, 0.12)
