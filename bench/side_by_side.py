"""The engine beside plain Mesa objects and beside NumPy masks: the same days of the same people by the same rules, turn about.

The full default rules are raced in `bench/full_race.py`; here all have needs, touchpoint and stage rules alone.
"""

from collections.abc import Callable

import numpy as np

import sim.day
from bench import full_race
from bench.figures import Aim, Found, Table
from bench.luck import KeyedLuck, PythonLuck
from bench.mesa_daily import DailyModel
from bench.mesa_objects import ConsumersModel
from bench.numpy_daily import DailyMaskModel
from bench.numpy_masks import MaskModel
from bench.turns import ENGINE, FEW, MANY, MORE, TWO, WARM_UP, Rival, agreement_table, large_table, race_table, times, turn_about
from sim.replication import start_up
from sim.scenario import TIERS, Scenario, scenario_from
from sim.world import World

DAILY = "Mesa as most models are written: every chance drawn every day"
TITLE = "Touchpoint and stage rules alone beside objects and masks"
PYTHON, KEYED = "Mesa with clocks, Python's own random", "Mesa with clocks, the engine's keyed luck"
DAILY_MASKS = "NumPy masks as most models are written: every chance drawn every day"
MASKS = "NumPy masks by somebody who knows NumPy well: one draw a day for all touchpoints"

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
    before = world.minds["stage"][0].astype(int)
    return turn_about(rivals_from(world, names), consumers, blocks, before)


def measure(quick: bool) -> Found:
    """Everybody with few people; those who can be waited for with more; the engine and NumPy with many."""
    everybody = (ENGINE, TWO, DAILY, PYTHON, KEYED, DAILY_MASKS, MASKS)
    if quick:
        return {"full": full_race.measure(quick), "races": [race(1_000, 1, everybody)]}
    runs = (
        (FEW, 4, everybody),
        (MORE, 4, (ENGINE, TWO, DAILY, DAILY_MASKS, MASKS)),
        (MANY, 5, (ENGINE, TWO, DAILY_MASKS, MASKS)),
    )
    return {"full": full_race.measure(quick), "races": [race(*run) for run in runs]}


def tables(found: Found) -> list[Table]:
    """The races of the full rules, then of touchpoint and stage rules alone; what the larger population is worth; the same story."""
    first, *others = found["races"]
    return [
        *(full_race.tables(found["full"]) if "full" in found else []),
        race_table(TITLE, first, FAIR),
        *(race_table(TITLE, one) for one in others),
        *large_table(f"The engine at {MANY:,} people, Mesa at fewer, touchpoint and stage rules alone", found, DAILY),
        agreement_table("All tell the same story", first, {"Mesa": DAILY, "NumPy": DAILY_MASKS, "NumPy, one draw": MASKS}),
    ]


FAIR = """How the comparison of touchpoint and stage rules alone is made fair:

- These are the races that stood here alone until 27 November 2026. The NumPy rivals are to have these rules and no others. The Mesa rows
  stay beside those of the full default rules above, with the same aim: they tell what each costs without shops, friends and owners.
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
OBJECTS = "against plain Mesa objects of touchpoint and stage rules alone"
AIMS = (
    *full_race.AIMS,
    Aim(f"{OBJECTS}, two cores, the same {FEW:,} people", 400, "×", to_mesa(FEW, FEW), at_least=True),
    Aim(f"{OBJECTS}, two cores, the same {MORE:,} people", 400, "×", to_mesa(MORE, MORE), at_least=True),
    Aim(f"{OBJECTS}, {MORE:,} of them, two cores, the engine at {MANY:,} people", 400, "×", to_mesa(MANY, MORE), at_least=True),
    to_masks(FEW, ENGINE, DAILY_MASKS),
    to_masks(MANY, ENGINE, DAILY_MASKS),
    to_masks(MANY, TWO, DAILY_MASKS),
    to_masks(FEW, ENGINE, MASKS, ONE_DRAW),
    to_masks(MANY, ENGINE, MASKS, ONE_DRAW),
    to_masks(MANY, TWO, MASKS, ONE_DRAW),
)
