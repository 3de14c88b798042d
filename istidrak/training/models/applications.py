"""Requests for a place in a centre, and what the family brings with them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import file_number, new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PersonRowScope
from istidrak.training.access import ApplicationScope, OfCentreScope

USER = settings.AUTH_USER_MODEL


class Application(models.Model):
    """A person asks for a place in a programme of a centre for a season (التسجيل القبلي).

    Optional for those whom the centre awaits or knows: enrolling them needs none, and ends the one that is open.
    """

    class Origin(models.TextChoices):
        WALK_IN = "WALK_IN", _("Came by themselves")
        REFERRAL = "REFERRAL", _("Referred to the centre")
        DECISION = "DECISION", _("Sent by a decision of orientation")
        # Made by enrolling somebody who had asked for nothing here: the registration file, never a pre-registration.
        DIRECT = "DIRECT", _("Enrolled directly")

    class NoMassar(models.TextChoices):
        """Why there is no Massar code: it is never demanded."""

        NEVER_SCHOOLED = "NEVER_SCHOOLED", _("Never been to school")
        FOREIGN = "FOREIGN", _("Schooled abroad or foreigner")
        NOT_KNOWN_YET = "NOT_KNOWN_YET", _("Not known yet: ask the last school")
        OTHER = "OTHER", pgettext_lazy("reason", "Another reason")

    class State(models.TextChoices):
        PRE_REGISTERED = "PRE_REGISTERED", pgettext_lazy("application", "Pre-registered")
        UNDER_STUDY = "UNDER_STUDY", _("Under study")
        ACCEPTED = "ACCEPTED", pgettext_lazy("application", "Accepted")
        WAITING = "WAITING", _("On the waiting list")
        REFUSED = "REFUSED", pgettext_lazy("application", "Refused")
        REFERRED_ELSEWHERE = "REFERRED_ELSEWHERE", _("Directed elsewhere")
        ENROLLED = "ENROLLED", pgettext_lazy("learner", "Enrolled")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("application", "Withdrawn by the family")

    OPEN_STATES = (State.PRE_REGISTERED, State.UNDER_STUDY, State.ACCEPTED, State.WAITING)
    # Answered no, or taken back: what was missing is no longer asked of the family.
    OWES_NOTHING = (State.REFUSED, State.REFERRED_ELSEWHERE, State.WITHDRAWN)
    _STUDIED = frozenset({State.PRE_REGISTERED, State.UNDER_STUDY, State.WAITING})

    MOVES: ClassVar = {
        "study": Move(frozenset({State.PRE_REGISTERED}), State.UNDER_STUDY, _("Study the request")),
        "accept": Move(_STUDIED, State.ACCEPTED, pgettext_lazy("application", "Accept")),
        "wait": Move(
            frozenset({State.PRE_REGISTERED, State.UNDER_STUDY, State.ACCEPTED}),
            State.WAITING,
            _("Put on the waiting list"),
        ),
        "refuse": Move(
            frozenset(OPEN_STATES), State.REFUSED, pgettext_lazy("application", "Refuse"), needs_reason=True
        ),
        "direct_elsewhere": Move(
            frozenset(OPEN_STATES), State.REFERRED_ELSEWHERE, _("Direct elsewhere"), needs_reason=True
        ),
        "withdraw": Move(
            frozenset(OPEN_STATES),
            State.WITHDRAWN,
            pgettext_lazy("application", "Withdrawn by the family"),
            needs_reason=True,
        ),
        "enrol": Move(frozenset(OPEN_STATES), State.ENROLLED, pgettext_lazy("learner", "Enrolled")),
        "examine_again": Move(
            frozenset({State.REFUSED, State.REFERRED_ELSEWHERE, State.WITHDRAWN}),
            State.UNDER_STUDY,
            _("Examine again"),
            needs_reason=True,
        ),
    }
    TONES: ClassVar = {
        State.PRE_REGISTERED: "blue",
        State.UNDER_STUDY: "blue",
        State.ACCEPTED: "green",
        State.WAITING: "orange",
        State.REFUSED: "red",
        State.REFERRED_ELSEWHERE: "purple",
        State.ENROLLED: "green",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="applications")
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    decision = models.ForeignKey(
        "orientation.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=18, choices=State.choices, default=State.PRE_REGISTERED)
    requested_date = models.DateField()
    no_massar_reason = models.CharField(max_length=14, choices=NoMassar.choices, blank=True)
    findings = models.JSONField(default=dict)  # the conditions as they stood when it was accepted
    exception_reason = models.TextField(blank=True)  # why it was accepted all the same
    answer_reason = models.TextField(blank=True)  # why it was refused, directed elsewhere or withdrawn
    other_possibility = models.TextField(blank=True)  # what else the family may do, on the printed refusal
    next_step = models.CharField(max_length=200, blank=True)
    next_step_date = models.DateField(null=True, blank=True)
    # A move by hand on the waiting list: the place asked for, from 1, and why; null follows the criteria.
    moved_to = models.PositiveSmallIntegerField(null=True, blank=True)
    move_reason = models.TextField(blank=True)
    enrolment = models.ForeignKey(
        "training.Enrolment", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    submission = models.UUIDField(null=True, blank=True, unique=True)  # a form sent twice is one request
    received_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    objects = scoped_manager(ApplicationScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["centre", "state"]), models.Index(fields=["person"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "centre", "programme", "season"],
                condition=models.Q(state__in=["PRE_REGISTERED", "UNDER_STUDY", "ACCEPTED", "WAITING"]),
                name="training_one_open_application",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number on the family's receipt, with a check character; never that of a file."""
        return f"A{file_number(self.pk)}"


class PaperOfApplication(models.Model):
    """A document asked of the family: received, or missing with a reason. No row: nobody said anything yet."""

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", pgettext_lazy("document", "Received")
        MISSING = "MISSING", pgettext_lazy("document", "Missing")

    TONES: ClassVar = {State.RECEIVED: "green", State.MISSING: "orange"}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="papers")
    code = models.CharField(max_length=20)  # of the parameter training.documents
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=200, blank=True)  # why it is missing
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="training_paper_once")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"


class Guardianship(models.Model):
    """Who answers for a minor, as stated on a day: the newest statement is the one shown, older ones stay."""

    class Kinship(models.TextChoices):
        FATHER = "FATHER", _("Father")
        MOTHER = "MOTHER", _("Mother")
        RELATIVE = "RELATIVE", _("Another relative")
        INSTITUTION = "INSTITUTION", pgettext_lazy("guardian", "Institution")
        OTHER = "OTHER", pgettext_lazy("guardian", "Somebody else")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="guardianships")
    name = models.CharField(max_length=240)
    kinship = models.CharField(max_length=11, choices=Kinship.choices)
    is_legal_representative = models.BooleanField(null=True, blank=True)  # null: not known
    phone = models.CharField(max_length=20, blank=True)
    stated_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-stated_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kinship}"


class Consent(models.Model):
    """A declaration or consent given on a day by the person or the guardian, its paper kept, and its withdrawal."""

    class Kind(models.TextChoices):
        ENROLMENT = "ENROLMENT", _("Declaration and agreement to enrol")
        DATA = "DATA", _("Keeping of personal data")
        IMAGE = "IMAGE", _("Photographs")

    class Giver(models.TextChoices):
        SELF = "SELF", _("The young person")
        GUARDIAN = "GUARDIAN", _("The guardian")

    class State(models.TextChoices):
        GIVEN = "GIVEN", pgettext_lazy("consent", "Given")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("consent", "Withdrawn")

    MOVES: ClassVar = {
        "withdraw": Move(
            frozenset({State.GIVEN}), State.WITHDRAWN, pgettext_lazy("consent", "Withdraw"), needs_reason=True
        )
    }
    TONES: ClassVar = {State.GIVEN: "green", State.WITHDRAWN: "red"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="consents")
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    giver = models.CharField(max_length=8, choices=Giver.choices)
    giver_name = models.CharField(max_length=240, blank=True)  # of the guardian, as on the paper
    state = models.CharField(max_length=9, choices=State.choices, default=State.GIVEN)
    given_date = models.DateField()
    withdrawn_date = models.DateField(null=True, blank=True)
    paper_digest = models.CharField(max_length=64, blank=True)  # SHA-256, name of the stored file
    paper_name = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = scoped_manager(ApplicationScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-given_date", "-pk"]
        # A form sent twice records once; what was withdrawn may be given again.
        constraints = [
            models.UniqueConstraint(
                fields=["person", "centre", "kind"],
                condition=models.Q(state="GIVEN"),
                name="training_one_standing_consent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class CentreContact(models.Model):
    """Whom a family asks for in a centre: the name and telephone on receipts and refusals."""

    centre = models.OneToOneField("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=160, blank=True)  # when somebody is there, in words

    objects = scoped_manager(OfCentreScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return self.name
