"""What a touchpoint costs, is credited with and causes: the account is that of the books; what does nothing causes nothing."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.cli import main
from experiments.intervals import Interval
from experiments.language import LANGUAGES
from experiments.replicate import before
from experiments.touchpoints import sentences, touch_name, without
from sim import simulate, start_up
from sim.books import PURPOSE
from sim.kpi import Before, Values
from sim.replication import Result
from sim.scenario import CLOCKED, TOUCHPOINTS, Scenario
from sim.touchpoint_account import account_of, budgets, credited
from tests.worlds import small

SIZE = ["market.consumers=1500", "market.days=90", "market.start_days=10", "strategy.pull=0", "replications=3", "workers=1", "track=0"]
VIDEO, SOCIAL = TOUCHPOINTS.index("video"), TOUCHPOINTS.index("social")


def scenario(*overrides: str) -> Scenario:
    """A small market with enough orders to be credited."""
    return small("direct", "market.consumers=6000", "market.days=365", "strategy.pull=1", *overrides)


def lived(one: Scenario) -> tuple[Result, Before]:
    """A life and the people of its first day."""
    start = start_up(one)
    return simulate(one, start=start), before(start)


@pytest.fixture(scope="module")
def life() -> tuple[Result, Before]:
    """A life with an event beside what the default pays for."""
    return lived(scenario("strategy.touchpoints.event.budget=2e6", "strategy.exposure=0.9"))


@pytest.fixture(scope="module")
def account(life: tuple[Result, Before]) -> Values:
    """The account of that life."""
    return account_of(*life)


def test_what_touchpoints_cost_is_the_media_of_the_books(life: tuple[Result, Before], account: Values) -> None:
    result, _ = life
    media = result.books["fen"][result.books["purpose"] == PURPOSE["media"]].sum() / 100 * result.weight
    assert account["cost"].sum() == pytest.approx(media, rel=1e-6) and account["cost"][TOUCHPOINTS.index("event")] == pytest.approx(1.8e6)
    assert budgets(result.scenario.strategy)[TOUCHPOINTS.index("store")] == 0  # driven by intensity


def test_contacts_leads_and_orders_are_all_there(life: tuple[Result, Before], account: Values) -> None:
    result, _ = life
    daily = {name: int(result.daily[name][1:, 0].sum()) for name in ("contacts", "leads", "orders")}
    assert account["contacts"].sum() == daily["contacts"] * result.weight and account["leads"].sum() == daily["leads"] * result.weight
    for key, name in (("orders_first", "first_touch"), ("orders_lead", "lead_touch"), ("orders_last", "last_touch")):
        assert account[key].sum() == (result.orders[name] >= 0).sum() * result.weight > 0


def test_a_row_of_the_account_is_what_the_orders_say(life: tuple[Result, Before], account: Values) -> None:
    result, _ = life
    mine = result.orders[result.orders["first_touch"] == VIDEO]
    assert mine.size > 5
    assert account["days_to_order"][VIDEO] == pytest.approx((mine["day"] - mine["need_day"]).mean())
    owns = mine["person"][result.people["car"][mine["person"]] == 0]
    assert account["satisfaction"][VIDEO] == pytest.approx(result.people["satisfaction"][owns].mean(), rel=1e-6)
    assert account["cost_per_order"][VIDEO] == pytest.approx(account["cost"][VIDEO] / (mine.size * result.weight))
    free = np.array([name not in ("video", "social", "search", "vertical", "event") for name in TOUCHPOINTS])
    assert np.isnan(account["cost_per_lead"][free]).all()


def test_credit_goes_to_one_touchpoint_or_to_none() -> None:
    assert credited(np.array([0, 2, 2, -1], np.int8)).tolist()[:3] == [1.0, 0.0, 2.0]
    assert credited(np.array([1, 1, -1], np.int8), np.array([2.0, 3.0, 9.0])).sum() == 5.0


def test_a_touchpoint_switched_off_reaches_nobody_and_costs_nothing(account: Values) -> None:
    first_day = "market.start_days=0"  # nobody has met anything before
    whole = scenario("strategy.touchpoints.event.budget=2e6", "strategy.exposure=0.9", first_day)
    for touch in ("social", "store"):
        off = account_of(*lived(without(whole, touch).scenario))
        k = TOUCHPOINTS.index(touch)
        assert off["contacts"][k] == off["cost"][k] == off["orders_first"][k] == 0 < account["contacts"][k]
        others = np.arange(len(TOUCHPOINTS)) != k
        assert off["cost"][others] == pytest.approx(account["cost"][others])
        assert (off["contacts"][others][: CLOCKED - 1] > 0).sum() == 5


def test_a_touchpoint_that_does_nothing_is_credited_by_clicks_and_causes_nothing() -> None:
    idle = ["attention=0", "lift=0", "lead=0"]
    whole = scenario("market.waits.forgets=0", *(f"strategy.touchpoints.video.{one}" for one in idle))
    on, off = lived(whole)[0], lived(without(whole, "video").scenario)[0]
    assert (on.orders["first_touch"] == VIDEO).sum() > 5 and (on.orders["last_touch"] == VIDEO).sum() > 5
    assert on.outcomes["orders"] == off.outcomes["orders"] and off.outcomes["profit_channel"] > on.outcomes["profit_channel"]


def test_a_touchpoint_that_works_causes_orders() -> None:
    whole = scenario("strategy.touchpoints.social.lift=0.3", "strategy.touchpoints.social.attention=0.3")
    on, off = lived(whole)[0], lived(without(whole, "social").scenario)[0]
    assert on.outcomes["orders"] > 1.2 * off.outcomes["orders"]


def test_the_verb_tells_causes_beside_credits(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = ["touchpoints", *SIZE, "strategy=direct", "strategy.touchpoints.store.intensity=0", "report=false", f"results={tmp_path}/r"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "search ads" in told and "last click" in told and "Report" not in told
    found = json.loads((tmp_path / "r" / "findings.json").read_text())
    assert {touch for touch, by in found["touchpoints"].items() if "orders_caused" in by} == {"video", "social", "search", "vertical"}
    (by,) = found["findings"]
    caused = found["touchpoints"]["video"]["orders_caused"]["mean"]
    assert caused == pytest.approx(-by["differences"]["direct_without_video"]["orders"]["mean"])
    assert main([*words, "lang=zh"]) == 0 and "末次触点" in capsys.readouterr().out


def test_nothing_to_switch_off_is_said(capsys: pytest.CaptureFixture) -> None:
    off = [f"strategy.touchpoints.{k}={{budget: 0, intensity: null}}" for k in TOUCHPOINTS[:CLOCKED]]
    assert main(["touchpoints", "strategy=direct", *off]) == 2
    assert "pays for no touchpoint" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_says_what_the_interval_allows(language: str) -> None:
    figures = {"video": {"orders_first": np.array([500.0, 600.0]), "orders_last": np.array([700.0, 800.0])}}
    word = {"en": ("fewer", "more", "no clear"), "zh": ("减少", "增加", "无明显")}[language]
    for one, expected in (
        (Interval(90, 50, 130, 10), word[0]),
        (Interval(-90, -130, -50, 10), word[1]),
        (Interval(9, -5, 23, 10), word[2]),
    ):
        (told,) = sentences({"video": one}, figures, "95 %", language)
        assert expected in told and "550" in told and "750" in told and "-" not in told.replace("-5", "")
    assert all(touch_name(touch, language) for touch in TOUCHPOINTS)
