"""Lives the days and gathers the result (no Mesa here: importing it costs seconds in every worker)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim import books
from sim.chance import Decision, fill_uniform
from sim.day import Day
from sim.network import open_network
from sim.ordinary import live_on
from sim.outcomes import order_shares, outcomes_of
from sim.parts import by_blocks
from sim.people import wake
from sim.records import EVENTS, JOURNEY, ORDER, TALLY, T, copied, readable
from sim.rules.events import OF_A_BRAND
from sim.scenario import TIERS, Scenario, Strategy
from sim.schema import ConfigError
from sim.sleep import wake_everybody
from sim.stages import Stage
from sim.world import World, populate

LINES = 64  # of a day in the books, for which there is room from the first
DAILY = np.dtype([("day", "i4"), ("brand", "i1"), *((name, "i8") for name in TALLY)])
TOLD = np.dtype([(name, "U24") if name == "event" else (name, JOURNEY[name]) for name in JOURNEY.names])


@dataclass
class Result:
    """What one replication of one scenario came to. Counts are of simulated people; `outcomes` are of the whole market."""

    scenario: Scenario
    seed: int
    replication: int
    stocks: np.ndarray  # (days + 1, brand, stage) int64; row 0 = after start-up
    flows: np.ndarray  # (days + 1, brand, from, to) int64; row 0 is zero
    daily: np.ndarray  # (days + 1, brand) DAILY
    opened: np.ndarray  # (days + 1, brand, origin) leads opened, repeat leads apart
    books: np.ndarray  # (entries,) books.ENTRY, days 1..days, fen at the simulated scale
    orders: np.ndarray  # (orders,) ORDER
    people: np.ndarray
    minds: np.ndarray
    outlets: np.ndarray
    staff: np.ndarray
    brands: np.ndarray
    diary: np.ndarray  # (events,) JOURNEY of the tracked consumers, by consumer and day
    outcomes: dict[str, float] = field(default_factory=dict)

    @property
    def journeys(self) -> np.ndarray:
        """The diary with its events in words (events,)."""
        return told(self.diary)

    @property
    def weight(self) -> float:
        """Households that one simulated consumer stands for."""
        return self.scenario.weight

    def outcomes_of_brand(self, brand: int) -> dict[str, float]:
        """The outcomes of one of several brands, and its share of the orders of all of them."""
        return outcomes_of(self, brand) | {"order_share": order_shares(self)[brand]}


def start_up(scenario: Scenario, seed: int = 1, replication: int = 0, threads: int = 1) -> World:
    """The world after the uncounted days, on day 0, everybody awake; depends on market, neutral strategy, seed and replication alone."""
    world = populate(scenario, seed, replication, threads)
    established = scenario.market.start == "established"
    first, market = scenario.neutral if established else scenario.strategy, scenario.market
    rivals = [absent(first) if market.rivals.start == "launch" else scenario.neutral if established else one for one in scenario.rivals]
    open_network(world, first, *rivals)
    wake(world.people, world.minds, world.day, world.need_table, world.luck, world.market, threads)
    live_on(world, History(world), 0)
    wake_everybody(world)
    return world


def absent(strategy: Strategy) -> Strategy:
    """A brand that is not there yet: no outlet, no media, no cost."""
    nowhere = replace(strategy.outlets, **dict.fromkeys(TIERS, 0))
    return replace(strategy, outlets=nowhere, exposure=0.0, head_office=0.0)


def enter(scenario: Scenario, start: World, threads: int) -> World:
    """A copy of the start-up world in which the scenario's own strategy begins."""
    return begin(scenario, start.copy(), threads)


def begin(scenario: Scenario, start: World, threads: int) -> World:
    """The start-up world itself, in which from now on the scenario's own strategy is lived."""
    if start.scenario.market != scenario.market or start.scenario.neutral != scenario.neutral:
        raise ValueError("start is the world of another market or neutral strategy; make it by start_up(scenario, seed)")
    if start.brands.size != len(scenario.strategies):
        raise ValueError(f"start is a world of {start.brands.size} brands, the scenario has {len(scenario.strategies)}; make it anew")
    if strange := [e for e in scenario.market.events if e.driver in OF_A_BRAND and e.brand >= len(scenario.strategies)]:
        raise ConfigError([f"market.events: an event hits brand {e.brand}; the brands of this market are 0 to {len(scenario.rivals)}"
                           for e in strange])  # fmt: skip
    start.scenario, start.threads = scenario, threads
    open_network(start, *scenario.strategies)
    return start


def world_of(scenario: Scenario, seed: int, replication: int, start: World | None, threads: int, keep: bool = True) -> World:
    """The world in which a run begins: a copy of the start that is given, unless it is not kept, or one made for this run alone."""
    if start is not None and not keep:
        return begin(scenario, start, threads)
    return (
        enter(scenario, start, threads) if start is not None else begin(scenario, start_up(scenario, seed, replication, threads), threads)
    )


def simulate(
    scenario: Scenario,
    seed: int = 1,
    track: int | str | list[int] = 0,
    *,
    replication: int = 0,
    start: World | None = None,
    threads: int = 1,
    keep: bool = True,
) -> Result:
    """One replication of a scenario.

    seed         experiment seed; with `replication` it keys all chance
    track        consumers whose journeys are written: a number (a random sample), a list of ids, or "all"
    start        a start_up world of the same market, neutral strategy and luck, to share its uncounted days
    threads      parallel parts of the consumers' day; any number gives the same bits
    keep         whether the start is lived from again: it is copied; else this run lives in it, which takes half the memory
    """
    world = world_of(scenario, seed, replication, start, threads, keep)
    world.track(chosen(world.people["id"], track, world.luck))
    history = History(world)
    live_on(world, history, scenario.market.days)
    return history.result(world, seed, replication)


def chosen(ids: np.ndarray, track: int | str | list[int], luck: np.uint64) -> np.ndarray:
    """Who is tracked (n,): a random sample of a size, the ids given, or all."""
    if isinstance(track, str):
        if track != "all":
            raise ValueError(f"track is {track!r}; it is a number of consumers, a list of ids, or 'all'")
        return np.ones(ids.size, bool)
    if isinstance(track, int | np.integer) and track <= 0:
        return np.zeros(ids.size, bool)
    if isinstance(track, int | np.integer):
        sample = np.argsort(fill_uniform(luck, Decision.TRACKED, ids, 0, 0, 0), kind="stable")[: int(track)]
        return np.isin(np.arange(ids.size), sample)
    wanted = np.asarray(list(track), np.int64)
    if missing := sorted(set(wanted.tolist()) - set(ids.tolist())):
        raise ValueError(f"track names consumers {missing[:5]} that do not exist; ids are 0..{ids.max()}")
    return np.isin(ids, wanted)


class History:
    """Gathers the days of one run."""

    def __init__(self, world: World):
        days, b = world.scenario.market.days, world.brands.size
        self.stocks = np.zeros((days + 1, b, len(Stage)), np.int64)
        self.flows = np.zeros((days + 1, *world.flow.shape), np.int64)
        self.tally = np.zeros((days + 1, *world.tally.shape), np.int64)
        self.opened = np.zeros((days + 1, *world.opened.shape), np.int64)
        self.book, self.entered = readable(np.zeros(world.ledger.size + LINES * days, books.ENTRY)), np.zeros(1, np.int64)
        self.orders, self.diaries = [np.zeros(0, ORDER)], [np.zeros(0, JOURNEY)]
        self.stood = np.zeros(world.outlets.size, np.int64)  # people in line at night at each outlet, added up over the nights
        for k in range(b):
            counts = by_blocks(world.people.size, 1, lambda rows: np.bincount(world.minds["stage"][k, rows], minlength=len(Stage)))  # noqa: B023
            self.stocks[0, k] = np.sum(counts, axis=0)

    @property
    def kept(self) -> tuple[np.ndarray, ...]:
        """What every lived day is written behind, as `books.write_down` takes it."""
        return self.stocks, self.flows, self.opened, self.tally, self.book, self.entered, self.stood

    def make_room(self, world: World) -> None:
        """There is room for another day's money."""
        if self.entered[0] + world.ledger.size > self.book.size:
            self.book = readable(np.concatenate([self.book, np.zeros_like(self.book)]).view(books.ENTRY))

    def add(self, world: World, today: Day) -> None:
        """Records one lived day."""
        self.make_room(world)
        books.write_down(world.day, world.flow, world.opened, world.tally, world.ledger, world.line, *self.kept)
        if today.orders.size:
            self.orders.append(np.asarray(today.orders))
        today.keep(today.diary, int(today.cursor[0]))
        self.diaries += today.diaries

    def result(self, world: World, seed: int, replication: int) -> Result:
        """The whole run, with its outcomes."""
        self.diaries.append(wake_everybody(world))
        self.tally[1 : world.day + 1, :, T["contacts"]] = world.contacts[:, 1 : world.day + 1].T
        result = Result(
            scenario=world.scenario, seed=seed, replication=replication, stocks=self.stocks, flows=self.flows, daily=daily_of(self.tally),
            opened=self.opened, books=np.asarray(copied(self.book[: self.entered[0]])), orders=joined(self.orders),
            people=world.people, minds=world.minds, outlets=world.outlets, staff=world.staff, brands=world.brands,
            diary=by_consumer(joined(self.diaries)),
        )  # fmt: skip
        result.outcomes = outcomes_of(result)
        return result


def daily_of(tally: np.ndarray) -> np.ndarray:
    """The counts of every day and brand (days + 1, brand) by name."""
    out = np.zeros(tally.shape[:2], DAILY)
    out["day"], out["brand"] = np.arange(tally.shape[0])[:, None], np.arange(tally.shape[1])
    for k, name in enumerate(TALLY):
        out[name] = tally[:, :, k]
    return out


def by_consumer(lines: np.ndarray) -> np.ndarray:
    """Lines of journeys by consumer and day, in the order in which things happened."""
    return lines.take(np.argsort(lines["consumer"] * 2**16 + lines["day"], kind="stable"))


def joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Records of one kind end to end; as plain bytes, since NumPy would compare every field of every part."""
    kind = parts[0].dtype
    return np.concatenate([np.asarray(part).view(f"V{kind.itemsize}") for part in parts]).view(kind)


def told(lines: np.ndarray) -> np.ndarray:
    """Journeys with their events in words."""
    out = np.zeros(lines.size, TOLD)
    for name in TOLD.names:
        out[name] = np.array(EVENTS)[lines["event"]] if name == "event" else lines[name]
    return out
