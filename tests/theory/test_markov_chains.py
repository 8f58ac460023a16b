"""Funnels that loop, funnels that people come to, and people who differ, against the exact chain of the day's rule.

A discrete-time absorbing or recurrent chain and its occupancy: Kemeny & Snell 1960, Finite Markov Chains. Open arrivals: the count
of an infinite-server system is Poisson of mean arrivals times stay (Little 1961, doi:10.1287/opre.9.3.383; Palm 1943). Frailty:
Vaupel, Manton & Stallard 1979, doi:10.2307/2061224.
"""

import math

import numpy as np
import pytest

from sim import Stage
from tests.theory.chains import competing, enumerated, occupancy
from tests.worlds import agrees, lived, share_se

UNAWARE, AWARE, INTEREST, CONSIDERATION, INTENT, OWNER, ADVOCATE, LOST = (int(s) for s in Stage)
WAITS_FOR_CAR = 100  # an owner whose car comes tomorrow
SEEN = (1, 2, 3, 5, 10, 20, 40, 80, 160, 320, 480)

# everything turns: needs open and are put off, cars are delivered, owners become advocates and come again, the lost begin again
LOOP = (
    "market.need.shape=1", "market.need.mean=0.2", "market.need.first_buyers=1", "market.need.put_off_days=60", "market.season=0",
    "market.waits.forgets=0", "market.waits.recommends=0.02", "market.waits.recommends_satisfaction=0", "market.waits.cools=0.01",
    "market.waits.looks_again=0.15", "market.delivery.built_days=0", "market.consumers=20000", "market.days=480",
)  # fmt: skip


def loop_of(market):
    """The rule of one day of a looping funnel: state (stage, need open, drives ours) -> chances."""
    waits, opens, off = market.waits, 1 / (365 * market.need.mean), 1 / market.need.put_off_days

    def clocks(stage: int, need: bool) -> dict[int, float]:
        """The hazards of a stage's exits."""
        return {
            AWARE: {INTEREST: waits.grows_curious},
            INTEREST: {CONSIDERATION: waits.compares * need, AWARE: waits.loses_interest},
            CONSIDERATION: {INTENT: waits.decides, LOST: waits.gives_up_considering},
            INTENT: {WAITS_FOR_CAR: waits.orders_online, LOST: waits.gives_up_intent},
            OWNER: {ADVOCATE: waits.recommends, CONSIDERATION: waits.looks_again * need},
            ADVOCATE: {OWNER: waits.cools, CONSIDERATION: waits.looks_again * need},
            LOST: {},
        }[stage]

    def one_day(state):
        """The need's turn is the day's move; on other days the clocks of the stage run."""
        stage, need, ours = state
        if stage == WAITS_FOR_CAR:
            return {(OWNER, False, True): 1.0}
        turned = (AWARE if stage == LOST else stage) if not need else stage
        if need and stage in (CONSIDERATION, INTENT):
            turned = OWNER if ours else LOST
        turns = -math.expm1(-(off if need else opens))
        out = {(turned, not need, ours): turns}
        for to, chance in competing(clocks(stage, need), stage).items():
            now = (to, need and to != WAITS_FOR_CAR, ours)
            out[now] = out.get(now, 0.0) + (1 - turns) * chance
        return out

    return one_day


@pytest.fixture(scope="module")
def loop():
    """The lived loop, its states and their exact occupancy."""
    result = lived("markov_funnel", *LOOP)
    number, step = enumerated([(AWARE, True, False)], loop_of(result.scenario.market))
    return result, number, step, occupancy(step, np.eye(len(number))[0], result.scenario.market.days)


def test_a_funnel_that_loops_is_occupied_as_its_chain(loop) -> None:
    result, number, _, exact = loop
    n, shares = result.scenario.market.consumers, np.zeros((exact.shape[0], len(Stage)))
    for (stage, _, _), k in number.items():
        shares[:, OWNER if stage == WAITS_FOR_CAR else stage] += exact[:, k]
    seen = result.stocks[:, 0] / n
    for day in SEEN:
        told = n * np.minimum(shares[day], 1 - shares[day]) > 50
        agrees(f"occupancy on day {day}", seen[day][told], shares[day][told], share_se(shares[day][told], n), 0.02)


def test_a_loop_brings_as_many_first_and_later_orders_as_its_chain(loop) -> None:
    result, number, _, exact = loop
    n = result.scenario.market.consumers
    orders = exact[:, [k for (stage, _, _), k in number.items() if stage == WAITS_FOR_CAR]].sum()
    counts = np.bincount(result.orders["person"], minlength=n)
    assert counts.max() >= 4  # it loops
    agrees("orders of a person", counts.mean(), orders, counts.std() / math.sqrt(n), 0.08)


def test_in_the_long_run_a_loop_stands_as_its_stationary_chain(loop) -> None:
    """pi P = pi, whoever began how."""
    _, number, step, _ = loop
    result = lived("markov_funnel", *LOOP, "market.consumers=5000", "market.days=3000")
    balance = np.vstack([step.T - np.eye(len(number)), np.ones(len(number))])
    at_rest = np.linalg.lstsq(balance, np.r_[np.zeros(len(number)), 1.0], rcond=None)[0]
    for stages in ((AWARE, INTEREST), (CONSIDERATION, INTENT), (OWNER, ADVOCATE, WAITS_FOR_CAR), (LOST,)):
        share = sum(at_rest[k] for (stage, _, _), k in number.items() if stage in stages)
        seen = result.stocks[-1, 0, [stage for stage in stages if stage != WAITS_FOR_CAR]].sum() / 5000
        agrees(f"{Stage(stages[0]).name} at rest", seen, share, share_se(share, 5000), 0.04)


# ---- open arrivals: people whose need opens come to a funnel that waits for them ----------------------------------------------

ARRIVALS = (
    "market.initial.aware=0", "market.initial.interest=1", "market.need.open_share=0", "market.need.shape=1", "market.need.mean=10",
    "market.need.first_buyers=1", "market.season=0", "market.waits.loses_interest=0", "market.waits.compares=100",
    "market.consumers=30000", "market.days=1500",
)  # fmt: skip


@pytest.fixture(scope="module")
def open_funnel():
    """The lived open funnel, its arrivals a day in theory, and mean days in CONSIDERATION and in INTENT."""
    result = lived("markov_funnel", *ARRIVALS)
    market, n = result.scenario.market, result.scenario.market.consumers
    opens = -math.expm1(-1 / (365 * market.need.mean))
    days = np.arange(1, market.days + 1)
    arrivals = n * opens * (1 - opens) ** (days - 2.0)  # a need opens on one day, the funnel is entered on the next
    waits = market.waits
    stay = [-1 / math.expm1(-(waits.decides + waits.gives_up_considering)), -1 / math.expm1(-(waits.orders_online + waits.gives_up_intent))]
    goes_on = waits.decides / (waits.decides + waits.gives_up_considering)
    return result, arrivals, stay, goes_on


def test_people_arrive_as_a_poisson_process(open_funnel) -> None:
    result, arrivals, _, _ = open_funnel
    came = result.flows[2:, 0, INTEREST, CONSIDERATION]
    rate = arrivals[1:]
    agrees("arrivals a day", came.mean(), rate.mean(), math.sqrt(rate.sum()) / rate.size, 1.0)
    index = ((came - rate) ** 2 / rate).mean()  # 1 for Poisson counts; variance (2 + 1/rate) / days
    agrees("variance over mean of arrivals", index, 1.0, math.sqrt((2 + 1 / rate).mean() / rate.size), 0.25)
    lag = ((came[1:] - rate[1:]) * (came[:-1] - rate[:-1]) / rate[1:]).mean()
    agrees("covariance of neighbouring days", lag, 0.0, 1 / math.sqrt(rate.size - 1), 0.15)


def test_the_count_in_an_open_funnel_is_arrivals_times_stay_and_poisson(open_funnel) -> None:
    """L = lambda W, variance = mean; counts k days apart correlate by r^k, r the chance to stay for another day."""
    result, arrivals, stay, goes_on = open_funnel
    for stage, rate, days in ((CONSIDERATION, arrivals, stay[0]), (INTENT, arrivals * goes_on, stay[1])):
        at, r = np.arange(120, rate.size), 1 - 1 / days  # the empty first days are forgotten
        mean, count = rate[at] * days, result.stocks[at, 0, stage]  # arrivals fall by 3 in 10,000 a day
        agrees(f"count in {Stage(stage).name}", (count / mean).mean(), 1.0, math.sqrt((1 + r) / (1 - r) * (1 / mean).mean() / at.size), 0.1)
        se = math.sqrt((1 + r * r) / (1 - r * r) * (2 + 1 / mean).mean() / at.size)
        agrees(f"variance over mean in {Stage(stage).name}", ((count - mean) ** 2 / mean).mean(), 1.0, se, 0.6)


# ---- frailty: people of one pace in all stages ----------------------------------------------------------------------------------


def test_where_a_pace_stays_with_the_person_the_funnel_is_the_mixture_of_its_chains() -> None:
    """Occupancy = integral of the chain of pace exp(.8 z) over normal z; pace drives advancing, not leaving."""
    result = lived("markov_funnel", "market.frailty=0.8", "market.frailty_person=1", "market.days=320")
    n, waits = result.scenario.market.consumers, result.scenario.market.waits
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    exact = np.zeros((321, len(Stage)))
    for z, weight in zip(nodes, weights / weights.sum(), strict=True):
        pace = math.exp(0.8 * z)
        hazards = {
            AWARE: {INTEREST: waits.grows_curious * pace, UNAWARE: waits.forgets},
            INTEREST: {CONSIDERATION: waits.compares * pace, AWARE: waits.loses_interest},
            CONSIDERATION: {INTENT: waits.decides * pace, LOST: waits.gives_up_considering},
            INTENT: {OWNER: waits.orders_online * pace, LOST: waits.gives_up_intent},
        }
        number, step = enumerated([AWARE], lambda s, h=hazards: competing(h[s], s) if s in h else {s: 1.0})
        exact[:, list(number)] += weight * occupancy(step, np.eye(len(number))[0], 320)
    seen = result.stocks[:, 0] / n
    for day in (1, 5, 20, 80, 320):
        told = n * np.minimum(exact[day], 1 - exact[day]) > 50
        agrees(f"occupancy on day {day}", seen[day][told], exact[day][told], share_se(exact[day][told], n), 0.015)
