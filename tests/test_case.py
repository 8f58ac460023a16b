"""Cases: what they must say of themselves, whom they are run against, and how they answer."""

import json
from pathlib import Path

import pytest

from experiments import load
from experiments.basis import Point
from experiments.case import pair_of, sentence
from experiments.cases import asked_of
from experiments.cli import main
from experiments.files import shelf
from experiments.happenings import happenings
from experiments.intervals import Interval
from experiments.measures import BY_KEY
from experiments.overrides import read
from sim.schema import ConfigError

CASES = list(shelf()["case"])
QUICK = ["market.consumers=800", "market.days=40", "market.start_days=20", "replications=2", "workers=1", "track=0"]
ABOUT = {"who": "the case", "whom": "the baseline", "what": "Cars ordered", "unit": "a year", "level": "95 %"}
WORDS = "# @package _global_\nbaseline: {baseline}\nquestion: Why?\nquestion_zh: 为什么？\noutcome: {outcome}\n"


def said(capsys: pytest.CaptureFixture, *words: str) -> str:
    """What a command prints; it must end well."""
    assert main(words) == 0
    return capsys.readouterr().out


def write(folder: Path, name: str, text: str) -> str:
    """A case of a user's; returns the word that names its folder."""
    (folder / "case").mkdir(exist_ok=True)
    (folder / "case" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return f"scenarios_dir={folder}"


# ---- the shipped cases ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_every_shipped_case_asks_in_both_languages_what_an_outcome_answers(name: str) -> None:
    asked = asked_of(name, shelf())
    assert asked.questions["en"].endswith("?") and asked.questions["zh"].endswith("？") and asked.outcome in BY_KEY


@pytest.mark.parametrize("name", CASES)
def test_every_shipped_case_differs_from_its_baseline_in_more_than_its_label(name: str) -> None:
    before, after = load(asked_of(name, shelf()).baseline), load(name)
    unlabelled = [str(one.strategy).replace(one.strategy.label, "").replace(one.strategy.label_zh, "") for one in (before, after)]
    assert before.market != after.market or unlabelled[0] != unlabelled[1]


@pytest.mark.parametrize("name", CASES)
def test_every_shipped_case_lives_in_a_market_of_its_baseline_s_size(name: str) -> None:
    before, after = load(asked_of(name, shelf()).baseline).market, load(name).market
    assert (before.households, before.consumers, before.days) == (after.households, after.consumers, after.days)


def test_a_case_stands_on_the_strategy_of_its_baseline() -> None:
    assert load("bad_press").strategy.outlets == load("direct").strategy.outlets
    assert load("training_for_unskilled").strategy.outlets == load("direct").strategy.outlets
    assert load("direct_going_hybrid").strategy.retail_format == "hybrid"
    assert load("bad_press", ["strategy=agency"]).strategy.retail_format == "agency"


def test_a_case_and_its_baseline_live_in_the_market_that_the_case_names() -> None:
    files = shelf()
    for name in ("amazon_like", "fast_after_sales"):
        before, after = (point.scenario for point in pair_of(read([]), asked_of(name, files), files))
        assert before.market == after.market == load(name).market and before.market.reference_price == 300
        assert before.neutral == after.neutral == before.strategy
    before, after = (point.scenario for point in pair_of(read(["market=china_nev"]), asked_of("amazon_like", files), files))
    assert before.market == after.market == load("direct").market


def test_agents_in_the_dealers_outlets_differ_in_the_format_alone() -> None:
    before, after = load("dealer_4s").strategy, load("agency_transition").strategy
    assert after.retail_format == "agency" and (before.outlets, before.outlet, before.skill) == (after.outlets, after.outlet, after.skill)


# ---- the verb ------------------------------------------------------------------------------------------------------------


def test_without_a_name_every_case_is_listed_with_its_question(capsys: pytest.CaptureFixture) -> None:
    text = said(capsys, "case")
    assert all(name in text and asked_of(name, shelf()).questions["en"] in text for name in CASES)
    assert asked_of("bad_press", shelf()).questions["zh"] in said(capsys, "case", "lang=zh")


def test_scenarios_shows_the_questions(capsys: pytest.CaptureFixture) -> None:
    assert asked_of("bad_press", shelf()).questions["en"] in said(capsys, "scenarios")


def test_a_case_is_answered_in_a_sentence_with_an_interval_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    results = f"results={tmp_path / 'r'}"
    text = said(capsys, "case", "training_programme", *QUICK, results)
    question, answer = text.splitlines()[:2]
    assert question == asked_of("training_programme", shelf()).questions["en"]
    # 40 hours x 300 yuan x the salespeople of the neutral network, who sell no car more in forty days
    assert "2.7 M yuan a year less under training programme than under neutral" in answer and "95 % interval" in answer
    kept = json.loads((tmp_path / "r" / "findings.json").read_text(encoding="utf-8"))
    assert kept["case"]["outcome"] == "profit_channel" and kept["case"]["answer"]["en"] == answer.strip()
    assert kept["case"]["question"]["en"] in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    chinese = said(capsys, "case", "training_programme", *QUICK, results, "lang=zh").splitlines()
    assert chinese[0] == asked_of("training_programme", shelf()).questions["zh"] and "区间" in chinese[1]


def test_two_markets_are_lived_from_two_starts_and_kept_apart(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = write(tmp_path, "hard", WORDS.format(baseline="direct", outcome="orders") + "market: {rival_pressure: 3}\n")
    said(capsys, "case", "hard", folder, *QUICK, f"results={tmp_path / 'r'}", "json=true")
    model = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))["model"]
    assert model["market"]["rival_pressure"] == 1 and model["markets"]["hard"]["rival_pressure"] == 3


# ---- wording -------------------------------------------------------------------------------------------------------------


def test_the_answer_claims_what_its_interval_allows() -> None:
    before, after = Interval(1000.0, 900.0, 1100.0, 10), Interval(1200.0, 1100.0, 1300.0, 10)
    clear, unclear, none = Interval(200.0, 150.0, 250.0, 10), Interval(200.0, -50.0, 450.0, 10), Interval(0.0, 0.0, 0.0, 10)
    more = sentence(clear, before, after, "en", ABOUT)
    assert "200 a year more under the case than under the baseline (95 % interval 150 to 250)" in more
    assert "no clear difference" in sentence(unclear, before, after, "en", ABOUT)
    assert "exactly the same" in sentence(none, before, before, "en", ABOUT)
    assert "too few" in sentence(Interval(3.0, float("nan"), float("nan"), 1), before, after, "en", ABOUT)
    less = sentence(Interval(-200.0, -250.0, -150.0, 10), after, before, "en", ABOUT)
    assert "200 a year less" in less and "150 to 250" in less


def test_an_answer_that_rests_on_events_says_when_and_what() -> None:
    points = [Point("as_found", name, load(name)) for name in ("direct", "bad_press")]
    labels = {point.strategy: point.label for point in points}
    told = list(happenings(points, labels, "en"))
    assert told[0] == "From day 60 to day 80, under bad press: bad press; what is left of goodwill's way to its lowest x 0.6."
    assert len(told) == 2 and all("bad press" in one for one in told) and "第 60 至 80 天" in next(happenings(points, labels, "zh"))
    assert not list(happenings(points[:1], labels, "en"))


# ---- errors --------------------------------------------------------------------------------------------------------------

WRONG = {
    WORDS.format(baseline="dirct", outcome="orders"): "unknown baseline 'dirct'. Did you mean 'direct'?",
    WORDS.format(baseline="direct", outcome="order"): "unknown outcome 'order'. Did you mean 'orders'?",
    WORDS.format(baseline="mine", outcome="orders"): "the cases mine stand on one another",
    WORDS.format(baseline="3", outcome="orders"): "baseline is 3; it is a text",
    WORDS.format(baseline="direct", outcome="orders") + "questions: x\n": "unknown parameter 'questions'",
    "# @package _global_\nbaseline: direct\n": "it has no question and no question_zh and no outcome",
    WORDS.format(baseline="direct", outcome="orders") + "market: {days: 3}\n": "the case 'mine' changes market.days",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_case_that_cannot_be_answered_is_refused_in_a_sentence(text: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["case", "mine", write(tmp_path, "mine", text)]) == 2
    assert WRONG[text] in capsys.readouterr().err


def test_a_case_of_a_user_needs_no_question_to_be_run(tmp_path: Path) -> None:
    folder = write(tmp_path, "mine", "# @package _global_\nmarket: {rival_pressure: 2}\n")
    assert load("mine", [folder]).market.rival_pressure == 2
    with pytest.raises(ConfigError, match="it has no baseline"):
        asked_of("mine", shelf([str(tmp_path)]))


def test_a_mistyped_case_is_answered(capsys: pytest.CaptureFixture) -> None:
    assert main(["case", "bad_pres"]) == 2 and "Did you mean 'bad_press'?" in capsys.readouterr().err
    assert main(["case", "bad_press", "theory=bass"]) == 2 and "theory= is not for funnel case" in capsys.readouterr().err
