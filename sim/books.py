"""Money: who paid whom, for what, in whole fen (ODD 5.16). Every fen has a payer and a payee; the world is a party."""

import numpy as np

from sim.compiled import inlined, njit
from sim.records import LEDGER, PARTIES, PURPOSES

PARTY = {name: k for k, name in enumerate(PARTIES)}
PURPOSE = {name: k for k, name in enumerate(PURPOSES)}
TIERS, USES, SIDES, _ = LEDGER  # as plain numbers a kernel need not look at the ledger for
MICRO = 1_000_000  # parts of a fen in which daily costs are carried over

ENTRY = np.dtype(
    [("day", "i4"), ("brand", "i1"), ("tier", "i1"), ("purpose", "i1"), ("payer", "i1"), ("payee", "i1"), ("fen", "i8")], align=True
)

MAKER, RETAILER, CUSTOMER, WORLD = PARTY["maker"], PARTY["retailer"], PARTY["customer"], PARTY["world"]
PARTNER, PARTNERSHIP = PARTY["partner"], PURPOSE["partnership"]
VEHICLE_REVENUE, DISCOUNT, STOCK, MARGIN, REBATE = (PURPOSE[k] for k in ("vehicle_revenue", "discount", "stock", "margin", "rebate"))
COMMISSION, PRODUCTION, LOGISTICS, CAPITAL = (PURPOSE[k] for k in ("commission", "production", "logistics", "capital"))
SERVICE_REVENUE, SERVICE_COST, SUPPORT = (PURPOSE[k] for k in ("service_revenue", "service_cost", "support"))
REFERRAL, CARE, RECOMMENDATION = PURPOSE["referral"], PURPOSE["care"], PURPOSE["recommendation"]
INTERACTION, DEVELOPMENT = PURPOSE["interaction"], PURPOSE["development"]
WAGES, HIRING = PURPOSE["wages"], PURPOSE["hiring"]


@njit
def fen(yuan):
    """Whole fen of an amount in yuan, to the nearest."""
    return np.int64(np.floor(yuan * 100.0 + 0.5))


@njit
def post(ledger, b, tier, purpose, payer, payee, amount):
    """Books one payment of `amount` fen."""
    ledger[b, tier, purpose, payer, payee] += amount


@njit
def carry(ledger, carried, b, tier, purpose, payer, micro, payee=WORLD):
    """Books a day's share of a running cost, to the world if to nobody else, and carries the part of a fen to the next day.

    carried  (brand, tier, purpose, party) int64, micro-fen not yet booked
    micro    the day's cost in micro-fen
    """
    carried[b, tier, purpose, payer] += micro
    whole = carried[b, tier, purpose, payer] // MICRO
    carried[b, tier, purpose, payer] -= whole * MICRO
    ledger[b, tier, purpose, payer, payee] += whole


@njit
def enter(ledger, day, book, count):
    """Writes the non-zero lines of a day's ledger behind the others. book (k,) ENTRY with room, count (1,) how many there are."""
    for b in range(ledger.shape[0]):
        for tier in range(TIERS):
            for purpose in range(USES):
                if is_empty(ledger[b, tier, purpose]):
                    continue
                for payer in range(SIDES):
                    for payee in range(SIDES):
                        if ledger[b, tier, purpose, payer, payee] != 0:
                            line = book[count[0]]
                            line.day, line.brand, line.tier, line.purpose, line.payer, line.payee = day, b, tier, purpose, payer, payee
                            line.fen = ledger[b, tier, purpose, payer, payee]
                            count[0] += 1


@inlined
def is_empty(page):
    """Whether nobody has paid anybody: page (payer, payee) fen. All are looked at together, without asking of each."""
    paid = 0
    for payer in range(SIDES):
        for payee in range(SIDES):
            paid |= page[payer, payee]
    return paid == 0


@njit
def write_down(day, flow, opened, tally, ledger, line, stocks, flows, openings, tallies, book, entered, stood):
    """One lived day is written behind the days before, if it counts: moves and stocks, leads opened, counts, money, who waits at night.

    line   (k,) IN_LINE; the others of a day and of all days are as in `World` and `Result`
    stood  (outlets,) of how many nights and people that was, at each outlet
    """
    if day <= 0:
        return
    stages = flow.shape[1]
    for b in range(flow.shape[0]):
        for stage in range(stages):
            stocks[day, b, stage] = stocks[day - 1, b, stage]
        for one in range(stages):
            for other in range(stages):
                flows[day, b, one, other] = flow[b, one, other]
                stocks[day, b, one] -= flow[b, one, other]
                stocks[day, b, other] += flow[b, one, other]
        for origin in range(opened.shape[1]):
            openings[day, b, origin] = opened[b, origin]
        for k in range(tally.shape[1]):
            tallies[day, b, k] = tally[b, k]
    k = 0
    while k < line.size:  # who waits at one outlet stands together
        o, before = line[k].outlet, k
        while k < line.size and line[k].outlet == o:
            k += 1
        stood[o] += k - before
    enter(ledger, day, book, entered)


@njit
def settle(costs, ledger, carried, earned):
    """Books one day of every running cost, and adds what retailers received today less what they paid to what they have earned.

    costs, carried  (brand, tier, purpose, party) micro-fen; earned (brand, tier) fen
    """
    for b in range(costs.shape[0]):
        for tier in range(TIERS):
            for purpose in range(USES):
                for party in range(SIDES):
                    if costs[b, tier, purpose, party] != 0:
                        carry(ledger, carried, b, tier, purpose, party, costs[b, tier, purpose, party])
                for party in range(SIDES):
                    earned[b, tier] += ledger[b, tier, purpose, party, RETAILER] - ledger[b, tier, purpose, RETAILER, party]


def balance(books: np.ndarray, party: str) -> int:
    """Fen received less fen paid by a party over ENTRY records."""
    who = PARTY[party]
    return int(books["fen"][books["payee"] == who].sum() - books["fen"][books["payer"] == who].sum())
