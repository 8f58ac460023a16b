"""`python -m bench`: what a consumer-day costs, by phase and beside Mesa; prints tables and writes docs/performance.md."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from bench.machine import load
from bench.page import Table, answer, markdown, tables
from bench.phases import measure
from bench.side_by_side import race

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def main() -> None:
    """Measures, prints, and writes the page, unless the measurement is a quick one."""
    options = read_options()
    console = Console()
    busy = load()
    sizes = [30_000] if options.quick else [30_000, 300_000]
    sizes += [1_000_000] if options.million else []
    found, memories = [], []
    for consumers in sizes:
        with console.status(f"{consumers:,} consumers live the default rules (the first time the rules are also compiled)"):
            costs, memory = measure(consumers, blocks=3 if options.quick else 5)
        found += costs
        memories.append(memory)
    with console.status("the engine and Mesa take turns"):
        raced = race(10_000, 3) if options.quick else race(options.objects, 6)
    for table in tables(busy, found, memories, raced):
        console.print(as_rich(table), "\n", table.measured, "\n", sep="")
    console.print(answer(found, raced), style="bold")
    if not options.quick:
        PAGE.write_text(markdown(busy, found, memories, raced), encoding="utf-8")


def read_options() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer consumers and days; the page is not written")
    parser.add_argument("--million", action="store_true", help="also 1,000,000 consumers")
    parser.add_argument("--objects", type=int, default=30_000, help="consumers in the comparison with Mesa (30000)")
    return parser.parse_args()


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
