"""`funnel lab`: serves the page on this machine and opens it."""

import sys
import webbrowser
from collections.abc import Sequence

from experiments.files import shelf
from experiments.lab.lessons import shelf_of
from experiments.overrides import read
from experiments.settings import Lab, checked_settings, keys, raise_all
from experiments.workers import compile_once, cores, stop
from sim.schema import ConfigError

HOST = "127.0.0.1"
MOST = 200  # connections at a time


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
        from experiments.lab.listener import Listener
    except ModuleNotFoundError as gone:
        raise ConfigError([f"the lab needs the package '{gone.name}'; pip install -c constraints.txt -e '.[lab]' gets it"]) from None
    desks = settings.workers or min(2, cores())
    compile_once(desks, "en")
    stop()
    address = f"http://{HOST}:{settings.port}/"
    app = application(settings.port, desks, folders, ready=lambda: settings.open and webbrowser.open(address))
    print(f"Funnel lab: {address}  (Ctrl-C stops it)", file=sys.stderr)
    uvicorn.run(app, host=HOST, port=settings.port, http=Listener, ws="none", log_level="warning", server_header=False,
                limit_concurrency=MOST, timeout_keep_alive=20)  # fmt: skip
