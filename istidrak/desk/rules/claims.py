"""Which of our counts a figure said in public is: one of them exactly, or none, and then which comes nearest."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What a figure is beside our counts: codes that equal it, else the nearest and by how much it differs."""

    matches: tuple[str, ...]
    nearest: str | None
    difference: int | None  # the figure less the nearest count

    @property
    def is_matched(self) -> bool:
        """True when one of the counts is exactly the figure."""
        return bool(self.matches)


def read_claim(value: int, counts: Mapping[str, int | None]) -> Reading:
    """Compare a figure with counts by code; a count that cannot be known (None) matches nothing.

    Of two counts equally near the smaller is named, since an announcement seldom says less than there is. A count
    of nobody is no match for anything but nobody, and is never the nearest: it would explain nothing.
    """
    known = {code: count for code, count in counts.items() if count is not None}
    matches = tuple(code for code, count in known.items() if count == value and (count or not value))
    some = {code: count for code, count in known.items() if count}
    if matches or not some:
        return Reading(matches, None, None)
    nearest = min(some, key=lambda code: (abs(some[code] - value), some[code]))
    return Reading((), nearest, value - some[nearest])
