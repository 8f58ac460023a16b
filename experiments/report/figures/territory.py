"""Strategy map: which strategy clearly beats every other over two numbers, and where none does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_rgb

from experiments.dictionary import dictionary
from experiments.language import say
from experiments.parameter_words import meaning_of, unit_of
from experiments.report.style import INK, MUTED, RULE, SMALL, Drawing, canvas, colours, ink_of, marker_of, on
from experiments.wording import capital, figure

UNDECIDED = "#eceff2"
TALL = 5.2  # inches
BROAD = 0.16  # of the map's width that a region needs for its name


@dataclass(frozen=True)
class Territory:
    """Who wins at every place of a lattice, and which places were lived."""

    keys: tuple[str, str]  # across, upwards
    ends: tuple[tuple[float, float], tuple[float, float]]
    wins: np.ndarray  # (across, upwards) number of the strategy, -1 where none clearly wins
    lived: Sequence[tuple[int, int]]


def draw(ground: Territory, labels: Mapping[str, str], about: Mapping[str, str], language: str) -> Drawing:
    """The map with every region in its strategy's colour and the places that were lived as its markers, hollow where undecided.

    labels  strategy -> its name for people, in the order of their numbers
    about   words of the subtitle: what is judged, on what footing, how often, at what level
    """
    figured, (axes,) = canvas(TALL, (1.1, 0.25, 0.15, 0.95))
    hues = colours(list(labels))
    shades = np.array([to_rgb(hue) for hue in (*hues.values(), UNDECIDED)])
    edges = [end for (low, high), n in zip(ground.ends, ground.wins.shape, strict=True) for end in outer(low, high, n)]
    axes.imshow(shades[ground.wins.T], origin="lower", extent=edges, aspect="auto", interpolation="nearest")
    for k, name in enumerate([*labels, None]):
        mark(axes, ground, k if name else -1, name, hues)
    for k, name in enumerate(labels):
        name_region(axes, ground, k, labels[name], hues[name])
    for axis, key in ((axes.xaxis, ground.keys[0]), (axes.yaxis, ground.keys[1])):
        axis.set_label_text(named(key, language), color=INK)
    axes.tick_params(length=0, labelsize=SMALL)
    axes.spines[["left", "bottom"]].set_color(RULE)
    shares = {name: float((ground.wins == k).mean()) for k, name in enumerate(labels)}
    told = key_of(axes, shares, labels, hues, float((ground.wins < 0).mean()), language)
    finding = capital(say("strategy_map", "joint", language).join(told)) + say("strategy_map", "stop", language)
    return Drawing("strategy_map", finding, capital(say("strategy_map", "subtitle", language, **about)), finding, figured)


def outer(low: float, high: float, n: int) -> tuple[float, float]:
    """The ends with half a step of the lattice beyond them."""
    half = (high - low) / (n - 1) / 2
    return low - half, high + half


def at(ground: Territory, place: Sequence[int]) -> list[float]:
    """The values at a place of the lattice."""
    return [low + (high - low) * k / (n - 1) for (low, high), k, n in zip(ground.ends, place, ground.wins.shape, strict=True)]


def mark(axes: object, ground: Territory, k: int, name: str | None, hues: Mapping[str, str]) -> None:
    """The places that were lived and where this strategy wins; hollow rings where none does."""
    mine = np.array([at(ground, place) for place in ground.lived if ground.wins[place] == k])
    if mine.size:
        look = {"ms": 3.2, "mew": 0.7, "ls": ""} | (
            {"mfc": on(hues[name]), "mec": on(hues[name])} if name else {"mfc": "none", "mec": MUTED}
        )
        axes.plot(*mine.T, marker_of(name) if name else "o", **look)


def name_region(axes: object, ground: Territory, k: int, label: str, colour: str) -> None:
    """Writes a strategy's name where its region is widest, if there is room."""
    from scipy.ndimage import distance_transform_edt

    far = distance_transform_edt(np.pad(ground.wins == k, 1))[1:-1, 1:-1]
    if far.max() >= BROAD / 2 * ground.wins.shape[0]:
        place = np.unravel_index(far.argmax(), far.shape)
        box = {"facecolor": colour, "edgecolor": "none", "pad": 2}
        axes.text(*at(ground, place), label, color=on(colour), ha="center", va="center", fontweight="bold", fontsize=11, bbox=box, zorder=5)


def named(key: str, language: str) -> str:
    """A number in words, with its unit and its key."""
    one = dictionary()[key.partition("@")[0]]
    unit = unit_of(one, language)
    return f"{meaning_of(one, language)}{f' ({unit})' if unit else ''}\n{key}"


def key_of(
    axes: object, shares: Mapping[str, float], labels: Mapping[str, str], hues: Mapping[str, str], undecided: float, language: str
) -> list[str]:
    """Says under the map how much of it each strategy wins and how much nobody does; returns that in words."""
    told = [say("strategy_map", "part", language, who=labels[name], share=figure(round(100 * share))) for name, share in shares.items()]
    told.append(say("strategy_map", "rest", language, share=figure(round(100 * undecided))))
    words = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top", "fontsize": SMALL, "annotation_clip": False}
    step = 1 / len(told)
    for k, (text, colour) in enumerate(zip(told, [*map(ink_of, hues.values()), MUTED], strict=True)):
        axes.annotate(text, (k * step, 0), xytext=(0, -50), color=colour, **words)
    return told
