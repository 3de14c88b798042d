"""States and their moves: one conditional UPDATE, one history row; stale and impossible moves are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from istidrak.base import history


@dataclass(frozen=True)
class Move:
    """From any of `sources` to `target`. `label` is the word on the button (lazy)."""

    sources: frozenset[str]
    target: str
    label: Any = ""
    needs_reason: bool = False


class MoveRefused(Exception):
    """The row is not, or no longer, in a state from which this move starts."""

    def __init__(self, verb: str, state: str):
        self.verb, self.state = verb, state
        super().__init__(f"{verb} is not possible from {state}")


class ReasonMissing(Exception):
    """This move needs a written reason."""


def open_moves(instance: models.Model) -> Mapping[str, Move]:
    """The moves of the model's table `MOVES` that start from the row's state, by verb."""
    return {verb: move for verb, move in instance.MOVES.items() if instance.state in move.sources}


@transaction.atomic
def move(
    instance: models.Model,
    verb: str,
    *,
    by: Any,
    reason: str = "",
    thread: models.Model | None = None,
    **columns: Any,
) -> None:
    """Carry out a move of `instance.MOVES` and set `columns` in the same UPDATE.

    Raises MoveRefused when another user moved the row meanwhile or the move does not start from its state,
    ReasonMissing when the move needs a reason and none was written.
    """
    chosen: Move = instance.MOVES[verb]
    before = instance.state
    if chosen.needs_reason and not reason.strip():
        raise ReasonMissing(verb)
    if before not in chosen.sources:
        raise MoveRefused(verb, before)
    changed = type(instance)._base_manager.filter(pk=instance.pk, state=before).update(state=chosen.target, **columns)
    if not changed:
        instance.refresh_from_db(fields=["state"])
        raise MoveRefused(verb, instance.state)
    instance.state = chosen.target
    for name, value in columns.items():
        setattr(instance, name, value)
    history.record(instance, verb, by=by, thread=thread, before=before, after=chosen.target, reason=reason)
