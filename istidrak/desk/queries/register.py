"""The register of a centre for a season, as a workbook: the layout is ours, since none was published."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.desk.queries.figure_bodies import Body
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case
from istidrak.programmes.models import Season
from istidrak.training.models import Attendance, Enrolment, Group, Insertion

Columns = list[tuple[Any, float, str]]
LEARNERS: Columns = [
    (_("File number"), 12, "text"),
    (_("Massar code"), 14, "text"),
    (_("Name in Arabic"), 30, "text"),
    (_("Name in French"), 30, "text"),
    (_("Sex"), 8, "text"),
    (_("Birth date"), 12, "day"),
    (_("Birth year"), 10, "number"),
    (_("Guardian"), 26, "text"),
    (_("Telephone"), 14, "text"),
    (_("School that named"), 30, "text"),
    (_("Case"), 20, "text"),
    (_("Found by the campaign"), 12, "text"),
    (_("First contact"), 12, "day"),
    (_("Orientation"), 22, "text"),
    (_("Programme"), 34, "text"),
    (_("Group"), 26, "text"),
    (_("Enrolled on"), 12, "day"),
    (_("State"), 16, "text"),
    (_("Left on"), 12, "day"),
    (_("Roll-calls done"), 10, "number"),
    (_("Present"), 10, "number"),
    (_("Late"), 10, "number"),
    (_("Excused absence"), 10, "number"),
    (_("Absent"), 10, "number"),
    (_("Insertion"), 20, "text"),
    (_("Where"), 30, "text"),
    (_("Since"), 12, "day"),
    (_("State of the insertion"), 20, "text"),
]
SESSIONS: Columns = [
    (_("Group"), 30, "text"),
    (_("Programme"), 36, "text"),
    (_("Learners"), 10, "number"),
    (_("Sessions up to the day"), 12, "number"),
    (_("Roll-calls done"), 12, "number"),
    (_("Begun, not finished"), 12, "number"),
    (_("Not taken"), 12, "number"),
]


def learners(scope: Scope, body: Body, season: Season) -> tuple[Columns, Iterator[tuple[Any, ...]]]:
    """One row per enrolment that the scope may read, in the order of the groups; five queries."""
    rows = (
        Enrolment.objects.visible_to(scope)
        .filter(group__season=season)
        .filter(body.of("group__centre__place_number", "group__centre"))
    )
    marks = {
        f"n_{mark.lower()}": Count(
            "attendances", filter=Q(attendances__mark=mark, attendances__session__state="CLOSED")
        )
        for mark in Attendance.Mark.values
    }
    rows = rows.select_related("person", "group__programme").annotate(**marks).order_by("group", "pk")
    insertions = Insertion.objects.visible_to(scope).order_by("-pk")
    enrolments = list(rows.prefetch_related(Prefetch("insertions", insertions, to_attr="known_insertions")))
    people = [row.person_id for row in enrolments]
    cases = {
        case.person_id: case
        for case in Case.objects.visible_to(scope).filter(season=season, person__in=people).select_related("school")
    }
    decided = Decision.objects.visible_to(scope).filter(season=season, person__in=people, state="DECIDED")
    decisions = {decision.person_id: decision for decision in decided}
    return LEARNERS, (
        _line(row, cases.get(row.person_id), decisions.get(row.person_id), next(iter(row.known_insertions), None))
        for row in enrolments
    )


def _line(row: Any, case: Case | None, decision: Decision | None, insertion: Insertion | None) -> tuple[Any, ...]:
    person = row.person
    marks = (row.n_present, row.n_late, row.n_excused, row.n_absent)
    return (
        person.file_number,
        person.massar_code,
        person.name_ar,
        person.name_fr,
        str(person.get_sex_display() or ""),
        person.birth_date,
        person.birth_year,
        person.guardian_name,
        person.phone,
        str(case.school or "") if case else "",
        str(case.get_state_display()) if case else "",
        case.is_found if case else None,
        case.first_contact_date if case else None,
        str(decision.get_exit_display()) if decision else "",
        str(row.group.programme),
        row.group.name,
        row.enrolled_date,
        str(row.get_state_display()),
        row.left_date,
        sum(marks),
        *marks,
        str(insertion.get_kind_display()) if insertion else "",
        insertion.where if insertion else "",
        insertion.since_date if insertion else None,
        str(insertion.get_state_display()) if insertion else "",
    )


def sessions_by_group(body: Body, season: Season, on: dt.date) -> tuple[Columns, Iterator[tuple[Any, ...]]]:
    """Sessions of each group up to a day: done, begun, not taken; one query."""
    groups = Group.unscoped.filter(body.of("centre__place_number", "centre"), season=season)
    past = Q(sessions__date__lte=on)
    counted = groups.select_related("programme").annotate(
        learners=Count("enrolments", distinct=True),
        planned=Count("sessions", filter=past & ~Q(sessions__state="CANCELLED"), distinct=True),
        done=Count("sessions", filter=past & Q(sessions__state="CLOSED"), distinct=True),
        begun=Count("sessions", filter=past & Q(sessions__state="OPENED"), distinct=True),
        not_taken=Count("sessions", filter=past & Q(sessions__state="PLANNED"), distinct=True),
    )
    return SESSIONS, (
        (g.name, str(g.programme), g.learners, g.planned, g.done, g.begun, g.not_taken)
        for g in counted.order_by("name")
    )


def about_the_layout(body: Body, season: Season, on: dt.date) -> tuple[Columns, list[tuple[str, str]]]:
    """What the workbook is, so that nobody takes it for an official form."""
    columns: Columns = [(_("What"), 26, "text"), (_("Value"), 90, "text")]
    return columns, [
        (str(_("Centre")), str(body.organisation)),
        (str(_("Season")), str(season)),
        (str(_("As of")), on.isoformat()),
        (str(_("Layout")), str(_("The layout is of this program: that of the national register was not published."))),
        (str(_("Rows")), str(_("One row per enrolment: who was in two groups has two rows."))),
        (str(_("Not taken")), str(_("A session whose roll-call was not done counts nobody present nor absent."))),
    ]
