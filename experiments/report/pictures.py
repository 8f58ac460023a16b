"""The pictures of a results folder as files with their titles, drawn from the result files alone."""

from collections.abc import Sequence
from pathlib import Path

from experiments.report.gallery import WHOLE, drawings, picture_of
from experiments.report.picture import Picture
from experiments.report.style import Drawing
from experiments.report.titles import titled
from experiments.report.vector import svg_of, with_font


def draw_all(
    folder: str | Path, language: str = "en", formats: Sequence[str] = ("png", "svg"), part: slice = WHOLE
) -> tuple[list[Path], list[Picture]]:
    """Writes every picture, or part of them, that the results in a folder allow beside them: where they are, and what a page shows."""
    paths, pictures = [], []
    for one in drawings(folder, language, part):
        pictures.append(picture_of(one))
        paths += written(one, Path(folder), formats)
    return paths, pictures


def written(drawing: Drawing, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Writes one picture in every format."""
    box = titled(drawing)
    paths = [folder / f"{drawing.name}.{one}" for one in formats]
    for path in paths:
        if path.suffix == ".svg":
            path.write_text(with_font(svg_of(drawing, box)) + "\n", encoding="utf-8")
        else:
            drawing.figure.savefig(path, bbox_inches=box, metadata={"Software": None})
    return paths
