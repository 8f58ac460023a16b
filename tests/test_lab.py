"""The lab's server: it answers what is asked, refuses what is hostile, and its files can be opened."""

import asyncio
import csv
import io
import json
import re
import socket
import threading
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

from bench.hostile import attacks
from bench.served import Server
from experiments.fonts import missing
from experiments.lab import desk
from experiments.lab.answer import FIRST_LOOK, answer_of, looked
from experiments.lab.asked import MOST_EVENTS, MOST_OUTLETS, MOST_UNKNOWN, PREVIEW, question_of
from experiments.lab.export import harmless
from experiments.lab.levers import levers
from experiments.lab.movie import WAYS
from experiments.lab.page import MODULES, STATIC, words
from experiments.lab.worker import PARTS, lived, look, more, show
from experiments.language import LANGUAGES, catalogue
from sim import FunnelModel, simulate, start_up
from sim.schema import ConfigError
from tests.figures import record_figure

pytest.importorskip("starlette", reason="the extra [lab] is not installed")
pytest.importorskip("uvicorn", reason="the extra [lab] is not installed")

SMALL = {"consumers": 400, "days": 60, "seeds": 5, "dots": 40}


def run(server: Server, **asked: object) -> list[dict]:
    """All lines of the answer to a small question."""
    return list(server.lines(SMALL | asked))


@pytest.fixture(scope="module")
def told(server: Server) -> list[dict]:
    return run(server)


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


def test_the_page_shows_the_mean_line_at_night_of_every_outlet() -> None:
    point = question_of(SMALL | {"consumers": 4000}).points[1]
    model = FunnelModel(point.scenario, 1, start=start_up(point.scenario, 1))
    standing = np.zeros(model.world.outlets.size)
    while model.running:
        model.step()
        np.add.at(standing, model.world.line["outlet"], 1)
    shown = json.loads(look(point, 1, SMALL["dots"]))["outlets"]
    assert [one[3] for one in shown] == pytest.approx(standing / SMALL["days"], abs=0.005) and standing.sum() > 0


def test_nobody_is_lost_on_the_page(told: list[dict]) -> None:
    for side in told[0]["sides"]:
        assert all(abs(sum(stock) - 3_000_000) <= 8 for stock in side["stocks"])  # each of eight numbers is rounded


def test_the_same_question_has_the_same_answer(server: Server, told: list[dict]) -> None:
    again = run(server)
    assert [line | {"run": ""} for line in again] == [line | {"run": ""} for line in told]


def test_a_look_ahead_is_one_small_world_and_not_kept(server: Server) -> None:
    line = run(server, preview=True, consumers=50_000)[-1]
    question = question_of(SMALL | {"consumers": PREVIEW})
    assert line["kind"] == "look" and "run" not in line and "answer" not in line
    assert line["sides"] == [json.loads(look(point, 1, SMALL["dots"])) for point in question.points]


def test_a_look_ahead_begins_with_the_beginnings_of_its_curves(server: Server) -> None:
    *parts, whole = run(server, preview=True, seed=77)
    assert [one["kind"] for one in (*parts, whole)] == ["part"] * 2 * (PARTS - 1) + ["look"]
    for k, side in enumerate(whole["sides"]):
        mine = [one["sides"][0] for one in parts if one["side"] == k]
        assert mine == [side["orders"][: SMALL["days"] * part // PARTS + 1] for part in range(1, PARTS)]
        assert all(one["days"] == SMALL["days"] for one in parts)
    assert run(server, preview=True, seed=77) == [whole]  # what is known comes at once


def test_a_look_ahead_shows_what_the_whole_would_of_as_many_people() -> None:
    for point in question_of(SMALL).points:
        assert look(point, 1, SMALL["dots"]) == show(point, 1, SMALL["dots"])[0]


def test_a_side_may_be_changed_alone(server: Server, told: list[dict]) -> None:
    lines = run(server, set_b={"strategy.exposure": 0.0})
    assert lines[0]["sides"][0] == told[0]["sides"][0] and lines[0]["sides"][1] != told[0]["sides"][1]


def test_the_story_of_a_dot_is_told_on_both_sides_in_both_languages(server: Server, told: list[dict]) -> None:
    movers = told[0]["sides"][0]["moves"][1::3]
    status, _, data = server.get(f"/api/story/{told[0]['run']}/{movers[0]}")
    story = json.loads(data)
    assert status == 200 and set(story) == set(LANGUAGES) and all(len(sides) == 2 and all(sides) for sides in story.values())


def test_the_story_of_a_buyer_who_is_not_shown_is_told_too(server: Server) -> None:
    asked = SMALL | {"consumers": 2000, "days": 150, "seeds": 1, "dots": 10}
    movie = next(server.lines(asked))
    side, buyer = next((k, one) for k, some in enumerate(movie["sides"]) for one in some["buyers"] if one >= asked["dots"])
    story = json.loads(server.get(f"/api/story/{movie['run']}/{buyer}")[2])
    point = question_of(asked).points[side]
    journey = simulate(point.scenario, 1, [buyer], start=start_up(point.scenario, 1)).journeys
    (bought,) = journey["day"][journey["event"] == "buys"]
    assert any(line.startswith(f"day {bought}:") for line in story["en"][side])
    assert server.get(f"/api/story/{movie['run']}/{asked['consumers']}")[0] == 404


def test_the_latest_question_of_a_page_wins(server: Server) -> None:
    first: list[list[dict]] = []
    old = threading.Thread(target=lambda: first.append(run(server, page="one", seeds=100)))
    old.start()
    time.sleep(0.4)
    new = run(server, page="one")
    old.join(60)
    assert new[-1]["kind"] == "done" and first[0][-1]["kind"] == "void"


def test_a_life_that_nobody_waits_for_is_ended_on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    point, days = question_of(SMALL).points[0], []

    def wanted() -> None:
        days.append(1)
        if len(days) == 7:
            raise desk.CalledOff

    monkeypatch.setattr(desk, "wanted", wanted)
    with pytest.raises(desk.CalledOff):
        lived(point, 1, 0)
    assert len(days) == 7


def test_a_job_at_a_desk_is_called_off_and_those_in_line_are_not_begun() -> None:
    async def play() -> tuple[list[bool], float]:
        line = desk.Line(1)
        line.open()
        await line.ask(desk.LOOK, desk.Ticket(), until_called_off, 0.0)
        old = [line.ask(desk.LOOK, line.ticket("page"), until_called_off, 20.0)]
        old += [line.ask(desk.MORE, line.latest["page"], until_called_off, 20.0)]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        new = await line.ask(desk.MORE, line.ticket("page"), until_called_off, 0.0)
        took = time.monotonic() - began
        await line.close()
        return [one.cancelled() for one in old] + [new], took

    called_off, took = asyncio.run(play())
    assert called_off == [True, True, True] and took < 20.0


def until_called_off(seconds: float) -> bool:
    """Works so long, or until nobody waits for it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        desk.wanted()
        time.sleep(0.01)
    return True


def test_worlds_of_several_questions_come_by_turns(server: Server) -> None:
    order: list[str] = []

    def listen(page: str) -> None:
        for line in server.lines(SMALL | {"page": page, "seeds": 20, "days": 90, "seed": ord(page)}):
            order.append(page) if line["kind"] in ("count", "answer") else None

    pages = [threading.Thread(target=listen, args=(name,)) for name in "xy"]
    [one.start() for one in pages]
    [one.join(120) for one in pages]
    assert order.count("x") == order.count("y") == 19
    assert "".join(order).find("x") < 19 > "".join(order).find("y")  # nobody waits until the other is served


def test_a_process_is_handed_the_question_whole_and_what_it_was_handed_before_by_its_number() -> None:
    base, moved, market = (
        question_of(asked).points[0] for asked in ({}, {"set_a": {"strategy.content_quality": 1.5}}, {"market": {"market.need.mean": 7.5}})
    )

    async def hand_over() -> list[object]:
        one, came = desk.Desk(), []
        one.begin()
        for point in (base, moved, market, base):
            job = desk.Job(desk.LOOK, len(came), desk.Ticket(), sent_back, (point,), asyncio.Future(), None, desk.unheard)
            came.append(one.carry_out(job))
            if len(came) == 3:
                assert len(one.handed) == 5  # two markets, two strategies and the neutral one
                one.end()  # a process that is begun anew was handed nothing
        one.end()
        return came

    assert asyncio.run(hand_over()) == [base, moved, market, base] and base != moved != market


def sent_back(point: object) -> object:
    """What was handed over."""
    return point


def test_no_more_wait_in_line_than_there_is_room_for() -> None:
    async def fill() -> int:
        line = desk.Line(1)
        for k in range(desk.LINE + 1):
            try:
                line.ask(desk.SHOW, desk.Ticket(), until_called_off, 0.0)
            except desk.Busy:
                return k
        return -1

    assert asyncio.run(fill()) == desk.LINE


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
    "a number for events": {"events": 3},
    "an event of nothing": {"events": [{}]},
    "bad press without an end": {"events": [{"driver": "goodwill", "start": 5, "factor": 0.5}]},
    "too many events": {"events": [{"driver": "needs", "start": 5, "factor": 0.5}] * (MOST_EVENTS + 1)},
    "an unknown lesson": {"lesson": "../secret"},
}


@pytest.mark.parametrize("asked", WRONG.values(), ids=WRONG)
def test_a_wrong_question_is_refused_in_sentences(server: Server, asked: dict) -> None:
    status, _, data = server.post("/api/run", SMALL | asked)
    errors = json.loads(data)["errors"]
    assert status == 422 and errors and all(len(one) > 10 and "Traceback" not in one for one in errors)


def test_a_question_is_sent_as_json(server: Server) -> None:
    assert server.ask("POST", "/api/run", b"{}", {"Content-Type": "text/plain"})[0] == 400


@pytest.mark.parametrize("lines, heard", [(1900, True), (2100, False)])
def test_who_says_too_much_before_the_question_is_hung_up_on(server: Server, lines: int, heard: bool) -> None:
    head = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
    with server.say(head + b"a: b c\r\n" * lines + b"\r\n") as one:  # 8 bytes a line, of 16,384
        one.settimeout(15)
        try:
            told = one.recv(100)
        except ConnectionError:
            told = b""
    assert told.startswith(b"HTTP/1.1 200") == heard and bool(told) == heard


def test_a_hundred_hostile_requests_are_refused_and_the_slow_ones_are_hung_up_on(server: Server) -> None:
    from experiments.lab.listener import SLOWEST

    slow: list[socket.socket] = []
    many = list(attacks(slow))
    wrong = [(what, came, wanted) for what, do, wanted in many if (came := do(server)) != wanted]
    assert not wrong
    record_figure("hostile requests", len(many))
    assert json.loads(server.get("/health")[2])["status"] == "fine"
    for one in slow:
        one.settimeout(3 * SLOWEST)
        assert one.recv(100)[:12] in (b"", b"HTTP/1.1 400")  # the head did not come, or the question did not
        one.close()


def test_thousands_of_unknown_names_cost_no_more_than_a_few() -> None:
    with pytest.raises(ConfigError) as fault:
        question_of({"set_a": {f"strategy.skill.{k}": 1 for k in range(2000)}})
    assert len(fault.value.errors) == MOST_UNKNOWN


def test_every_answer_carries_the_rules_for_the_browser(server: Server) -> None:
    for path in ("/", "/page/lab.js", "/health", "/api/start", "/nothing"):
        heads = server.get(path)[1]
        assert heads["content-security-policy"].startswith("default-src 'self';") and heads["x-content-type-options"] == "nosniff"


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
    stems = (
        "grade_",
        "theme_",
        "pair_",
        "check_",
        "lesson_",
        "stage_",
        "party_",
        "purpose_",
        "footing_",
        "export_",
        "group_",
        "event_",
        "predict_",
    )
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
