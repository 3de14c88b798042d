"""The children of one family as facts: each with a number of its own, each fact of its kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from istidrak.base.rules import Column


def numbered(children: Sequence[Mapping[str, Any]], facts: Mapping[str, Column]) -> list[dict[str, Any]]:
    """The facts of each child by column name; one without a number gets its place in the list.

    Raises TypeError when a fact is not of its kind, ValueError when a number stands twice.
    """
    rows = [{**child} for child in children]
    for number, row in enumerate(rows, 1):
        row["child"] = number if row.get("child") is None else row["child"]
        for name, column in facts.items():
            if not column.accepts(row.get(name)):
                raise TypeError(f"{name} is {row[name]!r}, not {column.kind.__name__}")
    if len({row["child"] for row in rows}) < len(rows):
        raise ValueError("child: a number stands twice")
    return rows
