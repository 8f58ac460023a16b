"""`make coverage`: runs what `coverage.yaml` lists for every row of what is required, and writes docs/coverage.md with the figures.

python -m experiments.coverage docs/coverage.md [rows=F3,B1] [replications=10] [consumers=N] [workers=0] [cache=results/coverage]
Results are kept in the cache and a stopped campaign goes on; rows that are not asked for keep the figures that the cache has of them.
"""

import hashlib
import io
import json
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import yaml

from experiments.cli import main as funnel
from experiments.intervals import Interval
from experiments.measures import BY_KEY
from experiments.wording import with_interval

SOURCE = Path(__file__).with_name("coverage.yaml")
LIVING = ("compare", "case", "run", "duel", "touchpoints")  # verbs that compare a few strategies: their findings are read
WRITING = (*LIVING, "sweep", "sensitivity")  # verbs that write a folder of results
SIZED = (*LIVING, "why", "story")  # verbs that live a market
ANOTHER = "holds another experiment"


@dataclass(frozen=True)
class Campaign:
    """How the commands are run."""

    cache: Path
    replications: int = 10
    consumers: int | None = None
    workers: int = 0

    def words(self, command: str, on: str = "") -> list[str]:
        """The command as it is run: in a folder of its own, without pictures, at the campaign's size.

        on  the command in whose results RESULTS are
        """
        verb, *words = shlex.split(command)[1:]
        words = [str(self.folder(on)) if word == "RESULTS" else word for word in words]
        given = {word.split("=")[0] for word in words}
        more = {"results": self.folder(command)} if verb in WRITING else {}
        more |= {"report": "false", "replications": self.replications} if verb in LIVING else {}
        more |= {"market.consumers": self.consumers} if verb in SIZED and self.consumers else {}
        more |= {"workers": self.workers} if verb in (*WRITING, "why", "flip") else {}
        return [verb, *words, *(f"{key}={value}" for key, value in more.items() if key not in given)]

    def folder(self, command: str) -> Path:
        """Where the results of a command are."""
        return self.cache / hashlib.sha256(f"{command} {self.consumers}".encode()).hexdigest()[:12]


def rows_of(source: Mapping) -> Iterator[tuple[str, str, dict]]:
    """Table, id and row of everything required, in order."""
    for table, rows in source["tables"].items():
        for name, row in rows.items():
            yield table, name, row


def shows_of(row: Mapping, source: Mapping) -> list[dict]:
    """What shows a row; `from: comparison` is the command of that name."""
    return [one | ({"from": source[one["from"]]} if "from" in one else {}) for one in row.get("shows", [])]


def run(campaign: Campaign, command: str, on: str = "") -> tuple[int, str, str]:
    """Exit code, output and complaints of a command; results of another scenario or engine in its folder make room."""
    for _ in range(2):
        out, complaints = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()  # the sheet is written as bytes
        words = campaign.words(command, on)
        with redirect_stdout(out), redirect_stderr(complaints):
            code = funnel(words)
        if ANOTHER not in complaints.getvalue():
            break
        shutil.rmtree(campaign.folder(command))
    out.flush()
    said = out.buffer.getvalue().decode()
    return code, said.replace(str(campaign.folder(on)), "RESULTS") if on else said, complaints.getvalue()


def shown(campaign: Campaign, show: Mapping, ran: dict[str, tuple[int, str, str]]) -> dict[str, object]:
    """The figure and the sentences of one command, which is run unless it has been.

    ran  what was run in this campaign, by command
    """
    command, on = show["run"], show.get("from", "")
    for one, base in ((on, ""), (command, on)):
        if one and one not in ran:
            ran[one] = run(campaign, one, base)
    code, out, complaints = ran[command]
    if code:
        return {"failed": complaints.strip().splitlines()[-1]}
    verb, path = shlex.split(command)[1], campaign.folder(command) / "findings.json"
    findings = json.loads(path.read_text(encoding="utf-8")) if verb in LIVING else {}
    lines = [" ".join(one.split()) for one in out.splitlines()]
    says = [next((line for line in lines if text in line), f"(nothing says '{text}')") for text in show.get("says", [])]
    told = [findings["case"]["answer"]["en"]] if verb == "case" else says
    try:
        return {"figure": figure(show, findings, verb), "says": told}
    except (KeyError, TypeError) as error:
        return {"failed": f"its findings have no {error}"}


def figure(show: Mapping, findings: Mapping, verb: str) -> str:
    """The number of a command with its interval: by a path in its findings, of an outcome, or of a case's difference."""
    if "figure" in show:
        tree: object = findings
        for key in show["figure"].split("."):
            tree = tree[key]
        return f"{show['figure'].partition('.')[2].replace('.', ' ').replace('_', ' ')}: {with_interval(interval(tree))}"
    if verb == "case":
        return difference(findings["findings"][0], findings["case"]["name"], findings["case"]["outcome"])
    if "outcome" in show:
        bases = {one["basis"]: one for one in findings["findings"]}
        found = bases[show["basis"]] if "basis" in show else findings["findings"][-1]
        if "of" in show:
            return f"{difference(found, show['of'], show['outcome'])} ({found['basis'].replace('_', ' ')})"
        name = next(iter(found["means"]))
        return f"{named(show['outcome'])}, {name}: {with_interval(interval(found['means'][name].get(show['outcome'])))}"
    return ""


def difference(found: Mapping, name: str, outcome: str) -> str:
    """An outcome's paired difference from the first strategy of a finding, with the level of the first."""
    first = next(iter(found["means"]))
    gap, level = (interval(one.get(outcome)) for one in (found["differences"][name], found["means"][first]))
    return f"{named(outcome)}, {name} less {first}: {with_interval(gap)}; {first} {with_interval(level)}"


def named(outcome: str) -> str:
    """An outcome and its unit in words."""
    return f"{BY_KEY[outcome].words.strip()} ({BY_KEY[outcome].unit})"


def interval(tree: object) -> Interval:
    """An interval from JSON; nothing known is NaN."""
    known = tree if isinstance(tree, Mapping) else {}
    values = [float("nan") if known.get(key) is None else float(known[key]) for key in ("mean", "low", "high")]
    return Interval(*values, int(known.get("n") or 0))


def lines_of(name: str, row: Mapping, source: Mapping, found: Mapping[str, dict]) -> Iterator[str]:
    """The lines of a row: one for each command, or one that says that nothing shows it.

    found  what was found, by `key_of` a show
    """
    asks, tests = row["asks"], ", ".join(f"`{one}`" for one in row.get("tests", []))
    head = f"{asks}{' (' + row['note'] + ')' if 'note' in row else ''}"
    shows = shows_of(row, source)
    if not [one for one in shows if not one.get("later")]:
        yield f"| {name} | {head} | not shown | | | {tests} |"
    for show in shows:
        if show.get("later"):
            state, cell, says = "not shown", "", "this command does not exist yet"
        elif (one := found.get(key_of(show))) is None:
            state, cell, says = "not run", "", ""
        elif "failed" in one:
            state, cell, says = "fails", "", one["failed"]
        else:
            state, cell, says = "shown", one["figure"], " / ".join(one["says"])
        yield f"| {name} | {head} | {state}: `{show['run']}` | {barred(cell)} | {barred(says)} | {tests} |"
        head = tests = ""


def barred(text: str) -> str:
    """A text that may stand in a cell of a table."""
    return text.replace("|", "/")


def key_of(show: Mapping) -> str:
    """What makes a show that one."""
    return json.dumps(show, sort_keys=True, ensure_ascii=False)


def mark() -> str:
    """The line by which a test sees that a page was made from the present list."""
    return f"<!-- made from experiments/coverage.yaml {hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]} by make coverage -->"


def page(source: Mapping, found: Mapping[str, dict], campaign: Campaign) -> str:
    """The whole page."""
    from sim.compiled import ENGINE

    size = f"{campaign.consumers:,} consumers" if campaign.consumers else "the default size"
    lines = [
        "# What is required, and what shows it", "", mark(), "",
        f"Made {time.strftime('%Y-%m-%d')} by `make coverage` with engine `{ENGINE}`: {campaign.replications} paired replications of",
        f"each command at {size}. Every row is something that the product must do. Figures are means over replications with 95 %",
        "intervals, which show luck only. *Shown* means that the command ran and that the tests of the row hold it, whatever the figure",
        "says; *not run* that it was left out of this campaign; *not shown* that nothing shows the row yet. `RESULTS` is the folder of",
        "the comparison of S1. The list is `experiments/coverage.yaml`. No number was tuned to come out.",
    ]  # fmt: skip
    table = None
    for heading, name, row in rows_of(source):
        if heading != table:
            lines += [
                "",
                f"## {heading}",
                "",
                "| id | requirement | command | figure | what it says | tests |",
                "|---|---|---|---|---|---|",
            ]
            table = heading
        lines += lines_of(name, row, source, found)
    return "\n".join(lines) + "\n"


def carry_out(source: Mapping, wanted: Sequence[str], campaign: Campaign) -> tuple[dict[str, dict], list[str]]:
    """What was found of the wanted rows and, in the cache, of the others; and the commands that failed. Progress goes to stderr."""
    campaign.cache.mkdir(parents=True, exist_ok=True)
    book = campaign.cache / f"found-{campaign.replications}-{campaign.consumers or 'default'}.json"
    found = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
    todo = [show for _, name, row in rows_of(source) if name in wanted for show in shows_of(row, source) if not show.get("later")]
    ran: dict[str, tuple[int, str, str]] = {}
    began = time.monotonic()
    for k, show in enumerate(todo, 1):
        found[key_of(show)] = shown(campaign, show, ran)
        book.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
        print(f"{k} of {len(todo)}, {time.monotonic() - began:.0f} s: {show['run']}", file=sys.stderr, flush=True)
    return found, [show["run"] for show in todo if "failed" in found[key_of(show)]]


def main(words: Sequence[str]) -> int:
    """Runs the campaign that the words ask for and writes the page."""
    path, *options = words
    given = dict(word.split("=", 1) for word in options)
    source = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    names = [name for _, name, _ in rows_of(source)]
    wanted = given["rows"].split(",") if given.get("rows") else names
    if strange := [key for key in given if key not in ("rows", "replications", "consumers", "workers", "cache")] + [
        name for name in wanted if name not in names
    ]:
        print(f"unknown: {', '.join(strange)}; rows are {', '.join(names)}", file=sys.stderr)
        return 2
    sizes = {key: int(given[key]) for key in ("replications", "consumers", "workers") if key in given}
    campaign = Campaign(Path(given.get("cache", "results/coverage")).resolve(), **sizes)
    found, failed = carry_out(source, wanted, campaign)
    Path(path).write_text(page(source, found, campaign), encoding="utf-8")
    for command in failed:
        print(f"failed: {command}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
