"""Which of two cases of one person goes on when they become one. Pure."""

# How far the following has come; a state that is not here is over. Values of Case.State.
FARTHEST_FIRST = ("REFERRED", "FOLLOWED", "TO_VISIT", "NAMED")


def how_far(state: str, is_awaited: bool) -> tuple[bool, int]:
    """What to compare of two cases: the greater goes on, the older one when they are equal.

    `is_awaited`: an arrival is awaited somewhere. Such a referral stays with its case.
    """
    steps = len(FARTHEST_FIRST)
    if state not in FARTHEST_FIRST:
        return (False, -1)
    return (is_awaited, steps - FARTHEST_FIRST.index(state))
