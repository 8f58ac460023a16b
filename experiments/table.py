"""Plain text tables: words left, numbers right, readable in a pipe."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "  ", left: Sequence[int] = (0,)) -> str:
    """Rows of text in aligned columns under a head; the columns of `left` are set left, the others right."""
    widths = [max(len(str(row[k])) for row in (head, *rows)) for k in range(len(head))]
    lines = [line(head, widths, indent, left), indent + "-" * (sum(widths) + 2 * (len(widths) - 1))]
    return "\n".join(lines + [line(row, widths, indent, left) for row in rows])


def line(row: Sequence[str], widths: Sequence[int], indent: str, left: Sequence[int]) -> str:
    """One line of a table."""
    cells = [str(cell).ljust(wide) if k in left else str(cell).rjust(wide) for k, (cell, wide) in enumerate(zip(row, widths, strict=True))]
    return (indent + "  ".join(cells)).rstrip()
