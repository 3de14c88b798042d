"""Learners who stay away: somebody asks why, until they come again or leave."""

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.models.enrolments import Enrolment


class AbsenceFollowUp(models.Model):
    """A learner absent several times in a row without excuse: raised by a roll-call, one open at a time."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("absence", "To contact")
        CONTACTED = "CONTACTED", pgettext_lazy("absence", "Contacted, awaited")
        CAME_BACK = "CAME_BACK", pgettext_lazy("absence", "Came again")
        LEFT = "LEFT", pgettext_lazy("absence", "Left")
        SET_ASIDE = "SET_ASIDE", pgettext_lazy("absence", "Roll-call corrected")

    WAITING: ClassVar = (State.OPEN, State.CONTACTED)

    MOVES: ClassVar = {
        "contact": Move(
            frozenset(WAITING), State.CONTACTED, pgettext_lazy("absence", "Family contacted"), needs_reason=True
        ),
        "come_back": Move(frozenset(WAITING), State.CAME_BACK, pgettext_lazy("absence", "Came again")),
        "leave": Move(frozenset(WAITING), State.LEFT, pgettext_lazy("absence", "Left"), needs_reason=True),
        "set_aside": Move(frozenset(WAITING), State.SET_ASIDE, pgettext_lazy("absence", "Roll-call corrected")),
    }
    TONES: ClassVar = {
        State.OPEN: "red",
        State.CONTACTED: "orange",
        State.CAME_BACK: "green",
        State.LEFT: "secondary",
        State.SET_ASIDE: "secondary",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="absence_follow_ups")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="absence_follow_ups")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    since_date = models.DateField()  # of the first absence in the row
    last_date = models.DateField()  # of the last one counted
    count = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    ended_date = models.DateField(null=True, blank=True)

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["state", "due_date"])]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(state__in=["OPEN", "CONTACTED"]),
                name="training_absence_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.since_date}"
