"""What would turn a comparison: every number in doubt is tried on small markets, the most influential on the whole one, then broken even.

All lives of one replication share their luck, so that even small differences between values of a number are seen (common random numbers).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from experiments.basis import Point
from experiments.breakeven import Crossing, crossing, next_value
from experiments.doubt import Doubt, doubts_of, moved
from experiments.engines import answers, engine_of
from experiments.intervals import Interval, mean_interval
from experiments.language import say
from experiments.measures import BY_KEY, JUDGED
from experiments.pace import Pace
from experiments.settings import Flip
from sim import simulate, start_up
from sim.scenario import Scenario

TOP, FINALISTS, STEPS = 3, 4, 3  # broken even, tried on the whole market (of each outcome), values lived on the way to a break-even
Outcome = dict[tuple[str, str], float]  # strategy, outcome -> value in the shown unit
Setting = tuple[int, float | None]  # which doubt, at what value
AS_IT_IS: Setting = (-1, None)


@dataclass(frozen=True)
class Turn:
    """One of the most influential numbers: how far it moves the difference, and where it turns it."""

    doubt: Doubt
    at_low: Interval  # the difference at the low end of the range
    at_high: Interval
    swing: Interval  # at the high end less at the low end
    crossing: Crossing | None  # None where the mean difference keeps its sign at every value that was lived


@dataclass(frozen=True)
class Turning:
    """What would turn one outcome's difference of a strategy from the first."""

    basis: str
    outcome: str
    first: str
    rival: str
    difference: Interval  # rival less first, in the shown unit, as it is
    turns: tuple[Turn, ...]  # the most influential first
    tried: int  # numbers in doubt
    replications: int
    consumers: int


@dataclass
class Search:
    """The pair under trial and what has been lived of it on the whole market."""

    points: dict[str, Scenario]  # strategy -> as it is
    doubts: list[Doubt]
    rivals: dict[str, str]  # outcome -> strategy
    first: str
    seed: int
    settings: Flip
    known: dict[tuple[Setting, int], Outcome] = field(default_factory=dict)  # with the replication

    def scenarios(self, setting: Setting, consumers: int | None = None) -> dict[str, Scenario]:
        """The strategies that a setting moves, moved, on a market of another resolution if that is asked; all as they are for AS_IT_IS."""
        k, value = setting
        out = {name: smaller(one, consumers) for name, one in self.points.items()}
        return out if value is None else {name: moved(out[name], self.doubts[k].path, value) for name in self.doubts[k].whose}

    def differences(self, setting: Setting, outcome: str, replications: int) -> np.ndarray:
        """Rival less first (replication,) at a setting that was lived."""
        lived = [self.known[AS_IT_IS, one] | self.known[setting, one] for one in range(replications)]
        return np.array([one[self.rivals[outcome], outcome] - one[self.first, outcome] for one in lived])


def smaller(scenario: Scenario, consumers: int | None) -> Scenario:
    """The same market with fewer simulated consumers, each for more households."""
    market = scenario.market
    if consumers is None or consumers >= market.consumers:
        return scenario
    return replace(scenario, market=replace(market, consumers=consumers, weight=None))


def judge(key: tuple[Setting, int], scenarios: Mapping[str, Scenario], seed: int) -> tuple[tuple[Setting, int], Outcome]:
    """The judged outcomes of every strategy in one replication of one setting: all that a worker does."""
    first = next(iter(scenarios.values()))
    start, out = start_up(first, seed, key[1]), {}
    for name, scenario in scenarios.items():
        outcomes = simulate(scenario, seed, replication=key[1], start=start).outcomes
        out |= {(name, one): float(BY_KEY[one].shown(outcomes[one], first.market.days)) for one in JUDGED}
    return key, out


def live(search: Search, wanted: Sequence[tuple[Setting, int]], stage: str, consumers: int | None = None) -> dict:
    """What the wanted settings and replications come to, on all workers."""
    wanted = list(dict.fromkeys(wanted))
    tasks = [(one, search.scenarios(one[0], consumers), search.seed) for one in wanted]
    pace = Pace(say("flip", stage, search.settings.lang), len(wanted), search.settings.lang)
    out = {}
    for key, outcome in answers(judge, tasks, engine_of(search.settings), search.settings.lang):
        out[key] = outcome
        pace.advance()
    return out


def search_of(basis: str, points: Sequence[Point], rivals: dict[str, str], seed: int, settings: Flip) -> Search:
    """A pair, or the three strategies of two pairs, ready to be tried."""
    wanted = [point for point in points if point.basis == basis and point.strategy in {points[0].strategy, *rivals.values()}]
    doubts = doubts_of(wanted)
    if settings.only:
        doubts = [one for one in doubts if one.path in settings.paths]
    elif settings.numbers == "sourced":
        doubts = [one for one in doubts if one.source]
    return Search({point.strategy: point.scenario for point in wanted}, doubts, rivals, points[0].strategy, seed, settings)


def turnings(search: Search, basis: str) -> Iterator[Turning]:
    """What would turn the difference of every judged outcome: screened, ranked, broken even."""
    n = search.settings.replications
    picked = screened(search)
    finalists = dict.fromkeys(k for some in picked.values() for k in some)
    ends = [AS_IT_IS, *((k, end) for k in finalists for end in (search.doubts[k].low, search.doubts[k].high))]
    search.known |= live(search, [(one, r) for one in ends for r in range(n)], "flip_finalists")
    ranked = {outcome: sorted(some, key=lambda k: influence(search, k, outcome))[:TOP] for outcome, some in picked.items()}
    for _ in range(STEPS):
        nearer = {(k, value) for outcome, some in ranked.items() for k in some if (value := guess(search, k, outcome)) is not None}
        if not nearer:
            break
        search.known |= live(search, [(one, r) for one in sorted(nearer) for r in range(n)], "flip_breakeven")
    consumers = next(iter(search.points.values())).market.consumers
    for outcome, some in ranked.items():
        turns = tuple(turn_of(search, k, outcome) for k in some)
        as_it_is = mean_interval(search.differences(AS_IT_IS, outcome, n))
        yield Turning(basis, outcome, search.first, search.rivals[outcome], as_it_is, turns, len(search.doubts), n, consumers)


def screened(search: Search) -> dict[str, list[int]]:
    """The doubts that move each outcome's difference most on a small market, each tried at the far end of its range alone."""
    n = search.settings.screen_replications
    if len(search.doubts) <= FINALISTS:
        return {outcome: list(range(len(search.doubts))) for outcome in search.rivals}
    settings = [AS_IT_IS, *((k, one.far) for k, one in enumerate(search.doubts))]
    wanted = [(one, r) for one in settings for r in range(n)]
    small = replace(search, known=live(search, wanted, "flip_screen", search.settings.screen_consumers))
    out = {}
    for outcome in search.rivals:
        reach = {k: reach_of(small, k, outcome) for k in range(len(search.doubts))}
        out[outcome] = [k for k in sorted(reach, key=lambda k: -reach[k]) if reach[k] > 0][:FINALISTS]
    return out


def reach_of(small: Search, k: int, outcome: str) -> float:
    """How far a doubt moves an outcome's difference over its range, by a straight line through its value and its far end."""
    one, n = small.doubts[k], small.settings.screen_replications
    gap = small.differences((k, one.far), outcome, n) - small.differences(AS_IT_IS, outcome, n)
    return abs(float(gap.mean())) * (one.high - one.low) / abs(one.far - one.value)


def lived_of(search: Search, k: int, outcome: str) -> dict[float, np.ndarray]:
    """Every value of a doubt that was lived on the whole market, its own among them, and the paired differences there."""
    n = search.settings.replications
    values = {value for (one, value), _ in search.known if one == k}
    lived = {value: search.differences((k, value), outcome, n) for value in sorted(values)}
    return lived | {search.doubts[k].value: search.differences(AS_IT_IS, outcome, n)}


def guess(search: Search, k: int, outcome: str) -> float | None:
    """Where to live a doubt next."""
    return next_value(lived_of(search, k, outcome), search.doubts[k].value, search.doubts[k].whole)


def swing(search: Search, k: int, outcome: str) -> Interval:
    """How far a doubt moves the difference from the low to the high end of its range."""
    lived = lived_of(search, k, outcome)
    return mean_interval(lived[search.doubts[k].high] - lived[search.doubts[k].low])


def influence(search: Search, k: int, outcome: str) -> tuple[bool, float]:
    """What doubts are ranked by, the most influential first: those that clearly move the difference, then by how far."""
    one = swing(search, k, outcome)
    return one.sign == 0, -abs(one.mean)


def turn_of(search: Search, k: int, outcome: str) -> Turn:
    """What a doubt came to."""
    one, lived = search.doubts[k], lived_of(search, k, outcome)
    ends = mean_interval(lived[one.low]), mean_interval(lived[one.high])
    return Turn(one, *ends, swing(search, k, outcome), crossing(lived, one.value))
