"""The decision among the exits, with the findings as they stood."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope


class Exit(models.TextChoices):
    """The four exits of the first sorting (practice stated at Chichaoua)."""

    FULL_TRAINING = "FULL_TRAINING", _("Full training")
    SHORT_TRAINING = "SHORT_TRAINING", _("Short training")
    OTHER_PROGRAMME = "OTHER_PROGRAMME", _("Other programme")
    FORMAL_SCHOOL = "FORMAL_SCHOOL", _("Return to formal school")


class Decision(models.Model):
    """Which exit a person takes in a season; `findings` keeps every criterion as it stood on that day."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", pgettext_lazy("decision", "Proposed")
        RETURNED = "RETURNED", pgettext_lazy("decision", "Returned with a remark")
        REFUSED = "REFUSED", pgettext_lazy("decision", "Refused by the class council")
        DECIDED = "DECIDED", pgettext_lazy("decision", "Decided")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("decision", "Withdrawn")

    MOVES: ClassVar = {
        "decide": Move(frozenset({State.PROPOSED}), State.DECIDED, _("Decide")),
        "return": Move(
            frozenset({State.PROPOSED}),
            State.RETURNED,
            pgettext_lazy("decision", "Return with a remark"),
            needs_reason=True,
        ),
        "refuse": Move(
            frozenset({State.PROPOSED}),
            State.REFUSED,
            pgettext_lazy("decision", "Refused by the class council"),
            needs_reason=True,
        ),
        "withdraw": Move(
            frozenset({State.PROPOSED, State.DECIDED}),
            State.WITHDRAWN,
            pgettext_lazy("decision", "Withdraw"),
            needs_reason=True,
        ),
    }

    STANDING = (State.PROPOSED, State.DECIDED)
    TONES: ClassVar = {
        State.PROPOSED: "orange",
        State.RETURNED: "red",
        State.REFUSED: "red",
        State.DECIDED: "green",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="decisions")
    case = models.ForeignKey("outreach.Case", on_delete=models.PROTECT, related_name="decisions")
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    exit = models.CharField(max_length=16, choices=Exit.choices)
    programme = models.ForeignKey(
        "programmes.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receiver = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    findings = models.JSONField(default=dict)  # {exit: decision as JSON}, rule and parameter values included
    departs_from_aid = models.BooleanField(default=False)
    departure_reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)  # why it was returned, refused or withdrawn

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(departs_from_aid=False) | ~models.Q(departure_reason=""),
                name="orientation_departure_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=["PROPOSED", "DECIDED"]),
                name="orientation_one_standing_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.exit}"

    @property
    def is_automatic_return(self) -> bool:
        """True when, on the day of the proposal, the return to school needed no class council (under the age)."""
        return self.findings.get("AUTOMATIC_RETURN", {}).get("outcome") == "MET"

    @property
    def needs_council(self) -> bool:
        """A return to formal school beyond the automatic age is the class council's to decide."""
        return self.exit == Exit.FORMAL_SCHOOL and not self.is_automatic_return

    @property
    def is_unclear(self) -> bool:
        """True when a criterion of the chosen exit was still to complete on the day of the proposal."""
        return self.findings.get(self.exit, {}).get("outcome") == "UNKNOWN"
