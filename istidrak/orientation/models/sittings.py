"""A committee's sitting: its members, its agenda line by line, its minutes once closed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.orientation.access import SittingLineScope, SittingScope
from istidrak.orientation.models.decisions import Exit

USER = settings.AUTH_USER_MODEL
ORGANISATION = "organisations.Organisation"


class Sitting(models.Model):
    """A session of the committee of a centre (which proposes) or of a directorate (which decides).

    `minutes` is written once, when it is closed: what is printed later is what was decided.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("sitting", "Being held")
        CLOSED = "CLOSED", pgettext_lazy("sitting", "Closed, minutes written")

    MOVES: ClassVar = {
        "close": Move(frozenset({State.OPEN}), State.CLOSED, pgettext_lazy("sitting", "Close the sitting")),
    }
    TONES: ClassVar = {State.OPEN: "orange", State.CLOSED: "green"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # in the season, for the body
    held_date = models.DateField()
    held_at = models.CharField(max_length=160)  # the place, in words
    receiver = models.ForeignKey(  # the centre that receives unless a line says otherwise
        ORGANISATION, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    submission = models.UUIDField(unique=True)
    minutes = models.JSONField(default=dict)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_manager(SittingScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["season", "body", "number"], name="orientation_sitting_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.season}"


class SittingMember(models.Model):
    """Who sat, by name and function."""

    class Part(models.TextChoices):
        CHAIR = "CHAIR", _("Chair")
        SECRETARY = "SECRETARY", _("Secretary")
        MEMBER = "MEMBER", _("Member")

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    function = models.CharField(max_length=160, blank=True)
    part = models.CharField(max_length=9, choices=Part.choices, default=Part.MEMBER)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "position"], name="orientation_member_once"),
            models.UniqueConstraint(
                fields=["sitting", "part"],
                condition=Q(part__in=["CHAIR", "SECRETARY"]),
                name="orientation_one_chair_one_secretary",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SittingLine(models.Model):
    """A case on an agenda: to decide, chosen (with the findings as they stood), postponed, or not possible."""

    class State(models.TextChoices):
        TO_DECIDE = "TO_DECIDE", pgettext_lazy("line", "To decide")
        CHOSEN = "CHOSEN", pgettext_lazy("line", "Chosen")
        POSTPONED = "POSTPONED", pgettext_lazy("line", "Postponed")
        TAKEN_OFF = "TAKEN_OFF", pgettext_lazy("line", "Taken off the agenda")
        WRITTEN = "WRITTEN", pgettext_lazy("line", "In the minutes")
        NOT_WRITTEN = "NOT_WRITTEN", pgettext_lazy("line", "Could not be written")

    AWAITED = (State.TO_DECIDE, State.CHOSEN)
    _OPEN = frozenset({State.TO_DECIDE, State.CHOSEN, State.POSTPONED})
    MOVES: ClassVar = {
        "choose": Move(_OPEN, State.CHOSEN, pgettext_lazy("line", "Choose")),
        "postpone": Move(_OPEN, State.POSTPONED, pgettext_lazy("line", "Postpone"), needs_reason=True),
        "reconsider": Move(_OPEN, State.TO_DECIDE, pgettext_lazy("line", "Take up again")),
        "take_off": Move(_OPEN, State.TAKEN_OFF, pgettext_lazy("line", "Take off the agenda"), needs_reason=True),
        "write": Move(frozenset({State.CHOSEN}), State.WRITTEN, pgettext_lazy("line", "In the minutes")),
        "leave": Move(frozenset({State.CHOSEN}), State.NOT_WRITTEN, pgettext_lazy("line", "Could not be written")),
    }
    TONES: ClassVar = {
        State.TO_DECIDE: "orange",
        State.CHOSEN: "blue",
        State.WRITTEN: "green",
        State.NOT_WRITTEN: "red",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey("outreach.Case", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.TO_DECIDE)
    version = models.PositiveIntegerField(default=1)  # grows at each change: two editors are told
    exit = models.CharField(max_length=16, choices=Exit.choices, blank=True)
    receiver = models.ForeignKey(ORGANISATION, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        "programmes.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    findings = models.JSONField(default=dict)  # as they stood when the committee chose
    follows_aid = models.BooleanField(null=True, blank=True)
    reason = models.TextField(blank=True)  # of a departure, of a postponement, of taking off
    problem = models.CharField(max_length=20, blank=True)  # code of why it could not be written
    decision = models.OneToOneField(
        "orientation.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="sitting_line"
    )
    correction_reason = models.TextField(blank=True)
    corrects = models.ForeignKey(  # a line of earlier minutes, which stay as they are
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )

    objects = scoped_manager(SittingLineScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "case"], name="orientation_case_once_on_an_agenda"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["TO_DECIDE", "CHOSEN"]),
                name="orientation_case_on_one_open_agenda",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.position}"
