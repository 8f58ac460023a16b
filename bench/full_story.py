"""Whether the plain Mesa model of the full default rules lives what the engine lives: totals of worlds that both begin alike."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

import sim.day
from bench.figures import Found
from bench.mesa_full import FullModel
from bench.turns import paired_z
from sim.books import PARTY
from sim.records import NO_NEED, PURPOSES, T
from sim.replication import History, enter, start_up
from sim.scenario import Scenario, scenario_from
from sim.sleep import wake_everybody
from sim.world import World

# what both count alike; the first two are of the touchpoints and needs, the last ones of those who are not simulated
COUNTED = (
    "contacts", "needs", "rival_closed", "put_off", "searches", "good_messages", "bad_messages", "leads", "contacted", "appointments",
    "shows", "arrivals", "meetings", "first_meetings", "drives", "abandoned", "orders", "online_orders", "referred_orders",
    "repeat_orders", "cancels", "deliveries", "services", "owners_lost", "quits", "background_arrivals", "background_meetings",
    "background_abandoned", "background_waited", "background_orders",
)  # fmt: skip
PARTIES = ("maker", "retailer")


@dataclass
class Both:
    """What the engine and Mesa made of one world: totals by name, and everybody's stage."""

    engine: dict[str, float]
    mesa: dict[str, float]
    stages: tuple[np.ndarray, np.ndarray]


def full_rules(consumers: int) -> Scenario:
    """The default scenario, of which nothing is switched off."""
    return scenario_from({"consumers": consumers}, {}, {})


def first_day(consumers: int, seed: int, threads: int = 1) -> World:
    """The world of the full default rules on the day with which a run begins."""
    scenario = full_rules(consumers)
    return enter(scenario, start_up(scenario, seed), threads)


def live_both(consumers: int, days: int, seed: int) -> Both:
    """The same world lived by both, each by its own luck."""
    world = first_day(consumers, seed)
    mesa, history = FullModel(world, seed), History(world)
    for _ in range(days):
        history.add(world, sim.day.live(world))
        mesa.step()
    wake_everybody(world)
    stages = np.array([who.stage for who in mesa.people]), world.minds["stage"][0].astype(int)
    return Both(totals_of_engine(world, history, days), totals_of_mesa(mesa), stages)


def totals_of_engine(world: World, history: History, days: int) -> dict[str, float]:
    """Counts of the days, what people think and owe at the end, and money."""
    tally, book = history.tally[1 : days + 1, 0].sum(axis=0), history.book[: history.entered[0]]
    mind, owns = world.minds[0], world.people["car"] == 0
    ago = np.clip(days - mind["touched"], 0, None)
    out = {name: float(tally[T[name]]) for name in COUNTED} | {"contacts": float(world.contacts[0, 1 : days + 1].sum())}
    out |= {"moves": float(history.flows[1 : days + 1].sum()), "people in need": float((world.people["need_since"] != NO_NEED).sum())}
    out |= {
        "fast goodwill": float((mind["fast"] * world.fade[0, ago]).sum()),
        "slow goodwill": float((mind["slow"] * world.fade[1, ago]).sum()),
    }
    out |= {"owners": float(owns.sum()), "their satisfaction": float(world.people["satisfaction"][owns].sum(dtype=float))}
    out |= {"salespeople's experience": float(world.staff["experience"].sum())}
    yuan = book["fen"] / 100.0
    out |= {name: float(yuan[book["purpose"] == k].sum()) for k, name in enumerate(PURPOSES) if (book["purpose"] == k).any()}
    return out | {
        f"kept by the {one}": float(yuan[book["payee"] == PARTY[one]].sum() - yuan[book["payer"] == PARTY[one]].sum()) for one in PARTIES
    }


def totals_of_mesa(mesa: FullModel) -> dict[str, float]:
    """The same of the Mesa model."""
    tally: Counter[str] = sum((day for day, *_ in mesa.history), Counter())
    owners = [who for who in mesa.people if who.drives_ours]
    out = {name: float(tally[name]) for name in COUNTED} | {"contacts": float(sum(sum(contacts) for _, _, contacts, _ in mesa.history))}
    out |= {"moves": float(sum(sum(flow.values()) for _, flow, *_ in mesa.history))}
    out |= {"people in need": float(sum(who.in_need for who in mesa.people))}
    out |= dict(zip(("fast goodwill", "slow goodwill"), np.sum([who.goodwill() for who in mesa.people], axis=0).tolist(), strict=True))
    out |= {"owners": float(len(owners)), "their satisfaction": float(sum(who.satisfaction for who in owners))}
    out |= {"salespeople's experience": float(sum(one.experience for shop in mesa.shops for one in shop.staff))}
    money: Counter[str] = Counter()
    for _, _, purpose, payer, payee, yuan in mesa.books:
        money[purpose] += yuan
        money[f"kept by the {payee}"] += yuan
        money[f"kept by the {payer}"] -= yuan
    return out | {name: money[name] for name in (*PURPOSES, *(f"kept by the {one}" for one in PARTIES)) if name in money}


def compare(consumers: int, days: int, seeds: range) -> Found:
    """Both live one world after the other: totals (world,) by name, and z of the shares by stage over all of them, paired by person."""
    lived = [live_both(consumers, days, seed) for seed in seeds]
    names = dict.fromkeys(name for both in lived for name in (*both.engine, *both.mesa))
    totals = {name: [[both.engine.get(name, 0.0) for both in lived], [both.mesa.get(name, 0.0) for both in lived]] for name in names}
    there, here = (np.concatenate(stages) for stages in zip(*(both.stages for both in lived), strict=True))
    return {"consumers": consumers, "days": days, "worlds": len(lived), "totals": totals, "z": paired_z(there, here)}
