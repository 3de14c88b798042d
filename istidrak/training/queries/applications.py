"""Requests for a place: lists, one request with what is to complete, waiting lists."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.base import days
from istidrak.base.history import key_of
from istidrak.base.models import History
from istidrak.base.parameters import value_of
from istidrak.base.rules import Decision as RuleDecision
from istidrak.base.rules import ParameterValue
from istidrak.base.scope import Scope
from istidrak.base.templatetags.ui import day_words
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.orientation.queries.exits import SOURCES as OF_ORIENTATION
from istidrak.programmes.models import Programme, Season
from istidrak.training.facts.applications import open_places
from istidrak.training.models import Application, CentreContact, Consent, Group, Guardianship, PaperOfApplication
from istidrak.training.rules.enrolling import Placed, Waiting, is_adult, last_year_of_age, waiting_order

# Sources of the parameters of enrolling in words: a parameter file holds them in English alone.
SOURCES = (
    gettext_lazy(
        "No official list of documents of admission was found: the papers that one association asks for, sample value"
    ),
    gettext_lazy("No text orders the waiting list of a centre: sample value"),
    gettext_lazy("Family code (law 70-03), article 209: majority at eighteen"),
    gettext_lazy("No text sets the time of an answer to a family: sample value"),
    gettext_lazy("No text sets the reference days of the lists of centres: sample value"),
    gettext_lazy("No text sets the number of absences after which a centre acts: sample value"),
)


def source_words(value: ParameterValue) -> str:
    """Where a parameter's value comes from, in the reader's language."""
    with translation.override("en"):
        known = {str(source): source for source in (*SOURCES, *OF_ORIENTATION)}
    return str(known.get(value.source, value.source))


def in_words(decision: RuleDecision) -> list[dict[str, Any]]:
    """Findings for a page: label, outcome, and the text each comes from in the reader's language."""
    rows = []
    for finding in decision.findings:
        source = str(finding.source)
        if source == "; ".join(dict.fromkeys(p.source for p in finding.parameters)):  # no text of its own
            source = " ؛ ".join(dict.fromkeys(source_words(p) for p in finding.parameters))
        rows.append({"label": finding.label, "outcome": finding.outcome.value, "source": source})
    return rows


def applications(scope: Scope, state: str = "", centre: str = "") -> QuerySet[Application]:
    """Requests of the reader's centres, by state and by uuid of centre."""
    rows = Application.objects.visible_to(scope).select_related("person", "centre", "programme", "season")
    if state in Application.State.values:
        rows = rows.filter(state=state)
    elif state == "OPEN":
        rows = rows.filter(state__in=Application.OPEN_STATES)
    return rows.filter(centre__uuid=centre) if centre else rows


def standing_decision(scope: Scope, application: Application) -> Decision | None:
    """The decision of orientation that sends the person to this centre in the season, if any."""
    rows = Decision.objects.visible_to(scope).filter(
        person=application.person_id, season=application.season_id, receiver=application.centre_id
    )
    return rows.filter(state=Decision.State.DECIDED).order_by("-pk").first()


def guardian_of(scope: Scope, application: Application) -> Guardianship | None:
    """The newest statement of who answers for the person."""
    return Guardianship.objects.visible_to(scope).filter(person=application.person_id).first()


def consents_of(scope: Scope, application: Application) -> QuerySet[Consent]:
    """Consents given for the person in this centre, newest first."""
    rows = Consent.objects.visible_to(scope).filter(person=application.person_id, centre=application.centre_id)
    return rows.select_related("recorded_by")


def is_adult_today(application: Application) -> bool | None:
    """Is the person of age? None when the birth is not known well enough."""
    person, today = application.person, days.today()
    majority = value_of("training.majority", as_of=today, place_number=application.centre.place_number).value
    return is_adult(person.birth_date, person.birth_year, majority, today)


@dataclass(frozen=True)
class Paper:
    """One document asked for, and what is said of it (None: nothing yet)."""

    code: str
    label: str
    is_required: bool
    said: PaperOfApplication | None


def papers_of(application: Application) -> tuple[list[Paper], ParameterValue]:
    """The documents asked for in their order, with what was received; and the parameter that asks for them."""
    value = value_of("training.documents", as_of=days.today(), place_number=application.centre.place_number)
    said = {row.code: row for row in application.papers.all()}
    language = "fr" if translation.get_language() == "fr" else "ar"
    papers = [Paper(doc["code"], doc[language], doc["required"], said.get(doc["code"])) for doc in value.value]
    return papers, value


def to_complete(
    application: Application,
    papers: list[Paper],
    guardian: Guardianship | None,
    consents: list[Consent],
    is_of_age: bool | None,
) -> list[str]:
    """What nobody gave yet, in words: it never stops the work without a word."""
    person, missing = application.person, []
    if not (person.birth_date or person.birth_year):
        missing.append(_("The birth is not known"))
    if not person.sex:
        missing.append(_("The sex is not known"))
    if is_of_age is not True and guardian is None:
        missing.append(_("Who answers for the young person is not said"))
    elif is_of_age is not True and guardian and guardian.is_legal_representative is None:
        missing.append(_("It is not said whether the guardian is the legal representative"))
    given = {row.kind for row in consents if row.state == Consent.State.GIVEN}
    labels = {Consent.Kind.ENROLMENT: Consent.Kind.ENROLMENT.label, Consent.Kind.DATA: Consent.Kind.DATA.label}
    missing += [str(label) for kind, label in labels.items() if kind not in given]
    for row in consents:
        if row.state == Consent.State.GIVEN and not row.paper_digest:
            missing.append(_("The paper of: %(what)s") % {"what": row.get_kind_display()})
    if not person.massar_code and not application.no_massar_reason:
        missing.append(_("The Massar code, or why there is none"))
    missing += [paper.label for paper in papers if paper.is_required and _is_lacking(paper)]
    return missing


def _is_lacking(paper: Paper) -> bool:
    return paper.said is None or paper.said.state != PaperOfApplication.State.RECEIVED


def contact_of(scope: Scope, centre: Organisation) -> CentreContact | None:
    """Whom families ask for in a centre, when somebody said it."""
    return CentreContact.objects.visible_to(scope).filter(centre=centre).first()


def programmes_of(centre: Organisation, season: Season) -> QuerySet[Programme]:
    """Programmes of which the centre has a group or a request in the season."""
    # unscoped: which programmes a centre offers is public; no person leaves this function.
    offered = Group.unscoped.filter(centre=centre, season=season).values("programme")
    asked = Application.unscoped.filter(centre=centre, season=season).values("programme")
    return Programme.objects.filter(pk__in=offered.union(asked))


def groups_for(application: Application) -> QuerySet[Group]:
    """Groups of the programme in the centre of a request, by name."""
    # unscoped: groups of the centre of a request that the caller's scope opened.
    return Group.unscoped.filter(
        centre=application.centre_id, programme=application.programme_id, season=application.season_id
    ).order_by("name")


@dataclass(frozen=True)
class WaitingLine:
    """One request on a waiting list, its place and why, in words; `is_offered`: a place is free for it."""

    application: Application
    placed: Placed
    why: list[str]
    is_offered: bool


@dataclass(frozen=True)
class WaitingList:
    """The waiting list of a programme of a centre: free places (None: not stated), lines in order, and by what."""

    programme: Programme
    places: int | None
    lines: list[WaitingLine]
    order: ParameterValue


def waiting_lists(scope: Scope, centre: Organisation, season: Season) -> list[WaitingList]:
    """The waiting lists of a centre in a season, programme by programme, each in its order with why."""
    today = days.today()
    order = value_of("training.waiting_order", as_of=today, place_number=centre.place_number)
    lists = []
    for programme in programmes_of(centre, season):
        rows = list(
            applications(scope, Application.State.WAITING).filter(centre=centre, season=season, programme=programme)
        )
        places = open_places(centre, programme, season)
        lists.append(WaitingList(programme, places, _lines(scope, rows, centre, programme, order, places), order))
    return lists


def _lines(
    scope: Scope,
    rows: list[Application],
    centre: Organisation,
    programme: Programme,
    order: ParameterValue,
    places: int | None,
) -> list[WaitingLine]:
    if not rows:
        return []
    band = value_of(
        "programmes.age_band", as_of=days.today(), place_number=centre.place_number, programme=programme.code
    ).value
    decided = _days_of_decisions(scope, rows)
    by_key = {row.pk: row for row in rows}
    facts = [
        Waiting(
            key=row.pk,
            requested=row.requested_date,
            decided=decided.get(row.person_id),
            last_year=last_year_of_age(_birth_year(row), band.get("upper")),
            moved_to=row.moved_to,
        )
        for row in rows
    ]
    # Places not stated: nobody knows that one is free, so nobody is proposed.
    free = places or 0
    return [
        WaitingLine(by_key[p.waiting.key], p, _why(by_key[p.waiting.key], p, order.value), p.place <= free)
        for p in waiting_order(facts, order.value)
    ]


def _birth_year(row: Application) -> int | None:
    return row.person.birth_date.year if row.person.birth_date else row.person.birth_year


def _days_of_decisions(scope: Scope, rows: list[Application]) -> dict[int, dt.date]:
    """By person, the day on which the standing decision for the centre was taken; two queries."""
    standing = {
        key_of(row): row.person_id
        for row in Decision.objects.visible_to(scope).filter(
            person__in=[row.person_id for row in rows],
            season=rows[0].season_id,
            receiver=rows[0].centre_id,
            state=Decision.State.DECIDED,
        )
    }
    taken = History.objects.filter(subject__in=standing, verb="decide").order_by("at").values_list("subject", "at")
    return {standing[subject]: at.astimezone(days.CASABLANCA).date() for subject, at in taken}


def _why(row: Application, placed: Placed, criteria: list[str]) -> list[str]:
    facts = placed.waiting
    words = {
        "DECISION": _("decision of %(day)s") % {"day": day_words(facts.decided)}
        if facts.decided
        else _("no decision of orientation"),
        "UPPER_AGE": _("of the age of the programme until %(year)d") % {"year": facts.last_year}
        if facts.last_year
        else _("birth not known: to complete"),
        "REQUESTED": _("request of %(day)s") % {"day": day_words(facts.requested)},
    }
    why = [words[name] for name in criteria if name in words]
    if placed.is_moved:
        moved = _("moved by hand from place %(place)d: %(reason)s")
        why.insert(0, moved % {"place": placed.by_criteria, "reason": row.move_reason})
    return why


def places_to_offer(scope: Scope, season: Season) -> int:
    """How many of those who wait could be offered a free place today."""
    waiting = applications(scope, Application.State.WAITING).filter(season=season)
    total = 0
    for centre, programme in {(row.centre, row.programme) for row in waiting}:
        here = sum(row.centre_id == centre.pk and row.programme_id == programme.pk for row in waiting)
        total += min(here, open_places(centre, programme, season) or 0)
    return total


def requests_to_answer(scope: Scope) -> int:
    """How many requests wait for a first answer (pre-registered or under study)."""
    return applications(scope).filter(state__in=["PRE_REGISTERED", "UNDER_STUDY"]).count()
