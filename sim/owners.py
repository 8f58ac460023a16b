"""What several rules know of owners: how eager a referral programme makes them (ODD 5.3)."""

from sim.compiled import inlined


@inlined
def eagerness(reward, p):
    """How much more owners talk while a programme pays for orders: 1 without a reward, at most 1 + `boost`.

    reward  yuan an order
    """
    return 1.0 + p.boost * reward / (reward + p.half)
