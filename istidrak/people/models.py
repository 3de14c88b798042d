"""Persons, the source records they are made of, the ties that let somebody see them, same-person decisions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from istidrak.base import identifiers
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.people.access import PairScope, PersonScope, RecordScope


class Sex(models.TextChoices):
    FEMALE = "F", _("Girl")
    MALE = "M", _("Boy")


class SourceFile(models.Model):
    """A list as it was received: digest, sheet, layout, season, directorate. Rows are its source records."""

    TONES: ClassVar = {
        "PREVIEWED": "orange",
        "QUEUED": "blue",
        "APPLYING": "blue",
        "APPLIED": "green",
        "FAILED": "red",
        "SET_ASIDE": "secondary",
    }

    class State(models.TextChoices):
        PREVIEWED = "PREVIEWED", _("To confirm")
        QUEUED = "QUEUED", _("To be written")  # confirmed: the run that writes long lists takes it
        APPLYING = "APPLYING", _("Being written")
        APPLIED = "APPLIED", _("Written")
        FAILED = "FAILED", _("Writing stopped")
        SET_ASIDE = "SET_ASIDE", _("Set aside")

    _BEGUN = frozenset({State.QUEUED, State.APPLYING})
    _ASIDE = frozenset({State.PREVIEWED, State.QUEUED, State.FAILED})
    MOVES: ClassVar = {
        "queue": Move(frozenset({State.PREVIEWED, State.APPLYING, State.FAILED}), State.QUEUED),
        "apply": Move(_BEGUN | {State.PREVIEWED, State.FAILED}, State.APPLYING, _("Confirm and write")),
        "finish": Move(frozenset({State.APPLYING}), State.APPLIED),
        "fail": Move(_BEGUN, State.FAILED),
        "set_aside": Move(_ASIDE, State.SET_ASIDE, _("Set aside")),
    }

    uuid = models.UUIDField(default=identifiers.new_uuid, unique=True, editable=False)
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes, the name of the stored file
    sheet = models.CharField(max_length=120, blank=True)
    layout = models.CharField(max_length=20)  # SCHOOL_LIST, CARAVAN_LIST, CENTRE_LIST
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT)
    directorate = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(  # the school or the centre that the list is of, when it is of one
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREVIEWED)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    incomplete = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    # The writing: who confirmed it and when, how far it is, which run holds it and when that last gave a sign.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    written = models.PositiveIntegerField(default=0)
    writer = models.UUIDField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)  # why the writing stopped, in the words of the program

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "sheet", "season", "directorate"], name="people_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A young person: a set of source records. The columns are the facts chosen among them, for lists.

    Which record a displayed fact comes from is `queries.facts_with_sources`. `merged_into` is set while this
    person is held to be the same as another; ids never disappear.
    """

    uuid = models.UUIDField(default=identifiers.new_uuid, unique=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    is_provisional = models.BooleanField(default=True)  # made by a list, met by nobody yet
    version = models.PositiveIntegerField(default=1)  # grows at each change of a fact: two editors are told
    last_name_ar = models.CharField(max_length=120, blank=True)
    first_name_ar = models.CharField(max_length=120, blank=True)
    full_name_ar = models.CharField(max_length=240, blank=True)  # one cell, order of names unknown
    last_name_fr = models.CharField(max_length=120, blank=True)
    first_name_fr = models.CharField(max_length=120, blank=True)
    full_name_fr = models.CharField(max_length=240, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, null=True, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    massar_code = models.CharField(max_length=12, blank=True)
    is_massar_verified = models.BooleanField(default=False)
    phone = models.CharField(max_length=20, blank=True)
    guardian_name = models.CharField(max_length=240, blank=True)
    search_text = models.TextField(blank=True)  # normalised names in both scripts, code, file number

    objects = scoped_manager(PersonScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["massar_code"]), models.Index(fields=["birth_year"])]
        constraints = [
            models.UniqueConstraint(
                fields=["massar_code"],
                condition=models.Q(is_massar_verified=True, merged_into__isnull=True),
                name="people_verified_massar_once",
            )
        ]

    def __str__(self) -> str:
        return self.file_number

    @property
    def file_number(self) -> str:
        """Short number with a check character; can be read aloud."""
        return identifiers.file_number(self.pk)

    @property
    def name_ar(self) -> str:
        """Name in Arabic as the lists have it: first then last, else the one cell, else the part that is known."""
        if self.first_name_ar and self.last_name_ar:
            return f"{self.first_name_ar} {self.last_name_ar}"
        return self.full_name_ar or self.first_name_ar or self.last_name_ar

    @property
    def name_fr(self) -> str:
        """Name in Latin letters, as `name_ar`; never filled from the Arabic one."""
        if self.first_name_fr and self.last_name_fr:
            return f"{self.first_name_fr} {self.last_name_fr}"
        return self.full_name_fr or self.first_name_fr or self.last_name_fr


class SourceRecord(models.Model):
    """One row of a list, or one entry by hand: immutable. Raw cells, parsed facts, where from, who, when."""

    class Origin(models.TextChoices):
        SCHOOL_LIST = "SCHOOL_LIST", _("School list")
        CARAVAN_LIST = "CARAVAN_LIST", _("Caravan list")
        CENTRE_LIST = "CENTRE_LIST", _("Centre's list")
        HAND = "HAND", _("Entered by hand")
        CORRECTION = "CORRECTION", _("Correction")

    uuid = models.UUIDField(default=identifiers.new_uuid, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    file = models.ForeignKey(SourceFile, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    row = models.PositiveIntegerField(null=True, blank=True)  # of the sheet, from 1
    raw = models.JSONField(default=list)  # [[heading, cell], ...] as received
    facts = models.JSONField(default=dict)  # parsed; days as ISO text
    problems = models.JSONField(default=list)  # [{"column", "reason", "params"}]
    is_complete = models.BooleanField(default=True)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    submission = models.UUIDField(null=True, blank=True, unique=True)  # a form sent twice is one record
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = scoped_manager(RecordScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["file", "row"], condition=models.Q(file__isnull=False), name="people_row_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.pk}"


class Tie(models.Model):
    """Why an organisation, a place or a user sees a person, from a day, until a day. Visibility reads only this.

    `place_number` lets a territory see; `organisation` a school or centre; `user` an educator or field agent.
    """

    class Reason(models.TextChoices):
        NAMED = "NAMED", _("Named on a list")
        FOUND = "FOUND", _("Met by the campaign")
        HANDED = "HANDED", _("Handed to a team")
        REFERRED = "REFERRED", _("Referred")
        ENROLLED = "ENROLLED", _("Enrolled in a group")
        APPLIED = "APPLIED", _("Asked for a place")
        TAUGHT = "TAUGHT", _("In the user's group")
        SHARED = "SHARED", _("Shared on request")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties")
    place_number = models.BigIntegerField(null=True, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=10, choices=Reason.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"]),
            models.Index(fields=["place_number", "person", "until"]),  # a search walks it alone
            models.Index(fields=["organisation", "person"]),
            models.Index(fields=["user", "person"]),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.person_id}"


class Situation(models.Model):
    """What was said of a young person's situation on a day: restricted; each answer yes, no or unknown (null).

    The newest statement is the one shown; older ones stay.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="situations")
    has_functional_difficulty = models.BooleanField(null=True, blank=True)
    is_migrant = models.BooleanField(null=True, blank=True)
    is_working = models.BooleanField(null=True, blank=True)
    is_married = models.BooleanField(null=True, blank=True)
    is_in_institution = models.BooleanField(null=True, blank=True)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["-stated_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.stated_at:%Y-%m-%d}"


class CandidatePair(models.Model):
    """Two persons who may be one; a person decides. `left` has the smaller id."""

    TONES: ClassVar = {"OPEN": "orange", "SAME": "green", "OTHER": "secondary", "NOT_SURE": "blue"}

    class Kind(models.TextChoices):
        LINKED = "LINKED", _("Linked by code")
        LIKELY = "LIKELY", _("Likely")
        POSSIBLE = "POSSIBLE", _("Possible")

    class State(models.TextChoices):
        OPEN = "OPEN", _("To decide")
        SAME = "SAME", _("Same person")
        OTHER = "OTHER", _("Two persons")
        NOT_SURE = "NOT_SURE", _("Not sure")

    MOVES: ClassVar = {
        "link": Move(frozenset({State.OPEN}), State.SAME, _("Same person, by the Massar code (automatic)")),
        "same": Move(frozenset({State.OPEN, State.NOT_SURE}), State.SAME, _("Same person")),
        "other": Move(frozenset({State.OPEN, State.NOT_SURE}), State.OTHER, _("Two persons")),
        "not_sure": Move(frozenset({State.OPEN}), State.NOT_SURE, _("Not sure")),
        "undo": Move(frozenset({State.SAME, State.OTHER}), State.OPEN, _("Undo the decision")),
    }

    uuid = models.UUIDField(default=identifiers.new_uuid, unique=True, editable=False)
    # The two persons when the pair was found. Who they are now, after merges, is whose the two records are.
    left = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    left_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    right_record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    score = models.FloatField()
    findings = models.JSONField(default=list)  # [{"field", "verdict", "note"}]
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()

    objects = scoped_manager(PairScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["left_record", "right_record"], name="people_pair_once"),
        ]
        indexes = [models.Index(fields=["state", "kind"])]

    def __str__(self) -> str:
        return f"{self.left_id} ~ {self.right_id}"


class Merge(models.Model):
    """One decision "same person": what was moved, and what the survivor had, so that it can be undone exactly."""

    pair = models.ForeignKey(CandidatePair, null=True, blank=True, on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=list)  # [["app.model", "column", pk], ...]
    kept = models.JSONField(default=list)  # rows that the survivor had already, in the same form
    was_provisional = models.BooleanField(default=True)  # the survivor, before
    stayed = models.JSONField(default=list)  # rows that an undoing left with the survivor, written since
    elsewhere = models.JSONField(default=list)  # moved rows that an undoing did not find where they had been moved
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.survivor_id} <- {self.absorbed_id}"


class SharingRequest(models.Model):
    """Somebody's person may be known elsewhere: they ask; acceptance adds a tie (identity and path, no notes)."""

    TONES: ClassVar = {"SENT": "orange", "ACCEPTED": "green", "REFUSED": "red"}

    class State(models.TextChoices):
        SENT = "SENT", _("Waiting for an answer")
        ACCEPTED = "ACCEPTED", _("File shared")
        REFUSED = "REFUSED", _("Sharing refused")

    MOVES: ClassVar = {
        "ask": Move(frozenset(), State.SENT, _("Sharing asked of another directorate")),  # how a request begins
        "accept": Move(frozenset({State.SENT}), State.ACCEPTED, _("Share the file")),
        "refuse": Move(frozenset({State.SENT}), State.REFUSED, _("Refuse to share"), needs_reason=True),
    }

    uuid = models.UUIDField(default=identifiers.new_uuid, unique=True, editable=False)
    pair = models.ForeignKey(CandidatePair, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # the one asked for
    asking = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    answer = models.TextField(blank=True)  # why it was refused
    answered_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "asking"], name="people_sharing_once")]

    def __str__(self) -> str:
        return f"{self.asking_id} -> {self.asked_id}"


class HeadingMapping(models.Model):
    """An unknown heading that an officer explained once: remembered for every later list of that layout."""

    layout = models.CharField(max_length=20)
    heading = models.CharField(max_length=120)  # normalised
    field = models.CharField(max_length=40)  # a fact's name, or IGNORE
    mapped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    mapped_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layout", "heading"], name="people_heading_once")]

    def __str__(self) -> str:
        return f"{self.heading} = {self.field}"
