"""What several rules do to a lead: number its events for keys, and close it (ODD 5.6)."""

from sim.compiled import njit
from sim.records import LEAD_NONE, LEAD_SHOWN
from sim.stages import Event, note

LAP = 256  # events of one kind that one need can number: keys count within the need, so that an extra lap shifts nobody's luck
LONG_AGO = 100_000  # added to days in keys, so that start-up days count from above zero


@njit
def numbered(who, count):
    """The number of an event within this need, for keys."""
    return int(who.needs) * LAP + min(count, LAP - 1)


@njit
def close_lead(who, b, mind, day, diary, cursor):
    """The lead is over, whatever ended it."""
    note(who, b, mind, Event.LEAD_DIES, day, diary, cursor, mind.lead_touch, mind.lead_outlet)
    mind.lead = LEAD_NONE
    mind.queued = False
    mind.weighs_day = day


@njit
def close_other_leads(who, i, b, minds, day, diary, cursor):
    """Who has signed with brand b calls nobody else any more; what the other minds make of it they do tomorrow."""
    for other in range(minds.shape[0]):
        if other != b and minds[other, i].lead != LEAD_NONE:
            close_lead(who, other, minds[other, i], day, diary, cursor)


@njit
def waits_at(mind, joined):
    """Whether a mind's shopper still stands in the line joined on that day."""
    return mind.lead == LEAD_SHOWN and mind.queued and mind.joined == joined


@njit
def holds_place(spot, minds):
    """Whether a simulated shopper's place in line still counts: who has left for other reasons gives it up."""
    return spot.elsewhere or waits_at(minds[spot.brand, spot.person], spot.joined)


@njit
def rests(spot, minds, day):
    """Whether a simulated shopper is neither met nor abandons today, and keeps the place: who stands elsewhere, or has moved today."""
    return spot.elsewhere or minds[spot.brand, spot.person].since == day
