"""The report: every number in it is that of the files, both languages are complete, and it is one harmless file that opens anywhere."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments.cli import main
from experiments.dictionary import dictionary
from experiments.intervals import mean_interval
from experiments.language import LANGUAGES, say
from experiments.measures import BY_KEY
from experiments.money import millions
from experiments.parts import read_part, write_part
from experiments.report.html import page
from experiments.report.inline import inlined
from experiments.wording import with_interval

LABEL = "<script>alert('x')</script> \"Quoted\" & a name that is so long that no table was ever made for it, really"
LABEL_ZH = "<img src=x onerror=alert(1)>测试方案"
HOSTILE = f"label: {json.dumps(LABEL)}\nlabel_zh: {json.dumps(LABEL_ZH, ensure_ascii=False)}\nretail_format: direct\n"
VOID = {"meta", "br"}
# what stands in a Chinese page as it is: names, keys of settings, units and methods that have no other name
NAMES = r"Aalen|Johansen|Funnelsim|Holm|Bonferroni|Python|prototype|precision|initial|list_markup|Parquet|full|true|NPS|null"


class Reader(HTMLParser):
    """Reads a page: its cells by table and row, its visible text outside code and sources, and its tags."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[tuple[str, dict]] = []
        self.tags: list[tuple[str, dict]] = []
        self.cells: dict[tuple[str, str], list[str]] = {}
        self.texts: list[str] = []
        self.table, self.row = "", ""
        self.feed(text)
        assert not self.open, "a tag is not closed"

    def handle_starttag(self, tag: str, attributes: list) -> None:
        about = dict(attributes)
        self.tags.append((tag, about))
        if tag not in VOID:
            self.open.append((tag, about))
        if tag == "table":
            self.table = about.get("id", "")
        if tag == "tr":
            self.row = about.get("data-key", "")
        if tag == "td":
            self.cells.setdefault((self.table, self.row), []).append("")

    def handle_startendtag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        last, _ = self.open.pop()
        assert last == tag, f"{last} is closed by {tag}"

    def handle_data(self, data: str) -> None:
        names = [tag for tag, _ in self.open]
        if "td" in names and "em" not in names:
            self.cells[self.table, self.row][-1] += data
        foreign = any(about.get("lang") == "en" for tag, about in self.open if tag != "html")
        if not {"style", "code", "pre"} & set(names) and not foreign and data.strip():
            self.texts.append(data.strip())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small comparison with a strategy of a hostile name and a number that the user changed."""
    root = tmp_path_factory.mktemp("report")
    (root / "mine" / "strategy").mkdir(parents=True)
    (root / "mine" / "strategy" / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    small = ["market.consumers=900", "market.days=90", "market.start_days=10", "replications=3", "workers=1", "strategy.pull=0"]
    words = ["compare", *small, "strategies=direct,dealer_4s,hostile", f"scenarios_dir={root}/mine", f"results={root}/r", "seed=7"]
    assert main(words) == 0
    return root / "r"


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, str]:
    """The report in both languages."""
    return {language: page(folder, language) for language in LANGUAGES}


def frame(folder: Path, table: str) -> list[dict]:
    """All rows of a table of the results, straight from the Parquet files."""
    return [row for part in sorted((folder / table).glob("*.parquet")) for row in pq.read_table(part).to_pylist()]


def by_replication(folder: Path, basis: str, strategy: str, key: str) -> np.ndarray:
    """One outcome of one strategy over replications, in the shown unit."""
    rows = [row for row in frame(folder, "outcomes") if (row["basis"], row["strategy"]) == (basis, strategy)]
    values = np.array([row[key] for row in sorted(rows, key=lambda row: row["replication"])], float)
    return values * BY_KEY[key].scale * (365 / 90 if BY_KEY[key].by_year else 1)


def cells_of(reader: Reader, kind: str) -> Iterator[tuple[str, str, list[str]]]:
    """Basis, key of the row and texts of every row of the tables of one kind."""
    for (table, row), texts in reader.cells.items():
        if table.startswith(f"{kind}-"):
            yield table.removeprefix(f"{kind}-"), row, [re.sub(r"\s+", " ", text).strip() for text in texts]


# ---- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_is_that_of_the_files(folder: Path, pages: dict[str, str], language: str) -> None:
    names, seen = ("direct", "dealer_4s", "hostile"), 0
    for basis, key, texts in cells_of(Reader(pages[language]), "means"):
        expected = [with_interval(mean_interval(by_replication(folder, basis, name, key))) for name in names]
        assert texts == [*expected, BY_KEY[key].in_unit(language)], key
        seen += 1
    for basis, key, texts in cells_of(Reader(pages[language]), "differences"):
        first = by_replication(folder, basis, "direct", key)
        assert texts[:-1] == [with_interval(mean_interval(by_replication(folder, basis, name, key) - first)) for name in names[1:]], key
        seen += 1
    assert seen > 60


def test_every_amount_of_money_is_that_of_the_books(folder: Path, pages: dict[str, str]) -> None:
    rows, names = frame(folder, "books"), ("direct", "dealer_4s", "hostile")
    scale, seen = 3_000_000 / 900 * 365 / 90 / 1e8, 0
    sums: dict[tuple, int] = {}
    for row in rows:
        for party, sign in ((row["payee"], 1), (row["payer"], -1)):
            for purpose in (row["purpose"], "left"):
                key = (row["basis"], row["strategy"], row["replication"], party, purpose)
                sums[key] = sums.get(key, 0) + sign * row["fen"]
    for basis, key, texts in cells_of(Reader(pages["en"]), "money"):
        party, _, purpose = key.partition("-")
        values = [[sums.get((basis, name, one, party, purpose), 0) * scale for one in range(3)] for name in names]
        assert texts == [millions(mean_interval(np.array(one))) for one in values], key
        seen += 1
    assert seen > 20


def test_the_answer_stands_first_with_interval_and_money(pages: dict[str, str]) -> None:
    text = re.sub(r"<[^>]*>", " ", pages["en"][pages["en"].index("<body") :])
    answer = text[text.index("The answer") : text.index("Finding by finding")]
    assert "(95 % interval " in answer and "million yuan a year" in answer
    assert text.index("Finding by finding") < text.index("Why") < text.index("The numbers") < text.index("Assumptions, with source")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_assumption_is_there_with_grade_and_the_changed_ones_are_marked(pages: dict[str, str], language: str) -> None:
    text = pages[language]
    told = set(re.findall(r"<code>((?:market|strategy)\.[\w.*]+)</code>", text))
    groups = {re.sub(r"^(\w+\.\w+)\.\w+\.(\w+)$", r"\1.*.\2", path) for path in dictionary()}
    labels = {"strategy.label", "strategy.label_zh"}
    assert {path if path in told else re.sub(r"^(\w+\.\w+)\.\w+\.(\w+)$", r"\1.*.\2", path) for path in dictionary()} - told == labels
    assert told <= set(dictionary()) | groups
    mark = f"<b>{say('report', 'changed', language)}</b>"
    for path, changed in (("market.days", True), ("market.consumers", True), ("strategy.pull", True), ("market.need.mean", False)):
        (row,) = {found for found in re.findall(r"<tr>.*?</tr>", text, re.DOTALL) if f"<code>{path}</code>" in found}
        assert (mark in row) == changed, path


def test_the_command_and_the_fingerprint_are_told(folder: Path, pages: dict[str, str]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text = html.unescape(pages["en"])
    assert manifest["command"] in text and manifest["hash"] in text and manifest["model"]["engine"] in text
    assert f"funnel report {folder} lang=en" in text
    assert manifest["command"].startswith("funnel compare market.consumers=900") and "seed=7" in manifest["command"]


# ---- one harmless file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_runs_and_nothing_is_loaded(pages: dict[str, str], language: str) -> None:
    tags = Reader(pages[language]).tags
    assert not [tag for tag, _ in tags if tag in {"script", "iframe", "object", "embed", "link", "base", "form", "img", "foreignobject"}]
    for tag, about in tags:
        assert not [name for name in about if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert about.get(name, "#").startswith(("#", "data:image/png;")), f"{tag} {name}"
    assert not re.search(r"url\((?!#|data:)|@import|javascript:", pages[language])
    policies = [about["content"] for tag, about in tags if tag == "meta" and about.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_small_and_the_same_bytes_every_time(folder: Path, pages: dict[str, str], language: str) -> None:
    assert len(pages[language].encode()) < 400_000
    assert page(folder, language) == pages[language]


def test_compare_writes_it_beside_its_results(folder: Path, pages: dict[str, str]) -> None:
    assert (folder / "report.html").read_text(encoding="utf-8") == pages["en"] + "\n"


@pytest.mark.parametrize(("language", "label"), [("en", LABEL), ("zh", LABEL_ZH)])
def test_a_hostile_name_is_only_a_name(pages: dict[str, str], language: str, label: str) -> None:
    body = pages[language][pages[language].index("<body") :]
    assert html.escape(label, quote=False).split("&quot;")[0][:20] in body and label not in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_read_without_eyes(pages: dict[str, str], language: str) -> None:
    tags = Reader(pages[language]).tags
    heads = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert heads[0] == 1 and heads.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(heads))
    assert all(about.get("scope") in {"col", "row", "rowgroup"} for tag, about in tags if tag == "th")
    ids = [about["id"] for _, about in tags if "id" in about]
    assert len(ids) == len(set(ids))
    pictures = [about for tag, about in tags if tag == "svg"]
    assert pictures and all(set(about["aria-labelledby"].split()) <= set(ids) for about in pictures)
    assert dict(tags)["html"]["lang"] == {"en": "en", "zh": "zh-CN"}[language]


def test_a_picture_is_taken_in_without_what_could_run_or_load() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" onload="x()">'
        "<script>x()</script>"
        '<a xlink:href="http://example.org"><clipPath id="c"/><g clip-path="url(#c)"><use xlink:href="#c"/></g></a></svg>'
    )
    told = inlined(svg, "p", "A <title>", "words & more")
    assert "script" not in told and "onload" not in told and "example.org" not in told
    assert 'id="p-c"' in told and 'url(#p-c)"' in told and 'xlink:href="#p-c"' in told
    assert "A &lt;title&gt;" in told and "words &amp; more" in told


# ---- languages, other folders, mistakes ------------------------------------------------------------------------------------


def test_no_english_is_left_in_the_chinese_report(pages: dict[str, str]) -> None:
    left = []
    for text in Reader(pages["zh"]).texts:
        rest = re.sub(
            r"(?:market|strategy)\.[\w.*]+|scenarios/\S+|\b[\w.-]+ \d+\.\d+[\w.]*,?|[0-9a-f]{8,}(-dirty)?",
            " ",
            re.sub(r"<img src=x \w+=\w*…", "", text.replace("\u00a0", " ").replace(LABEL_ZH, "")),  # a figure's title shortens it
        )
        rest = re.sub(rf"\b({NAMES})\b|\b\w+ \| [\w |]+", " ", rest)
        found = re.findall(r"[A-Za-z]{3,}", rest)
        left += [(found, text)] if found and text not in CHOICES else []
    assert not left, left[:10]


CHOICES = {choice for one in dictionary().values() for choice in one.choices} | {"established", "4S", "neutral"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_place_is_left_unfilled(pages: dict[str, str], language: str) -> None:
    texts = Reader(pages[language]).texts
    assert not [text for text in texts if re.search(r"\{\w*\}|\bnan\b|None|Undefined|\[\[|%%", text)]


@pytest.mark.parametrize("findings", [True, False])
def test_results_of_earlier_versions_are_still_reported(findings: bool, folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    shutil.rmtree(old / "books")
    if not findings:
        (old / "findings.json").unlink()
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    manifest["model"]["market"]["gone"] = 1
    del manifest["model"]["market"]["need"], manifest["packages"], manifest["python"], manifest["seal"]
    manifest["model"]["layout"] = 2
    (old / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for part in (old / "outcomes").glob("*.parquet"):
        rows = read_part(part)
        write_part(part, rows.select([name for name in rows.column_names if not name.startswith("chain_")]))
    text = page(old, "en")
    assert say("report", "why_missing", "en") in html.unescape(text) and 'id="money"' not in text
    assert list(cells_of(Reader(text), "means")) and (say("report", "no_findings_note", "en", level="95 %") in text) != findings


def test_the_verb_takes_the_folder_as_its_first_word(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "mail.html"
    assert main(["report", str(folder), "lang=zh", f"out={out}"]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert out.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="zh-CN">')


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "needs the folder of results"),
        (["nowhere"], "'nowhere' holds no results"),
        (["nowhere", "lang=fr"], "lang is 'fr'; it is one of en, zh"),
        (["nowhere", "langs=zh"], "unknown setting 'langs'"),
    ],
)  # fmt: skip
def test_mistakes_are_answered_in_a_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["report", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_run_is_reported_and_answers_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    small = ["market.consumers=300", "market.days=30", "market.start_days=10", "replications=2", "workers=1"]
    assert main(["run", "strategy=agency", *small, "lang=zh", f"results={tmp_path}/r"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("代理能卖多少、赚多少？") and "结论基于 2 次重复" in told
    assert '<html lang="zh-CN">' in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_compare_answers_in_chinese_and_shows_all_tables_on_request(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    small = ["market.consumers=300", "market.days=30", "market.start_days=10", "replications=2", "workers=1", "strategies=direct,agency"]
    words = ["compare", *small, f"results={tmp_path}/r", "lang=zh"]
    assert main(words) == 0
    short = capsys.readouterr().out
    assert main([*words, "full=true"]) == 0
    full = capsys.readouterr().out
    for told in (short, full):
        assert not re.search(
            r"[A-Za-z]{4,}", re.sub(r"\S*[/=.]\S*|funnel compare|Holm|Bonferroni|Parquet|precision|full|true", "", told)
        ), told
    assert len(short.splitlines()) < 75 and "厂商：媒体投放" in full and "与直营的配对差值" in full
