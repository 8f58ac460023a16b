"""`make readme`: the READMEs' pictures and blocks of output, made anew by the commands that stand above them.

`<!-- run: COMMAND | from TEXT | until TEXT -->` is followed by a fenced block with what the command prints on stdout: from the first
line that holds one text, up to the line that holds the other. `<!-- fill: FILE -->` is followed by a table of key, column and value: what
somebody writes into an empty sheet. `<!-- engine -->` is followed by a line that names the engine. Commands run in one working folder, so
that a comparison is lived once for both languages; long lines are wrapped. `python -m experiments.readme FOLDER` keeps that folder.
"""

import csv
import hashlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from experiments.report.pictures import draw_all
from experiments.table import wide

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"README.md": "en", "README.zh-CN.md": "zh"}
PICTURES = ("funnel", "profit")
WIDTH = 118
RUN = re.compile(
    r"<!-- run: (?P<command>[^|]+?)(?: \| from (?P<start>.+?))?(?: \| until (?P<stop>.+?))? -->\n```\n(?P<block>.*?)```\n", re.S
)
FILL = re.compile(r"<!-- fill: (?P<file>\S+) -->\n(?P<table>(?:\|.*\n)+)")
ENGINE_LINE = re.compile(r"(<!-- engine -->\n)(.*)\n")
LIVES = ("compare", "run")


def output_of(command: str, folder: Path, more: Sequence[str] = ()) -> str:
    """What a command prints; results of a comparison go to a folder named after it, whatever its language.

    more  words after those of the command

    Raises ValueError where it fails.
    """
    words = [*shlex.split(command)[1:], *more]
    if words[0] in LIVES:
        same = " ".join(word for word in words if not word.startswith("lang="))
        words.append(f"results={folder / 'results' / hashlib.sha256(same.encode()).hexdigest()[:8]}")
    done = subprocess.run([sys.executable, "-m", "experiments.cli", *words], cwd=folder, capture_output=True)
    if done.returncode:
        raise ValueError(f"{command} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.stdout.decode("utf-8-sig")


def fill(table: str, path: Path, language: str) -> None:
    """Writes a sheet as `funnel template` begins it, with the values of a table of key, column and value filled in."""
    wanted = {(row[0], row[1]): row[-1] for row in cells(table)}
    rows = list(csv.reader(StringIO(output_of(f"funnel template lang={language}", path.parent))))
    columns = [re.split(r"[（(]", head)[0] for head in rows[0]]
    for row in rows[1:]:
        for (key, column), value in list(wanted.items()):
            if key == row[0]:
                row[columns.index(column)] = value
                del wanted[key, column]
    if wanted:
        raise ValueError(f"no row of the sheet has {', '.join(key for key, _ in wanted)}")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def cells(table: str) -> Iterator[list[str]]:
    """The rows of a Markdown table below its head, each cell without its marks."""
    for line in table.strip().splitlines()[2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def excerpt(text: str, start: str | None, stop: str | None) -> str:
    """The lines from the first that holds one text up to the one that holds the other, without blank lines at the ends.

    Raises ValueError where a text is not there.
    """
    lines = text.splitlines()
    first = next((k for k, line in enumerate(lines) if start in line), None) if start else 0
    last = next((k for k, line in enumerate(lines) if k > (first or 0) and stop in line), None) if stop else len(lines)
    if first is None or last is None:
        raise ValueError(f"'{start if first is None else stop}' is not in the output")
    return "\n".join(wrapped(line) for line in "\n".join(lines[first:last]).strip("\n").splitlines())


def wrapped(line: str) -> str:
    """A line broken between words, or between Chinese characters, with its indent and two spaces more on what follows."""
    if wide(line) <= WIDTH:
        return line
    indent = re.match(r" *", line)[0]
    out, now = [], indent
    for piece in re.findall(r"[\x21-\x7e]+ *|[^\x21-\x7e][，。；：、）]*", line[len(indent) :]):
        if wide(now + piece.rstrip()) > WIDTH:
            out.append(now.rstrip())
            now = indent + "  "
        now += piece
    return "\n".join([*out, now.rstrip()])


def page(text: str, folder: Path, language: str, run: Callable[[str, Path], str] = output_of) -> str:
    """A README with every block made anew.

    Raises ValueError where the engine was changed while its commands ran.
    """
    from sim.compiled import ENGINE, fingerprint

    for found in FILL.finditer(text):
        fill(found["table"], folder / found["file"], language)

    def block(found: re.Match) -> str:
        """One block of output with what its command prints today."""
        told = excerpt(run(found["command"], folder), found["start"], found["stop"])
        return found[0].replace(f"```\n{found['block']}```\n", f"```\n{told}\n```\n")

    text = RUN.sub(block, text)
    if fingerprint() != ENGINE:
        raise ValueError("the engine was changed meanwhile; make the pages again")
    return ENGINE_LINE.sub(lambda found: f"{found[1]}{re.sub('`[0-9a-f]{12}`', f'`{ENGINE}`', found[2])}\n", text)


def pictures(folder: Path, into: Path) -> None:
    """The pictures of the first comparison, in both languages."""
    into.mkdir(parents=True, exist_ok=True)
    output_of("funnel compare", folder)
    (results,) = (one for one in (folder / "results").iterdir() if one.name == hashlib.sha256(b"compare").hexdigest()[:8])
    for language in PAGES.values():
        draw_all(results, language, ("png",))
        for name in PICTURES:
            shutil.copyfile(results / f"{name}.png", into / f"{name}.{language}.png")


def make(folder: Path) -> None:
    """Makes both READMEs and their pictures anew."""
    for name, language in PAGES.items():
        path = ROOT / name
        path.write_text(page(path.read_text(encoding="utf-8"), folder, language), encoding="utf-8")
        print(f"{name}: made anew")
    pictures(folder, ROOT / "docs" / "pictures")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
        make(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            make(Path(temporary))
