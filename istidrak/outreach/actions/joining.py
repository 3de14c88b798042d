"""Two cases of one person in one season become one.

A person on two lists has a case from each; when the two files are held to be one (people.decide_pair), the survivor
has both. `people` knows nothing of cases, so joining them is a verb of its own.

Taking the merge back later (people.undo_pair) returns each row that the merge moved to the file it came from: each
person has a case again, the joined one closed. What joining moved stays on the case that went on, whosever it is
then: a contact of the one person may so point to the case of the other, and is read on the file of its person. The
to-do list shows the closed case to be opened again, because nobody follows that person any more.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from istidrak.base import history, workflow
from istidrak.outreach.actions.following import NO_STEP
from istidrak.outreach.models import Case, Referral
from istidrak.outreach.rules.joining import how_far
from istidrak.people.models import Person
from istidrak.programmes.models import Season

CHUNK = 500  # persons in one question; under the number of parameters that SQLite takes
TEXTS = ("quarter", "address", "wish")


class JoinBlocked(Exception):
    """Two cases cannot become one as they are.

    `problem`: OTHER_PERSON, OTHER_SEASON, NOT_OPEN (neither is open), ARRIVED (one of them ended with an arrival, a
    result that stays), TWO_REFERRALS (an arrival is awaited in both), ROWS (a row that may stand once stands on
    both; `model` is its table).
    """

    def __init__(self, problem: str, model: type[models.Model] | None = None):
        self.problem, self.model = problem, model
        super().__init__(problem)


@transaction.atomic
def join_cases(*, by: Any, case: Case, other: Case) -> Case:
    """Make one case of two of the same person and season; returns the one that goes on, open.

    It is the one that is further along (rules.joining.how_far), else the older. Everything that points to the other
    moves to it, it learns what it did not know (nothing is replaced), the earliest next step is kept, and the other
    is closed. The same two again: nothing is written. Raises JoinBlocked, and then nothing was changed; ValueError
    for one case twice.
    """
    if case.pk == other.pk:
        raise ValueError("two cases are joined")
    kept, closing = _in_order(*_locked(case, other))
    if kept.person_id != closing.person_id:
        raise JoinBlocked("OTHER_PERSON")
    if kept.season_id != closing.season_id:
        raise JoinBlocked("OTHER_SEASON")
    if closing.joined_into_id == kept.pk and closing.state == Case.State.CLOSED:
        return kept
    if kept.state not in Case.OPEN_STATES:
        raise JoinBlocked("NOT_OPEN")
    if closing.state == Case.State.ARRIVED:
        raise JoinBlocked("ARRIVED")
    _join(by, kept, closing)
    for given in (case, other):
        given.refresh_from_db()
    return kept


def _locked(case: Case, other: Case) -> list[Case]:
    """Both as they stand, held with their persons until the end: a merge taken back at once waits or goes first."""
    list(Person.unscoped.select_for_update().filter(cases__in=(case.pk, other.pk)).order_by("pk"))
    rows = Case.unscoped.select_for_update(of=("self",)).filter(pk__in=(case.pk, other.pk))
    return list(rows.select_related("person").order_by("pk"))


def _in_order(older: Case, newer: Case) -> tuple[Case, Case]:
    """The case that goes on, and the one that is closed; both closed: the one that was joined comes last."""
    awaiting = set(
        Referral.unscoped.filter(case__in=(older, newer), state__in=Referral.AWAITED).values_list("case", flat=True)
    )
    far = [(*how_far(case.state, case.pk in awaiting), case.joined_into_id is None) for case in (older, newer)]
    return (newer, older) if far[1] > far[0] else (older, newer)


def _join(by: Any, kept: Case, closing: Case) -> None:
    columns = _learned(kept, closing)
    moved = _move_rows(closing, kept)
    Case.unscoped.filter(pk=kept.pk).update(**columns)
    for name, value in columns.items():
        setattr(kept, name, value)
    details = {"joined": str(closing.uuid), "rows": moved, "learned": sorted(columns)}
    history.record(kept, "join_cases", by=by, thread=kept.person, details=details)
    reason = _("Two cases of one person")
    end = {**NO_STEP, "comes_back_date": None, "joined_into": kept}
    workflow.move(closing, "join", by=by, thread=kept.person, reason=reason, **end)


def _learned(kept: Case, closing: Case) -> dict[str, Any]:
    """Columns of the kept case that change: what only the other knew, the first days, the earliest next step."""
    wanted: dict[str, Any] = {name: getattr(kept, name) or getattr(closing, name) for name in TEXTS}
    wanted["school_id"] = kept.school_id or closing.school_id
    wanted["team_id"] = kept.team_id or closing.team_id
    wanted["stop_id"] = kept.stop_id or closing.stop_id
    # A mark is the word of one school's head about its own list.
    if kept.mark is None and kept.school_id in {None, closing.school_id}:
        wanted |= {name: getattr(closing, name) for name in ("mark", "marked_by_id", "marked_at")}
    wanted["is_found"] = kept.is_found or closing.is_found
    for name in ("found_at", "first_contact_date"):
        wanted[name] = min((day for day in (getattr(kept, name), getattr(closing, name)) if day), default=None)
    if closing.state in Case.OPEN_STATES:
        steps = [(row.next_step_date, row.next_step) for row in (kept, closing) if row.next_step_date]
        if steps:
            wanted["next_step_date"], wanted["next_step"] = min(steps, key=lambda step: step[0])
    return {name: value for name, value in wanted.items() if getattr(kept, name) != value}


def _move_rows(source: Case, target: Case) -> dict[str, int]:
    """Point every row of every table that points to a case to another; how many of each. Raises JoinBlocked.

    Found from the tables themselves, so that rows of higher modules move too.
    """
    moved: dict[str, int] = {}
    for model, column in _columns_to_cases():
        rows = model._base_manager.filter(**{column: source.pk})
        if model is Case:
            rows = rows.exclude(pk=target.pk)
        try:
            with transaction.atomic():
                count = rows.update(**{column: target})
        except IntegrityError as error:
            raise JoinBlocked("TWO_REFERRALS" if model is Referral else "ROWS", model) from error
        if count:
            moved[model._meta.label_lower] = count
    return moved


def _columns_to_cases() -> Iterator[tuple[type[models.Model], str]]:
    for relation in Case._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name


def join_cases_of(*, by: Any, persons: Iterable[int], season: Season) -> list[Case]:
    """Join the open cases that each of these persons (ids) has in a season; returns the cases that go on.

    Two that cannot be joined stay for the officer, who has them on the to-do list. One transaction for each two.
    """
    kept: list[Case] = []
    is_open = Q(cases__season=season, cases__state__in=Case.OPEN_STATES)
    asked = sorted(set(persons))
    for start in range(0, len(asked), CHUNK):
        rows = Person.unscoped.filter(pk__in=asked[start : start + CHUNK]).annotate(
            open_cases=Count("cases", filter=is_open)
        )
        for person in rows.filter(open_cases__gt=1).order_by("pk"):
            kept += _join_all(by, person, season)
    return kept


def _join_all(by: Any, person: Person, season: Season) -> list[Case]:
    rows = Case.unscoped.filter(person=person, season=season, state__in=Case.OPEN_STATES).order_by("pk")
    kept, *others = rows
    is_joined = False
    for other in others:
        try:
            kept = join_cases(by=by, case=kept, other=other)
        except JoinBlocked:
            continue
        is_joined = True
    return [kept] if is_joined else []
