"""Who may grant what: nobody to themselves, nobody above their own level, nobody outside their territory."""

from collections.abc import Iterable
from typing import Any

# The levels whose officers make accounts: provincial (2), regional (3), national (4).
LOWEST_GRANTING_LEVEL = 2
NATIONAL = 4
GRANTING_ROLES = {"NATIONAL_OFFICER", "ACADEMY_OFFICER", "DIRECTORATE_OFFICER", "SYSTEM_ADMINISTRATOR"}


def may_grant(
    held: Iterable[tuple[Any, tuple[int, int]]], role: Any, place_number: int | None, *, is_self: bool
) -> bool:
    """True when one of the held (role, span) pairs may grant `role` in a body at `place_number`.

    A body without a place is the ministry: only the national level grants there. The role granted is at or
    below the level of the one who grants, and one who reads no file grants no role that reads them.
    """
    if is_self:
        return False
    for own, (low, high) in held:
        if own.code not in GRANTING_ROLES or own.level < LOWEST_GRANTING_LEVEL or role.level > own.level:
            continue
        if role.reads_files and not own.reads_files:
            continue  # whoever opens no file must not open one through an account of their making
        if own.level == NATIONAL or (place_number is not None and low <= place_number <= high):
            return True
    return False
