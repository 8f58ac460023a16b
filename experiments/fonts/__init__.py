"""The house font: a subset of Noto Sans SC under our own name (OFL 1.1, see OFL.txt), the same on every machine.

It is a CFF OpenType font in two weights; `make.py` made it. A page embeds only the glyphs that it uses, as WOFF: fontTools, which
Matplotlib needs anyway, writes that with zlib; WOFF2 would be some 10 % smaller and need one more package, brotli.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

FAMILY = "Funnelsim Sans SC"
FOLDER = Path(__file__).parent
LATIN = frozenset(map(chr, range(32, 127))) | frozenset("\u00a0\u2003·×±–—−…‘’“”←→≤≥\n")
WEIGHTS = {False: "Regular", True: "Bold"}  # by whether it is bold
FILES = {bold: FOLDER / f"FunnelsimSansSC-{weight}.otf" for bold, weight in WEIGHTS.items()}
LATIN_FILES = {bold: FOLDER / f"FunnelsimSansSC-Latin-{weight}.woff" for bold, weight in WEIGHTS.items()}  # enough for most English words


@cache
def latin_woff(bold: bool) -> bytes:
    """A WOFF font for English pictures: to cut one for each takes longer than to draw it."""
    return LATIN_FILES[bold].read_bytes()


def glyphs_woff(text: str, bold: bool = False) -> bytes:
    """A WOFF font with only the glyphs that a text uses, to embed in a page; the same bytes for the same characters."""
    return cut((LATIN_FILES if LATIN.issuperset(text) else FILES)[bold], text, "woff")


def cut(font_file: Path, text: str, flavor: str | None) -> bytes:
    """A font with only the glyphs of a text."""
    from fontTools.ttLib import TTFont

    font = TTFont(font_file, recalcTimestamp=False)
    keep(font, text)
    font.flavor = flavor
    file = BytesIO()
    font.save(file)
    return file.getvalue()


def keep(font: object, text: str) -> None:
    """Leaves only the glyphs of a text in a font, without hints, which screens and prints of today do not need."""
    from fontTools import subset

    options = subset.Options(hinting=False, desubroutinize=True, layout_features=["kern"], notdef_outline=True, name_languages=[0x409])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB"]
    chooser = subset.Subsetter(options)
    chooser.populate(text=text)
    chooser.subset(font)


@cache
def covered() -> frozenset[int]:
    """The code points that both weights have a glyph for."""
    from fontTools.ttLib import TTFont

    return frozenset.intersection(*(frozenset(TTFont(path, lazy=True).getBestCmap()) for path in FILES.values()))


def missing(text: str) -> str:
    """The characters of a text that have no glyph, each once; line ends need none."""
    return "".join(sorted({one for one in text if ord(one) not in covered() and one not in "\n\r\t"}))
