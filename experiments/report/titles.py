"""Titles of pictures that stand alone: the finding and the subtitle, broken into lines by the house font's own widths."""

from unicodedata import east_asian_width

from matplotlib.transforms import Bbox

from experiments.report.style import MUTED, WIDTH, Drawing, wide

HEAD, BELOW = 12.5, 8.5  # points
TITLE = "title"  # what the ids of both begin with


def wrapped(text: str, ems: float, bold: bool = True) -> list[str]:
    """A text in lines of at most so many ems: Latin breaks between words, Chinese between characters but not before a stop."""
    lines, line, used = [], "", 0.0
    for piece in pieces(text):
        size = sum(wide(one, bold) for one in piece)
        if line and used + size > ems and not piece[0].isspace():
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + piece, used + size
    return [*lines, line.rstrip()]


def pieces(text: str) -> list[str]:
    """What must stay together: words with the space after them, Chinese characters with the stop after them."""
    out: list[str] = []
    for one in text:
        full = east_asian_width(one) in "WF"
        opens = out and out[-1][-1] in "（“《"
        stop = full and one in "，。；：、）”》！？%"
        if out and (stop or opens or (one == " ") or (not full and out[-1][-1] != " " and east_asian_width(out[-1][-1]) not in "WF")):
            out[-1] += one
        else:
            out.append(one)
    return out


def balanced(text: str, ems: float, bold: bool = True) -> list[str]:
    """A text in as few lines as fit, none much shorter than the others; a number keeps its percent sign."""
    text = text.replace(" %", "\u00a0%")
    lines = wrapped(text, ems, bold)
    for narrower in (0.6, 0.7, 0.8, 0.9):
        if len(fewer := wrapped(text, narrower * ems, bold)) == len(lines):
            return fewer
    return lines


def titled(drawing: Drawing) -> Bbox:
    """Writes the finding and the subtitle above the figure and says, in inches, what then belongs to the picture."""
    height = drawing.figure.get_figheight()
    head, sub = balanced(drawing.finding, 0.96 * WIDTH * 72 / HEAD), balanced(drawing.subtitle, 0.96 * WIDTH * 72 / BELOW, False)
    tall = 0.14 + 0.23 * len(head) + 0.165 * len(sub)
    at = {"va": "top", "linespacing": 1.25, "gid": TITLE}
    drawing.figure.text(0.02, (height + tall - 0.1) / height, "\n".join(head), fontsize=HEAD, fontweight="bold", **at)
    drawing.figure.text(0.02, (height + tall - 0.13 - 0.23 * len(head)) / height, "\n".join(sub), fontsize=BELOW, color=MUTED, **at)
    return Bbox([[0, 0], [WIDTH, height + tall]])
