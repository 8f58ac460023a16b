"""Personas and personalisation: shares, media, taste, price; that all alike changes nothing; messages bounded by data."""

import math

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PURPOSE
from sim.chance import luck_of
from sim.outcomes import by_home, by_persona
from sim.people import affinities, draw_people, draw_personas
from sim.replication import start_up
from sim.rules.touchpoints import personal
from sim.scenario import PERSONAS, Market
from tests.worlds import agrees, fingerprints

SMALL = ["market.consumers=3000", "market.days=120", "market.start_days=30"]


@pytest.fixture(scope="module")
def alike():
    return simulate(load("direct", SMALL), 2)


def test_there_are_five_personas_in_the_shares_of_the_case() -> None:
    market, n = load("personas").market, 20_000
    drawn = draw_personas(market, np.arange(n), luck_of(1))
    assert len(PERSONAS) == 5
    for k, name in enumerate(PERSONAS):
        share = getattr(market.personas, name).size
        assert abs((drawn == k).mean() - share) <= 5 * math.sqrt(share * (1 - share) / n)


def test_a_persona_meets_more_of_its_media_and_wants_what_it_wants() -> None:
    plain, market, ids, luck = load("direct").market, load("personas").market, np.arange(5000), luck_of(1)
    tech = draw_personas(market, ids, luck) == 0
    ratio = affinities(market, ids, luck, 0) / affinities(plain, ids, luck, 0)
    assert ratio[tech, 3] == pytest.approx(1.5) and ratio[tech, 0] == pytest.approx(1.0)
    one, two = draw_people(plain, 5000, luck, 0), draw_people(market, 5000, luck, 0)
    assert two["taste"][tech, 0] - one["taste"][tech, 0] == pytest.approx(0.3, abs=1e-6)
    assert two["price_sensitivity"][tech] / one["price_sensitivity"][tech] == pytest.approx(0.8, rel=1e-6)
    assert two["autonomy"].min() >= 0 and two["autonomy"].max() <= 1 and two["autonomy"][tech].mean() > one["autonomy"][tech].mean()


def test_personas_that_are_alike_change_no_bit_whatever_their_sizes(alike) -> None:
    sizes = [f"market.personas.{name}.size={k}" for k, name in enumerate(PERSONAS)]
    other = simulate(load("direct", [*SMALL, *sizes]), 2)
    assert (other.people["persona"] != alike.people["persona"]).any()
    one, two = fingerprints(alike), fingerprints(other)
    assert {name for name in one if one[name] != two[name]} == {"people"}
    same = [name for name in alike.people.dtype.names if name != "persona"]
    assert all(np.array_equal(alike.people[k], other.people[k], equal_nan=alike.people[k].dtype.kind == "f") for k in same)


def test_a_message_is_as_personal_as_the_data_allow() -> None:
    assert personal(0.0, 1.0, 0.5) == 1.0 and personal(0.8, 0.0, 0.5) == 1.0
    assert personal(0.8, 1.0, 0.5) == 1.4 and personal(0.8, 0.2, 0.5) == personal(0.5, 0.2, 0.5) == 1.1


@pytest.mark.parametrize("off", ["strategy.personalisation.known=0", "market.personas.message_gain=0"])
def test_personal_messages_for_nobody_or_of_no_gain_change_no_life(off: str, alike) -> None:
    other = simulate(load("direct", [*SMALL, "strategy.personalisation.level=1", off]), 2)
    one, two = fingerprints(alike), fingerprints(other)
    assert {name for name in one if one[name] != two[name]} <= {"books"}


def test_personal_messages_warm_those_they_are_made_for_and_cost_what_they_cost(alike) -> None:
    start = start_up(load("direct", SMALL), 2)
    lever = ["strategy.personalisation.level=1", "strategy.personalisation.known=2", "market.personas.message_gain=0.5"]
    other = simulate(load("direct", [*SMALL, *lever]), 2, start=start)
    known = alike.people["persona"] < 2
    warmer = (other.minds["slow"] - alike.minds["slow"])[0]
    assert warmer[known].mean() > 10 * abs(warmer[~known].mean())
    paid = other.books["fen"][other.books["purpose"] == PURPOSE["personalisation"]].sum()
    assert abs(paid - 2e6 * 100 * 120 / 365 / other.weight) <= 1 + 120e-6


def test_outcomes_by_persona_and_by_tier_add_up(alike) -> None:
    for told in (by_persona(alike), by_home(alike)):
        assert sum(one["orders"] for one in told.values()) == pytest.approx(alike.outcomes["orders"])
        assert sum(one["people"] for one in told.values()) == pytest.approx(3000 * alike.weight)


def test_the_mean_person_is_as_sensitive_to_price_as_the_numbers_say() -> None:
    market = Market()
    people = draw_people(market, 20_000, luck_of(1, 0), 0)
    spread = math.sqrt(math.expm1(market.drivers.price_spread**2))  # of a lognormal of mean 1
    agrees("price sensitivity", people["price_sensitivity"].mean(), 1.0, spread / math.sqrt(people.size), 0.02)
