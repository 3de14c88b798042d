"""Absences of pupils by month: a sheet per school and month, entered by one, validated by another."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.support.access import OfSchoolScope
from istidrak.support.models.households import Registration


class MonthSheet(models.Model):
    """The absences of one school in one month (201809). Validated, a pupil without a row was never absent.

    Whoever entered it does not validate it. A validated sheet takes corrections only, each with a reason.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("sheet", "Being entered")
        ENTERED = "ENTERED", pgettext_lazy("sheet", "To validate")
        VALIDATED = "VALIDATED", pgettext_lazy("sheet", "Validated")

    MOVES: ClassVar = {
        "enter": Move(frozenset({State.OPEN}), State.ENTERED, pgettext_lazy("sheet", "Hand over to the head")),
        "validate": Move(frozenset({State.ENTERED}), State.VALIDATED, pgettext_lazy("sheet", "Validate")),
        "return": Move(
            frozenset({State.ENTERED}), State.OPEN, pgettext_lazy("sheet", "Return with a remark"), needs_reason=True
        ),
    }
    TONES: ClassVar = {State.OPEN: "orange", State.ENTERED: "blue", State.VALIDATED: "green"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    school = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="month_sheets")
    school_year = models.PositiveSmallIntegerField()
    month = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    validated_at = models.DateTimeField(null=True, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)  # of the school's export, when one was imported

    objects = scoped_manager(OfSchoolScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["month", "state"])]
        constraints = [models.UniqueConstraint(fields=["school", "month"], name="support_sheet_once")]

    def __str__(self) -> str:
        return f"{self.school_id} {self.month}"


class MonthAbsence(models.Model):
    """What one pupil missed in one month: days and hours, excused or not. A pupil never absent has no row.

    A correction after validation writes the counts anew; history keeps what they were, who changed them and why.
    """

    sheet = models.ForeignKey(MonthSheet, on_delete=models.PROTECT, related_name="absences")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="absences")
    unexcused_days = models.PositiveSmallIntegerField(default=0)
    excused_days = models.PositiveSmallIntegerField(default=0)
    unexcused_hours = models.PositiveSmallIntegerField(default=0)
    excused_hours = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["sheet", "registration"], name="support_absence_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.registration_id}"


class ControlVisit(models.Model):
    """A school drawn so that somebody compares the sheet with the classes: what was found is kept beside it."""

    class State(models.TextChoices):
        DRAWN = "DRAWN", pgettext_lazy("control", "To visit")
        DONE = "DONE", pgettext_lazy("control", "Visited")

    MOVES: ClassVar = {
        "report": Move(
            frozenset({State.DRAWN}), State.DONE, pgettext_lazy("control", "Write what was found"), needs_reason=True
        )
    }
    TONES: ClassVar = {State.DRAWN: "blue", State.DONE: "green"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    school = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    month = models.PositiveIntegerField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAWN)
    seed = models.CharField(max_length=64)  # of the draw: whoever has it draws the same schools again
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    visited_date = models.DateField(null=True, blank=True)
    pupils_seen = models.PositiveIntegerField(null=True, blank=True)
    pupils_differing = models.PositiveIntegerField(null=True, blank=True)

    objects = scoped_manager(OfSchoolScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["school", "month"], name="support_control_once")]

    def __str__(self) -> str:
        return f"{self.school_id} {self.month}"
