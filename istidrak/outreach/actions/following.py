"""Following a case: contacts, first sorting, next step, the moves that end it or take it up again."""

import datetime as dt
import uuid as uuids
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from istidrak.base import days, history, workflow
from istidrak.base.models import History
from istidrak.base.parameters import value_of
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case, Contact, Sorting
from istidrak.outreach.rules import following as rules
from istidrak.people import actions as people
from istidrak.programmes.models import Season

ANSWERS = (
    "wish",
    "reads_and_writes",
    "was_ever_in_school",
    "is_free_in_daytime",
    "family_agrees",
    "can_reach_a_centre",
)
NO_STEP: dict[str, Any] = {"next_step": "", "next_step_date": None}


class BadContact(Exception):
    """A contact or a next step that cannot be written; `problem` is a code of rules.following, or OUTCOME (the case
    cannot end that way after this result), SUBMISSION (the form of another case)."""

    def __init__(self, problem: str):
        self.problem = problem
        super().__init__(problem)


def locked(case: Case) -> Case:
    """The case as it stands, held until the end of the transaction."""
    people.held(case.person)  # first, as whoever merges two files does: neither waits for the other in a circle
    rows = Case.unscoped.select_for_update(of=("self",)).select_related("season", "directorate", "person")
    found = rows.get(pk=case.pk)
    case.person = found.person
    for name in ("state", "next_step", "next_step_date", "first_contact_date", "comes_back_date"):
        setattr(case, name, getattr(found, name))
    return case


@transaction.atomic
def make_contact(
    *,
    by: Any,
    case: Case,
    kind: str,
    result: str,
    date: dt.date,
    note: str = "",
    next_step: str = "",
    next_step_date: dt.date | None = None,
    submission: uuids.UUID | None = None,
    outcome: str = "",
) -> Contact:
    """Write a visit, a call or a meeting; the same `submission` sent twice is one contact.

    The first contact begins the following of the case. The next step becomes the case's, unless a later contact
    was written before this one. `outcome`: `refuse` or `lose` ends the case for now, and it comes back on a day.
    Raises BadContact, MoveRefused when the case is over.
    """
    locked(case)
    submission = submission or uuids.uuid4()
    if sent := Contact.unscoped.filter(submission=submission).first():
        # Once is once; but Back, then another result in the same form, must not be dropped in silence.
        same = (case.pk, by.pk, kind, result, date, note.strip(), next_step.strip(), next_step_date)
        first = (sent.case_id, sent.made_by_id, sent.kind, sent.result, sent.date, sent.note, sent.next_step)
        is_left_as_asked = not outcome or case.state in rules.LEFT
        if same != (*first, sent.next_step_date) or not is_left_as_asked:
            raise BadContact("SUBMISSION")
        return sent
    if case.state in rules.CLOSED:
        raise workflow.MoveRefused("make_contact", case.state)
    if problem := _problem(case, result, date, next_step, next_step_date, outcome):
        raise BadContact(problem)
    is_newest = not Contact.unscoped.filter(case=case, date__gt=date).exists()
    contact = Contact.unscoped.create(
        case=case,
        person_id=case.person_id,
        kind=kind,
        result=result,
        date=date,
        note=note.strip(),
        next_step=next_step.strip(),
        next_step_date=next_step_date,
        submission=submission,
        made_by=by,
        recorded_at=days.now(),
    )
    history.record(contact, "make_contact", by=by, thread=case.person, details={"kind": kind, "result": result})
    columns: dict[str, Any] = {"first_contact_date": min(date, case.first_contact_date or date)}
    if is_newest or next_step.strip():
        columns |= {"next_step": contact.next_step, "next_step_date": next_step_date}
    _after_contact(by, case, result, columns, date)
    if outcome:
        _leave(by, case, outcome, date)
    return contact


def _problem(
    case: Case, result: str, date: dt.date, step: str, step_date: dt.date | None, outcome: str
) -> str | None:
    if not rules.may_end_with(result, outcome):
        return "OUTCOME"
    return rules.contact_problem(date, step, step_date, days.today(), case.season.year)


def _after_contact(by: Any, case: Case, result: str, columns: dict[str, Any], date: dt.date) -> None:
    if rules.is_followed_after(case.state, result):
        workflow.move(case, "follow", by=by, thread=case.person, **columns, comes_back_date=None)
        return
    Case.unscoped.filter(pk=case.pk).update(**columns)
    for name, value in columns.items():
        setattr(case, name, value)


def _leave(by: Any, case: Case, verb: str, date: dt.date, reason: str = "") -> None:
    dates = value_of("outreach.comeback_dates", as_of=days.today(), place_number=case.directorate.place_number).value
    # A refusal written down late still comes back on a day to come, never on one that has passed unseen.
    back = rules.comes_back_on(max(date, days.today()), case.season.year, dates)
    workflow.move(case, verb, by=by, thread=case.person, reason=reason, **NO_STEP, comes_back_date=back)


@transaction.atomic
def sort_case(*, by: Any, case: Case, **answers: Any) -> Sorting:
    """Write the first sorting: `wish` (a value of Sorting.Wish or None) and five answers, True, False or None.

    Answers that are not given are unknown; older sortings stay. Raises TypeError for another question, ValueError
    for an unknown wish.
    """
    if unknown := answers.keys() - set(ANSWERS):
        raise TypeError(f"not a question of the sorting: {sorted(unknown)}")
    wish = answers.get("wish") or None
    if wish is not None and wish not in Sorting.Wish.values:
        raise ValueError(wish)
    sorting = Sorting.unscoped.create(case=case, sorted_by=by, sorted_at=days.now(), **{**answers, "wish": wish})
    history.record(sorting, "sort_case", by=by, thread=case.person)
    return sorting


def _kept(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers as conditions on a sorting that holds just these."""
    said = {name: answers.get(name) for name in ANSWERS} | {"wish": answers.get("wish") or None}
    unknown = {f"{name}__isnull": True for name, value in said.items() if value is None}
    return unknown | {name: value for name, value in said.items() if value is not None}


@transaction.atomic
def make_contact_and_sort(*, by: Any, case: Case, answers: dict[str, Any] | None, **contact: Any) -> Contact:
    """A contact and the first sorting made during it (None: nothing was asked); both or neither.

    The same form sent twice writes neither again; with other answers it is refused. Raises as `make_contact`.
    """
    locked(case)  # the same form sent twice at once: the second waits here, then finds the first
    is_known = Contact.unscoped.filter(submission=contact["submission"]).exists()
    made = make_contact(by=by, case=case, **contact)
    if answers is not None and not is_known:
        sort_case(by=by, case=case, **answers)
    elif answers is not None and not Sorting.unscoped.filter(case=case, sorted_by=by, **_kept(answers)).exists():
        raise BadContact("SUBMISSION")
    return made


@transaction.atomic
def set_next_step(*, by: Any, case: Case, next_step: str, next_step_date: dt.date) -> None:
    """Write what is done next and on which day, today or later. Raises BadContact, MoveRefused."""
    locked(case)
    if case.state not in Case.OPEN_STATES:
        raise workflow.MoveRefused("set_next_step", case.state)
    problem = rules.step_problem(next_step, next_step_date, days.today())
    if problem or not next_step.strip():
        raise BadContact(problem or "STEP_WITHOUT_DAY")
    case.next_step, case.next_step_date = next_step.strip(), next_step_date
    case.save(update_fields=["next_step", "next_step_date"])
    details = {"next_step": case.next_step, "next_step_date": next_step_date.isoformat()}
    history.record(case, "set_next_step", by=by, thread=case.person, details=details)


@transaction.atomic
def refuse_case(*, by: Any, case: Case, reason: str = "") -> None:
    """The family refuses: the case comes back on the day that rules.comes_back_on gives. Raises MoveRefused."""
    _leave(by, locked(case), "refuse", days.today(), reason)


@transaction.atomic
def lose_case(*, by: Any, case: Case, reason: str = "") -> None:
    """Nobody finds the person: the case comes back as a refused one does. Raises MoveRefused."""
    _leave(by, locked(case), "lose", days.today(), reason)


def come_back(*, by: Any, case: Case) -> None:
    """Take up again a case that was refused or not found. Raises MoveRefused."""
    workflow.move(case, "come_back", by=by, thread=case.person, **NO_STEP, comes_back_date=None)


bring_back = come_back


def close_case(*, by: Any, case: Case, reason: str) -> None:
    """Close without a result. Raises ReasonMissing, MoveRefused (a case with a referral is first taken back)."""
    workflow.move(case, "close", by=by, thread=case.person, reason=reason, **NO_STEP)


def reopen_case(*, by: Any, case: Case, reason: str) -> None:
    """Open a closed case again: to contact, without a next step. Raises ReasonMissing, MoveRefused."""
    workflow.move(case, "reopen", by=by, thread=case.person, reason=reason, joined_into=None, **NO_STEP)


@transaction.atomic
def carry_over(*, by: Any, season_from: Season, season_to: Season, directorate: Organisation) -> int:
    """Open a case in the next season for everybody whose case of this one came to nothing; returns how many.

    Refused, not found, and cases still open: the open ones are closed with the reason. A case that waits for an
    arrival stays. Who has a case in the next season already gets no second one, so doing it again changes nothing.
    """
    if season_to.year <= season_from.year:
        raise ValueError("a case is carried over to a later season")
    standing = Case.unscoped.filter(season=season_to).values("person")
    old = list(
        Case.unscoped.select_for_update()
        .filter(season=season_from, directorate=directorate, person__merged_into__isnull=True)
        .filter(state__in=rules.CARRIED)
        .exclude(person__in=standing)
        .select_related("person")
        .order_by("pk")
    )
    by_person = {case.person_id: case for case in old}  # a merge may have left two: the newest is carried
    new = Case.unscoped.bulk_create(_next_case(case, season_to) for case in by_person.values())
    reason = _("Carried over to the season %(season)s") % {"season": season_to}
    rows = [history.entry(case, "open_case", by=by, thread=case.person, after=case.state) for case in new]
    still_open = [case for case in old if case.state in Case.OPEN_STATES]
    for case in still_open:
        after = Case.State.CLOSED
        rows.append(
            history.entry(case, "close", by=by, thread=case.person, before=case.state, after=after, reason=reason)
        )
    Case.unscoped.filter(pk__in=[case.pk for case in still_open]).update(state=Case.State.CLOSED, **NO_STEP)
    Case.unscoped.filter(pk__in=[case.pk for case in old]).update(comes_back_date=None)
    History.objects.bulk_create(rows)
    return len(new)


def _next_case(case: Case, season: Season) -> Case:
    return Case(
        season=season,
        person=case.person,
        directorate_id=case.directorate_id,
        school_id=case.school_id,
        state=Case.State.TO_VISIT,
        quarter=case.quarter,
        address=case.address,
        wish=case.wish,
        opened_at=days.now(),
    )
