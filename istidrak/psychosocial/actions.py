"""Writing notes, and opening them: each opening is recorded."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F

from istidrak.accounts.roles import Psychologist, SocialWorker
from istidrak.base import days, history
from istidrak.base.workflow import ReasonMissing
from istidrak.organisations.models import Organisation
from istidrak.outreach.rules.following import earliest_day
from istidrak.people.models import Person
from istidrak.psychosocial.models import Accompaniment, Note
from istidrak.psychosocial.queries import ACCOMPANIED, OPENED, texts_of
from istidrak.psychosocial.rules import date_problem
from istidrak.training.models import Enrolment

READERS = (SocialWorker, Psychologist)


class NotTheirs(Exception):
    """The user is neither the social worker nor the psychologist of that centre."""


class NotALearner(Exception):
    """The person is not, and was not, a learner of the centre."""


class BadNoteDay(Exception):
    """A day of a note that cannot be; `code` as in rules.date_problem."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


class EmptyNote(Exception):
    """A note without words."""


class OtherNote(Exception):
    """The note to correct is of another accompaniment, or the form was sent before with other words."""


def role_in(user: Any, centre: Organisation) -> str:
    """The code of the role in which a user reads the notes of a centre. Raises NotTheirs."""
    for role in READERS:
        if centre.pk in user.scope_as(role).organisations:
            return str(role.code)
    raise NotTheirs(user.pk)


@transaction.atomic
def write_note(
    *,
    by: Any,
    person: Person,
    centre: Organisation,
    kind: str,
    date: dt.date,
    text: str,
    submission: uuid.UUID,
    next_date: dt.date | None = None,
    corrects: Note | None = None,
) -> Note:
    """Write a note; the first begins the accompaniment. The next meeting is that of the latest note written.

    Neither the history nor the time line of the person holds anything of it. A form sent twice writes once. Raises
    NotTheirs, NotALearner, BadNoteDay, EmptyNote, OtherNote.
    """
    role = role_in(by, centre)
    known = Note.unscoped.filter(submission=submission).select_related("accompaniment").first()
    if known is not None:
        if (known.text, known.written_by_id, known.accompaniment.person_id) != (text.strip(), by.pk, person.pk):
            raise OtherNote(submission)
        return known
    problem = date_problem(date, next_date, days.today(), earliest_day(days.today().year - 2))
    if problem:
        raise BadNoteDay(problem)
    if not text.strip():
        raise EmptyNote
    accompaniment = _accompaniment(person, centre, date)
    if corrects is not None and corrects.accompaniment_id != accompaniment.pk:
        raise OtherNote(corrects.pk)
    note = Note.unscoped.create(
        accompaniment=accompaniment,
        submission=submission,
        kind=kind,
        date=date,
        text=text.strip(),
        next_date=next_date,
        corrects=corrects,
        written_by=by,
        written_role=role,
        written_at=days.now(),
    )
    Accompaniment.unscoped.filter(pk=accompaniment.pk).update(next_date=next_date)
    # Threaded to the accompaniment itself: the time line of the file says nothing of it.
    history.record(accompaniment, "write_note", by=by)
    return note


def _accompaniment(person: Person, centre: Organisation, date: dt.date) -> Accompaniment:
    # The row of the person is locked by an update: two first notes at once begin one accompaniment.
    Person.unscoped.filter(pk=person.pk).update(version=F("version"))
    known = Accompaniment.unscoped.filter(person=person, centre=centre).order_by("-pk").first()
    if known is not None:
        return known
    learns = Enrolment.unscoped.filter(person=person, group__centre=centre, state__in=ACCOMPANIED)
    if not learns.exists():
        raise NotALearner(person.pk)
    return Accompaniment.unscoped.create(person=person, centre=centre, start_date=date)


@transaction.atomic
def open_notes(*, by: Any, accompaniment: Accompaniment, reason: str) -> list[Note]:
    """The notes with their text; who opened them, when and why is recorded first.

    Raises NotTheirs, ReasonMissing.
    """
    role = role_in(by, accompaniment.centre)
    if not reason.strip():
        raise ReasonMissing(OPENED)
    history.audit(OPENED, accompaniment, by=by, reason=reason.strip(), centre=accompaniment.centre_id, role=role)
    return texts_of(accompaniment)
