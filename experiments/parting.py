"""Where two funnels part: the difference in orders stage by stage, in parts that add up exactly, from result files alone.

The orders of a life are reach x interest x consideration x (meeting x closing + online) + loop: the people who do not drive the brand
and ever become aware; the shares of these who grow interested, of these who consider; of the considering the share who meet a salesperson
and the orders signed with one for each who met, and the orders given online; and the orders by those who drive or drove the brand already.
The difference is parted by Shapley values over these seven factors, replication by replication, so that every part has a paired interval.
Shapley and not LMDI-I (Ang 2004, doi:10.1016/S0301-4215(03)00076-4; both leave no residual): the orders end in a sum, not in one product,
and zeros (no online orders under one of the formats) need no small number in their place. Where nobody reached a stage in one of two lives,
what would have followed there is unknown and taken from the other life: the difference then belongs to the stage that nobody reached.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.intervals import ALPHA, Interval, mean_interval
from experiments.language import say
from experiments.measures import DAYS_A_YEAR
from experiments.shapley import Factors, shapley
from experiments.store import Store
from experiments.wording import with_interval
from sim.schema import ConfigError

STEPS = ("reach", "interest", "consideration", "meeting", "closing", "online", "loop")
COUNTS = ("people", "aware", "interest", "consideration", "met", "signed", "online", "loop", "heard")  # of chain() in replicate.py
OF = {"interest": ("interest", "aware"), "consideration": ("consideration", "interest"), "meeting": ("met", "consideration"),
      "closing": ("signed", "met"), "online": ("online", "consideration")}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one step of the funnel adds to the difference in orders, cars a year."""

    step: str  # one of STEPS
    difference: Interval
    clear: int  # 1 or -1 where it is not 0 after correction for the number of steps (Bonferroni), else 0
    most: bool  # whether it is clearly more than half of the difference, after the same correction


@dataclass(frozen=True)
class Parting:
    """Where the funnels of two strategies part on one basis."""

    basis: str
    first: str
    strategy: str
    difference: Interval  # orders under the strategy less orders under the first, cars a year
    parts: tuple[Part, ...]
    heard: Interval  # of it, first orders after hearing an owner; a part of the above, not one more
    reached: dict[str, dict[str, Interval]]  # strategy -> count of COUNTS, a year, the whole market
    alpha: float


def partings_of(store: Store, alpha: float | None = None) -> list[Parting]:
    """The parting of every strategy from the first, on every basis of a results folder.

    alpha  of each interval; without it, that of the folder's findings
    """
    model = store.manifest()["model"]
    alpha = 1 - store.findings()["level"] if alpha is None else alpha
    chains = chains_of(store, DAYS_A_YEAR / model["market"]["days"])
    pairs = [(basis, *list(by_name)[:1], name) for basis, by_name in model["strategies"].items() for name in list(by_name)[1:]]
    return [parted(basis, first, name, chains[basis][first], chains[basis][name], alpha) for basis, first, name in pairs]


def chains_of(store: Store, factor: float) -> dict[str, dict[str, Factors]]:
    """The counts of every life: basis -> strategy -> count -> (replication,), times a factor.

    Raises ConfigError where the results were written before these counts were kept.
    """
    rows = store.read("outcomes").sort_by([("replication", "ascending")])
    if f"chain_{COUNTS[0]}" not in rows.column_names:
        raise ConfigError([f"'{store.folder}' was written by an earlier version, which did not count the steps; make it again"])
    out: dict[str, dict[str, Factors]] = {}
    basis, strategy = (np.array(rows.column(name).to_pylist()) for name in ("basis", "strategy"))
    for one, name in dict.fromkeys(zip(basis.tolist(), strategy.tolist(), strict=True)):
        mine = (basis == one) & (strategy == name)
        out.setdefault(one, {})[name] = {key: factor * rows.column(f"chain_{key}").to_numpy()[mine] for key in COUNTS}
    return out


def parted(basis: str, first: str, name: str, one: Factors, other: Factors, alpha: float = ALPHA) -> Parting:
    """The parting of two strategies from their counts, replication by replication."""
    values = parts_of(one, other)
    total = sum(values[step] for step in STEPS)
    strict = alpha / len(STEPS)
    sign = mean_interval(total, strict).sign
    parts = tuple(
        Part(
            step,
            mean_interval(values[step], alpha),
            mean_interval(values[step], strict).sign,
            sign != 0 and mean_interval(sign * (2 * values[step] - total), strict).sign > 0,
        )
        for step in STEPS
    )
    reached = {who: {key: mean_interval(counts[key], alpha) for key in COUNTS} for who, counts in ((first, one), (name, other))}
    heard = mean_interval(other["heard"] - one["heard"], alpha)
    return Parting(basis, first, name, mean_interval(total, alpha), parts, heard, reached, alpha)


def parts_of(one: Factors, other: Factors) -> dict[str, np.ndarray]:
    """What each step adds to the orders of the other life less those of the one (replication,); they add up to that difference."""
    return shapley(orders, factors(one, other), factors(other, one))


def orders(step: Factors) -> np.ndarray:
    """The orders that these factors make."""
    considering = step["reach"] * step["interest"] * step["consideration"]
    return considering * (step["meeting"] * step["closing"] + step["online"]) + step["loop"]


def factors(mine: Factors, other: Factors) -> dict[str, np.ndarray]:
    """The factors of a life; a share of nobody is the other life's, and 0 where nobody got so far in either."""
    shares = {step: share(mine[top], mine[below], share(other[top], other[below], 0.0)) for step, (top, below) in OF.items()}
    return {"reach": np.asarray(mine["aware"], float)} | shares | {"loop": np.asarray(mine["loop"], float)}


def share(top: np.ndarray, below: np.ndarray, instead: np.ndarray | float) -> np.ndarray:
    """top / below, and something instead where below is 0."""
    top, below = np.asarray(top, float), np.asarray(below, float)
    return np.divide(top, below, out=np.broadcast_to(instead, top.shape).astype(float).copy(), where=below > 0)


# ---- in words --------------------------------------------------------------------------------------------------------


def sentences(one: Parting, labels: Mapping[str, str], language: str = "en") -> Iterator[str]:
    """The finding in words that the intervals allow: where most of the difference arises or is clear, and what works against it."""
    names = {"who": labels[one.strategy], "whom": labels[one.first]}
    if not np.isfinite(one.difference.low):
        yield say("why", "too_few", language, **names)
        return
    if all(part.difference.mean == 0 and part.difference.half == 0 for part in one.parts):
        yield say("why", "parts_same", language, **names)
        return
    sign = one.difference.sign
    most = [part for part in one.parts if part.most]
    along = most or [part for part in one.parts if part.clear and part.clear == sign]
    against = [part for part in one.parts if part.clear and part.clear != sign]
    key = ("parts_most" if most else "parts_clear" if along else "parts_none") if sign else "parts_open"
    yield say("why", key, language, total=told(one.difference), steps=listed(along, language), **names)
    if against:
        yield say("why", "parts_against" if sign else "parts_cancel", language, steps=listed(against, language), **names)
    if one.heard.sign:
        yield say("why", "parts_heard", language, number=told(one.heard), **names)


def listed(parts: Sequence[Part], language: str) -> str:
    """Steps with their numbers, one after the other."""
    joint = say("why", "joint", language)
    return joint.join(say("why", "part", language, step=step_words(part.step, language), number=told(part.difference)) for part in parts)


def step_words(step: str, language: str) -> str:
    """A step's name for people."""
    return say("why", f"step_{step}", language)


def told(one: Interval) -> str:
    """A difference with its sign and interval: +3,700 [3,100, 4,300]."""
    text = with_interval(one)
    return f"+{text}" if one.mean > 0 and text[:1] not in "0-" else text
