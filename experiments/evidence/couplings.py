"""How far levers reach upstream in the full world, and who carries them there: owners' talk, full desks, media plans, learning, prices."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from experiments.evidence.fact import scenario_at
from experiments.identity import digest
from experiments.intervals import mean_interval
from experiments.parts import write_text
from sim.compiled import ENGINE
from sim.replication import Result, simulate
from sim.stages import Stage

CONSUMERS, DAYS, REPLICATIONS, SEED = 4_000, 365, 8, 1
NEVER = 1 << 30

# what switches one carrier off
COUPLINGS = {
    "owners' talk": ("market.word_of_mouth.network=none",),
    "full desks": ("strategy.outlet.meetings=1000", "strategy.outlet.demo_cars=1000"),
    "media plans": (  # what the shipped budgets buy a person of affinity 1, held fast whoever needs a car
        "strategy.touchpoints.video.intensity=0.13", "strategy.touchpoints.social.intensity=0.066",
        "strategy.touchpoints.search.intensity=0.0005", "strategy.touchpoints.vertical.intensity=0.0005",
    ),
    "learning": ("market.workforce.novice=0", "market.workforce.turnover=0"),
}  # fmt: skip
NONE, ALL = "none of them", "everything on"


@dataclass(frozen=True)
class Carried:
    """A lever, moved."""

    key: str
    name: str
    stage: Stage  # the first at which it acts
    strategy: str
    moved: str


COUPLED = (
    Carried("discovery", "discovery +1 SD", Stage.INTEREST, "direct", "strategy.skill.discovery=1"),
    Carried("closing", "closing +1 SD", Stage.INTENT, "direct", "strategy.skill.closing=1"),
    Carried("care", "care +1 SD", Stage.OWNER, "direct", "strategy.skill.care=1"),
    Carried("reward", "referral reward of 5,000 yuan", Stage.OWNER, "direct", "strategy.referral.reward=5000"),
    Carried("price", "list price -5 %", Stage.INTEREST, "direct", "strategy.list_price=237500"),
    Carried("closing_dealers", "closing +1 SD, dealers", Stage.INTENT, "dealer_4s", "strategy.skill.closing=1"),
)


def worlds() -> dict[str, tuple[str, ...]]:
    """Overrides of the full world, of the worlds with one carrier each, and of the one without any."""
    off = {name: tuple(word for other, words in COUPLINGS.items() if other != name for word in words) for name in [*COUPLINGS, NONE]}
    return {ALL: ()} | off


def head() -> str:
    """Head of the table."""
    return "| lever | acts from | " + " | ".join(worlds()) + " | inflow | replications x consumers, date, engine |"


def entries(result: Result, stage: Stage) -> np.ndarray:
    """The day (n,) on which each consumer first enters a stage; far off who never does."""
    told = result.journeys
    enters = told[(told["to_stage"] == stage) & (told["from_stage"] != stage)]
    days = np.full(result.people.size, NEVER)
    np.minimum.at(days, enters["consumer"], enters["day"])
    return days


def arrivals(result: Result, stage: Stage) -> np.ndarray:
    """The day (n,) on which each consumer first comes to a stage; 0 who begins there."""
    told = result.journeys
    moves, days = told[told["from_stage"] != told["to_stage"]], entries(result, stage)
    who, first = np.unique(moves["consumer"], return_index=True)
    days[who[moves["from_stage"][first] == stage]] = 0
    return days


def upstream(one: Result, other: Result, stage: Stage) -> float:
    """Share of people who enter an earlier stage on another day, before either life comes to the lever's stage."""
    until = np.minimum(arrivals(one, stage), arrivals(other, stage))
    differs = np.zeros(until.size, bool)
    for earlier in range(Stage.AWARE, stage):
        a, b = entries(one, Stage(earlier)), entries(other, Stage(earlier))
        differs |= np.minimum(a, until) != np.minimum(b, until)
    return float(differs.mean())


def inflow(result: Result, stage: Stage) -> float:
    """People who enter a stage."""
    return float(result.flows[1:, 0, :, stage].sum())


def measured(lever: Carried, world: Sequence[str], replication: int) -> dict[str, float]:
    """What one replication of a lever in one world comes to."""
    one, other = (lived(lever.strategy, (f"market.days={DAYS}", *world, *moved), replication) for moved in ((), (lever.moved,)))
    return {"share": upstream(one, other, lever.stage), "inflow": inflow(other, lever.stage) / inflow(one, lever.stage) - 1.0}


@lru_cache(maxsize=2)
def lived(strategy: str, overrides: tuple[str, ...], replication: int) -> Result:
    """A strategy lived with every journey written; the one without a lever is kept for the next lever."""
    scenario = scenario_at(strategy, overrides, 1.0, CONSUMERS)
    return simulate(scenario, SEED, "all", replication=replication)


def carry_out(folder: Path, replications: int = REPLICATIONS) -> dict[str, dict]:
    """Measures every lever in every world, keeping each value; for the record of the page."""
    values: dict[str, dict[str, list]] = {lever.key: {name: [] for name in worlds()} for lever in COUPLED}
    for r, (name, world), lever in product(range(replications), worlds().items(), COUPLED):
        values[lever.key][name].append(kept(lever, name, world, r, folder))
    return {key: recorded(of_worlds) for key, of_worlds in values.items()}


def recorded(values: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[str, object]:
    """A lever's intervals by world, and of its inflow with everything on, for the record."""
    cells = {name: mean_interval(np.array([one["share"] for one in several])) for name, several in values.items()}
    cells["inflow"] = mean_interval(np.array([one["inflow"] for one in values[ALL]]))
    about = {"consumers": CONSUMERS, "engine": ENGINE, "date": date.today().isoformat()}
    return {"cells": {name: asdict(cell) for name, cell in cells.items()}} | about


def kept(lever: Carried, name: str, world: Sequence[str], replication: int, folder: Path) -> Mapping[str, float]:
    """A measured value, lived where it was not kept."""
    what = digest({"lever": asdict(lever), "world": list(world), "size": [CONSUMERS, DAYS], "seed": SEED})[:12]
    path = folder / ENGINE / f"coupling-{lever.key}-{what}" / f"r{replication:05d}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(measured(lever, world, replication)))
        print(f"  {lever.name}, {name}, {replication + 1}", file=sys.stderr, flush=True)
    return json.loads(path.read_text("utf8"))
