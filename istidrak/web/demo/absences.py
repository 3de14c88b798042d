"""The demo's absences of autumn 2018: sheets typed by supervisors, validated by heads, one late, one corrected."""

import datetime as dt
import random

from istidrak.accounts.models import Assignment, User
from istidrak.organisations.models import Organisation
from istidrak.support.actions import absences as actions
from istidrak.support.actions import control
from istidrak.support.models import MonthAbsence, MonthSheet, Registration
from istidrak.support.queries.absences import pupils_of
from istidrak.support.rules.absences import Counts
from istidrak.support.rules.levels import CYCLES
from istidrak.web.demo.province import Province, on
from istidrak.web.demo.support import COASTAL, PORT, TOWN, VILLAGE

SEED = 20181001
MONTHS = {
    201809: dt.date(2018, 10, 3),
    201810: dt.date(2018, 11, 5),
    201811: dt.date(2018, 12, 4),
    201812: dt.date(2019, 1, 7),
}
CORRECTED = dt.date(2019, 1, 21)
# More than the limit of the cycle: four unexcused days in primary, six in lower secondary.
ABOVE = {"PRIMARY": Counts(5), "LOWER_SECONDARY": Counts(7)}
# Names of those who enter and validate in schools that have no account on the demo's sign-in page.
STAFF = {
    COASTAL: (("رقية بن الشيخ", "Rokaya Benchikh"), ("محمد سالم الداودي", "Mohamed Salem Daoudi")),
    PORT: (("ياسين القادري", "Yassine Kadiri"), ("ليلى الصغير", "Laila Sghir")),
    VILLAGE: (("عائشة الرامي", "Aicha Rami"), ("عبد الله بوزكري", "Abdellah Bouzekri")),
}


def live(p: Province) -> None:
    """Four months of four schools: TOWN's December waits for its head, VILLAGE's was never entered."""
    staff = {TOWN: (p.by("GENERAL_SUPERVISOR"), p.by("SCHOOL_HEAD"))}
    staff |= {code: _staff(p.bodies[code]) for code in STAFF}
    chance = random.Random(SEED)  # noqa: S311 - invented absences need no secrecy
    for month, day in MONTHS.items():
        with on(day):
            for code, (supervisor, head) in staff.items():
                if (code, month) == (VILLAGE, 201812):
                    continue
                sheet = _enter(supervisor, p.bodies[code], month, chance)
                if (code, month) != (TOWN, 201812):
                    actions.validate(by=head, sheet=sheet)
    with on(CORRECTED):
        _correct(staff[COASTAL][1], p.bodies[COASTAL])
        _control(p)


def _staff(school: Organisation) -> tuple[User, User]:
    """A supervisor and a head of a school: accounts without a password, on no list of the sign-in page."""
    users = []
    for role, (name_ar, name_fr) in zip(("GENERAL_SUPERVISOR", "SCHOOL_HEAD"), STAFF[school.code], strict=True):
        username = f"{role.lower()}.{school.code.lower()}"
        user = User.objects.create_user(username, None, name_ar=name_ar, name_fr=name_fr)
        Assignment.objects.create(user=user, role=role, organisation=school, since=dt.date(2018, 9, 3))
        users.append(user)
    return users[0], users[1]


def _enter(by: User, school: Organisation, month: int, chance: random.Random) -> MonthSheet:
    sheet = actions.open_sheet(by=by, school=school, month=month)
    pupils = list(pupils_of(school, month).order_by("pk"))
    rows = [actions.Row(pupil.uuid, counts) for pupil in pupils if any(counts := _counts(pupil, chance))]
    actions.save_absences(by=by, sheet=sheet, rows=rows)
    actions.hand_over(by=by, sheet=sheet)
    return sheet


def _counts(pupil: Registration, chance: random.Random) -> Counts:
    """Three pupils in four are never absent; one in thirty is more than the limit allows."""
    draw = chance.random()
    if draw < 0.035:
        return ABOVE.get(CYCLES.get(pupil.level_code, ""), Counts(2))
    if draw < 0.25:
        return Counts(chance.randint(0, 3), chance.randint(0, 2), chance.randint(0, 4), chance.randint(0, 2))
    return Counts()


def _control(p: Province) -> None:
    """Two months drawn by the directorate: one school visited, one still to visit."""
    by = p.by("SUPPORT_COORDINATOR")
    (visited,) = control.draw(by=by, directorate=p.directorate, month=201810, seed="20190121")
    found = "الورقة مطابقة لسجلات الأقسام إلا تلميذا واحدا حُسب غيابه المبرر غير مبرر"
    control.report(by=by, visit=visited, visited_date=CORRECTED, pupils_seen=24, pupils_differing=1, found=found)
    control.draw(by=by, directorate=p.directorate, month=201811, seed="20190122")


def _correct(head: User, school: Organisation) -> None:
    """A medical certificate that came late: unexcused days of October become excused ones."""
    sheet = MonthSheet.unscoped.get(school=school, month=201810)
    absence = (
        MonthAbsence.unscoped.filter(sheet=sheet, unexcused_days__gt=0)
        .select_related("registration")
        .order_by("-unexcused_days", "pk")
        .first()
    )
    assert absence is not None, "the demo's October has an absence"  # noqa: S101
    actions.correct(
        by=head,
        sheet=sheet,
        registration=absence.registration,
        counts=Counts(0, absence.unexcused_days + absence.excused_days, absence.unexcused_hours),
        reason="شهادة طبية وصلت متأخرة",
        version=absence.version,
    )
