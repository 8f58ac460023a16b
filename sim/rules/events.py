"""Dated events: what drives the market is changed for some days, as a list of events says (ODD 5.18)."""

from sim.compiled import njit
from sim.goodwill import chill
from sim.scenario import DatedEvent, Market
from sim.stages import Stage


def level(event: DatedEvent, day: int) -> float:
    """How much of an event is there today, 0 to 1: it rises over its ramp, stands, and falls over its ramp before its end."""
    begun = day - event.start + 1
    left = begun if event.length is None else event.start + event.length - day
    return min(1.0, begun / (event.ramp + 1), left / (event.ramp + 1)) if begun > 0 and left > 0 else 0.0


def strength(events: tuple[DatedEvent, ...], driver: str, day: int) -> float:
    """What all events together multiply a driver by today; 1 where there are none."""
    product = 1.0
    for event in events:
        if event.driver == driver:
            product *= event.factor ** level(event, day)
    return product


def odds_times(probability: float, factor: float) -> float:
    """A probability whose odds are multiplied."""
    return probability if factor == 1.0 else probability * factor / (1.0 - probability + probability * factor)


def turns(events: tuple[DatedEvent, ...], driver: str, day: int) -> bool:
    """Whether a driver stands elsewhere today than it stood yesterday."""
    return strength(events, driver, day) != strength(events, driver, day - 1)


def turn_market(record, market: Market, day: int) -> None:
    """Writes today's rival pressure, street price and owners' tone into the market's record (1,)."""
    for driver in ("rival_pressure", "reference_price"):
        record[driver][0] = getattr(market, driver) * strength(market.events, driver, day)
    talk = market.word_of_mouth.good_at_mean
    record["word_of_mouth"]["good_at_mean"][0] = odds_times(talk, strength(market.events, "good_messages", day))


def press_today(events: tuple[DatedEvent, ...], day: int) -> float:
    """The share of the way to -1 that today's news takes goodwill: what remains after all its days is the event's factor."""
    remains = 1.0
    for event in events:
        if event.driver == "goodwill" and level(event, day) > 0.0:
            whole = sum(level(event, event.start + k) for k in range(event.length))
            remains *= event.factor ** (level(event, day) / whole)
    return 1.0 - remains


@njit
def read_news(minds, share, slow_share, day, fade):
    """Bad news moves the goodwill of everybody who knows the brand, who weighs it anew today: minds (n,) of the brand."""
    for i in range(minds.size):
        mind = minds[i]
        if mind.stage != Stage.UNAWARE:
            chill(mind, day, fade, share, share * slow_share)
            mind.weighs_day = day
