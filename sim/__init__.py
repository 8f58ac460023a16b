"""Funnelsim's engine: the sales funnel as a loop, lived day by day by simulated consumers.

from sim import FunnelModel, simulate, Stage
"""

from typing import Any

__version__ = "0.2.0"
__all__ = ["FunnelModel", "Scenario", "Stage", "simulate", "start_up"]

HOMES = {
    "FunnelModel": "sim.model",
    "Scenario": "sim.scenario",
    "Stage": "sim.stages",
    "simulate": "sim.replication",
    "start_up": "sim.replication",
}


def __getattr__(name: str) -> Any:
    """Loads what is asked for when it is asked for: Mesa and Numba cost seconds."""
    if name in HOMES:
        from importlib import import_module

        return getattr(import_module(HOMES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute '{name}'")
