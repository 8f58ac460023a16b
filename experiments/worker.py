"""`funnel worker --shard k/n`: one shard of a sweep, for job arrays; it needs nothing but the folder that all shards share."""

from collections.abc import Sequence

from experiments.settings import Worker, raise_all
from experiments.sweep import order_of, shard_done
from experiments.sweeping import carry_out
from sim.schema import ConfigError


def worker(words: Sequence[str]) -> int:
    """Lives every n-th setting of the sweep that the words describe; the same words without --shard print the findings."""
    raise_all(Worker.wrong_words(words))
    plan = order_of(words, "sweep").plan()
    if not plan.asked.shard or not plan.asked.results:
        raise ConfigError(["funnel worker needs --shard k/n and results=FOLDER, the same folder in every shard"])
    carry_out(plan)
    print(shard_done(plan))
    return 0
