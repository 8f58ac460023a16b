"""Outlets of a plan open one after the other, as the capital of whoever pays them allows (ODD 5.7)."""

import numpy as np

from sim.scenario import Rollout


def in_turn(tiers: np.ndarray, order: str) -> np.ndarray:
    """In which order outlets (o,) of these tiers open: tier by tier; within one, as they stand in the plan, city by city."""
    return np.argsort(tiers if order == "tier1_first" else -tiers.astype(int), kind="stable")


def afforded(purse: float, prices: np.ndarray) -> int:
    """How many of the outlets of these prices (o,), one after the other, a purse pays; it waits for the first that it can't."""
    return int(np.searchsorted(np.cumsum(prices), purse + 1e-6, side="right"))


def invested(plan: Rollout, tier: int) -> float:
    """Investment in an outlet of a tier, yuan."""
    return (plan.tier1, plan.tier2, plan.tier3)[tier]


def yearly(plan: Rollout, tier: int, capital_rate: float) -> tuple[float, float]:
    """What an outlet costs a year beside its running: the investment written off evenly, and the capital bound, half of it on average."""
    return invested(plan, tier) / plan.years, invested(plan, tier) / 2.0 * capital_rate
