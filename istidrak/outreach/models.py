"""Lists expected of schools, campaigns, cases, contacts, referrals."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.words import Bilingual
from istidrak.base.workflow import Move
from istidrak.outreach import access

USER = settings.AUTH_USER_MODEL
ORGANISATION = "organisations.Organisation"


class ExpectedList(models.Model):
    """The list of pupils who did not rejoin that a school owes for a season: received, nothing to report, late.

    Late is not stored: it is EXPECTED after `due_date` (rules.is_late).
    """

    class State(models.TextChoices):
        EXPECTED = "EXPECTED", _("Expected")
        RECEIVED = "RECEIVED", _("Received")
        NOTHING = "NOTHING", _("Nothing to report")

    MOVES: ClassVar = {
        "receive": Move(frozenset({State.EXPECTED, State.NOTHING, State.RECEIVED}), State.RECEIVED),
        "nothing_to_report": Move(frozenset({State.EXPECTED}), State.NOTHING, _("Nothing to report")),
    }
    TONES: ClassVar = {State.RECEIVED: "green", State.NOTHING: "blue"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.EXPECTED)
    received_date = models.DateField(null=True, blank=True)  # of the first list; nothing to report has none

    objects = scoped_manager(access.ExpectedListScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["season", "school"], name="outreach_list_once")]

    def __str__(self) -> str:
        return f"{self.season} {self.school}"


class Campaign(Bilingual, models.Model):
    """A mobilisation of a directorate in a season, most often the community caravan."""

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        RUNNING = "RUNNING", _("Under way")
        ENDED = "ENDED", _("Ended")

    MOVES: ClassVar = {
        "start": Move(frozenset({State.PLANNED}), State.RUNNING, _("Start the campaign")),
        "end": Move(frozenset({State.RUNNING}), State.ENDED, _("End the campaign")),
    }
    TONES: ClassVar = {State.PLANNED: "blue", State.RUNNING: "green"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    directorate = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    name_ar = models.CharField(max_length=160, blank=True)
    name_fr = models.CharField(max_length=160, blank=True)
    start_date = models.DateField()
    end_date = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)

    objects = scoped_manager(access.CampaignScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__gte=models.F("start_date")), name="outreach_campaign_days"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People of a campaign who visit together."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(USER, related_name="teams", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="outreach_team_once")]

    def __str__(self) -> str:
        return self.name


class Stop(models.Model):
    """A place and a day of a campaign, with the team that goes and the figures it brings back."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="stops")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="stops")
    date = models.DateField()
    quarter = models.CharField(max_length=120)  # quarter or douar, in the words of the field
    commune = models.ForeignKey("territory.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    families_met = models.PositiveIntegerField(null=True, blank=True)  # null: not counted
    remarks = models.TextField(blank=True)

    class Meta:
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return f"{self.date} {self.quarter}"


class Case(models.Model):
    """The following of one person in one season, from the day a list names them.

    It is not closed by sending somebody somewhere: only an arrival that the receiver confirmed closes it well.
    Refused and not found come back in January and next season (rules.comes_back_on).
    """

    class State(models.TextChoices):
        NAMED = "NAMED", _("Named on a list")
        STRUCK_OUT = "STRUCK_OUT", _("Struck out by the school")
        TO_VISIT = "TO_VISIT", _("To contact")
        FOLLOWED = "FOLLOWED", _("Followed")
        REFERRED = "REFERRED", _("Referred, arrival awaited")
        REFUSED = "REFUSED", _("Refused by the family")
        NOT_FOUND = "NOT_FOUND", _("Not found")
        ARRIVED = "ARRIVED", _("Arrived")
        CLOSED = "CLOSED", _("Closed")

    class Mark(models.TextChoices):
        """What the school head says of a name before any visit."""

        STILL_ABSENT = "STILL_ABSENT", _("Still absent")
        CAME_BACK = "CAME_BACK", _("Came back")
        TRANSFERRED = "TRANSFERRED", _("Transferred to another school")
        MOVED = "MOVED", _("Moved away")
        UNKNOWN = "UNKNOWN", _("Not known")

    OPEN_STATES = (State.NAMED, State.TO_VISIT, State.FOLLOWED, State.REFERRED)
    TONES: ClassVar = {
        State.TO_VISIT: "orange",
        State.FOLLOWED: "blue",
        State.REFERRED: "purple",
        State.REFUSED: "red",
        State.NOT_FOUND: "red",
        State.ARRIVED: "green",
    }
    MOVES: ClassVar = {
        # After a mark that leaves the person to look for: still absent, moved away, not known.
        "confirm_absent": Move(frozenset({State.NAMED, State.STRUCK_OUT}), State.TO_VISIT, _("To contact")),
        "strike_out": Move(frozenset({State.NAMED, State.TO_VISIT}), State.STRUCK_OUT, _("Strike out")),
        "follow": Move(
            frozenset({State.NAMED, State.TO_VISIT, State.REFUSED, State.NOT_FOUND, State.FOLLOWED}),
            State.FOLLOWED,
            _("Follow"),
        ),
        "refer": Move(
            frozenset({State.NAMED, State.TO_VISIT, State.FOLLOWED, State.REFERRED}),
            State.REFERRED,
            _("Refer"),
        ),
        "take_back": Move(frozenset({State.REFERRED}), State.FOLLOWED, _("Back to following")),
        "arrive": Move(frozenset({State.REFERRED, State.FOLLOWED}), State.ARRIVED, _("Arrived")),
        "refuse": Move(
            frozenset({State.NAMED, State.TO_VISIT, State.FOLLOWED}),
            State.REFUSED,
            _("Write that the family refuses"),
        ),
        "lose": Move(
            frozenset({State.NAMED, State.TO_VISIT, State.FOLLOWED}), State.NOT_FOUND, _("Write as not found")
        ),
        "come_back": Move(frozenset({State.REFUSED, State.NOT_FOUND}), State.TO_VISIT, _("Take up again")),
        "find": Move(
            frozenset({State.NAMED, State.STRUCK_OUT, State.REFUSED, State.NOT_FOUND}),
            State.TO_VISIT,
            _("Found by the campaign"),
        ),
        "close": Move(
            frozenset({State.NAMED, State.TO_VISIT, State.FOLLOWED, State.STRUCK_OUT}),
            State.CLOSED,
            _("Close without a result"),
            needs_reason=True,
        ),
        # Of two cases of one person in a season, the one that does not go on (actions.join_cases).
        "join": Move(
            frozenset(State.values) - {State.ARRIVED},
            State.CLOSED,
            _("Joined with another case of the same person"),
        ),
        "reopen": Move(
            frozenset({State.CLOSED, State.STRUCK_OUT, State.ARRIVED}),
            State.TO_VISIT,
            _("Open again"),
            needs_reason=True,
        ),
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="cases")
    directorate = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(ORGANISATION, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NAMED)
    mark = models.CharField(max_length=12, choices=Mark.choices, null=True, blank=True)
    marked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(null=True, blank=True)
    quarter = models.CharField(max_length=120, blank=True)  # quarter or douar
    address = models.CharField(max_length=240, blank=True)
    wish = models.CharField(max_length=240, blank=True)  # in the person's words
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    # Where the campaign met the person, when it was entered on the spot.
    stop = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.PROTECT, related_name="found")
    next_step = models.CharField(max_length=200, blank=True)
    next_step_date = models.DateField(null=True, blank=True)
    comes_back_date = models.DateField(null=True, blank=True)  # for refused and not found
    is_found = models.BooleanField(default=False)  # the campaign met the person, on a day known or not
    found_at = models.DateField(null=True, blank=True)  # the first such day that is known
    first_contact_date = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    # The case that goes on, while this one is closed because the person had two.
    joined_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined_from"
    )

    objects = scoped_manager(access.CaseScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["directorate", "state"]),
            models.Index(fields=["person", "season"]),
            models.Index(fields=["season", "directorate", "quarter"], name="outreach_case_quarters"),
            models.Index(fields=["next_step_date"]),
        ]

    def __str__(self) -> str:
        return f"{self.season} {self.person_id}"


class Contact(models.Model):
    """A visit, a call or a meeting: who, when, with what result, and the next step with its day."""

    class Kind(models.TextChoices):
        VISIT = "VISIT", _("Home visit")
        CALL = "CALL", _("Telephone call")
        MEETING = "MEETING", _("Meeting")

    class Result(models.TextChoices):
        MET = "MET", _("Person met")
        FAMILY_MET = "FAMILY_MET", _("Family met")
        ABSENT = "ABSENT", _("Nobody there")
        WRONG_ADDRESS = "WRONG_ADDRESS", _("Unknown at this address or number")
        MOVED = "MOVED", _("Moved away")
        REFUSED = "REFUSED", _("Refused to talk or to go on")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    result = models.CharField(max_length=14, choices=Result.choices)
    date = models.DateField()
    note = models.TextField(blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_step_date = models.DateField(null=True, blank=True)
    submission = models.UUIDField(unique=True)  # a form sent twice is one contact
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = scoped_manager(access.CaseScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class Sorting(models.Model):
    """First sorting at the contact: six questions at most, each yes, no or unknown; the newest is shown."""

    class Wish(models.TextChoices):
        SCHOOL = "SCHOOL", _("Go back to school")
        TRADE = "TRADE", _("Learn a trade")
        WORK = "WORK", _("Work")
        NONE = "NONE", _("None of these")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sortings")
    wish = models.CharField(max_length=6, choices=Wish.choices, null=True, blank=True)
    reads_and_writes = models.BooleanField(null=True, blank=True)
    was_ever_in_school = models.BooleanField(null=True, blank=True)
    is_free_in_daytime = models.BooleanField(null=True, blank=True)
    family_agrees = models.BooleanField(null=True, blank=True)
    can_reach_a_centre = models.BooleanField(null=True, blank=True)
    sorted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sorted_at = models.DateTimeField()

    objects = scoped_manager(access.OfCaseScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-sorted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sorted_at:%Y-%m-%d}"


class Referral(models.Model):
    """A case sent to a receiver, who accepts, refuses or confirms arrival.

    Confirmed arrival closes the case; after the number of days that `outreach.arrival_delay` sets, a referral
    without arrival puts the case back on the officer's list (rules.is_overdue).
    """

    class State(models.TextChoices):
        SENT = "SENT", _("Sent, no answer yet")
        ACCEPTED = "ACCEPTED", _("Accepted, not there yet")
        ARRIVED = "ARRIVED", _("Has come, being confirmed")
        CONFIRMED = "CONFIRMED", _("Arrival confirmed")
        REFUSED = "REFUSED", _("Refused by the receiver")
        NEVER_CAME = "NEVER_CAME", _("Never came")

    MOVES: ClassVar = {
        "accept": Move(frozenset({State.SENT}), State.ACCEPTED, _("Accept")),
        "refuse": Move(frozenset({State.SENT, State.ACCEPTED}), State.REFUSED, _("Refuse"), needs_reason=True),
        "arrive": Move(frozenset({State.SENT, State.ACCEPTED}), State.ARRIVED, _("Has come")),
        "confirm": Move(frozenset({State.ARRIVED}), State.CONFIRMED, _("Confirm the arrival")),
        "give_up": Move(frozenset({State.SENT, State.ACCEPTED, State.ARRIVED}), State.NEVER_CAME, _("Never came")),
    }
    AWAITED = (State.SENT, State.ACCEPTED, State.ARRIVED)
    TONES: ClassVar = {
        State.SENT: "orange",
        State.ACCEPTED: "blue",
        State.ARRIVED: "purple",
        State.CONFIRMED: "green",
        State.REFUSED: "red",
        State.NEVER_CAME: "red",
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    receiver = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_date = models.DateField()
    due_date = models.DateField()  # the answer or the arrival is awaited by this day
    arrived_date = models.DateField(null=True, blank=True)
    sessions_attended = models.PositiveIntegerField(default=0)
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    refusal_reason = models.TextField(blank=True)

    objects = scoped_manager(access.ReferralScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["receiver", "state"]), models.Index(fields=["case"])]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=["SENT", "ACCEPTED", "ARRIVED"]),
                name="outreach_one_awaited_referral",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} -> {self.receiver_id}"


class ProtectionConcern(models.Model):
    """A confidential referral with a same-day deadline. The text is opened by a POST that is recorded."""

    class State(models.TextChoices):
        RAISED = "RAISED", _("To handle today")
        TAKEN = "TAKEN", _("In hand")
        HANDED_OVER = "HANDED_OVER", _("Handed to the competent service")

    MOVES: ClassVar = {
        "take": Move(frozenset({State.RAISED}), State.TAKEN, _("Take in hand")),
        "hand_over": Move(
            frozenset({State.RAISED, State.TAKEN}), State.HANDED_OVER, _("Handed over"), needs_reason=True
        ),
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    TONES: ClassVar = {State.RAISED: "red", State.TAKEN: "orange", State.HANDED_OVER: "green"}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="concerns")
    place_number = models.BigIntegerField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.RAISED)
    text = models.TextField()
    service = models.CharField(max_length=160, blank=True)  # to which it was handed over
    due_date = models.DateField()
    raised_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    objects = scoped_manager(access.ProtectionScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
