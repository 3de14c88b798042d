"""Two families of the demo who object: one whose pupil's absence was corrected since, one whose pupil has no line."""

import datetime as dt

from istidrak.support.actions import absences, families
from istidrak.support.models import Line, MonthAbsence, Registration
from istidrak.support.rules.absences import Counts
from istidrak.support.rules.lines import UNPAID
from istidrak.web.demo.province import Province, on
from istidrak.web.demo.support import COASTAL
from istidrak.web.demo.transfers import MONTHS, YEAR, staff_of

RECEIVED, CORRECTED, SECOND = dt.date(2025, 10, 15), dt.date(2025, 11, 5), dt.date(2025, 11, 12)
MONTH = MONTHS[0]


def live(p: Province) -> None:
    """Both wait for their answer: the first is late, and its difference waits to be adjusted."""
    officer = p.by("COMPLAINTS_OFFICER")
    missed = _refused_for_absences(p)
    with on(RECEIVED):
        families.register_complaint(
            by=officer,
            registration=missed.registration,
            about="AMOUNT",
            channel="COUNTER",
            month=MONTH,
            text=f"تقول الأم إن {_child(missed.registration)} في ماي، وإنها سلمت شهادة طبية للمؤسسة.",
            received_date=RECEIVED,
            submission=p.form_id("complaint", 1),
        )
    with on(CORRECTED):
        _supervisor, head = staff_of(p.bodies[COASTAL])
        absences.correct(
            by=head,
            sheet=missed.sheet,
            registration=missed.registration,
            counts=Counts(0, missed.unexcused_days),
            reason="شهادة طبية وجدت في ملف التلميذ",
            version=missed.version,
        )
    with on(SECOND):
        families.register_complaint(
            by=officer,
            registration=_without_a_line(p),
            about="RIGHT",
            channel="LETTER",
            text="يسأل الأب عن سبب عدم الاستفادة، وباقي تلاميذ القسم مستفيدون.",
            received_date=SECOND,
            submission=p.form_id("complaint", 2),
        )


def _child(registration: Registration) -> str:
    return "ابنتها كانت مريضة" if registration.person.sex == "F" else "ابنها كان مريضا"


def _refused_for_absences(p: Province) -> MonthAbsence:
    """What a pupil missed who was not paid the month."""
    refused = Line.unscoped.filter(month=MONTH, outcome=UNPAID).values("child")
    rows = MonthAbsence.unscoped.filter(
        sheet__month=MONTH, sheet__school=p.bodies[COASTAL], registration__person__in=refused
    )
    return rows.select_related("sheet", "registration__person", "registration__school").order_by("pk")[0]


def _without_a_line(p: Province) -> Registration:
    """A pupil whom the rule leaves out."""
    paid = Line.unscoped.filter(month__in=MONTHS).values("child")
    rows = Registration.unscoped.filter(school_year=YEAR).exclude(person__in=paid)
    other = Registration.unscoped.filter(school_year=YEAR + 1, state="VALIDATED", school=p.bodies[COASTAL])
    found = rows.select_related("person", "school").order_by("pk").first()
    return found or other.select_related("person", "school").order_by("pk")[0]
