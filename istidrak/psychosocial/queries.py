"""What the pages of accompaniment show; the text of notes leaves here by one function alone."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from istidrak.accounts.models import User
from istidrak.base.history import key_of
from istidrak.base.models import AuditRecord
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.psychosocial.models import Accompaniment, Note
from istidrak.training.models import Enrolment

OPENED = "open_notes"  # the verb of the audit
# Whose path in the centre is not over, or ended by completing or leaving: not who was handed to another centre.
ACCOMPANIED = ("ENROLLED", "SUSPENDED", "COMPLETED", "DROPPED_OUT", "RETURNED_TO_SCHOOL")


def standing(scope: Scope, person: Person) -> list[Accompaniment]:
    """That a person is accompanied, where and until when, as far as the reader may know; no note is read."""
    rows = Accompaniment.objects.visible_to(scope).filter(person=person)
    return list(rows.select_related("centre").order_by("-pk"))


def accompaniments(scope: Scope) -> QuerySet[Accompaniment]:
    """Accompaniments that the reader's own centres keep, whether the person is still there or not.

    Give it a scope of the two roles that read notes, never a wider one.
    """
    # unscoped: the person may have left and be tied to the centre no more; the centre keeps what it wrote.
    return Accompaniment.unscoped.filter(centre__in=scope.organisations).select_related("person", "centre")


def count_overdue(scope: Scope, day: dt.date) -> int:
    """Meetings planned before a day and not held: for the lists of what is to do."""
    return accompaniments(scope).filter(next_date__lt=day).count()


def learners_without(scope: Scope) -> QuerySet[Enrolment]:
    """Learners enrolled in the reader's own centres whom nobody accompanies there."""
    known = Accompaniment.unscoped.filter(person=OuterRef("person"), centre=OuterRef("group__centre"))
    return (
        Enrolment.objects.visible_to(scope)
        .filter(~Q(Exists(known)), group__centre__in=scope.organisations, state="ENROLLED")
        .select_related("person", "group__centre")
    )


def centre_of(scope: Scope, person: Person) -> Organisation | None:
    """The reader's centre in which a person is, or was, a learner: where a note may be written; the latest."""
    rows = Enrolment.objects.visible_to(scope).filter(
        person=person, state__in=ACCOMPANIED, group__centre__in=scope.organisations
    )
    latest = rows.select_related("group__centre").order_by("-pk").first()
    return latest.group.centre if latest else None


def outline(accompaniment: Accompaniment) -> list[Note]:
    """Notes in outline, the newest day first: day, kind, who wrote them. Their text is not read from the database."""
    rows = Note.unscoped.filter(accompaniment=accompaniment).defer("text").select_related("written_by")
    return list(rows.order_by("-date", "-pk"))


def texts_of(accompaniment: Accompaniment) -> list[Note]:
    """The notes with their text, the newest day first. Only the action that records the opening calls this."""
    rows = Note.unscoped.filter(accompaniment=accompaniment).select_related("written_by", "corrects")
    return list(rows.order_by("-date", "-pk"))


def openings_of(accompaniment: Accompaniment) -> QuerySet[AuditRecord]:
    """Who opened the notes of an accompaniment, when and why, the newest first."""
    rows = AuditRecord.objects.filter(subject=key_of(accompaniment), verb=OPENED)
    return rows.select_related("by").order_by("-at", "-pk")


def openings_by_user(scope: Scope) -> list[dict[str, Any]]:
    """How often each user opened notes, by centre of the territory: numbers, neither persons nor reasons."""
    inside = Organisation.objects.filter(scope.q(place="place_number"), kind="CENTRE")
    centres = {centre.pk: centre for centre in inside}
    rows = (
        AuditRecord.objects.filter(verb=OPENED, details__centre__in=list(centres))
        .order_by()
        .values("by", "details__centre")
        .annotate(number=Count("pk"), last=Max("at"), files=Count("subject", distinct=True))
        .order_by("-number", "by")
    )
    lines = [{**row, "centre": centres[row["details__centre"]]} for row in rows]
    users = User.objects.in_bulk({line["by"] for line in lines})
    return [{**line, "user": users[line["by"]]} for line in lines]


def overdue_first(scope: Scope) -> QuerySet[Accompaniment]:
    """Accompaniments in the order of the next meeting; those without one last."""
    return accompaniments(scope).order_by(F("next_date").asc(nulls_last=True), "pk")
