"""What surrounds a payment: covered communes, aid paid elsewhere, adjustments, and the objections of families."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.support.access import OfRegistrationScope, PlaceNumberScope
from istidrak.support.models.households import Registration
from istidrak.support.models.instalments import Instalment, Payment, Purpose


class CoveredCommune(models.Model):
    """A commune on the programme's list, for school years `since` to `until` (starting years; null: still on it)."""

    place_number = models.BigIntegerField()
    since = models.PositiveSmallIntegerField()
    until = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=200)  # the decision that put it on the list
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = scoped_manager(PlaceNumberScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["place_number", "since"], name="support_commune_covered_once")]

    def __str__(self) -> str:
        return f"{self.place_number} {self.since}"


class OtherAid(models.Model):
    """Aid that another body pays to a guardian, from the list that it sent: months written 201809, both included.

    A guardian found here for a month blocks the saving of an instalment of that month until somebody looked.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    programme = models.CharField(max_length=80)
    identity_card = models.CharField(max_length=12)
    from_month = models.PositiveIntegerField()
    until_month = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["identity_card"])]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "identity_card", "from_month"], name="support_other_aid_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Adjustment(models.Model):
    """The difference that a later fact makes to a line that was frozen: owed to the family, or paid too much.

    The line itself never changes. `amount` is what is due now under the law of the line's month, less what the line
    and the adjustments before gave: above nought it is arrears, below nought it was paid too much. It is netted on
    later payments of the household (AdjustmentUse), whole or in parts.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    origin = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="adjustments")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    month = models.IntegerField()
    child = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()  # of the line's adjustments, from 1
    household = models.BigIntegerField(null=True, blank=True)
    guardian = models.BigIntegerField(null=True, blank=True)
    place_number = models.BigIntegerField(null=True, blank=True)
    amount = models.BigIntegerField()  # centimes, signed
    outcome = models.SmallIntegerField()  # as it is now, with its reasons
    met = models.IntegerField()
    not_met = models.IntegerField()
    cause = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["household"], name="support_adjusted_household")]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "month", "child", "number"], name="support_adjustment_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="support_adjustment_changes_something"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class AdjustmentUse(models.Model):
    """The part of an adjustment that a payment carries, with the adjustment's sign."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="uses")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="adjustment_uses")
    amount = models.BigIntegerField()

    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "payment"], name="support_adjustment_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.adjustment_id}/{self.payment_id}"


class Complaint(models.Model):
    """An objection of a family: who has it, until when, and what was answered."""

    class About(models.TextChoices):
        AMOUNT = "AMOUNT", _("Amount, or month not paid")
        RIGHT = "RIGHT", _("Pupil refused")
        MONEY = "MONEY", _("Money not found at the payer")
        IDENTITY = "IDENTITY", _("Name, card or account wrong")
        OTHER = "OTHER", _("Something else")

    class Channel(models.TextChoices):
        COUNTER = "COUNTER", pgettext_lazy("complaint", "At the counter")
        SCHOOL = "SCHOOL", pgettext_lazy("complaint", "Through the school")
        LETTER = "LETTER", pgettext_lazy("complaint", "Letter")
        PHONE = "PHONE", pgettext_lazy("complaint", "Telephone")

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", pgettext_lazy("complaint", "To answer")
        ACCEPTED = "ACCEPTED", pgettext_lazy("complaint", "Accepted")
        REFUSED = "REFUSED", pgettext_lazy("complaint", "Refused, with the reason")

    MOVES: ClassVar = {
        "accept": Move(
            frozenset({State.RECEIVED}), State.ACCEPTED, pgettext_lazy("complaint", "Accept"), needs_reason=True
        ),
        "refuse": Move(
            frozenset({State.RECEIVED}), State.REFUSED, pgettext_lazy("complaint", "Refuse"), needs_reason=True
        ),
    }
    TONES: ClassVar = {State.RECEIVED: "orange", State.ACCEPTED: "green", State.REFUSED: "secondary"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="complaints")
    month = models.PositiveIntegerField(null=True, blank=True)  # 201809; null: not about one month
    about = models.CharField(max_length=8, choices=About.choices)
    channel = models.CharField(max_length=7, choices=Channel.choices)
    text = models.TextField()
    received_date = models.DateField()
    due_date = models.DateField()
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    submission = models.UUIDField(null=True, blank=True, unique=True)

    objects = scoped_manager(OfRegistrationScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["state", "due_date"])]

    def __str__(self) -> str:
        return str(self.uuid)
