"""A province with one row of each kind that an address can name, all in reach of one user per role."""

import datetime as dt
import uuid
from typing import Any

from istidrak.accounts.models import Assignment, User
from istidrak.accounts.roles import EVERYBODY
from istidrak.base import days
from istidrak.base.models import Parameter
from istidrak.desk.models import Claim, CountDay, PlacesAgreed
from istidrak.help.models import Answer, Note, Question
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import CouncilRequest, Decision, Sitting, SittingLine
from istidrak.outreach.models import Campaign, Case, Contact, ExpectedList, ProtectionConcern, Referral, Stop, Team
from istidrak.people.models import CandidatePair, Person, SharingRequest, SourceFile, SourceRecord, Tie
from istidrak.programmes.models import CurriculumVersion, Module, Pole, Programme, Season
from istidrak.psychosocial.models import Accompaniment
from istidrak.psychosocial.models import Note as RestrictedNote
from istidrak.results.models import Evaluation, Mark
from istidrak.support.models import (
    ControlVisit,
    Instalment,
    MonthAbsence,
    MonthSheet,
    PayerFile,
    Payment,
    Registration,
)
from istidrak.support.rules.references import reference
from istidrak.territory.models import Place
from istidrak.training.models import (
    AbsenceFollowUp,
    Application,
    Closure,
    Confirmation,
    Consent,
    Enrolment,
    Group,
    Insertion,
    RegisterReturn,
    ServiceOffer,
    Session,
    TimetableEntry,
    Transfer,
)
from tests.conventions import support

SINCE = dt.date(2025, 9, 10)
NOTE = "سر-خاص-CANARY-7f3a9"  # the text of a restricted note: no page may ever hold it
QUARTERS = {"321": "حي الوحدة", "541": "حي القصبة"}  # by directorate: a filter must not offer those of elsewhere
NAMES = {
    "inside": ("11", "321", "العيون", "Laâyoune", 113210000, 113219999),
    "outside": ("09", "541", "تارودانت", "Taroudannt", 95410000, 95419999),
}


class World(dict):
    """Values of the names in addresses, and `users` by role code."""

    def __init__(self, users: dict[str, User] | None = None, **values: Any):
        super().__init__(values)
        self.users = users or {}


KINDS = (
    "question",
    "note",
    "person",
    "case",
    "referral",
    "concern",
    "campaign",
    "team",
    "stop",
    "group",
    "session",
    "timetable_entry",
    "closure",
    "absence_follow_up",
    "accompaniment",
    "enrolment",
    "insertion",
    "confirmation",
    "evaluation",
    "curriculum",
    "pole",
    "module",
    "pair",
    "decision",
    "council",
    "sitting",
    "line",
    "file",
    "school",
    "sharing",
    "contact",
    "organisation",
    "user",
    "centre",
    "directorate",
    "expected",
    "merge",
    "places",
    "count_day",
    "claim",
    "application",
    "consent",
    "offer",
    "transfer",
    "register",
    "instalment",
    "registration",
    "sheet",
    "visit",
    "payer_file",
    *support.KINDS,
)


# Words in addresses, which name no row.
WORDS: dict[str, Any] = {
    "page": "home",
    "role": "EDUCATOR",
    "year": 2025,
    "verb": "open",
    "count": "named",
    "measure": "roll_calls",
    "parameter": "programmes.age_band",
    "check": "CHILD_PAID",
    "rule": "full_training",
}


def build(where: str | None) -> World:
    """The rows of one province; None gives ids that name nothing."""
    if where is None:
        return World(**{name: uuid.uuid4() for name in KINDS}, **WORDS, assignment=0, value=0, payment="1-1-36")
    bodies = _bodies(where)
    users = {role.code: _user(role, bodies) for role in EVERYBODY}
    assignment = Assignment.objects.get(user=users["EDUCATOR"]).pk
    value = Parameter.objects.filter(name=WORDS["parameter"]).latest("pk").pk
    rows = _rows(bodies, users)
    paying, payment = _paying(bodies, users)
    paying |= _absences(bodies, users, Person.unscoped.get(uuid=rows["person"]))
    return World(users, **WORDS, assignment=assignment, value=value, payment=payment.reference, **rows, **paying)


def _paying(bodies: dict[str, Organisation], users: dict[str, User]) -> tuple[dict[str, Any], Payment]:
    """An instalment with the payer, one of its payments, the file that it left in."""
    low, high = bodies["DIRECTORATE"].place.span
    instalment = Instalment.unscoped.create(
        purpose="TAYSSIR",
        school_year=2018,
        number=1,
        months=[201809, 201810],
        place_low=low,
        place_high=high,
        body=bodies["DIRECTORATE"],
        state="SENT",
        opened_by=users["SUPPORT_COORDINATOR"],
        opened_at=days.now(),
    )
    payment = Payment.unscoped.create(
        instalment=instalment,
        reference=reference(instalment.pk, 1),
        household=1,
        guardian=1,
        guardian_name="فاطمة المنصوري",
        place_number=low,
        lines_amount=28_000,
        amount=28_000,
    )
    file = PayerFile.unscoped.create(
        instalment=instalment,
        way="OUT",
        name="1.csv",
        digest=f"{instalment.pk:064d}",
        rows=1,
        amount=28_000,
        made_by=users["SUPPORT_UNIT"],
        made_at=days.now(),
    )
    return {"instalment": instalment.uuid, "payer_file": file.uuid}, payment


def _absences(bodies: dict[str, Organisation], users: dict[str, User], person: Person) -> dict[str, Any]:
    """The pupil registered in the school, absent in a month whose sheet is validated; a control visit to it."""
    school, supervisor = bodies["SCHOOL"], users["GENERAL_SUPERVISOR"]
    registration = Registration.unscoped.get(person=person)
    sheet = MonthSheet.unscoped.create(
        school=school, school_year=2018, month=201810, state="VALIDATED", entered_by=supervisor, entered_at=days.now()
    )
    MonthAbsence.unscoped.create(sheet=sheet, registration=registration, unexcused_days=2)
    visit = ControlVisit.unscoped.create(
        school=school, month=201810, seed="1", drawn_by=users["SUPPORT_COORDINATOR"], drawn_at=days.now()
    )
    return {"sheet": sheet.uuid, "visit": visit.uuid}


def _bodies(where: str) -> dict[str, Organisation]:
    region_code, code, ar, fr, low, high = NAMES[where]
    region, _ = Place.objects.get_or_create(
        kind="REGION",
        code=region_code,
        defaults={
            "name_ar": ar,
            "name_fr": fr,
            "low": low // 10**7 * 10**7,
            "high": low // 10**7 * 10**7 + 9_999_999,
        },
    )
    place, _ = Place.objects.get_or_create(
        kind="PROVINCE",
        code=code,
        defaults={"name_ar": ar, "name_fr": fr, "low": low, "high": high, "parent": region},
    )

    def body(kind: str, code: str, at: Place | None, parent: Organisation | None = None) -> Organisation:
        return Organisation.objects.get_or_create(
            kind=kind,
            code=code,
            defaults={
                "name_ar": f"{ar} {code}",
                "name_fr": f"{fr} {code}",
                "place": at,
                "parent": parent,
                "place_number": at.low if at else None,
            },
        )[0]

    ministry = body("MINISTRY", "MINISTRY", None)
    academy = body("ACADEMY", f"A{region_code}", region, ministry)
    directorate = body("DIRECTORATE", code, place, academy)
    association = body("ASSOCIATION", f"AS{code}", place)
    return {
        "MINISTRY": ministry,
        "ACADEMY": academy,
        "DIRECTORATE": directorate,
        "ASSOCIATION": association,
        "SCHOOL": body("SCHOOL", f"83{code}K", place, directorate),
        "CENTRE": body("CENTRE", f"C{code}", place, association),
    }


def _user(role: Any, bodies: dict[str, Organisation]) -> User:
    user = User.objects.create_user(
        f"{role.code.lower()}-{bodies['DIRECTORATE'].code}", name_ar="فاعل تجريبي", name_fr="Compte d'essai"
    )
    Assignment.objects.create(user=user, role=role.code, organisation=bodies[role.of], since=dt.date(2020, 9, 1))
    return user


def _person(season: Season, bodies: dict[str, Organisation], users: dict[str, User], **facts: Any) -> Person:
    person = Person.unscoped.create(**facts)
    SourceRecord.unscoped.create(
        person=person,
        origin="HAND",
        facts=facts,
        season=season,
        recorded_by=users["DIRECTORATE_OFFICER"],
        recorded_at=days.now(),
    )
    ties = [
        {"place_number": bodies["DIRECTORATE"].place.low, "reason": "NAMED"},
        {"organisation": bodies["SCHOOL"], "reason": "NAMED"},
        {"organisation": bodies["CENTRE"], "reason": "ENROLLED"},
        {"user": users["FIELD_AGENT"], "reason": "HANDED"},
        {"user": users["EDUCATOR"], "reason": "TAUGHT"},
        {"user": users["VOCATIONAL_TRAINER"], "reason": "TAUGHT"},
    ]
    for tie in ties:
        Tie.objects.create(person=person, since=SINCE, **tie)
    return person


def _results(programme: Programme, group: Group, enrolment: Enrolment, users: dict[str, User]) -> dict[str, Any]:
    version, _ = CurriculumVersion.objects.get_or_create(
        programme=programme, code="2025", defaults={"name_ar": "المنهاج", "since_year": 2025, "source": "…"}
    )
    pole, _ = Pole.objects.get_or_create(version=version, code="EDUCATIONAL", defaults={"name_ar": "التأهيل التربوي"})
    module, _ = Module.objects.get_or_create(pole=pole, name_ar="اللغة العربية")
    evaluation = Evaluation.unscoped.create(
        submission=uuid.uuid4(),
        group=group,
        pole=pole,
        kind="FORMATIVE",
        scale="OUT_OF_20",
        title="…",
        date=SINCE,
        created_by=users["EDUCATOR"],
        created_at=days.now(),
    )
    Mark.unscoped.create(
        evaluation=evaluation, enrolment=enrolment, person=enrolment.person, given="SCORE", hundredths=1250
    )
    return {"evaluation": evaluation, "curriculum": version, "pole": pole, "module": module}


def _rows(bodies: dict[str, Organisation], users: dict[str, User]) -> dict[str, Any]:
    officer, directorate, now = users["DIRECTORATE_OFFICER"], bodies["DIRECTORATE"], days.now()
    season, _ = Season.objects.get_or_create(year=2025, defaults={"state": "OPEN"})
    programme, _ = Programme.objects.get_or_create(
        code="NEW_GENERATION", defaults={"name_ar": "الفرصة الثانية – الجيل الجديد", "name_fr": "E2C-NG"}
    )
    facts = {"first_name_ar": "سعاد", "last_name_ar": "المنصوري", "sex": "F", "birth_year": 2009}
    person = _person(season, bodies, users, **facts)
    twin = _person(season, bodies, users, **{**facts, "first_name_ar": "سعادة"})
    case = Case.unscoped.create(
        season=season,
        person=person,
        directorate=directorate,
        school=bodies["SCHOOL"],
        state="FOLLOWED",
        quarter=QUARTERS[directorate.code],
        opened_at=now,
    )
    referral = Referral.unscoped.create(
        case=case, receiver=bodies["CENTRE"], sent_date=SINCE, due_date=SINCE + dt.timedelta(days=15), sent_by=officer
    )
    contact = Contact.unscoped.create(
        case=case,
        person=person,
        kind="VISIT",
        result="MET",
        date=SINCE,
        submission=uuid.uuid4(),
        made_by=officer,
        recorded_at=now,
    )
    concern = ProtectionConcern.unscoped.create(
        case=case,
        place_number=directorate.place.low,
        text="…",
        due_date=SINCE,
        raised_by=users["FIELD_AGENT"],
        raised_at=now,
    )
    campaign = Campaign.unscoped.create(
        season=season,
        directorate=directorate,
        name_ar="القافلة",
        name_fr="Caravane",
        start_date=SINCE,
        end_date=SINCE + dt.timedelta(days=20),
    )
    team = Team.objects.create(campaign=campaign, name="1")
    team.members.add(users["FIELD_AGENT"])
    stop = Stop.objects.create(campaign=campaign, team=team, date=SINCE, quarter=QUARTERS[directorate.code])
    expected = ExpectedList.unscoped.create(season=season, school=bodies["SCHOOL"], due_date=SINCE)
    file = SourceFile.objects.create(
        name="list.xlsx",
        digest="0" * 64,
        sheet="1",
        layout="SCHOOL_LIST",
        season=season,
        directorate=directorate,
        received_by=officer,
        received_at=now,
    )
    left, right = sorted((person, twin), key=lambda p: p.pk)
    records = {p.pk: SourceRecord.unscoped.get(person=p) for p in (left, right)}
    pair = CandidatePair.unscoped.create(
        left=left,
        right=right,
        left_record=records[left.pk],
        right_record=records[right.pk],
        kind="LIKELY",
        score=0.9,
        found_at=now,
    )
    sharing = SharingRequest.objects.create(
        pair=pair, person=person, asking=directorate, asked=directorate, sent_by=officer, sent_at=now
    )
    decision = Decision.unscoped.create(
        person=person,
        case=case,
        season=season,
        exit="FULL_TRAINING",
        programme=programme,
        receiver=bodies["CENTRE"],
        proposed_by=officer,
        proposed_at=now,
    )
    council = CouncilRequest.unscoped.create(
        decision=decision,
        person=person,
        school=bodies["SCHOOL"],
        asked_by=officer,
        asked_date=SINCE,
        due_date=SINCE + dt.timedelta(days=15),
    )
    sitting = Sitting.unscoped.create(
        season=season,
        body=bodies["CENTRE"],
        number=1,
        held_date=SINCE,
        held_at="…",
        submission=uuid.uuid4(),
        opened_by=officer,
        opened_at=now,
    )
    line = SittingLine.unscoped.create(sitting=sitting, case=case, person=person, position=1)
    group = Group.unscoped.create(season=season, centre=bodies["CENTRE"], programme=programme, name="1")
    group.educators.add(users["EDUCATOR"], users["VOCATIONAL_TRAINER"])
    enrolment = Enrolment.unscoped.create(person=person, group=group, enrolled_date=SINCE)
    session = Session.unscoped.create(group=group, date=SINCE, state="OPENED")
    insertion = Insertion.unscoped.create(
        person=person,
        enrolment=enrolment,
        kind="JOB",
        since_date=SINCE,
        where="…",
        declared_by=users["CENTRE_DIRECTOR"],
        declared_at=now,
    )
    confirmation = Confirmation.unscoped.create(
        person=person, enrolment=enrolment, insertion=insertion, months=3, due_date=SINCE, is_drawn=True
    )
    stamped = {"season": season, "entered_by": officer, "entered_at": now, "source": "…"}
    agreed = PlacesAgreed.unscoped.create(
        **stamped,
        centre=bodies["CENTRE"],
        programme=programme,
        places=60,
        agreed_date=SINCE,
        submission=uuid.uuid4(),
    )
    claim = Claim.unscoped.create(
        **stamped, organisation=directorate, value=187, said_date=SINCE, text_fr="…", submission=uuid.uuid4()
    )
    low, high = directorate.place.span
    count_day = CountDay.unscoped.create(
        season=season,
        organisation=directorate,
        place_low=low,
        place_high=high,
        date=SINCE,
        announced_by=officer,
        announced_at=now,
    )
    question, note = _help(bodies, users)
    rows = {
        "question": question,
        "note": note,
        "places": agreed,
        "claim": claim,
        "count_day": count_day,
        "person": person,
        "case": case,
        "referral": referral,
        "concern": concern,
        "campaign": campaign,
        "team": team,
        "stop": stop,
        "group": group,
        "session": session,
        **_attending(person, group, enrolment, users),
        "enrolment": enrolment,
        "insertion": insertion,
        "confirmation": confirmation,
        **_enrolling(bodies, users, person, enrolment),
        **_results(programme, group, enrolment, users),
        "pair": pair,
        "decision": decision,
        "council": council,
        "sitting": sitting,
        "line": line,
        "file": file,
        "school": bodies["SCHOOL"],
        "sharing": sharing,
        "contact": contact,
        "organisation": directorate,
        "user": users["EDUCATOR"],
        "centre": bodies["CENTRE"],
        "directorate": directorate,
        "expected": expected,
        **support.rows(bodies, users, person),
    }
    return {name: row.uuid for name, row in rows.items() if hasattr(row, "uuid")}


def _enrolling(
    bodies: dict[str, Organisation], users: dict[str, User], person: Person, enrolment: Enrolment
) -> dict[str, Any]:
    """A request for a place, its consent, a transfer asked of a centre of the same province, a list to submit."""
    group, director = enrolment.group, users["CENTRE_DIRECTOR"]
    application = Application.unscoped.create(
        person=person,
        centre=group.centre,
        programme=group.programme,
        season=group.season,
        origin="WALK_IN",
        requested_date=SINCE,
        received_by=director,
        received_at=days.now(),
    )
    consent = Consent.unscoped.create(
        person=person,
        centre=group.centre,
        kind="ENROLMENT",
        giver="GUARDIAN",
        giver_name="…",
        given_date=SINCE,
        recorded_by=director,
        recorded_at=days.now(),
    )
    receiver = Organisation.objects.get_or_create(
        kind="CENTRE",
        code=f"D{bodies['DIRECTORATE'].code}",
        defaults={"name_fr": "…", "place_number": bodies["CENTRE"].place_number},
    )[0]
    transfer = Transfer.unscoped.create(
        enrolment=enrolment, receiver=receiver, reason="…", asked_by=director, asked_at=days.now()
    )
    register = RegisterReturn.unscoped.create(
        centre=group.centre, season=group.season, programme=group.programme, reference_date=SINCE, due_date=SINCE
    )
    offer = ServiceOffer.unscoped.create(centre=group.centre, season=group.season, kind="MEALS")
    rows = {"application": application, "consent": consent, "transfer": transfer, "register": register}
    return rows | {"offer": offer}


def _help(bodies: dict[str, Organisation], users: dict[str, User]) -> tuple[Question, Note]:
    """A question of an educator, answered by the coordinator, and its answer as help."""
    place, officer = bodies["DIRECTORATE"].place, users["DIRECTORATE_OFFICER"]
    question = Question.unscoped.create(
        submission=uuid.uuid4(),
        page="home",
        role="EDUCATOR",
        body="…",
        place_number=place.low,
        level=2,
        state="ANSWERED",
        asked_by=users["EDUCATOR"],
        asked_at=days.now(),
    )
    Answer.unscoped.create(question=question, text="…", level=2, answered_by=officer, answered_at=days.now())
    note = Note.unscoped.create(
        question=question,
        page="home",
        title_ar="…",
        text_ar="…",
        level=2,
        low=place.low,
        high=place.high,
        published_by=officer,
        published_at=days.now(),
    )
    return question, note


def _attending(person: Person, group: Group, enrolment: Enrolment, users: dict[str, User]) -> dict[str, Any]:
    """A line of the week, closed days, a learner who stays away, a follow-up with a note."""
    entry = TimetableEntry.unscoped.create(group=group, weekday=2, first_date=SINCE, last_date=SINCE)
    closure = Closure.unscoped.create(
        organisation=group.centre,
        kind="OTHER",
        name_fr="…",
        start_date=SINCE,
        end_date=SINCE,
        made_by=users["CENTRE_DIRECTOR"],
        made_at=days.now(),
    )
    absence = AbsenceFollowUp.unscoped.create(
        person=person, enrolment=enrolment, since_date=SINCE, last_date=SINCE, count=3, due_date=SINCE
    )
    accompaniment = Accompaniment.unscoped.create(
        person=person,
        centre=group.centre,
        start_date=SINCE,
        next_date=SINCE + dt.timedelta(days=7),  # not held: overdue
    )
    RestrictedNote.unscoped.create(
        accompaniment=accompaniment,
        submission=uuid.uuid4(),
        kind="INTERVIEW",
        date=SINCE,
        text=NOTE,
        written_by=users["SOCIAL_WORKER"],
        written_role="SOCIAL_WORKER",
        written_at=days.now(),
    )
    return {
        "timetable_entry": entry,
        "closure": closure,
        "absence_follow_up": absence,
        "accompaniment": accompaniment,
    }
