"""Demand drift: what people want turns steadily from one attribute of the product to another (ODD 5.5)."""

import math

import numpy as np

from sim.compiled import njit


@njit
def angle_by(day, p):
    """How far tastes have turned by the end of a day, radians: at the pace from the start day on, until the turn ends."""
    return math.radians(min(p.most, p.pace * max(0, day - p.start) / 365.0))


@njit
def turned(less, more, angle):
    """A person's weights of two attributes after a turn from the first to the second; their length stays."""
    return less * math.cos(angle) - more * math.sin(angle), more * math.cos(angle) + less * math.sin(angle)


@njit
def turn_tastes(people, minds, brands, away, toward, angle):
    """Everybody's taste turns in the plane of two attributes, and with it how well every brand's product suits.

    angle  radians
    """
    for i in range(people.size):
        taste = people[i].taste
        less, more = np.float64(taste[away]), np.float64(taste[toward])
        taste[away], taste[toward] = turned(less, more, angle)
        less, more = np.float64(taste[away]) - less, np.float64(taste[toward]) - more
        for b in range(brands.size):
            product = brands[b].attributes
            minds[b, i].fit = np.float64(minds[b, i].fit) + less * product[away] + more * product[toward]
