"""What may be asked of somebody: for each thing, the page that does it, its words, how many wait."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.queries import open_requests
from istidrak.desk.queries.asked import Ask, Asked
from istidrak.desk.queries.asks_support import TRANSFERS
from istidrak.help.queries import answers_to_read, questions_waiting
from istidrak.orientation.queries import lists as orientation
from istidrak.outreach.models import Case, ExpectedList
from istidrak.outreach.queries.todo import (
    ANSWER,
    COMES_BACK,
    CONFIRM,
    NO_STEP,
    OVERDUE,
    PROTECTION,
    STEP,
    TWO_CASES,
    UNCONFIRMED,
)
from istidrak.people.models import SourceFile
from istidrak.people.queries import possible_duplicates, sharing
from istidrak.psychosocial.queries import count_overdue
from istidrak.results.queries import to_validate_count
from istidrak.training.models import Insertion
from istidrak.training.queries import confirmations_due_count
from istidrak.training.queries.absences import count_absences_due
from istidrak.training.queries.applications import places_to_offer, requests_to_answer
from istidrak.training.queries.returns import late_returns, returns_in
from istidrak.training.queries.sessions import roll_calls_waiting
from istidrak.training.queries.transfers import transfers_to_answer


def _lists_late(of: Asked) -> int:
    return (
        ExpectedList.objects.visible_to(of.scope)
        .filter(season=of.season, state="EXPECTED", due_date__lt=of.day)
        .count()
    )


def _list_owed(of: Asked) -> int:
    return ExpectedList.objects.visible_to(of.scope).filter(season=of.season, state="EXPECTED").count()


def _unmarked(of: Asked) -> int:
    named = Case.objects.visible_to(of.scope).filter(season=of.season, state="NAMED", mark__isnull=True)
    return named.filter(Q(school__in=of.scope.organisations)).count()


def _files(of: Asked) -> int:
    inside = of.scope.q(place="directorate__place_number", organisation="organisation")
    return SourceFile.objects.filter(inside, season=of.season, state="PREVIEWED").count()


def _pairs(of: Asked) -> int:
    return possible_duplicates(of.scope)


def _sharing(of: Asked) -> int:
    return sharing.waiting(of.scope)


def _roll_calls(of: Asked) -> int:
    return roll_calls_waiting(of.scope).count()


def _to_verify(of: Asked) -> int:
    return Insertion.objects.visible_to(of.scope).filter(state="PROVED").count()


RECEIVERS = ("SCHOOL_HEAD", "CENTRE_DIRECTOR", "ASSOCIATION_MANAGER")


def _stations(of: Asked, station: str) -> int:
    if of.season is None:
        return 0
    return next(row["count"] for row in orientation.station_counts(of.scope, of.season) if row["station"] == station)


ASKS = (
    Ask(
        "outreach:todo",
        _("Protection: confidential referrals to handle"),
        _("Today"),
        PROTECTION,
        "red",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("outreach:todo", _("Two cases of one person, to join"), _("This week"), TWO_CASES, "orange"),
    Ask(
        "outreach:todo",
        _("Referrals without arrival"),
        _("Late"),
        OVERDUE,
        "red",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("outreach:todo", _("Steps due or late"), _("Today or before"), STEP, "orange"),
    Ask(
        "outreach:todo",
        _("Came once; the arrival is not confirmed"),
        _("Late"),
        UNCONFIRMED,
        "orange",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("outreach:todo", _("Cases to take up again"), _("Today or before"), COMES_BACK),
    Ask("outreach:todo", _("Cases without a next step"), _("This week"), NO_STEP),
    Ask(
        "outreach:strike_out",
        _("Pupils of my school to mark: still absent, came back…"),
        _("Before the visits"),
        _unmarked,
        "orange",
    ),
    Ask(
        "outreach:lists",
        _("List of pupils who did not rejoin, to send"),
        _("By the day on the page"),
        _list_owed,
        "orange",
        ("SCHOOL_HEAD",),
    ),
    Ask(
        "outreach:lists",
        _("Schools whose list is late"),
        _("To remind"),
        _lists_late,
        "orange",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("desk:imports", _("Lists received, to confirm"), _("As they arrive"), _files),
    Ask("people:pairs", _("Perhaps the same person: to decide"), _("Before the visits"), _pairs),
    Ask(
        "people:sharing",
        _("Files that another directorate asks for"),
        _("This week"),
        _sharing,
        "blue",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask(
        "outreach:referrals",
        _("Young people sent to me, to answer"),
        _("By the day on the page"),
        ANSWER,
        "orange",
        RECEIVERS,
    ),
    Ask("outreach:referrals", _("Arrivals to confirm after the first weeks"), _("Today"), CONFIRM, "blue", RECEIVERS),
    Ask(
        "training:not_taken",
        _("Roll-calls not taken or not finished"),
        _("Today or before"),
        _roll_calls,
        "orange",
        ("EDUCATOR", "VOCATIONAL_TRAINER", "CENTRE_DIRECTOR"),
    ),
    Ask(
        "training:insertions", _("Insertions to verify"), _("This week"), _to_verify, "blue", ("DIRECTORATE_OFFICER",)
    ),
    Ask(
        "training:confirmations",
        _("Insertions to confirm this month or late"),
        _("This month"),
        lambda of: confirmations_due_count(of.scope, of.day),
        "orange",
        ("CENTRE_DIRECTOR", "INSERTION_OFFICER"),
    ),
    Ask(
        "training:groups",
        _("Evaluations to validate"),
        _("This week"),
        lambda of: to_validate_count(of.scope),
        "blue",
        ("CENTRE_DIRECTOR",),
    ),
    Ask(
        "training:absences",
        _("Learners who stay away, to contact"),
        _("Today or before"),
        lambda of: count_absences_due(of.scope, of.day),
        "red",
        ("CENTRE_DIRECTOR", "SOCIAL_WORKER"),
    ),
    Ask(
        "psychosocial:meetings",
        _("Meetings planned and not held"),
        _("Late"),
        lambda of: count_overdue(of.scope, of.day),
        "orange",
        ("SOCIAL_WORKER", "PSYCHOLOGIST"),
    ),
    Ask(
        "training:applications",
        _("Requests for a place, to answer"),
        _("This week"),
        lambda of: requests_to_answer(of.scope),
        "orange",
        ("CENTRE_DIRECTOR",),
    ),
    Ask(
        "training:applications",
        _("Free places to offer to who waits"),
        _("This week"),
        lambda of: places_to_offer(of.scope, of.season) if of.season else 0,
        "green",
        ("CENTRE_DIRECTOR",),
    ),
    Ask(
        "training:transfers",
        _("Transfers to answer"),
        _("This week"),
        lambda of: transfers_to_answer(of.scope),
        "orange",
        ("CENTRE_DIRECTOR",),
    ),
    Ask(
        "training:returns",
        _("Lists of the enrolled, to submit"),
        _("By the day on the page"),
        lambda of: returns_in(of.scope, "OPEN", "RETURNED"),
        "orange",
        ("CENTRE_DIRECTOR",),
    ),
    Ask(
        "training:returns",
        _("Lists of the enrolled, to validate"),
        _("This week"),
        lambda of: returns_in(of.scope, "SUBMITTED"),
        "blue",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask(
        "training:returns",
        _("Centres whose list of the enrolled is late"),
        _("To remind"),
        lambda of: late_returns(of.scope),
        "orange",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask(
        "training:returns",
        _("Lists of the enrolled, to consolidate"),
        _("This week"),
        lambda of: returns_in(of.scope, "VALIDATED"),
        "blue",
        ("ACADEMY_OFFICER",),
    ),
    Ask(
        "orientation:orientations",
        _("Young people to interview"),
        _("This week"),
        lambda of: _stations(of, "TO_INTERVIEW"),
        "blue",
        ("GUIDANCE_COUNSELLOR", "CENTRE_DIRECTOR", "SOCIAL_WORKER"),
    ),
    Ask(
        "orientation:orientations",
        _("Orientations proposed, to decide"),
        _("This week"),
        lambda of: orientation.to_validate_count(of.scope),
        "orange",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask(
        "orientation:councils",
        _("Class councils to hold"),
        _("By the day on the page"),
        lambda of: orientation.councils_to_hold(of.scope, of.season) if of.season else 0,
        "orange",
        ("SCHOOL_HEAD",),
    ),
    Ask(
        "orientation:councils",
        _("Class councils that have not answered"),
        _("Late"),
        lambda of: orientation.late_councils(of.scope, of.day).count(),
        "red",
        ("DIRECTORATE_OFFICER",),
    ),
    *TRANSFERS,
    Ask(
        "help:questions",
        _("Questions that wait for my answer"),
        _("This week"),
        lambda of: questions_waiting(of.user),
    ),
    Ask(
        "help:questions",
        _("Answers to my questions"),
        _("To read"),
        lambda of: answers_to_read(of.user),
        "green",
        query="?show=mine",
    ),
    Ask(
        "accounts:accounts",
        _("Accounts that wait for a second person"),
        _("Today"),
        lambda of: len(open_requests(of.scope, of.user)),
        "orange",
    ),
)
