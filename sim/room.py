"""Room to work in: arrays that are made once and used again every day, so that a day makes none of its own."""

from collections.abc import Hashable, Sequence

import numpy as np

from sim.records import readable


class Room:
    """Arrays by name. What stands in them means nothing to whoever takes them next."""

    def __init__(self) -> None:
        self.held: dict[Hashable, np.ndarray] = {}
        self.sets: dict[Hashable, tuple[np.ndarray, ...]] = {}

    def take(self, name: Hashable, size: int, kind: type | np.dtype, rows: int = 0) -> np.ndarray:
        """An array (size or more,), or (rows, size or more), of a kind of number or record, with anything in it."""
        held = self.held.get(name)
        if held is None or held.shape[-1] < size:
            size += size // 4  # so that what grows a little every day is not made anew every day
            made = np.empty((rows, size) if rows else size, kind)
            held = self.held[name] = readable(made) if made.dtype.names else made
        return held

    def together(self, name: Hashable, size: int, kinds: Sequence[tuple[int, type]]) -> tuple[np.ndarray, ...]:
        """Arrays (rows, size) that belong together, each of so many rows and a kind of number, with anything in them; sizes stay."""
        if name not in self.sets:
            self.sets[name] = tuple(np.empty((rows, size), kind) for rows, kind in kinds)
        return self.sets[name]
