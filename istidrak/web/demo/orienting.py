"""The station of orientation in the demo: interviews, tests, a sitting with its minutes, a council, life projects."""

import datetime as dt
from typing import Any

from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base import days
from istidrak.orientation import actions
from istidrak.orientation.actions import Choice, Member, Score, Wish
from istidrak.orientation.models import Decision, SittingLine, TestDomain
from istidrak.orientation.queries import kept_for
from istidrak.orientation.queries.lists import candidates
from istidrak.orientation.queries.sitting_rows import rows_of
from istidrak.outreach.models import Case
from istidrak.programmes.models import Programme, Trade

MEMBERS = (
    Member("رئيس(ة) المصلحة (تجريبي)", "رئيس مصلحة تأطير المؤسسات والتوجيه", "CHAIR"),
    Member("مستشار(ة) التوجيه (تجريبي)", "مستشار في التوجيه التربوي", "SECRETARY"),
    Member("مدير(ة) المركز (تجريبي)", "مدير مركز الفرصة الثانية"),
    Member("مساعد(ة) اجتماعي(ة) (تجريبي)", "مساعد اجتماعي"),
)
TRADES = ("BUILDING_ELECTRICITY", "WOMEN_HAIRDRESSING", "COOKING", "SEWING", "COMPUTER_PHONE_REPAIR")


def live(p: Any) -> None:
    """Interviews in early November, a sitting on the 13th, a council on the 18th; what is left waits for its day."""
    from istidrak.web.demo.province import on

    actions.load_test_domains()
    waiting = list(
        Case.unscoped.filter(state="FOLLOWED", person__merged_into=None, sortings__isnull=False)
        .exclude(decisions__state__in=Decision.STANDING)
        .select_related("person", "season", "directorate__place", "school")
        .distinct()
        .order_by("pk")
    )
    for number, case in enumerate(waiting[:16]):
        with on(dt.date(2025, 11, 3) + dt.timedelta(days=number % 6)):
            _interview(p, case, number)
    with on(dt.date(2025, 11, 13)):
        _sitting(p, waiting[:12])
    _council(p)
    with on(dt.date(2025, 11, 20)):
        _next_sitting(p)
    _life_projects(p)


def _interview(p: Any, case: Case, number: int) -> None:
    counsellor = p.by("GUIDANCE_COUNSELLOR")
    trade = Trade.objects.filter(code=TRADES[number % len(TRADES)]).first()
    wishes = [Wish(trade, "", "رأيتها عند قريب لي")] if trade else []
    wishes += [Wish(None, "تربية النحل", "")] if number % 5 == 0 else []
    actions.write_interview(
        by=counsellor,
        case=case,
        held_date=days.today(),
        interviewer=str(counsellor),
        submission=p.form_id("interview", number),
        wishes=wishes,
        summary="يرغب في استئناف مساره ويحتاج إلى مواكبة." if number % 2 else "",
        motivation=(4, 5, 3, None, 2)[number % 5],
        readiness=(3, 5, None, 4)[number % 4],
        lives_with=("BOTH", "ONE", "RELATIVES", None)[number % 4],
        works=("NO", "SOMETIMES", None)[number % 3],
        is_in_school=False,
    )
    scores = [
        Score(domain, None if (number + at) % 5 == 0 else 25 + (number * 17 + at * 11) % 60)
        for at, domain in enumerate(TestDomain.objects.all())
    ]
    actions.write_tests(
        by=counsellor,
        case=case,
        taken_date=days.today(),
        examiner=str(counsellor),
        scores=scores,
        submission=p.form_id("tests", number),
    )


def _sitting(p: Any, cases: list[Case]) -> None:
    """What follows the criteria is accepted together, two depart with a reason, the rest is postponed."""
    officer, centre = p.by("DIRECTORATE_OFFICER"), p.bodies["DEMO-C1"]
    sitting = actions.open_sitting(
        by=officer,
        season=p.season,
        body=p.directorate,
        held_date=days.today(),
        held_at="مقر المديرية الإقليمية",
        members=MEMBERS,
        receiver=centre,
        submission=p.form_id("sitting", 1),
    )
    actions.put_on_agenda(by=officer, sitting=sitting, cases=cases)
    rows = rows_of(sitting)
    kept = [row for row in rows if row.preselected]
    follow = [
        Choice(row.line.uuid, row.line.version, offer.exit, offer.receiver, offer.programme)
        for row in kept
        if (offer := row.preselected)
    ]
    programme = Programme.objects.get(code="NEW_GENERATION")
    depart = [
        Choice(row.line.uuid, row.line.version, "FULL_TRAINING", centre, programme, "مشروع واضح ودعم من الأسرة")
        for row in rows
        if row not in kept and row.kept["FULL_TRAINING"]["outcome"] == "NOT_MET"
    ][:2]
    actions.choose(by=officer, sitting=sitting, choices=[*follow, *depart])
    actions.close_sitting(by=officer, sitting=sitting, postpone_reason="تستكمل المعطيات قبل الجلسة المقبلة")


def _next_sitting(p: Any) -> None:
    """A sitting that is being held: the demo's officer has cases to decide."""
    officer = p.by("DIRECTORATE_OFFICER")
    sitting = actions.open_sitting(
        by=officer,
        season=p.season,
        body=p.directorate,
        held_date=days.today(),
        held_at="مقر المديرية الإقليمية",
        members=MEMBERS,
        receiver=p.bodies["DEMO-C1"],
        submission=p.form_id("sitting", 2),
    )
    cases = candidates(officer.scope_as(DirectorateOfficer), p.season).select_related("season", "directorate")
    actions.put_on_agenda(by=officer, sitting=sitting, cases=list(cases[:20]))


def _council(p: Any) -> None:
    """Two returns beyond the automatic age are asked of the school; one is accepted, the other waits past its day."""
    from istidrak.web.demo.province import on

    officer, head, school = p.by("DIRECTORATE_OFFICER"), p.by("SCHOOL_HEAD"), p.bodies["90104N"]
    asked = []
    rows = (
        Case.unscoped.filter(state__in=["FOLLOWED", "TO_VISIT"], person__merged_into=None)
        .exclude(decisions__state__in=Decision.STANDING)
        .exclude(pk__in=SittingLine.unscoped.values("case"))
        .select_related("person", "season", "directorate__place")
        .order_by("pk")
    )
    with on(dt.date(2025, 10, 24)):
        for case in rows:
            if kept_for(case, days.today())["AUTOMATIC_RETURN"]["outcome"] == "MET":
                continue
            decision = actions.propose(
                by=officer,
                case=case,
                exit="FORMAL_SCHOOL",
                receiver=school,
                departure_reason="طلب الأسرة، بعد دراسة الحالة",
            )
            asked.append(actions.ask_council(by=officer, decision=decision, level_code=actions.level_asked(decision)))
            if len(asked) == 2:
                break
    if asked:
        with on(dt.date(2025, 11, 4)):
            actions.accept_in_council(
                by=head,
                request=asked[0],
                council_date=dt.date(2025, 11, 4),
                level_code=asked[0].level_code or "3AC",
                social_considered="يعيش مع الجدة، والمسافة قريبة",
            )


def _life_projects(p: Any) -> None:
    director = p.by("CENTRE_DIRECTOR")
    from istidrak.training.models import Enrolment
    from istidrak.web.demo.province import on

    for number, enrolment in enumerate(Enrolment.unscoped.filter(state="ENROLLED").select_related("person")[:4]):
        goals = [{"key": f"g{number}", "text": "الحصول على شهادة في حرفة"}]
        steps: list[dict[str, Any]] = [
            {
                "key": f"s{number}",
                "what": "تدريب في ورشة",
                "who": "المكون",
                "by_date": "2026-03-31",
                "state": "PLANNED",
            }
        ]
        with on(dt.date(2025, 10, 20)):
            first = actions.write_life_project(
                by=director,
                person=enrolment.person,
                written_date=days.today(),
                goals=goals,
                steps=steps,
                person_agrees=True,
                submission=p.form_id("life", number, 1),
            )
        if number % 2 == 0:
            later = [{**steps[0], "state": "UNDER_WAY"}, {**steps[0], "key": f"t{number}", "what": "زيارة مقاولة"}]
            with on(dt.date(2025, 11, 12)):
                actions.write_life_project(
                    by=director,
                    person=enrolment.person,
                    written_date=days.today(),
                    goals=goals,
                    steps=later,
                    follows=first,
                    person_agrees=True,
                    guardian_agrees=True,
                    submission=p.form_id("life", number, 2),
                )
