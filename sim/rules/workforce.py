"""Salespeople learn by doing, are trained, and leave; a novice takes the seat (ODD 5.12)."""

import math

from sim.chance import Decision, patience
from sim.compiled import njit
from sim.network import born_skill
from sim.records import T

T_QUITS = T["quits"]


@njit
def leaving(pressure, workforce):
    """Hazard of quitting, 1/day."""
    return workforce.turnover / 365.0 * math.exp(workforce.turnover_pressure * pressure)


@njit
def live_work(staff, outlets, brands, day, luck, market_, tally):
    """The salespeople's day: training fades and is renewed; whoever quits is replaced by a novice.

    staff (s,) and outlets (o,) records; the count of a hire keys the newcomer's talent
    """
    workforce = market_[0].workforce
    fades = math.exp(-math.log(2.0) / workforce.training_half_life)
    for s in range(staff.size):
        member = staff[s]
        outlet = outlets[member.outlet]
        brand = brands[outlet.brand]
        member.trained = member.trained * fades + brand.plan.training.hours / 365.0
        member.leave_wait -= leaving(brand.terms[outlet.tier].pressure, workforce)
        if member.leave_wait > 0.0:
            continue
        member.hires += 1
        member.leave_wait = patience(luck, Decision.TURNOVER, member.id, member.hires)
        member.experience = 0.0
        member.trained = 0.0
        member.hired = day
        for task in range(4):
            member.skill[task] = born_skill(member.id, member.hires, task, outlet.skill[task], workforce, luck)
        tally[outlet.brand, T_QUITS] += 1
