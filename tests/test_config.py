"""Scenarios from files and command lines: what is composed, and how every mistake is answered."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from experiments import load
from experiments.cli import main
from experiments.compose import neutral_of
from experiments.dictionary import dictionary
from experiments.files import shelf
from sim.schema import ConfigError

WRONG = {
    "strategy.skil.closing=1": "Did you mean 'strategy.skill.closing' (SD, -3..3, default 0)?",
    "closing=1": "Did you mean 'strategy.skill.closing'",
    "market.consumer=1000": "Did you mean 'market.consumers'",
    "strategy.touchpoints.vidoe.budget=1": "Did you mean 'strategy.touchpoints.video.budget'",
    "strategy.outlets.tier4=3": "unknown parameter 'strategy.outlets.tier4'",
    "nonsense=1": "unknown parameter 'nonsense'",
    "sed=2": "Did you mean 'seed'?",
    "market.days=-3": "market.days is -3; it is a whole number in 1..20000 (days)",
    "market.days=1.5": "market.days is 1.5",
    "market.days=many": "market.days is 'many'",
    "market.days=012": "market.days is '012'",
    "market.days=": "market.days is ''",
    "market.days=null": "market.days is null",
    "market.days=true": "market.days is true",
    "market.consumers=1e23": "market.consumers is 1e+23",
    "market.consumers=0": "market.consumers is 0",
    "market.reference_price=nan": "market.reference_price is nan",
    "market.reference_price=inf": "market.reference_price is inf",
    "strategy.touchpoints.video.budget=-5": "strategy.touchpoints.video.budget is -5",
    "strategy.skill.closing=9": "strategy.skill.closing is 9",
    "strategy.terms.one_price=yes": "strategy.terms.one_price is 'yes'; it is true or false",
    "strategy.retail_format=dealer": "Did you mean 'dealer_4s'?",
    "strategy.skill=3": "'strategy.skill' is a group of parameters",
    "strategy.skill={closng:1}": "Did you mean 'strategy.skill.closing'",
    "market.days=[1]": "market.days is [1]",
    "market.days=1,2": "add -m",
    "+market.days=30": "without '+'",
    "++market.days=30": "without '+'",
    "~market.days": "none can be removed",
    "market.days": "not of the form key=value",
    "market.days=f(1)": "cannot be read",
    "strategy.label=${oc.env:HOME}": "interpolations are not read",
    "market=china_nve": "unknown market 'china_nve'. Did you mean 'china_nev'?",
    "market.neutral=nutral": "market.neutral: unknown strategy 'nutral'. Did you mean 'neutral'?",
    "case=price_wr": "unknown case 'price_wr'",
    "theory=bas": "unknown theory 'bas'",
    "strategies=direct,dealer": "unknown strategy 'dealer'. Did you mean 'dealer_4s'?",
    "strategies=": "strategies is empty",
    "strategies=../../secret": "unknown strategy",
    "basis=fair": "basis is 'fair'; it is one of both",
    "replications=0": "replications is 0",
    "replications=ten": "replications is 'ten'",
    "seed=-1": "seed is -1",
    "workers=-2": "workers is -2",
    "precision=nan": "precision is nan",
    "scenarios_dir=not_there": "the scenario folder 'not_there' does not exist",
    "hydra.run.dir=/elsewhere": "unknown parameter 'hydra.run.dir'",
}
HOSTILE = {
    "_target_: os.system": "unknown parameter 'strategy._target_'",
    "label: ${oc.env:HOME}": "has an interpolation",
    "label: !!python/object/apply:os.system [ls]": "has the tag",
    "skill: &a {closing: 1}\nattributes: *a": "has an anchor",
    "skill: " + "[" * 900: "deeper than 20 levels",
    "skill: {closing: 1": "is not YAML",
    "skill: {closng: 1}": "Did you mean 'strategy.skill.closing'",
    "outlets: {tier1: 012}": "has 012",
    "outlets: {tier1: 1:30}": "has 1:30",
    "label: NO": "strategy.label is false",
    "- a\n- b": "not keys and values",
    "label: a\nlabel: b": "is not YAML",
    "defaults: [/hydra/launcher: basic]": "it may have the name of a file beside it",
    "defaults: [../../secret]": "it may have the name of a file beside it",
    "defaults: [mine]": "cannot be put together",
    "hydra: {launcher: {_target_: os.system}}": "unknown parameter 'strategy.hydra'",
    "label: '" + "x" * 300_000 + "'": "larger than 256 KiB",
}


def complaint(capsys: pytest.CaptureFixture, *words: str) -> str:
    """What the command line says of a wrong command; it ends with 2 and shows no traceback."""
    code = main(["compare", *words])
    said = capsys.readouterr()
    assert code == 2 and not said.out
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize("word", WRONG)
def test_a_wrong_word_is_answered_with_one_clear_sentence(word: str, capsys: pytest.CaptureFixture) -> None:
    said = complaint(capsys, word)
    assert WRONG[word] in said
    assert said.count("\n") == 1


def test_every_error_is_told_at_once(capsys: pytest.CaptureFixture) -> None:
    said = complaint(capsys, "strategy.skil.closing=1", "market.days=-1", "seed=-1", "strategies=dealer", "basis=fair", "market=chna")
    assert said.count("\n") == 6


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_or_broken_file_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    write(tmp_path, "strategy/mine.yaml", text)
    said = complaint(capsys, f"scenarios_dir={tmp_path}", "strategies=direct,mine")
    assert HOSTILE[text] in said
    assert "/root" not in said.replace(str(tmp_path), "")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    write(tmp_path, "strategy/mine.yaml", "")
    (tmp_path / "strategy" / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in complaint(capsys, f"scenarios_dir={tmp_path}")


def test_a_case_without_its_first_line_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    write(tmp_path, "case/war.yaml", "market: {reference_price: 200000}")
    assert "begins with the line '# @package _global_'" in complaint(capsys, f"scenarios_dir={tmp_path}")


def test_a_name_is_used_once(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    write(tmp_path, "case/direct.yaml", "# @package _global_\n")
    assert "the name 'direct' is taken" in complaint(capsys, f"scenarios_dir={tmp_path}")


def test_load_gives_a_frozen_scenario_with_the_overrides() -> None:
    scenario = load("direct", ["market.consumers=2e4", "strategy.skill={closing: 1}"])
    assert scenario.name == "direct" and scenario.strategy.retail_format == "direct"
    assert scenario.market.consumers == 20_000 and scenario.strategy.skill.closing == 1
    assert scenario.weight == 150
    with pytest.raises(FrozenInstanceError):
        scenario.market.days = 3


def test_load_finds_strategies_cases_and_theories_by_name() -> None:
    assert load("training_programme").strategy.training.hours == 40
    assert load("training_programme", ["strategy=dealer_4s"]).strategy.retail_format == "dealer_4s"
    with pytest.raises(ConfigError, match=r"unknown strategy 'training'. Did you mean 'training_programme'\?"):
        load("training")


def test_no_override_changes_the_strategy_of_the_uncounted_days() -> None:
    assert load("direct", ["strategy.skill.closing=2"]).neutral == load("agency").neutral
    assert load("neutral").neutral == load("neutral").strategy
    shop = load("direct", ["market=online_retail", "strategy.skill.closing=2"])
    assert shop.neutral == load("online_shop").strategy and load("direct", ["market.neutral=agency"]).neutral == load("agency").strategy
    assert load("neutral").neutral.label == neutral_of({"neutral": "neutral"})["label"]


@pytest.mark.parametrize("name", [name for group in ("strategy", "case", "theory") for name in shelf()[group]])
def test_every_shipped_scenario_is_valid(name: str) -> None:
    assert load(name).name == name


def test_a_user_folder_adds_scenarios_and_may_start_from_others(tmp_path: Path) -> None:
    write(tmp_path, "strategy/mine.yaml", "defaults: [direct, _self_]\nlabel: Mine\nskill: {closing: 0.5}\n")
    write(
        tmp_path, "case/war.yaml", "# @package _global_\ndefaults:\n  - override /strategy: dealer_4s\nmarket: {reference_price: 200000}\n"
    )
    mine, war = (load(name, [f"scenarios_dir={tmp_path}"]) for name in ("mine", "war"))
    assert mine.strategy.outlets == load("direct").strategy.outlets and mine.strategy.skill.closing == 0.5
    assert war.strategy.label == "4S dealers" and war.market.reference_price == 200_000


def test_every_parameter_says_what_it_is() -> None:
    for path, one in dictionary().items():
        assert one.meaning and one.grade, path
        assert one.kind in ("bool", "str") or (one.unit and one.low < one.high), path


def write(folder: Path, name: str, text: str) -> None:
    """A scenario file of a user."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_weight_sets_the_households_and_says_that_outlets_were_not_rescaled() -> None:
    with pytest.warns(UserWarning, match="makes the market 90000 households instead of 3000000; outlets and budgets were not rescaled"):
        scenario = load("direct", ["market.weight=30", "market.consumers=3000"])
    assert scenario.market.households == 90_000
    assert scenario.weight == 30
