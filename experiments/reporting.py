"""`funnel report RESULTS`: writes the report of a results folder."""

from collections.abc import Sequence
from pathlib import Path

from experiments.settings import Report, named_folder
from sim.schema import ConfigError


def report(words: Sequence[str]) -> int:
    """Writes the report that the words ask for and says where it is."""
    from experiments.report.html import write_report

    settings = asked(words)
    folder = Path(settings.results)
    print(write_report(folder, settings.lang, Path(settings.out) if settings.out else folder / "report.html"))
    return 0


def asked(words: Sequence[str]) -> Report:
    """The settings of a report; a first word without = is the folder.

    Raises ConfigError with every error at once.
    """
    settings = named_folder(Report, words, "report")
    if settings.out and Path(settings.out).is_dir():
        raise ConfigError([f"out is '{settings.out}', which is a folder; give a file, such as {settings.out.rstrip('/')}/report.html"])
    return settings
