"""How well each centre keeps its data: computed from what is due and what is done, never typed.

A commission that visits a centre asks how the follow-up is kept in the register (Taroudannt, 16 January 2020).
Every measure is a set of rows that are due and the condition under which one is done, so that the share and the
list of what is missing cannot disagree.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from istidrak.base.parameters import value_of
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Referral
from istidrak.programmes.models import Season
from istidrak.training.models import Enrolment, Insertion, Session
from istidrak.training.models.absences import AbsenceFollowUp
from istidrak.training.models.applications import Consent
from istidrak.training.models.confirmations import Confirmation
from istidrak.training.models.returns import RegisterReturn
from istidrak.training.queries.confirmations import confirmations

KEPT, BEHIND, FAR_BEHIND, NOTHING_DUE = "KEPT", "BEHIND", "FAR_BEHIND", "NOTHING_DUE"
WORDS = {
    KEPT: _("Up to date"),
    BEHIND: _("To catch up"),
    FAR_BEHIND: _("Far behind"),
    NOTHING_DUE: _("Nothing due"),
}
TONES = {KEPT: "green", BEHIND: "orange", FAR_BEHIND: "red", NOTHING_DUE: "secondary"}


@dataclass(frozen=True)
class Measure:
    """One thing that a centre owes its data: the rows due on a day, when one is done, and where it is done."""

    code: str
    label: Any
    sentence: Any
    due: Callable[[Scope, Season, dt.date], QuerySet]
    done: Q
    centre: str  # from a row to its centre
    with_: tuple[str, ...]  # what the words of a row read
    words: Callable[[Any], Any]
    url: Callable[[Any], str]
    day: Callable[[Any], dt.date | None]


def _sessions(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    rows = Session.objects.visible_to(scope).filter(group__season=season, date__lt=day)
    return rows.exclude(state=Session.State.CANCELLED)  # a closed day owes no roll-call


def _learners(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    rows = Enrolment.objects.visible_to(scope).filter(group__season=season, state="ENROLLED")
    return rows.filter(enrolled_date__lte=day)


def _awaited_afterwards(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    rows = confirmations(scope).filter(enrolment__group__season=season, due_date__lt=day)
    return rows.exclude(state=Confirmation.State.DUE, is_drawn=False)  # not in the sample: nobody asks it


def _stayed_away(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    return AbsenceFollowUp.objects.visible_to(scope).filter(enrolment__group__season=season, due_date__lt=day)


def _lists(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    return RegisterReturn.objects.visible_to(scope).filter(season=season, due_date__lt=day)


def _referrals(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    rows = Referral.objects.visible_to(scope).filter(case__season=season, receiver__kind="CENTRE")
    return rows.filter(due_date__lt=day)


def _insertions(scope: Scope, season: Season, day: dt.date) -> QuerySet:
    rows = Insertion.objects.visible_to(scope).filter(enrolment__group__season=season)
    return rows.filter(since_date__lte=day)


def _learner_words(row: Any) -> str:
    return f"{row.person.name_ar or row.person.name_fr} · {row.person.file_number}"


_IDENTITY = (
    Q(person__sex__isnull=False)
    & (Q(person__birth_date__isnull=False) | Q(person__birth_year__isnull=False))
    & (~Q(person__guardian_name="") | ~Q(person__phone=""))
)

MEASURES = (
    Measure(
        "roll_calls",
        _("Roll-calls done"),
        _("Sessions of past days whose roll-call is done; one never opened is not taken, nobody was present in it."),
        _sessions,
        Q(state=Session.State.CLOSED),
        "group__centre",
        ("group",),
        lambda row: f"{row.group.name} · {row.title}" if row.title else row.group.name,
        lambda row: reverse("training:session", kwargs={"session": row.uuid}),
        lambda row: row.date,
    ),
    Measure(
        "identity",
        _("Learners' facts complete"),
        _("Learners in a group whose sex, birth and a guardian or telephone are known."),
        _learners,
        _IDENTITY,
        "group__centre",
        ("person",),
        _learner_words,
        lambda row: reverse("desk:person", kwargs={"person": row.person.uuid}),
        lambda row: row.enrolled_date,
    ),
    Measure(
        "referrals",
        _("Young people sent, answered"),
        _("Referrals to the centre whose day has passed and whose outcome is written: arrived, refused, never came."),
        _referrals,
        ~Q(state__in=Referral.AWAITED),
        "receiver",
        ("case__person",),
        lambda row: f"{row.case.person.name_ar or row.case.person.name_fr} · {row.case.person.file_number}",
        lambda row: reverse("outreach:referral", kwargs={"referral": row.uuid}),
        lambda row: row.due_date,
    ),
    Measure(
        "consents",
        _("Agreements to enrol kept"),
        _("Learners in a group whose own or whose guardian's agreement to enrol is recorded and stands."),
        _learners,
        Q(person__consents__kind=Consent.Kind.ENROLMENT, person__consents__state=Consent.State.GIVEN),
        "group__centre",
        ("person",),
        _learner_words,
        lambda row: reverse("desk:person", kwargs={"person": row.person.uuid}),
        lambda row: row.enrolled_date,
    ),
    Measure(
        "absences",
        _("Learners who stay away, contacted"),
        _("Learners absent several times in a row whose family was contacted by the day set, or who came again."),
        _stayed_away,
        ~Q(state=AbsenceFollowUp.State.OPEN),
        "enrolment__group__centre",
        ("person",),
        _learner_words,
        lambda row: reverse("training:absence", kwargs={"absence_follow_up": row.uuid}),
        lambda row: row.due_date,
    ),
    Measure(
        "lists",
        _("Lists of the enrolled, submitted"),
        _("Lists of a reference day whose time has passed and which the centre submitted, and again when returned."),
        _lists,
        ~Q(state__in=RegisterReturn.AWAITED),
        "centre",
        ("programme",),
        lambda row: str(row.programme),
        lambda row: reverse("training:register", kwargs={"register": row.uuid}),
        lambda row: row.due_date,
    ),
    Measure(
        "afterwards",
        _("Learners followed after leaving"),
        _("Confirmations whose day has passed and whose answer is written: there, changed, not inserted, lost."),
        _awaited_afterwards,
        ~Q(state=Confirmation.State.DUE),
        "enrolment__group__centre",
        ("person",),
        _learner_words,
        lambda row: reverse("training:confirmation", kwargs={"confirmation": row.uuid}),
        lambda row: row.due_date,
    ),
    Measure(
        "proofs",
        _("Insertions proved"),
        _("Insertions declared to which a proof was added."),
        _insertions,
        ~Q(state=Insertion.State.DECLARED),
        "enrolment__group__centre",
        ("person",),
        _learner_words,
        lambda row: reverse("training:insertion", kwargs={"insertion": row.uuid}),
        lambda row: row.since_date,
    ),
)
BY_CODE = {measure.code: measure for measure in MEASURES}


@dataclass(frozen=True)
class Kept:
    """A measure in a centre: how many rows are due, how many done, and the state that follows."""

    measure: Measure
    due: int
    done: int
    state: str

    @property
    def missing(self) -> int:
        """Rows due and not done."""
        return self.due - self.done

    @property
    def share(self) -> int | None:
        """Percentage done, rounded down so that 100 means all; None when nothing is due."""
        return 100 * self.done // self.due if self.due else None

    @property
    def word(self) -> Any:
        """The state in words."""
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TONES[self.state]


def state_of(due: int, done: int, *, good: int, poor: int) -> str:
    """The state of a measure: `good` and `poor` are percentages, at or above and below which it is up to date, far
    behind; nothing due is a state of its own, never "up to date"."""
    if not due:
        return NOTHING_DUE
    share = 100 * done / due
    return KEPT if share >= good else FAR_BEHIND if share < poor else BEHIND


def worst(states: Iterable[str]) -> str:
    """The state of a centre: that of its worst measure."""
    order = (FAR_BEHIND, BEHIND, KEPT, NOTHING_DUE)
    return min(states, key=order.index, default=NOTHING_DUE)


def centres_inside(scope: Scope) -> QuerySet[Organisation]:
    """Centres of the territory, or of the reader's bodies."""
    here = scope.q(place="place_number") | Q(pk__in=scope.organisations)
    return Organisation.objects.filter(here, kind="CENTRE").select_related("parent", "place")


def kept_by_centre(
    scope: Scope, season: Season, day: dt.date, centres: Iterable[Organisation], bounds: dict[str, int]
) -> dict[int, list[Kept]]:
    """Every measure of these centres, by the centre's key; `bounds` as of `thresholds`. One query a measure."""
    keys = [centre.pk for centre in centres]
    found: dict[int, list[Kept]] = {key: [] for key in keys}
    for measure in MEASURES:
        rows = measure.due(scope, season, day).filter(**{f"{measure.centre}__in": keys}).order_by()
        counted = rows.values_list(measure.centre).annotate(
            all_due=Count("pk", distinct=True), all_done=Count("pk", filter=measure.done, distinct=True)
        )
        numbers = {centre: (due, done) for centre, due, done in counted}
        for key in keys:
            due, done = numbers.get(key, (0, 0))
            found[key].append(Kept(measure, due, done, state_of(due, done, **bounds)))
    return found


def thresholds(day: dt.date) -> dict[str, int]:
    """The percentages between the states, as parameters."""
    value = value_of("desk.data_keeping", as_of=day).value
    return {"good": value["good"], "poor": value["poor"]}


def missing_of(scope: Scope, season: Season, day: dt.date, centre: Organisation, measure: Measure) -> QuerySet:
    """The rows of a centre that are due and not done."""
    rows = measure.due(scope, season, day).filter(**{measure.centre: centre.pk})
    done = rows.filter(measure.done).order_by()
    return rows.exclude(pk__in=done.values("pk")).select_related(*measure.with_)
