"""The strategies of a sweep as its folder remembers them: to compose them anew takes most of the time in which a finished sweep answers."""

import inspect

from experiments import basis, compose
from experiments.basis import Point
from experiments.compose import checked_shelf
from experiments.files import Shelf
from experiments.identity import digest, points_in
from experiments.overrides import Request
from experiments.settings import Batch
from experiments.store import Store
from experiments.sweeping import bases_of
from sim.compiled import ENGINE
from sim.schema import ConfigError

COMPOSING = inspect.getsource(basis) + inspect.getsource(compose)


def bases_for(request: Request, asked: Batch, store: Store) -> tuple[list[Point], str]:
    """Every strategy on every basis of a request, and the name of what they are made of.

    They are those of the folder's manifest where it was begun with the same words, the same scenario files and the same engine.

    Raises ConfigError with every error at once.
    """
    files = checked_shelf(request)
    made_of = ingredients(request, asked, files)
    known = store.manifest_if_any()
    if known.get("made_of") == made_of:
        return points_in(known["model"]), made_of
    try:
        return bases_of(request, asked.names, asked.basis, files), made_of
    except ConfigError as error:
        raise ConfigError(list(dict.fromkeys(error.errors))) from None


def ingredients(request: Request, asked: Batch, files: Shelf) -> str:
    """Names the words, the scenario files and the engine that a request's strategies are made of."""
    words = {name: request.words(name) for name in asked.names} | {"": request.words()}
    texts = {f"{group}/{name}": path.read_text("utf8") for group, paths in files.items() for name, path in paths.items()}
    of_code = {"engine": ENGINE, "composing": COMPOSING}
    return digest({"choices": request.choices, "words": words, "basis": asked.basis, "files": texts} | of_code)
