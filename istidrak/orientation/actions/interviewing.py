"""The first interview in versions, placement tests, and the domains that ship with the program."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history
from istidrak.orientation.models import Interview, PlacementTest, TestDomain, TradeWish
from istidrak.outreach.models import Case
from istidrak.programmes.models import Trade

# Domains of the admission sheet of one association; a deployment adds or retires rows.
DOMAINS = (
    ("ARABIC", "اللغة العربية", "Arabe"),
    ("FRENCH", "اللغة الفرنسية", "Français"),
    ("MATHEMATICS", "الرياضيات", "Mathématiques"),
    ("COGNITIVE", "القدرات الذهنية", "Capacités cognitives"),
)


class CorrectedMeanwhile(Exception):
    """Somebody corrected this version already; `by_whom` wrote the one that stands."""

    def __init__(self, by_whom: Any):
        self.by_whom = by_whom
        super().__init__(str(by_whom))


@dataclass(frozen=True)
class Wish:
    """A trade of the list, or words when it is in no list; never one for the other."""

    trade: Trade | None = None
    words: str = ""
    why: str = ""


@dataclass(frozen=True)
class Score:
    """The result in one domain: 0 to 100, None when the test was not taken."""

    domain: TestDomain
    score: int | None
    note: str = ""


def load_test_domains() -> int:
    """Write the domains that ship with the program, keeping those retired as they are; returns how many."""
    for position, (code, ar, fr) in enumerate(DOMAINS):
        TestDomain.objects.update_or_create(code=code, defaults={"name_ar": ar, "name_fr": fr, "position": position})
    return len(DOMAINS)


@transaction.atomic
def write_interview(
    *,
    by: Any,
    case: Case,
    held_date: dt.date,
    interviewer: str,
    submission: uuid.UUID,
    corrects: Interview | None = None,
    wishes: Iterable[Wish] = (),
    **answers: Any,
) -> Interview:
    """Write an interview, or a version that takes the place of `corrects`, which is kept.

    `answers`: summary, motivation, readiness, lives_with, works, has_duties_at_home, family_supports, situation; one
    that is absent was not asked. The same `submission` is written once. Raises CorrectedMeanwhile.
    """
    if before := Interview.unscoped.filter(submission=submission).first():
        return before
    try:
        with transaction.atomic():
            interview = Interview.unscoped.create(
                person_id=case.person_id,
                case=case,
                corrects=corrects,
                held_date=held_date,
                interviewer=interviewer,
                submission=submission,
                written_by=by,
                written_at=days.now(),
                **answers,
            )
    except IntegrityError as error:
        if corrects and (standing := Interview.unscoped.filter(corrects=corrects).first()):
            raise CorrectedMeanwhile(standing.written_by) from error
        return Interview.unscoped.get(submission=submission)
    TradeWish.objects.bulk_create(
        TradeWish(interview=interview, rank=rank, trade=wish.trade, trade_words=wish.words, why=wish.why)
        for rank, wish in enumerate(wishes, start=1)
    )
    verb = "correct_interview" if corrects else "interview"
    history.record(interview, verb, by=by, thread=case.person, details={"held": held_date.isoformat()})
    return interview


@transaction.atomic
def write_tests(
    *,
    by: Any,
    case: Case,
    taken_date: dt.date,
    examiner: str,
    scores: Iterable[Score],
    submission: uuid.UUID,
) -> list[PlacementTest]:
    """Write the tests of one day; earlier ones stay. The same `submission` is written once.

    Raises ValueError for a score outside 0 to 100.
    """
    if before := list(PlacementTest.unscoped.filter(submission=submission)):
        return before
    rows = [_test(by, case, taken_date, examiner, submission, score) for score in scores]
    try:
        with transaction.atomic():
            rows = PlacementTest.unscoped.bulk_create(rows)
    except IntegrityError:
        return list(PlacementTest.unscoped.filter(submission=submission))
    if rows:
        said: Mapping[str, Any] = {row.domain.code: row.score for row in rows}
        history.record(rows[0], "test", by=by, thread=case.person, details={"scores": dict(said)})
    return rows


def _test(
    by: Any, case: Case, taken_date: dt.date, examiner: str, submission: uuid.UUID, score: Score
) -> PlacementTest:
    if score.score is not None and not 0 <= score.score <= 100:
        raise ValueError("a score is from 0 to 100")
    return PlacementTest(
        person_id=case.person_id,
        case=case,
        domain=score.domain,
        score=score.score,
        note=score.note,
        taken_date=taken_date,
        examiner=examiner,
        submission=submission,
        written_by=by,
        written_at=days.now(),
    )
