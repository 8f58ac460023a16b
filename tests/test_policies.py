"""Drift, measurement, policies, interaction, data analysis: scalar rules, what is off changes nothing, what is decided by which figures."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from experiments import load
from sim import simulate
from sim.books import PARTIES, PARTY, PURPOSE, balance
from sim.day import live
from sim.records import BRAND, CREDIT, CREDITED, FIGURES, KEPT, RATE, SPENT, TRIES, WANTS
from sim.replication import Result, enter, start_up
from sim.rules import drift, interaction, measurement, policy
from sim.scenario import CLOCKED, Drift, Market, Measurement, Policy, Replies
from sim.schema import fill, record_type
from sim.world import World
from tests.worlds import bits, fingerprints

SMALL = ("market.consumers=2000", "market.households=60000", "market.days=280", "market.start_days=30", "strategy.exposure=0.02")
BRISK = ("market.need.mean=1", "market.rival_pressure=0.3")  # many needs, many orders: small worlds then tell something
PROFILE = ("strategy.attributes.comfort=1", "strategy.attributes.technology=-1")
TURN = ("market.drift.pace=90",)
BAD = ("market.measurement.lag=3", "market.measurement.noise=0.5", "market.measurement.unseen=0.6")
GOOD = ("market.measurement.lag=0", "market.measurement.noise=0")
KINDS = ("reallocate", "train", "adapt")


def kind(name: str) -> str:
    """The override that gives the brand a policy."""
    return f"strategy.policy.kind={name}"


@cache
def world(*market: str, seed: int = 3) -> World:
    """The market of a few people after its uncounted days."""
    return start_up(load("direct", [*SMALL, *BRISK, *market]), seed)


@cache
def run(*overrides: str, seed: int = 3, threads: int = 1) -> Result:
    """A direct brand in the market of few people, lived once and kept."""
    market = [one for one in overrides if one.startswith("market.")]
    scenario = load("direct", [*SMALL, *BRISK, *overrides])
    return simulate(scenario, seed, start=world(*market, seed=seed), threads=threads)


def row(cls: type, **changes) -> np.record:
    """A group of numbers as the rules read it."""
    out = np.zeros(1, record_type(cls))
    fill(out[0], cls(**changes))
    return out[0]


def brand(**numbers) -> np.record:
    """A brand with a policy, no figures yet, and three paid touchpoints of 1000 yuan a year."""
    one = np.zeros(1, BRAND).view(np.recarray)[0]
    fill(one["plan"]["policy"], Policy(**numbers))
    one["planned"][:3] = one["touch"]["budget"][:3] = 1000.0
    one["known"][:3] = measurement.NEVER_SEEN
    return one


def reported(one: np.record, months: int, **figures) -> np.record:
    """The brand after `months` reports that all say the same; truth likewise. figures: first figure -> values."""
    for name, values in figures.items():
        first = {"credit": CREDIT, "spent": SPENT, "tries": TRIES, "rate": RATE, "wants": WANTS}[name]
        one["report"][KEPT - months :, first : first + len(values)] = values
    one["truth"], one["written"] = one["report"], months
    return one


# ---- drift ---------------------------------------------------------------------------------------------------------------


def test_tastes_turn_at_the_pace_from_the_start_day_until_the_turn_ends() -> None:
    p = row(Drift, pace=90.0, most=45.0, start=100)
    assert drift.angle_by(-30, p) == drift.angle_by(100, p) == 0.0
    assert drift.angle_by(100 + 73, p) == pytest.approx(math.radians(18))
    assert drift.angle_by(10_000, p) == pytest.approx(math.radians(45))


def test_a_turn_keeps_the_length_and_45_degrees_move_all_of_an_even_taste() -> None:
    assert drift.turned(0.25, 0.25, math.radians(45)) == pytest.approx((0.0, 0.25 * math.sqrt(2)))
    assert drift.turned(0.3, -0.1, 0.0) == (0.3, -0.1)
    for angle in np.linspace(0, 3, 7):
        assert math.hypot(*drift.turned(0.3, -0.1, angle)) == pytest.approx(math.hypot(0.3, -0.1))


def test_drift_turns_every_taste_alike_keeps_its_length_and_fit_follows_the_product() -> None:
    before, after = run(*PROFILE).people["taste"].astype(float), run(*PROFILE, *TURN).people["taste"].astype(float)
    assert np.allclose((before**2).sum(axis=1), (after**2).sum(axis=1), atol=1e-5)
    assert np.array_equal(before[:, 2:], after[:, 2:])
    last = 1 + 30 * ((280 - 1) // 30)
    angle = min(math.radians(45), math.radians(90 * last / 365))
    assert np.allclose(after[:, 0], before[:, 0] * math.cos(angle) + before[:, 1] * math.sin(angle), atol=1e-6)
    assert after[:, 1].mean() < 0.1 < 0.3 < after[:, 0].mean()
    one, other = run(*PROFILE).minds[0], run(*PROFILE, *TURN).minds[0]
    calm = (one["visits"] == other["visits"]).all(axis=1) & (one["meetings"].sum(axis=1) == 0) & (other["meetings"].sum(axis=1) == 0)
    calm &= run(*PROFILE).people["cars"] == run(*PROFILE, *TURN).people["cars"]
    assert calm.sum() > 200
    felt = (after - before) @ np.array([-1.0, 1.0, 0.0, 0.0])
    assert np.allclose((other["fit"] - one["fit"])[calm], felt[calm], atol=1e-4)


@pytest.mark.parametrize("off", ["market.drift.toward=comfort", "market.drift.start=1000", "market.drift.most=0"])
def test_a_drift_that_turns_nothing_changes_no_bit(off: str) -> None:
    assert fingerprints(run(*PROFILE)) == fingerprints(run(*PROFILE, *TURN, off))


def test_a_drift_turns_what_a_partnership_has_gained_too() -> None:
    joint = ("strategy.partnership.form=joint_technology", "strategy.partnership.fit=1", "strategy.partnership.ramp_days=10")
    stands, turns = run(*joint), run(*joint, *TURN)
    assert stands.brands[0]["attributes"][0] == pytest.approx(stands.outcomes["attribute_gain"]) and stands.outcomes["attribute_gain"] > 0.5
    assert turns.minds["fit"].mean() > stands.minds["fit"].mean() + 0.02


def test_an_average_product_does_not_feel_a_drift_and_one_with_a_profile_does() -> None:
    assert np.array_equal(run().orders, run(*TURN).orders)
    assert run(*PROFILE, *TURN).outcomes["product_mismatch"] > run(*PROFILE).outcomes["product_mismatch"] > 0.5
    assert run(*PROFILE, *TURN).orders.size < run(*PROFILE).orders.size
    assert run().outcomes["product_mismatch"] == 0.0


# ---- off -----------------------------------------------------------------------------------------------------------------


def test_numbers_of_policies_and_measurement_that_nobody_uses_change_no_bit() -> None:
    unused = ("strategy.policy.step=1", "strategy.policy.hours=300", "strategy.interaction.cost=100", "strategy.analysis.cost=1e9", *BAD)
    assert fingerprints(run()) == fingerprints(run(*unused, "market.replies.keeps=1"))


def test_data_analysis_without_a_policy_is_a_cost_and_nothing_else() -> None:
    one, other = run(), run("strategy.analysis.level=0.5", "strategy.analysis.cost=1e7")
    changed = {name for name, bits_ in fingerprints(one).items() if bits_ != fingerprints(other)[name]}
    assert changed == {"books"}
    assert other.outcomes["analysis_cost"] == pytest.approx(0.5e7 * 280 / 365, abs=1)
    assert one.outcomes["profit_channel"] - other.outcomes["profit_channel"] == pytest.approx(other.outcomes["analysis_cost"], abs=1)


@pytest.mark.parametrize(
    "nothing", [(kind("reallocate"), "strategy.policy.step=0"), (kind("reallocate"), "strategy.policy.floor=1"),
                (kind("train"), "strategy.policy.hours=0"), (kind("adapt"), "strategy.policy.pace=0")]
)  # fmt: skip
def test_a_policy_that_may_do_nothing_changes_no_bit(nothing: tuple[str, ...]) -> None:
    assert fingerprints(run(*TURN, *PROFILE)) == fingerprints(run(*TURN, *PROFILE, *nothing))


# ---- measurement ---------------------------------------------------------------------------------------------------------


def test_what_is_seen_found_late_and_mistaken() -> None:
    p = row(Measurement, unseen=0.5, found=0.4)
    assert measurement.seen_share(0.8, 0.0, p) == pytest.approx(0.4)
    assert measurement.seen_share(0.8, 0.5, p) == pytest.approx(0.4 + 0.6 * 0.2)
    assert measurement.seen_share(1.0, 0.7, row(Measurement, unseen=0.0, found=0.4)) == 1.0
    assert [measurement.delay(4, level) for level in (0.0, 0.3, 0.75, 1.0)] == [4, 3, 1, 0]
    assert measurement.error_size(0.2, 0.0, 0.0, 2000.0) == 0.2 and measurement.error_size(0.2, 1.0, 0.0, 2000.0) == 0.0
    assert measurement.error_size(0.2, 0.0, 2000.0, 2000.0) == pytest.approx(0.2 / math.sqrt(2))
    assert measurement.mistaken(0.0, 1, 1, 0, np.uint64(1)) == 1.0
    errors = np.log([measurement.mistaken(0.3, k, 1, 0, np.uint64(1)) for k in range(4000)])
    assert abs(errors.mean()) <= 5 * 0.3 / math.sqrt(4000) and errors.std() == pytest.approx(0.3, rel=5 / math.sqrt(8000))


def test_what_is_not_seen_is_taken_to_be_as_before() -> None:
    assert measurement.carried_on(0.5, 0.3, 1.0) == 0.5 and measurement.carried_on(0.5, 0.3, 0.0) == 0.3
    assert measurement.carried_on(0.5, 0.3, 0.25) == pytest.approx(0.35)


def test_an_unseen_journey_is_credited_to_the_last_touchpoint() -> None:
    def credited(first: int, last: int, sees: bool) -> list[tuple[int, float]]:
        credit = np.zeros(CREDITED)
        measurement.give_credit(credit, first, last, sees)
        return [(int(t), float(credit[t])) for t in np.flatnonzero(credit)]

    assert credited(0, 2, True) == [(0, 0.5), (2, 0.5)] and credited(0, 2, False) == [(2, 1.0)]
    assert credited(3, 3, True) == [(3, 1.0)]
    assert credited(1, 9, True) == [(1, 0.5), (CLOCKED, 0.5)] and credited(1, 9, False) == [(CLOCKED, 1.0)]
    assert credited(-1, -1, True) == [(CLOCKED, 1.0)]


def test_with_everything_seen_at_once_and_without_error_the_report_is_the_truth() -> None:
    for name in KINDS:
        one = run(kind(name), "strategy.analysis.level=1", *TURN, *PROFILE)
        (mine,) = one.brands
        assert mine["written"] == 9 and np.array_equal(mine["report"], mine["truth"]) and mine["truth"].any()
        assert one.outcomes["decision_error"] == 0.0
    assert math.isnan(run().outcomes["decision_error"])


def test_the_figures_are_what_happened() -> None:
    one = run(kind("reallocate"), *GOOD)
    (mine,) = one.brands
    days = slice(1, 271)
    assert mine["truth"][:, CREDIT:SPENT].sum() == (one.orders["day"] <= 270).sum()
    for k, (tried, good) in enumerate((("discoveries", "discovered"), ("presentations", "presented"), ("closings", "closed"))):
        tries = mine["truth"][:, TRIES + k]
        assert tries.sum() == one.daily[tried][days].sum()
        assert (tries * mine["truth"][:, RATE + k]).sum() == pytest.approx(one.daily[good][days].sum())
    met = one.daily["closed"].sum() + one.daily["online_orders"].sum()
    assert met == one.daily["orders"].sum() and one.daily["closings"].sum() > one.daily["closed"].sum()


def test_what_shoppers_want_is_known_by_who_asks() -> None:
    wants = run(kind("adapt"), *GOOD, *TURN, "strategy.policy.pace=0").brands[0]["truth"][KEPT - 9 :, WANTS:]
    angle = math.radians(90 * 211 / 365)  # what the eighth month has seen since its first day
    expected = 0.25 * (math.cos(angle) + math.sin(angle)), 0.25 * (math.cos(angle) - math.sin(angle))
    assert wants[7, :2] == pytest.approx(expected, abs=5 * 0.1 / math.sqrt(50)) and wants[0, :2] == pytest.approx((0.25, 0.25), abs=0.07)


def spread(name: str, *overrides: str, seeds: range = range(8)) -> np.ndarray:
    """The decision error of a policy in several markets."""
    return np.array([run(kind(name), *overrides, seed=seed).outcomes["decision_error"] for seed in seeds])


def falls(worse: np.ndarray, better: np.ndarray) -> bool:
    """Whether paired errors fall by more than three standard errors."""
    gaps = worse - better
    return bool(gaps.mean() > 3 * gaps.std(ddof=1) / math.sqrt(gaps.size))


@pytest.mark.parametrize("name", KINDS)
def test_the_error_of_decisions_falls_with_data_analysis(name: str) -> None:
    moving = (*TURN, *BAD)
    assert falls(spread(name, *moving), spread(name, *moving, "strategy.analysis.level=0.8"))


def test_the_error_of_decisions_falls_with_the_data_that_the_format_shows() -> None:
    for name in ("reallocate", "adapt"):
        dark, light = (spread(name, *TURN, *GOOD, f"strategy.terms.data_share={share}") for share in (0.2, 0.9))
        assert falls(dark, light)


def test_owners_reports_sharpen_what_the_product_is_adapted_by() -> None:
    deaf = ("market.feedback.flaws=0", *TURN, "market.measurement.lag=0", "market.measurement.noise=0.5", "market.measurement.reports=20")
    assert falls(spread("adapt", *deaf), spread("adapt", *deaf, "strategy.feedback.reports=12"))


# ---- reallocate ----------------------------------------------------------------------------------------------------------


def test_media_money_moves_from_the_least_to_the_most_return() -> None:
    budgets, floors = np.array([1000.0, 1000.0, 1000.0]), np.array([250.0, 250.0, 250.0])
    assert policy.moved(budgets, floors, np.array([1.0, 3.0, 2.0]), 0.1).tolist() == [700.0, 1300.0, 1000.0]
    assert policy.moved(budgets, floors, np.array([2.0, 2.0, 2.0]), 0.1).tolist() == budgets.tolist()
    nearly = np.array([260.0, 1740.0, 1000.0])
    assert policy.moved(nearly, floors, np.array([1.0, 3.0, 2.0]), 0.1).tolist() == [250.0, 1750.0, 1000.0]
    spent = np.array([250.0, 1750.0, 1000.0])  # the first has no more to give
    assert policy.moved(spent, floors, np.array([1.0, 3.0, 2.0]), 0.1).tolist() == [250.0, 2050.0, 700.0]
    assert policy.moved(floors, floors, np.array([1.0, 3.0, 2.0]), 0.1).tolist() == floors.tolist()


def test_reallocate_reads_orders_per_yuan_of_the_reports_that_have_come_in() -> None:
    one = reported(brand(kind="reallocate", step=0.1), 4, credit=[1.0, 4.0, 2.0], spent=[1000.0, 1000.0, 1000.0])
    one["report"][-1, CREDIT : CREDIT + 3] = (90.0, 0.0, 0.0)  # not in yet, at a lag of a month
    policy.reallocate(one, 1)
    assert one["touch"]["budget"][:3].tolist() == [700.0, 1300.0, 1000.0]
    silent = brand(kind="reallocate")
    policy.reallocate(silent, 0)
    assert silent["touch"]["budget"][:3].tolist() == [1000.0, 1000.0, 1000.0]


def test_reallocating_keeps_the_total_of_media_to_the_fen() -> None:
    one, other = run(), run(kind("reallocate"), "strategy.policy.step=0.2", *BAD)
    before, after = one.brands[0]["touch"]["budget"], other.brands[0]["touch"]["budget"]
    assert before.sum() == after.sum() and (after != before).sum() >= 2
    planned = other.brands[0]["planned"]
    assert (after >= 0.25 * planned - 1).all()
    media = [result.books["fen"][result.books["purpose"] == PURPOSE["media"]].sum() for result in (one, other)]
    assert media[0] == media[1]


# ---- train ---------------------------------------------------------------------------------------------------------------


def trained(now: float, past: float = 0.5, tries: float = 1e6, **numbers) -> float:
    """Hours a year that are bought after nine months of one conversion of closings and three of another."""
    one = reported(brand(kind="train", hours=40.0, **numbers), 12, tries=[tries] * 3, rate=[0.6, 0.5, past])
    one["report"][KEPT - 3 :, RATE + 2] = now
    policy.train(one, 0)
    return float(one["bought_hours"])


def test_train_buys_when_a_conversion_falls_and_not_otherwise() -> None:
    assert trained(0.44) == pytest.approx(40.0 * 365 / 30)
    assert trained(0.46) == trained(0.5) == trained(0.7) == 0.0
    assert trained(0.44, margin=0.2) == 0.0 < trained(0.39, margin=0.2)
    assert trained(0.44, tries=10) == 0.0 < trained(0.1, tries=10)


def test_train_buys_nothing_before_there_is_a_past() -> None:
    one = reported(brand(kind="train"), 3, tries=[1e6] * 3, rate=[0.1, 0.1, 0.1])
    policy.train(one, 0)
    assert one["bought_hours"] == 0.0


def test_training_that_a_policy_buys_is_paid() -> None:
    wakeful = (kind("train"), "strategy.policy.margin=0", "strategy.policy.sure=0")
    one = run(*wakeful)
    assert one.outcomes["training_cost"] > 0 and run(kind("train"), "strategy.policy.sure=10").outcomes["training_cost"] == 0
    assert one.staff["trained"].sum() > 0
    plan = one.scenario.strategy
    month = 30 * sum(vars(plan.outlets).values()) * plan.outlet.staff * plan.policy.hours * plan.training.cost / 30
    assert one.outcomes["training_cost"] / month == pytest.approx(round(one.outcomes["training_cost"] / month * 30) / 30, abs=1e-3)


# ---- adapt ---------------------------------------------------------------------------------------------------------------


def test_the_aim_is_as_pronounced_a_product_of_the_same_sum_that_points_where_demand_does() -> None:
    aim = policy.aim(np.array([-1.0, 1.0, 0.0, 0.0]), np.array([0.4, 0.1, 0.25, 0.25]), 1.0)
    assert aim == pytest.approx([1.0, -1.0, 0.0, 0.0])
    assert policy.aim(np.full(4, 0.5), np.array([0.4, 0.1, 0.25, 0.25]), 2.0) == pytest.approx(0.5 + np.array([1, -1, 0, 0]) * math.sqrt(2))
    even = policy.aim(np.array([-1.0, 1.0, 0.0, 0.0]), np.full(4, 0.25), 1.0)
    assert even.tolist() == [-1.0, 1.0, 0.0, 0.0]  # nothing is wanted more than anything else


def test_adapt_moves_toward_demand_at_its_pace_after_its_lead_time() -> None:
    one = reported(brand(kind="adapt", pace=3.65, lead=2, recent=3), 5, wants=[0.4, 0.1, 0.25, 0.25])
    one["attributes"] = (-1.0, 1.0, 0.0, 0.0)
    assert policy.adapt(one, 0) == pytest.approx(0.3)
    step = 0.3 / math.sqrt(2)
    assert one["pipeline"][2] == pytest.approx([step, -step, 0.0, 0.0])
    people, minds = run().people[:50].copy(), run().minds[:, :50].copy()
    fit = minds["fit"][0].astype(float)
    for _ in range(2):
        policy.renew_product(one, 0, people, minds)
        assert one["attributes"].tolist() == [-1.0, 1.0, 0.0, 0.0] and np.array_equal(minds["fit"][0], fit.astype(np.float32))
    policy.renew_product(one, 0, people, minds)
    assert one["attributes"] == pytest.approx([-1 + step, 1 - step, 0.0, 0.0]) and not one["pipeline"].any()
    gained = step * (people["taste"][:, 0].astype(float) - people["taste"][:, 1])
    assert minds["fit"][0] - fit == pytest.approx(gained, abs=1e-6)


def test_adapt_leaves_a_product_alone_that_suits_or_gains_too_little() -> None:
    for attributes, worth in (((1.0, -1.0, 0.0, 0.0), 0.0), ((-1.0, 1.0, 0.0, 0.0), 1.0)):
        one = reported(brand(kind="adapt", worth=worth + 1e-9), 5, wants=[0.4, 0.1, 0.25, 0.25])
        one["attributes"] = attributes
        assert policy.adapt(one, 0) == 0.0 and not one["pipeline"].any()
    assert policy.adapt(brand(kind="adapt"), 0) == 0.0  # no report yet


def test_a_product_that_follows_a_drift_ends_nearer_to_demand_and_is_paid_by_the_way() -> None:
    stays, follows = run(*PROFILE, *TURN), run(*PROFILE, *TURN, kind("adapt"), "strategy.policy.lead=1", *GOOD)
    assert follows.outcomes["product_mismatch"] < stays.outcomes["product_mismatch"]
    assert follows.outcomes["product_fit"] > stays.outcomes["product_fit"]
    (mine,) = follows.brands
    way = mine["attributes"] + mine["pipeline"].sum(axis=0) - np.array([-1.0, 1.0, 0.0, 0.0])
    assert np.isclose(way.sum(), 0.0) and 0.9 < follows.outcomes["development_cost"] / 50e6 / math.sqrt((way**2).sum()) < 1.5
    fitted = follows.people["taste"].astype(float) @ mine["attributes"].astype(float)
    unmet = (follows.minds["meetings"][0].sum(axis=1) == 0) & (follows.people["cars"] == 0) & (follows.people["car"] != 0)
    owned = follows.minds["fit"][0] - follows.minds["match"][0] - fitted
    assert np.allclose(owned[unmet], 0.0, atol=1e-4) or np.isclose(owned[unmet], 0.0, atol=1e-4).mean() > 0.9


# ---- interaction ---------------------------------------------------------------------------------------------------------


def test_replies_keep_a_part_of_what_would_fade() -> None:
    assert interaction.lasting(0.25, 0.0, 0.9) == 0.25 and interaction.lasting(0.25, 1.0, 0.2) == pytest.approx(0.4)
    assert interaction.lasting(0.25, 1.0, 1.0) == 1.0
    assert interaction.replies(1000.0, 20.0, 0.5, row(Replies, writes=0.01, asks=0.2)) == pytest.approx(0.5 * (10 + 4))


def test_interaction_raises_goodwill_and_costs_by_the_reply() -> None:
    one, other = run(), run("strategy.interaction.level=1", "market.replies.keeps=0.5")
    assert other.outcomes["goodwill"] > one.outcomes["goodwill"] and other.minds["slow"].mean() > one.minds["slow"].mean()
    half, whole = (run("market.replies.keeps=0", f"strategy.interaction.level={k}", "strategy.interaction.cost=10") for k in (0.5, 1))
    assert np.array_equal(half.orders, one.orders)  # replies that keep nothing change nothing but money
    assert whole.outcomes["interaction_cost"] == pytest.approx(2 * half.outcomes["interaction_cost"], rel=1e-3)
    touch, plan = one.brands[0]["touch"], load("direct", SMALL).strategy
    contacts = sum(touch[t]["budget"] / touch[t]["cost"] * touch[t]["on_target"] for t in interaction.ONLINE) * plan.exposure * 280 / 365
    searches = one.daily["searches"][1:].sum() * one.weight
    p = Market().replies
    assert whole.outcomes["interaction_cost"] == pytest.approx(10 * (p.writes * contacts + p.asks * searches), rel=1e-3)


# ---- together ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_a_policy_changes_the_brand_never_the_scenario_and_the_books_close(name: str) -> None:
    scenario = load("direct", [*SMALL, *BRISK, *PROFILE, *TURN, *BAD, kind(name), "strategy.interaction.level=1"])
    before = repr(scenario)
    result = simulate(scenario, 3, start=world(*TURN, *BAD))
    assert repr(scenario) == before and result.scenario == scenario
    assert sum(balance(result.books, party) for party in PARTIES) == 0
    for purpose in ("interaction", "analysis", "development"):
        mine = result.books[result.books["purpose"] == PURPOSE[purpose]]
        assert set(mine["payer"]) <= {PARTY["maker"]} and set(mine["payee"]) <= {PARTY["world"]}


@pytest.mark.parametrize("name", KINDS)
def test_two_threads_decide_as_one(name: str) -> None:
    words = (*PROFILE, *TURN, *BAD, kind(name), "strategy.interaction.level=0.5", "strategy.analysis.level=0.3")
    one, two = run(*words), run(*words, threads=2)
    assert fingerprints(one) == fingerprints(two) and bits(one.brands["report"]) == bits(two.brands["report"])


def test_a_copy_of_a_world_decides_for_itself() -> None:
    scenario = load("direct", [*SMALL, *BRISK, *PROFILE, *TURN, kind("adapt"), *GOOD])
    start = start_up(scenario, 3)
    before = bits(start.brands), bits(start.people)
    lived = enter(scenario, start, 1)
    for _ in range(100):
        live(lived)
    assert (bits(start.brands), bits(start.people)) == before and lived.brands["written"][0] == 3


def test_a_rival_decides_by_figures_of_its_own() -> None:
    scenario = load("direct", [*SMALL, *BRISK, *TURN, *GOOD])
    follows = load("direct", [*SMALL, *BRISK, *PROFILE, kind("adapt"), "strategy.policy.lead=0"]).strategy
    both = replace(scenario, rivals=(follows,))
    first, second = simulate(both, 3).brands
    assert not first["report"].any() and first["attributes"].tolist() == [0.0] * 4
    assert second["report"].any() and second["attributes"][0] > -1.0
    assert second["report"].shape[1] == FIGURES
