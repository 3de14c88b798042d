"""Evaluations of the groups, and learners of last season who are followed after they left."""

import datetime as dt

from istidrak.people import actions as people
from istidrak.programmes import actions as programmes
from istidrak.programmes.models import Module, Pole, Programme
from istidrak.results import actions as results
from istidrak.results.actions import MarkGiven
from istidrak.training import actions as training
from istidrak.training.models import Confirmation, Enrolment, Group
from istidrak.web.demo.invented import Invented, people_of
from istidrak.web.demo.province import PROOF, SEED, YEAR, Province, on

# Pole, module, kind, scale, title, day, whether the director validated it.
EVALUATIONS = (
    (
        "EDUCATIONAL",
        "اللغة العربية",
        "DIAGNOSTIC",
        "ACQUIRED",
        "تقويم تشخيصي في العربية",
        dt.date(2025, 10, 13),
        True,
    ),
    ("VOCATIONAL", "", "PRACTICAL", "OUT_OF_20", "اختبار تطبيقي أول في الورشة", dt.date(2025, 11, 5), True),
    ("PERSONAL", "المهارات الحياتية", "PROJECT", "ACQUIRED", "مشروع جماعي", dt.date(2025, 11, 12), False),
)
MODULES = (("EDUCATIONAL", "اللغة العربية", "Langue arabe"), ("PERSONAL", "المهارات الحياتية", "Compétences de vie"))
LEVELS = ("ACQUIRED", "IN_PROGRESS", "ACQUIRED", "NOT_ACQUIRED", "ACQUIRED")
# Of last season: where to, name, since; none: the learner completed and nothing was found.
BEFORE = (
    ("JOB", "ورشة نجارة تجريبية", dt.date(2025, 7, 15)),
    ("VOCATIONAL", "مؤسسة تكوين تجريبية", dt.date(2025, 8, 20)),
    ("APPRENTICESHIP", "صالون حلاقة تجريبي", dt.date(2025, 7, 21)),
    ("FORMAL_SCHOOL", "ثانوية الساقية التجريبية", dt.date(2025, 8, 25)),
    ("OWN_BUSINESS", "إصلاح الهواتف", dt.date(2025, 8, 4)),
    ("JOB", "مخبزة تجريبية", dt.date(2025, 7, 28)),
    None,
    None,
)


def live(p: Province) -> None:
    """Two modules, three evaluations of each group, and eight learners of last season followed since."""
    _modules(p)
    for group in Group.unscoped.filter(centre=p.bodies["DEMO-C1"], season=p.season).order_by("pk"):
        _evaluations(p, group)
    _followed(p, _last_season(p))


def _modules(p: Province) -> None:
    national = p.by("NATIONAL_OFFICER")
    with on(dt.date(2025, 9, 22)):
        for code, ar, fr in MODULES:
            pole = Pole.objects.get(version__code="2025", code=code, is_superseded=False)
            programmes.add_module(by=national, pole=pole, name_ar=ar, name_fr=fr)


def _evaluations(p: Province, group: Group) -> None:
    teachers, director = [p.by("EDUCATOR"), p.by("VOCATIONAL_TRAINER")], p.by("CENTRE_DIRECTOR")
    with on(dt.date(2025, 10, 7)):
        training.set_educators(by=director, group=group, educators=teachers)
    for code, title_of_module, kind, scale, title, day, is_closed in EVALUATIONS:
        pole = Pole.objects.get(version__code="2025", code=code, is_superseded=False)
        module = Module.objects.filter(pole=pole, name_ar=title_of_module).first()
        by = teachers[code == "VOCATIONAL"]
        with on(day):
            evaluation = results.create_evaluation(
                by=by,
                group=group,
                submission=p.form_id("evaluation", group.pk, code),
                kind=kind,
                scale=scale,
                title=title,
                date=day,
                pole=pole,
                module=module,
            )
            learners = list(Enrolment.unscoped.filter(group=group, enrolled_date__lte=day))
            marked = learners if is_closed else learners[: len(learners) // 2]
            marks = {one.uuid: _mark(scale, number) for number, one in enumerate(marked)}
            results.save_marks(by=by, evaluation=evaluation, marks=marks)
            if is_closed:
                results.close_evaluation(by=director, evaluation=evaluation)


def _mark(scale: str, number: int) -> MarkGiven:
    if number % 6 == 5:
        return MarkGiven("ABSENT")
    if scale == "ACQUIRED":
        return MarkGiven(LEVELS[number % len(LEVELS)])
    return MarkGiven("SCORE", 1000 + 125 * (number % 6))


def _last_season(p: Province) -> list[Enrolment]:
    director, officer = p.by("CENTRE_DIRECTOR"), p.by("DIRECTORATE_OFFICER")
    season = programmes.season_of(YEAR - 1)
    with on(dt.date(2024, 10, 7)):
        group = training.create_group(
            by=director,
            season=season,
            centre=p.bodies["DEMO-C1"],
            programme=Programme.objects.get(code="NEW_GENERATION"),
            name="فوج 2024/25",
            educators=[p.by("EDUCATOR")],
        )
        learners = [_enrol(p, group, one, n) for n, one in enumerate(people_of(SEED + 1, len(BEFORE), YEAR - 1))]
    for enrolment, insertion in zip(learners, BEFORE, strict=True):
        with on(dt.date(2025, 6, 27)):
            training.complete(by=director, enrolment=enrolment, on=dt.date(2025, 6, 27))
        if insertion is None:
            continue
        kind, where, since = insertion
        with on(dt.date(2025, 9, 2)):
            row = training.declare_insertion(
                by=director, enrolment=enrolment, kind=kind, since_date=since, where=where
            )
            training.prove_insertion(by=director, insertion=row, data=PROOF, name="شهادة.pdf")
        with on(dt.date(2025, 9, 9)):
            training.verify_insertion(by=officer, insertion=row)
    return learners


def _enrol(p: Province, group: Group, one: Invented, number: int) -> Enrolment:
    facts = {
        "first_name_ar": one.first_ar,
        "last_name_ar": one.last_ar,
        "first_name_fr": one.first_fr,
        "last_name_fr": one.last_fr,
        "sex": one.sex,
        "birth_date": one.birth,
    }
    director, form = p.by("CENTRE_DIRECTOR"), p.form_id("last season", number)
    record = people.record_by_hand(by=director, season=group.season, facts=facts, submission=form)
    place = p.directorate.place.low
    people.tie(by=director, person=record.person, reason="NAMED", place_number=place, since=dt.date(2024, 10, 7))
    return training.enrol(by=director, person=record.person, group=group, on=dt.date(2024, 10, 7))


def _followed(p: Province, learners: list[Enrolment]) -> None:
    officer = p.by("INSERTION_OFFICER")
    first = {c.enrolment_id: c for c in Confirmation.unscoped.filter(months=3, state="DUE")}
    steps = [first[one.pk] for one in learners]

    def ask(number: int, day: dt.date, result: str, answer: training.Answer | None = None) -> None:
        with on(day):
            training.record_follow_up(
                by=officer,
                confirmation=steps[number],
                submission=p.form_id("follow up", number, day),
                kind="CALL",
                result=result,
                date=day,
                answer=answer,
            )

    ask(0, dt.date(2025, 10, 16), "REACHED", training.Answer("CONFIRMED"))
    ask(2, dt.date(2025, 10, 22), "NO_ANSWER")
    ask(2, dt.date(2025, 10, 30), "REACHED", training.Answer("NOT_INSERTED", standing="LOOKING"))
    for day in (29, 30, 31):
        ask(5, dt.date(2025, 10, day), "WRONG_NUMBER")
    with on(dt.date(2025, 11, 7)):
        training.lose(by=officer, confirmation=steps[5], reason="تغير الرقم ولا يعرف الجيران العنوان الجديد")
    ask(4, dt.date(2025, 11, 10), "NO_ANSWER")
    ask(6, dt.date(2025, 10, 3), "REACHED", training.Answer("NOT_INSERTED", standing="AT_HOME"))
