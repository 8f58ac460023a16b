"""What the engine promises whatever the numbers: nobody is lost, money closes, same luck, locality, order, monotony.

Any scenario means `worlds.any_scenario`: a third of all numbers drawn inside their bounds.
"""

import json
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import t as student
from worlds import ALONE, Z, agrees, any_scenario, bits, days_of, fingerprints, small, start_up_with, words

from experiments import load
from sim import Stage, simulate, start_up
from sim.books import MICRO, PARTIES, PARTY, PURPOSE, balance
from sim.chance import luck_of, uniform
from sim.day import live
from sim.network import running_costs
from sim.records import LEAD_NONE
from sim.replication import enter
from sim.scenario import TIERS, tier_terms
from sim.sleep import wake_everybody
from sim.stages import MOVES
from tests.figures import record_figure

LEGAL = np.zeros((len(Stage), len(Stage)), bool)
for _from, _to in (pair for pairs in MOVES.values() for pair in pairs):
    LEGAL[_from, _to] = True
STRATEGIES = ("direct", "agency", "dealer_4s", "hybrid")
BUSY = ["market.need.mean=1", "market.need.rival_days=300", "market.drivers.distance=100", "strategy.pull=0.5"]  # many orders of few people


def busy(name: str, *overrides: str, n: int = 2000, weight: float = 3.0):
    """A shipped strategy where few people buy a lot: budgets of a market of their size, desks and stocks that are hard pressed."""
    size = n * weight / 3e6
    scenario = load(name, [
        f"market.consumers={n}", f"market.weight={weight}", "market.households=null", f"strategy.exposure={size}",
        "strategy.outlet.staff=2",
        "strategy.outlet.meetings=0.5", "strategy.outlet.planned_sales=3", "strategy.outlet.demo_cars=1", *BUSY, *overrides,
    ])  # fmt: skip
    return replace(scenario, neutral=replace(scenario.neutral, exposure=size))


def yuan_to_fen(yuan: float) -> int:
    """Whole fen, to the nearest."""
    return math.floor(yuan * 100 + 0.5)


# ---- nobody is lost, money closes ----------------------------------------------------------------------------------------


def nobody_is_lost(result) -> None:
    """Stocks sum to N, only legal moves happen, one a day and mind at most."""
    n = result.scenario.market.consumers
    assert (result.stocks.sum(axis=2) == n).all() and (result.stocks >= 0).all()
    assert np.array_equal(np.bincount(result.minds["stage"][0], minlength=len(Stage)), result.stocks[-1, 0])
    change = result.flows.sum(axis=2) - result.flows.sum(axis=3)
    assert np.array_equal(np.diff(result.stocks, axis=0), change[1:])
    assert not result.flows[0].any() and not result.flows.sum(axis=(0, 1))[~LEGAL].any()
    moved = result.journeys[result.journeys["from_stage"] != result.journeys["to_stage"]]
    assert np.unique(np.stack([moved["consumer"], moved["day"]]), axis=1).shape[1] == moved.size == result.flows.sum()


def everything_is_a_number(result) -> None:
    """No NaN or infinity where somebody lives by it."""
    for records, may_lack in ((result.people, {"satisfaction"}), (result.minds, {"distance"}), (result.orders, set())):
        for name in records.dtype.names:
            if name not in may_lack:
                assert np.isfinite(records[name].astype(float)).all(), name
    assert np.isfinite(result.people["satisfaction"][result.people["car"] == 0]).all()
    assert (result.orders["price"] > 0).all()


def the_queue_closes(result) -> None:
    """Whoever arrives is met, leaves, is called away, or still stands in line; nobody else is met."""
    in_line: set[int] = set()
    count = dict.fromkeys(("arrives", "meets", "leaves queue"), 0)
    for line in result.journeys[np.argsort(result.journeys["day"], kind="stable")]:
        who, event = int(line["consumer"]), line["event"]
        if event in count:
            count[event] += 1
        if event == "arrives":
            assert who not in in_line
            in_line.add(who)
        elif event in ("meets", "leaves queue"):
            in_line.remove(who)
        elif event in ("lead dies", "buys"):
            in_line.discard(who)
    queued = result.minds["queued"][0]
    assert in_line == set(result.people["id"][queued].tolist()) and len(in_line) == result.daily["waiting"][-1].sum()
    for event, name in (("arrives", "arrivals"), ("meets", "meetings"), ("leaves queue", "abandoned")):
        assert count[event] == result.daily[name].sum()


def leads_close(result) -> None:
    """Every lead opened is over, or open at the end."""
    told = result.journeys
    mind = result.minds[0]
    events, who = told["event"], told["consumer"]
    opened = np.bincount(who[events == "leaves lead"], minlength=mind.size)
    died = np.bincount(who[events == "lead dies"], minlength=mind.size)
    assert opened.sum() == result.daily["leads"].sum() + result.daily["repeat_leads"].sum()
    assert result.opened.sum() == result.daily["leads"].sum()
    sold = np.bincount(result.orders["consumer"][result.orders["lead_day"] >= 1], minlength=mind.size)
    still = ((mind["lead"] != LEAD_NONE) & (mind["lead_day"] >= 1)).astype(int)
    old = died + sold + still - opened  # leads of the uncounted days that end now
    assert ((old == 0) | (old == 1)).all()


def money_closes(result) -> None:
    """Revenue is what delivered cars were sold for; parties' balances sum to zero; running costs are the planned ones."""
    books, told = result.books, result.journeys
    assert ((books["payer"] >= 0) & (books["payer"] < len(PARTIES)) & (books["payee"] >= 0) & (books["payee"] < len(PARTIES))).all()
    assert (books["payer"] != books["payee"]).all() and (books["fen"] != 0).all()
    assert sum(balance(books, party) for party in PARTIES) == 0
    assert ((books["day"] >= 1) & (books["day"] <= result.scenario.market.days)).all()
    delivered = 0
    for order in result.orders:
        mine = told[(told["consumer"] == order["consumer"]) & (told["day"] >= order["day"])]
        later = mine["event"][np.isin(mine["event"], ["takes delivery", "cancels"])]  # what became of it first
        delivered += yuan_to_fen(order["price"]) if later.size and later[0] == "takes delivery" else 0
    paid = books["fen"][books["purpose"] == PURPOSE["vehicle_revenue"]].sum() - books["fen"][books["purpose"] == PURPOSE["discount"]].sum()
    assert paid == delivered
    assert result.outcomes["revenue"] == pytest.approx(paid / 100 * result.weight)
    running_costs_are_the_planned_ones(result)


def running_costs_are_the_planned_ones(result) -> None:
    """Rent, operations, wages, training, media, head office over the horizon: the plan, to the fen of each account."""
    scenario, days = result.scenario, result.scenario.market.days
    plan, strategy, scale = scenario.strategy.outlet, scenario.strategy, 100.0 * days / 365.0 / scenario.weight
    owed: dict[tuple[int, str, str], float] = {}
    staffed = strategy.hiring.rule == "fixed" and strategy.hiring.vacant_days == 0
    taught = 1.0 if strategy.training.length is None else min(1.0, strategy.training.length / days)
    paid = strategy.incentive.order + strategy.incentive.satisfied
    for t, terms in enumerate(tier_terms(strategy)):
        count = getattr(strategy.outlets, TIERS[t])
        for purpose, yuan, planned in (
            ("rent", count * plan.rent, True), ("operations", count * plan.operations, True),
            ("wages", count * (plan.staff + plan.support) * plan.wage, staffed and paid == 0),
            ("training", count * plan.staff * strategy.training.hours * strategy.training.cost * taught, staffed),
        ):  # fmt: skip
            if planned and strategy.rollout.rule == "at_once":
                owed[t, purpose, terms.pays_outlet] = yuan * scale
    touchpoints = (getattr(strategy.touchpoints, name) for name in vars(strategy.touchpoints))
    content = strategy.content_cost * max(0.0, strategy.content_quality - 1)
    media = sum(t.budget for t in touchpoints if t.intensity is None) * strategy.exposure
    owed[3, "media", "maker"] = (media + content) * scale
    owed[3, "head_office", "maker"] = strategy.head_office * scale
    books = result.books
    for (tier, purpose, party), fen in owed.items():
        mine = books[(books["tier"] == tier) & (books["purpose"] == PURPOSE[purpose]) & (books["payer"] == PARTY[party])]
        bought = purpose == "training" and strategy.policy.kind == "train"  # on top of the plan
        paid = int(mine["fen"].sum())
        assert paid > fen - 2 if bought else abs(paid - fen) <= 1 + 1e-6 * days + 1e-12 * fen, purpose


def stock_is_counted(result) -> None:
    """No outlet has less than no cars, and what it waits for is what is on the way."""
    assert (result.outlets["stock"] >= 0).all()
    assert np.array_equal(result.outlets["ordered"], result.outlets["arriving"].sum(axis=1))


def keeps_every_promise(result) -> None:
    """All that holds for every valid scenario."""
    for promise in (nobody_is_lost, everything_is_a_number, the_queue_closes, leads_close, money_closes, stock_is_counted):
        promise(result)
    record_figure("scenarios", 1)


@pytest.mark.parametrize("block", range(10))
def test_any_scenario_keeps_every_promise(block: int) -> None:
    for k in range(20 * block, 20 * block + 20):
        keeps_every_promise(simulate(any_scenario(np.random.default_rng(k)), k, "all"))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_ten_thousand_scenarios_keep_every_promise(block: int) -> None:
    for k in range(1000 + 490 * block, 1000 + 490 * (block + 1)):
        keeps_every_promise(simulate(any_scenario(np.random.default_rng(k)), k, "all"))


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_shipped_strategy_keeps_every_promise(name: str) -> None:
    result = simulate(busy(name, "market.days=200", "market.start_days=60"), 5, "all")
    assert result.orders.size > 100 and result.daily["abandoned"].sum() > 20
    keeps_every_promise(result)


def test_running_costs_of_a_world_are_whole_micro_fen() -> None:
    world = start_up(small("agency"))
    costs = running_costs(world, world.scenario.strategy)
    assert costs.dtype == np.int64 and costs.sum() > MICRO


# ---- the same luck ---------------------------------------------------------------------------------------------------------


def same_lives(one, other, *apart: str) -> None:
    """Every record bit-equal, but those named."""
    a, b = fingerprints(one), fingerprints(other)
    assert {name for name in a if a[name] != b[name]} <= set(apart)
    record_figure("pairs of runs", 1)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_against_itself_under_another_name_differs_in_no_bit(name: str) -> None:
    scenario = small(name)
    twin = scenario.with_strategy(replace(scenario.strategy, label="Somebody else"), "other")
    one, other = simulate(scenario, 3, 50), simulate(twin, 3, 50)
    same_lives(one, other)
    assert json.dumps(one.outcomes) == json.dumps(other.outcomes)


def test_two_strategies_from_one_start_live_as_from_their_own() -> None:
    scenarios = [small(name) for name in ("direct", "dealer_4s")]
    start = start_up(scenarios[0], 4)
    before = bits(start.people), bits(start.minds), bits(start.staff)
    shared = [simulate(scenario, 4, start=start) for scenario in scenarios]
    assert (bits(start.people), bits(start.minds), bits(start.staff)) == before
    for scenario, result in zip(scenarios, shared, strict=True):
        same_lives(result, simulate(scenario, 4))


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits(threads: int) -> None:
    for name in ("direct", "dealer_4s"):
        scenario = small(name)
        same_lives(simulate(scenario, 6, "all"), simulate(scenario, 6, "all", threads=threads))


def test_a_tracked_life_is_the_same_life() -> None:
    scenario = small("hybrid")
    same_lives(simulate(scenario, 2), simulate(scenario, 2, 100), "people", "journeys")
    assert (simulate(scenario, 2).minds == simulate(scenario, 2, 100).minds).all()


def test_the_days_of_a_world_are_the_days_of_a_replication() -> None:
    scenario, world = small("agency"), None
    for world in days_of(scenario, seed=3):  # noqa: B007
        pass
    result = simulate(scenario, 3)
    assert bits(world.minds) == bits(result.minds) and bits(world.people) == bits(result.people)


PRICE_WAR = "market.events=[{driver: rival_pressure, start: 20, factor: 3, length: 20, ramp: 5}]"

LOUD = ("market.drivers.goodwill=4", "strategy.pull=-4", *(f"strategy.touchpoints.{k}.lift=0.9" for k in ("video", "social", "store")))
TURN = "market.drift={pace: 360, away: comfort, toward: technology}"
LIVELY = {
    "price war": ("direct", PRICE_WAR),
    "contacts that count": ("direct", *LOUD),
    "weighed daily": ("direct", "market.review_days=1", *LOUD),
    "tastes turn": ("direct", TURN, "strategy.attributes={comfort: 1, technology: -1}"),
    "a product follows": ("direct", TURN, "strategy.attributes={comfort: 1, technology: -1}", "strategy.policy.kind=adapt"),
    "a partner": ("direct", "strategy.partnership={form: joint_technology, fit: 0.8}"),
}


@pytest.mark.parametrize("words", [*((name,) for name in STRATEGIES), *LIVELY.values()], ids=[*STRATEGIES, *LIVELY])
def test_sleep_changes_no_life(words: tuple[str, ...]) -> None:
    """Whoever is woken every day lives as one who sleeps, but for the rounding of clocks that are wound on by several days at once."""
    scenario = small(*words)
    slept, woken = enter(scenario, start := start_up(scenario, 6), 1), enter(scenario, start, 1)
    asleep = 0
    for _ in range(scenario.market.days):
        for world in (slept, woken):
            live(world)
        asleep += int((slept.wakes > slept.day + 1).sum())
        wake_everybody(woken)
        assert (slept.flow == woken.flow).all() and (slept.ledger == woken.ledger).all()
    wake_everybody(slept)
    assert asleep > 0.7 * slept.people.size * scenario.market.days
    assert (slept.minds["contacts"] == woken.minds["contacts"]).all() and (slept.contacts == woken.contacts).all()
    assert bits(slept.minds["fast"]) == bits(woken.minds["fast"]) and bits(slept.minds["touched"]) == bits(woken.minds["touched"])
    assert np.allclose(slept.minds["advance"], woken.minds["advance"], rtol=1e-5, atol=1e-5)


def test_a_journey_has_room_for_the_first_day_of_a_loud_plan() -> None:
    loud = small("direct", "market.consumers=300", "market.days=3", "strategy.touchpoints.video.intensity=100")
    journeys = simulate(loud, 1, "all").journeys
    assert np.sum((journeys["day"] == 1) & (journeys["event"] == "sees touchpoint")) > 300 * 16 + 4096


@pytest.mark.parametrize("days", [1, 30])
def test_weighing_a_brand_anew_more_or_less_often_hardly_changes_anything(days: int) -> None:
    """Hazards that stand for a week are as high on average as those of every day: orders and awareness agree within the paired error."""
    changed = []
    for seed in range(6):
        usual, other = (simulate(busy("direct", *FULL, f"market.review_days={k}"), seed) for k in (7, days))
        changed.append((other.orders.size / usual.orders.size - 1, other.outcomes["awareness"] / usual.outcomes["awareness"] - 1))
    orders, awareness = np.array(changed).T
    agrees(f"orders, weighed every {days} days", orders.mean(), 0.0, orders.std(ddof=1) / math.sqrt(6), 0.15)
    agrees(f"awareness, weighed every {days} days", awareness.mean(), 0.0, awareness.std(ddof=1) / math.sqrt(6), 0.02)


OFF = {
    "a touchpoint that meets nobody": (["strategy.touchpoints.event.attention=1", "strategy.touchpoints.event.lead=1"], []),
    "a touchpoint of no intensity": (["strategy.touchpoints.event.intensity=0"], []),
    "no exposure": (["strategy.exposure=0"], ["strategy.touchpoints.store.intensity=0", *(
        f"strategy.touchpoints.{k}.budget=0" for k in ("video", "social", "search", "vertical"))]),
    "a network of silent friends": (["market.word_of_mouth.talk=0", "market.word_of_mouth.network=none"], ["market.word_of_mouth.talk=0"]),
    "a network of random silent friends": (
        ["market.word_of_mouth.talk=0", "market.word_of_mouth.network=random"], ["market.word_of_mouth.talk=0"]),
    "the share of a frailty of 0": (["market.frailty=0", "market.frailty_person=0.9"], ["market.frailty=0"]),
    "the peak of a season of 0": (["market.season=0", "market.season_peak=10"], ["market.season=0"]),
    "autonomy that nothing needs": (
        ["market.search.rate=0", "market.waits.decides=0", "market.waits.orders_online=0", "market.search.informed_after=1"],
        ["market.search.rate=0", "market.waits.decides=0", "market.waits.orders_online=0"]),
}  # fmt: skip


@pytest.mark.parametrize("what", OFF)
def test_what_is_off_changes_no_bit(what: str) -> None:
    one, other = (simulate(small("direct", *overrides), 7) for overrides in OFF[what])
    same_lives(one, other, "books") if what.startswith("no exposure") else same_lives(one, other)


# a driver that is moved while its weights are 0: nobody's life changes
NO_FIT = [f"market.{k}=0" for k in ("drivers.fit", "drivers.fit_curious", "meeting.fit", "bargain.worth", "satisfaction.fit")]
NO_GOODWILL = [f"market.{k}=0" for k in ("drivers.goodwill", "drivers.goodwill_seeks", "waits.forgets_goodwill")]
NO_PRICE = [f"market.{k}=0" for k in ("drivers.price", "meeting.price")]
NO_SKILL = [f"market.{k}=0" for k in ("meeting.skill", "bargain.skill", "satisfaction.care")]
NO_SATISFACTION = [f"market.{k}=0" for k in ("drivers.satisfaction", "waits.recommends_satisfaction", "word_of_mouth.valence")]
NO_PRESSURE = [f"market.{k}=0" for k in ("meeting.pressure", "satisfaction.pressure", "workforce.turnover_pressure")]
UNFELT = {
    "fit": ("dealer_4s", NO_FIT, ["strategy.attributes.technology=2", "market.ownership.familiarity=0"]),
    "goodwill": ("agency", NO_GOODWILL, ["strategy.touchpoints.video.lift=0.9", "market.goodwill.fast_half_life=3"]),
    "price": ("direct", NO_PRICE, ["strategy.list_price=300000", "market.drivers.price_spread=1"]),
    "skill": ("dealer_4s", NO_SKILL, ["strategy.skill.closing=2", "strategy.skill.care=2", "strategy.training.hours=100"]),
    "satisfaction": ("agency", NO_SATISFACTION, ["market.satisfaction.spread=0.3", "market.satisfaction.envy=5"]),
    "pressure": ("dealer_4s", NO_PRESSURE, ["strategy.terms.pressure=0"]),
    "test drives": ("agency", ["market.meeting.drive_odds=1"], ["market.meeting.drives=0"]),
    "waiting": ("agency", ["market.meeting.waiting=0"], ["market.satisfaction.waiting=1"]),
    "content": ("direct", ["market.search.lift=0"], ["strategy.content_quality=9"]),
    "money": ("hybrid", [], ["strategy.head_office=1", "strategy.terms.commission=0.5", "strategy.outlet.wage=1", "market.capital_rate=1"]),
}


@pytest.mark.parametrize("driver", UNFELT)
def test_a_weight_of_zero_switches_its_driver_off(driver: str) -> None:
    name, weights, moved = UNFELT[driver]
    one, other = simulate(small(name, *weights), 8), simulate(small(name, *weights, *moved), 8)
    assert np.array_equal(one.flows, other.flows)
    assert one.flows.sum() > 300


@pytest.mark.parametrize("driver", [k for k in UNFELT if k not in ("money", "content", "waiting", "test drives")])
def test_with_its_weights_the_same_driver_is_felt(driver: str) -> None:
    name, _, moved = UNFELT[driver]
    longer = ["market.days=240", "market.consumers=6000"]
    one, other = simulate(small(name, *longer), 8), simulate(small(name, *longer, *moved), 8)
    assert not np.array_equal(one.flows, other.flows)


# ---- one consumer's fate is his own --------------------------------------------------------------------------------------

LONELY = [*words(ALONE), "market.consumers=1000", "market.days=120", "market.start_days=40", *BUSY]


def lonely(*overrides: str):
    """A scenario in which nobody's day changes another's, on both sides of the start."""
    scenario = load("direct", [*LONELY, *overrides])
    return replace(scenario, neutral=replace(scenario.strategy, label="neutral"))


def by_id(result) -> tuple[np.ndarray, np.ndarray]:
    """People and minds in the order of ids."""
    order = np.argsort(result.people["id"])
    return result.people[order], result.minds[:, order]


def lives_are_equal(one, other) -> int:
    """How many consumers, known by id, lived and ended in different bits."""
    (people, minds), (people_too, minds_too) = by_id(one), by_id(other)
    common = np.isin(people["id"], people_too["id"])
    common_too = np.isin(people_too["id"], people["id"])
    differ = np.zeros(common.sum(), bool)
    for a, b in ((people[common], people_too[common_too]), (minds[0][common], minds_too[0][common_too])):
        for name in a.dtype.names:
            x, y = (np.ascontiguousarray(v[name]).view(np.uint8).reshape(v.size, -1) for v in (a, b))
            differ |= (x != y).any(axis=1)
    record_figure("lives compared", differ.size)
    return int(differ.sum())


def test_a_consumer_more_changes_nobody() -> None:
    for seed in range(4):
        one, other = (simulate(lonely(f"market.consumers={n}"), seed) for n in (1000, 1001))
        assert lives_are_equal(one, other) == 0
    assert one.orders.size > 20


@pytest.mark.parametrize("seeds", [range(6), pytest.param(range(6, 100), marks=pytest.mark.slow)])
def test_a_consumer_less_changes_nobody(seeds: range) -> None:
    scenario = lonely()
    for seed in seeds:
        full = simulate(scenario, seed)
        busiest = full.orders["consumer"][0] if full.orders.size else 0
        rows = np.flatnonzero(np.arange(1000) != busiest)
        assert lives_are_equal(full, simulate(scenario, seed, start=start_up_with(scenario, rows, seed))) == 0


CROWDED = {
    "friends": ["market.word_of_mouth.network=complete", "market.word_of_mouth.talk=0.5"],
    "one desk": ["strategy.outlets.tier1=1", "strategy.outlets.tier2=1", "strategy.outlets.tier3=1", "strategy.outlet.staff=1"],
    "a mean price": ["strategy.retail_format=dealer_4s"],
}


@pytest.mark.parametrize("why", CROWDED)
def test_where_consumers_meet_a_buyers_absence_is_felt(why: str) -> None:
    overrides = [*CROWDED[why], *(["strategy.outlet.meetings=0.3"] if why == "one desk" else [])]
    scenario, felt = lonely(*overrides), 0
    for seed in range(4):
        full = simulate(scenario, seed)
        rows = np.flatnonzero(np.arange(1000) != full.orders["consumer"][0])
        felt += lives_are_equal(full, simulate(scenario, seed, start=start_up_with(scenario, rows, seed)))
    assert felt > 0


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_order_of_storage_does_not_matter(name: str) -> None:
    scenario = busy(name, "market.days=120", "market.start_days=60", "market.word_of_mouth.network=none")
    straight = simulate(scenario, 9)
    shuffled = simulate(scenario, 9, start=start_up_with(scenario, np.random.default_rng(1).permutation(2000), 9))
    assert straight.orders.size > 30
    assert lives_are_equal(straight, shuffled) == 0
    for records in ("stocks", "flows", "daily", "opened", "books", "outlets", "staff"):
        assert bits(getattr(straight, records)) == bits(getattr(shuffled, records)), records


def test_the_order_of_storage_does_not_matter_to_the_last_car_in_stock() -> None:
    """Online orders of one day and the meetings take cars from one floor: who gets the last one is no matter of rows."""
    scenario = busy(
        "dealer_4s", "market.days=120", "market.start_days=60", "market.word_of_mouth.network=none", "strategy.terms.online=30",
        "market.waits.orders_online=0.1", "strategy.terms.stock_months=0.2", "market.delivery.refill_days=60",
    )  # fmt: skip
    for seed in range(8):
        shuffled = start_up_with(scenario, np.random.default_rng(seed).permutation(2000), seed)
        assert lives_are_equal(simulate(scenario, seed), simulate(scenario, seed, start=shuffled)) == 0


def test_the_order_of_storage_does_not_matter_to_friends() -> None:
    scenario, order = small("dealer_4s", "market.word_of_mouth.talk=0.3"), np.random.default_rng(2).permutation(3000)
    start = start_up_with(scenario, order, 9, friends=True)
    assert lives_are_equal(simulate(scenario, 9), simulate(scenario, 9, start=start)) == 0


# ---- monotony, with every rule on; without what races, in tests/test_monotone.py --------------------------------------------

FULL = ["market.days=240", "market.start_days=60"]
MORE = {
    "skill": ("dealer_4s", [f"strategy.skill.{k}=1" for k in ("discovery", "presentation", "closing")]),
    "exposure": ("direct", ["strategy.exposure=0.006"]),
    "fit": ("agency", ["strategy.attributes.technology=1"]),
}


@pytest.mark.parametrize("what", MORE)
def test_with_every_rule_on_more_of_it_sells_more(what: str) -> None:
    name, overrides = MORE[what]
    more = []
    for seed in range(12):
        base = busy(name, *FULL)
        start = start_up(base, seed)
        sold = simulate(base, seed, start=start).orders.size
        more.append(simulate(busy(name, *FULL, *overrides), seed, start=start).orders.size - sold)
    half_width = student.ppf(0.995, len(more) - 1) * np.std(more, ddof=1) / math.sqrt(len(more))
    print(f"{what}: {np.mean(more):.1f} ± {half_width:.1f} orders more than {sold}")
    assert np.mean(more) - half_width > 0


# ---- replications ----------------------------------------------------------------------------------------------------------


def test_another_seed_or_replication_is_another_life() -> None:
    scenario = small("agency", "market.consumers=500")
    seen = {bits(simulate(scenario, seed, replication=k).flows) for seed in (0, 1, 2) for k in (0, 1, 2)}
    assert len(seen) == 9


def test_neighbouring_seeds_and_replications_are_uncorrelated() -> None:
    n = 20_000
    for pair in pairwise([(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]):
        one, other = (np.array([uniform(luck_of(seed, k), 36, i, 0) for i in range(n)]) for seed, k in pair)
        assert abs(np.corrcoef(one, other)[0, 1]) < Z / math.sqrt(n)
    first = np.array([uniform(luck_of(1, k), 30, 0, 0) for k in range(n)])
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < Z / math.sqrt(n)
    assert abs(first.mean() - 0.5) < Z / math.sqrt(12 * n)


def contacts_by_seed(count: int) -> np.ndarray:
    """How many got interested in a month, by seed."""
    scenario = load("direct", ["market.consumers=300", "market.days=30", "market.start=given"])
    return np.array([simulate(scenario, seed).flows[:, 0, Stage.AWARE, Stage.INTEREST].sum() for seed in range(count)], float)


def test_outcomes_of_neighbouring_seeds_are_uncorrelated() -> None:
    x = contacts_by_seed(60)
    record_figure("correlation of 60 seeds", f"{np.corrcoef(x[1:], x[:-1])[0, 1]:.3f}")
    assert x.std() > 0 and abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 3.9 / math.sqrt(59)


@pytest.mark.slow
def test_outcomes_of_a_thousand_neighbouring_seeds_are_uncorrelated() -> None:
    x = contacts_by_seed(1001)
    record_figure("correlation of 1,001 seeds", f"{np.corrcoef(x[1:], x[:-1])[0, 1]:.3f}")
    assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 0.123
