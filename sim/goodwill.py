"""Goodwill: what exposure leaves behind, at two speeds, both fading geometrically (ODD 5.1)."""

import numpy as np

from sim.compiled import inlined, njit
from sim.scenario import Goodwill


def fading(goodwill: Goodwill, days: int) -> np.ndarray:
    """Share of fast (row 0) and slow (row 1) goodwill left after 0..days days."""
    gaps = np.arange(days + 1)
    return np.stack([0.5 ** (gaps / goodwill.fast_half_life), 0.5 ** (gaps / goodwill.slow_half_life)])


@inlined
def days_since(mind, day, fade):
    """Days since the last contact, at most as many as are told apart (`fading`)."""
    return max(0, min(day - mind.touched, fade.shape[1] - 1))


@inlined
def fast_now(mind, day, fade):
    """Fast goodwill today, -1 to 1."""
    return np.float64(mind.fast) * fade[0, days_since(mind, day, fade)]


@inlined
def slow_now(mind, day, fade):
    """Slow goodwill today, -1 to 1."""
    return np.float64(mind.slow) * fade[1, days_since(mind, day, fade)]


@inlined
def warm(mind, day, fade, lift, slow_lift):
    """A contact moves goodwill a share of the way to 1."""
    fast, slow = fast_now(mind, day, fade), slow_now(mind, day, fade)
    mind.fast = fast + lift * (1.0 - fast)
    mind.slow = slow + slow_lift * (1.0 - slow)
    mind.touched = day


@njit
def chill(mind, day, fade, lift, slow_lift):
    """A bad message moves goodwill a share of the way to -1."""
    fast, slow = fast_now(mind, day, fade), slow_now(mind, day, fade)
    mind.fast = fast - lift * (1.0 + fast)
    mind.slow = slow - slow_lift * (1.0 + slow)
    mind.touched = day
