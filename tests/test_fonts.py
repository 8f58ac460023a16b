"""The house font: a glyph for every character that people see, its own name, its licence."""

from io import BytesIO
from pathlib import Path

import pytest
import yaml
from fontTools.ttLib import TTFont

from experiments.fonts import FILES, FOLDER, LATIN, LATIN_FILES, cut, glyphs_woff, missing
from experiments.fonts.make import texts


@pytest.mark.parametrize("file", texts(), ids=lambda file: file.stem)
def test_every_character_that_people_see_has_a_glyph(file: Path) -> None:
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    lost = missing(yaml.safe_dump(tree, allow_unicode=True))
    assert not lost, f"no glyph for {lost}: make the font again, see experiments/fonts/make.py"


def test_a_character_without_a_glyph_is_found() -> None:
    assert missing("直营\u0e01") == "\u0e01"


def test_an_embedded_font_has_the_glyphs_it_needs_and_few_bytes() -> None:
    data = glyphs_woff("直营订单 1,840 ±230")
    assert data[:4] == b"wOFF" and len(data) < 6000 and data == glyphs_woff("直营订单 1,840 ±230")
    assert set(map(ord, "直营订单1,840±230")) <= set(TTFont(BytesIO(data)).getBestCmap())


def test_what_english_pictures_need_is_cut_of_the_whole_font() -> None:
    for bold, file in LATIN_FILES.items():
        font, plain = TTFont(file, recalcTimestamp=False), BytesIO()
        assert font.flavor == "woff"
        font.flavor = None  # how zlib packs it is its own affair
        font.save(plain)
        assert plain.getvalue() == cut(FILES[bold], "".join(sorted(LATIN)), None)
    assert glyphs_woff("1,840 cars") == cut(FILES[False], "1,840 cars", "woff")


def test_the_font_has_its_own_name_and_its_licence() -> None:
    for file in FILES.values():
        names = TTFont(file, lazy=True)["name"]
        assert names.getDebugName(1) == "Funnelsim Sans SC" and file.stat().st_size < 900_000
        assert "Source" not in (names.getDebugName(4) or "") + (names.getDebugName(6) or "")
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
