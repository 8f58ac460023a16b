"""A picture as a page shows it; nothing that draws is loaded to hold one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """One picture of a report."""

    name: str  # also the prefix of its ids
    finding: str  # its title: what it shows, as far as the intervals allow
    subtitle: str  # what is drawn, of how many, with which intervals
    alt: str  # the same in words and numbers, for those who cannot see it
    svg: str
