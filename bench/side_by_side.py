"""The engine beside plain Mesa objects and beside NumPy masks: the same days of the same people by the same rules, turn about."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

import sim.day
from bench.figures import Aim, Found, Table, counted, ratios, spread
from bench.luck import KeyedLuck, PythonLuck
from bench.mesa_daily import DailyModel
from bench.mesa_objects import ConsumersModel
from bench.numpy_daily import DailyMaskModel
from bench.numpy_masks import MaskModel
from sim.replication import start_up
from sim.scenario import TIERS, Scenario, scenario_from
from sim.stages import Stage
from sim.world import World

BLOCK = 30  # days lived by one before the other's turn: the monthly plan falls once in each
WARM_UP = 10  # days of another world of the same size
STAGES = tuple(stage.name for stage in Stage)
ENGINE, TWO = "the engine, one thread", "the engine, two threads"
DAILY = "Mesa as most models are written: every chance drawn every day"
PYTHON, KEYED = "Mesa with clocks, Python's own random", "Mesa with clocks, the engine's keyed luck"
DAILY_MASKS = "NumPy masks as most models are written: every chance drawn every day"
MASKS = "NumPy masks by somebody who knows NumPy well: one draw a day for all touchpoints"
FEW, MORE, MANY = 30_000, 100_000, 1_000_000

# needs, touchpoints and consideration as in the default rules; whatever needs an outlet, an owner or a friend is switched off
MARKET = {
    "start": "given",
    "initial": {"owner": 0.0},
    "need": {"open_share": 0.03},
    "waits": {"seeks_curious": 0.0, "seeks": 0.0, "seeks_intent": 0.0, "returns": 0.0, "orders_online": 0.0},
    "word_of_mouth": {"network": "none", "talk": 0.0},
}
# the contacts a day that the default budgets buy, and some for the touchpoints that cost nothing by default
INTENSITY = {"video": 0.13, "social": 0.065, "search": 0.0002, "vertical": 0.0003, "content": 0.01, "event": 0.001}
STRATEGY = {
    "outlets": dict.fromkeys(TIERS, 0),
    "touchpoints": {name: {"intensity": value, "lead": 0.0} for name, value in INTENSITY.items()},
}


@dataclass
class Rival:
    """Somebody who lives the days: how a day goes, and where everybody stands."""

    day: Callable[[], object]
    stages: Callable[[], np.ndarray]


def shared_rules(consumers: int) -> Scenario:
    """The scenario in which all have the same rules: needs, touchpoints by intensity, self-search, consideration, giving up."""
    return scenario_from(MARKET | {"consumers": consumers, "households": consumers}, STRATEGY, {})


def rivals_from(world: World, names: tuple[str, ...]) -> dict[str, Rival]:
    """Those of these names, each with the people of the world as they were drawn."""

    def engine(threads: int) -> Rival:
        mine = world.copy()
        mine.threads = threads
        return Rival(lambda: sim.day.live(mine), lambda: mine.minds["stage"][0].astype(int))

    def objects(model: ConsumersModel) -> Rival:
        return Rival(model.step, lambda: np.array([agent.stage for agent in model.agents]))

    def masks(model: MaskModel) -> Rival:
        return Rival(model.step, lambda: model.stage.astype(int))

    ways = {
        ENGINE: lambda: engine(1),
        TWO: lambda: engine(2),
        DAILY: lambda: objects(DailyModel(world, PythonLuck(1))),
        PYTHON: lambda: objects(ConsumersModel(world, PythonLuck(1))),
        KEYED: lambda: objects(ConsumersModel(world, KeyedLuck(world.luck))),
        DAILY_MASKS: lambda: masks(DailyMaskModel(world, 1)),
        MASKS: lambda: masks(MaskModel(world, 1)),
    }
    return {name: ways[name]() for name in names}


def race(consumers: int, blocks: int, names: tuple[str, ...]) -> Found:
    """Blocks of days of the same people, turn about: nanoseconds per consumer-day by processor and by wall clock, and where all ended."""
    scenario = shared_rules(consumers)
    warm = start_up(scenario, 2)
    for _ in range(WARM_UP):
        sim.day.live(warm)
    world = start_up(scenario, 1)
    before = world.minds["stage"][0].copy()
    rivals = rivals_from(world, names)
    spent: dict[str, dict[str, list[float]]] = {name: {"processor": [], "wall": []} for name in names}
    for _ in range(blocks):
        for name, rival in rivals.items():
            began, used = time.perf_counter_ns(), time.process_time_ns()
            for _ in range(BLOCK):
                rival.day()
            spent[name]["wall"].append((time.perf_counter_ns() - began) / (BLOCK * consumers))
            spent[name]["processor"].append((time.process_time_ns() - used) / (BLOCK * consumers))
    stages = {name: rival.stages() for name, rival in rivals.items()}
    return {
        "consumers": consumers,
        "days": blocks * BLOCK,
        "nanoseconds": spent,
        "shares": {name: (np.bincount(where, minlength=len(STAGES)) / consumers).tolist() for name, where in stages.items()},
        "z": {name: paired_z(where, stages[ENGINE]) for name, where in stages.items()},
        "same": {name: float(np.mean(where == stages[ENGINE])) for name, where in stages.items()},
        "moved": float(np.mean(stages[ENGINE] != before)),
    }


def paired_z(there: np.ndarray, here: np.ndarray) -> list[float]:
    """z of the difference of each stage's share (stage,), paired by person: the same people, other luck; 0 where nobody differs."""
    apart = np.array([there == k for k in Stage], float) - np.array([here == k for k in Stage], float)
    noise = np.sqrt((apart**2).sum(axis=1))
    return np.divide(apart.sum(axis=1), noise, out=np.zeros(len(STAGES)), where=noise > 0).tolist()


def measure(quick: bool) -> Found:
    """Everybody with few people; those who can be waited for with more; the engine and NumPy with many."""
    everybody = (ENGINE, TWO, DAILY, PYTHON, KEYED, DAILY_MASKS, MASKS)
    if quick:
        return {"races": [race(1_000, 1, everybody)]}
    runs = (
        (FEW, 4, everybody),
        (MORE, 4, (ENGINE, TWO, DAILY, DAILY_MASKS, MASKS)),
        (MANY, 5, (ENGINE, TWO, DAILY_MASKS, MASKS)),
    )
    return {"races": [race(*run) for run in runs]}


def times(found: Found, rival: str, engine: str, consumers: int, objects: int | None = None) -> list[float]:
    """How many times faster the engine is than a rival, block by block: of processor time on one thread, of wall clock on two.

    consumers  of the engine's race
    objects    of the rival's, if it is another
    """
    mine, its = (next((one for one in found["races"] if one["consumers"] == n), None) for n in (consumers, objects or consumers))
    if not mine or not its or rival not in its["nanoseconds"]:
        return []
    clock = "wall" if engine == TWO else "processor"
    return ratios(*of_equal_length(its["nanoseconds"][rival][clock], mine["nanoseconds"][engine][clock]))


def of_equal_length(*blocks: list[float]) -> list[list[float]]:
    """The first blocks of each, as many as all have."""
    return [one[: min(map(len, blocks))] for one in blocks]


def tables(found: Found) -> list[Table]:
    """The races, what the larger population is worth, and whether all tell the same story."""
    races = found["races"]
    return [race_table(races[0], FAIR), *(race_table(one) for one in races[1:]), *large_table(found), agreement_table(races[0])]


def race_table(one: Found, below: str = "") -> Table:
    """Everybody's cost, and how many times faster the engine is on one thread and on two."""
    spent, rows = one["nanoseconds"], []
    for name, mine in spent.items():
        clock = "wall" if name == TWO else "processor"
        gains = [
            spread(ratios(mine[kind], spent[engine][kind])) if name not in (ENGINE, TWO) else ""
            for engine, kind in ((ENGINE, "processor"), (TWO, "wall"))
        ]
        rows.append((name, spread(mine[clock]), *gains, f"{one['same'][name]:.1%}"))
    said = (
        f"Nanoseconds per consumer-day of the same {one['consumers']:,} people for {one['days']} days, lived turn about in blocks of "
        f"{BLOCK} days: median, least and greatest of the blocks; processor time, of two threads wall clock. Then how many times faster "
        "the engine is: on one core by processor time, on two cores by wall clock against the other's on the one core it can use; and the "
        "share of the people whom both have in the same stage on the last day."
    )
    head = ("", "ns per consumer-day", "engine on one core, times faster", "on two cores, times faster", "same stage")
    return Table(f"Beside objects and masks, {one['consumers']:,} people", said, head, tuple(rows), below)


def large_table(found: Found) -> list[Table]:
    """The engine with many people against Mesa with as many as can be waited for."""
    if not times(found, DAILY, TWO, MANY, MORE):
        return []
    rows = tuple(
        (counted(objects, "object"), *(spread(times(found, DAILY, engine, MANY, objects)) for engine in (ENGINE, TWO)))
        for objects in (FEW, MORE)
    )
    said = (
        f"The engine with {MANY:,} people against Mesa (every chance drawn every day) with as many objects as can be waited for, by the "
        "cost of a consumer-day. That of an object hardly depends on how many there are, as the two rows show."
    )
    return [Table(f"The engine at {MANY:,} people, Mesa at fewer", said, ("Mesa", "engine on one core", "engine on two cores"), rows)]


def agreement_table(one: Found) -> Table:
    """Shares by stage at the end of engine, Mesa and NumPy with daily draws, and their z."""
    rivals = {"Mesa": DAILY, "NumPy": DAILY_MASKS, "NumPy, one draw": MASKS}
    shares = [one["shares"][name] for name in (ENGINE, *rivals.values())]
    kept = [k for k in range(len(STAGES)) if sum(share[k] for share in shares)]
    rows = tuple(
        (STAGES[k].lower(), *(f"{share[k]:.4f}" for share in shares), *(f"{one['z'][name][k]:+.2f}" for name in rivals.values()))
        for k in kept
    )
    bound = chance_alone(len(rivals) * len(rows))
    said = (
        f"Shares by stage after {one['days']} days of the same {one['consumers']:,} people under independent luck; z is the difference "
        f"from the engine over its standard error, paired by person; chance alone keeps all below {bound:.2f} in "
        f"95 of 100 runs. {one['moved']:.1%} of the people ended in another stage than they began."
    )
    return Table("All tell the same story", said, ("stage", "the engine", *rivals, *(f"z of {name}" for name in rivals)), rows)


def chance_alone(tests: int, alpha: float = 0.05) -> float:
    """The bound on |z| that so many tests together pass by chance alone but for alpha (Bonferroni)."""
    return NormalDist().inv_cdf(1 - alpha / (2 * tests))


FAIR = """How the comparison is made fair:

- All live the same people, drawn once, with the same numbers, for the same days; the engine's side is the whole of `sim.day.live`.
- All have needs, touchpoints by intensity, goodwill, attention, forgetting, curiosity, comparing, deciding, self-search and giving up;
  none has salespeople, outlets, friends, owners or sales (`shared_rules` in `bench/side_by_side.py`).
- The Mesa model is one `mesa.Agent` per consumer, stepped in the order of ids by `model.agents.do("step")`. As most models are written,
  every chance is drawn every day; the ratio that counts is against this. The others have the engine's best ideas too: waits are
  clocks, so that a day without contact draws nothing. A touchpoint that reaches nobody is left out in all of them.
- Python's own random numbers are the cheapest that Python has. With the engine's keyed numbers (compiled, called one by one) the Mesa model
  also lives the same lives (but for the few that the engine's 32-bit state rounds otherwise): the rules are the same.
- The NumPy model is one array a field, boolean masks where most people are concerned and rows where few are, `np.random.Generator`. As
  most models are written, and as the Mesa objects have it, each touchpoint is drawn for everybody every day (`bench/numpy_daily.py`). Who
  knows NumPy well draws once a person for all touchpoints together, whose chances are worked out once (`bench/numpy_masks.py`): the
  stricter rival, and the only one until 27 November 2026. Both have the same aim.
- Turn about in one process, so that whatever else runs on the machine hurts all alike; drawing the people, building the objects and
  compiling are not counted.
- Two cores: a Mesa model and NumPy masks live one life on one core, the engine one life on two, with the same bits. Whoever has many lives
  to live can put two Mesa models side by side, as the engine its replications; then the ratio is that of one core.
"""


def to_mesa(consumers: int, objects: int) -> Callable[[Found], list[float]]:
    """The ratio to Mesa on two cores."""
    return lambda found: times(found, DAILY, TWO, consumers, objects)


def to_masks(consumers: int, engine: str, rival: str, words: str = "") -> Aim:
    """The ratio to NumPy masks of the same people."""
    cores = "two cores" if engine == TWO else "one core"
    said = f"against NumPy masks{words}, {cores}, the same {consumers:,} people"
    return Aim(said, 5, "×", lambda found: times(found, rival, engine, consumers), at_least=True)


ONE_DRAW = " of one draw for all touchpoints"
AIMS = (
    Aim(f"against plain Mesa objects, two cores, the same {FEW:,} people", 400, "×", to_mesa(FEW, FEW), at_least=True),
    Aim(f"against plain Mesa objects, two cores, the same {MORE:,} people", 400, "×", to_mesa(MORE, MORE), at_least=True),
    Aim(f"against {MORE:,} plain Mesa objects, two cores, the engine at {MANY:,} people", 400, "×", to_mesa(MANY, MORE), at_least=True),
    to_masks(FEW, ENGINE, DAILY_MASKS),
    to_masks(MANY, ENGINE, DAILY_MASKS),
    to_masks(MANY, TWO, DAILY_MASKS),
    to_masks(FEW, ENGINE, MASKS, ONE_DRAW),
    to_masks(MANY, ENGINE, MASKS, ONE_DRAW),
    to_masks(MANY, TWO, MASKS, ONE_DRAW),
)
