"""The demo's weeks in the centre: a timetable, closed days, roll-calls, learners who stay away, a few notes."""

import datetime as dt

from istidrak.psychosocial import actions as psychosocial
from istidrak.training import actions as training
from istidrak.training.models import AbsenceFollowUp, Enrolment, Group, Session
from istidrak.web.demo.province import Province, on

CENTRE = "DEMO-C1"
WEEK = (
    (3, "LESSON", "اللغة العربية والتواصل", dt.time(9), dt.time(11)),
    (4, "WORKSHOP", "ورشة تطبيقية", dt.time(14), dt.time(17)),
)
FIRST, LAST = dt.date(2025, 11, 5), dt.date(2025, 12, 19)
# Nobody took the roll-call of the 5th; the 6th is a holiday; the last one is of yesterday.
TAKEN = (dt.date(2025, 11, 12), dt.date(2025, 11, 13), dt.date(2025, 11, 19))
TODAY = dt.date(2025, 11, 20)


def live(p: Province) -> None:
    """Live the station through its actions, on days before the demo's own today."""
    groups = list(Group.unscoped.filter(centre=p.bodies[CENTRE], season=p.season).order_by("pk")[:2])
    for group in groups:
        _plan(p, group)
    _close(p)
    away, back = _call(p, groups[0]), _call(p, groups[1])
    if back is not None:
        _came_again(p, groups[1], back)
    if away is not None:
        _contact(p, away)
    _notes(p, groups[0])


def _plan(p: Province, group: Group) -> None:
    director = p.by("CENTRE_DIRECTOR")
    with on(dt.date(2025, 11, 3)):
        for weekday, kind, title, starts_at, ends_at in WEEK:
            training.put_in_timetable(
                by=director,
                group=group,
                weekday=weekday,
                kind=kind,
                title=title,
                starts_at=starts_at,
                ends_at=ends_at,
                first_date=FIRST,
                last_date=LAST,
            )
        training.plan_timetable(by=director, group=group, until=LAST)


def _close(p: Province) -> None:
    """A day closed afterwards: what was planned on it is cancelled, and nobody is absent."""
    with on(dt.date(2025, 11, 17)):
        training.close_days(
            by=p.by("CENTRE_DIRECTOR"),
            organisation=p.bodies[CENTRE],
            kind="OTHER",
            start_date=dt.date(2025, 11, 27),
            end_date=dt.date(2025, 11, 27),
            name_ar="أشغال صيانة بالمركز",
            name_fr="Travaux d'entretien au centre",
            submission=p.form_id("closure", 1),
        )


def _call(p: Province, group: Group) -> Enrolment | None:
    """Roll-calls of three sessions from which one learner is away each time; that learner."""
    educator = p.by("EDUCATOR")
    learner = Enrolment.unscoped.filter(group=group, state="ENROLLED").order_by("-pk").first()
    for day in TAKEN:
        with on(day):
            for session in Session.unscoped.filter(group=group, date=day, state="PLANNED").order_by("pk"):
                training.open_session(by=educator, session=session)
                marks = {learner.uuid: "ABSENT"} if learner else {}
                training.close_session(by=educator, session=session, marks=marks)
    return learner


def _came_again(p: Province, group: Group, learner: Enrolment) -> None:
    educator = p.by("EDUCATOR")
    with on(TODAY):
        for session in Session.unscoped.filter(group=group, date=TODAY, state="PLANNED").order_by("pk"):
            training.open_session(by=educator, session=session)
            training.close_session(by=educator, session=session, marks={learner.uuid: "LATE"})


def _contact(p: Province, learner: Enrolment) -> None:
    for follow_up in AbsenceFollowUp.unscoped.filter(enrolment=learner, state="OPEN"):
        with on(TODAY):
            training.contact_absent(
                by=p.by("SOCIAL_WORKER"),
                follow_up=follow_up,
                said="الأم: مريضة منذ أسبوع، تعود بعد الشفاء",
                due_date=dt.date(2025, 11, 24),
            )


def _notes(p: Province, group: Group) -> None:
    worker = p.by("SOCIAL_WORKER")
    learners = Enrolment.unscoped.filter(group=group, state="ENROLLED").select_related("person").order_by("-pk")[:3]
    texts = (
        ("FAMILY_VISIT", "زيارة للأسرة: الأم تعمل ليلا وتطلب تغيير توقيت الورشة.", dt.date(2025, 11, 18)),
        ("INTERVIEW", "مقابلة أولى: رغبة في التكوين وتخوف من الرياضيات.", dt.date(2025, 11, 27)),
        ("MATERIAL_SUPPORT", "تسليم أدوات مدرسية.", None),
    )
    for number, (learner, (kind, text, next_date)) in enumerate(zip(learners, texts, strict=False)):
        with on(dt.date(2025, 11, 10)):
            psychosocial.write_note(
                by=worker,
                person=learner.person,
                centre=group.centre,
                kind=kind,
                date=dt.date(2025, 11, 10),
                text=text,
                next_date=next_date,
                submission=p.form_id("note", number),
            )
