"""All pictures of a results folder, in the order of the report, as SVG text without titles: those are for the page around them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.report.figures import (
    cohorts,
    curve,
    flow,
    forest,
    funnel,
    money,
    outlet_map,
    prices,
    purchase_time,
    touchpoints,
    unit,
    waiting,
)  # fmt: skip
from experiments.report.picture import Picture
from experiments.report.results import Results, results_of
from experiments.report.style import Drawing
from experiments.report.titles import titled
from experiments.report.vector import svgs_of
from experiments.store import Store

FIGURES: tuple[Callable[[Results], Drawing | None], ...] = (
    forest.draw_orders, forest.draw_profit, funnel.draw, curve.draw, money.draw, unit.draw, flow.draw, purchase_time.draw, touchpoints.draw,
    waiting.draw, prices.draw, cohorts.draw, outlet_map.draw,
)  # fmt: skip
WHOLE = slice(None)


def gallery(folder: str | Path, language: str = "en") -> list[Picture]:
    """Every picture that the results in a folder allow, in a language."""
    return [picture_of(one, svgs_of(one, titled(one))[0]) for one in drawings(folder, language)]


def picture_of(drawing: Drawing, svg: str) -> Picture:
    """A drawing as a page shows it."""
    return Picture(drawing.name, drawing.finding, drawing.subtitle, drawing.alt, svg)


def drawings(folder: str | Path, language: str, part: slice = WHOLE) -> Iterator[Drawing]:
    """Every figure, or part of them, that the results in a folder allow."""
    results = results_of(Store(folder), language)
    for draw in FIGURES[part]:
        drawing = draw(results)
        if drawing is not None:
            yield drawing
