"""What the class council of a school is asked and what it decided."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.orientation.access import CouncilScope

USER = settings.AUTH_USER_MODEL


class CouncilRequest(models.Model):
    """A return beyond the automatic age, put to the class council of the receiving school.

    A refusal needs a written reason; behaviour is a ground only with a documented file (note of September 2025).
    """

    class State(models.TextChoices):
        ASKED = "ASKED", pgettext_lazy("council", "Awaited")
        ACCEPTED = "ACCEPTED", pgettext_lazy("council", "Accepted by the council")
        REFUSED = "REFUSED", pgettext_lazy("council", "Refused by the council")
        TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("council", "Taken back")

    class Ground(models.TextChoices):
        AGE = "AGE", _("Age above the ceiling")
        LEVEL = "LEVEL", _("Level too far from the class")
        PLACES = "PLACES", _("No place left")
        BEHAVIOUR = "BEHAVIOUR", _("Behaviour, with a documented file")
        OTHER = "OTHER", pgettext_lazy("ground", "Another ground")

    MOVES: ClassVar = {
        "accept": Move(frozenset({State.ASKED}), State.ACCEPTED, pgettext_lazy("council", "The council accepts")),
        "refuse": Move(
            frozenset({State.ASKED}),
            State.REFUSED,
            pgettext_lazy("council", "The council refuses"),
            needs_reason=True,
        ),
        "take_back": Move(
            frozenset({State.ASKED}), State.TAKEN_BACK, pgettext_lazy("council", "Take back"), needs_reason=True
        ),
    }
    TONES: ClassVar = {State.ASKED: "orange", State.ACCEPTED: "green", State.REFUSED: "red"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    decision = models.OneToOneField("orientation.Decision", on_delete=models.PROTECT, related_name="council")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="councils")
    school = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    level_code = models.CharField(max_length=6, blank=True)  # asked for, then given by the council
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_date = models.DateField()
    due_date = models.DateField()
    council_date = models.DateField(null=True, blank=True)
    health_considered = models.TextField(blank=True)  # what the council weighed, in its words
    social_considered = models.TextField(blank=True)
    ground = models.CharField(max_length=9, choices=Ground.choices, blank=True)
    refusal_reason = models.TextField(blank=True)
    behaviour_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the documented file
    behaviour_name = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_manager(CouncilScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["school", "state"]), models.Index(fields=["state", "due_date"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="REFUSED") | (~Q(refusal_reason="") & ~Q(ground="")),
                name="orientation_council_refusal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(ground="BEHAVIOUR") | ~Q(behaviour_digest=""),
                name="orientation_behaviour_is_documented",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"
