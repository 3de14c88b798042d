"""Tables of social support."""

from istidrak.support.models.absences import ControlVisit, MonthAbsence, MonthSheet
from istidrak.support.models.families import Adjustment, AdjustmentUse, Complaint, CoveredCommune, OtherAid
from istidrak.support.models.households import Guardian, Household, Registration
from istidrak.support.models.instalments import (
    Instalment,
    Line,
    PayerFile,
    Payment,
    PaymentEvent,
    PaymentHold,
    Purpose,
    Run,
    Signature,
)

__all__ = [
    "Adjustment",
    "AdjustmentUse",
    "Complaint",
    "ControlVisit",
    "CoveredCommune",
    "Guardian",
    "Household",
    "Instalment",
    "Line",
    "MonthAbsence",
    "MonthSheet",
    "OtherAid",
    "PayerFile",
    "Payment",
    "PaymentEvent",
    "PaymentHold",
    "Purpose",
    "Registration",
    "Run",
    "Signature",
]
