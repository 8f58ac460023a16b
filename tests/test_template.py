"""My own numbers: the sheet, how it is read however it was saved, and what its numbers do to the scenarios and the answer."""

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from experiments.analysis import Comparison
from experiments.basis import points_of
from experiments.cells import decimal_sign, tidy, values_of
from experiments.cli import main
from experiments.compose import checked_shelf, load
from experiments.dictionary import dictionary, groups
from experiments.explain import value_in
from experiments.files import shelf
from experiments.identity import digest, identity_of
from experiments.intervals import Interval, mean_interval
from experiments.language import LANGUAGES, catalogue
from experiments.my_check import checks_of, sentence, told
from experiments.my_numbers import EXPECTED, Mine, read_mine
from experiments.overrides import read
from experiments.parameter_words import entry_of, meaning_of, unit_of
from experiments.scenarios import about
from experiments.template import ROWS, sheet_of
from sim import simulate
from sim.scenario import DatedEvent
from sim.schema import parameters

TINY = ["market.consumers=400", "market.days=30", "market.start_days=10", "replications=2", "workers=1"]
NAMES = ("direct", "agency", "dealer_4s", "hybrid")
NUMBERS = {  # what somebody means, however it is written
    ("all", "market.households"): 2_400_000,
    ("all", "market.reference_price"): 219_800.5,
    ("direct", "strategy.outlets.tier1"): 12,
    ("agency", "strategy.terms.commission"): 0.055,
    ("dealer_4s", "strategy.outlet.rent"): 3_100_000.0,
}


def filled(path: Path, cells: dict[tuple[str, str], str], separator: str = ",", encoding: str = "utf-8-sig", end: str = "\r\n") -> Path:
    """A sheet with some cells filled in, saved in some way."""
    columns = ["all", *NAMES]
    out = StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(["key（参数）", "meaning（含义）", *columns])
    for key in dict.fromkeys(key for _, key in cells):
        writer.writerow([key, "您的数字", *(cells.get((column, key), "") for column in columns)])
        writer.writerow([])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def flat(mine: Mine) -> dict[tuple[str, str], object]:
    """The values of a sheet by column and key."""
    return {(column, key): value for column, by_key in mine.values.items() for key, value in by_key.items()}


# ---- words of the parameters -----------------------------------------------------------------------------------------


def test_every_parameter_has_words_in_both_languages() -> None:
    for path, one in dictionary().items():
        assert meaning_of(one, "en") == one.meaning, path
        assert all(meaning_of(one, language).strip() for language in LANGUAGES), path
        assert not one.unit or unit_of(one, "en") == one.unit, path


def test_no_word_of_a_parameter_is_dead() -> None:
    used = {entry_of(path) for path in dictionary()} | {f"unit {one.unit}" for one in dictionary().values() if one.unit}
    used |= {f"one {path.split('.')[2]}" for path in dictionary() if "*" in entry_of(path)}
    used |= {f"one {part}" for path in dictionary() for part in path.split(".")[2:-1]}
    used |= {f"market.events[].{one.path}" for one in parameters(DatedEvent)} | {f"unit {one.unit}" for one in parameters(DatedEvent)}
    spoken = {path for path in groups() if path.count(".") < 2}
    dead = set(catalogue("parameters")) - used - {f"group {path}" for path in spoken}
    assert not dead and spoken <= {key.removeprefix("group ") for key in catalogue("parameters")}


def test_chinese_words_are_chinese() -> None:
    for path in dictionary():
        assert any("一" <= letter <= "鿿" for letter in catalogue("parameters")[entry_of(path)]["zh"]), path


def test_explain_speaks_chinese(capsys: pytest.CaptureFixture) -> None:
    assert main(["explain", "strategy.terms.commission", "lang=zh"]) == 0
    said = capsys.readouterr().out
    assert "佣金" in said and "0.06（由零售模式决定）" in said and "share" not in said


def test_the_words_of_scenarios_are_those_of_their_files() -> None:
    files = {f"{group} {name}": path for group, named in shelf().items() for name, path in named.items()}
    assert {key: words["en"] for key, words in catalogue("scenarios").items()} == {key: about(path) for key, path in files.items()}


# ---- the sheet -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_has_about_twenty_rows_that_excel_can_show(language: str, capsysbinary: pytest.CaptureFixture, tmp_path: Path) -> None:
    assert main(["template", f"lang={language}"]) == 0
    raw = capsysbinary.readouterr().out
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n") == 1 + len(ROWS)
    rows = list(csv.DictReader(StringIO(raw.decode("utf-8-sig"))))
    assert 18 <= len(rows) <= 24 and all(len(row) == 11 and None not in row.values() for row in rows)
    (tmp_path / "my.csv").write_bytes(raw)
    empty = read_mine(str(tmp_path / "my.csv"))
    assert empty.values == {} and empty.expected == {} and empty.errors == []


def test_the_defaults_of_a_sheet_are_those_of_the_scenarios() -> None:
    rows = {row["key"]: row for row in csv.DictReader(StringIO(sheet_of({name: load(name) for name in NAMES}, "en")))}
    assert tuple(rows) == ROWS and set(EXPECTED) < set(ROWS)
    for key in set(ROWS) - set(EXPECTED) - {"strategy.list_price", "strategy.terms.margin", "strategy.terms.commission"}:
        by_name = {name: value_in(load(name), key) for name in NAMES}
        shown = rows[key]["default"]
        told = dict(part.split(" ") for part in shown.split("; ")) if " " in shown else dict.fromkeys(NAMES, shown)
        assert {name: float(told[name]) for name in NAMES} == by_name, key


def test_a_sheet_may_have_the_columns_one_wants(capsysbinary: pytest.CaptureFixture) -> None:
    assert main(["template", "strategies=direct,hybrid"]) == 0
    head = capsysbinary.readouterr().out.decode("utf-8-sig").splitlines()[0]
    assert head.split(",")[5:] == ["all", "direct", "hybrid", "note"]
    assert main(["template", "strategies=direct,hybird"]) == 2


# ---- reading ---------------------------------------------------------------------------------------------------------

ENGLISH = {**{key: str(value) for key, value in NUMBERS.items()}, ("all", "market.households"): "2,400,000"}
GERMAN = dict(zip(NUMBERS, ["2.400.000", "219.800,50", "12", "5,5 %", "3.100.000"], strict=True))
CHINESE = dict(zip(NUMBERS, ["240万", "￥219,800.50", "１２", "5.5％", "310万元"], strict=True))
FRENCH = dict(zip(NUMBERS, ["2\u202f400\u202f000", "219\u00a0800,5", " 12 ", "0,055", "3 100 000"], strict=True))


@pytest.mark.parametrize(
    ("cells", "separator", "encoding", "end"),
    [
        (ENGLISH, ",", "utf-8-sig", "\r\n"),
        (ENGLISH, ",", "utf-8", "\n"),
        (ENGLISH, "\t", "utf-16", "\r\n"),
        (GERMAN, ";", "utf-8-sig", "\r\n"),
        (GERMAN, ",", "utf-8", "\n"),
        (FRENCH, ";", "utf-8", "\r"),
        (CHINESE, ",", "gb18030", "\r\n"),
        (CHINESE, "\t", "gb18030", "\n"),
    ],
)
def test_a_sheet_is_read_however_it_was_saved(cells: dict, separator: str, encoding: str, end: str, tmp_path: Path) -> None:
    mine = read_mine(str(filled(tmp_path / "my.csv", cells, separator, encoding, end)))
    assert mine.errors == [] and flat(mine) == NUMBERS


def test_the_line_by_which_excel_names_the_separator_is_read(tmp_path: Path) -> None:
    path = filled(tmp_path / "my.csv", GERMAN, ";", "utf-8", "\n")
    path.write_text("sep=;\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert flat(read_mine(str(path))) == NUMBERS


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [("1,234,567", ".", 1234567), ("1.234.567,89", ".", 1234567.89), ("12,5%", ".", 0.125),
     ("0,125", ".", 0.125), ("160,000", ".", 160000), ("160.000", ",", 160000),
     ("1'234", ".", 1234), ("−1.4", ".", -1.4), ("2e6", ".", 2e6), ("1.5亿", ".", 1.5e8), ("¥250,000", ".", 250000)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, sign: str, value: float) -> None:
    assert values_of(tidy(text), sign)[0] == value


@pytest.mark.parametrize("text", ["abc", "=A1*2", "#REF!", "1,00,000", "12..5", "5 people"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert values_of(tidy(text), ".") == []


def test_other_cells_prove_the_decimal_sign() -> None:
    assert decimal_sign(iter(["160,000", "12,5"])) == "," and decimal_sign(iter(["160,000", "3,000,000"])) == "."
    assert decimal_sign(iter(["160,000", "160.000", "7"])) is None


def test_a_number_with_two_meanings_is_asked_about_and_not_guessed(tmp_path: Path) -> None:
    key = ("direct", "strategy.outlet.wage")
    (error,) = read_mine(str(filled(tmp_path / "my.csv", {key: "160,000"}, ";"))).errors
    assert "160 or as 160000" in error
    assert flat(read_mine(str(filled(tmp_path / "my.csv", {key: "160,000"})))) == {key: 160000.0}


WRONG = {
    ("all", "market.households"): ("-3", "row 2, market.households, column all: '-3'", "1..10000000000"),
    ("direct", "market.reference_price"): ("200000", "row 4, market.reference_price, column direct", "column all"),
    ("agency", "strategy.terms.commission"): ("6", "row 6, strategy.terms.commission", "Write 6%"),
    ("dealer_4s", "strategy.outlets.tier1"): ("9.5", "row 8, strategy.outlets.tier1", "a whole number in 0..100000"),
    ("all", "strategy.outlet.wage"): ("many", "row 10, strategy.outlet.wage", "is no number"),
    ("hybrid", "strategy.outlet.rent"): ("5%", "row 12, strategy.outlet.rent", "per cent"),
    ("all", "strategy.outlet.stuff"): ("5", "row 14", "Did you mean 'strategy.outlet.staff'"),
    ("all", "strategy.retail_format"): ("agent", "row 16, strategy.retail_format", "direct, agency, dealer_4s, hybrid"),
}


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = filled(tmp_path / "my.csv", {key: text for key, (text, _, _) in WRONG.items()})
    assert main(["compare", f"my={path}", *TINY, "market.days=-1", f"results={tmp_path}/r"]) == 2
    said = capsys.readouterr().err.splitlines()
    for _, where, allowed in WRONG.values():
        assert [line for line in said if where in line and allowed in line], where
    assert any("market.days is -1" in line for line in said) and len(said) == len(WRONG) + 1
    assert not (tmp_path / "r").exists()


def test_what_is_wrong_is_said_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = filled(tmp_path / "my.csv", {("all", "market.households"): "许多"})
    assert main(["compare", f"my={path}", "lang=zh", *TINY]) == 2
    assert "第 2 行，market.households，all 列：“许多”不是数字；应为1 至 10000000000 之间的整数（户）" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04", "save it in Excel as 'CSV UTF-8'"), (b"", "the first row must name the columns"), (b"a,b\r\n1,2\r\n", "the first row"),
     (b"key,all\r\n,5\r\n", "a row without a key"), (b"key,all\r\nmarket.households,5\r\nmarket.households,6\r\n", "row 2 already"),
     (b"key,dirct\r\nstrategy.outlet.staff,5\r\n", "Did you mean 'direct'"), (b"key,all\r\nstrategy.outlet,5\r\n", "a group"),
     (b"\x00\x01\x02\x00", "is not text")],
)  # fmt: skip
def test_a_sheet_that_is_none_is_answered(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "my.csv").write_bytes(content)
    (error,) = read_mine(str(tmp_path / "my.csv")).errors
    assert words in error


def test_a_sheet_that_is_not_there_is_answered(capsys: pytest.CaptureFixture) -> None:
    assert main(["compare", "my=nowhere.csv", *TINY]) == 2
    assert "my=nowhere.csv cannot be read" in capsys.readouterr().err


# ---- what the numbers do ---------------------------------------------------------------------------------------------


def points(path: Path, *words: str) -> dict:
    """The scenarios that compare would live."""
    request = read([f"my={path}", *words], ["my"])
    assert not request.errors
    return {(one.basis, one.strategy): one for one in points_of(request, NAMES, ("format", "as_found"), checked_shelf(request))}


def test_numbers_go_where_their_column_says(tmp_path: Path) -> None:
    extra = {("all", "strategy.outlet.staff"): "5", ("direct", "strategy.outlet.staff"): "6"}
    found = points(filled(tmp_path / "my.csv", ENGLISH | extra), "strategy.outlet.support=3")
    assert {one.scenario.market.households for one in found.values()} == {2_400_000}
    plans = {key: one.scenario.strategy for key, one in found.items()}
    assert plans["as_found", "direct"].outlets.tier1 == 12 and plans["as_found", "agency"].outlets.tier1 == 8
    assert [plans["as_found", name].outlet.staff for name in NAMES] == [6, 5, 5, 5]
    assert {plan.outlet.staff for (basis, _), plan in plans.items() if basis == "format"} == {5}
    assert {plan.outlet.support for plan in plans.values()} == {3}
    assert [plans["format", name].terms.commission for name in NAMES] == [None, 0.055, None, None]
    assert {one.scenario.neutral.outlet.staff for one in found.values()} == {load("neutral").strategy.outlet.staff}


def test_the_command_line_wins_over_the_sheet(tmp_path: Path) -> None:
    found = points(filled(tmp_path / "my.csv", ENGLISH), "strategy.outlets.tier1=2", "market.households=1000000")
    assert {one.scenario.strategy.outlets.tier1 for one in found.values()} == {2}
    assert found["as_found", "direct"].scenario.market.households == 1_000_000


def test_the_fingerprint_knows_the_numbers(tmp_path: Path) -> None:
    one, other = (
        digest(identity_of(list(points(filled(tmp_path / "my.csv", cells)).values()), 1, False))
        for cells in (ENGLISH, ENGLISH | {("direct", "strategy.outlets.tier1"): "13"})
    )
    assert one != other


def test_any_other_number_of_the_model_may_have_a_row(tmp_path: Path) -> None:
    found = points(filled(tmp_path / "my.csv", {("direct", "strategy.pull"): "-1", ("all", "market.meeting.closing"): "60%"}))
    assert found["as_found", "direct"].scenario.strategy.pull == -1
    assert found["as_found", "direct"].scenario.market.meeting.closing == 0.6


# ---- the model against expectations ----------------------------------------------------------------------------------


def findings(value: Interval) -> Comparison:
    """Findings with one outcome of one strategy."""
    return Comparison("as_found", {"direct": {"lead_to_sale": value}}, {}, {}, {})


@pytest.mark.parametrize(
    ("mine", "verdict", "words"),
    [(0.05, "within", "lies inside the interval"), (0.08, "below", "3.0 [2.0, 4.0] percentage points less"),
     (0.02, "above", "3.0 [2.0, 4.0] percentage points more")],
)  # fmt: skip
def test_an_expectation_is_held_against_the_interval(mine: float, verdict: str, words: str) -> None:
    sheet = Mine("my.csv", expected={"all": {"lead_to_sale": 0.5}, "direct": {"lead_to_sale": mine}})
    (check,) = checks_of(sheet, findings(Interval(5.0, 4.0, 6.0, 10)))
    assert check.verdict == verdict and words in sentence(check, "Direct sales", "en", 730)


def test_levers_are_named_only_where_the_model_is_elsewhere() -> None:
    value = findings(Interval(5.0, 4.0, 6.0, 10))
    for language in LANGUAGES:
        for expected, apart in ((0.05, False), (0.09, True)):
            words = told(Mine("my.csv", expected={"all": {"lead_to_sale": expected}}), [value], {"direct": "D"}, 0.05, language, 730)
            assert ("market.meeting.closing" in words) == apart


def test_without_an_interval_nothing_is_compared() -> None:
    sheet = Mine("my.csv", expected={"all": {"lead_to_sale": 0.05}})
    (check,) = checks_of(sheet, findings(Interval(np.nan, np.nan, np.nan, 0)))
    assert check.verdict == "missing" and "180 days" in sentence(check, "Direct sales", "en", 100)


@pytest.mark.parametrize(
    ("outcome", "key", "low", "high"),
    [
        ("lead_to_sale", "market.meeting.closing", 0.1, 0.95),
        ("lead_to_sale", "strategy.skill.closing", -3, 3),
        ("lead_to_sale", "market.leads.shows", 0.1, 1),
        ("cars_per_outlet_month", "strategy.pull", -1, 2),
        ("cars_per_outlet_month", "strategy.outlets.tier1", 40, 4),  # fewer outlets, more cars in each
    ],
)
def test_the_levers_that_are_named_move_the_outcome(outcome: str, key: str, low: float, high: float) -> None:
    words = catalogue("template")[f"levers_{outcome}"]["en"]
    assert key in words or "strategy.outlets.*" in words
    size = ["market.consumers=3000", "market.days=330", "market.start_days=30", "strategy.pull=1", "strategy.outlets.tier2=0"]
    one, other = (load("direct", [*size, f"{key}={value}"]) for value in (low, high))
    gaps = [simulate(other, replication=k).outcomes[outcome] - simulate(one, replication=k).outcomes[outcome] for k in range(5)]
    assert mean_interval(np.array(gaps)).low > 0, gaps


def test_compare_holds_the_model_against_my_numbers(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    cells = ENGLISH | {("all", "expect.lead_to_sale"): "8%", ("direct", "expect.cars_per_outlet_month"): "4500"}
    path = filled(tmp_path / "my.csv", cells)
    assert main(["compare", f"my={path}", *TINY, "strategies=direct,agency", f"results={tmp_path}/r"]) == 0
    said = capsys.readouterr().out
    assert f"Your numbers ({path}): 2 of the market, 1 of Direct sales alone, 1 of Agency alone." in said
    assert "Not used, because not simulated: column dealer_4s." in said
    assert "your 4,500 a month" in said and "leads are followed 180 days" in said
    kept = json.loads((tmp_path / "r" / "my.json").read_text(encoding="utf-8"))
    assert {(column, key): value for column, by_key in kept["values"].items() for key, value in by_key.items()} == NUMBERS
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"]["strategies"]["as_found"]["direct"]["outlets"]["tier1"] == 12


def test_run_reads_my_numbers_in_chinese_too(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = filled(tmp_path / "my.csv", CHINESE)
    assert main(["run", f"my={path}", "strategy=direct", "lang=zh", *TINY, f"results={tmp_path}/r"]) == 0
    assert "市场 2 项、仅直营 1 项" in capsys.readouterr().out
