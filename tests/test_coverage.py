"""docs/coverage.md cannot drift: every required row is in the list, commands and tests exist, the page is of that list."""

import ast
import shlex
from pathlib import Path

import pytest
import yaml

from experiments import case, compare, coverage, duel, run, touchpoints, why
from experiments.cases import asked_of
from experiments.cli import VERBS, settings_of
from experiments.compose import checked_shelf, named_scenario
from experiments.coverage import SOURCE, WRITING, Campaign, carry_out, key_of, mark, page, rows_of, shows_of
from experiments.measures import BY_KEY
from experiments.overrides import read
from experiments.sensitivity import studied
from experiments.settings import Story, checked_settings, keys
from experiments.sweep import order_of

ROOT = Path(__file__).resolve().parent.parent
LIST = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
ROWS = {name: row for _, name, row in rows_of(LIST)}
SHOWS = [show for row in ROWS.values() for show in shows_of(row, LIST)]
COMMANDS = sorted({show["run"] for show in SHOWS if not show.get("later")})
REQUIRED = [f"{letter}{k}" for letter, n in (("F", 9), ("S", 7), ("B", 4), ("C", 4), ("P", 3), ("X", 9)) for k in range(1, n + 1)]


def parse(verb: str, words: list[str]) -> None:
    """Reads a command as its verb does, without living anything; raises where the verb would refuse it."""
    names, pairs = [word for word in words if "=" not in word], [word for word in words if "=" in word]
    if verb == "case":
        case.wanted(read(pairs, keys(settings_of(verb))), names)
    elif verb in ("duel", "why"):
        {"duel": duel, "why": why}[verb].asked(read(pairs, keys(settings_of(verb))), names)
    elif verb in ("compare", "run", "touchpoints"):
        {"compare": compare, "run": run, "touchpoints": touchpoints}[verb].asked(read(words, keys(settings_of(verb))))
    elif verb == "sweep":
        order_of(words, verb).plan()
    elif verb == "sensitivity":
        studied(words)
    elif verb == "story":
        request, errors = read(words, keys(Story)), []
        named_scenario(request, checked_shelf(request))
        checked_settings(Story, request.settings, errors)
        assert not errors + request.errors
    else:
        settings = settings_of(verb)
        assert verb in VERBS and settings and all(word.split("=")[0] in keys(settings) for word in pairs)


def functions(name: str) -> set[str]:
    """The functions of a file of tests."""
    return {
        one.name for one in ast.parse((ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8")).body if isinstance(one, ast.FunctionDef)
    }


def test_every_required_row_is_listed_and_no_other() -> None:
    assert list(ROWS) == REQUIRED
    assert all(row["asks"] and set(row) <= {"asks", "shows", "note", "tests"} for row in ROWS.values())
    known = {"run", "from", "figure", "outcome", "of", "basis", "says", "later"}
    assert all(set(show) <= known and show["run"].startswith("funnel ") for show in SHOWS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_parses(command: str) -> None:
    verb, *words = shlex.split(command)[1:]
    parse(verb, words)


def test_what_is_marked_as_missing_is_missing() -> None:
    shelf = checked_shelf(read([]))
    later = [shlex.split(show["run"]) for show in SHOWS if show.get("later")]
    there = [words[2] for words in later if words[1] == "case" and words[2] in shelf["case"]]
    assert not there, "these cases exist now: strike `later: true` from experiments/coverage.yaml"


def test_every_outcome_and_test_that_is_named_exists() -> None:
    assert all(show["outcome"] in BY_KEY for show in SHOWS if "outcome" in show)
    assert all(asked_of(words[2], checked_shelf(read([]))).outcome in BY_KEY for words in map(shlex.split, COMMANDS) if words[1] == "case")
    for row in ROWS.values():
        for one in row.get("tests", []):
            name, _, function = one.partition("::")
            assert (ROOT / "tests" / f"{name}.py").is_file() and (not function or function in functions(name)), one
        runs = [show for show in row.get("shows", []) if not show.get("later")]
        assert not runs or row.get("tests"), "what is shown is held by a test"


def test_the_page_is_of_the_present_list() -> None:
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert mark() in text, "run make coverage"
    assert all(f"| {name} |" in text for name in REQUIRED)


def test_rows_are_run_and_written(tmp_path: Path) -> None:
    small = Campaign(tmp_path / "cache", 2, 400, 1)
    short = "market.days=20 market.start_days=10"
    rows = {
        "F8": {"asks": "leaks", "shows": [{"run": f"funnel case omnichannel {short}"}], "tests": ["test_omnichannel"]},
        "B4": {"asks": "growth", "shows": [
            {"run": "funnel kpi RESULTS family=growth", "from": "comparison", "says": ["cars ordered"]},
            {"run": f"funnel compare strategies=direct,agency basis=format {short}", "outcome": "orders", "of": "agency"},
        ]},
        "F9": {"asks": "policies", "shows": [{"run": "funnel case nobody_wrote_it"}, {"run": "funnel case later_on", "later": True}]},
        "S4": {"asks": "nothing yet"},
    }  # fmt: skip
    source = {"comparison": rows["B4"]["shows"][1]["run"], "tables": {"All": rows}}
    found, failed = carry_out(source, list(rows), small)
    assert failed == ["funnel case nobody_wrote_it"]
    text = page(source, found, small)
    lines = {line.split(" | ")[0].strip("| ") + line.split(" | ")[2]: line for line in text.splitlines() if line.startswith("| ")}
    assert "2 paired replications" in text and "400 consumers" in text and mark() in text
    assert "omnichannel less " in lines[f"F8shown: `{rows['F8']['shows'][0]['run']}`"]
    assert "agency less direct" in text and "cars ordered " in lines["B4shown: `funnel kpi RESULTS family=growth`"]
    assert (
        "fails: `funnel case nobody_wrote_it`" in text
        and "not shown: `funnel case later_on`" in text
        and "| S4 | nothing yet | not shown |" in text
    )
    again, _ = carry_out(source, ["S4"], small)  # what is not asked for is kept
    assert again == found and page(source, {}, small).count("not run") == 5


def test_results_of_another_scenario_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, command = Campaign(tmp_path, 2, 300, 1), "funnel run strategy=direct market.days=10 market.start_days=5"
    assert coverage.run(campaign, command)[0] == 0
    kept = (campaign.folder(command) / "outcomes" / "r00000.parquet").stat().st_mtime_ns
    assert coverage.run(campaign, command)[0] == 0  # goes on with what is there
    assert (campaign.folder(command) / "outcomes" / "r00000.parquet").stat().st_mtime_ns == kept
    monkeypatch.setattr("experiments.identity.ENGINE", "another")
    assert coverage.run(campaign, command)[0] == 0
    assert (campaign.folder(command) / "outcomes" / "r00000.parquet").stat().st_mtime_ns != kept


def test_a_command_is_run_in_its_own_folder_at_the_campaigns_size() -> None:
    campaign = Campaign(Path("c"), 3, None, 2)
    words = campaign.words("funnel case nio_like replications=5")
    assert "replications=5" in words and "workers=2" in words and "report=false" in words and not any("consumers" in one for one in words)
    assert campaign.words("funnel kpi RESULTS", "funnel compare")[1] == str(campaign.folder("funnel compare"))
    assert campaign.words("funnel explain x") == ["explain", "x"]
    swept = "funnel sweep strategy.pull=-2,-1 reps=2"
    assert campaign.words(swept) == ["sweep", "strategy.pull=-2,-1", "reps=2", f"results={campaign.folder(swept)}", "workers=2"]
    assert set(WRITING) <= set(VERBS) and key_of({"run": "a"}) != key_of({"run": "b"})
