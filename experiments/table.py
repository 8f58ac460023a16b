"""Plain text tables: words left, numbers right, readable in a pipe; Chinese characters are two columns wide."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def table(head: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "  ", left: Sequence[int] = (0,)) -> str:
    """Rows of text in aligned columns under a head; the columns of `left` are set left, the others right."""
    widths = [max(wide(str(row[k])) for row in (head, *rows)) for k in range(len(head))]
    lines = [line(head, widths, indent, left), indent + "-" * (sum(widths) + 2 * (len(widths) - 1))]
    return "\n".join(lines + [line(row, widths, indent, left) for row in rows])


def line(row: Sequence[str], widths: Sequence[int], indent: str, left: Sequence[int]) -> str:
    """One line of a table."""
    cells = [set_in(str(cell), width, k in left) for k, (cell, width) in enumerate(zip(row, widths, strict=True))]
    return (indent + "  ".join(cells)).rstrip()


def set_in(cell: str, width: int, left: bool) -> str:
    """A cell filled up to a width, on the right or on the left."""
    fill = " " * (width - wide(cell))
    return cell + fill if left else fill + cell


def wide(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
