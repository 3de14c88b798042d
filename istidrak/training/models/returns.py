"""Lists of the enrolled that a centre submits, the directorate validates and the academy consolidates."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.training.access import OfCentreScope
from istidrak.training.models.enrolments import Enrolment

USER = settings.AUTH_USER_MODEL


class RegisterReturn(models.Model):
    """The list of the enrolled of a centre and programme on a reference day (لائحة المسجلين المرفوعة).

    What is submitted is kept as data (ReturnSubmission) and never rewritten; a correction is a new submission.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("To submit")
        SUBMITTED = "SUBMITTED", pgettext_lazy("return", "Submitted")
        RETURNED = "RETURNED", _("Returned with remarks")
        VALIDATED = "VALIDATED", _("Validated by the directorate")
        CONSOLIDATED = "CONSOLIDATED", _("Consolidated by the academy")
        FROZEN = "FROZEN", pgettext_lazy("return", "Frozen")

    AWAITED = (State.OPEN, State.RETURNED)
    AGREED = (State.VALIDATED, State.CONSOLIDATED, State.FROZEN)

    MOVES: ClassVar = {
        "submit": Move(frozenset({State.OPEN, State.RETURNED}), State.SUBMITTED, _("Submit the list")),
        "send_back": Move(
            frozenset({State.SUBMITTED, State.VALIDATED}),
            State.RETURNED,
            _("Return with remarks"),
            needs_reason=True,
        ),
        "validate": Move(frozenset({State.SUBMITTED}), State.VALIDATED, pgettext_lazy("return", "Validate")),
        "consolidate": Move(frozenset({State.VALIDATED}), State.CONSOLIDATED, _("Consolidate")),
        "release": Move(
            frozenset({State.CONSOLIDATED}), State.VALIDATED, _("Take out of the consolidation"), needs_reason=True
        ),
        "freeze": Move(frozenset({State.CONSOLIDATED}), State.FROZEN, pgettext_lazy("return", "Freeze")),
    }
    TONES: ClassVar = {
        State.OPEN: "orange",
        State.SUBMITTED: "blue",
        State.RETURNED: "red",
        State.VALIDATED: "green",
        State.CONSOLIDATED: "teal",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    reference_date = models.DateField()
    due_date = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    # The submission in force: the last one. Null until the centre submits.
    current = models.ForeignKey(
        "training.ReturnSubmission", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    validated_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consolidated_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    frozen_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = scoped_manager(OfCentreScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["season", "reference_date", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "season", "programme", "reference_date"], name="training_return_once"
            ),
            models.CheckConstraint(
                condition=models.Q(validated_by__isnull=True) | ~models.Q(validated_by=models.F("submitted_by")),
                name="training_return_validated_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.programme_id} {self.reference_date}"


class ReturnSubmission(models.Model):
    """One sending of a list: its lines as they stood, and their digest."""

    register = models.ForeignKey(RegisterReturn, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()  # 1, 2 ...
    digest = models.CharField(max_length=64)  # SHA-256 of the lines (rules.returns.digest_of)
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="training_submission_once")]

    def __str__(self) -> str:
        return f"{self.register_id} {self.number}"


class ReturnLine(models.Model):
    """One learner in a submission, copied: what changes later in the file does not change it."""

    submission = models.ForeignKey(ReturnSubmission, on_delete=models.PROTECT, related_name="lines")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    file_number = models.CharField(max_length=20)
    name_ar = models.CharField(max_length=240, blank=True)
    name_fr = models.CharField(max_length=240, blank=True)
    sex = models.CharField(max_length=1, null=True, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    group = models.CharField(max_length=120)
    is_supplementary = models.BooleanField()
    state = models.CharField(max_length=18, choices=Enrolment.State.choices)
    enrolled_date = models.DateField()
    left_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "enrolment"], name="training_return_line_once")]

    def __str__(self) -> str:
        return self.file_number


class ReturnRemark(models.Model):
    """What the directorate says of a submission: of one line, or of the whole (no line)."""

    submission = models.ForeignKey(ReturnSubmission, on_delete=models.PROTECT, related_name="remarks")
    line = models.ForeignKey(ReturnLine, null=True, blank=True, on_delete=models.PROTECT, related_name="remarks")
    text = models.CharField(max_length=300)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.line_id}"
