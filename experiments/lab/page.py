"""The page's files, what it is told at its beginning, and the same page as one file that replays a run without a server."""

import json
import re
from base64 import b64encode
from functools import lru_cache
from pathlib import Path

import sim
from experiments.fonts import FILES as FONTS
from experiments.fonts import glyphs_woff
from experiments.lab.answers import with_answers
from experiments.lab.asked import Sizes
from experiments.lab.directions import with_directions
from experiments.lab.lessons import lessons
from experiments.lab.movie import STAGES
from experiments.lab.runs import Run
from experiments.language import LANGUAGES, catalogue
from sim.compiled import ENGINE
from sim.scenario import DatedEvent
from sim.schema import parameters, plain

STATIC = Path(__file__).parent / "static"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml"}  # fmt: skip
MODULES = (
    "words",
    "format",
    "store",
    "dots",
    "charts",
    "levers",
    "events",
    "answer",
    "story",
    "gallery",
    "lessons",
    "lab",
)  # each needs only those before it
IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)


def file(path: Path) -> tuple[str, bytes]:
    """A file of the page and its type."""
    return TYPES[path.suffix], path.read_bytes()


FILES = {path.name: (lambda path=path: file(path)) for path in STATIC.iterdir() if path.suffix in TYPES}
FILES |= {f"font-{'bold' if bold else 'regular'}.otf": (lambda path=path: ("font/otf", path.read_bytes())) for bold, path in FONTS.items()}


@lru_cache(maxsize=4)
def start(folders: tuple[str, ...]) -> dict[str, object]:
    """Everything that the page needs to begin."""
    return words() | {
        "levers": with_directions(),
        "drivers": [{"value": one} | catalogue("answer")[f"event_{one}"] for one in next(parameters(DatedEvent)).choices],
        "gallery": with_answers(folders),
        "lessons": lessons(folders),
        "sizes": plain(Sizes()),
    }


def words() -> dict[str, object]:
    """The words of the page in both languages, the names of stages, and which engine made the numbers."""
    said = catalogue("lab") | {f"stage_{one}": catalogue("stages")[one] for one in STAGES}
    said |= {key: entry for key, entry in catalogue("measures").items() if key.startswith(("purpose_", "footing_"))}
    said |= {f"party_{one}": catalogue("stages")[one] for one in ("maker", "retailer")}
    return {
        "words": {language: {key: entry[language] for key, entry in said.items() if " " not in key} for language in LANGUAGES},
        "stages": STAGES,
        "version": sim.__version__,
        "engine": ENGINE,
    }


def replay(one: Run, language: str) -> bytes:
    """The page as one file: the run, its stories and words inside, nothing to load and nobody to ask."""
    from experiments.lab.answer import answer_of, bands

    sizes = one.question.sizes
    told = {str(who): one.story(who) for who in sorted({line for diary in one.diaries for line in diary["consumer"].tolist()})}
    data = words() | {
        "replay": {
            "asked": one.asked | plain(sizes), "sides": [json.loads(side) for side in one.sides], "labels": one.question.labels,
            "stories": told, "language": language,
            "answer": answer_of(one.question, one.worlds), "bands": bands(one.question, one.curves),
        }
    }  # fmt: skip
    return whole(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)).encode()


def whole(data: str) -> str:
    """The page with its style, font, modules and data inside."""
    html, css = ((STATIC / name).read_text(encoding="utf-8") for name in ("index.html", "style.css"))
    code = "".join(IMPORT.sub("", (STATIC / f"{name}.js").read_text(encoding="utf-8")).replace("export ", "") for name in MODULES)
    text = html + code + data
    faces = "".join(face(text, bold) for bold in (False, True))
    css = re.sub(r"@font-face \{.*?\}", "", css, flags=re.DOTALL)
    rules = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; img-src data: blob:"
    html = html.replace('<link rel="icon" href="/page/mark.svg">\n', "")
    html = html.replace('<link rel="stylesheet" href="/page/style.css">', f"<style>{faces}{css}</style>")
    html = html.replace("<title>", f'<meta http-equiv="content-security-policy" content="{rules}">\n<title>', 1)
    data = data.replace("<", "\\u003c")
    inner = f'<script type="application/json" id="replay">{data}</script>\n<script type="module">\n{code}</script>'
    return html.replace('<script type="module" src="/page/lab.js"></script>', inner)


def face(text: str, bold: bool) -> str:
    """The house font with only the glyphs of a text, as a rule of a style sheet."""
    data = b64encode(glyphs_woff(text, bold)).decode()
    return f"@font-face{{font-family:Lab;font-weight:{700 if bold else 400};src:url(data:font/woff;base64,{data})}}"
