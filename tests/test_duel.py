"""`funnel duel`: brands in one market, each in the first brand's place in turn, against what each has alone."""

import json
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.cli import USAGE_ERROR, main
from experiments.duel import ALONE, TOGETHER, asked, together
from experiments.language import LANGUAGES, catalogue
from experiments.overrides import read
from experiments.replicate import of_first_brand, replicate
from experiments.settings import Duel, keys
from sim import simulate, start_up

SMALL = ("market.consumers=1500", "market.days=120", "market.start_days=30", "market.need.mean=1.5", "market.rival_pressure=0.3")
FAST = (*SMALL, "replications=3", "workers=1")


def points_for(*names: str):
    """The points of a duel in a small market."""
    return asked(read(list(SMALL), keys(Duel)), names)[1]


def test_every_strategy_is_the_first_brand_once_and_has_all_others_as_rivals() -> None:
    points = points_for("direct", "agency", "dealer_4s")
    assert [(point.basis, point.strategy) for point in points] == [
        *((TOGETHER, name) for name in ("direct", "agency", "dealer_4s")), *((ALONE, name) for name in ("direct", "agency", "dealer_4s"))
    ]  # fmt: skip
    for point in points[:3]:
        formats = [one.retail_format for one in point.scenario.strategies]
        assert formats[0] == point.strategy and sorted(formats) == ["agency", "dealer_4s", "direct"]
    assert not any(point.scenario.rivals for point in points[3:])


def test_a_replication_gives_each_strategy_its_own_brand_and_nothing_of_the_others() -> None:
    points = points_for("direct", "dealer_4s")
    for life, point in zip(replicate(points, 1, 0), points, strict=True):
        whole = simulate(point.scenario, start=start_up(point.scenario))
        assert life.outcomes["orders"] == whole.outcomes["orders"] > 0
        assert life.stocks.shape[1] == life.daily.shape[1] == 1 and (life.books["brand"] == 0).all()
        assert ("order_share_1" in life.outcomes) == (point.basis == TOGETHER)
        if point.basis == TOGETHER:
            shares = [whole.outcomes_of_brand(b)["order_share"] for b in (0, 1)]
            assert [life.outcomes[f"order_share_{b}"] for b in (0, 1)] == shares and sum(shares) == pytest.approx(1)


def test_what_is_kept_of_the_first_brand_is_all_of_its_money_and_staff() -> None:
    whole = simulate(next(together(points_for("direct", "dealer_4s")[2:])).scenario)
    mine = of_first_brand(whole)
    outlets = whole.outlets["brand"] == 0
    assert mine.outlets.size == outlets.sum() < whole.outlets.size
    assert mine.staff.size == whole.outlets["seats"][outlets].sum() < whole.staff.size
    assert mine.books["fen"].sum() == whole.books["fen"][whole.books["brand"] == 0].sum()
    assert of_first_brand(mine) is mine


def test_identical_strategies_with_the_same_luck_come_to_the_very_same() -> None:
    direct = points_for("direct", "agency")[2]
    lives = replicate(list(together([direct, replace(direct, strategy="twin")])), 1, 0)
    assert lives[0].outcomes == pytest.approx(lives[1].outcomes, rel=0, nan_ok=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_duel_answers_in_sentences_with_intervals(language: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["duel", "direct", "dealer_4s", *FAST, f"results={tmp_path}", f"lang={language}"]) == 0
    told = capsys.readouterr().out
    head = told.split("\n\n")[0].splitlines()
    assert len(head) == 1 + 1 + 2 + 2 + 4
    assert all(re.search(r"-?\d[\d,.]* (to|至) -?\d|\[-?\d", line) for line in head[1:])
    assert (tmp_path / "report.html").exists() and (tmp_path / "manifest.json").exists()
    kept = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))["duel"]
    assert set(kept) == {"direct", "dealer_4s"}
    share = [kept[name]["order_share"]["mean"] for name in kept]
    assert all(0 < one < 100 for one in share) and sum(share) == pytest.approx(100)


def test_the_same_duel_again_is_read_from_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    words = ["duel", "direct", "dealer_4s", *FAST, f"results={tmp_path}"]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert main(["flip", str(tmp_path)]) == USAGE_ERROR
    assert "holds a duel" in capsys.readouterr().err
    monkeypatch.setattr("experiments.batch.lives", lambda *_: pytest.fail("lived again"))
    assert main(words) == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize("names", [[], ["direct"], ["direct", "direct"]])
def test_a_duel_of_one_is_refused_in_a_sentence(names: list[str], capsys: pytest.CaptureFixture) -> None:
    assert main(["duel", *names]) == USAGE_ERROR
    assert "two strategies or more are wanted, each once" in capsys.readouterr().err


def test_its_words_are_in_both_languages_with_the_same_places() -> None:
    for key, entry in catalogue("duel").items():
        places = [{name for _, name, _, _ in string.Formatter().parse(entry[language]) if name} for language in LANGUAGES]
        assert places[0] == places[1] and re.search("[\u4e00-\u9fff]", entry["zh"]), key
        assert not re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", entry["zh"]), key


PRESS = "market.events=[{driver:goodwill,start:20,factor:0.3,length:5,brand:%d},{driver:needs,start:10,factor:1.2}]"


def test_an_event_that_hits_one_brand_hits_the_same_strategy_in_every_turn_and_alone() -> None:
    points = asked(read([*SMALL, PRESS % 1], keys(Duel)), ("direct", "agency", "dealer_4s"))[1]
    hit = [[one.brand for one in point.scenario.market.events if one.driver == "goodwill"] for point in points]
    assert hit == [[1], [0], [2], [], [0], []]
    for point, brands in zip(points[:3], hit[:3], strict=True):
        assert point.scenario.strategies[brands[0]].retail_format == "agency"
    assert all(any(one.driver == "needs" for one in point.scenario.market.events) for point in points)


def test_bad_press_of_one_strategy_is_told_and_costs_it_orders(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = [*FAST, PRESS % 1, f"results={tmp_path}"]
    assert main(["duel", "direct", "dealer_4s", *words]) == 0
    told = capsys.readouterr().out
    assert "bad press" in told and "4S dealers" in next(line for line in told.splitlines() if "bad press" in line)
    kept = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))["duel"]
    assert sum(kept[name]["order_share"]["mean"] for name in kept) == pytest.approx(100)


def test_an_event_of_a_brand_that_is_not_there_is_refused_in_a_sentence(capsys: pytest.CaptureFixture) -> None:
    assert main(["duel", "direct", "dealer_4s", PRESS % 2]) == USAGE_ERROR
    assert "an event hits brand 2; the brands of this duel are 0 (direct) to 1 (dealer_4s)" in capsys.readouterr().err


def test_every_brand_of_a_duel_may_have_a_partner_of_its_own(tmp_path: Path) -> None:
    partner = ["strategy.partnership.form=joint_marketing", "strategy.partnership.fit=1"]
    points = asked(read([*SMALL, *partner], keys(Duel)), ("direct", "dealer_4s"))[1]
    whole = simulate(points[0].scenario, 3)
    for b in (0, 1):
        assert whole.minds["new_audience"][b].sum() > 0 and whole.outcomes_of_brand(b)["partnership_cost"] > 0
    assert (whole.minds["new_audience"][0] != whole.minds["new_audience"][1]).any()
