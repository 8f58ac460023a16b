"""A wrong word is refused in a fraction of a second: before the engine is loaded or a scenario is composed."""

from collections.abc import Sequence

from experiments.compose import checked_shelf
from experiments.designs import swept
from experiments.files import NAMED, choose
from experiments.overrides import read
from experiments.settings import Batch, Verb, checked_settings, keys, raise_all
from sim.schema import ConfigError


def refuse(settings: type[Verb], words: Sequence[str]) -> None:
    """Does nothing where the words are right as far as they go; what only a composed scenario shows is for the verb to find.

    settings  of the verb that the words are for

    Raises ConfigError with every error of the words, the settings and the user's files at once.
    """
    raise_all(settings.wrong_words(words))
    errors: list[str] = []
    named = [word for word in words if settings.group and "=" not in word]
    request = read([word for word in words if word not in named], keys(settings), sweeps=issubclass(settings, Batch))
    asked = checked_settings(settings, request.settings, errors)
    errors += settings.wrong_names(named)
    swept(request.overrides, errors)
    try:
        files = checked_shelf(request)
    except ConfigError as error:
        raise_all(errors, error.errors)
    chosen = [(one, name) for one, name in request.choices.items() if not any(name in files[other] for other in NAMED)]
    chosen += [(settings.group or "strategy", name) for name in named or getattr(asked, "names", [])]
    raise_all(errors, request.errors, [fault for one, name in chosen for fault in choose(one, name, files)])
