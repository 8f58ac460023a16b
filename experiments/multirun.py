"""`-m`: one run after another over several values of a key, by Hydra's own multirun; each job is the verb with one set of values."""

import sys
from collections.abc import Sequence
from importlib import import_module

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from experiments.cli import settings_of
from experiments.compose import SCHEMA
from experiments.overrides import read
from experiments.settings import keys, raise_all
from sim.schema import ConfigError

SWEEPS = {"compare", "run"}


def multirun(verb: str, words: Sequence[str]) -> int:
    """Runs a verb for every combination of the values that the words give.

    Raises ConfigError before the first job when a key does not exist.
    """
    if verb not in SWEEPS:
        raise ConfigError([f"-m works with {' and '.join(sorted(SWEEPS))}, not with {verb}"])
    own = [word for word in words if word.partition("=")[0].startswith(("hydra.", "hydra/")) and not word.startswith("hydra.searchpath")]
    settings = settings_of(verb)
    request = read([word for word in words if word not in own], keys(settings), sweeps=True)
    raise_all(request.errors)
    free = dict.fromkeys((*keys(settings), "scenarios_dir"))
    ConfigStore.instance().store(name="schema", node=SCHEMA | free)
    argv, sys.argv = sys.argv, [f"funnel {verb}", "-m", *(bracketed(word) for word in words)]
    try:
        job_of(verb)()
    finally:
        sys.argv = argv
    return 0


def bracketed(word: str) -> str:
    """Strategies with commas are one value, not a sweep."""
    key, _, value = word.partition("=")
    return f"strategies=[{value.strip('[]')}]" if key == "strategies" else word


def job_of(verb: str) -> object:
    """Hydra's main function whose every job is the verb."""

    @hydra.main(version_base="1.3", config_path="pkg://scenarios", config_name="config")
    def job(_: DictConfig) -> None:
        """The verb with one set of values; its results go to Hydra's folder of the job."""
        hydra_config = HydraConfig.get()
        words = list(hydra_config.overrides.task)
        if not any(word.startswith("results=") for word in words):
            words.append(f"results={hydra_config.runtime.output_dir}")
        print(f"\n{verb} {' '.join(hydra_config.overrides.task)}")
        try:
            code = getattr(import_module(f"experiments.{verb}"), verb)(words)
        except ConfigError as error:
            code = import_module("experiments.cli").complain(error.errors)
        if code:
            sys.exit(code)

    return job
