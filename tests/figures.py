"""Figures that tests come to, kept for the page of evidence (tests/conftest.py writes them)."""

KEPT: list[tuple[str, object]] = []


def record_figure(what: str, figure: object) -> None:
    """Keeps a figure of the test that runs now: words, a number, or what `worlds.agrees` has found. It must fit in JSON."""
    KEPT.append((what, figure))
