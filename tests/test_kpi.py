"""The four families: parts add up to the whole, which is what the outcomes say; lifetime value is its closed form."""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments import load
from experiments.cli import main
from experiments.families import families_in, part_name, scale, unit_of
from experiments.intervals import ALPHA, mean_interval
from experiments.language import LANGUAGES, say
from experiments.replicate import before
from experiments.report.html import page
from experiments.report.kpis import CHOICE
from experiments.store import Store
from experiments.wording import plus_minus
from sim import simulate, start_up
from sim.books import PURPOSE, balance
from sim.kpi import BY, FAMILY_OF, Before, Values, counts, divisions, kpis_of, seen, shared
from sim.lifetime import lifetime_value
from sim.outcomes import lead_to_sale
from sim.records import ORDER
from sim.replication import Result
from sim.scenario import PERSONAS, TOUCHPOINTS
from tests.worlds import small

SUMS = ("orders", "revenue", "acquisition_cost", "repeat_orders", "referred_orders", "owners")
SIZE = ["market.consumers=1500", "market.days=120", "market.start_days=20", "strategy.pull=0", "replications=3", "workers=1", "track=0"]
CLOSES = "market.days=800"  # long enough for losing retailers to close outlets


def lived(name: str, *overrides: str) -> tuple[Result, Before]:
    """A small life and the people of its first day."""
    scenario = small(name, "market.consumers=6000", "market.days=365", "strategy.pull=1", *overrides)
    start = start_up(scenario)
    return simulate(scenario, start=start), before(start)


@pytest.fixture(scope="module", params=["hybrid", "dealer_4s"])
def life(request: pytest.FixtureRequest) -> tuple[Result, Before]:
    """A life under a strategy whose terms differ between tiers, and under one with stock."""
    return lived(request.param)


# ---- lifetime value ----------------------------------------------------------------------------------------------------


def test_lifetime_value_is_the_sum_of_the_ownerships_to_come() -> None:
    margin, service, years, loyalty, rate = 40_000.0, 1_200.0, 6.0, 0.4, 0.06
    day = np.arange(0, years, 1 / 3650) + 1 / 7300
    one = margin + service * np.sum((1 + rate) ** -day) / 3650
    ownerships = sum(one * (loyalty * (1 + rate) ** -years) ** k for k in range(200))
    assert lifetime_value(margin, service, years, loyalty, rate) == pytest.approx(ownerships, rel=1e-6)


def test_lifetime_value_in_its_limits_and_directions() -> None:
    assert lifetime_value(100.0, 10.0, 5.0, 0.0, 0.0) == 150.0  # one ownership, no interest
    assert lifetime_value(100.0, 10.0, 5.0, 0.5, 0.0) == 300.0  # twice as many
    assert lifetime_value(100.0, 10.0, 5.0, 1.0, 0.0) == math.inf
    assert lifetime_value(100.0, 10.0, 5.0, 0.3, 1e-9) == pytest.approx(lifetime_value(100.0, 10.0, 5.0, 0.3, 0.0))
    assert lifetime_value(100.0, 10.0, 5.0, 0.4, 0.06) > lifetime_value(100.0, 10.0, 5.0, 0.3, 0.06)
    assert lifetime_value(100.0, 10.0, 5.0, 0.4, 0.08) < lifetime_value(100.0, 10.0, 5.0, 0.4, 0.06)
    assert math.isnan(lifetime_value(100.0, 10.0, 5.0, math.nan, 0.06))


def test_lifetime_value_is_of_the_runs_own_books(life: tuple[Result, Before]) -> None:
    result, _ = life
    market, out, books = result.scenario.market, result.outcomes, result.books

    def fen(*purposes: str) -> np.ndarray:
        return books[np.isin(books["purpose"], [PURPOSE[one] for one in purposes])]

    cars = result.daily["deliveries"][1:, 0].sum()
    margin = out["price_mean"] - fen("production", "logistics")["fen"].sum() / 100 / cars
    kept = balance(fen("service_revenue", "service_cost"), "maker") + balance(fen("service_revenue", "service_cost"), "retailer")
    service = kept / 100 / result.daily["services"][1:, 0].sum() * market.ownership.visits
    assert service == pytest.approx(market.ownership.visits * market.ownership.revenue * market.ownership.margin, rel=1e-5)
    expected = lifetime_value(margin, service, market.need.mean, out["loyalty"], market.capital_rate)
    assert out["lifetime_value"] == pytest.approx(expected) and out["lifetime_value"] > 0
    assert out["ltv_to_cac"] == pytest.approx(expected / out["cac"])


# ---- parts and whole -----------------------------------------------------------------------------------------------------


def test_money_is_shared_by_the_first_key_that_is_there() -> None:
    key, people = np.array([[3.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 2.0], [0.0, 0.0]])
    assert shared(np.array([8.0, 0.0, 0.0, 0.0]), key, people).tolist() == [6.0, 2.0]
    assert shared(np.array([0.0, 5.0, 0.0, 0.0]), key, people).tolist() == [0.0, 5.0]  # nobody met: by people
    assert shared(np.array([0.0, 0.0, 4.0, 0.0]), key, people).tolist() == [2.0, 2.0]  # nobody there: in equal parts
    assert shared(np.array([0.0, 0.0, 0.0, 4.0]), key, people).tolist() == [3.0, 1.0]  # of the nation: by all tiers


def totals(result: Result, then: Before) -> dict[str, Values]:
    """The counts of every division."""
    return {one.by: counts(result, seen(result, then, 0), one, 0) for one in divisions(result, 0)}


def test_people_and_orders_are_counted_once(life: tuple[Result, Before]) -> None:
    result, then = life
    daily = {name: int(result.daily[name][1:, 0].sum()) for name in result.daily.dtype.names[2:]}
    for by, count in totals(result, then).items():
        told = {name: int(values.sum()) for name, values in count.items()}
        assert told["leads"] == daily["leads"] + daily["repeat_leads"], by
        assert (told["meetings"], told["needs"], told["contacts"]) == (daily["meetings"], daily["needs"], daily["contacts"])
        assert (told["orders"], told["repeat"], told["referred"]) == tuple(daily[k] for k in ("orders", "repeat_orders", "referred_orders"))
        assert told["people"] == result.people.size
    assert daily["orders"] > 30


@pytest.mark.parametrize("key", SUMS)
def test_parts_add_up_to_the_whole(life: tuple[Result, Before], key: str) -> None:
    kpis = kpis_of(*life)
    whole = kpis["all"][1][key][0]
    assert whole > 0
    for by in BY[1:]:
        names, values = kpis[by]
        assert values[key].size == len(names) and values[key].sum() == pytest.approx(whole, rel=1e-9), by


def test_parts_add_up_where_outlets_close() -> None:
    result, then = lived("dealer_4s", CLOSES, "strategy.participation=close", "strategy.outlet.rent=40e6")
    assert not result.outlets["open"].all()
    kpis = kpis_of(result, then)
    for by in BY[1:]:
        assert kpis[by][1]["acquisition_cost"].sum() == pytest.approx(kpis["all"][1]["acquisition_cost"][0], rel=1e-9)
        assert kpis[by][1]["orders"].sum() == kpis["all"][1]["orders"][0]


def test_the_whole_is_what_the_outcomes_say(life: tuple[Result, Before]) -> None:
    result, then = life
    whole = {key: value[0] for key, value in kpis_of(result, then)["all"][1].items()}
    same = ("orders", "revenue", "cac", "repeat_orders", "utilisation", "orders_per_salesperson_month", "days_to_purchase_mean", "nps",
            "loyalty", "good_to_bad", "lifetime_value", "ltv_to_cac", "satisfaction_owners")  # fmt: skip
    for key in same:
        assert whole[key] == pytest.approx(result.outcomes[key], rel=1e-5), key
    assert whole["share_of_needs"] == pytest.approx(result.outcomes["market_share"])
    hours = result.outlets["seats"].sum() * result.scenario.market.workforce.hours * result.scenario.market.days / 365.25
    assert whole["orders_per_hour"] == pytest.approx(1000 * result.outcomes["orders"] / hours)


def test_a_tiers_costs_stay_in_the_tier(life: tuple[Result, Before]) -> None:
    result, then = life
    desks = [PURPOSE[one] for one in ("rent", "operations", "wages", "training")]
    spent = result.books[np.isin(result.books["purpose"], desks)]
    in_tier = np.bincount(spent["tier"], spent["fen"], 4)[:3] / 100 * result.weight
    tier, by_outlet = (kpis_of(result, then)[by][1]["acquisition_cost"] for by in ("tier", "outlet"))
    assert (tier > in_tier).all() and (in_tier > 0).all()
    assert np.bincount(result.outlets["tier"], by_outlet, 3) == pytest.approx(tier)


def test_waste_is_what_people_without_a_need_met() -> None:
    result, then = lived("direct", "market.start=given", "market.need.open_share=1", "market.need.first_buyers=1")
    assert kpis_of(result, then)["all"][1]["waste_no_need"][0] == 0.0
    none, at_first = lived("direct", "market.start=given", "market.need.mean=50", "market.need.shape=10", "market.need.first_buyers=0")
    assert kpis_of(none, at_first)["all"][1]["waste_no_need"][0] > 0.9


def test_a_market_where_nothing_happens_has_nothing_undefined_but_nan() -> None:
    quiet = ["strategy.exposure=0", "strategy.pull=-5", "market.days=20", "market.initial.owner=0", "market.start=launch"]
    result, then = lived("direct", *quiet, *(f"strategy.outlets.tier{k}=0" for k in (1, 2, 3)))
    kpis = kpis_of(result, then)
    assert kpis["outlet"][0] == () and set(kpis) == set(BY)
    whole = kpis["all"][1]
    assert whole["orders"][0] == 0 and all(math.isnan(whole[key][0]) for key in ("cac", "lifetime_value", "utilisation", "loyalty"))
    assert all(set(values) == set(FAMILY_OF) for _, values in kpis.values())


# ---- files, verb, report -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small comparison."""
    where = tmp_path_factory.mktemp("kpi") / "r"
    assert main(["compare", *SIZE, "strategies=direct,dealer_4s", "basis=as_found", "report=false", f"results={where}"]) == 0
    assert not (where / "report.html").exists()
    return where


def of_files(folder: Path, strategy: str, by: str, part: str, key: str) -> np.ndarray:
    """A KPI over replications, straight from the Parquet files."""
    rows = [row for file in sorted((folder / "kpis").glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    mine = {"strategy": strategy, "by": by, "part": part, "kpi": key}
    return np.array([row["value"] for row in rows if all(row[k] == v for k, v in mine.items())])


def test_the_table_has_what_a_life_came_to(folder: Path) -> None:
    scenario = load("dealer_4s", SIZE[:4])
    start = start_up(scenario, 1, 1)
    names, values = kpis_of(simulate(scenario, 1, replication=1, start=start), before(start))["persona"]
    for k, part in enumerate(names):
        for key in ("orders", "cac", "waste_no_order"):
            assert of_files(folder, "dealer_4s", "persona", part, key)[1] == pytest.approx(values[key][k], nan_ok=True)


def test_the_verb_says_what_the_files_say(folder: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["kpi", str(folder), "by=tier", "family=cost", "json=true"]) == 0
    rows = json.loads(capsys.readouterr().out)
    (row,) = (one for one in rows if (one["strategy"], one["part"], one["kpi"]) == ("direct", "tier1", "cost_per_lead"))
    assert row["mean"] == pytest.approx(of_files(folder, "direct", "tier", "tier1", "cost_per_lead").mean())
    for by, head in (("persona", "精打细算者"), ("outlet", "门店0")):
        assert main(["kpi", str(folder), f"by={by}", "lang=zh"]) == 0
        assert head in capsys.readouterr().out


def test_a_lead_is_followed_for_half_a_year_and_counts_when_it_could_be() -> None:
    days, opened = 400, np.zeros((401, 1, len(TOUCHPOINTS)), np.int64)
    opened[[0, 1, 220, 221], 0, 3] = 100, 6, 4, 100  # from before the window; the first and the last that can be followed; too young
    orders = np.zeros(7, ORDER)
    orders["lead_day"] = 1, 1, 1, 220, 221, 0, 5
    orders["day"] = 1, 181, 182, 400, 300, 50, 60  # at once; on the last day; a day late; the last; too young; too old; a repeat order
    orders["repeat"][6], orders["lead_touch"] = True, 3
    orders["lead_touch"][1] = 2
    result = SimpleNamespace(scenario=SimpleNamespace(market=SimpleNamespace(days=days)), opened=opened, orders=orders)
    assert lead_to_sale(result, 0) == 3 / 10 and lead_to_sale(result, 0, 3) == 2 / 10
    result.scenario.market.days = 180
    assert math.isnan(lead_to_sale(result, 0))


def test_what_is_wrong_is_said_at_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["kpi", "by=tiers", "famly=cost"]) == 2
    told = capsys.readouterr().err
    assert "Did you mean 'tier'" in told and "famly" in told and "needs the folder" in told
    assert main(["kpi", str(tmp_path)]) == 2 and main(["kpi", str(folder), "basis=format"]) == 2
    assert "these results have as_found" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_has_the_families_of_the_files(folder: Path, language: str) -> None:
    html = page(folder, language)
    for key in CHOICE:
        one = mean_interval(of_files(folder, "dealer_4s", "tier", "tier2", key) * scale(key, 120), ALPHA)
        assert f"<td>{plus_minus(one)}</td>" in html and say("kpi", key, language) in html


def test_every_kpi_and_part_has_words(folder: Path) -> None:
    families = families_in(Store(folder), ALPHA, 120)["as_found", "direct"]
    for language in LANGUAGES:
        for key, family in FAMILY_OF.items():
            assert say("kpi", key, language) and say("kpi", family, language) and unit_of(key, language)
        assert all(part_name(by, part, language) for by in BY for part in families.parts(by))
    assert families.parts("persona") == list(PERSONAS)
