"""What waits for an officer or a field agent: steps due, referrals without arrival, cases to take up, concerns."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case, ProtectionConcern, Referral
from istidrak.outreach.queries.referrals import Confirmations
from istidrak.outreach.rules import referrals as rules
from istidrak.outreach.rules.following import CARRIED, days_late
from istidrak.people.access import SHARED
from istidrak.programmes.models import Season

MOST = 50  # of each kind on the page: nobody works through more in a day
WEEK = dt.timedelta(days=7)
CASE = ("person", "season")

PROTECTION, TWO_CASES, OVERDUE, UNCONFIRMED, COMES_BACK, STEP, NO_STEP = (
    "PROTECTION",
    "TWO_CASES",
    "OVERDUE",
    "UNCONFIRMED",
    "COMES_BACK",
    "STEP",
    "NO_STEP",
)
# What waits for a receiver: on the page of referrals, and counted for the home page.
ANSWER, CONFIRM = "ANSWER", "CONFIRM"


@dataclass(frozen=True)
class Step:
    """One thing to do: its kind, the case, the day it is due (None: no step is planned), whole days late, words."""

    kind: str
    case: Case
    due: dt.date | None
    late_days: int
    label: Any
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """Steps of one pressing, in their order; `is_cut`: more wait than are shown."""

    code: str
    title: Any
    tone: str
    steps: list[Step]
    is_cut: bool

    @property
    def has_days(self) -> bool:
        """True when its steps are due on a day."""
        return self.code not in {TWO_CASES, NO_STEP}


def todo_of(scope: Scope, as_of: dt.date, *, most: int = MOST) -> list[Step]:
    """Everything due by a week from `as_of`, late or without a next step; eight queries whatever the number.

    At most `most` + 1 of each kind are read, so that a page can say that there are more. Protection concerns come
    first. Cases of all seasons: one that was left open in an earlier season is not lost.
    """
    return [
        *_concerns(scope, as_of, most),
        *_two_cases(scope, as_of, most),
        *_overdue(scope, as_of, most),
        *_unconfirmed(scope, as_of, most),
        *_coming_back(scope, as_of, most),
        *_steps_due(scope, as_of, most),
        *_without_step(scope, as_of, most),
    ]


def _concerns(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    """Of the territory only: who wrote a concern is not the one who handles it."""
    waiting = _waiting_concerns(scope).defer("text").select_related("case__person", "case__season")
    for row in waiting.order_by("due_date", "pk")[: most + 1]:
        url = reverse("outreach:concern", kwargs={"concern": row.uuid})
        late = days_late(row.due_date, as_of)
        yield Step(PROTECTION, row.case, row.due_date, late, _("Confidential referral"), url, row.get_state_display())


def _waiting_concerns(scope: Scope) -> QuerySet[ProtectionConcern]:
    waiting = [ProtectionConcern.State.RAISED, ProtectionConcern.State.TAKEN]
    return ProtectionConcern.objects.visible_to(scope).filter(scope.q(place="place_number"), state__in=waiting)


def _two_cases(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    """For the officers of a territory, who alone join cases; the newer of the two is shown."""
    if not scope.spans:
        return
    for case in _cases(scope).filter(_is_second_case()).order_by("pk")[: most + 1]:
        yield _of_case(TWO_CASES, case, None, as_of, _("Join the two cases"), case.get_state_display())


def _is_second_case() -> Q:
    """Open, and so is an older case of the same person in the same season."""
    older = Case.unscoped.filter(
        person=OuterRef("person"), season=OuterRef("season"), pk__lt=OuterRef("pk"), state__in=Case.OPEN_STATES
    )
    return Q(Exists(older), state__in=Case.OPEN_STATES)


def _referrals(scope: Scope) -> QuerySet[Referral]:
    """Those that the reader's directorates sent: a receiver has a page of their own."""
    rows = Referral.objects.visible_to(scope).filter(scope.q(place="case__directorate__place_number"))
    return rows.select_related("case__person", "case__season", "receiver")


def _overdue(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    late = _referrals(scope).filter(_is_overdue(as_of))
    for row in late.order_by("due_date", "pk")[: most + 1]:
        if rules.is_overdue(row.state, row.due_date, as_of):
            yield _of_referral(OVERDUE, row, row.due_date, as_of, _("Has not arrived where they were sent"))


def _is_overdue(as_of: dt.date) -> Q:
    return Q(state__in=rules.NOT_THERE, due_date__lt=as_of)


def _unconfirmed(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    confirmations = Confirmations(as_of)
    label = _("Came once; the arrival is not confirmed")
    for row in _arrived_long_since(scope, confirmations).order_by("arrived_date", "pk")[: most + 1]:
        if confirmations.is_unconfirmed(row):
            yield _of_referral(UNCONFIRMED, row, confirmations.last_day(row), as_of, label)


def _arrived_long_since(scope: Scope, confirmations: Confirmations) -> QuerySet[Referral]:
    long_since = confirmations.as_of - dt.timedelta(days=confirmations.shortest())
    return _referrals(scope).filter(state=Referral.State.ARRIVED, arrived_date__lt=long_since)


def _of_referral(kind: str, row: Referral, due: dt.date, as_of: dt.date, label: Any) -> Step:
    url = reverse("outreach:referral", kwargs={"referral": row.uuid})
    return Step(kind, row.case, due, days_late(due, as_of), label, url, str(row.receiver))


def _cases(scope: Scope) -> QuerySet[Case]:
    return (
        Case.objects.visible_to(scope, besides=SHARED).filter(person__merged_into__isnull=True).select_related(*CASE)
    )


HAS_NO_STEP = Q(state__in=[Case.State.TO_VISIT, Case.State.FOLLOWED], next_step_date__isnull=True)


def _is_left_alone() -> Q:
    """Without a next step; or closed with the case of somebody who is held to be another person again since."""
    joined = Case.unscoped.filter(pk=OuterRef("joined_into")).exclude(person=OuterRef("person"))
    open_one = Case.unscoped.filter(person=OuterRef("person"), season=OuterRef("season"), state__in=Case.OPEN_STATES)
    return HAS_NO_STEP | Q(Exists(joined), ~Exists(open_one), state=Case.State.CLOSED, joined_into__isnull=False)


def _is_coming_back(as_of: dt.date) -> Q:
    """Their day has come, and no later season follows the person already."""
    later = Case.unscoped.filter(person=OuterRef("person"), season__year__gt=OuterRef("season__year"))
    left = [Case.State.REFUSED, Case.State.NOT_FOUND]
    return Q(~Exists(later), state__in=left, comes_back_date__lte=as_of)


def _is_step_due(last_day: dt.date) -> Q:
    return Q(state__in=Case.OPEN_STATES, next_step_date__lte=last_day)


def _coming_back(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    for case in _cases(scope).filter(_is_coming_back(as_of)).order_by("comes_back_date", "pk")[: most + 1]:
        yield _of_case(COMES_BACK, case, case.comes_back_date, as_of, _("To take up again"), case.get_state_display())


def _steps_due(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    for case in _cases(scope).filter(_is_step_due(as_of + WEEK)).order_by("next_step_date", "pk")[: most + 1]:
        yield _of_case(STEP, case, case.next_step_date, as_of, case.next_step)


def _without_step(scope: Scope, as_of: dt.date, most: int) -> Iterator[Step]:
    for case in _cases(scope).filter(_is_left_alone()).order_by("pk")[: most + 1]:
        yield _of_case(NO_STEP, case, None, as_of, _what_is_missing(case))


def _what_is_missing(case: Case) -> Any:
    if case.state == Case.State.CLOSED:
        return _("Two files were separated again: open this case again")
    return _("No contact yet") if case.first_contact_date is None else _("No next step is planned")


def _of_case(kind: str, case: Case, due: dt.date | None, as_of: dt.date, label: Any, detail: str = "") -> Step:
    url = reverse("outreach:case", kwargs={"case": case.uuid})
    return Step(kind, case, due, days_late(due, as_of), label, url, detail or case.quarter)


def todo_counts(scope: Scope, as_of: dt.date) -> dict[str, int]:
    """How many of each kind wait on a day, steps due that day or before: kinds of `todo_of`, and for a receiver
    ANSWER (sent there, not there yet) and CONFIRM (a month has passed); seven queries at most.

    Cases are counted for those who follow them: a territory, or people handed in person; never for a receiver.
    """
    confirmations = Confirmations(as_of)
    mine = Referral.objects.visible_to(scope).filter(receiver__in=scope.organisations).select_related("receiver")
    counts = {
        PROTECTION: _waiting_concerns(scope).count(),
        OVERDUE: _referrals(scope).filter(_is_overdue(as_of)).count(),
        UNCONFIRMED: sum(map(confirmations.is_unconfirmed, _arrived_long_since(scope, confirmations))),
        ANSWER: mine.filter(state__in=rules.NOT_THERE).count(),
        CONFIRM: sum(map(confirmations.is_due, confirmations.confirmable(mine))),
    }
    kinds = {
        TWO_CASES: _is_second_case() if scope.spans else Q(pk__in=[]),
        COMES_BACK: _is_coming_back(as_of),
        STEP: _is_step_due(as_of),
        NO_STEP: _is_left_alone(),
    }
    if not (scope.spans or scope.is_personal):
        return {**counts, **dict.fromkeys(kinds, 0)}
    rows = _cases(scope).select_related(None).order_by()
    return {**counts, **rows.aggregate(**{kind: Count("pk", filter=is_it) for kind, is_it in kinds.items()})}


@dataclass(frozen=True)
class LeftBehind:
    """Cases of an earlier season that came to nothing, of persons without a case in this one."""

    season: Season
    count: int


def left_behind(scope: Scope, directorates: Iterable[Organisation], season: Season) -> LeftBehind | None:
    """What can be taken over from the season before into this one (`actions.carry_over`); two queries."""
    before = Season.objects.filter(year__lt=season.year).order_by("-year").first()
    if before is None:
        return None
    rows = _cases(scope).filter(season=before, directorate__in=list(directorates), state__in=CARRIED)
    standing = Case.objects.visible_to(scope).filter(season=season).values("person")
    count = rows.exclude(person__in=standing).values("person").distinct().count()
    return LeftBehind(before, count) if count else None


def groups_of(steps: Iterable[Step], as_of: dt.date, *, most: int = MOST) -> list[Group]:
    """The steps as the page shows them: protection, two cases of one person, late, today, this week, without
    a next step.

    Groups with nothing are left out.
    """
    by_code: dict[str, list[Step]] = {code: [] for code, _title, _tone in GROUPS}
    for step in steps:
        by_code[_group_of(step, as_of)].append(step)
    groups = []
    for code, title, tone in GROUPS:
        rows = by_code[code]
        if code in {"LATE", "TODAY", "WEEK"}:
            rows = sorted(rows, key=lambda step: step.due or as_of)
        if rows:
            groups.append(Group(code, title, tone, rows[:most], len(rows) > most))
    return groups


GROUPS = (
    ("PROTECTION", _("Protection: to handle today"), "red"),
    ("TWO_CASES", _("Two cases of one person"), "orange"),
    ("LATE", _("Late"), "orange"),
    ("TODAY", _("Today"), "blue"),
    ("WEEK", _("This week"), ""),
    ("NO_STEP", _("Without a next step"), ""),
)


def _group_of(step: Step, as_of: dt.date) -> str:
    if step.kind in {PROTECTION, TWO_CASES, NO_STEP}:
        return step.kind
    if step.late_days:
        return "LATE"
    return "TODAY" if step.due is not None and step.due <= as_of else "WEEK"
