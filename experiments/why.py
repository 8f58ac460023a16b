"""`funnel why A B`: who buys under one strategy and not under the other with the same luck, and where their lives part."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.answer import inside
from experiments.apart import NOTHING, ONLY_FIRST, ONLY_SECOND, Apart, Ending, live_apart
from experiments.basis import Point, points_of
from experiments.compose import checked_shelf
from experiments.counted import count_interval, share_interval
from experiments.engines import answers, engine_of
from experiments.intervals import Interval
from experiments.language import say
from experiments.overrides import Request, read
from experiments.pace import Pace
from experiments.settings import Why, checked_settings, keys, raise_all
from experiments.table import table
from experiments.wording import with_interval
from sim.schema import ConfigError

SHOWN = 8  # groups of each side that are told one by one
PERCENT = 100.0


@dataclass(frozen=True)
class Group:
    """People who bought under one strategy alone and whose lives parted at the same pair of events."""

    ending: Ending
    share: Interval  # % of those who bought under that strategy alone
    people: Interval  # in the whole market
    consumer: int  # an example
    replication: int  # in which the example lives
    day: int  # on which its lives part


@dataclass(frozen=True)
class Answer:
    """Who bought under one of two strategies alone, and where their lives parted."""

    both: Interval  # people in the whole market who bought under both
    alone: dict[str, Interval]  # ONLY_SECOND or ONLY_FIRST -> people who bought under that strategy alone
    groups: tuple[Group, ...]  # the largest first
    same: bool  # whether nobody's life parted


def why(words: Sequence[str]) -> int:
    """Says who buys under one strategy and not under the other, and why."""
    names = [word for word in words if "=" not in word]
    request = read([word for word in words if "=" in word], keys(Why))
    settings, points = asked(request, names)
    language, days = settings.lang, points[0].scenario.market.days
    answer = answer_of(lived(points, settings), points[0].scenario.weight)
    labels = [label_of(point, language) for point in points]
    about = {
        "basis": say("measures", f"footing_{settings.basis}", language),
        "days": days,
        "n": settings.replications,
        "seed": settings.seed,
    }
    print(say("why", "why_head", language, first=labels[0], second=labels[1], **about))
    print("\n".join(as_text(answer, labels, language)))
    if answer.groups:
        print("\n".join(hints(answer.groups[0], points, request, settings)))
    return 0


def asked(request: Request, names: Sequence[str]) -> tuple[Why, list[Point]]:
    """The settings and the two points of a request.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    settings = checked_settings(Why, request.settings, errors)
    errors += settings.wrong_names(names)
    if "strategy" in request.choices:
        errors.append("strategy= chooses nothing here; the two strategies stand after why")
    try:
        points = points_of(request, names, [settings.basis], checked_shelf(request))
    except ConfigError as error:
        raise_all(errors, error.errors)
    raise_all(errors)
    return settings, points


def lived(points: Sequence[Point], settings: Why) -> list[Apart]:
    """Every replication, on all workers, in their order."""
    wanted = list(range(settings.replications))
    tasks = [(points, settings.seed, one) for one in wanted]
    pace, out = Pace(say("why", "why_lives", settings.lang), len(wanted), settings.lang), []
    for one in answers(live_apart, tasks, engine_of(settings), settings.lang):
        out.append(one)
        pace.advance()
    return sorted(out, key=replication_of)


def replication_of(one: Apart) -> int:
    """Which replication it was."""
    return one.replication


def answer_of(apart: Sequence[Apart], weight: float) -> Answer:
    """The groups of all replications with the intervals of their sizes and shares."""
    alone = {side: np.array([one.count(side) for one in apart]) for side in (ONLY_SECOND, ONLY_FIRST)}
    endings = dict.fromkeys(ending for one in apart for ending in one.groups)
    groups = [group_of(ending, apart, alone[ending[0]], weight) for ending in endings]
    groups.sort(key=lambda one: (-one.people.mean, one.ending))
    both = count_interval(np.array([one.both for one in apart])).times(weight)
    sides = {side: count_interval(count).times(weight) for side, count in alone.items()}
    return Answer(both, sides, tuple(groups), all(one.same for one in apart))


def group_of(ending: Ending, apart: Sequence[Apart], alone: np.ndarray, weight: float) -> Group:
    """One group, with the first of its people as an example."""
    count = np.array([len(one.groups.get(ending, ())) for one in apart])
    share, people = share_interval(count, alone).times(PERCENT), count_interval(count).times(weight)
    example = next(one for one in apart if ending in one.groups)
    who = example.groups[ending][0]
    return Group(ending, share, people, who, example.replication, example.days[who])


# ---- in words --------------------------------------------------------------------------------------------------------


def label_of(point: Point, language: str) -> str:
    """The strategy's name for people in a language."""
    return (language == "zh" and point.scenario.strategy.label_zh) or point.label


def as_text(answer: Answer, labels: Sequence[str], language: str) -> Iterator[str]:
    """The whole answer: how many bought where, then the groups of each side."""
    first, second = map(inside, labels)
    if answer.same:
        yield say("why", "nobody_parted", language, first=first, second=second)
        return
    yield say("why", "bought_both", language, people=with_interval(answer.both))
    for side, who, whom in ((ONLY_SECOND, second, first), (ONLY_FIRST, first, second)):
        yield ""
        yield say("why", "bought_alone", language, who=who, whom=whom, people=with_interval(answer.alone[side]))
        groups = [one for one in answer.groups if one.ending[0] == side]
        if groups:
            yield groups_table(groups[:SHOWN], labels, language)
        if groups[SHOWN:]:
            yield "  " + say("why", "more_groups", language, groups=len(groups) - SHOWN)
    yield ""
    yield say("why", "why_note", language)


def groups_table(groups: Sequence[Group], labels: Sequence[str], language: str) -> str:
    """The groups of one side: share, people, what happened under each strategy, an example."""
    rows = [
        [
            with_interval(one.share),
            with_interval(one.people),
            *(event_words(event, language) for event in one.ending[1:]),
            say("why", "example", language, consumer=one.consumer, day=one.day),
        ]
        for one in groups
    ]
    head = [say("why", key, language) for key in ("share_head", "people_head")]
    under = [say("why", "under_head", language, who=inside(label)) for label in labels]
    return table([*head, *under, say("why", "example_head", language)], rows, left=(2, 3, 4))


def event_words(event: str, language: str) -> str:
    """What happened, in words; nothing yet where only the other life had an event that day."""
    return say("why", "nothing_yet" if event == NOTHING else f"event_{event.replace(' ', '_')}", language)


def hints(group: Group, points: Sequence[Point], request: Request, settings: Why) -> Iterator[str]:
    """How to read both lives of an example of the largest group."""
    yield say("why", "read_both", settings.lang)
    own = [f"seed={settings.seed}", f"replication={group.replication}", f"basis={settings.basis}"]
    folders = [f"scenarios_dir={','.join(request.folders)}"] if request.folders else []
    market = [f"{name}={choice}" for name, choice in request.choices.items()]
    for point in points:
        words = [f"strategy={point.strategy}", *own, *market, *folders, *request.overrides]
        yield "  " + shlex.join(["funnel", "story", "--consumer", str(group.consumer), *words])
