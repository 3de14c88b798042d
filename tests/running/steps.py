"""What something costs, as a number that is the same on every machine."""

import sys
from collections.abc import Callable


def steps(do: Callable[[], object]) -> int:
    """How many functions are called, those of Python and of its libraries: seconds tell who else is at work."""
    count = 0

    def called(_frame: object, event: str, _of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count
