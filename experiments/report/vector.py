"""A figure as small SVG: text stays text in the house font, ids carry the figure's name, the same bytes every time."""

import re
from base64 import b64encode
from html import escape
from io import StringIO

import numpy as np
from matplotlib.transforms import Bbox

from experiments.fonts import FAMILY, LATIN, glyphs_woff, latin_woff
from experiments.report.style import Drawing, in_house
from experiments.report.titles import TITLE

METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
NUMBER = re.compile(r"-?\d+\.\d{2,}")
HOUSE_FONT = re.compile(rf"font-family: ?'{FAMILY}', 'DejaVu Sans';? ?")
IDLE = re.compile(r"stroke-dashoffset: ?0;? ?|text-anchor: ?start;? ?| transform=\"rotate\(-0 [^)]*\)\"|xlink:(?=href)")
RUN = re.compile(r"M((?:-?[\d.]+ ?){12,})(?![\d.])")  # a line through six points or more
TITLES = re.compile(rf'<g id="{TITLE}">.*?</g>', re.S)
PLAIN_GROUP = re.compile(r"<g>((?:(?!</?g\b).)*)</g>", re.S)


def svgs_of(drawing: Drawing, box: Bbox) -> tuple[str, str]:
    """The figure as an SVG element to put in a page, and as one to stand alone with its title above it; both drawn at once.

    box  what belongs to the picture with its title, inches
    """
    in_house()
    file = StringIO()
    drawing.figure.patch.set_visible(False)
    drawing.figure.savefig(file, format="svg", metadata=METADATA, bbox_inches=box)
    drawing.figure.patch.set_visible(True)
    inside = file.getvalue().partition("<svg")[2].partition(">")[2].rpartition("</svg>")[0]
    body, title = prefixed(slim(TITLES.sub("", inside)), drawing.name), slim("".join(TITLES.findall(inside)))
    wide, high = 72 * box.width, 72 * box.height
    above = high - 72 * drawing.figure.get_figheight()
    page = f"{head(f'0 {above:.5g} {wide:.5g} {high - above:.5g}', drawing.alt)}{body}</svg>"
    return page, f"{head(f'0 0 {wide:.5g} {high:.5g}', drawing.alt)}{body}{title}</svg>"


def slim(text: str) -> str:
    """What a page needs of what is inside Matplotlib's SVG."""
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"<[^>]*>", lambda m: slim_tag(m[0]), text)
    text = re.sub(r">\s*\n\s*<", "><", text)
    used = {one for pair in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text) for one in pair if one}
    text = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", text)
    while (fewer := PLAIN_GROUP.sub(r"\1", text)) != text:
        text = fewer
    return text.replace("<defs></defs>", "").strip()


def slim_tag(tag: str) -> str:
    """One tag without what says nothing: numbers to a tenth of a point, the font of the whole picture, defaults."""
    tag = re.sub(r"\s*\n\s*", " ", IDLE.sub("", HOUSE_FONT.sub("", tag)))
    tag = NUMBER.sub(lambda m: rounded(float(m[0])), tag)
    tag = re.sub(r' d="([^"]*)"', lambda m: f' d="{path(m[1])}"', tag)
    return re.sub(r' style="([^"]*)"', lambda m: f' style="{m[1].replace("; ", ";").replace(": ", ":").strip(" ;")}"', tag).replace(
        ' style=""', ""
    )


def rounded(value: float) -> str:
    """A coordinate to a tenth of a point; small ones, which shapes of markers have, to a hundredth."""
    text = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def path(data: str) -> str:
    """The same path in fewer letters: lines that follow a move or a line need none."""
    out, last = [], ""
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        numbers = " ".join(rest.split())
        out.append(f" {numbers}" if command == "L" and last in ("M", "L") else command + numbers)
        last = command
    return RUN.sub(lambda m: by_steps(m[1].split()), "".join(out))


def by_steps(numbers: list[str]) -> str:
    """A long line as its first point and the step to each next one: steps are small and have fewer letters."""
    points = np.array(numbers, float).reshape(-1, 2)
    steps = "".join(f" {one:g}" if one >= 0 else f"{one:g}" for one in np.round(np.diff(points, axis=0), 2).ravel() + 0.0)
    return f"M{numbers[0]} {numbers[1]}l{steps.strip()}"


def head(box: str, alt: str) -> str:
    """The opening of the element, with what it shows for those who cannot see it. box  its part of the drawing, points"""
    font = f"font-family:'{FAMILY}','DejaVu Sans',sans-serif;stroke-linejoin:round;stroke-linecap:butt"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{escape(alt)}" style="{font}">'


def prefixed(text: str, name: str) -> str:
    """Ids that belong to this figure alone, so that many fit in one page."""
    ids = dict.fromkeys(re.findall(r' id="([^"]+)"', text))
    short = {one: f"{name}-{k}" for k, one in enumerate(ids)}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{short[m[1]]}"', text)
    return re.sub(r"(url\(#|href=\"#)([^)\"]+)", lambda m: m[1] + short.get(m[2], m[2]), text)


def with_font(svg: str) -> str:
    """The element with the glyphs that it uses, to stand alone in a file; with all that English uses where that is enough."""
    words = "".join(re.findall(r">([^<]*)</text>", svg))
    faces = "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{'bold' if bold else 'normal'};"
        f"src:url(data:font/woff;base64,{b64encode(latin_woff(bold) if LATIN.issuperset(words) else glyphs_woff(words, bold)).decode()})}}"
        for bold in (False, True)
        if words and (not bold or "font-weight:" in svg)
    )
    return re.sub(r"(<svg [^>]*>)", lambda m: f'{m[1]}<style>{faces}</style><rect width="100%" height="100%" fill="white"/>', svg, count=1)
