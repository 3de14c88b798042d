"""Lists that schools owe, and what school heads say of each name."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from istidrak.accounts.roles import SchoolHead
from istidrak.base import days, history, workflow
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case, ExpectedList
from istidrak.outreach.rules.lists import strikes_out
from istidrak.people.models import Person, SourceFile
from istidrak.programmes.models import Season

Mark = Case.Mark


@dataclass(frozen=True)
class Round:
    """What opening a round did: how many schools are new in it, how many were already, how many had sent before."""

    added: int
    known: int
    received: int


@transaction.atomic
def expect_lists(*, by: Any, season: Season, directorate: Organisation, due_date: dt.date) -> Round:
    """Ask every school of the directorate for its list by a day.

    Called again it adds the schools that came since and moves the day for those that still owe. A school whose
    list was written before the round opened is received at once.
    """
    inside = Q(parent=directorate)
    if directorate.place is not None:
        inside |= Q(place_number__range=directorate.place.span)
    schools = list(Organisation.objects.filter(inside, kind=Organisation.Kind.SCHOOL).order_by("code", "pk"))
    known = {owed.school_id: owed for owed in ExpectedList.unscoped.filter(season=season, school__in=schools)}
    sent = _sent_before(season, schools)
    new = [
        ExpectedList(
            season=season,
            school=school,
            due_date=due_date,
            state=ExpectedList.State.RECEIVED if school.pk in sent else ExpectedList.State.EXPECTED,
            received_date=sent.get(school.pk),
        )
        for school in schools
        if school.pk not in known
    ]
    ExpectedList.unscoped.bulk_create(new)
    moved = [owed for owed in known.values() if owed.state == owed.State.EXPECTED and owed.due_date != due_date]
    ExpectedList.unscoped.filter(pk__in=[owed.pk for owed in moved]).update(due_date=due_date)
    asked = {"due_date": due_date.isoformat()}
    History.objects.bulk_create(
        history.entry(owed, "expect_list", by=by, after=owed.state, details=asked) for owed in [*new, *moved]
    )
    return Round(len(new), len(known), sum(owed.school_id in sent for owed in new))


def _sent_before(season: Season, schools: Iterable[Organisation]) -> dict[int, dt.date]:
    """Schools of which a list was written already, with the day: their own file, or rows of the directorate's."""
    kept = SourceFile.objects.filter(
        season=season, layout="SCHOOL_LIST", state=SourceFile.State.APPLIED, organisation__in=schools
    )
    firsts = list(kept.values_list("organisation").annotate(Min("received_at")).order_by())
    rows = Case.unscoped.filter(season=season, school__in=schools)
    firsts += rows.values_list("school").annotate(Min("opened_at")).order_by()
    sent: dict[int, dt.date] = {}
    for school, instant in firsts:
        day = instant.astimezone(days.CASABLANCA).date()
        sent[school] = min(day, sent.get(school, day))
    return sent


@transaction.atomic
def receive_list(*, by: Any, season: Season, school: Organisation, on: dt.date) -> ExpectedList | None:
    """Note that a school's list came on a day; the first day is kept. None when no round asks this school.

    Called for each school that an applied list names.
    """
    owed = ExpectedList.unscoped.select_for_update().filter(season=season, school=school).first()
    if owed is None:
        return None
    workflow.move(owed, "receive", by=by, received_date=owed.received_date or on)
    return owed


@transaction.atomic
def nothing_to_report(*, by: Any, expected: ExpectedList, reason: str = "") -> None:
    """The school has nobody to name. Whoever says it in the school's place writes how they know.

    Raises ReasonMissing without that reason, MoveRefused when a list came meanwhile.
    """
    if not by.holds(SchoolHead) and not reason.strip():
        raise workflow.ReasonMissing("nothing_to_report")
    workflow.move(expected, "nothing_to_report", by=by, reason=reason)


class MarkedMeanwhile(Exception):
    """Somebody else marked the name after the page was opened; `case` is as it stands now."""

    def __init__(self, case: Case):
        super().__init__(str(case))
        self.case = case


UNSEEN = object()


@transaction.atomic
def mark(*, by: Any, case: Case, mark: str, seen: Any = UNSEEN) -> bool:
    """Write what the school says of a name; a mark can be changed later, the history keeps each.

    `seen`: the mark that the user had before their eyes (None: not marked); when another stands by now, and it is
    not the one asked for, MarkedMeanwhile is raised and nothing is written. A case still to contact follows the
    mark (rules.lists.strikes_out); one that is being followed, sent or closed keeps its state, and the mark is
    shown beside it. Returns False when the mark was already so. Raises ValueError for a mark that does not exist.
    """
    chosen = Mark(mark)
    standing = Case.unscoped.select_for_update(of=("self",)).select_related("marked_by").get(pk=case.pk)
    if standing.mark == chosen:
        return False
    if seen is not UNSEEN and standing.mark != seen:
        raise MarkedMeanwhile(standing)
    before = standing.mark or ""
    Case.unscoped.filter(pk=standing.pk).update(mark=chosen, marked_by=by, marked_at=days.now())
    thread = Person(pk=standing.person_id)
    history.record(
        standing, "mark", by=by, thread=thread, before=before, after=chosen.value, reason=str(chosen.label)
    )
    verb = "strike_out" if strikes_out(chosen) else "confirm_absent"
    if verb in workflow.open_moves(standing):
        workflow.move(standing, verb, by=by, thread=thread)
    case.refresh_from_db()
    return True


@dataclass
class Marking:
    """What saving a page of marks did. `meanwhile`: cases marked by somebody else, with the mark that was wanted."""

    written: int = 0
    meanwhile: list[tuple[Case, str]] = field(default_factory=list)


@transaction.atomic
def save_marks(
    *, by: Any, cases: Iterable[Case], marks: Mapping[Any, str], seen: Mapping[Any, str | None]
) -> Marking:
    """Save a page of marks: only rows that the user changed. `marks` and `seen` are keyed by the case's uuid."""
    outcome = Marking()
    for case in cases:
        wanted = marks.get(case.uuid)
        if not wanted or wanted == seen.get(case.uuid):
            continue
        try:
            outcome.written += mark(by=by, case=case, mark=wanted, seen=seen.get(case.uuid))
        except MarkedMeanwhile as found:
            outcome.meanwhile.append((found.case, wanted))
    return outcome
