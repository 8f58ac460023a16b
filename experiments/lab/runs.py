"""The runs that the server remembers: few, by an id that nobody can guess; stories and downloads are made from them."""

import json
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.lab.asked import Question
from experiments.language import LANGUAGES
from experiments.story import lines
from sim.replication import told

KEPT = 60


@dataclass
class Run:
    """One question and what has been lived for it so far."""

    question: Question
    asked: dict[str, object]  # as the page put it
    sides: list[bytes] = field(default_factory=list)  # what the page shows of the first world, as JSON
    diaries: list[np.ndarray] = field(default_factory=list)
    worlds: list[tuple[dict[str, float], dict[str, float]]] = field(default_factory=list)
    curves: list[list[list[float]]] = field(default_factory=list)

    def keep(self, curves: Sequence[list[float]], outcomes: Sequence[dict[str, float]]) -> None:
        """Adds a world: of each side its cars by frame, and its outcomes."""
        self.curves.append(list(curves))
        self.worlds.append(tuple(outcomes))

    def story(self, consumer: int, diaries: Sequence[np.ndarray] = ()) -> dict[str, list[list[str]]]:
        """The life of a consumer on each side, in both languages.

        diaries  of each side, where the consumer is not among those who are shown
        """
        journeys = [told(some[(some["consumer"] == consumer) & (some["brand"] == 0)]) for some in diaries or self.diaries]
        days = self.question.sizes.days
        return {language: [[line.strip() for line in lines(one, days, language=language)] for one in journeys] for language in LANGUAGES}


class Runs:
    """The latest runs by id."""

    def __init__(self):
        self.by_id: OrderedDict[str, Run] = OrderedDict()

    def add(self, run: Run) -> str:
        """Keeps a run and forgets the oldest."""
        name = secrets.token_urlsafe(12)
        self.by_id[name] = run
        while len(self.by_id) > KEPT:
            self.by_id.popitem(last=False)
        return name

    def get(self, name: str) -> Run | None:
        """The run of an id; None where there is none (any more)."""
        return self.by_id.get(name)


def line_of(kind: str, sides: Sequence[bytes] = (), **parts: object) -> bytes:
    """One line of an answer that comes in parts.

    sides  what is JSON already
    """
    told = json.dumps({"kind": kind} | parts, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return (told[:-1] + b',"sides":[' + b",".join(sides) + b"]}" if sides else told) + b"\n"
