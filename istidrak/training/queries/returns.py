"""Lists submitted by centres: one list, all lists, totals."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from istidrak.base import days
from istidrak.base.parameters import value_of
from istidrak.base.rules import ParameterValue
from istidrak.base.rules.ages import completed_years
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season
from istidrak.training.models import Group, RegisterReturn, ReturnLine, ReturnSubmission
from istidrak.training.rules.returns import COLUMNS, Difference, difference, digest_of

LINE = ("enrolment", *COLUMNS)


def returns(scope: Scope, season: Season | None, reference: dt.date | None = None) -> QuerySet[RegisterReturn]:
    """Lists of the reader's centres in a season, with the number of lines of the submission in force."""
    rows = (
        RegisterReturn.objects.visible_to(scope)
        .select_related("centre", "programme", "season", "current", "submitted_by", "validated_by")
        .annotate(lines=Count("current__lines"))
    )
    if season is not None:
        rows = rows.filter(season=season)
    return rows.filter(reference_date=reference) if reference else rows


def is_late(register: RegisterReturn) -> bool:
    """True when the centre has not submitted and the day is over."""
    return register.state in RegisterReturn.AWAITED and register.due_date < days.today()


def late_returns(scope: Scope) -> int:
    """How many lists are late."""
    rows = RegisterReturn.objects.visible_to(scope).filter(state__in=RegisterReturn.AWAITED)
    return rows.filter(due_date__lt=days.today()).count()


def returns_in(scope: Scope, *states: str) -> int:
    """How many lists are in these states: to validate, to consolidate, to submit again."""
    return RegisterReturn.objects.visible_to(scope).filter(state__in=states).count()


@dataclass(frozen=True)
class Sent:
    """A submission: its lines with their remarks, the general remarks, whether the digest still agrees."""

    submission: ReturnSubmission
    lines: list[ReturnLine]
    remarks: list[str]
    is_intact: bool
    change: Difference | None


def sent(register: RegisterReturn) -> Sent | None:
    """The submission in force and what it changed against the one before; None when nothing was submitted.

    Five queries at most. The caller has checked that the return is visible.
    """
    submission = register.current
    if submission is None:
        return None
    lines = list(submission.lines.prefetch_related("remarks"))
    before = register.submissions.filter(number=submission.number - 1).first()
    return Sent(
        submission=submission,
        lines=lines,
        remarks=[row.text for row in submission.remarks.filter(line=None)],
        is_intact=digest_of(_plain(line) for line in lines) == submission.digest,
        change=difference(map(_plain, lines), map(_plain, before.lines.all())) if before else None,
    )


def remarks_before(register: RegisterReturn) -> list[tuple[str, str]]:
    """What the directorate said of the submission before the one in force: (file number or empty, text)."""
    if register.current is None:
        return []
    before = register.submissions.filter(number=register.current.number - 1).first()
    rows = before.remarks.select_related("line") if before else ()
    return [(row.line.file_number if row.line else "", row.text) for row in rows]


def _plain(line: ReturnLine) -> dict[str, Any]:
    return {"enrolment": line.enrolment_id, **{name: getattr(line, name) for name in COLUMNS}}


def reference_days(season: Season, as_of: dt.date) -> tuple[list[tuple[dt.date, dt.date]], ParameterValue]:
    """Reference days of a season with the day on which each list is due; and the parameter that sets them."""
    value = value_of("training.returns", as_of=as_of)
    rows = []
    for entry in value.value:
        month, day = map(int, entry["reference"].split("-"))
        reference = dt.date(season.year if month >= 9 else season.year + 1, month, day)
        rows.append((reference, reference + dt.timedelta(days=entry["due_days"])))
    return sorted(rows), value


def centres_to_ask(scope: Scope, season: Season) -> QuerySet[Organisation]:
    """Centres of the territory with a group in the season."""
    rows = Group.objects.visible_to(scope).filter(season=season)
    return Organisation.objects.filter(pk__in=rows.values("centre"))


BANDS = ((None, 11), (12, 14), (15, 17), (18, None))


def totals(scope: Scope, season: Season, reference: dt.date | None) -> list[dict[str, Any]]:
    """Lines of validated lists by programme and age, girls, boys and not known apart; age on the reference day.

    One query. Ages are of those whose birth date is known; by the year alone when only it is (its last day).
    """
    lines = ReturnLine.objects.filter(
        submission__in=returns(scope, season, reference)
        .filter(state__in=RegisterReturn.AGREED)
        .order_by()
        .values("current")
    ).select_related("submission__register__programme")
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for line in lines:
        register = line.submission.register
        age = _age(line, register.reference_date)
        key = (register.programme.name, _band(age))
        row = cells.setdefault(key, {"girls": 0, "boys": 0, "unknown": 0, "supplementary": 0})
        row[{"F": "girls", "M": "boys"}.get(line.sex or "", "unknown")] += 1
        row["supplementary"] += line.is_supplementary
    return [
        {"programme": programme, "ages": ages, **row, "total": row["girls"] + row["boys"] + row["unknown"]}
        for (programme, ages), row in sorted(cells.items())
    ]


def _age(line: ReturnLine, day: dt.date) -> int | None:
    if line.birth_date:
        return completed_years(line.birth_date, day)
    return day.year - line.birth_year if line.birth_year else None


def _band(age: int | None) -> str:
    if age is None:
        return ""
    for low, high in BANDS:
        if (low is None or age >= low) and (high is None or age <= high):
            return f"{low or 0}-{high}" if high else f"{low}+"
    raise AssertionError(age)


def reference_days_asked(scope: Scope, season: Season) -> list[dt.date]:
    """Reference days for which the reader's centres were asked, newest first."""
    rows = RegisterReturn.objects.visible_to(scope).filter(season=season)
    return list(rows.order_by("-reference_date").values_list("reference_date", flat=True).distinct())


def to_take(scope: Scope, season: Season, reference: dt.date | None, state: str) -> QuerySet[RegisterReturn]:
    """Lists in a state, to be taken together by the academy or frozen."""
    return returns(scope, season, reference).filter(Q(state=state))
