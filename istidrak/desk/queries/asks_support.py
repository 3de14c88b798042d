"""What the transfers ask of each role."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from istidrak.desk.queries.asked import Ask
from istidrak.support.queries import waiting

_TODAY = _("Today")


def _instalments(label: Any, *states: str, role: str, when: Any = _TODAY) -> Ask:
    """Instalments whose next step is this role's."""
    return Ask(
        "support:payer" if role == "PAYER" else "support:instalments",
        label,
        when,
        lambda of: waiting.instalments_in(of.scope, *states),
        "orange",
        (role,),
    )


TRANSFERS = (
    Ask(
        "support:absences",
        _("Sheets of absences to validate"),
        _TODAY,
        lambda of: waiting.sheets_to_validate(of.scope),
        "orange",
        ("SCHOOL_HEAD",),
    ),
    Ask(
        "support:absences",
        _("Sheets of absences that the head gave back"),
        _TODAY,
        lambda of: waiting.sheets_returned(of.scope),
        "orange",
        ("GENERAL_SUPERVISOR",),
    ),
    Ask(
        "support:registrations_to_validate",
        _("Registrations to check"),
        _("This week"),
        lambda of: waiting.registrations_to_check(of.scope),
        roles=("SUPPORT_COORDINATOR",),
    ),
    Ask(
        "support:registrations",
        _("Registrations given back with a remark"),
        _("This week"),
        lambda of: waiting.registrations_returned(of.scope),
        roles=("SCHOOL_HEAD", "GENERAL_SUPERVISOR"),
    ),
    _instalments(_("Instalments to save or to sign"), "OPEN", "COMPUTED", "SAVED", role="SUPPORT_COORDINATOR"),
    _instalments(_("Instalments to check"), "PREPARED", role="PAYMENT_CHECKER"),
    _instalments(_("Instalments to authorise"), "CHECKED", role="PAYMENT_AUTHORISER"),
    _instalments(_("Instalments to send to the payer"), "AUTHORISED", role="SUPPORT_UNIT"),
    _instalments(_("Instalments to reconcile"), "SENT", role="SUPPORT_UNIT", when=_("This week")),
    Ask(
        "support:complaints",
        _("Complaints of families to answer"),
        _("By the day on the page"),
        lambda of: waiting.complaints_to_answer(of.scope),
        "orange",
        ("COMPLAINTS_OFFICER",),
    ),
    _instalments(_("Instalments to pay and to answer"), "SENT", role="PAYER", when=_("This week")),
)
