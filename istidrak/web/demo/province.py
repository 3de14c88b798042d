"""Laâyoune 2025/26, lived day by day through the actions of the modules."""

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction

from istidrak.accounts.actions import command_line_account
from istidrak.accounts.models import User
from istidrak.base import days
from istidrak.base.exchange.writing import workbook_bytes
from istidrak.desk.imports import actions as imports
from istidrak.organisations.models import Organisation
from istidrak.orientation import actions as orientation
from istidrak.orientation.queries import findings_for
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case, ExpectedList, Referral
from istidrak.people import actions as people
from istidrak.people.models import CandidatePair, Person, SourceFile
from istidrak.programmes import actions as programmes
from istidrak.programmes.models import Programme
from istidrak.training import actions as training
from istidrak.training.models import Enrolment, Group, Insertion
from istidrak.web.demo import bodies
from istidrak.web.demo.invented import REASONS, WISHES, Invented, people_of

YEAR, SEED, NAMED, NEW_TO_CARAVAN = 2025, 20250916, 150, 40
NAMESPACE = uuid.UUID("0b5d8c1e-7a44-7c11-9d52-3f3a8f2f9a10")  # so that the demo's forms have fixed ids


@contextmanager
def on(day: dt.date) -> Iterator[None]:
    """Act as if it were that day: what is written carries it."""
    before = settings.PINNED_TODAY
    settings.PINNED_TODAY = day
    try:
        yield
    finally:
        settings.PINNED_TODAY = before


class Province:
    """Everything the season's days share."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)  # noqa: S311 - invented people need no secrecy
        bodies.load_communes()
        self.bodies = bodies.make_bodies(by=command_line_account())
        self.users = bodies.make_accounts()
        self.directorate = self.bodies[bodies.DIRECTORATE]
        self.season = programmes.season_of(YEAR)
        self.young = list(people_of(SEED, NAMED, YEAR))

    def by(self, role: str) -> User:
        """The account of a role, read anew: its scope is kept on the instance."""
        return User.objects.get(pk=self.users[role].pk)

    def form_id(self, *parts: Any) -> uuid.UUID:
        """The id of one submitted form, the same at each run."""
        return uuid.uuid5(NAMESPACE, "|".join(map(str, parts)))


@transaction.atomic
def live_the_season() -> dict[str, int]:
    """Fill an empty database with the season up to its pinned day. Returns counts by what they are."""
    with on(dt.date(2025, 9, 1)):
        province = Province()
    _september(province)
    _october(province)
    _november(province)
    _figures(province)
    return {
        "files": Person.unscoped.filter(merged_into=None).count(),
        "cases": Case.unscoped.count(),
        "enrolments": Enrolment.unscoped.count(),
        "insertions": Insertion.unscoped.count(),
    }


def _figures(p: Province) -> None:
    from istidrak.web.demo import (
        absences,
        attending,
        complaints,
        enrolling,
        helping,
        orienting,
        results,
        season,
        support,
        transfers,
    )

    season.live(p)
    results.live(p)
    enrolling.live(p)
    attending.live(p)
    orienting.live(p)
    helping.live(p)
    support.live(p)
    absences.live(p)
    transfers.live(p)
    complaints.live(p)


def _school_list(school: Organisation, young: list[Invented]) -> bytes:
    columns = [
        (h, 18, "text")
        for h in (
            "رقم التلميذ",
            "النسب",
            "الإسم",
            "Nom",
            "Prénom",
            "النوع",
            "تاريخ الإزدياد",
            "المستوى",
            "رمز المؤسسة",
            "المؤسسة",
            "الحالة",
            "هاتف الولي",
            "اسم الولي",
        )
    ]
    rows = [
        (
            p.code,
            p.last_ar,
            p.first_ar,
            p.last_fr,
            p.first_fr,
            "أنثى" if p.sex == "F" else "ذكر",
            p.birth.strftime("%d-%m-%Y"),
            p.level,
            school.code,
            school.name_ar,
            "غير ملتحق",
            p.phone,
            p.guardian_ar,
        )
        for p in young
    ]
    return workbook_bytes("لائحة غير الملتحقين", columns, rows)


def _caravan_list(chance: random.Random, known: list[Invented], new: list[Invented]) -> bytes:
    columns = [
        (h, 18, "text")
        for h in (
            "التاريخ",
            "الدوار / الحي",
            "الاسم الكامل",
            "الجنس",
            "تاريخ الازدياد",
            "رقم مسار (إن وجد)",
            "آخر مستوى دراسي",
            "سبب الانقطاع",
            "الهاتف",
            "رغبة المعني بالأمر",
        )
    ]
    rows = []
    for p in [*known, *new]:
        name = chance.choice(
            (f"{p.first_ar} {p.last_ar}", f"{p.first_fr} {p.last_fr.title()}", f"{p.last_ar} {p.first_ar}")
        )
        birth = chance.choice((p.birth.strftime("%d/%m/%Y"), p.birth.strftime("%d/%m/%Y"), str(p.birth.year), ""))
        rows.append(
            (
                "20/09/2025",
                p.quarter,
                name,
                chance.choice(("أنثى", "أ") if p.sex == "F" else ("ذكر", "ذ")),
                birth,
                p.code if chance.random() < 0.15 else "",
                p.level,
                chance.choice(REASONS),
                p.phone,
                chance.choice(WISHES),
            )
        )
    return workbook_bytes("القافلة", columns, rows)


def _import(
    province: Province, data: bytes, name: str, *, by: User, organisation: Organisation | None = None
) -> SourceFile:
    (file,) = imports.receive(
        by=by,
        data=data,
        filename=name,
        season=province.season,
        directorate=province.directorate,
        organisation=organisation,
    )
    imports.apply(by=by, file=file)
    return file


def _september(p: Province) -> None:
    officer, head = p.by("DIRECTORATE_OFFICER"), p.by("SCHOOL_HEAD")
    with on(dt.date(2025, 9, 8)):
        programmes.move_season(by=p.by("NATIONAL_OFFICER"), season=p.season, verb="open")
        outreach.expect_lists(by=officer, season=p.season, directorate=p.directorate, due_date=dt.date(2025, 9, 20))
    schools = [p.bodies[code] for code, *_rest in bodies.SCHOOLS]
    with on(dt.date(2025, 9, 15)):
        for number, school in enumerate(schools[:6]):
            young = p.young[number::6]
            _import(p, _school_list(school, young), f"{school.code}.xlsx", by=officer, organisation=school)
        owed = ExpectedList.unscoped.get(season=p.season, school=schools[6])
        outreach.nothing_to_report(by=officer, expected=owed, reason="بلاغ هاتفي من المدير")
    with on(dt.date(2025, 9, 18)):
        _strike_out(p, head)
    with on(dt.date(2025, 9, 20)):
        new = list(people_of(SEED + 1, NEW_TO_CARAVAN, YEAR))
        known = p.chance.sample(p.young, 25)
        _import(p, _caravan_list(p.chance, known, new), "قافلة-20-09.xlsx", by=officer)
    with on(dt.date(2025, 9, 22)):
        for pair in CandidatePair.unscoped.filter(state="OPEN", kind="LIKELY").order_by("pk")[:12]:
            people.decide_pair(by=officer, pair=pair, verdict="same")


def _strike_out(p: Province, head: User) -> None:
    cases = list(Case.unscoped.filter(school__code="90104N", state="NAMED").order_by("pk"))
    marks = ("STILL_ABSENT", "STILL_ABSENT", "CAME_BACK", "STILL_ABSENT", "MOVED", "TRANSFERRED", "STILL_ABSENT")
    # The last five stay to mark: the demo's school head has something to do.
    for case, mark in zip(cases[:-5], marks * 9, strict=False):
        outreach.mark(by=head, case=case, mark=mark)


def _october(p: Province) -> None:
    officer, agent = p.by("DIRECTORATE_OFFICER"), p.by("FIELD_AGENT")
    with on(dt.date(2025, 9, 16)):
        campaign = outreach.create_campaign(
            by=officer,
            season=p.season,
            directorate=p.directorate,
            name_ar="القافلة المجتمعية – شتنبر",
            name_fr="Caravane communautaire – septembre",
            start_date=dt.date(2025, 9, 16),
            end_date=dt.date(2025, 12, 20),
        )
        outreach.start_campaign(by=officer, campaign=campaign)
        team = outreach.create_team(by=officer, campaign=campaign, name="الفريق 1", members=[agent])
        for day, quarter in ((20, "حي الوحدة"), (21, "المرسى"), (27, "الدشيرة")):
            outreach.plan_stop(by=officer, campaign=campaign, team=team, date=dt.date(2025, 9, day), quarter=quarter)
    with on(dt.date(2025, 9, 23)):
        waiting = Case.unscoped.filter(state__in=["NAMED", "TO_VISIT"], person__merged_into=None)
        handed = list(waiting.exclude(school__code="90104N", state="NAMED").order_by("pk")[:60])
        outreach.hand_over(by=officer, cases=handed, team=team)
    for number, case in enumerate(handed[:48]):
        _follow(p, agent, case, number)


def _follow(p: Province, agent: User, case: Case, number: int) -> None:
    day = dt.date(2025, 9, 25) + dt.timedelta(days=number % 20)
    result = ("MET", "FAMILY_MET", "MET", "ABSENT", "MET", "REFUSED", "MET", "WRONG_ADDRESS")[number % 8]
    step_day = day + dt.timedelta(days=60 if number % 3 else 14)
    with on(day):
        outreach.make_contact(
            by=agent,
            case=case,
            kind="VISIT" if number % 4 else "CALL",
            result=result,
            date=day,
            note="",
            next_step="زيارة ثانية" if number % 5 else "",
            next_step_date=step_day if number % 5 else None,
            submission=p.form_id("contact", number),
        )
        if result in {"MET", "FAMILY_MET"}:
            outreach.sort_case(
                by=agent,
                case=case,
                wish=("TRADE", "SCHOOL", "TRADE", "WORK")[number % 4],
                reads_and_writes=bool(number % 3),
                was_ever_in_school=True,
                is_free_in_daytime=bool(number % 5),
                family_agrees=True if number % 4 else None,
                can_reach_a_centre=True,
            )


def _november(p: Province) -> None:
    officer, director = p.by("DIRECTORATE_OFFICER"), p.by("CENTRE_DIRECTOR")
    centre, school = p.bodies["DEMO-C1"], p.bodies["90104N"]
    programme = Programme.objects.get(code="NEW_GENERATION")
    followed = list(Case.unscoped.filter(state="FOLLOWED", person__merged_into=None).order_by("pk"))
    with on(dt.date(2025, 10, 2)):
        trained = [case for case in followed if _outcome(case, "FULL_TRAINING") != "NOT_MET"][:17]
        trained += [case for case in followed if case not in trained][:1]  # one departs from the aid, with a reason
        rest = [case for case in followed if case not in trained]
        returned = [case for case in rest if _outcome(case, "FORMAL_SCHOOL") != "NOT_MET"][:5]
    with on(dt.date(2025, 10, 2)):
        for case in trained:
            decision = orientation.propose(
                by=officer,
                case=case,
                exit="FULL_TRAINING",
                programme=programme,
                receiver=centre,
                departure_reason="قرار بعد دراسة الحالة مع الأسرة",
            )
            orientation.decide(by=officer, decision=decision)
        for case in returned:  # one of them never arrives: story of the fourteen-year-old
            outreach.refer(by=officer, case=case, receiver=school, due_date=dt.date(2025, 10, 20))
    with on(dt.date(2025, 10, 6)):
        groups = [
            training.create_group(
                by=director,
                season=p.season,
                centre=centre,
                programme=programme,
                name=name,
                capacity=20,
                educators=[p.users["EDUCATOR"]],
            )
            for name in ("الفوج أ – الحلاقة", "الفوج ب – كهرباء البناء")
        ]
        enrolments = [
            training.enrol(by=director, person=case.person, group=groups[n % 2], on=dt.date(2025, 10, 6))
            for n, case in enumerate(trained[:14])
        ]
        for referral in Referral.unscoped.filter(receiver=school)[:3]:
            outreach.answer_referral(by=p.by("SCHOOL_HEAD"), referral=referral, verb="accept")
    _roll_calls(p, groups)
    _insertions(p, enrolments, director)


def _outcome(case: Case, exit: str) -> str:
    """Whether an exit is open to the person of a case, by its criteria today."""
    return str(findings_for(case, days.today())[exit].outcome.value)


def _roll_calls(p: Province, groups: list[Group]) -> None:
    educator = p.by("EDUCATOR")
    for week in range(6):
        day = dt.date(2025, 10, 7) + dt.timedelta(weeks=week)
        for group in groups:
            with on(day):
                session = training.plan_session(by=educator, group=group, date=day, title="")
                if week == 3:
                    continue  # never opened: shown as not taken
                training.open_session(by=educator, session=session)
                learners = Enrolment.unscoped.filter(group=group, state="ENROLLED")
                marks = {e.uuid: "ABSENT" for e in learners if p.chance.random() < 0.12}
                training.save_roll_call(by=educator, session=session, marks=marks)
                training.close_session(by=educator, session=session)


def _insertions(p: Province, enrolments: list[Enrolment], director: User) -> None:
    with on(dt.date(2025, 11, 14)):
        for number, enrolment in enumerate(enrolments[:4]):
            training.complete(by=director, enrolment=enrolment, on=dt.date(2025, 11, 14))
            insertion = training.declare_insertion(
                by=director,
                enrolment=enrolment,
                kind=("JOB", "VOCATIONAL", "APPRENTICESHIP", "JOB")[number],
                since_date=dt.date(2025, 11, 10),
                where="ورشة تجريبية بالعيون",
            )
            if number:
                training.prove_insertion(by=director, insertion=insertion, data=PROOF, name="شهادة.pdf")
            if number > 1:
                training.verify_insertion(by=p.by("DIRECTORATE_OFFICER"), insertion=insertion)


# The smallest document that a reader of PDF opens: one empty page.
PROOF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
