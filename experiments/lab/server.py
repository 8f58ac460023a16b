"""`funnel lab`: serves the page on this machine and opens it."""

import sys
import threading
import webbrowser
from collections.abc import Sequence

from experiments.files import shelf
from experiments.lab.lessons import shelf_of
from experiments.overrides import read
from experiments.settings import Lab, checked_settings, keys, raise_all
from experiments.workers import cores
from sim.schema import ConfigError

HOST = "127.0.0.1"


def lab(words: Sequence[str]) -> int:
    """Serves the lab until it is stopped."""
    request, errors = read(words, keys(Lab)), []
    settings = checked_settings(Lab, request.settings, errors)
    unasked = [*request.choices, *request.overrides]
    errors += [f"'{word}' is set on the page" for word in unasked]
    raise_all(request.errors, errors)
    shelf(request.folders)
    shelf_of(tuple(request.folders))
    serve(settings, tuple(request.folders))
    return 0


def serve(settings: Lab, folders: tuple[str, ...]) -> None:
    """Listens on this machine alone.

    Raises ConfigError where the extra is not installed.
    """
    try:
        import uvicorn

        from experiments.lab.app import application
    except ModuleNotFoundError as gone:
        raise ConfigError([f"the lab needs the package '{gone.name}'; pip install -c constraints.txt -e '.[lab]' gets it"]) from None
    app = application(settings.port, settings.workers or min(2, cores()), folders)
    address = f"http://{HOST}:{settings.port}/"
    print(f"Funnel lab: {address}  (Ctrl-C stops it)", file=sys.stderr)
    if settings.open:
        threading.Timer(0.8, webbrowser.open, [address]).start()
    uvicorn.run(app, host=HOST, port=settings.port, log_level="warning", server_header=False, limit_concurrency=100, timeout_keep_alive=20)
