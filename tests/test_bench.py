"""The benchmark measures what it says: rivals live by the same rules, parts come to figures, aims stand on the page; nothing is timed."""

import json
from types import ModuleType

import numpy as np
import pytest

from bench import bandwidth, cores, full_race, growth, lab, pairing, phases, waiting
from bench.figures import Aim, spread
from bench.full_story import compare, first_day, full_rules
from bench.mesa_full import FullModel
from bench.numpy_daily import DailyMaskModel
from bench.numpy_masks import MaskModel
from bench.page import KEPT, PAGE, PARTS, markdown, read
from bench.side_by_side import DAILY, DAILY_MASKS, KEYED, MASKS, race, shared_rules
from bench.turns import ENGINE, MANY, STAGES, TWO, paired_z, times
from experiments.files import shelf
from sim.compiled import njit
from sim.day import live
from sim.records import HALF_YEAR, OUTLET
from sim.replication import start_up
from sim.rules import consideration, queueing
from sim.scenario import scenario_from
from sim.world import World
from tests.worlds import Z

PEOPLE, DAYS = 100_000, 90
EDGE = 0.01  # of a share: so many people tell stories apart that differ by as much


@pytest.fixture(scope="module")
def lived() -> tuple[World, np.ndarray]:
    """People as drawn, and their stages after some months of the engine."""
    start = start_up(shared_rules(PEOPLE), 1)
    world = start.copy()
    for _ in range(DAYS):
        live(world)
    return start, world.minds["stage"][0].astype(int)


def stages_by_masks(model: MaskModel) -> np.ndarray:
    """Stages after as many days of NumPy."""
    for _ in range(DAYS):
        model.step()
    return model.stage.astype(int)


# ---- the rivals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [MaskModel, DailyMaskModel])
def test_masks_tell_the_story_of_the_engine(model: type[MaskModel], lived: tuple[World, np.ndarray]) -> None:
    start, here = lived
    there = stages_by_masks(model(start, 1))
    noise = max(np.sqrt(np.mean((there == k) != (here == k)) / PEOPLE) for k in range(len(STAGES)))
    assert np.abs(paired_z(there, here)).max() < Z and Z * noise < EDGE
    assert np.mean(here != start.minds["stage"][0]) > 0.1  # there is a story


@pytest.mark.parametrize("model", [MaskModel, DailyMaskModel])
def test_masks_with_another_attention_tell_another_story(model: type[MaskModel], lived: tuple[World, np.ndarray]) -> None:
    start, here = lived
    masks = model(start, 1)
    masks.attention = 1.5 * masks.attention
    assert np.abs(paired_z(stages_by_masks(masks), here)).max() > Z


def test_everybody_in_a_race_lives_the_same_people() -> None:
    found = race(1_500, 2, (ENGINE, TWO, DAILY, KEYED, DAILY_MASKS, MASKS))
    assert found["same"][TWO] == 1.0  # a thread more changes no life
    assert found["same"][KEYED] > 0.995  # the same luck: but for what 32 bits round otherwise
    assert found["same"][DAILY] > 0.7 and np.abs(found["z"][DAILY]).max() < Z
    assert np.abs(found["z"][DAILY_MASKS]).max() < Z and np.abs(found["z"][MASKS]).max() < Z
    assert all(len(blocks["processor"]) == 2 for blocks in found["nanoseconds"].values())


def test_a_ratio_is_the_rivals_time_over_the_engines() -> None:
    spent = {ENGINE: {"processor": [10.0, 20.0], "wall": [11.0, 21.0]}, TWO: {"processor": [10.0, 20.0], "wall": [5.0, 10.0]}}
    slow = {DAILY: {"processor": [1000.0] * 3, "wall": [2000.0] * 3}}
    found = {"races": [{"consumers": 100, "nanoseconds": spent | slow}, {"consumers": MANY, "nanoseconds": spent}]}
    assert times(found, DAILY, ENGINE, 100) == [100.0, 50.0]
    assert times(found, DAILY, TWO, 100) == [400.0, 200.0]
    assert times(found, DAILY, TWO, MANY, 100) == [400.0, 200.0]
    assert times(found, MASKS, ENGINE, 100) == [] == times(found, DAILY, ENGINE, 7)


# ---- the full default rules in Mesa ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full() -> World:
    """A world of the full default rules on its first day."""
    return first_day(3_000, 1)


@njit
def hazards_of_all(people, minds, brand, day, fade, market_, out):
    """The engine's hazards (n, 3) of advancing, leaving and seeking a salesperson, of everybody."""
    for i in range(people.size):
        mind = minds[i]
        price, online = brand.expected_price[mind.shop_tier], brand.terms[mind.shop_tier].online
        out[i] = consideration.stage_hazards(people[i], mind, price, online, brand.plan.pull, day, fade, market_[0])


def test_mesa_weighs_a_brand_as_the_engine_does(full: World) -> None:
    model, engine = FullModel(full), np.zeros((full.people.size, 3))
    shoppers = [who for who in model.people if 1 <= who.stage <= 4]
    model.day = 40
    for who in shoppers:
        who.weigh()
    hazards_of_all(full.people, full.minds[0], full.brands[0], 40, full.fade, full.market, engine)
    rows = [who.id for who in shoppers]
    assert len(rows) > 1_000 and {who.stage for who in shoppers if who.in_need} >= {1, 2, 3}
    np.testing.assert_allclose([(who.advance, who.leave, who.seek) for who in shoppers], engine[rows], rtol=1e-5)


def test_mesa_expects_as_many_of_the_unsimulated_as_the_engine(full: World) -> None:
    world, model = full.copy(), FullModel(full)
    rng = np.random.default_rng(1)
    for day in range(1, 30):  # whoever comes is told to both
        model.day = world.day = day
        model.begin_day()
        queueing.forget_oldest(world.outlets, world.brands, day)
        for o in rng.integers(0, len(model.shops), 3):
            model.shops[o].count_visit()
            world.outlets["recent"][o] += 1
            world.outlets["visits"][o, day % HALF_YEAR] += 1
            world.brands["visits"][0, world.outlets["tier"][o], day % HALF_YEAR] += 1
            world.brands["weekday"][0, day % 7] += 1
    model.forecast()
    tiers = world.outlets["tier"]
    of_tier = np.bincount(tiers, world.outlets["recent"], 3).astype(np.int64)
    recent, rhythm = [queueing.visits_of_month(world.brands[0], t, day) for t in range(3)], queueing.rhythm_of(world.brands[0], day)
    engine = [queueing.expect_background(of_tier[t], recent[t], rhythm, world.outlets[o], day, world.weight) for o, t in enumerate(tiers)]
    assert min(engine) > 0.0 and world.outlets.dtype == OUTLET
    np.testing.assert_allclose([outlet.expected() for outlet in model.shops], engine, rtol=1e-12)


def test_mesa_with_the_full_rules_tells_the_story_of_the_engine() -> None:
    found = compare(4_000, 30, range(1, 7))
    assert np.abs(found["z"]).max() < Z
    seen = {"contacts": 0.03, "good_messages": 0.3, "bad_messages": 0.4, "searches": 0.4, "needs": 0.6, "leads": 0.6, "services": 1.0}
    for name, edge in seen.items():  # counts of events that hardly depend on each other: Poisson
        engine, mesa = np.sum(found["totals"][name], axis=1)
        noise = np.sqrt(engine + mesa)
        assert abs(mesa - engine) < Z * noise < edge * engine, name
    for name in ("rent", "operations", "wages", "media", "head_office"):  # what does not hang on luck, but for fen not booked yet
        engine, mesa = np.array(found["totals"][name])
        assert np.abs(mesa - engine).max() < 0.03


def test_in_mesa_too_nobody_hears_where_nobody_talks_and_nobody_buys_where_nobody_comes() -> None:
    never = {"orders_online": 0.0}, {"shows": 0.0, "owner_shows": 0.0}
    market = {"word_of_mouth": {"talk": 0.0}, "workforce": {"turnover": 0.0}, "waits": never[0], "leads": never[1]}
    scenario = scenario_from(market | {"consumers": 2_000, "start_days": 0}, {}, {})
    model = FullModel(start_up(scenario, 1), 1)
    for _ in range(30):
        model.step()
    tally = sum((day for day, *_ in model.history), type(model.tally)())
    assert tally["leads"] and tally["appointments"] and tally["needs"]
    assert not {"good_messages", "bad_messages", "quits", "arrivals", "meetings", "orders", "background_arrivals"} & set(tally)


@pytest.mark.parametrize("strategy", [{"retail_format": "dealer_4s"}, {"training": {"hours": 40}}, {"omnichannel": {"integration": 0.5}}])
def test_mesa_refuses_a_scenario_in_which_a_rule_it_leaves_out_is_at_work(strategy: dict) -> None:
    with pytest.raises(ValueError, match="at work: "):
        FullModel(start_up(scenario_from({"consumers": 300, "start_days": 0}, strategy, strategy), 1))


def test_the_full_rules_are_raced_with_nothing_switched_off() -> None:
    found = json.loads(json.dumps(full_race.measure(True)))
    (one,) = found["races"]
    assert full_rules(30_000) == scenario_from({"consumers": 30_000}, {}, {})
    assert one["same"][TWO] == 1.0 and all(np.abs(one["z"][name]).max() < Z for name in (full_race.FULL, full_race.THRIFTY))
    for table in full_race.tables(found):
        assert table.rows and {len(row) for row in table.rows} == {len(table.head)}, table.title
    assert full_race.AIMS[0].values({"full": found}) == [] == full_race.AIMS[0].values({})


# ---- every part in its tiniest version -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs() -> list[pairing.Pair]:
    """Every shipped comparison."""
    return pairing.shipped(pairing.TINY)


@pytest.fixture(scope="module")
def measured(pairs: list[pairing.Pair]) -> dict[str, dict]:
    """What the parts find, as JSON has it; the races are lived above, and `large` is `growth` once more."""
    parts = {"phases": phases, "cores": cores, "bandwidth": bandwidth, "growth": growth, "waiting": waiting}
    found = {name: part.measure(True) for name, part in parts.items()}
    return json.loads(json.dumps(found | {"luck": pairing.of_pairs(pairs[-2:], 4)}))


def test_every_part_makes_tables_and_can_be_held_against_its_aims(measured: dict[str, dict]) -> None:
    for name, found in measured.items():
        part: ModuleType = PARTS[name]
        for table in part.tables(found):
            assert table.rows and {len(row) for row in table.rows} == {len(table.head)}, table.title
        assert {aim.verdict(found) for aim in part.AIMS} <= {"reached", "not reached", "not measured", "stated"}


def test_the_phases_of_a_day_add_up_to_it(measured: dict[str, dict]) -> None:
    (one,) = measured["phases"]["sizes"]
    for cost in one["nanoseconds"].values():
        for k, total in enumerate(cost[phases.TOTAL]):
            assert sum(cost[phase][k] for phase in (*phases.PHASES, phases.REST)) == pytest.approx(total)
            assert cost["the consumers' day"][k] > 0 and cost["selling"][k] > 0


def test_threads_and_processes_come_to_the_same_bits(measured: dict[str, dict]) -> None:
    assert all(one["same"] for name in ("phases", "cores") for one in measured[name]["sizes"])


def test_a_speed_up_with_other_bits_is_none() -> None:
    seconds = {cores.ONE: [2.0], cores.THREADS: [1.5], cores.SIDE: [1.0]}
    sizes = [{"consumers": cores.README_SIZE, "days": 1, "seconds": seconds, "same": same} for same in (True, False)]
    assert cores.side_by_side({"sizes": sizes}) == [2.0, 0.0]


def test_a_first_run_that_does_not_say_that_it_compiles_never_ends() -> None:
    assert waiting.compiling({"first_run": {"seconds": [9.0, 1.0], "says": 1.0}}) == [9.0]
    assert waiting.compiling({"first_run": {"seconds": [9.0, 1.0], "says": None}}) == [np.inf]


def test_the_fingerprint_of_a_life_tells_two_lives_apart() -> None:
    assert cores.life(300, 5, 0, 1) == cores.life(300, 5, 0, 2) != cores.life(300, 5, 1, 1)


def test_the_bytes_that_a_day_touches_are_those_of_who_is_awake() -> None:
    world = start_up(shared_rules(100), 1)
    records = bandwidth.hot(world.people) + bandwidth.hot(world.minds)
    assert bandwidth.touched(world, 0) == 400
    assert bandwidth.touched(world, 10) == 400 + 10 * (2 * records + 8)


def test_records_are_touched_where_they_lie() -> None:
    records = np.zeros(4, [("a", "u4"), ("b", "u4"), ("c", "u4")])
    words = bandwidth.words_of(records)
    bandwidth.touch(words, np.array([1, 3]), 2)
    assert words.tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0], [1, 1, 0]]


@pytest.mark.parametrize("power", [0.9, 1.0, 1.2])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    rng = np.random.default_rng(1)
    runs = [{"consumers": n, "peak": 5 * n**power * np.exp(0.01 * rng.normal())} for n in (10, 100, 1000, 10_000)]
    low, middle, high = growth.exponent(runs, "peak")
    assert low < power < high and middle == pytest.approx(power, abs=0.01)


def test_memory_of_a_life_grows_with_its_people(measured: dict[str, dict]) -> None:
    assert all(one["peak"] >= 0 and one["network"] > 0 for one in measured["growth"]["runs"])


def test_the_command_line_was_read_to_its_end(measured: dict[str, dict]) -> None:
    found = measured["waiting"]
    (one,) = found["comparison"]
    assert 0 < one["first"] <= one["seconds"] and one["answers"] >= 1
    assert len(found["first_run"]["seconds"]) == 2


def test_a_line_is_found_with_its_time() -> None:
    lines = [(0.5, "compiling the rules"), (2.0, "A less B: 310 ± 420"), (3.0, "95 % interval 100 to 200"), (4.0, "")]
    assert (waiting.first(lines, waiting.COMPILES), waiting.first(lines, waiting.ANSWER)) == (0.5, 2.0)
    assert waiting.first(lines[2:], waiting.COMPILES) is None


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="unknown verb"):
        waiting.said(("no-such-verb",))


# ---- common random numbers -----------------------------------------------------------------------------------------------


def test_every_shipped_case_is_among_the_comparisons(pairs: list[pairing.Pair]) -> None:
    names = [pair.name.split(" against ")[0] for pair in pairs]
    assert set(shelf([])["case"]) <= set(names) and {"agency", "dealer_4s"} <= set(names)
    assert len(names) == len(shelf([])["case"]) + 8  # two strategies, two bases, two outcomes


def test_luck_in_common_can_take_away_no_more_than_the_variances_allow() -> None:
    rng, pair = np.random.default_rng(2), pairing.Pair("a", "orders", shared_rules(10), shared_rules(10))
    before = rng.normal(size=200)
    for after in (0.1 * before, 0.1 * before + 0.1 * rng.normal(size=200), before + rng.normal(size=200)):
        s, t = before.std(ddof=1), after.std(ddof=1)
        found = pairing.of_pair(pair, before, after)
        assert pairing.most(found) == pytest.approx((s**2 + t**2) / (s - t) ** 2, rel=1e-6)
        assert found["reduction"][1] <= pairing.most(found) * (1 + 1e-6)
    together = pairing.of_pair(pair, before, 0.1 * before)
    assert together["reduction"][1] == pytest.approx(1.01 / 0.81)


def test_one_lever_is_one_group_of_the_strategy(pairs: list[pairing.Pair]) -> None:
    levers = {pair.name.split(" against ")[0]: pair.levers for pair in pairs}
    assert levers["interaction"] == ["interaction"] and levers["bad_press"] == ["market"] and len(levers["tesla_like"]) > 1


def test_the_worth_of_shared_luck_is_as_reckoned_by_hand() -> None:
    before, after = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0, 4.0, 6.0])
    pair = pairing.Pair("a", "orders", shared_rules(10), shared_rules(10))
    found = pairing.of_pair(pair, before, after)
    assert found["reduction"][1] == pytest.approx((2.5 + 3.7) / 0.2) and found["n"] == 5
    low, r, high = found["correlation"]
    assert low < r < high and np.arctanh(high) - np.arctanh(r) == pytest.approx(1.96 / np.sqrt(2), abs=1e-3)
    assert pairing.of_pair(pair, before, before + 1)["reduction"] is None


def test_bootstrap_intervals_of_a_reduction_hold_the_truth() -> None:
    rng, held, times = np.random.default_rng(1), 0, 200
    for _ in range(times):
        shared, own = rng.normal(size=30), rng.normal(size=(2, 30)) / 2
        before, after = shared + own[0], shared + own[1]
        low, _, high = pairing.resampled(1.0, before, after)
        held += low < 2.5 / 0.5 < high
    holds = 0.93  # of 3,000 such intervals; those of a bootstrap over 30 pairs are a little too narrow
    assert abs(held / times - holds) < Z * np.sqrt(holds * (1 - holds) / times)


# ---- the page ------------------------------------------------------------------------------------------------------------


def test_every_aim_stands_on_the_page_measured_or_not() -> None:
    page = markdown({})
    aims = [aim for part in PARTS.values() for aim in part.AIMS]
    assert all(f"| {aim.goal} | {aim.words} |  | not measured |" in page for aim in aims)
    assert len({aim.goal for aim in aims}) == len(aims)


def test_an_aim_is_reached_by_the_median_of_its_blocks() -> None:
    most, least = (Aim("a", 5, "ns", lambda found: found["blocks"], at_least=one) for one in (False, True))
    assert (most.verdict({"blocks": [1, 4, 9]}), least.verdict({"blocks": [1, 4, 9]})) == ("reached", "not reached")
    assert most.measured({"blocks": [1.0, 4.0, 9.0]}) == "4.00 (1.00 to 9.00) ns" and most.words == "≤ 5 ns"
    assert most.verdict({}) == most.verdict({"blocks": []}) == "not measured"
    assert Aim("a", None, "", lambda found: found["blocks"]).verdict({"blocks": [3]}) == "stated"
    assert spread([1234.5]) == "1,234"


def test_the_page_is_made_of_the_figures_that_are_kept() -> None:
    assert KEPT.exists() and PAGE.read_text(encoding="utf-8") == markdown(read())


LAB = {
    "clients": [[{"look": 0.1, "movie": 0.5, "answer": 2.0}, {"look": 0.2, "movie": 0.7}]],
    "memory": [90, 100, 100, 100, 101],
    "attack": {"requests": 100, "wrong": ["one"], "health": [1.0, 2.0], "floods": 100, "alive": True},
}
SEEN = {
    "first": [300.0],
    "drag 365": {"first": [50.0, 60.0], "whole": [80.0, 90.0]},
    "drag 730": {"first": [60.0], "whole": [90.0]},
    "drag on": {"first": [50.0], "whole": [70.0]},
    "frames": {"between": [16.0, 17.0], "script": [1.0]},
}


@pytest.mark.parametrize("found", [LAB, LAB | SEEN], ids=["where there is no browser", "where there is one"])
def test_the_lab_is_told_as_far_as_it_was_measured(found: dict) -> None:
    assert all({len(row) for row in table.rows} == {len(table.head)} for table in lab.tables(found))
    verdicts = {aim.goal: aim.verdict(found) for aim in lab.AIMS}
    assert (
        verdicts["lab, hostile requests not refused"] == "not reached" and verdicts["lab, 10 clients at once, each answered"] == "reached"
    )
    assert (verdicts["lab, first useful paint"] == "reached") == ("first" in found)


def test_a_move_is_answered_by_the_first_question_after_it() -> None:
    seen = {"moved": [0.0, 5.0, 12.0, 30.0], "asked": [1.0, 10.0, 20.0]}
    painted, parts = [[1, 9.0], [2, 19.0], [3, 29.0]], [[1, 11.0], [2, 14.0], [3, 26.0], [3, 28.0]]  # one of the first comes late
    assert lab.answered(seen, painted) == [9.0, 14.0, 17.0]  # nobody has asked for the last
    assert lab.answered(seen, [*parts, *painted]) == [9.0, 9.0, 14.0]
