"""A learner asked for in another centre."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.training.access import TransferScope
from istidrak.training.models.enrolments import Enrolment

USER = settings.AUTH_USER_MODEL


class Transfer(models.Model):
    """The sending centre asks; the receiving centre accepts into a group, or refuses with a reason."""

    class State(models.TextChoices):
        ASKED = "ASKED", _("Waiting for the receiving centre")
        ACCEPTED = "ACCEPTED", pgettext_lazy("transfer", "Accepted")
        REFUSED = "REFUSED", pgettext_lazy("transfer", "Refused")
        CANCELLED = "CANCELLED", pgettext_lazy("transfer", "Cancelled")

    MOVES: ClassVar = {
        "ask": Move(frozenset(), State.ASKED, _("Transfer asked for")),  # how a transfer begins
        "accept": Move(frozenset({State.ASKED}), State.ACCEPTED, pgettext_lazy("transfer", "Accept")),
        "refuse": Move(
            frozenset({State.ASKED}), State.REFUSED, pgettext_lazy("transfer", "Refuse"), needs_reason=True
        ),
        "cancel": Move(
            frozenset({State.ASKED}), State.CANCELLED, pgettext_lazy("transfer", "Cancel"), needs_reason=True
        ),
    }
    TONES: ClassVar = {State.ASKED: "orange", State.ACCEPTED: "green", State.REFUSED: "red"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="transfers")
    receiver = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    reason = models.TextField()  # why, as the sending centre writes it
    answer = models.TextField(blank=True)  # why it was refused or cancelled
    new_enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="transferred_from"
    )
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_manager(TransferScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["receiver", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=models.Q(state="ASKED"), name="training_one_open_transfer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} -> {self.receiver_id}"
