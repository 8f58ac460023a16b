"""`funnel story`: one consumer's life, day by day, in words."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.compose import checked_shelf, named_scenario
from experiments.overrides import read
from experiments.settings import Story, checked_settings, keys, raise_all
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
    "lead answered": "is called by a salesperson{salesperson}",
    "lead dies": "is lost as a lead",
    "makes appointment": "makes an appointment{outlet}",
    "misses appointment": "does not come to the appointment",
    "arrives": "arrives{outlet}",
    "leaves queue": "leaves without being served{outlet}",
    "meets": "talks with a salesperson{salesperson}{outlet}",
    "test drives": "drives the car",
    "gets no offer": "gets no offer{outlet}",
    "task fails": "is not convinced",
    "takes delivery": "takes delivery of the car{price}",
    "service visit": "brings the car to service{outlet}",
}
CLOSES = {"word_of_mouth": "a friend", "walk_in": "walking in", "self_search": "an own search", "owner": "the own car"}


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
    from sim.simulate import simulate

    result = simulate(scenario, settings.seed, track=[settings.consumer], replication=settings.replication)
    label = scenario.strategy.label or scenario.name
    print(f"Consumer {settings.consumer} under {label}, {scenario.market.days} days, seed {settings.seed}\n")
    print("\n".join(lines(result.journeys, scenario.market.days)))
    return 0


def lines(journey: np.ndarray, days: int) -> Iterator[str]:
    """One line for each day on which something happened, and the quiet times between."""
    if not journey.size:
        yield f"  In {days} days nothing happens that concerns the brand."
        return
    yield f"  At first: {Stage(int(journey[0]['from_stage'])).name.lower()}."
    for day in np.unique(journey["day"]):
        yield f"  day {day:>4}  " + "; ".join(sentence(event) for event in journey[journey["day"] == day]) + "."
    yield f"  At the end of day {days}: {Stage(int(journey[-1]['to_stage'])).name.lower()}."


def sentence(event: np.void) -> str:
    """One event in words, with where, by whom and for how much, and the stage that it leads to."""
    name = str(event["event"])
    parts = {
        "touchpoint": f" through {touchpoint(int(event['touchpoint']))}" if event["touchpoint"] >= 0 else "",
        "outlet": f" at outlet {event['outlet']}" if event["outlet"] >= 0 else "",
        "salesperson": f" {event['salesperson']}" if event["salesperson"] >= 0 else "",
        "price": f" for {event['price']:,.0f} yuan" if np.isfinite(event["price"]) else "",
    }
    told = WORDS.get(name, name).format(**parts)
    if event["from_stage"] != event["to_stage"]:
        told += f" ({Stage(int(event['from_stage'])).name.lower()} to {Stage(int(event['to_stage'])).name.lower()})"
    return told


def touchpoint(number: int) -> str:
    """A touchpoint's name for people."""
    name = TOUCHPOINTS[number]
    return CLOSES.get(name, name.replace("_", " "))
