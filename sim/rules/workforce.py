"""Salespeople learn by doing, are trained, and leave; a novice takes the seat (ODD 5.12)."""

import math

import numpy as np

from sim.books import HIRING, MICRO, carry
from sim.compiled import njit
from sim.records import T
from sim.seats import take_seat

T_QUITS, T_SEATS, T_OUTLETS, T_HIRES = T["quits"], T["seats"], T["outlets_open"], T["hires"]


@njit
def leaving(pressure, workforce):
    """Hazard of quitting, 1/day."""
    return workforce.turnover / 365.0 * math.exp(workforce.turnover_pressure * pressure)


@njit
def hours_today(days, plan, bought):
    """Hours of training of a salesperson today, so many days after the strategy began; bought hours a year that a policy adds."""
    return ((plan.hours if plan.length < 0 or days <= plan.length else 0.0) + bought) / 365.0


@njit
def pay_search(brand, b, tier, weight, ledger, carried):
    """Books the search for a new salesperson, paid by whoever pays the outlet, at the simulated scale."""
    micro = np.int64(np.floor(brand.plan.hiring.cost * 100.0 * MICRO / weight + 0.5))
    carry(ledger, carried, b, tier, HIRING, brand.terms[tier].pays_outlet, micro)


@njit
def live_work(staff, outlets, brands, days, weight, day, luck, market_, tally, ledger, carried):
    """The salespeople's day: training fades and is renewed; whoever quits is replaced by a novice, at once or after a while.

    staff (s,) and outlets (o,) records; days since the strategy began. Returns whether other people work tomorrow than today.
    """
    workforce = market_[0].workforce
    fades = math.exp(-math.log(2.0) / workforce.training_half_life)
    changed, hours, hazard = False, 0.0, 0.0
    for o in range(outlets.size):
        tally[outlets[o].brand, T_OUTLETS] += 1 if outlets[o].open else 0
    o = -1
    for s in range(staff.size):
        member = staff[s]
        outlet = outlets[member.outlet]
        brand = brands[outlet.brand]
        if member.outlet != o:  # the same for all who work there
            o, hours = member.outlet, hours_today(days, brand.plan.training, brand.bought_hours)
            hazard = leaving(brand.terms[outlet.tier].pressure, workforce)
        if member.hired >= day or not outlet.open:
            changed |= member.hired == day
            continue
        tally[outlet.brand, T_SEATS] += 1
        member.trained = member.trained * fades + hours
        member.leave_wait -= hazard
        if member.leave_wait > 0.0:
            continue
        take_seat(member, outlet, day + brand.plan.hiring.vacant_days, luck, workforce)
        pay_search(brand, outlet.brand, outlet.tier, weight, ledger, carried)
        changed |= member.hired > day
        tally[outlet.brand, T_QUITS] += 1
        tally[outlet.brand, T_HIRES] += 1
    return changed
