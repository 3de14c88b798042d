"""What the pages of pairs and sharing say."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.base.workflow import MoveRefused
from istidrak.people.actions import AlreadyOne, AlreadyUndone, MassarCodeTaken, MergeBlocked, UndoBlocked
from istidrak.people.models import CandidatePair, SharingRequest
from istidrak.people.queries.sharing import RequestShown
from istidrak.people.words import row_word

TABS = (
    ("", gettext_lazy("To decide")),
    ("likely", gettext_lazy("Likely")),
    ("possible", gettext_lazy("Possible")),
    ("linked", gettext_lazy("Linked by code")),
    ("not_sure", gettext_lazy("Not sure")),
    ("elsewhere", gettext_lazy("Known elsewhere")),
    ("decided", gettext_lazy("Decided")),
)
DECIDED = {
    "same": gettext_lazy("The two files are one now. The next pair is below."),
    "other": gettext_lazy("They stay two persons. The next pair is below."),
    "not_sure": gettext_lazy("The pair is kept under “Not sure”. The next pair is below."),
}


def decided(pair: CandidatePair, verdict: str) -> str:
    """What a decision did."""
    return str(DECIDED[verdict])


def _state_now(error: MoveRefused) -> str:
    return str(CandidatePair.State(error.state).label)


def why_not_decided(error: Exception) -> str:
    """Why a decision was not taken, and what to settle first."""
    if isinstance(error, MoveRefused):
        return _("Somebody decided this pair meanwhile: “%(state)s”. Nothing was changed.") % {
            "state": _state_now(error)
        }
    if isinstance(error, AlreadyOne):
        return _("These two are one file already, by another decision.")
    if isinstance(error, MassarCodeTaken):
        return _code_taken(error)
    if isinstance(error, MergeBlocked) and error.decided is not None:
        return _("These files hold records that were decided to be of two persons: take that decision back first.")
    what = row_word(error.model) if isinstance(error, MergeBlocked) and error.model else ""
    return _("Both files have an entry that may exist only once: %(what)s. Settle it in one of them first.") % {
        "what": what
    }


def _code_taken(error: MassarCodeTaken) -> str:
    return _("This Massar code is verified for another file, %(number)s: settle that first.") % {
        "number": error.other.file_number
    }


def why_not_undone(error: Exception) -> str:
    """Why a decision was not taken back, and what to do first."""
    if isinstance(error, MoveRefused | AlreadyUndone):
        return _("Somebody took this decision back meanwhile. Nothing was changed.")
    if isinstance(error, UndoBlocked) and error.taken_by is not None:
        return _("The Massar code of the file to separate is verified for another file, %(number)s.") % {
            "number": error.taken_by.file_number
        }
    if isinstance(error, UndoBlocked):
        numbers = "، " if _is_arabic() else ", "
        return _("Later decisions stand on this one: take them back first, the newest first (files %(numbers)s).") % {
            "numbers": numbers.join(row.absorbed.file_number for row in error.later)
        }
    return why_not_decided(error)


def _is_arabic() -> bool:
    from django.utils.translation import get_language

    return get_language() == "ar"


def answered(request: SharingRequest) -> str:
    """What an answer did."""
    if request.state == SharingRequest.State.ACCEPTED:
        return _("The file is shared with %(body)s from today: identity and path, never restricted notes.") % {
            "body": request.asking
        }
    return _("The request is refused; the other directorate reads the reason.")


def sharing_columns() -> list[tuple[Any, float, str]]:
    """Columns of the workbook of requests."""
    return [
        (_("Direction"), 12, "text"),
        (_("Asking directorate"), 32, "text"),
        (_("Directorate asked"), 32, "text"),
        (_("File number"), 14, "text"),
        (_("Sent on"), 14, "day"),
        (_("State"), 24, "text"),
        (_("Answer"), 40, "text"),
    ]


def sharing_rows(received: Iterable[RequestShown], sent: Iterable[RequestShown]) -> Iterator[tuple[Any, ...]]:
    """Rows of that workbook; a person outside the reader's scope has no number."""
    for direction, rows in ((_("Requests received"), received), (_("Requests sent"), sent)):
        for shown in rows:
            row = shown.request
            number = shown.person.file_number if shown.person else ""
            yield (
                direction,
                str(row.asking),
                str(row.asked),
                number,
                row.sent_at,
                row.get_state_display(),
                row.answer,
            )
