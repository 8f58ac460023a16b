"""Handovers between touchpoints: what a consumer told one may be unknown at the next, and the funnel leaks there (ODD 5.6)."""

from sim.chance import Decision, uniform
from sim.compiled import njit

LEAD_TO_MEETING, ONLINE_TO_STORE = 0, 1
TURNED_AWAY = 2  # the draw that says what a leak at the outlet's door does


@njit
def leaking(integration, share):
    """Probability that a handover loses what was told: none where the touchpoints are fully integrated."""
    return (1.0 - integration) * share


@njit
def forgotten(who, b, place, key, integration, share, luck):
    """Whether this handover of this consumer loses what was told."""
    chance = leaking(integration, share)
    return chance > 0.0 and uniform(luck, Decision.HANDOVER, who.id, key, b, place) < chance


@njit
def turned_away(who, b, key, share, luck):
    """Whether a shopper who has to begin again gives the lead up; the others make another appointment."""
    return uniform(luck, Decision.HANDOVER, who.id, key, b, TURNED_AWAY) < share
