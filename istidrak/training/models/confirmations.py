"""What became of those who left: asked at intervals, by sample when a parameter says so; lost is an answer too."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.access import DrawScope
from istidrak.training.models.enrolments import Enrolment
from istidrak.training.models.insertions import Insertion

USER = settings.AUTH_USER_MODEL


class ConfirmationDraw(models.Model):
    """One drawing of the confirmations to make: directorate, season and interval, in rounds; never drawn again.

    `by_centre` keeps, by the code of each centre, how many there were and how many were drawn: an estimate weighs
    with them. `seed` is the text from which anybody can draw the same sample again.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    directorate = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    share = models.PositiveSmallIntegerField()  # percent
    seed = models.CharField(max_length=60)
    population = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    by_centre = models.JSONField(default=dict)
    drawn_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    objects = scoped_manager(DrawScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["season", "directorate", "months", "round"], name="training_draw_once_a_round"
            )
        ]

    def __str__(self) -> str:
        return self.seed


class Confirmation(models.Model):
    """Where a learner stands some months after the insertion, or after completing without one.

    `is_drawn` is null until a draw says so, when only a sample is confirmed.
    """

    class State(models.TextChoices):
        DUE = "DUE", pgettext_lazy("confirmation", "To confirm")
        CONFIRMED = "CONFIRMED", pgettext_lazy("confirmation", "Still there")
        CHANGED = "CHANGED", pgettext_lazy("confirmation", "In another insertion")
        NOT_INSERTED = "NOT_INSERTED", pgettext_lazy("confirmation", "Not inserted")
        LOST = "LOST", pgettext_lazy("confirmation", "Lost from sight")
        SET_ASIDE = "SET_ASIDE", pgettext_lazy("confirmation", "No longer asked")

    class Standing(models.TextChoices):
        LOOKING = "LOOKING", _("Looking for a place or a job")
        AT_HOME = "AT_HOME", _("At home, not looking")
        AWAY = "AWAY", _("Left the country or the region")
        OTHER = "OTHER", pgettext_lazy("standing", "Other")

    MOVES: ClassVar = {
        "confirm": Move(frozenset({State.DUE}), State.CONFIRMED, pgettext_lazy("confirmation", "Still there")),
        "change": Move(frozenset({State.DUE}), State.CHANGED, pgettext_lazy("confirmation", "In another insertion")),
        "find_not_inserted": Move(
            frozenset({State.DUE}), State.NOT_INSERTED, pgettext_lazy("confirmation", "Not inserted")
        ),
        "lose": Move(
            frozenset({State.DUE}), State.LOST, pgettext_lazy("confirmation", "Lost from sight"), needs_reason=True
        ),
        "find_again": Move(frozenset({State.LOST}), State.DUE, _("Found again: to confirm")),
        "ask_again": Move(
            frozenset({State.CONFIRMED, State.NOT_INSERTED}), State.DUE, _("Asked again"), needs_reason=True
        ),
        "set_aside": Move(frozenset({State.DUE}), State.SET_ASIDE, pgettext_lazy("confirmation", "No longer asked")),
    }

    TONES: ClassVar = {
        State.DUE: "orange",
        State.CONFIRMED: "green",
        State.CHANGED: "blue",
        State.NOT_INSERTED: "red",
        State.LOST: "secondary",
        State.SET_ASIDE: "secondary",
    }
    ANSWERED = (State.CONFIRMED, State.CHANGED, State.NOT_INSERTED, State.LOST)

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="confirmations")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="confirmations")
    # null: the learner completed and no insertion is verified.
    insertion = models.ForeignKey(
        Insertion, null=True, blank=True, on_delete=models.PROTECT, related_name="confirmations"
    )
    months = models.PositiveSmallIntegerField()
    due_date = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DUE)
    is_drawn = models.BooleanField(null=True, blank=True)
    draw = models.ForeignKey(
        ConfirmationDraw, null=True, blank=True, on_delete=models.PROTECT, related_name="confirmations"
    )
    standing = models.CharField(max_length=8, choices=Standing.choices, blank=True)  # of NOT_INSERTED
    successor = models.ForeignKey(Insertion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    next_try_date = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["insertion", "months"],
                condition=models.Q(insertion__isnull=False),
                name="training_confirmation_once",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "months"],
                condition=models.Q(insertion__isnull=True) & ~models.Q(state="SET_ASIDE"),
                name="training_follow_up_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="CONFIRMED", insertion__isnull=True),
                name="training_confirmed_is_an_insertion",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_date"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.months}"


class FollowUpContact(models.Model):
    """One try to reach somebody who left: by whom, how, and what came of it."""

    class Kind(models.TextChoices):
        CALL = "CALL", _("Telephone call")
        VISIT = "VISIT", pgettext_lazy("contact", "Visit")
        MESSAGE = "MESSAGE", _("Message")
        DOCUMENT = "DOCUMENT", _("Document seen")

    class Result(models.TextChoices):
        REACHED = "REACHED", _("Spoke with the learner or the family")
        TOLD = "TOLD", _("Told by the school, body or employer")
        NO_ANSWER = "NO_ANSWER", _("No answer")
        WRONG_NUMBER = "WRONG_NUMBER", _("Wrong number or address")
        MOVED = "MOVED", _("Moved away")
        REFUSED = "REFUSED", _("Does not wish to answer")

    TELLS = (Result.REACHED, Result.TOLD)  # after these, it is known where the learner stands

    submission = models.UUIDField(unique=True)  # a form sent twice writes once
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="follow_up_contacts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    result = models.CharField(max_length=12, choices=Result.choices)
    date = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return f"{self.confirmation_id} {self.kind} {self.result}"
