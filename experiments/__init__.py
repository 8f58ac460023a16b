"""Experiments with the simulator: it uses `sim` and writes files; nothing in `sim` imports it.

from experiments import load
scenario = load("direct", ["market.consumers=20000"])
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.compose import load

__all__ = ["load"]


def __getattr__(name: str) -> object:
    """Loads the door for programs when it is used: Hydra costs a third of a second."""
    if name == "load":
        from experiments.compose import load

        return load
    raise AttributeError(f"module 'experiments' has no attribute '{name}'")
