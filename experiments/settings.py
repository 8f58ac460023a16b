"""What each verb of the command line can be told, beside scenarios: checked like any number of the model."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sim.schema import ConfigError, build, num, word

BASIS_WORDS = {
    "both": ("format", "as_found"), "all": ("format", "as_found", "same_money"),
    "format": ("format",), "as_found": ("as_found",), "same_money": ("same_money",),
}  # fmt: skip
DEFAULT_REPLICATIONS, DEFAULT_CAP = 10, 20


@dataclass(frozen=True)
class Run:
    """Settings of `funnel run`."""

    replications: int | None = num(None, "replications", 1, 100_000, "D", "", "exactly so many; with max_replications, at least so many")
    max_replications: int | None = num(None, "replications", 1, 100_000, "D", "", "goes on until the intervals are narrow, at most so many")
    precision: float = num(0.1, "share", 1e-6, 10, "D", "", "half an interval that is narrow enough, against the level of what it measures")
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck; another seed is another sample of worlds")
    workers: int = num(0, "processes", 0, 4096, "D", "", "worker processes; 0 = one per processor")
    loop: bool = num(False, "", 0, 1, "D", "", "live everything a second time without word of mouth and repurchase, for the loop gain")
    results: str = word("", "folder for the results; empty = results/<date-time>-<verb>; the same folder again goes on")
    json: bool = num(False, "", 0, 1, "D", "", "print the findings as JSON on stdout")

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

    @property
    def names(self) -> list[str]:
        """The strategies, each once."""
        return list(dict.fromkeys(name.strip() for name in self.strategies.strip("[]() ").split(",") if name.strip()))


@dataclass(frozen=True)
class Story:
    """Settings of `funnel story`."""

    consumer: int = num(12, "consumer", 0, 10**9, "D", "", "whose life is told")
    seed: int = num(1, "seed", 0, 10**12, "D", "", "of all luck")
    replication: int = num(0, "replication", 0, 10**9, "D", "", "which replication of the seed")
    every: bool = num(False, "", 0, 1, "D", "", "tell days of mere contacts and talk one by one too")


def keys(settings: type) -> list[str]:
    """The names of a verb's settings."""
    return [one.name for one in fields(settings)]


def checked_settings(settings: type, given: Mapping[str, object], errors: list[str]) -> object:
    """A verb's settings; what is wrong is added to `errors`."""
    return build(settings, given, "", errors)


def raise_all(*errors: list[str]) -> None:
    """Raises ConfigError with every error of the lists, each once."""
    if every := list(dict.fromkeys(one for some in errors for one in some)):
        raise ConfigError(every)
