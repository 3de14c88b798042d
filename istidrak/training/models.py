"""Groups, enrolments, sessions, attendance, insertion."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.access import GroupScope, OfGroupScope

USER = settings.AUTH_USER_MODEL


class Group(models.Model):
    """Learners of a centre in a season who are roll-called together."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not stated
    educators = models.ManyToManyField(USER, related_name="groups_taught", blank=True)

    objects = scoped_manager(GroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["season", "centre", "name"], name="training_group_once")]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A person in a group, from a day."""

    class State(models.TextChoices):
        ENROLLED = "ENROLLED", pgettext_lazy("learner", "Enrolled")
        COMPLETED = "COMPLETED", pgettext_lazy("learner", "Completed")
        DROPPED_OUT = "DROPPED_OUT", pgettext_lazy("learner", "Dropped out")

    MOVES: ClassVar = {
        "complete": Move(frozenset({State.ENROLLED}), State.COMPLETED, pgettext_lazy("learner", "Completed")),
        "drop_out": Move(
            frozenset({State.ENROLLED}), State.DROPPED_OUT, pgettext_lazy("learner", "Dropped out"), needs_reason=True
        ),
        "take_back": Move(frozenset({State.DROPPED_OUT}), State.ENROLLED, _("Back in the group")),
    }

    TONES: ClassVar = {State.ENROLLED: "blue", State.COMPLETED: "green", State.DROPPED_OUT: "orange"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="enrolments")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="enrolments")
    decision = models.ForeignKey(
        "orientation.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=11, choices=State.choices, default=State.ENROLLED)
    enrolled_date = models.DateField()
    left_date = models.DateField(null=True, blank=True)

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="training_enrolment_once")]
        indexes = [models.Index(fields=["group", "state"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group_id}"


class Session(models.Model):
    """A lesson, workshop or activity of a group. A session whose roll-call was not opened is "not taken"."""

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Roll-call not taken")
        OPENED = "OPENED", _("Roll-call open")
        CLOSED = "CLOSED", _("Roll-call done")

    MOVES: ClassVar = {
        "open": Move(frozenset({State.PLANNED}), State.OPENED, _("Open the roll-call")),
        "close": Move(frozenset({State.OPENED}), State.CLOSED, _("Roll-call done")),
        "reopen": Move(frozenset({State.CLOSED}), State.OPENED, _("Correct the roll-call"), needs_reason=True),
    }

    TONES: ClassVar = {State.PLANNED: "orange", State.OPENED: "blue", State.CLOSED: "green"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="sessions")
    date = models.DateField()
    title = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)

    objects = scoped_manager(OfGroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["group", "date"])]

    def __str__(self) -> str:
        return f"{self.group_id} {self.date}"


class Attendance(models.Model):
    """One learner in one session whose roll-call was opened."""

    class Mark(models.TextChoices):
        PRESENT = "PRESENT", _("Present")
        ABSENT = "ABSENT", _("Absent")
        LATE = "LATE", pgettext_lazy("roll-call", "Late")
        EXCUSED = "EXCUSED", _("Excused absence")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    mark = models.CharField(max_length=7, choices=Mark.choices)
    # Counted towards the arrival of a referral: a roll-call corrected and closed again counts nobody twice.
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="training_attendance_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.enrolment_id} {self.mark}"


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
        NOT_CONFIRMED = "NOT_CONFIRMED", _("Not confirmed")

    MOVES: ClassVar = {
        "prove": Move(frozenset({State.DECLARED, State.PROVED}), State.PROVED, _("Add the proof")),
        "verify": Move(frozenset({State.PROVED}), State.VERIFIED, pgettext_lazy("insertion", "Verify")),
        "not_confirm": Move(
            frozenset({State.DECLARED, State.PROVED}),
            State.NOT_CONFIRMED,
            _("Not confirmed"),
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
            # A form sent twice declares once; what was not confirmed may be declared again.
            models.UniqueConstraint(
                fields=["enrolment", "kind", "since_date", "where"],
                condition=~models.Q(state="NOT_CONFIRMED"),
                name="training_insertion_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
