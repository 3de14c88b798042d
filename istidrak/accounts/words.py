"""What was done to an account, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import AccountRequest, User
from istidrak.accounts.roles import ROLES
from istidrak.base import history

SHOWN = 12
WORDS = {
    "create_account": _("Account made"),
    "grant": _("Role given"),
    "end_assignment": _("Role ended"),
    "reset_password": _("New slip"),
    "unlock_account": _("Unlocked"),
    "close_account": _("Closed"),
    "open_account": _("Opened again"),
    "set_up_factor": _("Second factor set up"),
    "drop_factor": _("Second factor switched off"),
    "remove_factor": _("Second factor removed"),
    "new_codes": _("New recovery codes"),
    "ask_for_account": _("Asked for, waits for a second person"),
    "refuse_request": _("Request refused by the second person"),
}


def history_in_words(user: User) -> list[dict[str, Any]]:
    """The last things done to an account: when, what, by whom, why; newest first; one query."""
    return [
        {
            "at": row.at,
            "what": WORDS.get(row.verb, row.verb),
            "of": _of(row.details),
            "by": row.by,
            "reason": row.reason,
        }
        for row in history.of_threads([user])[:SHOWN]
    ]


def _of(details: dict[str, Any]) -> Any:
    """The role or the request that a row is about."""
    if details.get("role") in ROLES:
        return ROLES[details["role"]].label
    return AccountRequest.Kind(details["kind"]).label if "kind" in details else ""
