"""The four KPI families in a report: a choice of them for each strategy, by tier, and by persona where personas differ."""

from collections.abc import Iterator

from experiments.families import families_in, part_name, unit_of
from experiments.language import say
from experiments.report.assumptions import is_idle
from experiments.report.evidence import Evidence
from experiments.report.tables import Cell, Row, Table
from experiments.wording import plus_minus

CHOICE = ("orders_per_salesperson_month", "cac", "satisfaction_owners", "loyalty", "orders", "lifetime_value")
DIVISIONS = {"tier": (("all", "all"),), "persona": ()}  # and what stands before the parts


def family_tables(evidence: Evidence) -> Iterator[Table]:
    """A table for each strategy and division as found where that was lived, else on the first basis; none for older folders."""
    found = families_in(evidence.store, evidence.alpha, evidence.market.days)
    bases = list(dict.fromkeys(point.basis for point in evidence.points))
    basis = "as_found" if "as_found" in bases else bases[0]
    language = evidence.language
    shown = [by for by in DIVISIONS if by != "persona" or not is_idle(evidence, "market.personas")]  # people all alike differ by luck alone
    for by in shown if found else ():
        before = DIVISIONS[by]
        for name in evidence.names:
            families = found[basis, name]
            columns = [*before, *((by, part) for part in families.parts(by))]
            rows = []
            for key in CHOICE:
                cells = tuple(Cell(plus_minus(families.interval(*one, key))) for one in columns)
                rows.append(Row(key, say("kpi", key, language), (*cells, Cell(unit_of(key, language)))))
            about = {"strategy": evidence.labels[name], "footing": say("measures", f"footing_{basis}", language)}
            caption = say("kpi", "report_head", language, by=say("kpi", f"by_{by}", language), level=evidence.level, **about)
            heads = (say("report", "outcome", language), *(part_name(*one, language) for one in columns), say("report", "unit", language))
            yield Table(f"kpi-{by}-{name}", caption, heads, tuple(rows))
