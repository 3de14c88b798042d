"""Where learners stand afterwards."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.models.enrolments import Enrolment

USER = settings.AUTH_USER_MODEL


class Insertion(models.Model):
    """Where a person stands after the programme: declared, proved, verified by somebody else."""

    class Kind(models.TextChoices):
        FORMAL_SCHOOL = "FORMAL_SCHOOL", _("Formal school")
        VOCATIONAL = "VOCATIONAL", _("Vocational training")
        APPRENTICESHIP = "APPRENTICESHIP", _("Apprenticeship")
        JOB = "JOB", _("Job")
        OWN_BUSINESS = "OWN_BUSINESS", _("Own business")

    class State(models.TextChoices):
        DECLARED = "DECLARED", _("Declared, proof awaited")
        PROVED = "PROVED", _("Proved, to verify")
        VERIFIED = "VERIFIED", pgettext_lazy("insertion", "Verified")
        NOT_CONFIRMED = "NOT_CONFIRMED", pgettext_lazy("insertion", "Not confirmed")

    MOVES: ClassVar = {
        "prove": Move(frozenset({State.DECLARED, State.PROVED}), State.PROVED, _("Add the proof")),
        "verify": Move(frozenset({State.PROVED}), State.VERIFIED, pgettext_lazy("insertion", "Verify")),
        "not_confirm": Move(
            frozenset({State.DECLARED, State.PROVED}),
            State.NOT_CONFIRMED,
            pgettext_lazy("insertion", "Not confirmed"),
            needs_reason=True,
        ),
    }

    TONES: ClassVar = {
        State.DECLARED: "orange",
        State.PROVED: "blue",
        State.VERIFIED: "green",
        State.NOT_CONFIRMED: "red",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="insertions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="insertions")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    state = models.CharField(max_length=13, choices=State.choices, default=State.DECLARED)
    since_date = models.DateField()
    where = models.CharField(max_length=200)
    proof_digest = models.CharField(max_length=64, blank=True)  # SHA-256, name of the stored file
    proof_name = models.CharField(max_length=200, blank=True)
    declared_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    proved_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proved_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True) | ~models.Q(verified_by=models.F("declared_by")),
                name="training_verified_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True)
                | models.Q(proved_by__isnull=True)
                | ~models.Q(verified_by=models.F("proved_by")),
                name="training_verified_not_by_prover",
            ),
            # A form sent twice declares once; what was not confirmed may be declared again.
            models.UniqueConstraint(
                fields=["enrolment", "kind", "since_date", "where"],
                condition=~models.Q(state="NOT_CONFIRMED"),
                name="training_insertion_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
