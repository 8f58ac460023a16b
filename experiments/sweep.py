"""`funnel sweep`: strategies against each other over many values of many numbers, all with the same luck."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.analysis import Outcomes, winners
from experiments.answer import level_words
from experiments.answered import marked, remembered
from experiments.compare import defined, new_folder
from experiments.designs import Axis, settings_of, swept
from experiments.dictionary import written
from experiments.identity import command_line
from experiments.intervals import mean_intervals
from experiments.language import say
from experiments.measures import BY_KEY, JUDGED
from experiments.overrides import Request, read
from experiments.point import Point, labels_of
from experiments.recalled import bases_for
from experiments.settings import BASIS_WORDS, Batch, Sweep, checked_settings, keys, raise_all
from experiments.store import Store
from experiments.sweeping import Plan, Setting, carry_out, failures_of, plan_of, shard_of
from experiments.table import table, wide
from experiments.wording import figure, with_interval
from sim.schema import ConfigError

FEW = 40  # settings that are printed


def sweep(words: Sequence[str]) -> int:
    """Lives a design as the words say; results go to a folder, the summary to stdout."""
    order = order_of(words, "sweep")
    plan, found = recalled(order) or lived(order)
    if plan.asked.shard:
        print(shard_done(plan))
    else:
        print(json.dumps(found, indent=1, ensure_ascii=False) if plan.asked.json else "\n".join(as_text(plan, found)))
    return 0


@dataclass(frozen=True)
class Order:
    """What a sweep's words ask for, before its settings are drawn."""

    asked: Batch
    axes: list[Axis]
    bases: list[Point]
    made_of: str  # names what the bases were composed of
    store: Store
    command: str

    def plan(self) -> Plan:
        """With its settings.

        Raises ConfigError.
        """
        asked = self.asked
        values = settings_of(asked.design, self.axes, asked.samples, asked.points, asked.seed)
        return plan_of(self.bases, values, asked, self.store, self.command, self.made_of)

    @property
    def origin(self) -> tuple[Store, str, str, str]:
        """The folder, and what its findings are made of beside it."""
        return self.store, self.made_of, self.command, self.asked.points if self.asked.design == "list" else ""


def order_of(words: Sequence[str], verb: str) -> Order:
    """What the words ask for.

    Raises ConfigError with every error at once.
    """
    request = read(words, keys(Sweep), sweeps=True)
    asked, axes = settings_and_axes(request, Sweep)
    store = Store(asked.results or new_folder("sweep"))
    return Order(asked, axes, *bases_for(request, asked, store), store, command_line([verb, *words]))


def recalled(order: Order) -> tuple[Plan, dict] | None:
    """The finished plan and its findings, where the same command left them and nothing has changed since."""
    if order.asked.shard or order.asked.new or (found := remembered(*order.origin)) is None:
        return None
    settings = {one["setting"]: Setting(one["setting"], one["values"]) for one in found["settings"]}
    return Plan(order.bases, list(settings.values()), order.asked, order.store, order.command, order.made_of), found


def lived(order: Order) -> tuple[Plan, dict]:
    """The plan carried out, and its findings, which are kept; of a shard there are none.

    Raises ConfigError.
    """
    plan = order.plan()
    carry_out(plan)
    if plan.asked.shard:
        return plan, {}
    found = findings(plan)
    plan.store.keep(marked(found, *order.origin))
    return plan, found


def settings_and_axes(request: Request, settings: type) -> tuple[Batch, list[Axis]]:
    """The settings of a request, and its keys with several values, which leave the request.

    Raises ConfigError with every error at once.
    """
    errors: list[str] = []
    asked = checked_settings(settings, request.settings, errors)
    if not asked.names:
        errors.append("strategies is empty; give names with commas, such as strategies=direct,dealer_4s")
    request.overrides, axes = swept(request.overrides, errors)
    try:
        shard_of(asked.shard)
    except ConfigError as error:
        errors += error.errors
    raise_all(request.errors, errors)
    return asked, axes


def shard_done(plan: Plan) -> str:
    """What a shard has done."""
    about = {"shard": plan.asked.shard, "lived": plan.lived, "count": len(plan.settings), "folder": plan.store.folder}
    return say("sweep", "shard", plan.asked.lang, settings=len(set(plan.store.points()["setting"].to_pylist())), **about)


# ---- findings ----------------------------------------------------------------------------------------------------------


def findings(plan: Plan) -> dict:
    """For programs: every setting with its values, and on every basis the means, the differences from the first and who leads."""
    outcomes = plan.outcomes(plan.settings, JUDGED)
    told = dict(judged_together(plan, outcomes))
    out = [
        {"setting": one.id, "values": one.values, "basis": basis} | told[one.id, basis]
        for one in plan.settings
        for basis in outcomes.get(one.id, {})
    ]
    failed = [{"setting": setting, "replication": one} for setting, some in failures_of(plan).items() for one, _ in some]
    about = {"level": 1 - plan.alpha, "seed": plan.asked.seed, "looks": plan.looks, "command": plan.command}
    return defined(about | {"results": str(plan.store.folder), "failed": failed, "settings": out})


def judged_together(plan: Plan, outcomes: Mapping[str, Outcomes]) -> Iterator[tuple[tuple[str, str], dict]]:
    """Setting and basis -> how many replications, and of every judged outcome means, differences and who leads; alike ones at once."""
    alike: dict[tuple[str, int], list[str]] = {}
    for setting, by_basis in outcomes.items():
        for basis, values in by_basis.items():
            alike.setdefault((basis, len(values[plan.names[0]][JUDGED[0]])), []).append(setting)
    for (basis, n), settings in alike.items():
        found: list[dict] = [{"replications": n} for _ in settings]
        for key in JUDGED:
            values = {name: np.array([outcomes[one][basis][name][key] for one in settings]) for name in plan.names}
            gaps = {name: mean_intervals(values[name] - values[plan.names[0]], plan.alpha) for name in plan.names[1:]}
            means = {name: mean_intervals(one, plan.alpha) for name, one in values.items()}
            for k, leads in enumerate(winners(values, plan.alpha)):
                sides = ({name: vars(some[k]) for name, some in each.items()} for each in (means, gaps))
                found[k][key] = dict(zip(("means", "differences"), sides, strict=True)) | {"leads": leads}
        yield from zip(((one, basis) for one in settings), found, strict=True)


def as_text(plan: Plan, found: Mapping) -> Iterator[str]:
    """The summary: what was tried, who leads how often, a table of the first settings, what failed, where everything is."""
    language = plan.asked.lang
    labels = labels_of(plan.bases, language)
    yield say("sweep", "head", language, settings=len(plan.settings), keys=", ".join(plan.keys), strategies=", ".join(labels.values()))
    for basis in BASIS_WORDS[plan.asked.basis]:
        mine = [one for one in found["settings"] if one["basis"] == basis]
        if mine:
            yield from ("", *about_basis(plan, basis, mine, labels))
    yield ""
    yield say("sweep", "rests", language, seed=plan.asked.seed, level=level_words(plan.alpha, language))
    if some := failures_of(plan):
        setting, ((replication, report), *_) = next(iter(some.items()))
        about = {"where": f"{setting} {replication}", "why": report["traceback"][-1]}
        yield say("sweep", "failed", language, count=sum(map(len, some.values())), **about)
    folder = f"{plan.store.folder}/ (points.parquet, outcomes/, findings.json)"
    for head, told in ((say("answer", "results", language), folder), (say("answer", "again", language), plan.command)):
        yield head + " " * (10 - wide(head)) + told


def about_basis(plan: Plan, basis: str, mine: Sequence[Mapping], labels: Mapping[str, str]) -> Iterator[str]:
    """How often who leads on one basis, and the first settings."""
    language, several = plan.asked.lang, len(plan.names) > 1
    counts = [one["replications"] for one in mine]
    ends = {"least": min(counts), "most": max(counts)}
    times = say("sweep", "times", language, **ends) if min(counts) < max(counts) else counts[0]
    about = {"counted": len(mine), "times": times}
    yield say("sweep", "footing", language, footing=say("measures", f"footing_{basis}", language), **about)
    if several:
        for key in JUDGED:
            yield "  " + say("sweep", "wins", language, what=BY_KEY[key].name(language), tally=tally(mine, key, labels, language))
    for key in JUDGED:
        about = {"what": BY_KEY[key].name(language), "unit": BY_KEY[key].in_unit(language), "first": labels[plan.names[0]]}
        yield from ("", say("sweep", "table" if several else "table_one", language, level=level_words(plan.alpha, language), **about))
        shown = list(labels)[1:] if several else list(labels)
        rows = [
            [*(brief(one["values"][name]) for name in plan.keys), *(cell(one[key], name, several) for name in shown)] for one in mine[:FEW]
        ]
        yield table([*plan.keys, *(labels[name] for name in shown)], rows, left=())
    if len(mine) > FEW:
        yield say("sweep", "more", language, count=len(mine) - FEW)


def tally(mine: Sequence[Mapping], key: str, labels: Mapping[str, str], language: str) -> str:
    """In how many settings each strategy leads."""
    leaders = [one[key]["leads"] for one in mine]
    shares = {name: f"{100 * leaders.count(name) / len(leaders):.0f}" for name in (*labels, None)}
    said = [say("sweep", "won", language, who=labels[name], share=shares[name]) for name in labels if leaders.count(name)]
    return "; ".join([*said, *([say("sweep", "unclear", language, share=shares[None])] if None in leaders else [])])


def cell(one: Mapping, name: str, several: bool) -> str:
    """A difference, or where there is but one strategy its mean, with its interval; a star where it leads every other."""
    from experiments.intervals import Interval

    told = one["differences" if several else "means"][name]
    interval = Interval(**{part: float("nan") if value is None else value for part, value in told.items()})
    return with_interval(interval) + (" *" if one["leads"] == name else "")


def brief(value: object) -> str:
    """A value in a table."""
    return figure(value) if isinstance(value, float) else written(value)
