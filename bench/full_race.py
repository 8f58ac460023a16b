"""The full default rules: the engine beside plain Mesa objects that live all of them, turn about, and whether both tell one story."""

from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

import sim.day
from bench.figures import Aim, Found, Table
from bench.full_story import compare, first_day
from bench.mesa_full import FullModel
from bench.mesa_thrifty import ThriftyModel
from bench.turns import ENGINE, FEW, MANY, MORE, TWO, WARM_UP, Rival, agreement_table, large_table, race_table, times, turn_about
from sim.replication import History
from sim.world import World

FULL = "Mesa as most models are written: every chance drawn every day"
THRIFTY = "Mesa by somebody who knows Python well: one draw a day for all touchpoints, attributes in fixed places"
TITLE = "The full default rules beside Mesa objects"
WORLDS, PEOPLE, DAYS = 12, 10_000, 120  # that are lived to see whether both tell one story


def rivals_from(world: World, names: tuple[str, ...]) -> dict[str, Rival]:
    """Those of these names, each with the world as it stands on the first day; all write down what each day has brought."""

    def engine(threads: int) -> Rival:
        mine = world.copy()
        mine.threads = threads
        history = History(mine)
        return Rival(lambda: history.add(mine, sim.day.live(mine)), lambda: mine.minds["stage"][0].astype(int))

    def objects(kind: type[FullModel]) -> Rival:
        model = kind(world)
        return Rival(model.step, lambda: np.array([who.stage for who in model.people]))

    ways = {ENGINE: lambda: engine(1), TWO: lambda: engine(2), FULL: lambda: objects(FullModel), THRIFTY: lambda: objects(ThriftyModel)}
    return {name: ways[name]() for name in names}


def race(consumers: int, blocks: int, names: tuple[str, ...]) -> Found:
    """Blocks of days of the full default rules, lived turn about by the same people."""
    warm = first_day(consumers, 2)
    for _ in range(WARM_UP):
        sim.day.live(warm)
    del warm
    world = first_day(consumers, 1, 2)
    before = world.minds["stage"][0].astype(int)
    return turn_about(rivals_from(world, names), consumers, blocks, before)


def measure(quick: bool) -> Found:
    """All with few people and with more; the engine alone with many; then worlds that both live."""
    if quick:
        return {"races": [race(1_000, 1, (ENGINE, TWO, FULL, THRIFTY))], "story": compare(500, 10, range(1, 4))}
    runs = ((FEW, 4, (ENGINE, TWO, FULL, THRIFTY)), (MORE, 4, (ENGINE, TWO, FULL)), (MANY, 4, (ENGINE, TWO)))
    return {"races": [race(*run) for run in runs], "story": compare(PEOPLE, DAYS, range(1, WORLDS + 1))}


def tables(found: Found) -> list[Table]:
    """The races, what the larger population is worth, and whether both tell the same story."""
    first, *others = found["races"]
    return [
        race_table(TITLE, first, FAIR),
        *(race_table(TITLE, one) for one in others),
        *large_table(f"The engine at {MANY:,} people, Mesa with the full default rules at fewer", found, FULL),
        agreement_table("Mesa with the full default rules tells the same story", first, {"Mesa": FULL, "Mesa, one draw": THRIFTY}),
        totals_table(found["story"]),
    ]


def totals_table(story: Found) -> Table:
    """What was counted and booked in worlds that both have lived, and how far apart it is."""
    lines = []
    for name, both in story["totals"].items():
        engine, mesa = np.array(both, float)
        lines.append((name.replace("_", " "), f"{engine.mean():,.1f}", f"{mesa.mean():,.1f}", *apart(engine, mesa)))
    bound = float(stdtrit(story["worlds"] - 1, 1 - 0.05 / 2 / len(lines)))
    said = (
        f"Means over {story['worlds']} worlds of {story['consumers']:,} people after {story['days']} days, each lived by the engine and by "
        "the Mesa model from the same first day under independent luck: counts of simulated people and of the unsimulated (background), "
        "sums at the end, and yuan at the simulated scale. t is the mean difference over its standard error; chance alone keeps all below "
        f"{bound:.2f} in 95 of 100 runs, and more often where counts hang together."
    )
    head = ("", "the engine", "Mesa", "difference", "its standard error", "t")
    return Table("What both count and book", said, head, tuple(lines))


def apart(engine: np.ndarray, mesa: np.ndarray) -> tuple[str, str, str]:
    """The mean difference of two totals (worlds,) and its standard error in parts of the engine's, and t."""
    gap, size = mesa - engine, abs(engine.mean())
    error = gap.std(ddof=1) / np.sqrt(gap.size)
    if size == 0.0 or error < 1e-6 * size:  # of what always comes to the same: but for rounding to whole fen
        return f"{gap.mean() / size if size else 0.0:+.2%}", "", ""
    return f"{gap.mean() / size:+.2%}", f"{error / size:.2%}", f"{gap.mean() / error:+.2f}"


FAIR = """How the comparison is made fair:

- Both live the default scenario, of which nothing is switched off: media plan, touchpoints, needs, goodwill, consideration, self-search,
  word of mouth, leads, queues with the unsimulated, meetings, test drives, orders online and in the shop, delivery, cancelling, service,
  advocacy, the next need, salespeople who learn and leave, books. Rules that are at rest by the default numbers are not written in Mesa;
  `bench/mesa_full.py` names them, and refuses a scenario in which one of them is at work.
- Until 27 November 2026 Mesa was raced with touchpoint and stage rules alone, and the engine with the same subset: salespeople,
  outlets, friends and owners were switched off for both. Those rows stand below, with the same aim, since they tell what each of the two
  costs without shops. Both are fair; only these are about the default scenario.
- Both begin with the same day 0 of the same people, shops, salespeople and open leads (`start_up` and `enter`), and both write down
  what each day has brought: moves, counts, leads by origin, orders, books.
- One `mesa.Agent` for each consumer, outlet and salesperson, stepped by `agents_by_type[...].do("step")`; Python's own random numbers, as
  Mesa has them. Every chance is drawn every day. Nothing is drawn that cannot happen: a touchpoint without money is left out, only
  owners drive, only who has a lead is followed, friends are thought of when somebody talks. What does not change is worked out once:
  chances of contacts when the media plan or the need changes, hazards of whoever needs no car once a week, as the engine does. Who knows
  Python well goes further (`bench/mesa_thrifty.py`): one draw a day says whether any touchpoint reaches a person, and attributes have
  fixed places. The ratio that counts is against the plain one; the thrifty one stands beside it.
- Turn about in one process, so that whatever else runs on the machine hurts both alike; drawing the people, building the objects and
  compiling are not counted.
- Two cores: a Mesa model lives one life on one core, the engine one life on two, with the same bits. Whoever has many lives to live can put
  two Mesa models side by side, as the engine its replications; then the ratio is that of one core.
"""


def to_mesa(consumers: int, objects: int) -> Callable[[Found], list[float]]:
    """The ratio to Mesa on two cores, of what `bench/side_by_side.py` has found."""
    return lambda found: times(found.get("full", {}), FULL, TWO, consumers, objects)


OBJECTS = "against plain Mesa objects of the full default rules"
AIMS = (
    Aim(f"{OBJECTS}, two cores, the same {FEW:,} people", 400, "×", to_mesa(FEW, FEW), at_least=True),
    Aim(f"{OBJECTS}, two cores, the same {MORE:,} people", 400, "×", to_mesa(MORE, MORE), at_least=True),
    Aim(f"{OBJECTS}, {MORE:,} of them, two cores, the engine at {MANY:,} people", 400, "×", to_mesa(MANY, MORE), at_least=True),
)
