"""Lives an experiment's replications until its intervals are narrow enough, and keeps each as soon as it is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.analysis import Outcomes, narrow_enough, outcomes_of
from experiments.engines import engine_of, lives
from experiments.first_look import GLANCES, first_look
from experiments.identity import about, identity_of
from experiments.intervals import ALPHA, looks
from experiments.memory import refuse_what_does_not_fit
from experiments.point import Point
from experiments.progress import Progress
from experiments.rows import points_table
from experiments.settings import Run
from experiments.store import Store, part_name
from experiments.workers import load_ahead

DRAWS = "experiments.report.pictures"  # what a worker needs that draws
AT_ONCE = 250  # replications that a process claims together; each claim is an open file


@dataclass(frozen=True)
class Experiment:
    """Points that share one market and one start, how often they live, and where the results go."""

    points: Sequence[Point]
    settings: Run
    store: Store
    command: str

    @property
    def names(self) -> list[str]:
        """The strategies in order."""
        return list(dict.fromkeys(point.strategy for point in self.points))

    @property
    def days(self) -> int:
        """Days that count."""
        return self.points[0].scenario.market.days

    @property
    def looks(self) -> list[int]:
        """After how many replications the intervals are looked at."""
        return looks(*self.settings.bounds)

    @property
    def alpha(self) -> float:
        """Of each interval: 5 % shared among the planned looks (Bonferroni), so that stopping early cannot flatter it."""
        return ALPHA / len(self.looks)

    def outcomes(self) -> Outcomes:
        """The outcomes of the finished replications, from the files."""
        return outcomes_of(self.store.read("outcomes"), self.days)


def carry_out(experiment: Experiment) -> None:
    """Lives what is missing, look by look; finished replications are never lived again, and what another process lives is waited for.

    Raises ConfigError when the folder holds another experiment or the memory does not suffice; KeyboardInterrupt, which names the
    folder, leaves what is finished.
    """
    settings, store = experiment.settings, experiment.store
    refuse_what_does_not_fit(experiment.points, settings.loop, engine_of(settings), experiment.looks[-1])
    identity = identity_of(experiment.points, settings.seed, settings.loop)
    try:
        store.open(identity, about(experiment.command), points_table(experiment.points), settings.new)
        for wanted in experiment.looks:
            while todo := sorted(set(range(wanted)) - set(store.finished())):
                if mine := claimed(store, todo):
                    live_all(experiment, mine, wanted)
            if narrow_enough(experiment.outcomes(), experiment.names, settings.precision, experiment.alpha):
                break
    finally:
        store.close()
    store.merge_many()


def claimed(store: Store, todo: Sequence[int]) -> list[int]:
    """The replications that this process may live now; none where others lived or are living them, for the first of which it has waited."""
    mine = [one for one in todo[:AT_ONCE] if store.claims.take(part_name("", one))]
    if not mine:
        store.claims.take(part_name("", todo[0]), wait=True)
    done = set(store.finished())
    for one in done & set(todo[:AT_ONCE]):
        store.claims.drop(part_name("", one))
    return [one for one in mine if one not in done]


def live_all(experiment: Experiment, todo: Sequence[int], wanted: int) -> None:
    """Lives some replications on all workers, writes each when it ends, and gives its claim back; a first look comes before the first."""
    settings, store, points = experiment.settings, experiment.store, experiment.points
    glance = first_look(points) if len(todo) == wanted > len(GLANCES) else []
    ahead = [*(GLANCES if glance else ()), *todo]
    try:
        with Progress(len(todo), wanted, experiment) as progress:
            for one in lives(points, settings.seed, ahead, settings.loop, engine_of(settings), settings.track, glance, settings.lang):
                if one[0].replication in GLANCES:
                    progress.glance(one)
                    continue
                store.write(one)
                store.claims.drop(part_name("", one[0].replication))
                progress.advance()
                if settings.report and progress.done == progress.todo - 1:
                    load_ahead(DRAWS)  # whoever has nothing left to live
    except KeyboardInterrupt:
        raise KeyboardInterrupt(store.folder) from None
