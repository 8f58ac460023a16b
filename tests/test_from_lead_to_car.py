"""From a lead to a car, day by day in small busy markets: what must be true at every outlet's door, desk and floor."""

from collections.abc import Iterator

import numpy as np
import pytest
from worlds import any_scenario, laid_on

from experiments import load
from sim import Stage, simulate, start_up
from sim.books import MAKER, PURPOSE, RETAILER
from sim.day import judge_retailers, live
from sim.network import close_outlet
from sim.records import LONGEST_REFILL, NO_NEED, T
from sim.replication import begin
from sim.world import World
from tests.figures import record_figure

BUSY = [
    "market.consumers=80", "market.households=null", "market.weight=1", "market.days=60", "market.start=given", "market.need.open_share=1",
    "market.need.mean=1", "market.need.rival_days=300", "market.initial.consideration=0.4", "market.initial.intent=0.3",
    "market.initial.aware=0.1", "market.initial.interest=0.1", "market.initial.owner=0.05", "market.initial.lost=0",
    "market.tiers.tier1.cities=1", "market.tiers.tier2.cities=1", "market.tiers.tier3.cities=1", "market.drivers.distance=1000",
    "market.waits.seeks=0.2", "market.waits.seeks_intent=0.2", "market.waits.returns=0.2", "market.word_of_mouth.talk=0",
    "strategy.outlets.tier1=1", "strategy.outlets.tier2=1", "strategy.outlets.tier3=1", "strategy.exposure=0.00003",
]  # fmt: skip
MONTH_OF_DAYS = 30  # of the schedule


def busy(name: str = "dealer_4s", *overrides: str):
    """A shipped strategy with three outlets in a market of 80 people, most of whom shop."""
    return load(name, laid_on(BUSY, *overrides))


def lived(scenario, seed: int = 1) -> Iterator[tuple[World, dict]]:
    """The world after each day, and what of it there was before."""
    world = begin(scenario, start_up(scenario, seed), 1)
    for _ in range(scenario.market.days):
        before = {"people": world.people.copy(), "outlets": world.outlets.copy(), "brands": world.brands.copy()}
        live(world)
        yield world, before


@pytest.mark.parametrize("weight", [1, 2])
def test_stock_is_what_it_was_and_what_came_less_what_left(weight: int) -> None:
    """Cars refilled and taken back come, cars promised from stock go, and of the people who are not simulated each buyer takes one."""
    scenario = busy("dealer_4s", f"market.weight={weight}", "market.waits.cancels=0.1", "strategy.outlet.planned_sales=30")
    sold = cancelled = 0
    for world, before in lived(scenario):
        who, was, outlets = world.people, before["people"], len(world.outlets)
        today = who["from_stock"] & (who["order_day"] == world.day)
        back = was["from_stock"] & (was["order"] == 0) & (who["order"] < 0) & (who["car_day"] == world.day) & (who["car"] != 0)
        come = before["outlets"]["arriving"][:, world.day % LONGEST_REFILL]
        left = [np.bincount(rows["order_outlet"][chosen], minlength=outlets) for rows, chosen in ((who, today), (was, back))]
        expected = (before["outlets"]["stock"] + come - left[0] + left[1]).sum() - world.tally[0, T["background_orders"]]
        assert world.outlets["stock"].sum() == expected
        assert (before["outlets"]["stock"] > 9).all()
        sold, cancelled = sold + today.sum(), cancelled + back.sum()
    assert sold > 10 and cancelled > 2


def test_refilled_cars_come_on_the_day_they_were_ordered_for() -> None:
    ordered: dict[int, np.ndarray] = {}
    for world, before in lived(busy("dealer_4s", "market.delivery.refill_days=5")):
        come = before["outlets"]["arriving"][:, world.day % LONGEST_REFILL]
        assert (come == ordered.get(world.day, 0 * come)).all()
        ordered[world.day + 5] = world.outlets["ordered"] - (before["outlets"]["ordered"] - come)


@pytest.mark.parametrize("name, built", [("direct", 7), ("dealer_4s", 30)])
def test_every_car_comes_on_the_day_that_was_promised(name: str, built: int) -> None:
    days = {"built_days": built, "stock_days": 3, "swap_days": 9}
    result = simulate(busy(name, "market.waits.cancels=0", *(f"market.delivery.{k}={v}" for k, v in days.items())), 2, "all")
    told = result.journeys
    for consumer in np.unique(result.orders["consumer"]):
        mine = told[told["consumer"] == consumer]
        signed, came = (mine["day"][mine["event"] == event] for event in ("buys", "takes delivery"))
        assert set(came[: signed.size] - signed[: came.size]) <= ({built} if name == "direct" else {3, 9})
    assert (told["event"] == "takes delivery").sum() > 10


def test_no_outlet_meets_more_people_than_its_room_nor_drives_more_than_its_cars() -> None:
    """Room is what the people there can hold, and what was left of a meeting yesterday."""
    scenario, full = busy("dealer_4s", "strategy.outlet.staff=1", "strategy.outlet.meetings=0.7", "market.weight=3"), 0
    for world, before in lived(scenario):
        room = np.floor(before["outlets"]["slack"] + before["outlets"]["capacity"] + 1e-9)
        met = world.outlets["served"] - before["outlets"]["served"]
        assert (met <= room).all()
        full += int(((met == room) & (met > 0)).sum())
    assert full > 20
    told = simulate(
        busy("dealer_4s", "strategy.outlet.demo_cars=1", "market.meeting.drives_per_car=1", "market.meeting.drives=1"), 1, "all"
    ).journeys
    driven = told[told["event"] == "test drives"]
    a_day = np.unique(np.stack([driven["outlet"], driven["day"]]), axis=1, return_counts=True)[1]
    shown = told[(told["event"] == "meets") & (told["from_stage"] == Stage.CONSIDERATION)]
    assert a_day.max() == 1 and shown.size > driven.size > 5


def test_leads_that_nobody_answers_die_in_silence() -> None:
    told = simulate(busy("dealer_4s", "strategy.selling.answered_fast=0", "strategy.selling.never_answered=1", "market.initial.owner=0",
                         "market.leads.silence=6"), 1, "all").journeys  # fmt: skip
    assert not (told["event"] == "lead answered").any() and not (told["event"] == "arrives").any()
    for consumer in np.unique(told["consumer"]):
        mine = told[told["consumer"] == consumer]
        opened, died = (mine["day"][mine["event"] == event] for event in ("leaves lead", "lead dies"))
        assert all(0 <= end - begin <= 6 for begin, end in zip(opened, died, strict=False))
    assert (told["event"] == "lead dies").sum() > 20


ANSWERED = [
    "strategy.selling.answered_fast=1",
    "strategy.selling.never_answered=0",
    "market.leads.attempt_reaches=1",
    "market.leads.floor=1",
]


def test_who_walks_in_is_no_lead_of_low_intent() -> None:
    """Walk-ins at INTEREST make appointments where leads of low intent make none; what an advertisement brought is of low intent."""
    always = [*ANSWERED, "market.leads.appointment=1", "market.leads.low_intent=0", "market.initial.interest=0.8",
              "market.initial.consideration=0", "market.initial.intent=0", "market.waits.seeks_curious=0.3"]  # fmt: skip
    told = simulate(busy("dealer_4s", *always), 1, "all").journeys
    early = told[np.isin(told["event"], ["lead answered", "makes appointment"]) & (told["from_stage"] == Stage.INTEREST)]
    assert (early["event"] == "makes appointment").sum() == (early["event"] == "lead answered").sum() > 10


def test_owners_keep_appointments_as_owners_do_and_others_as_others() -> None:
    missed = [
        *ANSWERED, "market.leads.shows=0", "market.leads.owner_shows=1", "market.waits.looks_again=0.5", "market.initial.owner=0.5",
        "market.initial.interest=0.05", "market.initial.aware=0.05", "market.initial.consideration=0.2", "market.initial.intent=0.2",
    ]  # fmt: skip
    result = simulate(busy("dealer_4s", *missed), 1, "all")
    assert result.daily["shows"].sum() > 5 and result.daily["appointments"].sum() > result.daily["shows"].sum()
    assert (result.orders["repeat"] | (result.orders["lead_day"] < 1)).all()


def test_who_went_home_undecided_comes_back() -> None:
    hesitant = ["market.meeting.presentation_lost=0", "market.meeting.closing_lost=0", "market.meeting.presentation=0.2"]
    told = simulate(busy("dealer_4s", *hesitant, "market.waits.returns=0.5"), 1, "all").journeys
    times = np.unique(told["consumer"][told["event"] == "meets"], return_counts=True)[1]
    assert (times > 2).sum() > 5


def test_who_stays_a_night_in_line_may_leave_on_the_next() -> None:
    """Whoever is not met leaves with the same chance every evening, not for once or never."""
    crowded = ["strategy.outlet.staff=1", "strategy.outlet.meetings=0.1", "market.meeting.abandons=0.5", "market.meeting.abandoned_lost=0"]
    told, nights = simulate(busy("dealer_4s", *crowded), 1, "all").journeys, []
    for consumer in np.unique(told["consumer"][told["event"] == "leaves queue"]):
        mine = told[told["consumer"] == consumer]
        arrived, left = (mine["day"][mine["event"] == event] for event in ("arrives", "leaves queue"))
        nights += [int(day - arrived[arrived <= day].max()) for day in left]
    assert nights.count(0) > 10 and sum(night >= 1 for night in nights) > 5


def test_buyers_expect_what_was_paid_last_month() -> None:
    paid: list[tuple[int, float]] = []
    told = 0
    for world, _ in lived(busy("dealer_4s", "market.days=62")):
        signed = world.people["order_day"] == world.day
        if world.day % MONTH_OF_DAYS == 1 and paid:
            for tier in {tier for tier, _ in paid}:
                mean = np.mean([price for where, price in paid if where == tier])
                assert world.brands["expected_price"][0, tier] == pytest.approx(mean, abs=0.02)
                told += 1
            paid.clear()
        paid += [(int(world.outlets["tier"][o]), float(price)) for o, price in
                 zip(world.people["order_outlet"][signed], world.people["order_price"][signed], strict=True)]  # fmt: skip
    assert told >= 2


@pytest.mark.parametrize("rule", ["top_up", "close"])
def test_retailers_who_lose_are_topped_up_once_or_close_the_idlest_outlet_after_two_years(rule: str) -> None:
    scenario = busy("dealer_4s", f"strategy.participation={rule}", "strategy.outlets.tier1=3")
    world = begin(scenario, start_up(scenario, 1), 1)
    mine = np.flatnonzero(world.outlets["tier"] == 0)
    world.outlets["meetings"][mine] = [5, 2, 9]
    for _ in range(2):
        world.ledger.fill(0)
        world.earned[0, 0] = -700
        judge_retailers(world, [])
        support = world.ledger[0, 0, PURPOSE["support"], MAKER, RETAILER]
        assert support == (700 if rule == "top_up" else 0) and world.ledger.sum() == support and not world.earned.any()
    assert world.outlets["open"][mine].tolist() == ([True] * 3 if rule == "top_up" else [True, False, True])


def test_an_outlet_that_closes_hands_its_cars_on() -> None:
    scenario = busy("dealer_4s", "strategy.outlets.tier1=2")
    world = begin(scenario, start_up(scenario, 1), 1)
    before = world.outlets["stock"].sum()
    close_outlet(world, 0, 0)
    assert world.outlets["open"].sum() == 3 and world.outlets["stock"].sum() == before
    assert (world.outlets["stock"][~world.outlets["open"]] == 0).all()


def test_every_owner_owns() -> None:
    """Whoever is at OWNER or ADVOCATE drives our car or waits for it; whoever waits for one has no open need."""
    for k in range(12):
        result = simulate(any_scenario(np.random.default_rng(k)), k)
        who, stage = result.people, result.minds["stage"][0]
        owners = (stage == Stage.OWNER) | (stage == Stage.ADVOCATE)
        assert ((who["car"] == 0) | (who["order"] == 0))[owners].all()
        assert (who["need_since"][who["order"] == 0] == NO_NEED).all()
        record_figure("owners looked at", int(owners.sum()))
