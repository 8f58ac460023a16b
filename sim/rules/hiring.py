"""Outlets open and close seats by how busy their salespeople are (ODD 5.12)."""

import math

from sim.compiled import njit
from sim.seats import NOBODY, take_seat

UTILISATION = 1  # rule


@njit
def seats_wanted(utilisation, seats, plan):
    """Seats of an outlet next month: one more where its people were busier than `high`, one less where less than `low`.

    utilisation  meetings held / meetings that could be held; NaN where none could be
    """
    busy, idle = utilisation > plan.high, utilisation < plan.low
    if seats < plan.least or (busy and seats < plan.most):
        return seats + 1
    if seats > max(plan.least, plan.most) or (idle and not busy and seats > plan.least):
        return seats - 1
    return seats


@njit
def adjust_seats(outlets, staff, brands, day, luck, market_, hired):
    """Once a month every open outlet compares what its people did with what they could do, and opens or closes its last seat.

    hired  (brand, tier) counts the people who are hired. Returns whether the seats of any outlet change.
    """
    changed = False
    for o in range(outlets.size):
        outlet = outlets[o]
        plan = brands[outlet.brand].plan.hiring
        if plan.rule != UTILISATION or not outlet.open:
            continue
        could = outlet.offered - outlet.offered_before
        wanted = seats_wanted((outlet.served - outlet.served_before) / could if could > 0.0 else math.nan, outlet.seats, plan)
        outlet.served_before, outlet.offered_before = outlet.served, outlet.offered
        if wanted > outlet.seats:
            take_seat(staff[outlet.first_seat + outlet.seats], outlet, day, luck, market_[0].workforce)
            hired[outlet.brand, outlet.tier] += 1
        elif wanted < outlet.seats:
            staff[outlet.first_seat + wanted].hired = NOBODY
        changed |= wanted != outlet.seats
        outlet.seats = wanted
    return changed


@njit
def man_desks(outlets, staff, brands, day):
    """Meetings that each outlet can hold a day from tomorrow on: those of the salespeople who are there."""
    for o in range(outlets.size):
        outlet = outlets[o]
        there = 0
        for seat in range(outlet.first_seat, outlet.first_seat + outlet.seats):
            there += 1 if staff[seat].hired <= day else 0
        outlet.capacity = there * brands[outlet.brand].plan.outlet.meetings
