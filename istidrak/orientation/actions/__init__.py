"""Everything that may be done to an orientation. Views import this package only."""

from istidrak.orientation.actions.deciding import (
    AlreadyDecided,
    CouncilNeeded,
    DepartureNeedsReason,
    decide,
    propose,
    return_decision,
    withdraw,
)

__all__ = [
    "AlreadyDecided",
    "CouncilNeeded",
    "DepartureNeedsReason",
    "decide",
    "propose",
    "return_decision",
    "withdraw",
]
