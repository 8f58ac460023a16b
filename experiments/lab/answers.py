"""The one-line answers of the gallery: measured once for every scenario that ships, and said anew from the stored figures.

`python -m experiments.lab.answers [ID ...] [worlds=20] [consumers=10000] [workers=0] [out=FILE]` lives what no answer of this engine
and size is stored for (or the scenarios that are named), each world once for all of one market, and writes answers.json.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from experiments.answer import inside, level_words
from experiments.case import sentence
from experiments.cases import words_of
from experiments.files import shelf
from experiments.intervals import mean_interval
from experiments.lab import kept
from experiments.lab.answer import alpha_of
from experiments.lab.asked import SIDES, Question, question_of
from experiments.lab.gallery import gallery
from experiments.language import LANGUAGES
from experiments.measures import BY_KEY
from experiments.wording import capital
from experiments.workers import side_by_side, stop
from sim.compiled import ENGINE

STORED = Path(__file__).with_name("answers.json")


def with_answers(folders: tuple[str, ...] = ()) -> list[dict[str, object]]:
    """The scenarios of the gallery, each with its one-line answer where it was measured."""
    return [one | {"answer": answered(str(one["id"]))} for one in gallery(folders)]


def answered(name: str) -> dict[str, object] | None:
    """The one-line answer of a scenario in both languages, and whether this very engine lived it; None where none is stored."""
    known = kept.read(STORED).get(name)
    return known and {"told": {language: line(known, language) for language in LANGUAGES}, "current": known["engine"] == ENGINE}


def line(known: Mapping[str, object], language: str) -> str:
    """The finding on the outcome that answers, as its interval allows; the interval is the page's after all its worlds."""
    measure, alpha = BY_KEY[known["outcome"]], alpha_of(len(known["a"]))
    before, after = (measure.shown(np.array(known[side], float), known["days"]) for side in SIDES)
    whom, who = (inside(name) for name in known["labels"][language].values())
    about = {"who": who, "whom": whom, "what": capital(measure.name(language).strip()), "unit": measure.in_unit(language)}
    means = [mean_interval(values, alpha) for values in (after - before, before, after)]
    return sentence(*means, language, about | {"level": level_words(alpha, language)})


def outcome_of(one: Mapping[str, object]) -> str:
    """The outcome that answers a scenario: a case's own, of a pair the cars ordered."""
    path = shelf()["case"].get(str(one["b"]))
    return words_of(path)["outcome"] if path else "orders"


# ---- measuring -------------------------------------------------------------------------------------------------------


def measured(wanted: Sequence[Mapping[str, object]], worlds: int, consumers: int, workers: int) -> dict[str, dict]:
    """What every wanted scenario comes to in every world; a world after the uncounted days is shared by all of one market."""
    sizes = {"seeds": worlds, "consumers": consumers}
    questions = [question_of({key: one[key] for key in ("a", "b", "basis", "days")} | sizes) for one in wanted]
    keys = [outcome_of(one) for one in wanted]
    values = np.array(side_by_side([(one_world, (questions, keys, k)) for k in range(worlds)], workers)())  # (world, scenario, side)
    return {
        str(one["id"]): {
            "engine": ENGINE, "outcome": keys[k], "consumers": consumers, "days": questions[k].sizes.days, "labels": questions[k].labels,
        } | {side: [float(f"{x:.6g}") for x in values[:, k, s]] for s, side in enumerate(SIDES)}
        for k, one in enumerate(wanted)
    }  # fmt: skip


def one_world(questions: Sequence[Question], keys: Sequence[str], replication: int) -> list[list[float]]:
    """The answering outcome on both sides of every question in one world."""
    from experiments.lab.worker import more

    return [
        [outcomes[key] for _, outcomes in more(question.points, question.sizes.seed, replication)]
        for question, key in zip(questions, keys, strict=True)
    ]


def main(words: Sequence[str]) -> int:
    """Measures what is not stored yet, or what is named, and stores it."""
    names, told = kept.settings(words, worlds="20", consumers="10000", workers="0", out=str(STORED))
    scenarios, out = {str(one["id"]): one for one in gallery()}, Path(told["out"])
    if strange := [name for name in names if name not in scenarios]:
        print(f"unknown scenario {', '.join(strange)}. There are: {', '.join(scenarios)}", file=sys.stderr)
        return 2
    have = kept.read(out)
    worlds, consumers = int(told["worlds"]), int(told["consumers"])
    same = {name for name, one in have.items() if (one["engine"], len(one["a"]), one["consumers"]) == (ENGINE, worlds, consumers)}
    wanted = [scenarios[name] for name in names or scenarios if names or name not in same]
    fresh = measured(wanted, worlds, consumers, int(told["workers"])) if wanted else {}
    stop()
    kept.write(out, have | fresh, scenarios)
    print(f"{len(fresh)} of {len(scenarios)} answers measured, stored in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
