"""What the lab has just lived it does not live again: a side that a lever leaves as it was, and what another page has asked."""

import asyncio
from pathlib import Path

import pytest

from bench.served import Server
from experiments.lab import desk
from experiments.lab.answer import answer_of
from experiments.lab.asked import question_of
from experiments.lab.known import MOST, Known
from experiments.lab.worker import more

pytest.importorskip("starlette", reason="the extra [lab] is not installed")

ASKED = {"consumers": 400, "days": 60, "seeds": 5, "dots": 40, "seed": 31}


def noted(path: str, word: str) -> str:
    """Notes in a file that somebody worked, and repeats the word."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(word)
    return word


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "at once"])
def test_what_is_known_is_not_worked_for_again(at_once: bool, tmp_path: Path) -> None:
    async def ask(words: str) -> list[str]:
        line = desk.Line(1)
        line.open()
        jobs = []
        for word in words:
            jobs.append(line.ask(desk.LOOK, desk.Ticket(), noted, str(tmp_path / "note"), word, name=("look", word, 1, 40)))
            if not at_once:
                await jobs[-1]
        told = await asyncio.gather(*jobs)
        await line.close()
        return told

    assert "".join(asyncio.run(ask("abaab"))) == "abaab"
    assert (tmp_path / "note").read_text() == "ab"


def test_a_job_without_a_name_is_worked_for_each_time(tmp_path: Path) -> None:
    async def ask() -> None:
        line = desk.Line(1)
        line.open()
        for _ in range(2):
            await line.ask(desk.LOOK, desk.Ticket(), noted, str(tmp_path / "note"), "a")
        await line.close()

    asyncio.run(ask())
    assert (tmp_path / "note").read_text() == "aa"


def test_what_nobody_has_asked_for_the_longest_is_forgotten() -> None:
    known, most = Known(), MOST["show"]
    for k in range(most):
        known.keep(("show", "side", 1, k), k)
    assert known.get(("show", "side", 1, 0)) == 0  # asked for again
    known.keep(("show", "side", 1, most), most)
    assert known.get(("show", "side", 1, 1)) is None
    assert [known.get(("show", "side", 1, k)) for k in (0, 2, most)] == [0, 2, most]


def test_a_side_is_known_by_every_number_of_it() -> None:
    ids = question_of(ASKED).ids
    moved = question_of(ASKED | {"set_b": {"strategy.exposure": 1.5}}).ids
    assert moved[0] == ids[0] and moved[1] != ids[1]
    for other in ({"days": 61}, {"consumers": 401}, {"market": {"market.need.mean": 7.0}}, {"basis": "as_found"}):
        assert all(one != before for one, before in zip(question_of(ASKED | other).ids, ids, strict=True)), other


def test_an_answer_is_the_same_whatever_was_asked_before(server: Server) -> None:
    asked = ASKED | {"set_b": {"strategy.exposure": 1.4}}
    for before in (ASKED, ASKED | {"seeds": 3}, {"preview": True} | asked):
        list(server.lines(before | {"page": "before"}))
    told = list(server.lines(asked | {"page": "after"}))
    again = list(server.lines(asked | {"page": "again"}))
    question = question_of(asked)
    worlds = [tuple(outcomes for _, outcomes in more(question.points, asked["seed"], k)) for k in range(asked["seeds"])]
    for lines in (told, again):
        (last,) = (line for line in lines if line["kind"] == "answer")
        assert last["answer"]["gaps"] == answer_of(question, worlds)["gaps"]
    assert told[0]["sides"] == again[0]["sides"]
