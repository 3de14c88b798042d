"""The stations that a season counts: each a sentence, a population, a text, and the rows that it counts.

Every count is of distinct persons, so that a number and the list behind it come from the same rows.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.desk.queries.figure_bodies import Body
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case, Referral
from istidrak.programmes.models import Season
from istidrak.training.models import Application, Attendance, Enrolment, Insertion, RegisterReturn, ReturnLine

DEFINITIONS_VERSION = 1  # grows when a sentence below means something else; frozen seasons keep theirs
OURS = _("Definition of this program; no official text that defines it was found.")


@dataclass(frozen=True)
class Source:
    """A table of rows about persons: where the person, the programme and the centre stand in it."""

    name: str
    person: str
    rows: Callable[[Body, Season, dt.date], QuerySet]
    programme: str = ""
    centre: str = ""
    directorate: str = ""


def _cases(body: Body, season: Season, on: dt.date) -> QuerySet:
    return Case.unscoped.filter(body.of("directorate__place_number", "school"), season=season)


def _decisions(body: Body, season: Season, on: dt.date) -> QuerySet:
    rows = Decision.unscoped.filter(season=season, state=Decision.State.DECIDED)
    return rows.filter(body.of("case__directorate__place_number", "receiver"))


def _referrals(body: Body, season: Season, on: dt.date) -> QuerySet:
    return Referral.unscoped.filter(body.of("receiver__place_number", "receiver"), case__season=season)


def _enrolments(body: Body, season: Season, on: dt.date) -> QuerySet:
    rows = Enrolment.unscoped.filter(group__season=season, enrolled_date__lte=on)
    return rows.filter(body.of("group__centre__place_number", "group__centre"))


def _insertions(body: Body, season: Season, on: dt.date) -> QuerySet:
    rows = Insertion.unscoped.filter(enrolment__group__season=season)
    return rows.filter(body.of("enrolment__group__centre__place_number", "enrolment__group__centre"))


def _applications(body: Body, season: Season, on: dt.date) -> QuerySet:
    rows = Application.unscoped.filter(season=season, requested_date__lte=on)
    return rows.filter(body.of("centre__place_number", "centre"))


def _validated(body: Body, season: Season, on: dt.date) -> QuerySet:
    """Lines of the newest agreed list of each centre and programme, up to the day."""
    agreed = RegisterReturn.unscoped.filter(state__in=RegisterReturn.AGREED, reference_date__lte=on)
    newer = agreed.filter(
        season=season,
        centre=OuterRef("submission__register__centre"),
        programme=OuterRef("submission__register__programme"),
        reference_date__gt=OuterRef("submission__register__reference_date"),
    )
    rows = ReturnLine.objects.filter(
        body.of("submission__register__centre__place_number", "submission__register__centre"),
        submission__register__season=season,
        submission__register__state__in=RegisterReturn.AGREED,
        submission__register__reference_date__lte=on,
        submission=F("submission__register__current"),
    )
    return rows.filter(~Exists(newer))


def _marks(body: Body, season: Season, on: dt.date) -> QuerySet:
    rows = Attendance.objects.filter(session__group__season=season, session__state="CLOSED", session__date=on)
    return rows.filter(body.of("session__group__centre__place_number", "session__group__centre"))


CASES = Source("cases", "person", _cases, directorate="directorate")
DECISIONS = Source("decisions", "person", _decisions, "programme__code", "receiver", "case__directorate")
REFERRALS = Source("referrals", "case__person", _referrals, "", "receiver")
APPLICATIONS = Source("applications", "person", _applications, "programme__code", "centre")
VALIDATED = Source(
    "validated",
    "enrolment__person",
    _validated,
    "submission__register__programme__code",
    "submission__register__centre",
)
ENROLMENTS = Source("enrolments", "person", _enrolments, "group__programme__code", "group__centre")
INSERTIONS = Source(
    "insertions", "person", _insertions, "enrolment__group__programme__code", "enrolment__group__centre"
)
MARKS = Source("marks", "enrolment__person", _marks, "session__group__programme__code", "session__group__centre")


@dataclass(frozen=True)
class Station:
    """A count: code, label, sentence that defines it, whom it is counted among, the text it comes from.

    `condition`: on the rows of its source, for a day. `is_dated`: it can be counted as of an earlier day; the
    others say how things stand now. `inside`: the station that holds it, whose difference a reader could take.
    """

    code: str
    label: Any
    sentence: Any
    population: Any
    source: Source
    condition: Callable[[dt.date], Q]
    family: str  # PATH, COUNTS, OUTCOMES
    is_dated: bool = False
    inside: str = ""
    text: Any = OURS


def _nothing(on: dt.date) -> Q:
    return Q()


def _there(on: dt.date) -> Q:
    """In a group on a day: the day of leaving is the last one."""
    return Q(left_date__isnull=True) | Q(left_date__gte=on)


_NAMED = _("Young people with a case in the season, in the territory of a directorate.")
_ENROLLED = _("Learners of the groups of the season in the centres of the body.")
_MISSION = _("Practice of the caravans and of the pupils' census, as directorates report it.")

STATIONS = (
    Station(
        "named",
        _("Named"),
        _("Persons with a case in the season, by a list or by hand."),
        _NAMED,
        CASES,
        _nothing,
        "PATH",
        text=_MISSION,
    ),
    Station(
        "found",
        _("Found by the campaign"),
        _("Persons whom the campaign met or entered."),
        _NAMED,
        CASES,
        lambda on: Q(is_found=True),
        "PATH",
        inside="named",
        text=_MISSION,
    ),
    Station(
        "contacted",
        _("Contacted"),
        _("Persons with at least one contact recorded in the season."),
        _NAMED,
        CASES,
        lambda on: Q(first_contact_date__lte=on),
        "PATH",
        is_dated=True,
        inside="named",
    ),
    Station(
        "oriented",
        _("Oriented"),
        _("Persons with a standing decision among the exits, taken in the season."),
        _NAMED,
        DECISIONS,
        _nothing,
        "PATH",
        inside="named",
        text=_("Sorting by precise criteria at the first stage of recruitment (Chichaoua, network of associations)."),
    ),
    Station(
        "arrived",
        _("Arrived"),
        _("Persons whose arrival the receiver confirmed."),
        _NAMED,
        CASES,
        lambda on: Q(state=Case.State.ARRIVED),
        "PATH",
        inside="named",
    ),
    Station(
        "arrived_here",
        _("Arrived here"),
        _("Persons sent to the body who came, whether or not the arrival is confirmed yet."),
        _("Young people sent to the body by a directorate."),
        REFERRALS,
        lambda on: Q(arrived_date__lte=on) & ~Q(state__in=("REFUSED", "NEVER_CAME")),
        "PATH",
        is_dated=True,
    ),
    Station(
        "struck_out",
        _("Struck out by the school"),
        _("Persons whom the school says came back or are elsewhere."),
        _NAMED,
        CASES,
        lambda on: Q(state=Case.State.STRUCK_OUT),
        "PATH",
        inside="named",
    ),
    Station(
        "pre_registered",
        _("Pre-registered"),
        _("Persons who asked for a place in a centre on or before the day, whatever became of the request."),
        _("Requests for a place in the centres of the body; those enrolled without asking are not among them."),
        APPLICATIONS,
        lambda on: ~Q(origin="DIRECT"),
        "COUNTS",
        is_dated=True,
    ),
    Station(
        "enrolled",
        _("Enrolled on the day"),
        _("Persons in a group on the day, suspended ones included; the day of leaving is the last one."),
        _ENROLLED,
        ENROLMENTS,
        _there,
        "COUNTS",
        is_dated=True,
        inside="enrolled_ever",
    ),
    Station(
        "validated",
        _("Enrolled, on validated lists"),
        _("Persons with a place on the newest list of each centre and programme that the directorate validated."),
        _("Lists of the enrolled that centres submitted; a list not validated counts nobody."),
        VALIDATED,
        lambda on: Q(state__in=Enrolment.HOLDS_A_PLACE),
        "COUNTS",
    ),
    Station(
        "present",
        _("Present on the count day"),
        _("Persons marked present or late in a roll-call done on the count day; one not taken counts nobody."),
        _ENROLLED,
        MARKS,
        lambda on: Q(mark__in=("PRESENT", "LATE")),
        "COUNTS",
        inside="enrolled_ever",
    ),
    Station(
        "enrolled_ever",
        _("Enrolled since the beginning"),
        _("Persons enrolled in a group of the season on or before the day, whatever became of them."),
        _ENROLLED,
        ENROLMENTS,
        _nothing,
        "OUTCOMES",
        is_dated=True,
    ),
    Station(
        "completed",
        _("Completed"),
        _("Persons who completed their programme in the season."),
        _ENROLLED,
        ENROLMENTS,
        lambda on: Q(state=Enrolment.State.COMPLETED, left_date__lte=on),
        "OUTCOMES",
        is_dated=True,
        inside="enrolled_ever",
    ),
    Station(
        "dropped_out",
        _("Dropped out"),
        _("Persons who left their group before its end, not back since."),
        _ENROLLED,
        ENROLMENTS,
        lambda on: Q(state=Enrolment.State.DROPPED_OUT, left_date__lte=on),
        "OUTCOMES",
        inside="enrolled_ever",
        text=_("No official definition of leaving exists; published rates of close years differ for that reason."),
    ),
    Station(
        "transferred",
        _("Transferred to another centre"),
        _("Persons who left a group for another centre: neither completed nor dropped out."),
        _ENROLLED,
        ENROLMENTS,
        lambda on: Q(state=Enrolment.State.TRANSFERRED, left_date__lte=on),
        "OUTCOMES",
        inside="enrolled_ever",
    ),
    Station(
        "returned_to_school",
        _("Returned to formal school"),
        _("Persons who went back to formal school before the end: not a drop-out."),
        _ENROLLED,
        ENROLMENTS,
        lambda on: Q(state=Enrolment.State.RETURNED_TO_SCHOOL, left_date__lte=on),
        "OUTCOMES",
        inside="enrolled_ever",
    ),
    Station(
        "declared",
        _("Insertion declared"),
        _("Persons with an insertion declared, proved or verified."),
        _ENROLLED,
        INSERTIONS,
        lambda on: Q(state__in=("DECLARED", "PROVED", "VERIFIED")),
        "OUTCOMES",
        inside="enrolled_ever",
    ),
    Station(
        "verified",
        _("Insertion verified"),
        _("Persons whose insertion another person verified on its proof."),
        _ENROLLED,
        INSERTIONS,
        lambda on: Q(state=Insertion.State.VERIFIED),
        "OUTCOMES",
        inside="declared",
    ),
)
BY_CODE = {station.code: station for station in STATIONS}
FAMILIES = ("PATH", "COUNTS", "OUTCOMES")


def stations_of(body: Body) -> list[Station]:
    """The stations that make sense for a body: named and found are counted for territories, not for a centre."""
    if body.is_territory:
        return [station for station in STATIONS if station.code != "arrived_here"]
    if body.kind == "SCHOOL":
        return [station for station in STATIONS if station.source is CASES or station.code == "arrived_here"]
    return [station for station in STATIONS if station.source is not CASES]


def rows_of(station: Station, body: Body, season: Season, on: dt.date) -> QuerySet:
    """The rows that a station counts, of persons who are not held to be another."""
    rows = station.source.rows(body, season, on).filter(station.condition(on))
    return rows.filter(**{f"{station.source.person}__merged_into__isnull": True})
