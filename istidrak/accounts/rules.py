"""Who may grant what: nobody to themselves, nobody above their own level, nobody outside their territory."""

from collections.abc import Iterable
from enum import Enum
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


class Power(Enum):
    """What an officer may do with an account: alone, with a second person, or not at all."""

    ALONE = "ALONE"
    WITH_A_SECOND = "WITH_A_SECOND"
    NONE = "NONE"


def power_over(
    held: Iterable[tuple[Any, tuple[int, int]]],
    roles: Iterable[tuple[Any, int | None]],
    *,
    is_self: bool,
) -> Power:
    """Whether one who holds `held` (role, span) may reset an account of these (role, place number) pairs.

    Each role must be one that they could grant. Alone, when each stands below a level of theirs; an account of
    the same level takes a second person: whoever resets an account can sign in with it. An account without a
    role opens nothing: the national level resets it.
    """
    held, roles = list(held), list(roles)
    if is_self:
        return Power.NONE
    if not roles:
        is_national = any(own.code in GRANTING_ROLES and own.level == NATIONAL for own, _span in held)
        return Power.ALONE if is_national else Power.NONE
    if not all(may_grant(held, role, place, is_self=False) for role, place in roles):
        return Power.NONE
    above = [(own, span) for own, span in held if all(role.level < own.level for role, _place in roles)]
    is_above = all(may_grant(above, role, place, is_self=False) for role, place in roles)
    return Power.ALONE if is_above else Power.WITH_A_SECOND
