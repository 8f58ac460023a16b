"""The READMEs are honest: every command in them works, the walk's sentences are those of the commands, both languages say the same."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from experiments import compare, readme, run
from experiments.cli import main
from experiments.readme import FILL, PAGES, PICTURES, ROOT, RUN, cells, excerpt, fill, page, wrapped
from experiments.table import wide

TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
SMALL = ["market.consumers=300", "market.days=30", "market.start_days=10"]
FEW = [*SMALL, "replications=2", "workers=1"]
MORE = {  # what makes each verb quick
    "compare": [*FEW, "basis=format"], "run": FEW, "case": FEW, "touchpoints": [*FEW, "report=false"], "why": FEW,
    "story": ["market.consumers=2500", "market.days=250", "strategy.pull=1"],
    "sweep": [*SMALL, "samples=2", "engine=serial"],
    "map": [*SMALL, "grid=2", "refine=0", "reps=2", "engine=serial"],
    "sensitivity": [*SMALL, "method=tornado", "only=market.bargain.share", "reps=2", "engine=serial"],
    "flip": ["only=market.meeting.closing", "replications=2", "workers=1"],
}  # fmt: skip


def commands(text: str) -> list[str]:
    """Every funnel command of a page: in fences, in tables and above blocks of output."""
    fenced = re.findall(r"^ *(?:\.venv/bin/)?(funnel \w.*?)(?: *#.*)?$", text, re.M)
    spoken = re.findall(r"`(funnel [^`]+)`", text)
    return list(dict.fromkeys([*fenced, *spoken, *(found["command"] for found in RUN.finditer(text))]))


def programs(text: str) -> list[str]:
    """Every program of a page."""
    return re.findall(r"```python\n(from .*?)```", text, re.S)


def neutral(command: str) -> str:
    """A command without its language."""
    return " ".join(word for word in command.split() if not word.startswith("lang="))


def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out pictures and report, which `funnel compare` alone is enough to try.

    Both modules are loaded by now: one that were loaded after this would keep the other's stand-in for good.
    """
    monkeypatch.setattr(compare, "drawn", lambda *_: ([], []))
    monkeypatch.setattr(compare, "reported", lambda *_: Path("report.html"))
    monkeypatch.setattr(run, "reported", lambda *_: Path("report.html"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader's would be after the walk: a filled sheet, own scenarios, results."""
    folder = tmp_path_factory.mktemp("desk")
    (found,) = FILL.finditer(TEXTS["README.md"])
    fill(found["table"], folder / found["file"], "en")
    (folder / "my_folder" / "strategy").mkdir(parents=True)
    shutil.copy(ROOT / "scenarios" / "strategy" / "direct.yaml", folder / "my_folder" / "strategy" / "my_strategy.yaml")
    assert main(["compare", *FEW, "basis=format", f"results={folder}/RESULTS"]) == 0
    return folder


@pytest.mark.parametrize("command", sorted({neutral(one) for text in TEXTS.values() for one in commands(text)}))
def test_every_command_works(command: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(desk)
    if command != "funnel compare":
        undrawn(monkeypatch)
    words = shlex.split(command.split(" > ")[0])[1:]
    more = [one for one in MORE.get(words[0], []) if one.split("=")[0] not in {word.split("=")[0] for word in words}]
    if "my=my.csv" in words or "basis=same_money" in words:
        more = [one for one in more if one != "basis=format"]
    if "-m" in words:
        more += [f"hydra.sweep.dir={desk}/many"]
    elif words[0] in ("compare", "run", "case", "touchpoints"):
        more += [f"results={desk}/{abs(hash(command))}"]
    assert main([*words, *more]) == 0
    assert capfd.readouterr().out.strip()


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for text in TEXTS.values():
        assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"^make .*|`make [a-z]+`", text, re.M)))) <= targets


def test_both_languages_have_the_same_commands_numbers_and_pictures() -> None:
    english, chinese = TEXTS.values()
    assert {neutral(one) for one in commands(english)} == {neutral(one) for one in commands(chinese)}
    assert [neutral(one["command"]) for one in RUN.finditer(english)] == [neutral(one["command"]) for one in RUN.finditer(chinese)]
    for text, language in zip(TEXTS.values(), PAGES.values(), strict=True):
        assert re.findall(r"\(docs/pictures/(\w+)\.(\w+)\.png\)", text) == [(name, language) for name in PICTURES]
        assert all((ROOT / "docs" / "pictures" / f"{name}.{language}.png").read_bytes().startswith(b"\x89PNG") for name in PICTURES)
        assert text.index("docs/pictures/") < text.index("make compare")  # picture first


def test_the_same_numbers_are_filled_in_in_both_languages(tmp_path: Path) -> None:
    from experiments.my_numbers import read_mine

    sheets = []
    for text, language in zip(TEXTS.values(), PAGES.values(), strict=True):
        (found,) = FILL.finditer(text)
        fill(found["table"], tmp_path / f"{language}.csv", language)
        sheets.append(read_mine(str(tmp_path / f"{language}.csv")))
        assert not sheets[-1].errors and len(list(cells(found["table"]))) == 10
    assert (sheets[0].values, sheets[0].expected) == (sheets[1].values, sheets[1].expected)


@pytest.mark.parametrize("name", PAGES)
def test_the_walk_says_in_small_what_the_page_shows_in_large(
    name: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(desk)
    undrawn(monkeypatch)
    (shown,) = (found for found in RUN.finditer(TEXTS[name]) if "my.csv" in found["command"] and found["start"])
    assert main([*shlex.split(shown["command"])[1:], *FEW, f"results={desk}/walk"]) == 0
    told = excerpt(capfd.readouterr().out, shown["start"], shown["stop"])
    page_lines, lines = ([re.sub(r"\s+", " ", part) for part in re.split(r"\n(?! {4})", text.strip())] for text in (shown["block"], told))
    assert lines[:2] == page_lines[:2]  # what was taken from the sheet
    expected = [re.findall(r"(?:your|您的) ([\d.,]+ ?\S+?)(?: a month|[.;。；落高低对]| )", " ".join(text)) for text in (page_lines, lines)]
    assert len(expected[0]) == len(expected[1]) == 2 and expected[0] == expected[1]


@pytest.mark.parametrize("name", PAGES)
def test_pages_name_the_engine_and_have_no_empty_block(name: str) -> None:
    assert all(found["block"].strip() for found in RUN.finditer(TEXTS[name]))
    assert re.search(r"<!-- engine -->\n.*`[0-9a-f]{12}`", TEXTS[name]) and "`000000000000`" not in TEXTS[name]
    assert TEXTS[name].count("<!-- run:") == len(list(RUN.finditer(TEXTS[name])))


def test_a_block_becomes_what_its_command_prints(tmp_path: Path) -> None:
    text = "<!-- run: funnel x | from b | until d -->\n```\nold\n```\n<!-- engine -->\nengine `000000000000`\n"
    made = page(text, tmp_path, "en", run=lambda command, folder: "a\nb 1\nc\n\nd\n")
    from sim.compiled import ENGINE

    assert "```\nb 1\nc\n```\n" in made and f"engine `{ENGINE}`" in made
    with pytest.raises(ValueError, match="'b' is not in the output"):
        page(text, tmp_path, "en", run=lambda command, folder: "nothing")


@pytest.mark.parametrize("line", ["  " + "word " * 60, "  " + "直营与代理的年订单量，无明显差异；" * 9])
def test_wrapping_changes_nothing_but_line_ends(line: str) -> None:
    out = wrapped(line.rstrip())
    assert all(wide(one) <= readme.WIDTH for one in out.splitlines()) and len(out.splitlines()) > 1
    assert re.sub(r"\s", "", out) == re.sub(r"\s", "", line)


@pytest.mark.slow
def test_the_pages_are_what_make_readme_makes(tmp_path: Path) -> None:
    for name, language in PAGES.items():
        assert page(TEXTS[name], tmp_path, language) == TEXTS[name]


# ---- programs ------------------------------------------------------------------------------------------------------------


def test_the_programs_of_the_page_run_and_find_what_they_look_for() -> None:
    known: dict = {}
    for block in programs(TEXTS["README.md"]):
        exec(block.replace("consumers=20000", "consumers=4000"), known)
    assert known["result"].outcomes["orders"] > 0 and known["model"].day == 0
    assert -2.2 < known["pull"] < -0.6 and abs(known["too_many"](known["pull"])) < 0.02 * 30_000


def test_both_pages_have_the_same_programs() -> None:
    bare = [[re.sub(r" *#.*|\"{3}.*\"{3}", "", block) for block in programs(text)] for text in TEXTS.values()]
    assert bare[0] == bare[1] and len(bare[0]) == 2
