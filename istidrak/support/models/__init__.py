"""Tables of social support."""

from istidrak.support.models.absences import ControlVisit, MonthAbsence, MonthSheet
from istidrak.support.models.households import Guardian, Household, Registration
from istidrak.support.models.instalments import (
    Instalment,
    Line,
    PayerFile,
    Payment,
    PaymentEvent,
    Purpose,
    Run,
    Signature,
)

__all__ = [
    "ControlVisit",
    "Guardian",
    "Household",
    "Instalment",
    "Line",
    "MonthAbsence",
    "MonthSheet",
    "PayerFile",
    "Payment",
    "PaymentEvent",
    "Purpose",
    "Registration",
    "Run",
    "Signature",
]
