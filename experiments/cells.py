"""Sheets as people save them: any of the usual encodings and separators, and numbers as Excel shows them."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from unicodedata import normalize

from sim.schema import ConfigError

WIDEST = 1024 * 1024  # bytes
SEPARATORS = ",;\t"
EMPTY = frozenset({"", "-", "–", "—", "n/a", "无"})
BLANKS = re.compile(r"[\s'’_\u200b\ufeff]")
MONEY = re.compile(r"^(rmb|cny|¥|￥)|(rmb|cny|¥|元)$", re.IGNORECASE)
CHINESE = {"万": 1e4, "亿": 1e8}  # 12万 is 120,000
GROUPED = {".": re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?"), ",": re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?")}  # by decimal sign
PLAIN = {".": re.compile(r"\d+\.?\d*|\.\d+"), ",": re.compile(r"\d+,?\d*|,\d+")}
TWICE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 160,000 and 160.000 are thousands to some and decimals to others


def sheet(path: Path) -> tuple[list[list[str]], str]:
    """The rows of a text sheet, empty ones too, and the sign that separates their cells.

    Raises ConfigError where the file is not one.
    """
    try:
        if path.stat().st_size > WIDEST:
            raise ConfigError([f"{path} is larger than {WIDEST // 1024} KiB; a sheet of your numbers has a few"])
        text = decoded(path)
    except OSError as error:
        raise ConfigError([f"my={path} cannot be read: {error.strerror or error}"]) from None
    first, _, rest = text.partition("\n")
    if said := re.fullmatch(r'"?sep=(.)"?', first.strip(" ")):
        return list(csv.reader(StringIO(rest), delimiter=said[1])), said[1]
    bare = re.sub(r'"[^"]*"', "", first)
    sign = max(SEPARATORS, key=bare.count)
    return list(csv.reader(StringIO(text), delimiter=sign)), sign


def decoded(path: Path) -> str:
    """The text of a file in UTF-8 with or without a mark, UTF-16 with one, or GB18030; every line ends with a line feed.

    Raises ConfigError where it is a workbook or no text.
    """
    raw = path.read_bytes()
    if raw.startswith((b"PK", b"\xd0\xcf")):
        raise ConfigError([f"{path} is a workbook; save it in Excel as 'CSV UTF-8'"])
    kinds = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for kind in kinds:
        try:
            text = raw.decode(kind)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ConfigError([f"{path} is not text in UTF-8, UTF-16 or GB18030; save it in Excel as 'CSV UTF-8'"])


def tidy(cell: str) -> str:
    """A cell without outer blanks, full-width digits and signs made plain; nothing where it only says that nothing is there."""
    text = normalize("NFKC", cell).strip().replace("−", "-").replace("，", ",")
    return "" if text.lower() in EMPTY else text


def bare(text: str) -> tuple[str, float]:
    """The digits and signs of a tidy cell, and what they are multiplied by: per cent, 万, 亿; money signs are dropped."""
    text, factor = MONEY.sub("", BLANKS.sub("", text)), 1.0
    if text[-1:] in CHINESE:
        factor, text = CHINESE[text[-1]], text[:-1]
    if text[-1:] == "%":
        factor, text = factor / 100, text[:-1]
    return text, factor


def decimal_sign(cells: Iterator[str]) -> str | None:
    """The decimal sign that the cells of a sheet prove; None where nothing does, or they contradict each other."""
    found = set()
    for cell in cells:
        text = bare(tidy(cell))[0].lstrip("+-")
        fits = [sign for sign in ".," if GROUPED[sign].fullmatch(text) or PLAIN[sign].fullmatch(text)]
        if len(fits) == 1 and not TWICE.fullmatch(text):
            found |= set(fits)
    return found.pop() if len(found) == 1 else None


def values_of(cell: str, sign: str) -> list[float]:
    """What a tidy cell can mean as a number, the likeliest first; nothing where it is no number.

    sign  the decimal sign of the sheet
    """
    text, factor = bare(cell)
    minus = -1.0 if text.startswith("-") else 1.0
    text = text[1:] if text[:1] in ("+", "-") else text
    if re.fullmatch(r"\d+(\.\d+)?[eE][+-]?\d+", text):
        return [exact(minus * float(text), factor)]
    found = []
    for decimal in (sign, "." if sign == "," else ","):
        other = "," if decimal == "." else "."
        if GROUPED[decimal].fullmatch(text) or PLAIN[decimal].fullmatch(text):
            found.append(exact(minus * float(text.replace(other, "").replace(decimal, ".")), factor))
    return list(dict.fromkeys(found))


def exact(value: float, factor: float) -> float:
    """A product of decimals without the dust of binary ones: 13 % is 0.13."""
    return float(f"{value * factor:.15g}")
