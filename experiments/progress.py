"""What is seen on stderr while replications live: how many, the answer as far as it is known, the time left."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from experiments.analysis import outcomes_of
from experiments.answer import ByStrategy, headline
from experiments.first_look import PEOPLE, TIMES
from experiments.intervals import ALPHA
from experiments.language import say
from experiments.point import labels_of
from experiments.rows import table_of

if TYPE_CHECKING:
    from experiments.batch import Experiment
    from experiments.replicate import Life


class Progress:
    """One line that changes in a terminal, one line per replication elsewhere."""

    def __init__(self, todo: int, wanted: int, experiment: "Experiment"):
        self.todo, self.wanted, self.experiment = todo, wanted, experiment
        self.done, self.first, self.answer = 0, 0.0, ""
        self.glances: list[pa.Table] = []
        self.status = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self.status = Console(stderr=True).status("")
            self.status.start()
        self.say("begins", n=self.todo, lives=len(self.experiment.points))
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def glance(self, lives: Sequence["Life"]) -> None:
        """One replication more of the first look has ended; the last one tells what it shows."""
        self.glances.append(table_of("outcomes", lives))
        if len(self.glances) == TIMES:
            (by_strategy,) = outcomes_of(pa.concat_tables(self.glances, promote_options="default"), self.experiment.days).values()
            told = self.told(lives[0].basis, by_strategy, ALPHA)
            self.answer = say("answer", "first_look", self.experiment.settings.lang, n=TIMES, people=f"{PEOPLE:,}", told=told)
            self.show(self.answer)

    def advance(self) -> None:
        """One replication more is kept."""
        self.done += 1
        finished = self.wanted - self.todo + self.done
        if finished > 1:
            basis, by_strategy = next(iter(self.experiment.outcomes().items()))
            self.answer = self.told(basis, by_strategy, self.experiment.alpha)
        told = self.answer if finished > 1 or self.status else ""  # where lines stay, the first look is there to read
        answer = say("answer", "clause", self.experiment.settings.lang) + told if told else ""
        self.say("finished", finished=finished, wanted=self.wanted, left=self.left(), answer=answer)

    def told(self, basis: str, by_strategy: ByStrategy, alpha: float) -> str:
        """The answer on a basis as far as it is known, in one sentence that follows its intervals."""
        language = self.experiment.settings.lang
        return headline(by_strategy, labels_of(self.experiment.points, language), alpha, language, basis)

    def left(self) -> str:
        """The time left, by the pace after the first replication."""
        now = time.monotonic()
        self.first = self.first or now
        if self.done in (1, self.todo):
            return ""
        seconds = (now - self.first) / (self.done - 1) * (self.todo - self.done)
        return say("answer", "left", self.experiment.settings.lang, clock=clock(seconds))

    def say(self, key: str, **values: object) -> None:
        """Shows the newest line, in the language of the answer."""
        self.show(say("answer", key, self.experiment.settings.lang, **values))

    def show(self, text: str) -> None:
        """Shows the newest line."""
        if self.status:
            from rich.text import Text

            self.status.update(Text(text))
        else:
            print(text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Seconds as people say them."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
