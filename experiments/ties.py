"""Who knows whom, from a file of the user: the list of ties that `market.word_of_mouth.ties` names. The model knows no files."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.scenario import Scenario
from sim.schema import ConfigError

SHOWN = 5  # faulty lines that are named


def with_ties(scenario: Scenario) -> Scenario:
    """The scenario with the ties of the file it names, if its network is a list.

    Raises ConfigError.
    """
    talk = scenario.market.word_of_mouth
    if talk.network != "list":
        return scenario
    return replace(scenario, ties=read_ties(Path(talk.ties), scenario.market.consumers))


def read_ties(path: Path, consumers: int) -> np.ndarray:
    """The ties (k, 2) of a text file: two ids from 0 to consumers - 1 a line, parted by a comma or spaces; # begins a comment.

    Raises ConfigError with what is wrong, the first lines by number.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"market.word_of_mouth.ties: '{path}' cannot be read as text: {reason(error)}"]) from None
    ties, errors = [], []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].replace(",", " ").split()
        if not words:
            continue
        if len(words) != 2 or not all(word.isascii() and word.isdigit() for word in words):
            errors.append(f"{path}, line {number}: '{line.strip()}' is not two ids of consumers")
            continue
        pair = int(words[0]), int(words[1])
        if max(pair) >= consumers:
            errors.append(f"{path}, line {number}: there is no consumer {max(pair)}; ids are 0 to {consumers - 1}")
        elif pair[0] == pair[1]:
            errors.append(f"{path}, line {number}: consumer {pair[0]} is tied to himself")
        else:
            ties.append(pair)
    if errors:
        raise ConfigError(errors[:SHOWN] + ([f"{path}: {len(errors) - SHOWN} more lines are wrong"] if len(errors) > SHOWN else []))
    if not ties:
        raise ConfigError([f"{path} holds no ties"])
    return np.array(ties, np.int64)


def reason(error: Exception) -> str:
    """Why a file could not be read."""
    return getattr(error, "strerror", None) or "it is not UTF-8"
