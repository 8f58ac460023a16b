"""The referral programme: the maker pays owners for orders of people they have told (ODD 5.3)."""

from sim.books import CUSTOMER, MAKER, REFERRAL, fen, post
from sim.compiled import njit


@njit
def pay_rewards(orders, brands, ledger):
    """Books the reward of every order whose buyer heard an owner within the need and before the lead."""
    for k in range(orders.size):
        order = orders[k]
        if order.referred:
            reward = brands[order.brand].plan.referral.reward
            post(ledger, order.brand, order.tier, REFERRAL, MAKER, CUSTOMER, fen(reward))
