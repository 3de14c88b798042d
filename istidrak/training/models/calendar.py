"""Days without lessons, and what a group does each week."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.words import Bilingual
from istidrak.base.workflow import Move
from istidrak.training.access import ClosureScope, OfGroupScope
from istidrak.training.models.groups import Group

USER = settings.AUTH_USER_MODEL


class Closure(Bilingual, models.Model):
    """Days, both ends included, on which nobody is taught: in the country, a territory, or one centre.

    The country's fixed holidays are a parameter, not rows; these are what moves each year or happens in one place.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "HOLIDAY", _("National or religious holiday")
        SCHOOL_HOLIDAY = "SCHOOL_HOLIDAY", _("School holiday")
        OTHER = "OTHER", pgettext_lazy("closed day", "Other reason")

    class State(models.TextChoices):
        HOLDS = "HOLDS", pgettext_lazy("closed day", "Holds")
        TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("closed day", "Taken back")

    MOVES: ClassVar = {
        "take_back_closure": Move(
            frozenset({State.HOLDS}),
            State.TAKEN_BACK,
            pgettext_lazy("closed day", "Taken back"),
            needs_reason=True,
        )
    }
    TONES: ClassVar = {State.HOLDS: "orange", State.TAKEN_BACK: "secondary"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    submission = models.UUIDField(null=True, blank=True, unique=True)  # a form sent twice closes once
    kind = models.CharField(max_length=14, choices=Kind.choices)
    name_ar = models.CharField(max_length=160, blank=True)
    name_fr = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=200, blank=True)  # the text that says so, when there is one
    start_date = models.DateField()
    end_date = models.DateField()
    # null: the whole country.
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.HOLDS)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = scoped_manager(ClosureScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["start_date", "end_date"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__gte=models.F("start_date")), name="training_closure_forwards"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TimetableEntry(models.Model):
    """What a group does on a day of the week, from day to day; the plan makes its sessions."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    class Kind(models.TextChoices):
        LESSON = "LESSON", _("Lesson")
        WORKSHOP = "WORKSHOP", _("Workshop")
        ACTIVITY = "ACTIVITY", _("Activity")
        ACCOMPANIMENT = "ACCOMPANIMENT", _("Accompaniment in a school")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="timetable")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.LESSON)
    title = models.CharField(max_length=120, blank=True)
    host = models.ForeignKey(  # the school in which former learners are accompanied
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    first_date = models.DateField()
    last_date = models.DateField()

    objects = scoped_manager(OfGroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["weekday", "starts_at", "pk"]
        constraints = [
            # A form sent twice writes once; the same hour twice is a mistake anyhow.
            models.UniqueConstraint(
                fields=["group", "weekday", "kind", "title", "first_date"], name="training_timetable_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.weekday} {self.title}"
