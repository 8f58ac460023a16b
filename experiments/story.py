"""`funnel story`: one consumer's life, day by day, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from experiments.basis import scenario_on
from experiments.compose import checked_shelf, named_scenario
from experiments.language import say
from experiments.overrides import read
from experiments.settings import Story, checked_settings, keys, raise_all
from sim import simulate, start_up
from sim.replication import chosen
from sim.scenario import TOUCHPOINTS, Scenario
from sim.schema import ConfigError
from sim.stages import Stage
from sim.world import World

ROUTINE = ("sees touchpoint", "searches", "hears good", "hears bad", "talks")
NAMED = "consumer"  # who=: the one of consumer=
SAMPLE = 2000  # consumers whose journeys are read to find one who was lost


def story(words: Sequence[str]) -> int:
    """Tells the life of one consumer under one strategy."""
    request = read(words, keys(Story))
    errors: list[str] = []
    settings = checked_settings(Story, request.settings, errors)
    if settings.who != NAMED and "consumer" in request.settings:
        errors.append(f"who={settings.who} and consumer={settings.consumer} are both given; one of them names whose life is told")
    try:
        scenario = named_scenario(request, checked_shelf(request))
        if settings.basis != "as_found":
            scenario = scenario_on(settings.basis, request, request.choices.get("strategy", "direct"))
    except ConfigError as error:
        raise_all(errors, error.errors)
    if settings.who == NAMED and settings.consumer >= scenario.market.consumers:
        errors.append(f"consumer is {settings.consumer}; there are {scenario.market.consumers:,}, counted from 0")
    raise_all(errors)
    print("\n".join(whole(scenario, settings)))
    return 0


def whole(scenario: Scenario, settings: Story) -> Iterator[str]:
    """The head of a story and its lines; a consumer who is asked for by what happened is found first."""
    language, days = settings.lang, scenario.market.days
    start, consumer, found = start_up(scenario, settings.seed, settings.replication), settings.consumer, []
    if settings.who != NAMED:
        consumer, found = someone(scenario, settings, start)
    result = simulate(scenario, settings.seed, [consumer], replication=settings.replication, start=start)
    label = (language == "zh" and scenario.strategy.label_zh) or scenario.strategy.label or scenario.name
    yield say("story", "head", language, consumer=consumer, label=label, days=days, seed=settings.seed)
    if settings.who != NAMED:
        among = min(SAMPLE, scenario.market.consumers) if settings.who == "lost" else scenario.market.consumers
        did = say("story", f"did_{settings.who}", language)
        yield say("story", "picked", language, count=f"{len(found):,}", among=f"{among:,}", did=did)
    yield ""
    yield from lines(result.journeys, days, settings.every, language)
    if settings.who != NAMED:
        yield ""
        yield say("story", "repeat", language, consumer=consumer)


# ---- whose life ------------------------------------------------------------------------------------------------------


def someone(scenario: Scenario, settings: Story, start: World) -> tuple[int, np.ndarray]:
    """A consumer who did what is asked for, picked by keyed chance, and all who did.

    Raises ConfigError where there is nobody.
    """
    lost = settings.who == "lost"
    result = simulate(scenario, settings.seed, SAMPLE if lost else 0, replication=settings.replication, start=start)
    ours = result.orders[result.orders["brand"] == 0]
    if lost:
        found = np.array([who for who, journey in by_consumer(result.journeys) if lost_after_meeting(journey)], np.int64)
    else:
        found = np.unique(ours["consumer"] if settings.who == "buyer" else ours["consumer"][ours["repeat"]])
    if not found.size:
        did = say("story", f"did_{settings.who}", "en")
        raise ConfigError(
            [f"who={settings.who}: nobody {did} in {scenario.market.days} days; try another seed, more days or more consumers"]
        )
    return int(found[chosen(found, 1, start.luck)][0]), found


def by_consumer(journeys: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """The journey of each consumer with our brand."""
    ours = journeys[journeys["brand"] == 0]
    who, first = np.unique(ours["consumer"], return_index=True)
    yield from zip(who.tolist(), np.split(ours, first[1:]), strict=True)


def lost_after_meeting(journey: np.ndarray) -> bool:
    """Whether somebody who had talked with a salesperson within a need then bought a rival's car."""
    met = False
    for event in journey["event"].tolist():
        if event == "rival closes need" and met:
            return True
        met = event == "meets" or (met and event not in ("buys", "need opens", "rival closes need", "puts need off"))
    return False


# ---- in words --------------------------------------------------------------------------------------------------------


def lines(journey: np.ndarray, days: int, every: bool = False, language: str = "en") -> Iterator[str]:
    """One line for each day on which something happened; days of mere contacts and talk are told together.

    every  whether days of contacts and talk are told one by one too
    """
    if not journey.size:
        yield say("story", "nothing", language, days=days)
        return
    yield say("story", "first", language, stage=stage(journey[0]["from_stage"], language))
    for routine, group in groupby(day_by_day(journey), lambda events: is_routine(events) and not every):
        some = list(group)
        if routine and len(some) > 2:
            told = summed_up(np.concatenate(some), language)
            yield say("story", "days", language, first=some[0][0]["day"], last=some[-1][0]["day"], events=told)
            continue
        for events in some:
            yield say("story", "day", language, day=events[0]["day"], events=in_order(events, language))
    yield say("story", "last", language, days=days, stage=stage(journey[-1]["to_stage"], language))


def day_by_day(journey: np.ndarray) -> Iterator[np.ndarray]:
    """The events of each day."""
    yield from (journey[journey["day"] == day] for day in np.unique(journey["day"]))


def is_routine(events: np.ndarray) -> bool:
    """Whether a day brings nothing but contacts and talk, and no other stage."""
    return bool(np.isin(events["event"], ROUTINE).all() and (events["from_stage"] == events["to_stage"]).all())


def summed_up(events: np.ndarray, language: str) -> str:
    """What happened on several routine days: each thing once, with how often."""
    return counted(Counter(sentence(event, language) for event in events).most_common(), language)


def in_order(events: np.ndarray, language: str) -> str:
    """What happened on one day in order; the same thing several times running once, with how often."""
    running = groupby(sentence(event, language) for event in events)
    return counted([(told, len(list(same))) for told, same in running], language)


def counted(told: Sequence[tuple[str, int]], language: str) -> str:
    """Things that happened, with how often."""
    each = [say("story", "times", language, told=one, times=times) if times > 1 else one for one, times in told]
    return say("story", "joint", language).join(each)


def sentence(event: np.void, language: str) -> str:
    """One event in words, with where, by whom and for how much, and the stage that it leads to."""
    outlet, seller, price = int(event["outlet"]), int(event["salesperson"]), float(event["price"])
    touchpoint = say("story", f"touchpoint_{TOUCHPOINTS[event['touchpoint']]}", language) if event["touchpoint"] >= 0 else ""
    parts = {
        "touchpoint": say("story", "part_touchpoint", language, name=touchpoint) if touchpoint else "",
        "outlet": say("story", "part_outlet", language, number=outlet) if outlet >= 0 else "",
        "salesperson": say("story", "part_salesperson" if seller >= 0 else "part_somebody", language, number=seller),
        "price": say("story", "part_price", language, price=f"{price:,.0f}") if np.isfinite(price) else "",
    }
    told = say("story", f"event_{str(event['event']).replace(' ', '_')}", language, **parts)
    if event["from_stage"] != event["to_stage"]:
        told += say("story", "part_move", language, old=stage(event["from_stage"], language), new=stage(event["to_stage"], language))
    return told


def stage(number: int, language: str) -> str:
    """A stage's name for people."""
    return say("stages", Stage(int(number)).name.lower(), language)
