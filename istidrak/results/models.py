"""Evaluations of groups by pole and module, and the marks they give."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.access import OfGroupScope

USER = settings.AUTH_USER_MODEL


class GroupCurriculum(models.Model):
    """The version of the curriculum that a group keeps: chosen, or fixed by its first evaluation."""

    group = models.OneToOneField("training.Group", on_delete=models.PROTECT, related_name="curriculum")
    version = models.ForeignKey("programmes.CurriculumVersion", on_delete=models.PROTECT, related_name="+")
    chosen_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    objects = scoped_manager(OfGroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.group_id} {self.version_id}"


class Evaluation(models.Model):
    """A test, project or observation of a group on a day. Its scale is its own, and never changes once marked."""

    class Kind(models.TextChoices):
        DIAGNOSTIC = "DIAGNOSTIC", pgettext_lazy("evaluation", "Diagnostic")
        FORMATIVE = "FORMATIVE", pgettext_lazy("evaluation", "Formative")
        SUMMATIVE = "SUMMATIVE", pgettext_lazy("evaluation", "Summative")
        PROJECT = "PROJECT", pgettext_lazy("evaluation", "Project")
        PRACTICAL = "PRACTICAL", pgettext_lazy("evaluation", "Practical test")

    class Scale(models.TextChoices):
        OUT_OF_20 = "OUT_OF_20", _("Score out of 20")
        OUT_OF_100 = "OUT_OF_100", _("Score out of 100")
        ACQUIRED = "ACQUIRED", _("Acquired, in progress, not acquired")

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("evaluation", "Being entered")
        CLOSED = "CLOSED", pgettext_lazy("evaluation", "Validated")

    MOVES: ClassVar = {
        "close": Move(frozenset({State.OPEN}), State.CLOSED, pgettext_lazy("evaluation", "Validate")),
        "reopen": Move(
            frozenset({State.CLOSED}), State.OPEN, pgettext_lazy("evaluation", "Open again"), needs_reason=True
        ),
    }
    TONES: ClassVar = {State.OPEN: "orange", State.CLOSED: "green"}
    HIGHEST: ClassVar = {Scale.OUT_OF_20: 20, Scale.OUT_OF_100: 100}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    submission = models.UUIDField(unique=True)
    group = models.ForeignKey("training.Group", on_delete=models.PROTECT, related_name="evaluations")
    # null: the programme of the group has no curriculum version yet.
    pole = models.ForeignKey("programmes.Pole", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey("programmes.Module", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    scale = models.CharField(max_length=10, choices=Scale.choices)
    title = models.CharField(max_length=120)
    date = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_manager(OfGroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["date", "pk"]
        indexes = [models.Index(fields=["group", "date"])]

    def __str__(self) -> str:
        return self.title


class Mark(models.Model):
    """What one learner got. No row: not entered yet, which is neither zero nor absent."""

    class Given(models.TextChoices):
        SCORE = "SCORE", _("Score")
        ACQUIRED = "ACQUIRED", _("Acquired")
        IN_PROGRESS = "IN_PROGRESS", _("In progress")
        NOT_ACQUIRED = "NOT_ACQUIRED", _("Not acquired")
        ABSENT = "ABSENT", pgettext_lazy("mark", "Absent")
        EXEMPT = "EXEMPT", pgettext_lazy("mark", "Exempt")

    LEVELS = (Given.ACQUIRED, Given.IN_PROGRESS, Given.NOT_ACQUIRED)

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey("training.Enrolment", on_delete=models.PROTECT, related_name="marks")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="marks")
    given = models.CharField(max_length=12, choices=Given.choices)
    hundredths = models.PositiveSmallIntegerField(null=True, blank=True)  # of a point: 12.25 is 1225

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "enrolment"], name="results_mark_once"),
            models.CheckConstraint(
                condition=models.Q(given="SCORE", hundredths__isnull=False, hundredths__lte=10000)
                | (~models.Q(given="SCORE") & models.Q(hundredths__isnull=True)),
                name="results_score_has_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.enrolment_id} {self.given}"
