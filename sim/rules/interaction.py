"""Interaction: replies to people who write to the brand online make goodwill last, and cost wages (ODD 5.13)."""

from sim.books import INTERACTION, MAKER, MICRO, carry
from sim.compiled import njit
from sim.records import NATION, T
from sim.scenario import TOUCHPOINTS

ONLINE = tuple(TOUCHPOINTS.index(name) for name in ("social", "vertical", "content"))  # where people can write to the brand
T_SEARCHES = T["searches"]


def lasting(slow_share: float, level: float, keeps: float) -> float:
    """Slow lift against fast lift where people get replies: a part of what would only have been fast stays as well."""
    return slow_share + (1.0 - slow_share) * level * keeps


@njit
def replies(contacts, searches, level, p):
    """Replies a day to those who write after a contact and who ask while they search."""
    return level * (p.writes * contacts + p.asks * searches)


@njit
def reply(brand, b, tally, market_, ledger, carried):
    """The day's replies are paid, at the simulated scale as contacts and searches are."""
    plan = brand.plan.interaction
    written = replies(brand.online, tally[T_SEARCHES], plan.level, market_[0].replies)
    carry(ledger, carried, b, NATION, INTERACTION, MAKER, int(written * plan.cost * 100.0 * MICRO + 0.5))
