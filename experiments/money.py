"""Money from the books of the results: net by party and purpose with intervals, and planned against realised fixed outlay."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.basis import Point, outlay
from experiments.intervals import ALPHA, Interval, mean_interval
from experiments.language import say
from experiments.measures import DAYS_A_YEAR
from experiments.table import table
from experiments.wording import grain, number, with_interval

SHOWN = ("maker", "retailer")
OUTLAY = ("media", "rent", "operations", "wages", "training", "capital")
FEN_A_MILLION = 100 * 1e6
WORTH_SHOWING = 0.05  # M yuan a year

Ledger = dict[str, dict[tuple[str, str], float]]  # strategy -> (party, purpose) -> net, M yuan a year
Series = dict[str, dict[tuple[str, str], np.ndarray]]  # the same, (replication,)


def yearly_scale(weight: float, days: int) -> float:
    """Millions of yuan a year of the whole market for one fen of the simulated people."""
    return weight * DAYS_A_YEAR / days / FEN_A_MILLION


def net_series(books: pa.Table, scale: float, replications: Sequence[int]) -> dict[str, Series]:
    """Received less paid in each replication, by basis, strategy, party and purpose: the whole market, M yuan a year."""
    keys = ["basis", "strategy", "purpose", "payer", "payee"]
    texts = [pc.cast(books.column(name), pa.string()) for name in keys]
    columns = pa.table([*texts, books.column("replication"), books.column("fen")], names=[*keys, "replication", "fen"])
    place = {one: k for k, one in enumerate(replications)}
    out: dict[str, Series] = {}
    for row in columns.group_by([*keys, "replication"]).aggregate([("fen", "sum")]).to_pylist():
        ledger = out.setdefault(row["basis"], {}).setdefault(row["strategy"], {})
        for party, sign in ((row["payee"], 1), (row["payer"], -1)):
            series = ledger.setdefault((party, row["purpose"]), np.zeros(len(place)))
            series[place[row["replication"]]] += sign * row["fen_sum"] * scale
    return out


def net_by_party(books: pa.Table, points: Sequence[Point], replications: int) -> dict[str, Ledger]:
    """Received less paid, by basis, strategy, party and purpose: means over replications of the whole market, M yuan a year."""
    first = points[0].scenario
    lived = sorted(set(books.column("replication").to_pylist()))
    series = net_series(books, yearly_scale(first.weight, first.market.days), lived)
    return {
        basis: {name: {key: float(values.sum() / replications) for key, values in ledger.items()} for name, ledger in by_name.items()}
        for basis, by_name in series.items()
    }


def money_rows(series: Series, names: Sequence[str], alpha: float) -> list[tuple[str, str, list[Interval]]]:
    """Party, purpose (or `left`) and an interval for each strategy, the largest purposes of each party first."""
    rows = []
    for party in SHOWN:
        purposes = dict.fromkeys(purpose for name in names for who, purpose in series[name] if who == party)
        nothing = np.zeros_like(next(iter(series[names[0]].values())))
        by_purpose = {purpose: [series[name].get((party, purpose), nothing) for name in names] for purpose in purposes}
        size = {purpose: max(abs(values.mean()) for values in by_purpose[purpose]) for purpose in purposes}
        for purpose in sorted(purposes, key=lambda one: (-size[one], one)):
            if size[purpose] >= WORTH_SHOWING:
                rows.append((party, purpose, [mean_interval(values, alpha) for values in by_purpose[purpose]]))
        left = [sum((by_purpose[purpose][k] for purpose in purposes), nothing) for k in range(len(names))]
        rows.append((party, "left", [mean_interval(values, alpha) for values in left]))
    return rows


def money_table(series: Series, names: Sequence[str], labels: Mapping[str, str], alpha: float = ALPHA, language: str = "en") -> str:
    """What the maker and the retailers receive and pay for each purpose, and what is left, with intervals."""
    colon = say("answer", "colon", language)
    rows = [
        [f"{say('stages', party, language)}{colon}{say('measures', f'purpose_{purpose}', language)}", *map(millions, cells)]
        for party, purpose, cells in money_rows(series, names, alpha)
    ]
    return table([say("answer", "money_unit", language), *(labels[name] for name in names)], rows)


def millions(one: Interval) -> str:
    """Millions of yuan with their interval, no finer than a tenth, and 0 for nothing."""
    if abs(one.mean) < WORTH_SHOWING and not one.half > WORTH_SHOWING:
        return "0"
    if not one.half > 1e-9 * abs(one.mean):  # the same in every replication
        return number(one.mean, 0.1)
    return with_interval(one) if grain(one) >= 0.1 else f"{number(one.mean, 0.1)} [{number(one.low, 0.1)}, {number(one.high, 0.1)}]"


def outlay_rows(series: Series, points: Sequence[Point], alpha: float) -> list[tuple[str, str, float, Interval]]:
    """Strategy, outlets by tier, planned and realised fixed outlay of each strategy on one basis, M yuan a year."""
    rows = []
    for point in points:
        mine, counts = series[point.strategy], point.scenario.strategy.outlets
        nothing = np.zeros_like(next(iter(mine.values())))
        spent = -sum((values for (party, purpose), values in mine.items() if purpose in OUTLAY and party in SHOWN), nothing)
        plan = outlay(point.scenario.market, point.scenario.strategy) / 1e6
        rows.append((point.strategy, f"{counts.tier1}/{counts.tier2}/{counts.tier3}", plan, mean_interval(spent, alpha)))
    return rows


def outlay_table(
    series: Series, points: Sequence[Point], labels: Mapping[str, str], alpha: float = ALPHA, language: str = "en"
) -> str:  # fmt: skip
    """Planned and realised fixed outlay of each strategy on one basis, M yuan a year."""
    rows = [[labels[name], counts, f"{plan:,.1f}", millions(spent)] for name, counts, plan, spent in outlay_rows(series, points, alpha)]
    return table([say("answer", f"outlay_{key}", language) for key in ("head", "counts", "plan", "spent")], rows)
