"""Money from the books of the results: net by party and purpose, and planned against realised fixed outlay."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from experiments.basis import Point, outlay
from experiments.measures import DAYS_A_YEAR
from experiments.table import table

SHOWN = ("maker", "retailer")
OUTLAY = ("media", "rent", "operations", "wages", "training", "capital")
FEN_A_MILLION = 100 * 1e6

Ledger = dict[str, dict[tuple[str, str], float]]  # strategy -> (party, purpose) -> net, M yuan a year


def net_by_party(books: pa.Table, points: Sequence[Point], replications: int) -> dict[str, Ledger]:
    """Received less paid, by basis, strategy, party and purpose: means over replications of the whole market, M yuan a year."""
    keys = ["basis", "strategy", "purpose", "payer", "payee"]
    texts = [pc.cast(books.column(name), pa.string()) for name in keys]
    sums = pa.table([*texts, books.column("fen")], names=[*keys, "fen"]).group_by(keys).aggregate([("fen", "sum")])
    scales = {
        (p.basis, p.strategy): p.scenario.weight * DAYS_A_YEAR / p.scenario.market.days / replications / FEN_A_MILLION for p in points
    }
    out: dict[str, Ledger] = {}
    for row in sums.to_pylist():
        ledger = out.setdefault(row["basis"], {}).setdefault(row["strategy"], {})
        amount = row["fen_sum"] * scales[row["basis"], row["strategy"]]
        for party, sign in ((row["payee"], 1), (row["payer"], -1)):
            ledger[party, row["purpose"]] = ledger.get((party, row["purpose"]), 0.0) + sign * amount
    return out


def money_table(ledgers: Ledger, names: Sequence[str], labels: Mapping[str, str]) -> str:
    """What the maker and the retailers receive and pay for each purpose, and what is left."""
    rows = []
    for party in SHOWN:
        purposes = dict.fromkeys(purpose for name in names for who, purpose in ledgers[name] if who == party)
        by_purpose = {purpose: [ledgers[name].get((party, purpose), 0.0) for name in names] for purpose in purposes}
        for purpose, values in sorted(by_purpose.items(), key=lambda item: -max(map(abs, item[1]))):
            if max(map(abs, values)) >= 0.05:
                rows.append([f"{party}: {purpose.replace('_', ' ')}", *(millions(value) for value in values)])
        rows.append([f"{party}: left", *(millions(sum(values[k] for values in by_purpose.values())) for k in range(len(names)))])
    return table(["M yuan a year", *(labels[name] for name in names)], rows)


def millions(value: float) -> str:
    """Millions of yuan with one digit, and no minus before nothing."""
    return f"{value + 0.0:,.1f}" if abs(value) >= 0.05 else "0"


def outlay_table(ledgers: Ledger, points: Sequence[Point], labels: Mapping[str, str]) -> str:
    """Planned and realised fixed outlay of each strategy on one basis, M yuan a year."""
    rows = []
    for point in points:
        plan = outlay(point.scenario.market, point.scenario.strategy) / 1e6
        spent = -sum(amount for (party, purpose), amount in ledgers[point.strategy].items() if purpose in OUTLAY and party in SHOWN)
        counts = point.scenario.strategy.outlets
        rows.append([labels[point.strategy], f"{counts.tier1}/{counts.tier2}/{counts.tier3}", f"{plan:,.1f}", f"{spent:,.1f}"])
    return table(["fixed outlay, M yuan a year", "outlets by tier", "planned", "realised"], rows)
