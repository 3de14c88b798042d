"""Sessions and their roll-calls."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.training.access import OfGroupScope
from istidrak.training.models.calendar import Closure, TimetableEntry
from istidrak.training.models.enrolments import Enrolment
from istidrak.training.models.groups import Group


class Session(models.Model):
    """A lesson, workshop or activity of a group. A session whose roll-call was not opened is "not taken"."""

    Kind = TimetableEntry.Kind

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Roll-call not taken")
        OPENED = "OPENED", _("Roll-call open")
        CLOSED = "CLOSED", _("Roll-call done")
        CANCELLED = "CANCELLED", pgettext_lazy("session", "Cancelled")

    # Of a day that has come, these wait for somebody; a cancelled session waits for nobody.
    WAITING: ClassVar = (State.PLANNED, State.OPENED)

    MOVES: ClassVar = {
        "open": Move(frozenset({State.PLANNED}), State.OPENED, _("Open the roll-call")),
        "close": Move(frozenset({State.OPENED}), State.CLOSED, _("Roll-call done")),
        "reopen": Move(frozenset({State.CLOSED}), State.OPENED, _("Correct the roll-call"), needs_reason=True),
        "cancel": Move(
            frozenset({State.PLANNED}), State.CANCELLED, pgettext_lazy("session", "Cancelled"), needs_reason=True
        ),
        "restore": Move(frozenset({State.CANCELLED}), State.PLANNED, pgettext_lazy("session", "Planned again")),
    }

    TONES: ClassVar = {
        State.PLANNED: "orange",
        State.OPENED: "blue",
        State.CLOSED: "green",
        State.CANCELLED: "secondary",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    submission = models.UUIDField(null=True, blank=True, unique=True)  # a form sent twice plans once
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="sessions")
    date = models.DateField()
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.LESSON)
    title = models.CharField(max_length=120, blank=True)
    host = models.ForeignKey(  # the school in which former learners are accompanied
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    entry = models.ForeignKey(
        TimetableEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    # What cancelled it, when days were closed after it was planned.
    closure = models.ForeignKey(Closure, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    version = models.PositiveIntegerField(default=1)  # grows with each change of a mark: two editors are told
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)

    objects = scoped_manager(OfGroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["group", "date"]), models.Index(fields=["state", "date"])]
        constraints = [models.UniqueConstraint(fields=["entry", "date"], name="training_session_once_an_entry")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.date}"


class Attendance(models.Model):
    """One learner in one session whose roll-call was opened."""

    class Mark(models.TextChoices):
        PRESENT = "PRESENT", _("Present")
        ABSENT = "ABSENT", _("Absent")
        LATE = "LATE", pgettext_lazy("roll-call", "Late")
        EXCUSED = "EXCUSED", _("Excused absence")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    mark = models.CharField(max_length=7, choices=Mark.choices)
    # Counted towards the arrival of a referral: a roll-call corrected and closed again counts nobody twice.
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="training_attendance_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.enrolment_id} {self.mark}"
