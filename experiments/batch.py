"""Lives an experiment's replications until its intervals are narrow enough, and keeps each as soon as it is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.analysis import Outcomes, narrow_enough, outcomes_of
from experiments.first_look import GLANCES, first_look
from experiments.identity import about, identity_of
from experiments.intervals import ALPHA, looks
from experiments.memory import refuse_what_does_not_fit
from experiments.point import Point
from experiments.progress import Progress
from experiments.settings import Run
from experiments.store import Store
from experiments.workers import cores, lives


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
    """Lives what is missing, look by look; finished replications are never lived again.

    Raises ConfigError when the folder holds another experiment or the memory does not suffice; KeyboardInterrupt, which names the
    folder, leaves what is finished.
    """
    settings = experiment.settings
    refuse_what_does_not_fit(experiment.points, settings.loop, min(settings.workers or cores(), experiment.looks[-1]))
    identity = identity_of(experiment.points, settings.seed, settings.loop)
    experiment.store.open(identity, about(experiment.command))
    for wanted in experiment.looks:
        todo = sorted(set(range(wanted)) - set(experiment.store.finished()))
        if todo:
            live_all(experiment, todo, wanted)
        if narrow_enough(experiment.outcomes(), experiment.names, settings.precision, experiment.alpha):
            return


def live_all(experiment: Experiment, todo: Sequence[int], wanted: int) -> None:
    """Lives some replications on all workers and writes each when it ends; where all is still to do, a first look comes first."""
    settings, points = experiment.settings, experiment.points
    glance = first_look(points) if len(todo) == wanted > len(GLANCES) else []
    ahead = [*(GLANCES if glance else ()), *todo]
    workers = settings.workers or cores()
    try:
        with Progress(len(todo), wanted, experiment) as progress:
            for one in lives(points, settings.seed, ahead, settings.loop, workers, settings.track, glance, settings.lang):
                if one[0].replication in GLANCES:
                    progress.glance(one)
                else:
                    experiment.store.write(one)
                    progress.advance()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(experiment.store.folder) from None
