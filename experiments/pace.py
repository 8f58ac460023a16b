"""What is seen on stderr while many short lives are lived: what for, how many, the time left."""

import sys
import time

from experiments.language import say
from experiments.progress import clock

TIMES = 10  # lines of one stage


class Pace:
    """A line whenever another tenth of a stage's lives is done."""

    def __init__(self, stage: str, todo: int, language: str = "en"):
        self.stage, self.todo, self.language = stage, todo, language
        self.done, self.began, self.first = 0, time.monotonic(), 0.0

    def advance(self) -> None:
        """One more is done; the first, which may compile the rules, does not count for the pace."""
        self.done += 1
        self.first = self.first or time.monotonic()
        if self.done * TIMES // self.todo == (self.done - 1) * TIMES // self.todo:
            return
        seconds = (time.monotonic() - self.first) / max(1, self.done - 1) * (self.todo - self.done)
        left = say("flip", "left", self.language, clock=clock(seconds)) if 1 < self.done < self.todo else ""
        print(say("flip", "pace", self.language, stage=self.stage, done=self.done, todo=self.todo) + left, file=sys.stderr, flush=True)
