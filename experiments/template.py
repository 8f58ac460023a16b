"""`funnel template > my.csv`: a sheet of the numbers a strategist has, to be filled in and read by `my=my.csv`."""

import csv
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from experiments.compose import checked_shelf, load
from experiments.dictionary import dictionary, written
from experiments.explain import value_in
from experiments.files import choose
from experiments.language import catalogue, say
from experiments.my_numbers import ABOUT, ALL, EXPECTED, KEY
from experiments.overrides import read
from experiments.parameter_words import allowed, unit_of
from experiments.settings import Template, checked_settings, keys, raise_all
from sim.scenario import Scenario, tier_terms
from sim.schema import plain

ROWS = tuple(key.removeprefix("row_") for key in catalogue("template") if key.startswith("row_") and "." in key)


def template(words: Sequence[str]) -> int:
    """Prints the sheet for Excel: UTF-8 with a mark, commas, one row a number."""
    request, errors = read(words, keys(Template)), []
    settings = checked_settings(Template, request.settings, errors)
    files = checked_shelf(request)
    errors += [fault for name in settings.names for fault in choose("strategy", name, files)]
    errors += [f"'{one}' has no place in an empty sheet; write it in its row" for one in request.overrides]
    raise_all(request.errors, errors)
    folders = [f"scenarios_dir={folder}" for folder in request.folders]
    text = sheet_of({name: load(name, folders) for name in settings.names}, settings.lang)
    if settings.out:
        Path(settings.out).write_bytes(text.encode("utf-8-sig"))
        print(say("template", "wrote", settings.lang, file=settings.out), file=sys.stderr)
    else:
        sys.stdout.buffer.write(text.encode("utf-8-sig"))
        sys.stdout.buffer.flush()
    print(say("template", "hint", settings.lang), file=sys.stderr)
    return 0


def sheet_of(scenarios: dict[str, Scenario], language: str) -> str:
    """The whole sheet as text: key, meaning, unit, default, allowed, a column to fill in for all and for each strategy, note."""
    heads = [say("template", f"head_{name}", language) for name in (KEY, *ABOUT[:-1], ALL)]
    heads += [say("template", "head_strategy", language, name=name, label=label_of(one, language)) for name, one in scenarios.items()]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*heads, say("template", "head_note", language)])
    for key in ROWS:
        one = dictionary().get(key) or EXPECTED[key]
        about = [key, say("template", f"row_{key}", language), unit_of(one, language), default(key, scenarios, language)]
        empty = [""] * (1 + len(scenarios))
        writer.writerow([*about, allowed(one, language, null=False), *empty, say("template", f"note_{key}", language)])
    return out.getvalue()


def label_of(scenario: Scenario, language: str) -> str:
    """A strategy's name for people."""
    strategy = scenario.strategy
    return (language == "zh" and strategy.label_zh) or strategy.label or scenario.name


def default(key: str, scenarios: dict[str, Scenario], language: str) -> str:
    """The value that counts where nothing is filled in: one for all, or one for each strategy."""
    if key in EXPECTED:
        return say("template", "no_default", language)
    by_name = {name: " | ".join(dict.fromkeys(map(written, effective(one, key)))) for name, one in scenarios.items()}
    if len(set(by_name.values())) == 1:
        return next(iter(by_name.values()))
    each = [say("template", "of_strategy", language, name=name, value=value) for name, value in by_name.items()]
    return say("template", "listed", language).join(each)


def effective(scenario: Scenario, path: str) -> list[object]:
    """A value by tier, where it is left to the format what the format says; else the one value."""
    value = value_in(scenario, path)
    if value is None and path == "strategy.list_price":
        return [scenario.market.reference_price * terms.list_markup for terms in tier_terms(scenario.strategy)]
    if value is None and path.startswith("strategy.terms."):
        return [plain(terms)[path.rsplit(".", 1)[1]] for terms in tier_terms(scenario.strategy)]
    return [value]
