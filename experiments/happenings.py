"""Dated events in words, for whoever reads an answer that rests on them."""

from collections.abc import Iterator, Mapping, Sequence

from experiments.answer import inside
from experiments.basis import Point
from experiments.language import say


def happenings(points: Sequence[Point], labels: Mapping[str, str], language: str) -> Iterator[str]:
    """One sentence for each dated event of each market, the same event once: when it is, under which strategies, what it changes."""
    whom: dict[object, list[str]] = {}
    for point in points:
        for event in point.scenario.market.events:
            whom.setdefault(event, []).append(point.strategy)
    for event, names in whom.items():
        last = None if event.length is None else event.start + event.length - 1
        when = say("answer", "event_from" if last is None else "event_between", language, start=event.start, last=last)
        who = say("answer", "comma", language).join(inside(labels[name]) for name in dict.fromkeys(names))
        what = say("answer", f"event_{event.driver}", language)
        yield say("answer", "event", language, when=when, who=who, what=what, factor=f"{event.factor:g}")
