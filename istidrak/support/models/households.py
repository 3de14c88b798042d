"""Households, their guardians, and the pupils registered for a school year."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.support.access import GuardianScope, HouseholdScope, OfSchoolScope


class Household(models.Model):
    """People who live together and are helped together. `register_number` is that of the social register (RSU)."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    register_number = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()

    objects = scoped_manager(HouseholdScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["register_number"],
                condition=~models.Q(register_number=""),
                name="support_register_number_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Guardian(models.Model):
    """Who receives the money of a household. An identity card is held by one person only."""

    class Relation(models.TextChoices):
        MOTHER = "MOTHER", _("Mother")
        FATHER = "FATHER", _("Father")
        LEGAL_GUARDIAN = "LEGAL_GUARDIAN", _("Legal guardian")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="guardians")
    relation = models.CharField(max_length=14, choices=Relation.choices, blank=True)  # empty: not known
    name_ar = models.CharField(max_length=160, blank=True)
    name_fr = models.CharField(max_length=160, blank=True)
    identity_card = models.CharField(max_length=12, blank=True)  # CIN, letters and digits without spaces
    phone = models.CharField(max_length=20, blank=True)
    account = models.CharField(max_length=24, blank=True)  # RIB, 24 digits; empty: paid at a counter
    version = models.PositiveIntegerField(default=1)  # two editors are told

    objects = scoped_manager(GuardianScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["identity_card"])]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name_ar="", name_fr=""), name="support_guardian_has_a_name")
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Registration(models.Model):
    """A pupil registered for the transfers of a school year, in one school at a time.

    `enrolled_from` and `enrolled_until` are months written 201809, both included; until null, still there. A child of
    the programme is registered once a year: moving to another school closes one row and opens another.
    """

    class Cover(models.TextChoices):
        RAMED = "RAMED", _("Valid RAMED card")
        RAMED_RECEIPT = "RAMED_RECEIPT", _("Receipt of a RAMED request")
        AMO_TADAMON = "AMO_TADAMON", _("AMO-Tadamon")
        NONE = "NONE", _("No card")

    class State(models.TextChoices):
        SUBMITTED = "SUBMITTED", pgettext_lazy("registration", "To check")
        VALIDATED = "VALIDATED", pgettext_lazy("registration", "Validated")
        RETURNED = "RETURNED", pgettext_lazy("registration", "Returned with remarks")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("registration", "Withdrawn")

    MOVES: ClassVar = {
        "validate": Move(frozenset({State.SUBMITTED}), State.VALIDATED, pgettext_lazy("registration", "Validate")),
        "return": Move(
            frozenset({State.SUBMITTED, State.VALIDATED}),
            State.RETURNED,
            pgettext_lazy("registration", "Return with a remark"),
            needs_reason=True,
        ),
        "submit": Move(frozenset({State.RETURNED}), State.SUBMITTED, pgettext_lazy("registration", "Submit again")),
        "withdraw": Move(
            frozenset({State.SUBMITTED, State.VALIDATED, State.RETURNED}),
            State.WITHDRAWN,
            pgettext_lazy("registration", "Withdraw"),
            needs_reason=True,
        ),
    }
    TONES: ClassVar = {
        State.SUBMITTED: "blue",
        State.VALIDATED: "green",
        State.RETURNED: "orange",
        State.WITHDRAWN: "secondary",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="registrations")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations"
    )
    guardian = models.ForeignKey(
        Guardian, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations"
    )
    school = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="registrations")
    school_year = models.PositiveSmallIntegerField()
    level_code = models.CharField(max_length=6, blank=True)  # 1AP to 6AP, 1AC to 3AC ...; empty: not known
    class_name = models.CharField(max_length=60, blank=True)
    cover = models.CharField(max_length=14, choices=Cover.choices, null=True, blank=True)  # null: not known
    cover_number = models.CharField(max_length=30, blank=True)
    enrolled_from = models.PositiveIntegerField(null=True, blank=True)
    enrolled_until = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SUBMITTED)
    submission = models.UUIDField(null=True, blank=True, unique=True)  # a form sent twice is one registration
    version = models.PositiveIntegerField(default=1)

    objects = scoped_manager(OfSchoolScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["school", "school_year"]),
            models.Index(fields=["school_year", "state"]),
            models.Index(fields=["household", "school_year"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "school_year"],
                condition=models.Q(enrolled_until__isnull=True) & ~models.Q(state="WITHDRAWN"),
                name="support_one_open_registration",
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.school_year}"
