"""What salespeople are paid on top of the wage, by order and by satisfied buyer, and how it presses them (ODD 5.12)."""

import numpy as np

from sim.books import WAGES, WORLD, fen, post
from sim.compiled import njit


@njit
def pressure(usual, order, satisfied, felt):
    """Pay pressure, 0 to 1: the mean of usual pay, commission (1) and bonus for satisfaction (0), each weighed by its yuan.

    usual             pressure of the format's pay, weighed by `felt` yuan
    order, satisfied  yuan an order, yuan a satisfied buyer
    """
    return usual if order + satisfied == 0.0 else (usual * felt + order) / (felt + order + satisfied)


@njit
def pay_commissions(orders, brands, ledger):
    """Books the salesperson's commission of every order signed in a meeting, as wages of whoever pays the outlet."""
    for k in range(orders.size):
        order = orders[k]
        brand = brands[order.brand]
        if not order.online and brand.plan.incentive.order > 0.0:
            payer = brand.terms[order.tier].pays_outlet
            post(ledger, order.brand, order.tier, WAGES, payer, WORLD, fen(brand.plan.incentive.order))


@njit
def pay_bonus(who, brand, b, tier, promoter, ledger):
    """Books the bonus for a delivered car whose buyer is satisfied enough to promote the brand."""
    bonus = brand.plan.incentive.satisfied
    if bonus > 0.0 and np.float64(who.satisfaction) >= promoter:
        post(ledger, b, tier, WAGES, brand.terms[tier].pays_outlet, WORLD, fen(bonus))
