"""What each verb of the command line can be told, beside scenarios: checked like any number of the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import ClassVar

from experiments.designs import Axis, spanned
from experiments.dictionary import dictionary, unknown
from experiments.engines import engine_of
from sim.schema import ConfigError, build, num, word

BASIS_WORDS = {
    "both": ("format", "as_found"), "all": ("format", "as_found", "same_money"),
    "format": ("format",), "as_found": ("as_found",), "same_money": ("same_money",),
}  # fmt: skip
DEFAULT_REPLICATIONS, DEFAULT_CAP = 10, 20
DESIGNS = ("grid", "zip", "list", "lhs", "sobol")
TABLES = ("outcomes", "stocks", "flows", "books", "daily", "orders", "journeys", "outlets", "reach", "kpis", "touchpoints")
SHARED = (
    "shards are of a sweep; funnel {verb} needs all its settings. Give the same funnel {verb} command with results= the same folder in "
    "every job: they share the work, none lives what another has, and each tells the whole answer"
)
SALIB = ("morris", "sobol")  # methods of sensitivity that need it
METHODS = ("morris", "sobol", "tornado", "worlds")
OUTCOMES = ("orders", "profit_channel")
FEW_REPLICATIONS = 4
ENGINES = ("loky", "serial", "dask")


class Verb:
    """What the settings of a verb that lives lives say of its words, and of each other, beside what each of them may be."""

    group: ClassVar[str] = ""  # of what files the words without = are names

    @staticmethod
    def wrong_words(words: Sequence[str]) -> list[str]:
        """What is wrong with the words as a whole, one sentence each."""
        return []

    @staticmethod
    def wrong_names(names: Sequence[str]) -> list[str]:
        """What is wrong with the names as a whole, one sentence each."""
        return []

    def faults(self) -> list[str]:
        """What no setting alone shows, one sentence each."""
        return []


@dataclass(frozen=True)
class Run(Verb):
    """Settings of `funnel run`."""

    replications: int | None = num(None, "replications", 1, 100_000, "D", "", "exactly so many; with max_replications, at least so many")
    max_replications: int | None = num(None, "replications", 1, 100_000, "D", "", "goes on until the intervals are narrow, at most so many")
    precision: float = num(0.1, "share", 1e-6, 10, "D", "", "half an interval that is narrow enough, against the level of what it measures")
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck; another seed is another sample of worlds")
    engine: str = word("loky", "where lives are lived: processes of this machine, this process, a dask cluster", *ENGINES)
    address: str = word("", "engine.address=, the scheduler of a dask cluster that exists; empty = one made for now")
    workers: int = num(0, "processes", 0, 4096, "D", "", "worker processes; 0 = one per processor")
    loop: bool = num(False, "", 0, 1, "D", "", "live everything a second time without word of mouth and repurchase, for the loop gain")
    track: int = num(1000, "consumers", 0, 10**6, "D", "", "consumers whose journeys are kept, a random sample; 0 = none")
    results: str = word("", "folder for the results; empty = results/<date-time>-<verb>; the same folder again goes on")
    new: bool = num(False, "", 0, 1, "D", "", "where the folder holds another experiment, take one beside it (--new)")
    my: str = word("", "sheet of your own numbers, begun by funnel template; what the command line says wins")
    report: bool = num(True, "", 0, 1, "D", "", "write the report and the pictures; false is quicker")
    json: bool = num(False, "", 0, 1, "D", "", "print the findings as JSON on stdout")
    lang: str = word("en", "language of the answer", "en", "zh")

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most replications: a number given alone is exact."""
        least = self.replications or min(DEFAULT_REPLICATIONS, self.max_replications or DEFAULT_REPLICATIONS)
        most = self.max_replications or (self.replications if self.replications else DEFAULT_CAP)
        return least, max(least, most)


@dataclass(frozen=True)
class Compare(Run):
    """Settings of `funnel compare`."""

    strategies: str = word("direct,agency,dealer_4s", "names of strategies with commas; the first is what the others are compared with")
    basis: str = word("both", "on what footing they are compared: like for like, as found, for the same money", *BASIS_WORDS)
    full: bool = num(False, "", 0, 1, "D", "", "print all tables; without it they are in the report")

    @property
    def names(self) -> list[str]:
        """The strategies, each once."""
        return list(dict.fromkeys(name.strip() for name in self.strategies.strip("[]() ").split(",") if name.strip()))


@dataclass(frozen=True)
class Case(Run):
    """Settings of `funnel case`."""

    full: bool = num(False, "", 0, 1, "D", "", "print all tables; without it they are in the report")

    group: ClassVar[str] = "case"


@dataclass(frozen=True)
class Touch(Run):
    """Settings of `funnel touchpoints`."""


@dataclass(frozen=True)
class Duel(Verb):
    """Settings of `funnel duel`."""

    replications: int | None = num(None, "replications", 1, 100_000, "D", "", "exactly so many; with max_replications, at least so many")
    max_replications: int | None = num(None, "replications", 1, 100_000, "D", "", "goes on until the intervals are narrow, at most so many")
    precision: float = num(0.1, "share", 1e-6, 10, "D", "", "half an interval that is narrow enough, against the level of what it measures")
    basis: str = word("format", "on what footing they compete: like for like, as found, for the same money", *BASIS_WORDS["all"])
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck; another seed is another sample of worlds")
    engine: str = word("loky", "where lives are lived: processes of this machine, this process, a dask cluster", *ENGINES)
    address: str = word("", "engine.address=, the scheduler of a dask cluster that exists; empty = one made for now")
    workers: int = num(0, "processes", 0, 4096, "D", "", "worker processes; 0 = one per processor")
    results: str = word("", "folder for the results; empty = results/<date-time>-duel; the same folder again goes on")
    my: str = word("", "sheet of your own numbers, begun by funnel template; what the command line says wins")
    report: bool = num(True, "", 0, 1, "D", "", "write the report and the pictures; false is quicker")
    json: bool = num(False, "", 0, 1, "D", "", "print the findings as JSON on stdout")
    lang: str = word("en", "language of the answer", "en", "zh")

    new: ClassVar[bool] = False
    loop: ClassVar[bool] = False  # a duel asks for no loop gain and keeps no journeys
    track: ClassVar[int] = 0
    group: ClassVar[str] = "strategy"
    bounds = Run.bounds

    @staticmethod
    def wrong_names(names: Sequence[str]) -> list[str]:
        """One sentence where there are too few strategies, or one twice."""
        if len(names) > 1 and len(set(names)) == len(names):
            return []
        given = ", ".join(names) or "none"
        return [f"two strategies or more are wanted, each once, such as funnel duel direct dealer_4s, not {given}"]


@dataclass(frozen=True)
class Batch(Verb):
    """Settings of every verb that lives many settings."""

    strategies: str = word("direct,agency,dealer_4s", "names of strategies with commas; the first is what the others are compared with")
    basis: str = word("format", "on what footing they are compared: like for like, as found, for the same money", *BASIS_WORDS)
    replications: int | None = num(None, "replications", 1, 100_000, "D", "", "exactly so many of each setting (reps=)")
    max_replications: int | None = num(None, "replications", 1, 100_000, "D", "", "a setting goes on until it is clear, at most so many")
    precision: float = num(0.1, "share", 1e-6, 10, "D", "", "half an interval that is narrow enough, against the level of what it measures")
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck, the same in every setting, and of sampled designs")
    engine: str = word("loky", "where lives are lived: processes of this machine, this process, a dask cluster", *ENGINES)
    address: str = word("", "engine.address=, the scheduler of a dask cluster that exists; empty = one made for now")
    workers: int = num(0, "processes", 0, 4096, "D", "", "worker processes; 0 = one per processor")
    shard: str = word("", "k/n: only every n-th setting from the k-th on, for job arrays (funnel worker --shard 1/4)")
    retry: bool = num(False, "", 0, 1, "D", "", "try replications again that failed")
    results: str = word("", "folder for the results; empty = results/<date-time>-<verb>; the same folder again goes on")
    new: bool = num(False, "", 0, 1, "D", "", "where the folder holds another experiment, take one beside it (--new)")
    my: str = word("", "sheet of your own numbers, begun by funnel template; what the command line says wins")
    json: bool = num(False, "", 0, 1, "D", "", "print the findings as JSON on stdout")
    lang: str = word("en", "language of the answer", "en", "zh")

    bounds = Run.bounds
    names = Compare.names


@dataclass(frozen=True)
class Sweep(Batch):
    """Settings of `funnel sweep`."""

    design: str = word("grid", "which settings are tried: every combination, side by side, those of a file, a sample", *DESIGNS)
    samples: int = num(64, "settings", 1, 1_000_000, "D", "", "settings of design=lhs and design=sobol")
    points: str = word("", "CSV or Parquet file of design=list: a column for each key, a line for each setting")


@dataclass(frozen=True)
class Sensitivity(Batch):
    """Settings of `funnel sensitivity`."""

    method: str = word("morris", "elementary effects, variance shares, one at a time, or only how often who wins", *METHODS)
    samples: int = num(16, "samples", 2, 1_000_000, "D", "", "trajectories of morris, base samples of sobol, plausible worlds of worlds")
    numbers: str = word("sourced", "without keys: the numbers in doubt whose range has a source, or all", "sourced", "all")
    only: str = word("", "without keys: paths with commas that alone are varied, over their plausible ranges")

    @property
    def paths(self) -> list[str]:
        """The numbers that alone are varied, each once."""
        return list(dict.fromkeys(path.strip() for path in self.only.strip("[]() ").split(",") if path.strip()))

    @property
    def bounds(self) -> tuple[int, int]:
        """Four replications of each setting where nothing is said."""
        least = self.replications or min(FEW_REPLICATIONS, self.max_replications or FEW_REPLICATIONS)
        return least, max(least, self.max_replications or least)

    def faults(self) -> list[str]:
        """What no setting alone shows, one sentence each."""
        without = self.method in SALIB and find_spec("SALib") is None
        needs = [f"method={self.method} needs SALib: pip install -c constraints.txt -e '.[explore]'"] if without else []
        return [unknown(path) for path in self.paths if path not in dictionary()] + needs + not_of_one(self)


@dataclass(frozen=True)
class Map(Batch):
    """Settings of `funnel map`."""

    x: str = word("", "number across and its ends: x=strategy.pull:-2.2..-0.6; without ends, its plausible range")
    y: str = word("", "number upwards and its ends, like x")
    outcome: str = word("profit_channel", "by what a strategy wins", *OUTCOMES)
    grid: int = num(5, "values", 2, 200, "D", "", "values of each number before refinement")
    refine: int = num(2, "rounds", 0, 8, "D", "", "times that the cells along a border are halved")

    @property
    def bounds(self) -> tuple[int, int]:
        """Four replications of each setting where nothing is said."""
        return Sensitivity.bounds.fget(self)

    def axes(self, errors: list[str]) -> list[Axis | None]:
        """The two numbers and the ends that are given; what is wrong is added to `errors`."""
        return [spanned(name, getattr(self, name), errors) for name in ("x", "y")]

    def faults(self) -> list[str]:
        """What no setting alone shows, one sentence each."""
        errors = not_of_one(self)
        x, y = self.axes(errors)
        errors += [f"x and y are both {x.key}; a map needs two numbers"] if x and y and x.key == y.key else []
        return errors + ([f"strategies is '{self.strategies}'; a map needs two or more"] if len(self.names) < 2 else [])


@dataclass(frozen=True)
class Worker(Sweep):
    """Settings of `funnel worker`."""

    @staticmethod
    def wrong_words(words: Sequence[str]) -> list[str]:
        """One sentence for each verb whose words these are and that has no shards."""
        told = {word.partition("=")[0] for word in words}
        return [SHARED.format(verb=one.__name__.lower()) for one in (Sensitivity, Map) if told & (set(keys(one)) - set(keys(Sweep)))]


@dataclass(frozen=True)
class Report:
    """Settings of `funnel report`."""

    results: str = word("", "folder of results; the first word of the command may name it")
    lang: str = word("en", "language of the report", "en", "zh")
    out: str = word("", "file to write; empty = report.html in the folder of results")


@dataclass(frozen=True)
class Replay:
    """Settings of `funnel replay`."""

    results: str = word("", "folder that knows the point; empty = the newest in results/ that does")
    out: str = word("", "new folder for everything that the replication leaves: stocks, flows, books, orders, journeys")
    track: int = num(1000, "consumers", 0, 10**6, "D", "", "consumers whose journeys are kept, a random sample; 0 = none")
    lang: str = word("en", "language of the answer", "en", "zh")


@dataclass(frozen=True)
class Status:
    """Settings of `funnel status` and `funnel compact`."""

    results: str = word("", "folder of results; the first word of the command may name it")
    lang: str = word("en", "language of the answer", "en", "zh")


@dataclass(frozen=True)
class Export:
    """Settings of `funnel export`."""

    results: str = word("", "folder of results; the first word of the command may name it")
    table: str = word("outcomes", "which table", *TABLES)
    out: str = word("", "file to write, .csv or .parquet; empty = <table>.csv in the folder of results")
    lang: str = word("en", "language of the answer", "en", "zh")


@dataclass(frozen=True)
class Kpi:
    """Settings of `funnel kpi`."""

    results: str = word("", "folder of results; the first word of the command may name it")
    by: str = word("all", "of what parts: the whole, tiers of cities, personas, outlets", "all", "tier", "persona", "outlet")
    family: str = word("all", "which of the four families, or all", "all", "efficiency", "cost", "satisfaction", "growth")
    basis: str = word("", "one footing of the results; empty = all of them")
    json: bool = num(False, "", 0, 1, "D", "", "print the numbers as JSON on stdout")
    lang: str = word("en", "language of the answer", "en", "zh")


@dataclass(frozen=True)
class Flip:
    """Settings of `funnel flip`."""

    results: str = word("", "folder of results of a comparison; the first word of the command may name it")
    basis: str = word("", "footing whose difference is turned; empty = the first of the results")
    replications: int = num(4, "replications", 2, 100_000, "D", "", "paired replications on the whole market, for break-even values")
    screen_consumers: int = num(12_000, "consumers", 1, 10**8, "D", "", "consumers of the small market on which all numbers are tried")
    screen_replications: int = num(1, "replications", 1, 100_000, "D", "", "paired replications of that trial")
    numbers: str = word("sourced", "which numbers in doubt are tried: those whose range has a source, or all", "sourced", "all")
    only: str = word("", "paths with commas that alone are tried, whatever the range rests on")
    engine: str = word("loky", "where lives are lived: processes of this machine, this process, a dask cluster", *ENGINES)
    address: str = word("", "engine.address=, the scheduler of a dask cluster that exists; empty = one made for now")
    workers: int = num(0, "processes", 0, 4096, "D", "", "worker processes; 0 = one per processor")
    lang: str = word("en", "language of the answer", "en", "zh")

    @property
    def paths(self) -> list[str]:
        """The numbers that alone are tried, each once."""
        return list(dict.fromkeys(path.strip() for path in self.only.strip("[]() ").split(",") if path.strip()))


@dataclass(frozen=True)
class Why(Verb):
    """Settings of `funnel why`."""

    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck")
    replications: int = num(3, "replications", 2, 100_000, "D", "", "paired replications, for the intervals of the shares")
    basis: str = word("format", "on what footing: like for like, as found, for the same money", *BASIS_WORDS["all"])
    engine: str = word("loky", "where lives are lived: processes of this machine, this process, a dask cluster", *ENGINES)
    address: str = word("", "engine.address=, the scheduler of a dask cluster that exists; empty = one made for now")
    workers: int = num(0, "processes", 0, 4096, "D", "", "worker processes; 0 = one per processor")
    lang: str = word("en", "language of the answer", "en", "zh")

    group: ClassVar[str] = "strategy"

    @staticmethod
    def wrong_names(names: Sequence[str]) -> list[str]:
        """One sentence where there are not two strategies."""
        given = ", ".join(names) or "none"
        return [] if len(names) == 2 else [f"two strategies are wanted, such as funnel why direct dealer_4s, not {given}"]


@dataclass(frozen=True)
class Story(Verb):
    """Settings of `funnel story`."""

    consumer: int = num(12, "consumer", 0, 10**9, "D", "", "whose life is told")
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck")
    replication: int = num(0, "replication", 0, 10**9, "D", "", "which replication of the seed")
    who: str = word(
        "consumer", "whose life: that of consumer=, or of one who bought, bought again, or was lost to a rival after a meeting",
        "consumer", "buyer", "owner_again", "lost",
    )  # fmt: skip
    basis: str = word("as_found", "on what footing the strategy stands: as compare and why have it", *BASIS_WORDS["all"])
    every: bool = num(False, "", 0, 1, "D", "", "tell days of mere contacts and talk one by one too")
    my: str = word("", "sheet of your own numbers, begun by funnel template")
    lang: str = word("en", "language of the story", "en", "zh")


@dataclass(frozen=True)
class Explain:
    """Settings of `funnel explain` and `funnel scenarios`."""

    lang: str = word("en", "language of the answer", "en", "zh")


@dataclass(frozen=True)
class Template:
    """Settings of `funnel template`."""

    strategies: str = word("direct,agency,dealer_4s,hybrid", "names of strategies with commas, one column each")
    lang: str = word("en", "language of the sheet", "en", "zh")
    out: str = word("", "file to write; empty = print it, for funnel template > my.csv")

    @property
    def names(self) -> list[str]:
        """The strategies, each once."""
        return list(dict.fromkeys(name.strip() for name in self.strategies.strip("[]() ").split(",") if name.strip()))


@dataclass(frozen=True)
class Lab:
    """Settings of `funnel lab`."""

    port: int = num(8765, "port", 1024, 65_535, "D", "", "port on this machine, 127.0.0.1, that the page is served on")
    workers: int = num(0, "processes", 0, 64, "D", "", "worker processes; 0 = two, or one where there is one processor")
    open: bool = num(True, "", 0, 1, "D", "", "open the page in the browser")


@dataclass(frozen=True)
class Doctor:
    """Settings of `funnel doctor`."""

    lang: str = word("en", "language of the answer", "en", "zh")


def keys(settings: type) -> list[str]:
    """The names of a verb's settings."""
    return [one.name for one in fields(settings)]


def checked_settings(settings: type, given: Mapping[str, object], errors: list[str]) -> object:
    """A verb's settings; what is wrong is added to `errors`."""
    asked = build(settings, given, "", errors)
    errors += engine_of(asked).faults() if hasattr(asked, "engine") else []
    errors += asked.faults() if isinstance(asked, Verb) else []
    return asked


def not_of_one(asked: Batch) -> list[str]:
    """What is wrong for a verb that needs all its settings, on one footing."""
    footings = [f"basis is '{asked.basis}'; one footing at a time: format, as_found or same_money"]
    several = len(BASIS_WORDS[asked.basis]) > 1
    return (footings if several else []) + ([SHARED.format(verb=type(asked).__name__.lower())] if asked.shard else [])


def named_folder(settings: type, words: Sequence[str], verb: str) -> object:
    """The settings of a verb that reads a folder of results; a first word without = is the folder.

    Raises ConfigError with every error at once.
    """
    named = [f"results={words[0]}", *words[1:]] if words and "=" not in words[0] else list(words)
    errors = [f"'{word}' is not of the form key=value" for word in named if "=" not in word]
    given, known = dict(word.split("=", 1) for word in named if "=" in word), keys(settings)
    errors += [f"unknown setting '{key}' of funnel {verb}; there are: {', '.join(known)}" for key in given if key not in known]
    texts = {"true": True, "false": False}
    asked = checked_settings(settings, {key: texts.get(value, value) for key, value in given.items() if key in known}, errors)
    if not asked.results:
        errors.append(f"funnel {verb} needs the folder of results, such as funnel {verb} results/2026-11-23_101500-compare")
    raise_all(errors)
    return asked


def raise_all(*errors: list[str]) -> None:
    """Raises ConfigError with every error of the lists, each once."""
    if every := list(dict.fromkeys(one for some in errors for one in some)):
        raise ConfigError(every)
