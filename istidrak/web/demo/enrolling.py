"""Families who ask for a place, services of a centre, a transfer that waits for an answer, lists of the enrolled."""

import datetime as dt

from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Programme
from istidrak.training import actions as training
from istidrak.training.models import Application, Consent, Enrolment, Group, RegisterReturn
from istidrak.web.demo.invented import Invented, people_of
from istidrak.web.demo.province import Province, on

SEED, FAMILIES = 20251005, 12
REFERENCE, DUE = dt.date(2025, 10, 31), dt.date(2025, 11, 10)


def live(p: Province) -> None:
    """October and November of the centre's office."""
    centre = p.bodies["DEMO-C1"]
    families = list(people_of(SEED, FAMILIES, p.season.year))
    _ask(p, centre, families)
    _wait(p, centre, families)
    _serve(p, centre)
    _transfer(p, centre, families)
    _return(p, centre)


def _request(p: Province, number: int, young: Invented, day: dt.date, programme: str) -> Application:
    return training.receive_application(
        by=p.by("CENTRE_DIRECTOR"),
        centre=p.bodies["DEMO-C1"],
        programme=Programme.objects.get(code=programme),
        season=p.season,
        requested_date=day,
        submission=p.form_id("request", number),
        facts={
            "first_name_ar": young.first_ar,
            "last_name_ar": young.last_ar,
            "sex": young.sex,
            "birth_date": young.birth if programme == "NEW_GENERATION" else young.birth.replace(year=2012),
            "phone": young.phone,
            "guardian_name": young.guardian_ar,
            "contact_date": day,
        },
        no_massar_reason="NOT_KNOWN_YET" if number % 3 else "NEVER_SCHOOLED",
        next_step="مقابلة مع الأسرة" if number % 2 else "",
        next_step_date=day + dt.timedelta(days=15) if number % 2 else None,
    )


def _complete(p: Province, application: Application, young: Invented, day: dt.date) -> None:
    worker, person = p.by("SOCIAL_WORKER"), application.person
    training.state_guardian(
        by=worker, person=person, name=young.guardian_ar, kinship="FATHER", is_legal_representative=True
    )
    for kind in (Consent.Kind.ENROLMENT, Consent.Kind.DATA):
        training.record_consent(
            by=worker,
            person=person,
            centre=application.centre,
            kind=kind,
            giver=Consent.Giver.GUARDIAN,
            giver_name=young.guardian_ar,
            given_date=day,
        )
    papers = {"PHOTO": ("RECEIVED", ""), "BIRTH": ("RECEIVED", ""), "IDENTITY": ("MISSING", "في طور التجديد")}
    training.record_papers(by=worker, application=application, papers=papers)


def _ask(p: Province, centre: Organisation, families: list[Invented]) -> None:
    """Five families: one only asked, one under study, one accepted, one refused, one directed elsewhere."""
    director, day = p.by("CENTRE_DIRECTOR"), dt.date(2025, 11, 10)
    with on(day):
        training.name_contact(
            by=director, centre=centre, name="السيدة مريم، مكتب الاستقبال", phone="0528000000", hours="من 9 إلى 16"
        )
        asked = [_request(p, n, young, day, "NEW_GENERATION") for n, young in enumerate(families[:5])]
    with on(dt.date(2025, 11, 13)):
        for application in asked[1:]:
            training.study(by=director, application=application)
        _complete(p, asked[2], families[2], dt.date(2025, 11, 13))
        training.accept(by=director, application=asked[2], exception_reason="موافقة لجنة القبول")
        training.answer_no(
            by=director,
            application=asked[3],
            verb="refuse",
            reason="السن أكبر من سن البرنامج هذا الموسم",
            other_possibility="التكوين المهني بمركز التكوين بالتدرج",
        )
        training.answer_no(
            by=director, application=asked[4], verb="direct_elsewhere", reason="المركز بعيد عن سكن الأسرة"
        )


def _wait(p: Province, centre: Organisation, families: list[Invented]) -> None:
    """A supplementary group with one free place, and three who wait for it, one of them moved by hand."""
    director = p.by("CENTRE_DIRECTOR")
    with on(dt.date(2025, 10, 20)):
        group = training.create_group(
            by=director,
            season=p.season,
            centre=centre,
            programme=Programme.objects.get(code="BASIC"),
            name="الحصة التكميلية",
            capacity=2,
            kind=Group.Kind.SUPPLEMENTARY,
        )
        first = _request(p, 10, families[5], dt.date(2025, 10, 20), "BASIC")
        training.enrol(by=director, person=first.person, group=group, on=dt.date(2025, 10, 20))
    waiting = []
    for number, young in enumerate(families[6:9]):
        with on(dt.date(2025, 10, 22 + number)):
            application = _request(p, 11 + number, young, dt.date(2025, 10, 22 + number), "BASIC")
            training.put_on_waiting_list(by=director, application=application)
            waiting.append(application)
    with on(dt.date(2025, 11, 3)):
        training.move_on_waiting_list(by=director, application=waiting[2], place=1, reason="وضعية اجتماعية صعبة")


def _serve(p: Province, centre: Organisation) -> None:
    director, day = p.by("CENTRE_DIRECTOR"), dt.date(2025, 10, 13)
    learners = list(Enrolment.unscoped.filter(group__centre=centre, state="ENROLLED").order_by("pk")[:6])
    with on(dt.date(2025, 10, 21)):
        bus = training.offer_service(
            by=director,
            centre=centre,
            season=p.season,
            kind="TRANSPORT",
            places=4,
            funder="المبادرة الوطنية للتنمية البشرية",
        )
        meals = training.offer_service(by=director, centre=centre, season=p.season, kind="MEALS")
        for learner in learners[:4]:
            training.use_service(by=director, offer=bus, enrolment=learner, since=max(day, learner.enrolled_date))
        for learner in learners:
            training.use_service(by=director, offer=meals, enrolment=learner, since=max(day, learner.enrolled_date))


def _transfer(p: Province, centre: Organisation, families: list[Invented]) -> None:
    """A learner of the other centre whose family moved: the director of the demo's centre has an answer to give."""
    officer, other = p.by("DIRECTORATE_OFFICER"), p.bodies["DEMO-C2"]
    programme = Programme.objects.get(code="NEW_GENERATION")
    with on(dt.date(2025, 10, 14)):
        group = training.create_group(
            by=officer, season=p.season, centre=other, programme=programme, name="فوج المرسى", capacity=15
        )
        asked = training.receive_application(
            by=officer,
            centre=other,
            programme=programme,
            season=p.season,
            requested_date=dt.date(2025, 10, 14),
            submission=p.form_id("request", 20),
            facts={
                "first_name_ar": families[9].first_ar,
                "last_name_ar": families[9].last_ar,
                "sex": families[9].sex,
                "birth_date": families[9].birth,
            },
        )
        enrolment = training.enrol(by=officer, person=asked.person, group=group, on=dt.date(2025, 10, 14))
    with on(dt.date(2025, 11, 17)):
        training.ask_transfer(by=officer, enrolment=enrolment, receiver=centre, reason="انتقلت الأسرة إلى حي الوحدة")


def _return(p: Province, centre: Organisation) -> None:
    """Lists on the 31st of October: one validated, one returned and submitted again, one late."""
    officer, director = p.by("DIRECTORATE_OFFICER"), p.by("CENTRE_DIRECTOR")
    with on(dt.date(2025, 10, 27)):
        centres = [centre, p.bodies["DEMO-C2"]]
        training.open_returns(by=officer, season=p.season, reference_date=REFERENCE, due_date=DUE, centres=centres)
    mine = {r.programme.code: r for r in RegisterReturn.unscoped.filter(centre=centre).select_related("programme")}
    with on(dt.date(2025, 11, 5)):
        for register in mine.values():
            training.submit_return(by=director, register=register)
    with on(dt.date(2025, 11, 7)):
        training.validate_return(by=officer, register=mine["BASIC"])
        lines = mine["NEW_GENERATION"].current.lines.all()[:1]
        remarks = {line.pk: "تحققوا من تاريخ الازدياد" for line in lines}
        training.send_back(
            by=officer, register=mine["NEW_GENERATION"], reason="راجعوا الأسماء المشار إليها", remarks=remarks
        )
    with on(dt.date(2025, 11, 12)):
        training.submit_return(by=director, register=mine["NEW_GENERATION"])
