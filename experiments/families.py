"""The four KPI families of a results folder as arrays over replications, in the units in which people see them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.intervals import Interval, mean_interval
from experiments.language import say
from experiments.measures import DAYS_A_YEAR
from experiments.store import Store
from sim.kpi import FAMILY_OF, UNITS

FLOWS = ("cars", "reports")  # units of what is counted over the horizon and shown by the year
TOTALS = ("revenue", "acquisition_cost")  # yuan over the horizon, shown as millions a year
PERCENT, MILLION = 100.0, 1e-6


@dataclass(frozen=True)
class Families:
    """The KPIs of one strategy on one basis."""

    keys: tuple[np.ndarray, np.ndarray, np.ndarray]  # by, part, KPI of every column
    values: np.ndarray  # (replication, column)
    alpha: float
    days: int

    @cached_property
    def column(self) -> dict[tuple[str, str, str], int]:
        """The column of each by, part and KPI."""
        return {key: k for k, key in enumerate(zip(*self.keys, strict=True))}

    def parts(self, by: str) -> list[str]:
        """The parts of a division, in order."""
        return list(dict.fromkeys(self.keys[1][self.keys[0] == by].tolist()))

    def interval(self, by: str, part: str, kpi: str) -> Interval:
        """A KPI of one part in the shown unit, with its interval over replications."""
        return mean_interval(self.values[:, self.column[by, part, kpi]] * scale(kpi, self.days), self.alpha)


def scale(kpi: str, days: int) -> float:
    """From the unit of the files to the shown one."""
    unit = UNITS[FAMILY_OF[kpi]][kpi]
    yearly = DAYS_A_YEAR / days
    if kpi in TOTALS:
        return MILLION * yearly
    return PERCENT if unit == "share" else yearly if unit in FLOWS else 1.0


def unit_of(kpi: str, language: str) -> str:
    """The shown unit in words."""
    return say("kpi", "unit_millions" if kpi in TOTALS else f"unit_{UNITS[FAMILY_OF[kpi]][kpi]}", language)


def part_name(by: str, part: str, language: str) -> str:
    """A part for people."""
    return say("kpi", "part_outlet", language, k=part) if by == "outlet" else say("kpi", f"part_{part}", language)


def families_in(store: Store, alpha: float, days: int) -> dict[tuple[str, str], Families]:
    """The KPIs of every basis and strategy; none where a folder was written before there were any."""
    rows = store.read_what_is_there("kpis")
    if rows is None:
        return {}
    texts = {name: pc.cast(rows.column(name), pa.string()) for name in ("basis", "strategy", "by", "part", "kpi")}
    points = dict.fromkeys(zip(texts["basis"].to_pylist(), texts["strategy"].to_pylist(), strict=True))
    return {point: of_point(rows, texts, point, alpha, days) for point in points}


def of_point(rows: pa.Table, texts: dict, point: tuple[str, str], alpha: float, days: int) -> Families:
    """The KPIs of one strategy on one basis: every replication has the same columns in the same order."""
    mine = pc.and_(pc.equal(texts["basis"], point[0]), pc.equal(texts["strategy"], point[1]))
    order = np.argsort(rows.column("replication").filter(mine).to_numpy(), kind="stable")
    n = len(pc.unique(rows.column("replication").filter(mine)))
    values = rows.column("value").filter(mine).to_numpy()[order].reshape(n, -1)
    first = order[: values.shape[1]]
    keys = tuple(np.array(texts[name].filter(mine).to_pylist(), object)[first] for name in ("by", "part", "kpi"))
    return Families(keys, values, alpha, days)
