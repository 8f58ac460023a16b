"""`funnel story`: one consumer's life, day by day, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from experiments.compose import checked_shelf, named_scenario
from experiments.overrides import read
from experiments.settings import Story, checked_settings, keys, raise_all
from sim import simulate
from sim.scenario import TOUCHPOINTS
from sim.schema import ConfigError
from sim.stages import Stage

WORDS = {
    "notices": "notices the brand{touchpoint}",
    "grows curious": "grows curious",
    "compares": "begins to compare cars",
    "decides": "decides for this car",
    "buys": "signs an order{price}{outlet}",
    "forgets": "forgets",
    "gives up": "gives up on the brand",
    "cancels": "cancels the order",
    "recommends": "begins to recommend the brand",
    "cools": "stops recommending",
    "looks again": "looks at the brand again for the next car",
    "stays": "keeps the car for now",
    "defects": "buys the next car elsewhere",
    "reopens": "may consider the brand again",
    "need opens": "needs a car",
    "rival closes need": "buys a rival's car",
    "puts need off": "puts the new car off",
    "sees touchpoint": "meets the brand{touchpoint}",
    "searches": "looks for information",
    "hears good": "hears good things from an owner",
    "hears bad": "hears bad things from an owner",
    "talks": "talks about the car",
    "leaves lead": "leaves a lead{touchpoint}{outlet}",
    "lead answered": "is called by {salesperson}",
    "lead dies": "is no longer followed as a lead",
    "makes appointment": "makes an appointment{outlet}",
    "misses appointment": "does not come to the appointment",
    "arrives": "arrives{outlet}",
    "leaves queue": "leaves without being served{outlet}",
    "meets": "talks with {salesperson}{outlet}",
    "test drives": "drives the car",
    "gets no offer": "gets no offer{outlet}",
    "task fails": "is not convinced",
    "takes delivery": "takes delivery of the car{price}",
    "service visit": "brings the car to service{outlet}",
}
ROUTINE = ("sees touchpoint", "searches", "hears good", "hears bad", "talks")
NEAR = {"word_of_mouth": "a friend", "walk_in": "walking in", "self_search": "an own search", "owner": "the own car"}


def story(words: Sequence[str]) -> int:
    """Tells the life of one consumer under one strategy."""
    request = read(words, keys(Story))
    errors: list[str] = []
    settings = checked_settings(Story, request.settings, errors)
    try:
        scenario = named_scenario(request, checked_shelf(request))
    except ConfigError as error:
        raise_all(errors, error.errors)
    if settings.consumer >= scenario.market.consumers:
        errors.append(f"consumer is {settings.consumer}; there are {scenario.market.consumers:,}, counted from 0")
    raise_all(errors)
    result = simulate(scenario, settings.seed, track=[settings.consumer], replication=settings.replication)
    label = scenario.strategy.label or scenario.name
    print(f"Consumer {settings.consumer} under {label}, {scenario.market.days} days, seed {settings.seed}\n")
    print("\n".join(lines(result.journeys, scenario.market.days, settings.every)))
    return 0


def lines(journey: np.ndarray, days: int, every: bool = False) -> Iterator[str]:
    """One line for each day on which something happened; days of mere contacts and talk are told together.

    every  whether days of contacts and talk are told one by one too
    """
    if not journey.size:
        yield f"  In {days} days nothing happens that concerns the brand."
        return
    yield f"  At first: {stage(journey[0]['from_stage'])}."
    for routine, group in groupby(day_by_day(journey), lambda events: is_routine(events) and not every):
        some = list(group)
        if routine and len(some) > 2:
            yield f"  days {some[0][0]['day']} to {some[-1][0]['day']}: {summed_up(np.concatenate(some))}."
        else:
            yield from (f"  day {events[0]['day']}: " + "; ".join(map(sentence, events)) + "." for events in some)
    yield f"  At the end of day {days}: {stage(journey[-1]['to_stage'])}."


def day_by_day(journey: np.ndarray) -> Iterator[np.ndarray]:
    """The events of each day."""
    yield from (journey[journey["day"] == day] for day in np.unique(journey["day"]))


def is_routine(events: np.ndarray) -> bool:
    """Whether a day brings nothing but contacts and talk, and no other stage."""
    return bool(np.isin(events["event"], ROUTINE).all() and (events["from_stage"] == events["to_stage"]).all())


def summed_up(events: np.ndarray) -> str:
    """What happened on several routine days: each thing once, with how often."""
    often = Counter(map(sentence, events))
    return "; ".join(f"{told} {times} times" if times > 1 else told for told, times in often.most_common())


def sentence(event: np.void) -> str:
    """One event in words, with where, by whom and for how much, and the stage that it leads to."""
    name = str(event["event"])
    parts = {
        "touchpoint": f" through {touchpoint(int(event['touchpoint']))}" if event["touchpoint"] >= 0 else "",
        "outlet": f" at outlet {event['outlet']}" if event["outlet"] >= 0 else "",
        "salesperson": f"salesperson {event['salesperson']}" if event["salesperson"] >= 0 else "a salesperson",
        "price": f" for {event['price']:,.0f} yuan" if np.isfinite(event["price"]) else "",
    }
    told = WORDS.get(name, name).format(**parts)
    if event["from_stage"] != event["to_stage"]:
        told += f" ({stage(event['from_stage'])} to {stage(event['to_stage'])})"
    return told


def stage(number: int) -> str:
    """A stage's name for people."""
    return Stage(int(number)).name.lower()


def touchpoint(number: int) -> str:
    """A touchpoint's name for people."""
    name = TOUCHPOINTS[number]
    return NEAR.get(name, name.replace("_", " "))
