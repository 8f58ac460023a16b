"""The house style of pictures: one font, one colour, dash and marker per strategy, sizes in inches, no needless lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import matplotlib

matplotlib.use("Agg")
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.fonts import FAMILY, FILES

# Okabe and Ito's colours stay apart for the common kinds of colour blindness; a strategy has the same one everywhere
OWN = {"direct": "#0072B2", "agency": "#009E73", "dealer_4s": "#D55E00", "hybrid": "#CC79A7", "neutral": "#000000"}
OTHERS = ("#E69F00", "#56B4E9", "#000000")
DASHES = {"direct": "-", "agency": (0, (6, 1.6)), "dealer_4s": (0, (1.4, 1.2)), "hybrid": (0, (5, 1.5, 1.2, 1.5)), "neutral": (0, (9, 3))}
MARKERS = {"direct": "o", "agency": "s", "dealer_4s": "^", "hybrid": "D", "neutral": "v"}
INK, MUTED, RULE, LIGHT = "#1f2933", "#616e7c", "#d9dee4", "#b8c0ca"
WIDTH = 8.4  # inches, of every picture
SMALL, PLAIN, LARGE = 8, 9, 10.5  # points
HOUSE = {
    "font.size": PLAIN, "font.family": [FAMILY, "DejaVu Sans"], "axes.edgecolor": RULE, "axes.labelcolor": INK, "text.color": INK,
    "xtick.color": MUTED, "ytick.color": INK, "axes.labelsize": PLAIN, "xtick.labelsize": SMALL, "ytick.labelsize": PLAIN,
    "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": False, "savefig.dpi": 200, "svg.hashsalt": "funnel",
    "svg.fonttype": "none", "hatch.linewidth": 0.6, "axes.axisbelow": True, "path.simplify": True, "path.simplify_threshold": 0.3,
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """A picture before it is written: its words and its figure without title."""

    name: str
    finding: str
    subtitle: str
    alt: str
    figure: Figure


def in_house() -> None:
    """Sets Matplotlib to the house style and tells it of the house font."""
    if FAMILY not in font_manager.fontManager.get_font_names():
        for path in FILES.values():
            font_manager.fontManager.addfont(path)
    matplotlib.rcParams.update(HOUSE)


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each strategy; those we do not know take turns."""
    strangers = [name for name in names if name not in OWN]
    return {name: OWN.get(name) or OTHERS[strangers.index(name) % len(OTHERS)] for name in names}


def lightness(colour: str) -> float:
    """Relative luminance of a colour (WCAG 2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return sum(
        w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


def on(colour: str) -> str:
    """White or ink, for text on a colour."""
    return "white" if 1.05 / (lightness(colour) + 0.05) > 3.5 else INK


def ink_of(colour: str) -> str:
    """A colour dark enough for text on white (contrast 4.5 at least)."""
    while 1.05 / (lightness(colour) + 0.05) < 4.5:
        colour = "#" + "".join(f"{int(0.94 * int(colour[k : k + 2], 16)):02x}" for k in (1, 3, 5))
    return colour


def whisker(axes: Axes, low: float, high: float, y: float, colour: str, lw: float = 1.0, cap: float = 3.0, zorder: float = 3) -> None:
    """An interval as one horizontal line with ends.

    cap  height of the ends, points
    """
    bottom, top = axes.get_ylim()
    box = axes.get_position()
    tall = cap / 2 * abs(top - bottom) / (box.height * axes.figure.get_figheight() * 72)
    axes.plot([low, low, low, high, high, high], [y - tall, y + tall, y, y, y + tall, y - tall], color=colour, lw=lw, zorder=zorder,
              solid_joinstyle="miter", scalex=True, scaley=False)  # fmt: skip


def line_of(name: str, colour: str, **more: object) -> dict:
    """Colour and dash of a strategy's line."""
    return {"color": colour, "ls": DASHES.get(name, (0, (2, 2))), "lw": 1.9, "solid_capstyle": "butt"} | more


def marker_of(name: str) -> str:
    """The marker of a strategy."""
    return MARKERS.get(name, "P")


def canvas(
    height: float,
    margins: tuple[float, float, float, float],
    rows: int = 1,
    columns: int = 1,
    gap: tuple[float, float] = (0.3, 0.3),
    heights: Sequence[float] | None = None,
) -> tuple[Figure, list[Axes]]:
    """A figure of the house width and its axes, row by row.

    height   inches
    margins  inches left, right, above and below the axes
    gap      inches between columns and between rows
    heights  of the rows against each other; without it, all alike
    """
    in_house()
    left, right, top, bottom = margins
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    one = ((WIDTH - left - right - gap[0] * (columns - 1)) / columns, (height - top - bottom - gap[1] * (rows - 1)) / rows)
    grid = {"left": left / WIDTH, "right": 1 - right / WIDTH, "top": 1 - top / height, "bottom": bottom / height}
    axes = figure.subplots(
        rows, columns, squeeze=False, gridspec_kw=grid | {"wspace": gap[0] / one[0], "hspace": gap[1] / one[1], "height_ratios": heights}
    )
    for one in axes.ravel():
        one.patch.set_visible(False)
    return figure, list(axes.ravel())


def ruled(axes: Axes, along: str = "x") -> None:
    """Light lines along one axis, and no ticks and no line on the other side."""
    other = "y" if along == "x" else "x"
    axes.grid(axis=along, color=RULE, lw=0.6)
    axes.tick_params(axis=other, length=0)
    axes.tick_params(axis=along, length=0)
    axes.spines["left" if along == "x" else "bottom"].set_visible(along != "x")
    if along == "y":
        axes.spines["left"].set_visible(False)


def apart(wanted: Sequence[float], least: float) -> list[float]:
    """Places of labels as near as can be to the wanted ones and at least so far apart, in the given order of labels."""
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    blocks: list[list] = []  # [sum of (wanted - offset), labels]
    for k in order:
        blocks.append([wanted[k], [k]])
        while len(blocks) > 1 and middle(blocks[-1], least) - width(blocks[-1], least) < middle(blocks[-2], least) + width(
            blocks[-2], least
        ):
            total, labels = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + labels]
    out = [0.0] * len(wanted)
    for block in blocks:
        for place, k in enumerate(block[1]):
            out[k] = middle(block, least) + (place - (len(block[1]) - 1) / 2) * least
    return out


def middle(block: list, least: float) -> float:
    """Where the middle of a block of labels goes."""
    return block[0] / len(block[1])


def width(block: list, least: float) -> float:
    """Half the room that a block of labels takes."""
    return len(block[1]) * least / 2


@cache
def wide(one: str, bold: bool = True) -> float:
    """Ems of a character in the house font."""
    font = font_manager.get_font(FILES[bold])
    font.set_size(100, 72)
    return font.load_char(ord(one)).linearHoriAdvance / 65536 / 100


def room(words: Sequence[str], size: float = PLAIN) -> float:
    """Inches that the longest of some labels takes, with a little more."""
    return max((sum(wide(one, False) for one in word) for word in words), default=0.0) * size / 72 + 0.2
