"""What is seen on stderr while replications live: how many, the shrinking interval, the time left."""

import sys
import time
from typing import TYPE_CHECKING, Self

from experiments.intervals import mean_interval
from experiments.measures import BY_KEY
from experiments.wording import grain, number

if TYPE_CHECKING:
    from experiments.batch import Experiment


class Progress:
    """One line that changes in a terminal, one line per replication elsewhere."""

    def __init__(self, todo: int, wanted: int, experiment: "Experiment"):
        self.todo, self.wanted, self.experiment = todo, wanted, experiment
        self.done, self.began, self.first = 0, time.monotonic(), 0.0
        self.status = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self.status = Console(stderr=True).status("")
            self.status.start()
        self.say(f"{self.todo} replications with {len(self.experiment.points)} lives of the market each; the first also compiles the rules")
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def advance(self) -> None:
        """One replication more is kept."""
        self.done += 1
        finished = self.wanted - self.todo + self.done
        self.say(f"{finished} of {self.wanted} replications{self.interval()}{self.left()}")

    def left(self) -> str:
        """The time left, by the pace after the first replication, which also compiles the rules."""
        now = time.monotonic()
        self.first = self.first or now
        if self.done in (1, self.todo):
            return ""
        return f"; about {clock((now - self.first) / (self.done - 1) * (self.todo - self.done))} left"

    def interval(self) -> str:
        """The interval of the last strategy's orders against the first's, on the first basis."""
        experiment = self.experiment
        by_strategy = next(iter(experiment.outcomes().values()))
        values = by_strategy[experiment.names[-1]]["orders"]
        if len(experiment.names) > 1:
            values = values - by_strategy[experiment.names[0]]["orders"]
        one = mean_interval(values, experiment.alpha)
        what = " - ".join(reversed(experiment.names[:1] + experiment.names[1:][-1:]))
        step = grain(one)
        return f"; {what}: {number(one.mean, step)} ± {number(one.half, step)} {BY_KEY['orders'].words} a year" if one.n > 1 else ""

    def say(self, text: str) -> None:
        """Shows the newest line."""
        if self.status:
            self.status.update(text)
        else:
            print(text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Seconds as people say them."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
