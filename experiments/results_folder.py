"""The results folder that a command names."""

from collections.abc import Sequence
from pathlib import Path

from experiments.settings import named_folder
from experiments.store import Store
from sim.schema import ConfigError


def opened(settings: type, words: Sequence[str], verb: str) -> tuple[Store, object]:
    """The store of the folder that the words name, and the settings of the verb.

    Raises ConfigError where it is no results folder, or its manifest is damaged.
    """
    asked = named_folder(settings, words, verb)
    if not (Path(asked.results) / "manifest.json").is_file():
        raise ConfigError([f"results is '{asked.results}', which holds no results; give a folder that funnel compare or sweep has written"])
    store = Store(asked.results)
    store.manifest()
    return store, asked
