"""The menu of each role."""

from typing import Any


def menu_of(user: Any) -> list[dict[str, Any]]:
    """Entries the user may open: label, address."""
    return []
