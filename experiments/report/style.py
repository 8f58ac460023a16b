"""The house style of pictures: the finding as title, one colour per strategy, numbers on the picture, no needless lines."""

from pathlib import Path
from textwrap import wrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

# Okabe and Ito's colours stay apart for the common kinds of colour blindness; a strategy has the same one everywhere
OWN = {"direct": "#0072B2", "agency": "#009E73", "dealer_4s": "#D55E00", "hybrid": "#CC79A7", "neutral": "#000000"}
OTHERS = ("#E69F00", "#56B4E9", "#000000")
INK, MUTED, RULE = "#1f2933", "#616e7c", "#d9dee4"
FONT_SIZES = {"font.size": 9, "font.family": "DejaVu Sans"}
COLOURS = {"axes.edgecolor": RULE, "axes.labelcolor": INK, "text.color": INK, "xtick.color": MUTED, "ytick.color": INK}
LINES = {"axes.spines.top": False, "axes.spines.right": False, "savefig.dpi": 200, "svg.hashsalt": "funnel"}


def colours(names: list[str]) -> dict[str, str]:
    """A colour for each strategy; those we do not know take turns."""
    strangers = [name for name in names if name not in OWN]
    return {name: OWN.get(name) or OTHERS[strangers.index(name) % len(OTHERS)] for name in names}


def page(width: float, height: float, title: str, subtitle: str, rows: int = 1, columns: int = 1) -> tuple[Figure, list]:
    """A figure with its finding above and an axes grid below, and the axes row by row."""
    plt.rcParams.update(FONT_SIZES | COLOURS | LINES)
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False)
    head = wrap(title, int(width * 10.5))
    figure.text(0.02, 1 - 0.14 / height, "\n".join(head), fontsize=12, fontweight="bold", va="top", linespacing=1.15)
    figure.text(0.02, 1 - (0.22 + 0.21 * len(head)) / height, subtitle, fontsize=8.5, color=MUTED, va="top")
    return figure, list(axes.ravel())


def save(figure: Figure, path: Path) -> Path:
    """Writes the picture and forgets the figure."""
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
    return path
