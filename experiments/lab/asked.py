"""What the page asks: two strategies, what is changed in them, how much is lived. Checked, and bounded, before anything is simulated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

from experiments.basis import Point, scenario_on
from experiments.case import pair_of
from experiments.cases import asked_of
from experiments.compose import scenario_of
from experiments.dictionary import dictionary, unknown
from experiments.files import Shelf, shelf
from experiments.identity import point_id
from experiments.overrides import Request
from sim.scenario import TIERS, DatedEvent, Scenario, contradictions
from sim.schema import ConfigError, build, checked, items, num, word

SIDES = ("a", "b")
COMPOSING = Lock()
PREVIEW = 1_500  # consumers while a slider is dragged
MOST_WORK = 600e6  # consumers x days x seeds x sides of one question
MOST_OUTLETS, MOST_STAFF, MOST_START_DAYS, MOST_EVENTS = 400, 60, 730, 12
MOST_UNKNOWN = 20  # names for which the nearest known one is looked for
FIXED = (  # the page has controls of its own for these, or they would have the server read files
    "market.consumers", "market.days", "market.households", "market.weight", "market.neutral", "market.start", "market.word_of_mouth.ties",
)  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """How much is lived, and on what footing."""

    a: str = word("direct", "name of the first strategy or case")
    b: str = word("dealer_4s", "name of the second strategy or case")
    basis: str = word("format", "like for like or as found", "format", "as_found")
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck")
    seeds: int = num(20, "worlds", 1, 100, "D", "", "paired replications that the answer rests on in the end")
    consumers: int = num(10_000, "consumers", 100, 50_000, "D", "", "simulated households of each world")
    days: int = num(365, "days", 30, 1825, "D", "", "days that count")
    dots: int = num(300, "dots", 10, 1000, "D", "", "consumers who are shown, a random sample: the same on both sides")


@dataclass(frozen=True)
class Question:
    """A checked question: two points in the order of SIDES, and how much is lived."""

    sizes: Sizes
    points: tuple[Point, Point]

    @cached_property
    def ids(self) -> tuple[str, str]:
        """Names both sides by all their numbers and the engine."""
        one, other = map(point_id, self.points)
        return one, other

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """Language -> side -> name for people; two of the same name are told apart by the letters of their sides."""
        out = {}
        for language in ("en", "zh"):
            names = [(language == "zh" and one.scenario.strategy.label_zh) or one.label for one in self.points]
            same = names[0] == names[1]
            out[language] = {side: f"{name} {side.upper()}" if same else name for side, name in zip(SIDES, names, strict=True)}
        return out


def question_of(asked: Mapping[str, Any], folders: tuple[str, ...] = ()) -> Question:
    """The question that plain data asks: the keys of Sizes; `market`, `set_a`, `set_b`: path -> value; `events`, which befall both sides.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    changes = {key: table(asked, key, errors) for key in ("market", "set_a", "set_b")}
    events = items(DatedEvent, asked.get("events", []), "events", errors)
    errors += [f"events: {len(events)} are more than the lab lives; at most {MOST_EVENTS}"] if len(events) > MOST_EVENTS else []
    sizes = build(Sizes, {key: value for key, value in asked.items() if key not in (*changes, "events")}, "", errors)
    if (work := sizes.consumers * sizes.days * sizes.seeds * 2) > MOST_WORK:
        errors.append(
            f"{work:,.0f} consumer-days are too many for the lab (at most {MOST_WORK:,.0f}); take fewer consumers, days or worlds"
        )
    if errors:
        raise ConfigError(errors)
    points = tuple(
        Point(sizes.basis, side, altered(one, {**changes["market"], **changes[f"set_{side}"]}, events, sizes, errors))
        for side, one in zip(SIDES, pair(sizes.a, sizes.b, sizes.basis, folders), strict=True)
    )
    if errors:
        raise ConfigError(list(dict.fromkeys(errors)))
    return Question(sizes, points)


def table(asked: Mapping[str, Any], key: str, errors: list[str]) -> dict[str, Any]:
    """The changes under a key, path -> value."""
    given = asked.get(key, {})
    if not isinstance(given, Mapping):
        errors.append(f"{key} is {given!r:.60}; it holds paths and values")
        return {}
    scope = "market." if key == "market" else "strategy."
    errors += [f"{key}: {path!r:.80} does not begin with '{scope}'" for path in given if not str(path).startswith(scope)]
    errors += [f"{key}: '{path}' is set elsewhere" for path in given if path in FIXED]
    return dict(given)


def pair(a: str, b: str, basis: str, folders: tuple[str, ...]) -> tuple[Scenario, Scenario]:
    """Two scenarios by name on a footing; Hydra, which is global, composes one pair at a time.

    Raises ConfigError where there is none of that name.
    """
    with COMPOSING:
        return composed_pair(a, b, basis, folders)


@lru_cache(maxsize=256)
def composed_pair(a: str, b: str, basis: str, folders: tuple[str, ...]) -> tuple[Scenario, Scenario]:
    """The pair, each composed once; a case and its baseline live in the case's market."""
    files = shelf(folders)
    request = Request(folders=list(folders))
    if b in files["case"] and asked_of(b, files).baseline == a:
        before, after = pair_of(request, asked_of(b, files), files)
        return before.scenario, after.scenario
    return named(a, basis, request, files), named(b, basis, request, files)


def named(name: str, basis: str, request: Request, files: Shelf) -> Scenario:
    """A strategy on a footing, or a case, which stands as it is found."""
    return scenario_on(basis, request, name) if name in files["strategy"] and basis == "format" else scenario_of(request, name, files)


def altered(
    scenario: Scenario, changes: Mapping[str, Any], events: tuple[DatedEvent, ...], sizes: Sizes, errors: list[str]
) -> Scenario:  # fmt: skip
    """The scenario with some numbers changed, more events and the size that is asked for; what is wrong is added to `errors`."""
    known = {path: value for path, value in changes.items() if path in dictionary()}
    errors += [unknown(path) for path in list(changes.keys() - known.keys())[:MOST_UNKNOWN]]
    for path, value in known.items():
        scenario = put(scenario, path.split("."), checked(dictionary()[path], value, errors))
    market = replace(scenario.market, consumers=sizes.consumers, days=sizes.days, events=(*scenario.market.events, *events))
    scenario = replace(scenario, market=market)
    errors += contradictions(scenario) + list(beyond(scenario))
    return scenario


def put(group: Any, names: list[str], value: Any) -> Any:
    """The group with the value at a path inside it."""
    first, *rest = names
    return replace(group, **{first: put(getattr(group, first), rest, value) if rest else value})


def beyond(scenario: Scenario) -> list[str]:
    """What the command line allows and one page for many people does not."""
    strategy, market = scenario.strategy, scenario.market
    outlets = sum(getattr(strategy.outlets, tier) for tier in TIERS)
    told = (
        ("strategy.outlets", outlets, MOST_OUTLETS), ("strategy.outlet.staff", strategy.outlet.staff, MOST_STAFF),
        ("market.start_days", market.start_days, MOST_START_DAYS), ("market.word_of_mouth.degree", market.word_of_mouth.degree, 30),
    )  # fmt: skip
    return [f"{path}: {value} is more than the lab lives; at most {most}" for path, value, most in told if value > most]
