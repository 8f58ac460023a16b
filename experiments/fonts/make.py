"""Makes the house font again: `python -m experiments.fonts.make FOLDER`, where FOLDER holds Noto Sans CJK as Debian packs it.

Debian's package is fonts-noto-cjk 1:20220127+repack1-1: `apt-get download fonts-noto-cjk`, `dpkg-deb -x`. The licence reserves the name
Source and Noto is a trademark, so the subset has a name of its own.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from experiments.fonts import FAMILY, FILES, FOLDER, LATIN, LATIN_FILES, WEIGHTS, cut, keep

SIMPLIFIED_CHINESE = 2  # the place of Noto Sans CJK SC in the collection
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x202F, 0x203A), (0x2070, 0x209C), (0x20AC, 0x20AC), (0x2103, 0x2103), (0x2116, 0x2116),
    (0x2122, 0x2122), (0x0391, 0x03C9), (0x2190, 0x2199), (0x2200, 0x22FF), (0x2460, 0x2473), (0x25A0, 0x25FF), (0x2605, 0x2606),
    (0x2713, 0x2717), (0x3000, 0x3017), (0xFF01, 0xFF5E), (0xFFE5, 0xFFE5),
)  # fmt: skip


def main(source: Path) -> None:
    """Writes both weights and says how large they are."""
    from fontTools.ttLib import TTFont

    text = "".join(characters())
    for bold, path in FILES.items():
        weight = WEIGHTS[bold]
        (collection,) = source.rglob(f"NotoSansCJK-{weight}.ttc")
        font = TTFont(collection, fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False)
        keep(font, text)
        rename(font, weight)
        font.save(path)
        LATIN_FILES[bold].write_bytes(cut(path, "".join(sorted(LATIN)), "woff"))
        print(f"{path.name}: {len(font.getBestCmap()):,} characters, {path.stat().st_size:,} bytes")


def characters() -> Iterator[str]:
    """Latin, punctuation and symbols, the 3,755 common characters of GB 2312 (level 1), and whatever else our own texts use."""
    for first, last in RANGES:
        yield from map(chr, range(first, last + 1))
    for row in range(0xB0, 0xD8):
        yield bytes(byte for cell in range(0xA1, 0xFA if row == 0xD7 else 0xFF) for byte in (row, cell)).decode("gb2312")
    for path in texts():
        yield path.read_text(encoding="utf-8")


def texts() -> list[Path]:
    """The files whose words people see."""
    root = FOLDER.parent.parent
    return sorted([*(root / "experiments" / "words").glob("*.yaml"), *(root / "scenarios").rglob("*.yaml")])


def rename(font: object, weight: str) -> None:
    """Gives the font our own name, in the name table and inside the outlines."""
    post = f"{FAMILY.replace(' ', '')}-{weight}"
    names = {1: FAMILY, 2: weight, 3: f"1;{post}", 4: f"{FAMILY} {weight}", 6: post}
    for number, words in names.items():
        font["name"].setName(words, number, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames[0] = post
    top = outlines.topDictIndex[0]
    top.FullName, top.FamilyName, top.Weight = f"{FAMILY} {weight}", FAMILY, weight
    for inner in getattr(top, "FDArray", []):
        inner.FontName = f"{post}-{inner.FontName.rsplit('-', 1)[-1]}" if hasattr(inner, "FontName") else post


if __name__ == "__main__":
    main(Path(sys.argv[1]))
