"""The command line of the evidence.

python -m experiments.evidence PAGE [rows=a,b] [workers=2] [kept=FOLDER] [tests=FILE] [--quick] [--couplings] [--page]

rows       only these facts; the others stay on the page as they were measured before
tests      what the tests of the promises came to, as `pytest --evidence FILE` has written it
kept       folder of the measured values, so that a stopped campaign goes on
--quick    three replications of a quarter of the consumers: whether it runs, not what is true
--couplings  also how far levers reach upstream
--page     measures nothing and writes the page from the record
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from experiments.evidence import campaign, couplings
from experiments.evidence.fact import Fact
from experiments.evidence.facts import BY_KEY, FACTS
from experiments.evidence.page import read_record, remember, write_page
from experiments.evidence.promises import remember_tests


def chosen(words: Sequence[str]) -> list[Fact]:
    """The facts that the words ask for.

    Raises SystemExit for a row that does not exist.
    """
    rows = next((word.removeprefix("rows=").split(",") for word in words if word.startswith("rows=")), list(BY_KEY))
    if strange := [key for key in rows if key not in BY_KEY]:
        raise SystemExit(f"no such row: {', '.join(strange)}; there are {', '.join(BY_KEY)}")
    facts = [BY_KEY[key] for key in rows]
    quick = "--quick" in words
    return [replace(fact, replications=3, consumers=fact.consumers // 4) if quick else fact for fact in facts]


def main(words: Sequence[str]) -> None:
    """Measures what is missing and writes the page."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    (page,) = (Path(word) for word in words if "=" not in word and not word.startswith("--"))
    folder = Path(options.get("kept", "results/evidence"))
    record = read_record(page)
    if "tests" in options:
        remember_tests(record, json.loads(Path(options["tests"]).read_text("utf8")))
    if "--page" not in words:
        facts = chosen(words)
        campaign.carry_out(facts, folder, int(options.get("workers", 1)))
        for fact in facts:
            remember(record, fact, campaign.found(fact, folder), campaign.seconds(fact, folder))
        if "--couplings" in words:
            record["couplings"] = couplings.carry_out(folder, 2 if "--quick" in words else couplings.REPLICATIONS)
    write_page(page, record, FACTS)


if __name__ == "__main__":
    main(sys.argv[1:])
