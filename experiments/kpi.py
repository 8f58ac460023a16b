"""`funnel kpi RESULTS`: the four KPI families of every strategy, whole, by tier, persona or outlet, with intervals."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from experiments.compare import defined
from experiments.families import Families, families_in, part_name, unit_of
from experiments.language import say
from experiments.report.evidence import Evidence, evidence_of
from experiments.settings import Kpi, named_folder
from experiments.table import table
from experiments.wording import with_interval
from sim.kpi import UNITS
from sim.schema import ConfigError

FEW = 6  # parts that have a column each; of more, each has a line


def kpi(words: Sequence[str]) -> int:
    """Prints the families that the words ask for."""
    settings = named_folder(Kpi, words, "kpi")
    evidence = evidence_of(Path(settings.results), settings.lang)
    found = families_in(evidence.store, evidence.alpha, evidence.market.days)
    if not found:
        raise ConfigError([f"'{settings.results}' was written before there were KPI families; run its command again in another folder"])
    if settings.basis:
        found = {key: one for key, one in found.items() if key[0] == settings.basis}
    if not found:
        known = ", ".join(dict.fromkeys(point.basis for point in evidence.points))
        raise ConfigError([f"basis is '{settings.basis}'; these results have {known}"])
    wanted = [one for one in UNITS if settings.family in ("all", one)]
    if settings.json:
        print(json.dumps(as_numbers(found, wanted, settings.by), indent=1))
        return 0
    for point, families in found.items():
        for family in wanted:
            print("\n".join(one_table(evidence, point, families, family, settings)) + "\n")
    print(say("kpi", "shared", settings.lang))
    print(say("kpi", "unknown", settings.lang))
    return 0


def one_table(evidence: Evidence, point: tuple[str, str], families: Families, family: str, settings: Kpi) -> Iterator[str]:
    """One family of one strategy: KPIs in lines and parts in columns, or the other way round where there are many parts."""
    language, by, kpis = settings.lang, settings.by, list(UNITS[family])
    about = {"strategy": evidence.labels[point[1]], "footing": say("measures", f"footing_{point[0]}", language)}
    about |= {"family": say("kpi", family, language), "by": say("kpi", f"by_{by}", language)}
    yield say("kpi", "head", language, level=evidence.level, n=len(evidence.replications), **about)
    parts = families.parts(by)
    cells = {key: [with_interval(families.interval(by, part, key)) for part in parts] for key in kpis}
    names = [part_name(by, part, language) for part in parts]
    if len(parts) <= FEW:
        yield table(["", *names, ""], [[say("kpi", key, language), *cells[key], unit_of(key, language)] for key in kpis])
    else:
        heads = [f"{say('kpi', key, language)}, {unit_of(key, language)}" for key in kpis]
        yield table(["", *heads], [[name, *(cells[key][k] for key in kpis)] for k, name in enumerate(names)])


def as_numbers(found: dict[tuple[str, str], Families], wanted: Sequence[str], by: str) -> object:
    """For programs: basis, strategy, part, KPI and its interval in the shown unit."""
    return defined([
        {"basis": basis, "strategy": strategy, "family": family, "by": by, "part": part, "kpi": key}
        | asdict(families.interval(by, part, key))
        for (basis, strategy), families in found.items() for family in wanted for key in UNITS[family] for part in families.parts(by)
    ])  # fmt: skip
