"""Shoppers ask owners, friends or fellow members: who asks, whom, how often, what the answer does (ODD 5.3)."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.chance import luck_of
from sim.records import JOURNEY, MIND, NO_NEED, PERSON, RIVAL, TALLY, T, readable
from sim.rules.asking import ask, friend_who_owns, questions
from sim.rules.word_of_mouth import spread_answers
from sim.scenario import Asking, Market, Satisfaction, WordOfMouth
from sim.schema import fill, record_type
from sim.stages import Stage
from tests.test_rules import market, one, rows_of
from tests.worlds import agrees, fingerprints, share_se

LUCK = luck_of(11)
SMALL = ("market.consumers=6000", "market.days=150", "market.start_days=10", "market.initial.owner=0.15", "market.need.open_share=0.2")
CLUB = ("strategy.community.joins=0.05", "market.community.share=1", "market.community.fans=1")


@cache
def run(*overrides: str, threads: int = 1):
    """A small run, kept for the tests that look at it."""
    return simulate(load("direct", [*SMALL, *overrides]), 1, threads=threads)


def test_only_shoppers_in_need_who_drive_another_car_ask() -> None:
    p = market(asking=Asking(friends=0.1, members=0.3)).asking

    def rate(stage: Stage, member: bool = False, need: int = 5, car: int = RIVAL) -> float:
        return questions(one(PERSON, need_since=need, car=car), 0, one(MIND, stage=stage, member=member), p)

    assert [rate(stage) for stage in Stage] == [0, 0, 0.1, 0.1, 0.1, 0, 0, 0]
    assert rate(Stage.INTENT, member=True) == pytest.approx(0.4)
    assert rate(Stage.INTENT, need=NO_NEED) == 0.0 == rate(Stage.CONSIDERATION, car=0)


def test_a_friend_who_owns_is_found_each_as_often_and_no_other() -> None:
    people = readable(np.zeros(6, PERSON))
    people["car"] = [RIVAL, 0, RIVAL, 0, 1, 0]
    starts, friends = np.array([0, 5]), np.arange(1, 6, dtype=np.int32)
    found = [friend_who_owns(0, 0, people, starts, friends, u) for u in np.linspace(0.001, 0.999, 300)]
    assert {j: found.count(j) for j in set(found)} == {1: 100, 3: 100, 5: 100}
    assert friend_who_owns(0, 2, people, starts, friends, 0.5) == -1


def asked(days: int, friends: float, members: float, owners: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Tally (TALLY,) and who answered each question of n members who shop through so many days; nobody has friends."""
    world = rows_of(record_type(Market))
    fill(world[0], replace(Market(), asking=Asking(friends=friends, members=members)))
    people, minds = readable(np.zeros(n + owners, PERSON)), readable(np.zeros((1, n + owners), MIND))
    people["id"], people["car"] = np.arange(n + owners), np.where(np.arange(n + owners) < n, RIVAL, 0)
    minds["stage"], minds["member"] = Stage.CONSIDERATION, True
    tally, rows, answered = np.zeros((1, len(TALLY)), np.int64), np.arange(n), []
    nobody = np.zeros(n + owners + 1, np.int64)
    for _ in range(days):
        askers, answering, told = np.empty(n, np.int64), np.empty(n, np.int64), np.zeros(1, np.int64)
        ask(rows, 0, n + np.arange(owners), people, minds, nobody, np.zeros(0, np.int32), LUCK, world, tally, askers, answering, told)
        answered.append(answering[: told[0]].copy())
    return tally[0], np.concatenate(answered)


def test_questions_come_at_their_rate_and_every_owner_answers_as_often() -> None:
    tally, answered = asked(100, 0.0, 0.04, 5)
    agrees("questions", tally[T["questions"]] / 400, 4.0, math.sqrt(4.0 / 400), 0.6)
    assert tally[T["answers"]] == answered.size == tally[T["questions"]]
    for owner in range(400, 405):
        agrees("answers of an owner", (answered == owner).mean(), 0.2, share_se(0.2, answered.size), 0.06)


def test_where_nobody_owns_nobody_answers_and_questions_go_where_their_rates_say() -> None:
    tally, _ = asked(100, 0.0, 0.04, 0)
    assert tally[T["questions"]] > 1000 and tally[T["answers"]] == 0
    tally, answered = asked(100, 0.03, 0.01, 5)  # friends there are none
    agrees("asked in the community", answered.size / tally[T["questions"]], 0.25, share_se(0.25, tally[T["questions"]]), 0.07)


def test_an_answer_is_as_good_as_its_owner_is_satisfied_and_counts_as_heard_from_an_owner() -> None:
    world = rows_of(record_type(Market))
    fill(world[0], replace(Market(), word_of_mouth=WordOfMouth(valence=10), satisfaction=Satisfaction(usual=0.8)))
    n = 3000
    people, minds = readable(np.zeros(n + 1, PERSON)), readable(np.zeros((1, n + 1), MIND))
    people["id"], people["satisfaction"][n] = np.arange(n + 1), 0.9
    minds["asks"], wakes, tally = 1, np.full(n + 1, 99, np.int32), np.zeros((1, len(TALLY)), np.int64)
    spread_answers(
        np.arange(n), np.full(n, n), 0, wakes, people, minds, np.array([0.75]), 7, LUCK, world, tally,
        readable(np.zeros(1, JOURNEY)), np.zeros(1, np.int64),
    )  # fmt: skip
    good = 3 * math.e / (1 + 3 * math.e)
    agrees("good answers", tally[0, T["good_messages"]] / n, good, share_se(good, n), 0.04)
    assert (minds["heard_day"][0, :n] == 7).all() and (wakes[:n] == 8).all() and wakes[n] == 99
    assert (minds["heard_good"] + minds["heard_bad"])[0, :n].sum() == n


# ---- whole runs ----------------------------------------------------------------------------------------------------------


def test_without_a_community_what_members_would_ask_changes_nothing() -> None:
    assert fingerprints(run()) == fingerprints(run("market.asking.members=3")) and not run().daily["questions"].any()


def test_a_rate_of_0_is_a_community_that_only_tells() -> None:
    told = run(*CLUB, "market.asking.members=0")
    assert not told.daily["questions"].any() and told.daily["posts"].any()


def test_whoever_asks_hears_more_and_more_orders_are_referred() -> None:
    silent, some, many = (run(*CLUB, f"market.asking.members={rate}") for rate in (0, 0.04, 1))
    heard = [one.daily["good_messages"].sum() + one.daily["bad_messages"].sum() for one in (silent, some, many)]
    assert heard[0] < heard[1] < heard[2] and some.daily["answers"].sum() > 50
    assert silent.outcomes["referral_share"] < many.outcomes["referral_share"]


def test_friends_are_asked_where_the_market_says_so_whatever_the_brand_does() -> None:
    plain, asking = run(), run("market.asking.friends=0.5")
    assert asking.daily["answers"].sum() > 50 and asking.daily["answers"].sum() < asking.daily["questions"].sum()
    assert asking.outcomes["referral_share"] > plain.outcomes["referral_share"]


def test_threads_change_nothing_of_who_asks() -> None:
    words = (*CLUB, "market.asking.friends=0.1")
    assert fingerprints(run(*words)) == fingerprints(run(*words, threads=3))
