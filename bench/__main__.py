"""`python -m bench [PART ...]`: measures parts of the benchmark, prints them, and writes docs/performance.md anew."""

import argparse
import time

from rich.console import Console
from rich.table import Table as RichTable

from bench.figures import Found, Table
from bench.machine import description, load
from bench.page import APART, PARTS, aims_table, keep, read


def main() -> None:
    """Measures part after part; each is kept as soon as it is there, unless the measurement is a quick one."""
    options = read_options()
    if options.page:
        keep(read())
        return
    console, mine = Console(), {}
    for name in options.parts or [one for one in PARTS if one not in APART]:
        with console.status(f"{name}: {PARTS[name].__doc__.splitlines()[0]}"):
            mine[name] = measured(name, options.quick)
        for table in PARTS[name].tables(mine[name]["found"]):
            console.print(as_rich(table), "\n", table.measured, "\n", sep="")
        if not options.quick:
            keep(read() | mine)
    console.print(as_rich(aims_table(mine, mine)))


def measured(name: str, quick: bool) -> Found:
    """What a part finds, with the machine, its load before, and the minutes that it took."""
    busy, began = load(), time.perf_counter()
    found = PARTS[name].measure(quick)
    return {"machine": description(), "load": busy, "minutes": (time.perf_counter() - began) / 60, "found": found}


def read_options() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none = all but {' and '.join(APART)}")
    parser.add_argument("--quick", action="store_true", help="the tiniest version of each part: printed, not written")
    parser.add_argument("--page", action="store_true", help="measures nothing: writes the page anew from docs/performance.json")
    options = parser.parse_args()
    if strange := [one for one in options.parts if one not in PARTS]:
        parser.error(f"there is no part {', '.join(strange)}; there are {', '.join(PARTS)}")
    return options


def as_rich(table: Table) -> RichTable:
    """A table for the terminal, numbers to the right."""
    shown = RichTable(title=table.title, title_justify="left")
    for k, name in enumerate(table.head):
        shown.add_column(name, justify="left" if k == 0 else "right")
    for row in table.rows:
        shown.add_row(*row)
    return shown


if __name__ == "__main__":
    main()
