"""The lab's server: it answers what is asked, refuses what is hostile, and its files can be opened."""

import csv
import http.client
import io
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments.fonts import missing
from experiments.lab.answer import FIRST_LOOK, answer_of, looked
from experiments.lab.asked import MOST_OUTLETS, question_of
from experiments.lab.export import harmless
from experiments.lab.levers import levers
from experiments.lab.movie import WAYS
from experiments.lab.page import MODULES, STATIC, words
from experiments.lab.worker import more, show
from experiments.language import LANGUAGES, catalogue
from sim import simulate, start_up
from sim.schema import ConfigError

pytest.importorskip("starlette", reason="the extra [lab] is not installed")
pytest.importorskip("uvicorn", reason="the extra [lab] is not installed")

SMALL = {"consumers": 400, "days": 60, "seeds": 5, "dots": 40}
TRAVERSALS = [
    up + name
    for up in ("../", "..%2f", "%2e%2e/", "....//", "..\\", "/", "static/../../", "%00", "./", "~/")
    for name in ("app.py", "../pyproject.toml", "etc/passwd")
]  # fmt: skip


class Server:
    """A server of the lab in a process of its own."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "experiments.cli", "lab", f"port={self.port}", "open=false", "workers=2"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        for _ in range(600):
            try:
                self.get("/health")
                return
            except OSError:
                assert self.process.poll() is None, self.process.stderr.read()
                time.sleep(0.1)
        raise AssertionError("the server did not begin within a minute")

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path: str, **heads: str) -> tuple[int, dict[str, str], bytes]:
        """Status, heads and body of a GET."""
        return self.ask("GET", path, None, heads)

    def post(self, path: str, body: object, **heads: str) -> tuple[int, dict[str, str], bytes]:
        """Status, heads and body of a POST of JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, data, {"Content-Type": "application/json"} | heads)

    def ask(self, method: str, path: str, body: bytes | None, heads: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.putrequest(method, path, skip_host="Host" in heads)
            for name, value in heads.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def run(self, **asked: object) -> list[dict]:
        """The lines of an answer."""
        status, _, data = self.post("/api/run", SMALL | asked)
        assert status == 200, data
        return [json.loads(line) for line in data.splitlines()]

    def stop(self) -> None:
        """Ends the server."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def told(server: Server) -> list[dict]:
    return server.run()


# ---- what is asked and answered --------------------------------------------------------------------------------------


def test_an_answer_comes_in_lines_what_is_shown_first(told: list[dict]) -> None:
    assert [line["kind"] for line in told] == ["movie", *["count"] * 3, "answer", "done"]
    assert told[0]["answer"]["rests"] == 1 and told[4]["answer"]["rests"] == SMALL["seeds"]


def test_the_page_shows_the_life_that_the_engine_lives(told: list[dict]) -> None:
    question = question_of(SMALL)
    for point, side in zip(question.points, told[0]["sides"], strict=True):
        result = simulate(point.scenario, 1, list(range(SMALL["dots"])), start=start_up(point.scenario, 1))
        assert side["orders"][-1] == round(result.outcomes["orders"])
        stages = list(side["first"])
        for day, dot, stage in np.reshape(side["moves"], (-1, 3)).tolist():
            assert (stages[dot], stage) in WAYS and 1 <= day <= SMALL["days"]
            stages[dot] = stage
        assert stages == result.minds["stage"][0][: SMALL["dots"]].tolist()


def test_nobody_is_lost_on_the_page(told: list[dict]) -> None:
    for side in told[0]["sides"]:
        assert all(abs(sum(stock) - 3_000_000) <= 8 for stock in side["stocks"])  # each of eight numbers is rounded


def test_the_same_question_has_the_same_answer(server: Server, told: list[dict]) -> None:
    again = server.run()
    assert [line | {"run": ""} for line in again] == [line | {"run": ""} for line in told]


def test_a_preview_is_small_and_not_kept(server: Server) -> None:
    lines = server.run(preview=True, consumers=50_000)
    assert [line["kind"] for line in lines] == ["movie", "done"] and lines[0]["run"] == ""


def test_a_side_may_be_changed_alone(server: Server, told: list[dict]) -> None:
    lines = server.run(set_b={"strategy.exposure": 0.0})
    assert lines[0]["sides"][0] == told[0]["sides"][0] and lines[0]["sides"][1] != told[0]["sides"][1]


def test_the_story_of_a_dot_is_told_on_both_sides_in_both_languages(server: Server, told: list[dict]) -> None:
    movers = told[0]["sides"][0]["moves"][1::3]
    status, _, data = server.get(f"/api/story/{told[0]['run']}/{movers[0]}")
    story = json.loads(data)
    assert status == 200 and set(story) == set(LANGUAGES) and all(len(sides) == 2 and all(sides) for sides in story.values())


def test_the_latest_question_of_a_page_wins(server: Server) -> None:
    import threading

    first: list[list[dict]] = []
    old = threading.Thread(target=lambda: first.append(server.run(page="one", seeds=60)))
    old.start()
    time.sleep(1.0)
    new = server.run(page="one")
    old.join(60)
    assert new[-1]["kind"] == "done" and first[0][-1]["kind"] == "void"


def test_an_answer_is_looked_at_only_when_it_was_planned_to_be() -> None:
    assert [looked(20, n) for n in (1, 4, 5, 9, 10, 19, 20)] == [1, 1, 5, 5, 10, 10, 20]
    assert looked(2, 2) == looked(40, 2) == 1 and FIRST_LOOK == 5  # two worlds may agree by chance to the car


def test_an_answer_is_not_clear_while_its_interval_holds_nothing() -> None:
    question = question_of(SMALL | {"a": "direct", "b": "agency"})
    worlds = [tuple(outcomes for _, outcomes in more(question.points, 1, k)) for k in range(5)]
    said = answer_of(question, worlds)
    for key, sentence in zip(said["gaps"], said["told"]["en"], strict=True):
        gap = said["gaps"][key]
        assert sentence.startswith("Not clear yet") == (gap["sign"] == 0 and gap["low"] != gap["high"])
    assert answer_of(question, worlds[:1])["told"]["zh"][0].startswith("尚不明朗")


def test_two_sides_of_one_strategy_are_told_apart() -> None:
    assert question_of({"a": "direct", "b": "direct"}).labels["en"] == {"a": "Direct sales A", "b": "Direct sales B"}


def test_a_case_stands_beside_its_baseline_in_its_own_market() -> None:
    question = question_of({"a": "online_shop", "b": "amazon_like", "basis": "as_found"})
    assert question.points[0].scenario.market == question.points[1].scenario.market


# ---- what is refused -------------------------------------------------------------------------------------------------

WRONG = {
    "an unknown lever": {"set_a": {"strategy.skil.closing": 1}},
    "a value out of range": {"set_b": {"strategy.skill.closing": 9}},
    "not a number": {"set_b": {"strategy.skill.closing": "high"}},
    "infinity": {"set_b": {"strategy.exposure": 1e400}},
    "a market's number on a side": {"set_a": {"market.days": 3}},
    "a file": {"market": {"market.word_of_mouth.ties": "/etc/passwd"}},
    "too many consumers": {"consumers": 10**7},
    "too much work": {"consumers": 50_000, "days": 1825, "seeds": 100},
    "too many outlets": {"set_a": {"strategy.outlets.tier1": MOST_OUTLETS + 1}},
    "an unknown strategy": {"a": "directt"},
    "an unknown key": {"__class__": 1},
    "a list of changes": {"set_a": [1]},
    "an unknown lesson": {"lesson": "../secret"},
}


@pytest.mark.parametrize("asked", WRONG.values(), ids=WRONG)
def test_a_wrong_question_is_refused_in_sentences(server: Server, asked: dict) -> None:
    status, _, data = server.post("/api/run", SMALL | asked)
    errors = json.loads(data)["errors"]
    assert status == 422 and errors and all(len(one) > 10 and "Traceback" not in one for one in errors)


def test_what_is_no_question_is_refused(server: Server) -> None:
    bodies = [b"", b"[]", b"{", b"\xff", b"[" * 30_000, b'{"a": NaN}', b"1", b" " * 70_000]
    assert [server.post("/api/run", body)[0] for body in bodies] == [400, 400, 400, 400, 400, 422, 400, 400]
    assert server.ask("POST", "/api/run", b"{}", {"Content-Type": "text/plain"})[0] == 400


@pytest.mark.parametrize("heads", [{"Host": "evil.example"}, {"Host": ""}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
def test_other_hosts_and_origins_are_refused(server: Server, heads: dict) -> None:
    assert server.get("/api/start", **heads)[0] == 403


@pytest.mark.parametrize("path", TRAVERSALS)
def test_there_are_no_files_but_the_pages_own(server: Server, path: str) -> None:
    assert all(server.get(before + path)[0] == 404 for before in ("/page/", "/download/", "/download/x/"))


def test_every_answer_carries_the_rules_for_the_browser(server: Server) -> None:
    for path in ("/", "/page/lab.js", "/health", "/api/start", "/nothing"):
        heads = server.get(path)[1]
        assert heads["content-security-policy"].startswith("default-src 'self';") and heads["x-content-type-options"] == "nosniff"


def test_the_server_lives_on_after_hostile_requests(server: Server) -> None:
    for k in range(100):
        server.post("/api/run", [b"{" * k, {"a": "x" * k}, {"consumers": -k}, SMALL | {"set_a": {"a" * k: k}}][k % 4])
    assert json.loads(server.get("/health")[2])["status"] == "fine"


# ---- files -----------------------------------------------------------------------------------------------------------


def file(server: Server, told: list[dict], form: str) -> bytes:
    status, heads, data = server.get(f"/download/{told[0]['run']}/{form}")
    assert status == 200 and "attachment" in heads["content-disposition"]
    return data


def test_the_table_is_the_same_as_csv_and_as_parquet(server: Server, told: list[dict]) -> None:
    sheet = list(csv.DictReader(io.StringIO(file(server, told, "csv").decode("utf-8-sig"))))
    table = pq.read_table(io.BytesIO(file(server, told, "parquet"))).to_pylist()
    assert len(sheet) == len(table) > 100
    assert [row["value"] for row in sheet] == [str(row["value"]) for row in table]


def test_the_report_opens_and_answers(server: Server, told: list[dict]) -> None:
    page = file(server, told, "report").decode()
    assert page.startswith("<!doctype html>") and "4S dealers" in page and "<script" not in page


def test_a_replay_needs_nobody(server: Server, told: list[dict]) -> None:
    page = file(server, told, "replay").decode()
    assert "import " not in re.search(r'<script type="module">(.*)</script>', page, re.DOTALL)[1].split("\n\n")[0]
    assert not re.search(r'(src|href)="(?!data:|#)', page) and "default-src 'none'" in page


def test_modules_can_be_joined_into_one_file() -> None:
    names = [name for module in MODULES for name in re.findall(
        r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)", (STATIC / f"{module}.js").read_text(), re.MULTILINE)]  # fmt: skip
    assert len(names) == len(set(names)) and {path.stem for path in STATIC.glob("*.js")} == set(MODULES)


def test_there_are_no_other_files(server: Server, told: list[dict]) -> None:
    assert server.get(f"/download/{told[0]['run']}/secret")[0] == server.get("/download/none/csv")[0] == 404


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", '=HYPERLINK("x")'])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert harmless(cell)[0] == "'"


# ---- words and levers ------------------------------------------------------------------------------------------------


def test_every_word_of_the_page_is_there_and_none_is_idle() -> None:
    code = "".join((STATIC / f"{name}.js").read_text() for name in MODULES) + (STATIC / "index.html").read_text()
    said = set(re.findall(r"\bt\((?:on \? )?'(\w+)'", code)) | set(re.findall(r'data-t(?:-label|-placeholder)?="(\w+)"', code))
    there = words()["words"]["en"]
    assert said <= set(there), said - set(there)
    mentioned = set(re.findall(r"'(\w+)'", code)) | said | {"too_much", "busy_line"}
    stems = ("grade_", "theme_", "pair_", "check_", "lesson_", "stage_", "party_", "purpose_", "footing_", "export_", "group_")
    assert not {key for key in there if key not in mentioned and not key.startswith(stems)}


def test_every_lever_has_words_and_a_slider_within_its_bounds() -> None:
    known = levers()
    assert len(known) > 400 and [one["first"] for one in known[:12]] == [True] * 12
    for one in known:
        assert all(one[part][language] for part in ("label", "meaning", "group") for language in LANGUAGES), one["path"]
        assert re.search(r"[\u4e00-\u9fff]", one["label"]["zh"]) and not re.search(r"[\u4e00-\u9fff]", one["label"]["en"]), one["path"]
        if one["slider"]:
            low, high, step = one["slider"]
            assert one["low"] <= low < high <= one["high"] and 0 < step <= high - low, one["path"]


@pytest.mark.parametrize("end", [0, 1])
def test_both_ends_of_every_slider_may_be_asked(end: int) -> None:
    for one in levers():
        if one["slider"] and one["path"].startswith("strategy."):
            try:
                question_of(SMALL | {"set_b": {one["path"]: one["slider"][end]}})
            except ConfigError as error:  # two numbers may contradict each other; none may be out of its own range
                assert f"{one['path']} is " not in str(error)


def test_choices_of_levers_are_said_in_both_languages() -> None:
    for one in levers():
        for choice in one["choices"]:
            assert re.search(r"[\u4e00-\u9fff]", choice["zh"]), (one["path"], choice)


def test_every_sentence_of_the_lab_has_glyphs() -> None:
    assert not missing("".join(entry[language] for entry in catalogue("lab").values() for language in LANGUAGES))


def test_start_worlds_are_shared_by_sides_and_sliders() -> None:
    from experiments.lab.worker import STARTS

    question = question_of(SMALL)
    STARTS.clear()
    show(question.points[0], 1, 10)
    more(question.points, 1, 0)
    assert len(STARTS) == 1
