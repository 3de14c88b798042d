"""Learners in groups."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.models.groups import Group


class Enrolment(models.Model):
    """A person in a group, from a day."""

    class State(models.TextChoices):
        ENROLLED = "ENROLLED", pgettext_lazy("learner", "Enrolled")
        SUSPENDED = "SUSPENDED", pgettext_lazy("learner", "Suspended")
        COMPLETED = "COMPLETED", pgettext_lazy("learner", "Completed")
        DROPPED_OUT = "DROPPED_OUT", pgettext_lazy("learner", "Dropped out")
        TRANSFERRED = "TRANSFERRED", pgettext_lazy("learner", "Transferred to another centre")
        RETURNED_TO_SCHOOL = "RETURNED_TO_SCHOOL", pgettext_lazy("learner", "Returned to formal school")

    # A learner who is suspended keeps the place: it is given to nobody until somebody says that they left.
    HOLDS_A_PLACE = (State.ENROLLED, State.SUSPENDED)

    MOVES: ClassVar = {
        "complete": Move(frozenset({State.ENROLLED}), State.COMPLETED, pgettext_lazy("learner", "Completed")),
        "suspend": Move(
            frozenset({State.ENROLLED}), State.SUSPENDED, pgettext_lazy("learner", "Suspend"), needs_reason=True
        ),
        "resume": Move(frozenset({State.SUSPENDED}), State.ENROLLED, pgettext_lazy("learner", "Resume")),
        "drop_out": Move(
            frozenset(HOLDS_A_PLACE), State.DROPPED_OUT, pgettext_lazy("learner", "Dropped out"), needs_reason=True
        ),
        "return_to_school": Move(
            frozenset(HOLDS_A_PLACE),
            State.RETURNED_TO_SCHOOL,
            pgettext_lazy("learner", "Returned to formal school"),
            needs_reason=True,
        ),
        "transfer": Move(
            frozenset(HOLDS_A_PLACE), State.TRANSFERRED, pgettext_lazy("learner", "Transferred to another centre")
        ),
        "take_back": Move(
            frozenset({State.DROPPED_OUT, State.RETURNED_TO_SCHOOL}), State.ENROLLED, _("Back in the group")
        ),
    }

    TONES: ClassVar = {
        State.ENROLLED: "blue",
        State.SUSPENDED: "orange",
        State.COMPLETED: "green",
        State.DROPPED_OUT: "orange",
        State.TRANSFERRED: "purple",
        State.RETURNED_TO_SCHOOL: "green",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="enrolments")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="enrolments")
    decision = models.ForeignKey(
        "orientation.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=18, choices=State.choices, default=State.ENROLLED)
    enrolled_date = models.DateField()
    left_date = models.DateField(null=True, blank=True)
    leaving_cause = models.CharField(max_length=20, blank=True)  # of the list of causes; empty: not said
    suspended_date = models.DateField(null=True, blank=True)  # since when, while suspended

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="training_enrolment_once")]
        indexes = [models.Index(fields=["group", "state"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group_id}"
