"""`funnel report RESULTS`: writes the report of a results folder."""

from collections.abc import Sequence
from pathlib import Path

from experiments.settings import Report, checked_settings, keys, raise_all
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
    named = [f"results={words[0]}", *words[1:]] if words and "=" not in words[0] else list(words)
    errors = [f"'{word}' is not of the form key=value" for word in named if "=" not in word]
    given = dict(word.split("=", 1) for word in named if "=" in word)
    errors += [
        f"unknown setting '{key}' of funnel report; there are: {', '.join(keys(Report))}" for key in given if key not in keys(Report)
    ]
    settings = checked_settings(Report, {key: value for key, value in given.items() if key in keys(Report)}, errors)
    if not settings.results:
        errors.append("funnel report needs the folder of results, such as funnel report results/2026-11-23_101500-compare")
    raise_all(errors)
    if settings.out and Path(settings.out).is_dir():
        raise ConfigError([f"out is '{settings.out}', which is a folder; give a file, such as {settings.out.rstrip('/')}/report.html"])
    return settings
