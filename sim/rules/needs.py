"""When a household needs a car, and what ends the need beside our order (ODD 5.0)."""

import math

import numpy as np

from sim.chance import Decision, patience
from sim.compiled import inlined, njit
from sim.records import NO_CAR, NO_NEED, RIVAL, T

T_NEEDS, T_RIVAL_CLOSED, T_PUT_OFF = T["needs"], T["rival_closed"], T["put_off"]
NOTHING, OPENED, RIVAL_CLOSED, PUT_OFF = 0, 1, 2, 3
NEVER_AGAIN = 2**15 - 1  # a day after all days


@njit
def open_need(who, day, luck, market):
    """A need opens: it is counted, and the clocks that end it are drawn."""
    who.needs += 1
    who.need_since = day
    who.rival_wait = patience(luck, Decision.RIVAL, who.id, who.needs)
    who.put_off_wait = patience(luck, Decision.PUT_OFF, who.id, who.needs)


@njit
def rival_hazard(who, market):
    """Hazard of a passive rival closing the need; quick people are quick to buy elsewhere too."""
    return market.rival_pressure / market.need.rival_days * math.exp(market.frailty * np.float64(who.pace))


@njit
def need_hazard(carless, age, today, hazard):
    """Hazard of a need opening today: by the age of the car in days, or of who has none, on the season."""
    return hazard[hazard.size - 1 if carless else min(max(age, 0), hazard.size - 2)] * today


@njit
def await_need(who, day, table, luck):
    """Draws the day of the next need: the first after `day` on which the hazards add up to the clock's threshold.

    table  hazard (days + 1,) by age of the car, the last for who has none; season factor (days,); the day of the first factor
    """
    hazard, season, first = table
    rate, wait = np.float64(who.need_rate), patience(luck, Decision.NEED, who.id, who.needs)
    carless, bought, coming = who.car == NO_CAR, who.car_day, season[day + 1 - first :]
    for k in range(coming.size):
        wait -= need_hazard(carless, day + 1 + k - bought, coming[k], hazard) * rate
        if wait <= 0.0:
            who.need_day = day + 1 + k
            return
    who.need_day = NEVER_AGAIN


@inlined
def live_need(who, day, luck, market, tally):
    """The need's day: opens, is closed by a rival, is put off, or nothing; returns which. Whoever waits for a car needs none."""
    if who.need_since == NO_NEED:
        if who.order >= 0 or day < who.need_day:
            return NOTHING
        open_need(who, day, luck, market)
        tally[T_NEEDS] += 1
        return OPENED
    rival, off = rival_hazard(who, market), 1.0 / market.need.put_off_days
    rival_rings, off_rings = who.rival_wait <= rival, who.put_off_wait <= off
    if not rival_rings and not off_rings:
        who.rival_wait -= rival
        who.put_off_wait -= off
        return NOTHING
    who.need_since = NO_NEED
    if rival_rings and not (off_rings and who.put_off_wait * rival < who.rival_wait * off):
        tally[T_RIVAL_CLOSED] += 1
        return RIVAL_CLOSED
    tally[T_PUT_OFF] += 1
    return PUT_OFF


@inlined
def sleep(who, days, market):
    """Winds the clocks of an open need through days on which nothing happened."""
    if who.need_since != NO_NEED and days > 0:
        who.rival_wait -= days * rival_hazard(who, market)
        who.put_off_wait -= days / market.need.put_off_days


@inlined
def rest(who, last, day, market):
    """Days until the need opens or ends by itself, at most until the day `last`."""
    if who.need_since != NO_NEED:
        return min(np.float64(last - day), who.rival_wait / rival_hazard(who, market), who.put_off_wait * market.need.put_off_days)
    return np.float64((last if who.order >= 0 else min(last, who.need_day)) - day)


@njit
def drive_rival(who, day):
    """The household drives a rival's new car from today."""
    who.car = RIVAL
    who.car_day = day
