"""What owners say: networks and ties, the referral programme, the community; each a known answer, a limit and a direction."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PURPOSE
from sim.chance import luck_of
from sim.friends import befriend
from sim.network import near_houses, place_houses
from sim.owners import eagerness
from sim.records import MIND, PERSON, readable
from sim.rules import feedback
from sim.rules.word_of_mouth import is_strong, listener
from sim.scenario import Referral, Ties
from sim.schema import ConfigError
from sim.world import populate
from tests.test_rules import market, one
from tests.worlds import agrees, fingerprints, share_se, start_up_with

LUCK = luck_of(7)
SMALL = ("market.consumers=3000", "market.days=150", "market.start_days=60")
TALKATIVE = (
    "market.consumers=5000", "market.days=150", "market.start_days=60", "market.initial.owner=0.15", "market.need.open_share=0.2",
    "strategy.pull=0.5",
)  # fmt: skip
REWARD, CLUB = "strategy.referral.reward=3000", "strategy.community.joins=0.01"


@cache
def run(*overrides: str, name: str = "direct"):
    """A small run, kept for the tests that look at it."""
    return simulate(load(name, list(overrides)), 1)


def same(one, other, *names: str) -> bool:
    """Whether these records of two results agree in every bit."""
    a, b = fingerprints(one), fingerprints(other)
    return all(a[name] == b[name] for name in names or a)


# ---- networks ------------------------------------------------------------------------------------------------------------


def degrees(kind: str, n: int, degree: int, rewiring: float) -> np.ndarray:
    """How many friends each of n people has."""
    return np.diff(befriend(np.arange(n), np.zeros(n, int), kind, degree, rewiring, LUCK)[0])


@pytest.mark.parametrize("rewiring", [0.0, 0.5])
def test_degrees_of_a_scale_free_network_fall_with_the_known_exponent(rewiring: float) -> None:
    k = degrees("scale_free", 200_000, 6, rewiring)
    assert k.sum() == 2 * 3 * (k.size - 1) and k.min() >= 3
    # a tie ends at k friends or more for a share ~ (k + c)^-(g - 1): the shift c of mean-field growth, estimated slope by Hill
    shift = 2 * 3 * rewiring / (1 - rewiring)
    tail = np.sort(k[k >= 30] + shift)
    hill = 1 + tail.size / np.log(tail / (30 - 0.5 + shift)).sum()
    agrees("exponent", hill, 1 + 2 / (1 - rewiring), (hill - 1) / np.sqrt(tail.size), 0.75)


def test_a_scale_free_network_has_hubs_that_a_random_one_has_not() -> None:
    assert degrees("scale_free", 5000, 8, 0.0).max() > 5 * degrees("random", 5000, 8, 0.0).max()


def test_the_order_of_storage_ties_nobody_else() -> None:
    ids, city = np.arange(500), np.zeros(500, int)
    starts, friends = befriend(ids, city, "scale_free", 6, 0.1, LUCK)
    back = ids[::-1].copy()
    starts_back, friends_back = befriend(back, city, "scale_free", 6, 0.1, LUCK)
    for row in range(500):
        theirs = back[friends_back[starts_back[499 - row] : starts_back[500 - row]]]
        assert np.array_equal(friends[starts[row] : starts[row + 1]], theirs)


def test_a_tie_is_as_strong_from_both_sides_and_a_given_share_is_strong() -> None:
    ties = market(ties=Ties(strong=0.3)).ties
    strong = np.array([is_strong(i, i + 1000, ties, LUCK) for i in range(4000)])
    assert all(is_strong(i + 1000, i, ties, LUCK) == strong[i] for i in range(100))
    agrees("share of strong ties", strong.mean(), 0.3, share_se(0.3, strong.size), 0.05)


def test_a_strong_tie_is_told_as_much_more_as_the_rates_say() -> None:
    p = market(ties=Ties(strong=0.5, weak_talk=0.25)).ties
    people = readable(np.zeros(9, PERSON))
    people["id"] = np.arange(9)
    starts, friends = np.array([0, 8]), np.arange(1, 9, dtype=np.int32)
    strong = np.array([is_strong(0, j, p, LUCK) for j in range(1, 9)])
    assert 0 < strong.sum() < 8
    told = [listener(people[0], 0, one(MIND, talks=k), 0, people, starts, friends, LUCK, 1, p) for k in range(4000)]
    to_strong = np.isin(told, 1 + np.flatnonzero(strong)).mean()
    expected = strong.sum() / (strong.sum() + 0.25 * (~strong).sum())
    agrees("messages to strong ties", to_strong, expected, share_se(expected, 4000), 0.06)


def test_ties_that_are_all_strong_change_nothing() -> None:
    weights = ("market.ties.weak_talk=0.01", "market.ties.weak_weight=0")
    assert same(run(*SMALL), run(*SMALL, *weights))


def test_what_weak_ties_say_counts_less() -> None:
    talk = [run(*TALKATIVE, "market.ties.strong=0.2", f"market.ties.weak_weight={w}").daily["good_messages"].sum() for w in (0, 0.5, 1)]
    assert talk[0] < talk[1] < talk[2]


def listing(folder: Path, text: str) -> list[str]:
    """Overrides that take the network from a file of this text."""
    path = folder / "ties.csv"
    path.write_text(text, encoding="utf8")
    return ["market.consumers=50", "market.word_of_mouth.network=list", f"market.word_of_mouth.ties={path}"]


def test_a_list_of_ties_is_the_network(tmp_path: Path) -> None:
    world = populate(load("direct", listing(tmp_path, "# who, whom\n3, 4\n4,3\n0 4\n")), 1, 0)
    knows = [world.friends[world.starts[i] : world.starts[i + 1]].tolist() for i in range(50)]
    assert knows == [[4] if i in (0, 3) else [0, 3] if i == 4 else [] for i in range(50)]


def test_faults_of_a_list_are_told_by_line_and_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        load("direct", listing(tmp_path, "1 2\n1 50\n7 7\nanna ben\n1 2 3\n"))
    assert [f"line {k}" in error for k, error in zip((2, 3, 4, 5), told.value.errors, strict=True)] == [True] * 4
    for overrides in (["market.word_of_mouth.network=list"], ["market.word_of_mouth.ties=some.csv"], [*listing(tmp_path, "#\n")]):
        with pytest.raises(ConfigError):
            load("direct", overrides)
    with pytest.raises(ConfigError, match="cannot be read"):
        load("direct", ["market.word_of_mouth.network=list", f"market.word_of_mouth.ties={tmp_path / 'no.csv'}"])


def test_the_ties_of_a_small_world_given_as_a_list_live_the_same_lives(tmp_path: Path) -> None:
    ring = (*SMALL, "market.word_of_mouth.rewiring=0")  # no tie twice
    world = populate(load("direct", list(ring)), 1, 0)
    ends = np.repeat(np.arange(world.people.size), np.diff(world.starts))
    path = tmp_path / "ties.csv"
    path.write_text("\n".join(f"{a},{b}" for a, b in zip(ends.tolist(), world.friends.tolist(), strict=True)), encoding="utf8")
    listed = run(*ring, "market.word_of_mouth.network=list", f"market.word_of_mouth.ties={path}")
    assert listed.daily["good_messages"].sum() > 0 and same(run(*ring), listed)


# ---- referral programme --------------------------------------------------------------------------------------------------


def test_a_reward_makes_owners_talk_more_up_to_a_limit() -> None:
    p = market(referral=Referral(boost=1.5, half=2000.0)).referral
    assert eagerness(0.0, p) == 1.0 and eagerness(2000.0, p) == 1.75
    assert eagerness(1e6, p) == pytest.approx(2.5, rel=1e-2) and eagerness(1e6, p) < 2.5


def test_rewards_paid_are_the_price_times_the_referred_orders() -> None:
    result = run(*TALKATIVE, REWARD)
    lines = result.books[result.books["purpose"] == PURPOSE["referral"]]
    referred = int(result.orders["referred"].sum())
    assert referred >= 8
    assert int(lines["fen"].sum()) == referred * 300_000


def test_a_programme_that_moves_nobody_changes_only_the_books() -> None:
    without, paid = run(*TALKATIVE, "market.referral.boost=0"), run(*TALKATIVE, "market.referral.boost=0", REWARD)
    assert same(without, paid, "orders", "flows", "people", "daily") and not same(without, paid, "books")


def test_a_programme_raises_talk_and_the_share_of_referred_orders() -> None:
    without, paid = run(*TALKATIVE), run(*TALKATIVE, REWARD, "market.referral.boost=4")
    ratio = paid.daily["good_messages"][1:].sum() / without.daily["good_messages"][1:].sum()
    assert 2.5 < ratio < 4.5  # 1 + 4 x 3000 / 5000 = 3.4
    assert paid.outcomes["referral_share"] > without.outcomes["referral_share"]


# ---- community -----------------------------------------------------------------------------------------------------------


def test_without_invitations_a_community_is_bit_equal_to_none() -> None:
    weights = ("market.community.talk=9", "market.community.share=1", "market.community.fans=5")
    assert same(run(*SMALL), run(*SMALL, *weights))


def test_a_silent_community_changes_nobody_outside_it() -> None:
    quiet = run(*SMALL, CLUB, "market.community.talk=0")
    assert quiet.daily["members"].sum() > 0
    assert same(run(*SMALL), quiet, "orders", "flows", "books", "journeys")


def test_the_cost_of_a_community_is_booked_to_the_fen() -> None:
    result = run(*SMALL, "strategy.community.cost=73e6")
    lines = result.books[result.books["purpose"] == PURPOSE["community"]]
    assert lines["fen"].sum() * result.weight / 100 == pytest.approx(73e6 * 150 / 365, rel=1e-6)


def test_owners_join_at_their_hazard() -> None:
    result = run(*TALKATIVE, CLUB, "market.community.fans=0", "market.community.share=0.5")
    people, mind = result.people, result.minds[0]
    kept = (people["car"] == 0) & (people["cars"] == 0) & (people["car_day"] < 0)  # owners throughout
    expected = 0.5 * (1 - np.exp(-0.01 * 147))  # 21 weekly readings
    agrees("share of owners who joined", mind["member"][kept].mean(), expected, share_se(expected, kept.sum()), 0.2)
    assert not mind["member"][(people["car"] != 0) & (mind["stage"] < 2)].any()


def test_members_tell_members_as_often_as_mean_field_says() -> None:
    result = run(*TALKATIVE, CLUB, "market.community.talk=2", "market.community.fans=0", "market.word_of_mouth.advocate=1")
    expected = 2 * 0.06 * result.daily["members"][1:, 0].sum()  # all members are owners; a message each of 1 / rate days
    posts = result.daily["posts"][1:, 0].sum()
    agrees("messages to members", posts, expected, np.sqrt(expected), 0.25 * expected)


def test_a_community_with_fans_raises_the_share_of_referred_orders() -> None:
    alone, club = run(*TALKATIVE), run(*TALKATIVE, CLUB, "market.community.fans=5", "market.community.talk=5", "market.community.share=1")
    assert club.outcomes["referral_share"] > alone.outcomes["referral_share"]


# ---- experience houses ---------------------------------------------------------------------------------------------------

HOUSES = ("strategy.houses.tier1=3", "strategy.houses.tier2=4")


def test_without_houses_their_weights_change_nothing() -> None:
    assert same(run(*SMALL), run(*SMALL, "market.houses.visits=1", "market.houses.fit=3", "market.houses.lift=1"))


def test_houses_that_nobody_visits_only_cost() -> None:
    empty = run(*SMALL, *HOUSES, "market.houses.visits=0")
    assert same(run(*SMALL), empty, "orders", "flows", "daily", "journeys") and not same(run(*SMALL), empty, "books")
    lines = empty.books[empty.books["purpose"] == PURPOSE["houses"]]
    assert lines["fen"].sum() * empty.weight / 100 == pytest.approx(7 * 8e6 * 150 / 365, rel=1e-6)


def test_people_visit_as_often_as_distance_says() -> None:
    scenario = load("direct", [*SMALL, *HOUSES, "market.houses.in_need=1", "market.houses.visits=0.05"])
    result = run(*SMALL, *HOUSES, "market.houses.in_need=1", "market.houses.visits=0.05")
    places = place_houses(scenario.market, scenario.strategy, luck_of(1))
    rows, often = near_houses(result.people, places, scenario.market)
    assert 0 < rows.size < result.people.size and often.max() <= 1
    expected = 0.05 * often.sum() * 147  # 21 weekly readings
    agrees("visits", result.daily["house_visits"][1:, 0].sum(), expected, np.sqrt(expected), 0.2 * expected)


def test_visits_warm_and_convince_and_sell() -> None:
    often = "market.houses.visits=0.02"
    without, cold, warm = run(*TALKATIVE), run(*TALKATIVE, *HOUSES, often), run(*TALKATIVE, *HOUSES, often, "market.houses.fit=1")
    seen = warm.minds["seen"][0] > 0
    assert seen.any() and without.daily["orders"].sum() < warm.daily["orders"].sum()
    assert warm.minds["fit"][0][seen].mean() > cold.minds["fit"][0][cold.minds["seen"][0] > 0].mean()
    assert warm.minds["slow"][0][seen].mean() > without.minds["slow"][0][seen].mean()


# ---- feedback ------------------------------------------------------------------------------------------------------------

ASK = ("strategy.feedback.reports=12", "market.feedback.needed=500")


def test_without_reports_what_they_could_mend_changes_nothing() -> None:
    assert same(run(*SMALL), run(*SMALL, "market.feedback.flaws=0.5", "market.feedback.needed=1", "market.feedback.lag=0"))


def test_needed_complaints_mend_63_per_cent_and_all_is_never_mended() -> None:
    assert feedback.mended(0.03, 3000.0, 3000.0) == pytest.approx(0.03 * (1 - 1 / np.e))
    assert feedback.mended(0.03, 0.0, 3000.0) == 0.0 and feedback.mended(0.03, 1e6, 3000.0) <= 0.03
    assert feedback.reliability(0.0, 0.08) == 1.0 and feedback.reliability(0.08, 0.08) == pytest.approx(0.5)


def test_reports_are_asked_at_their_rate_and_booked_to_the_fen() -> None:
    result = run(*TALKATIVE, *ASK)
    reports = int(result.daily["reports"][1:, 0].sum())
    owners = result.stocks[30::30, 0, 5:7].sum()  # five monthly readings
    agrees("reports", reports, 12 / 365 * 30 * owners, np.sqrt(reports), 0.25 * reports)
    assert int(result.books["fen"][result.books["purpose"] == PURPOSE["care"]].sum()) == reports * 5000


def test_what_is_learnt_raises_the_satisfaction_of_new_cars_and_a_lag_delays_it() -> None:
    now, late = run(*TALKATIVE, *ASK, "market.feedback.lag=0"), run(*TALKATIVE, *ASK, "market.feedback.lag=24")
    without = run(*TALKATIVE)
    assert now.outcomes["satisfaction"] > without.outcomes["satisfaction"]
    assert late.outcomes["satisfaction"] == without.outcomes["satisfaction"]


def test_a_dealers_survey_hides_complaints_from_the_maker() -> None:
    direct, dealer = (run(*TALKATIVE, *ASK, "market.feedback.hidden=1", name=name) for name in ("direct", "dealer_4s"))
    shares = [one.daily["complaints"].sum() / one.daily["reports"].sum() for one in (direct, dealer)]
    assert 0 < shares[1] < 0.4 * shares[0]


# ---- all together --------------------------------------------------------------------------------------------------------


def test_the_order_of_storage_decides_nothing_of_what_owners_say() -> None:
    everything = (*TALKATIVE, *HOUSES, *ASK, REWARD, CLUB, "strategy.feedback.community=1", "market.ties.strong=0.5")
    scenario = load("direct", [*everything, "market.word_of_mouth.network=scale_free"])
    lives = []
    for rows in (np.arange(5000), np.arange(5000)[::-1]):
        result = simulate(scenario, 1, start=start_up_with(scenario, rows, friends=True))
        by = np.argsort(result.people["id"])
        lives.append((result.people["satisfaction"][by], result.minds["member"][0][by], result.minds["seen"][0][by], result.daily))
    (satisfaction, member, seen, daily), other = lives
    assert member.any() and seen.any()
    assert np.array_equal(satisfaction, other[0], equal_nan=True) and np.array_equal(member, other[1]) and np.array_equal(seen, other[2])
    assert all(np.array_equal(daily[name], other[3][name]) for name in daily.dtype.names)
