"""The pictures of a results folder as files with their titles, drawn from the result files alone."""

from collections.abc import Sequence
from pathlib import Path

from experiments.report.gallery import WHOLE, drawings, picture_of
from experiments.report.picture import Picture
from experiments.report.style import Drawing
from experiments.report.titles import titled
from experiments.report.vector import svgs_of, with_font


def draw_all(
    folder: str | Path, language: str = "en", formats: Sequence[str] = ("png", "svg"), part: slice = WHOLE
) -> tuple[list[Path], list[Picture]]:
    """Writes every picture, or part of them, that the results in a folder allow beside them: where they are, and what a page shows."""
    paths, pictures = [], []
    for one in drawings(folder, language, part):
        files, svg = written(one, Path(folder), formats)
        paths += files
        pictures.append(picture_of(one, svg))
    return paths, pictures


def written(drawing: Drawing, folder: Path, formats: Sequence[str]) -> tuple[list[Path], str]:
    """Writes one picture in every format: where they are, and the SVG element that a page shows."""
    box = titled(drawing)
    page, alone = svgs_of(drawing, box)
    paths = [folder / f"{drawing.name}.{one}" for one in formats]
    for path in paths:
        if path.suffix == ".svg":
            path.write_text(with_font(alone) + "\n", encoding="utf-8")
        else:
            drawing.figure.savefig(path, bbox_inches=box, metadata={"Software": None})
    return paths, page
