"""Lives the settings of a sweep: every setting on the same luck, each until its intervals are narrow, each kept as soon as it is there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from experiments.analysis import Outcomes, narrow_enough
from experiments.basis import Point, points_of
from experiments.designs import Values
from experiments.dictionary import dictionary, written
from experiments.engines import answers, begin, engine_of
from experiments.files import Shelf
from experiments.identity import about, canonical, digest, identity_of
from experiments.intervals import ALPHA, looks
from experiments.judged import KEYS, by_setting
from experiments.language import say
from experiments.measures import JUDGED
from experiments.memory import refuse_what_does_not_fit
from experiments.overrides import Request
from experiments.pace import Pace
from experiments.rows import points_table, trial_table
from experiments.settings import BASIS_WORDS, Batch
from experiments.store import Store
from experiments.vary import SAME_MONEY, varied
from sim.schema import ConfigError, checked

if TYPE_CHECKING:
    from experiments.store import Key
    from experiments.trial import Trial, Tried

NEEDED = (*JUDGED, "revenue")  # outcomes by which a setting is found narrow enough
A_WHILE, LONGEST = 0.7, 1000  # seconds of work that are handed out together, and most replications
SHOWN = 10  # faults of a design that are named
TOGETHER = 1000  # settings whose points are looked at together


@dataclass(frozen=True)
class Setting:
    """A value for every swept key."""

    id: str
    values: Values

    def words(self) -> str:
        """As the command line would have it."""
        return " ".join(f"{key}={written(value)}" for key, value in self.values.items())


@dataclass
class Plan:
    """What a sweep lives, and where its results go."""

    bases: list[Point]  # every strategy on every basis before its values are laid on; of same_money as it is found
    settings: list[Setting]
    asked: Batch
    store: Store
    command: str
    made_of: str  # names what the bases were composed of
    order: list[str] = field(default_factory=list)  # the setting of every line of the design, also of lines that are alike
    lived: int = 0  # replications of this process
    pace: float = float("inf")  # seconds of a replication, the shortest seen
    under_way: Counter[str] = field(default_factory=Counter)  # setting -> replications handed out

    @property
    def names(self) -> list[str]:
        """The strategies in order."""
        return list(dict.fromkeys(point.strategy for point in self.bases))

    @property
    def looks(self) -> list[int]:
        """After how many replications the intervals of a setting are looked at."""
        return looks(*self.asked.bounds)

    @property
    def alpha(self) -> float:
        """Of each interval: shared among the planned looks, so that stopping early cannot flatter it."""
        return ALPHA / len(self.looks)

    @property
    def keys(self) -> list[str]:
        """What is swept."""
        return list(self.settings[0].values)

    def points(self, setting: Setting) -> list[Point]:
        """Every strategy on every basis with the values of a setting."""
        return [varied(base, setting.values) for base in self.bases]

    def days(self, setting: Setting) -> int:
        """Days that count."""
        return int(setting.values.get("market.days", self.bases[0].scenario.market.days))

    def identity(self) -> dict:
        """What makes the folder this sweep's: the scenario before values are laid on, and what is swept; not which values."""
        return identity_of(self.bases, self.asked.seed, False) | {"swept": dict.fromkeys(self.keys, "swept")}

    def outcomes(self, settings: Sequence[Setting], wanted: Sequence[str]) -> dict[str, Outcomes]:
        """The outcomes of settings, from the files."""
        known = {one.id for one in settings}
        there = [key for key in self.store.ledger() if key[0] in known]
        if not there:
            return {}
        parts = self.store.parts_of("outcomes", there)
        rows = pa.concat_tables([part.select([one for one in (*KEYS, *wanted) if one in part.column_names]) for part in parts],
                                promote_options="default")  # fmt: skip
        return by_setting(rows, wanted, {one.id: self.days(one) for one in settings})


def bases_of(request: Request, names: Sequence[str], basis: str, files: Shelf) -> list[Point]:
    """Every strategy on every basis of a word, bases first; for the same money as they are found.

    Raises ConfigError with every error at once.
    """
    bases = BASIS_WORDS[basis]
    found = points_of(request, names, ["as_found" if one == SAME_MONEY else one for one in bases], files)
    return [replace(point, basis=bases[k // len(names)]) for k, point in enumerate(found)]


def plan_of(bases: list[Point], values: Sequence[Values], asked: Batch, store: Store, command: str, made_of: str) -> Plan:
    """The plan of a sweep over settings, each once; those of other shards are left out.

    made_of  names what the bases were composed of, for whoever goes on

    Raises ConfigError where a value is out of its bounds.
    """
    errors: list[str] = []
    typed = [{key: checked(dictionary()[key.partition("@")[0]], value, errors) for key, value in one.items()} for one in values]
    if errors:
        raise ConfigError(few(list(dict.fromkeys(errors))))
    unlike = digest(identity_of(bases, asked.seed, False))
    order = [named(unlike, one) for one in typed]
    settings = {name: Setting(name, one) for name, one in zip(order, typed, strict=True)}
    k, n = shard_of(asked.shard)
    return Plan(bases, list(settings.values())[k::n], asked, store, command, made_of, order)


def named(unlike: str, values: Values) -> str:
    """Names a setting by its values and the experiment that it belongs to."""
    return sha256(f"{unlike} {canonical(values)}".encode()).hexdigest()[:16]


def shard_of(text: str) -> tuple[int, int]:
    """The first setting and the step of a shard k/n, which is counted from 1; every setting where there is none.

    Raises ConfigError.
    """
    k, _, n = (text or "1/1").partition("/")
    if not (k.isascii() and n.isascii() and k.isdigit() and n.isdigit() and 1 <= int(k) <= int(n)):
        raise ConfigError([f"shard is '{text}'; it is k/n, shard k of n counted from 1, such as 1/4"])
    return int(k) - 1, int(n)


def few(errors: Sequence[str]) -> list[str]:
    """The first of many errors, and how many more there are."""
    return [*errors[:SHOWN], *([f"... and {len(errors) - SHOWN} more like these"] if len(errors) > SHOWN else [])]


# ---- living ------------------------------------------------------------------------------------------------------------


def carry_out(plan: Plan) -> None:
    """Lives what is missing of every setting, look by look, and merges the parts when nobody else adds to them.

    Raises ConfigError when the folder holds another experiment or the memory does not suffice; KeyboardInterrupt, which names the folder,
    leaves what is finished.
    """
    store, active = plan.store, plan.settings
    refuse_what_does_not_fit(largest(plan), False, engine_of(plan.asked), len(active) * plan.looks[-1])
    try:
        store.open(plan.identity(), about(plan.command) | {"made_of": plan.made_of}, new=plan.asked.new)
        learn(plan)
        if plan.asked.retry:
            store.forgive(store.failed())
        for wanted in plan.looks:
            live_all(plan, active, wanted)
            if wanted != plan.looks[-1]:
                active = unsure(plan, active)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(store.folder) from None
    finally:
        store.close()
    if not plan.asked.shard:
        store.merge_many()


def learn(plan: Plan) -> None:
    """Tells the folder which points are new, after all of them were looked at.

    Raises ConfigError where the values of a setting contradict each other.
    """
    known = plan.store.points()
    there = set() if known is None else set(pc.unique(known["setting"]).to_pylist())
    tables, errors = [], []
    unknown = [one for one in plan.settings if one.id not in there]
    if len(unknown) > 1:
        begin(engine_of(plan.asked))
    new = iter(unknown)
    while some := list(islice(new, TOGETHER)):
        points, settings = [], {}
        for setting in some:
            try:
                points += plan.points(setting)
                settings[setting.id] = setting.values
            except ConfigError as error:
                errors += [f"{setting.words()}: {one}" for one in dict.fromkeys(error.errors)]
        if points:
            tables.append(points_table(points, settings))
    if errors:
        raise ConfigError(few(errors))
    if tables:
        plan.store.add_points(pa.concat_tables(tables))


def largest(plan: Plan) -> list[Point]:
    """The points of the setting that takes the most memory."""
    if "market.consumers" not in plan.keys:
        return plan.bases
    return plan.points(max(plan.settings, key=lambda one: one.values["market.consumers"]))


def unsure(plan: Plan, settings: Sequence[Setting]) -> list[Setting]:
    """The settings whose intervals are not narrow enough yet."""
    found = plan.outcomes(settings, NEEDED)
    precision = plan.asked.precision
    return [one for one in settings if one.id in found and not narrow_enough(found[one.id], plan.names, precision, plan.alpha)]


def live_all(plan: Plan, settings: Sequence[Setting], wanted: int) -> None:
    """Lives what is missing of settings up to so many replications; what another process lives is waited for."""
    done = set(plan.store.ledger()) | set(plan.store.failed())
    missing = Counter({one.id: sum((one.id, k) not in done for k in range(wanted)) for one in settings})
    left = [one for one in settings if missing[one.id]]
    if not left:
        return
    from experiments.trial import tried  # and with it the engine, which a finished sweep does not need

    pace = Pace(say("sweep", "living", plan.asked.lang), missing.total(), plan.asked.lang)
    while left:
        busy: list[Setting] = []
        for one in answers(tried, trials(plan, left, wanted, busy), engine_of(plan.asked), plan.asked.lang):
            keep(plan, one)
            for _ in range(len(one.rows) + len(one.failures)):
                pace.advance()
        if left := busy:
            plan.store.claims.take(left[0].id, wait=True)


def trials(plan: Plan, settings: Sequence[Setting], wanted: int, busy: list[Setting]) -> Iterator[tuple["Trial"]]:
    """The missing replications of settings that this process could claim, as much at a time as is worth a message.

    busy  gets the settings that another process has
    """
    from experiments.trial import Trial

    queue = iter(settings)
    while some := list(islice(queue, max(1, at_once(plan) // wanted))):
        taken = [plan.store.claims.take(one.id) for one in some]
        busy += [one for one, mine in zip(some, taken, strict=True) if not mine]
        done = set(plan.store.ledger()) | set(plan.store.failed())  # once more, now that nobody else can finish any of them
        todo: list[Key] = []
        for one in [one for one, mine in zip(some, taken, strict=True) if mine]:
            missing = [(one.id, k) for k in range(wanted) if (one.id, k) not in done]
            todo += missing
            plan.under_way[one.id] = len(missing)
            if not missing:
                plan.store.claims.drop(one.id)
        values = {one.id: one.values for one in some}
        while todo:
            now, todo = todo[: at_once(plan)], todo[at_once(plan) :]
            yield (Trial(plan.bases, {one: values[one] for one, _ in now}, now, plan.asked.seed),)


def at_once(plan: Plan) -> int:
    """Replications that are handed out together."""
    return max(1, min(LONGEST, int(A_WHILE / plan.pace)))


def keep(plan: Plan, one: "Tried") -> None:
    """Writes what a trial came to, and gives the claims of settings back with their last."""
    if one.rows:
        plan.store.add(list(one.rows), trial_table(plan.bases, one.rows))
    for (setting, replication), text in one.failures.items():
        plan.store.fail(setting, replication, {"setting": setting, "replication": replication, "traceback": text.splitlines()})
    plan.lived += len(one.rows) + len(one.failures)
    plan.pace = min(plan.pace, max(1e-4, one.seconds / max(1, len(one.rows) + len(one.failures))))
    plan.under_way.subtract(setting for setting, _ in (*one.rows, *one.failures))
    for setting in {setting for setting, _ in (*one.rows, *one.failures)}:
        if not plan.under_way[setting]:
            plan.store.claims.drop(setting)


def failures_of(plan: Plan) -> Mapping[str, list[tuple[int, dict]]]:
    """The failed replications of the settings of a plan."""
    known, out = {one.id for one in plan.settings}, {}
    for (setting, replication), report in plan.store.failed().items():
        if setting in known:
            out.setdefault(setting, []).append((replication, report))
    return out
