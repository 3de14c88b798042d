"""How much of the transfers waits for somebody: sheets, registrations, instalments, the payer's answer."""

from istidrak.base.scope import Scope
from istidrak.support.models import Complaint, Instalment, MonthSheet, Registration


def sheets_to_validate(scope: Scope) -> int:
    """Sheets of absences that wait for the head."""
    return MonthSheet.objects.visible_to(scope).filter(state=MonthSheet.State.ENTERED).count()


def sheets_returned(scope: Scope) -> int:
    """Sheets that the head gave back to whoever enters."""
    rows = MonthSheet.objects.visible_to(scope).filter(state=MonthSheet.State.OPEN, entered_at__isnull=False)
    return rows.count()


def registrations_to_check(scope: Scope) -> int:
    """Registrations that nobody checked yet."""
    return Registration.objects.visible_to(scope).filter(state=Registration.State.SUBMITTED).count()


def registrations_returned(scope: Scope) -> int:
    """Registrations given back to their school with a remark."""
    return Registration.objects.visible_to(scope).filter(state=Registration.State.RETURNED).count()


def instalments_in(scope: Scope, *states: str) -> int:
    """Instalments of the territory that stand in one of these states."""
    return Instalment.objects.visible_to(scope).filter(state__in=states).count()


def complaints_to_answer(scope: Scope) -> int:
    """Objections of families without an answer."""
    return Complaint.objects.visible_to(scope).filter(state=Complaint.State.RECEIVED).count()
