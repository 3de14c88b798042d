"""What orientation's pages read."""

from istidrak.orientation.queries.exits import (
    PARAMETERS,
    SOURCES,
    as_kept,
    difference,
    findings_for,
    kept_for,
    kept_of,
    receivers_of,
    shown,
    standing_decision,
)

__all__ = [
    "PARAMETERS",
    "SOURCES",
    "as_kept",
    "difference",
    "findings_for",
    "kept_for",
    "kept_of",
    "receivers_of",
    "shown",
    "standing_decision",
]
