"""The class council: automatic under sixteen, asked beyond, never refusing without its reason."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from istidrak.accounts.roles import SchoolHead
from istidrak.base.rules import Outcome
from istidrak.orientation import actions
from istidrak.orientation.models import CouncilRequest, Decision
from istidrak.orientation.queries import lists
from istidrak.orientation.rules import departs_from_aid, next_level, reachable_classes
from istidrak.orientation.rules.classes import LEVELS
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Referral
from istidrak.people import actions as people
from istidrak.schooling import actions as schooling

TODAY, REFERENCE = dt.date(2025, 11, 20), dt.date(2025, 12, 31)
CEILINGS = {"1AC": 17, "2AC": 18, "3AC": 19, "TC": 20, "1BAC": 21, "2BAC": 22}
PDF = b"%PDF-1.4 dossier"


@pytest.fixture
def proposed(make_case, officer, school):
    """A return that is proposed: seventeen after the third year of lower secondary, unless told otherwise."""

    def make(birth_date=dt.date(2008, 4, 1), level="3AC"):
        case = make_case(birth_date=birth_date, wish="SCHOOL", was_ever_in_school=True)
        schooling.record_stay(
            by=officer,
            person=case.person,
            school_year=2025,
            organisation=school,
            level_code=level,
            status="NOT_REJOINED",
        )
        return actions.propose(by=officer, case=case, exit="FORMAL_SCHOOL", receiver=school)

    return make


@pytest.fixture
def asked(proposed, officer):
    return lambda **facts: actions.ask_council(by=officer, decision=proposed(**facts), level_code="3AC")


def test_under_sixteen_the_directorate_records_without_a_council(proposed, officer):
    decision = proposed(birth_date=dt.date(2010, 1, 1), level="2AC")  # fifteen on the reference day
    with pytest.raises(actions.CouncilNotNeeded):
        actions.ask_council(by=officer, decision=decision)
    actions.decide(by=officer, decision=decision)
    assert Referral.unscoped.get().receiver == decision.receiver


def test_beyond_it_nobody_decides_before_the_council(proposed, officer, client_of):
    decision = proposed(birth_date=dt.date(2009, 12, 31))  # sixteen on the reference day
    with pytest.raises(actions.CouncilNeeded):
        actions.decide(by=officer, decision=decision)
    assert client_of(officer).post(f"/orientation/{decision.uuid}/decide/").status_code == 302
    decision.refresh_from_db()
    assert decision.state == "PROPOSED"


def test_asked_twice_is_one_request_with_its_day(asked, officer):
    request = asked()
    assert actions.ask_council(by=officer, decision=request.decision).pk == request.pk
    assert request.due_date == TODAY + dt.timedelta(days=15)


def test_a_class_out_of_reach_is_not_offered(asked, school_head, client_of):
    """Somebody of seventeen was accepted into the first year of primary by a slip of the list of classes."""
    request, client = asked(), client_of(school_head)
    address = f"/councils/{request.uuid}/"
    answer = client.post(address, {"verdict": "accept", "council_date": "2025-11-20", "level_code": "1AP"})
    assert answer.context["form"].errors["level_code"]
    assert {code for code, _label in answer.context["form"].fields["level_code"].choices} == {"", "3AC", "TC"}


def test_the_head_records_an_acceptance_and_the_person_is_referred(asked, school_head, client_of):
    request, client = asked(), client_of(school_head)
    address = f"/councils/{request.uuid}/"
    typed = {"verdict": "accept", "council_date": "2025-11-20"}
    assert client.post(address, typed).context["form"].errors["level_code"]
    assert client.post(address, {**typed, "level_code": "TC", "social_considered": "يتيم"}).status_code == 302
    request.refresh_from_db()
    request.decision.refresh_from_db()
    assert (request.state, request.level_code, request.decision.state) == ("ACCEPTED", "TC", "DECIDED")
    assert Referral.unscoped.get().receiver == request.school
    client.post(address, {**typed, "level_code": "3AC"})  # answered already: told, nothing changes
    request.refresh_from_db()
    assert request.level_code == "TC"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ground": "AGE"}, "reason"),
        ({"ground": "AGE", "reason": "  "}, "reason"),
        ({"reason": "كذا"}, "ground"),
        ({"ground": "BEHAVIOUR", "reason": "كذا"}, "behaviour_file"),
        ({"ground": "AGE", "reason": "كذا", "council_date": "2025-11-01"}, "council_date"),
        ({"ground": "AGE", "reason": "كذا", "council_date": "2025-12-01"}, "council_date"),
    ],
)
def test_a_refusal_that_says_no_reason_is_refused(typed, field, asked, school_head, client_of):
    request = asked()
    answer = client_of(school_head).post(
        f"/councils/{request.uuid}/", {"verdict": "refuse", "council_date": "2025-11-20", **typed}
    )
    assert answer.context["form"].errors[field]
    request.refresh_from_db()
    assert request.state == "ASKED"


def test_the_action_itself_refuses_what_no_form_checked(asked, school_head):
    request, day = asked(), {"council_date": TODAY}
    with pytest.raises(actions.ReasonNeeded):
        actions.refuse_in_council(by=school_head, request=request, ground="AGE", reason=" ", **day)
    with pytest.raises(actions.BehaviourNeedsFile):
        actions.refuse_in_council(by=school_head, request=request, ground="BEHAVIOUR", reason="x", **day)
    with pytest.raises(actions.BadCouncilDay):
        actions.accept_in_council(by=school_head, request=request, council_date=dt.date(2025, 1, 1), level_code="TC")
    assert CouncilRequest.unscoped.get().state == "ASKED"


def test_after_a_refusal_another_exit_can_be_proposed(asked, school_head, officer, centre, programme, client_of):
    request = asked()
    typed = {
        "verdict": "refuse",
        "council_date": "2025-11-20",
        "ground": "BEHAVIOUR",
        "reason": "ملف تأديبي",
        "behaviour_file": SimpleUploadedFile("dossier.pdf", PDF),
    }
    assert client_of(school_head).post(f"/councils/{request.uuid}/", typed).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.behaviour_name) == ("REFUSED", "dossier.pdf")
    opened = client_of(officer).post(f"/councils/{request.uuid}/file/")
    assert opened.content == PDF
    assert Decision.unscoped.get().state == "REFUSED"
    second = actions.propose(
        by=officer,
        case=request.decision.case,
        exit="FULL_TRAINING",
        receiver=centre,
        programme=programme,
        departure_reason="x",
    )
    assert second.state == "PROPOSED"


def test_an_acceptance_while_another_receiver_is_awaited_waits_for_the_directorate(
    asked, school_head, officer, centre
):
    request = asked()
    outreach.refer(by=officer, case=request.decision.case, receiver=centre)
    assert not actions.accept_in_council(by=school_head, request=request, council_date=TODAY, level_code="TC")
    request.refresh_from_db()
    request.decision.refresh_from_db()
    assert (request.state, request.decision.state) == ("ACCEPTED", "PROPOSED")


def test_withdrawn_the_council_is_not_asked_any_more(asked, officer, school_head, client_of):
    request = asked()
    actions.withdraw(by=officer, decision=request.decision, reason="غيرت الأسرة رأيها")
    request.refresh_from_db()
    assert request.state == "TAKEN_BACK"


def test_another_school_sees_nothing_and_the_late_ones_are_counted(
    asked, other_school_head, other_officer, officer, client_of, settings
):
    request = asked()
    assert client_of(other_school_head).get(f"/councils/{request.uuid}/").status_code == 404
    assert client_of(other_officer).get(f"/councils/{request.uuid}/").status_code == 404
    assert client_of(officer).get("/orientation/").context["late"] == 0
    settings.PINNED_TODAY = request.due_date + dt.timedelta(days=1)
    assert client_of(officer).get("/orientation/").context["late"] == 1
    assert client_of(officer).get(f"/councils/{request.uuid}/").context["is_late"]


def test_a_school_that_knows_the_pupil_reads_and_does_not_answer_for_the_school_asked(
    asked, other_school, other_school_head, school_head, officer, season, client_of
):
    """Answered by the head of the school that was left, a return would be refused by a council that never sat."""
    request = asked()
    people.tie(by=officer, person=request.person, reason="NAMED", organisation=other_school)
    client = client_of(other_school_head)
    page = client.get(f"/councils/{request.uuid}/")
    assert page.status_code == 200 and page.context["form"] is None
    typed = {"verdict": "refuse", "council_date": "2025-11-20", "ground": "OTHER", "reason": "لا مقعد"}
    assert client.post(f"/councils/{request.uuid}/", typed).status_code == 404
    request.refresh_from_db()
    assert request.state == "ASKED"
    CouncilRequest.unscoped.update(behaviour_digest="0" * 64, behaviour_name="dossier.pdf")
    assert client.post(f"/councils/{request.uuid}/file/").status_code == 404
    to_hold = [lists.councils_to_hold(who.scope_as(SchoolHead), season) for who in (school_head, other_school_head)]
    assert to_hold == [1, 0]


def _plain(level, birth_date):
    """Age on the reference day against the ceiling, counted by hand."""
    age = REFERENCE.year - birth_date.year - ((REFERENCE.month, REFERENCE.day) < (birth_date.month, birth_date.day))
    return 0 <= age <= max(CEILINGS.get(level, 15), 15)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("age", range(5, 25))
def test_classes_in_reach_at_every_bound(level, age):
    """Born on the last day that makes this age, and on the first: the ceiling holds on both sides."""
    for birth_date in (dt.date(2025 - age, 12, 31), dt.date(2025 - age, 1, 1), dt.date(2024 - age, 12, 31)):
        rows = reachable_classes(level, birth_date, None, CEILINGS, 15, REFERENCE)
        assert [row.level for row in rows] == [lv for lv in (level, next_level(level)) if lv]
        for row in rows:
            assert row.outcome is Outcome.of(_plain(row.level, birth_date))
        years = REFERENCE.year - birth_date.year
        assert rows[0].needs_council is (years > 15)


def test_what_is_not_known_of_classes():
    assert reachable_classes(None, dt.date(2010, 1, 1), None, CEILINGS, 15, REFERENCE) == []
    assert reachable_classes("??", dt.date(2010, 1, 1), None, CEILINGS, 15, REFERENCE) == []
    (last, _after) = reachable_classes("1AC", None, None, CEILINGS, 15, REFERENCE)
    assert (last.outcome, last.needs_council) == (Outcome.UNKNOWN, None)


@pytest.mark.parametrize(
    ("chosen", "others", "departs"),
    [("MET", "MET", False), ("UNKNOWN", "UNKNOWN", False), ("UNKNOWN", "MET", True), ("NOT_MET", "UNKNOWN", True)],
)
def test_what_departs_from_the_aid(chosen, others, departs):
    outcomes = {"FULL_TRAINING": chosen, "SHORT_TRAINING": others, "OTHER_PROGRAMME": "NOT_MET"}
    assert departs_from_aid(outcomes, "FULL_TRAINING") is departs


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_lists(count, asked, officer, school_head, client_of, django_assert_num_queries):
    for _ in range(count):
        asked()
    client = client_of(officer)
    with django_assert_num_queries(COUNCILS):
        assert client.get("/councils/").status_code == 200
    with django_assert_num_queries(ORIENTATIONS):
        assert client.get("/orientation/").status_code == 200
    assert client.post("/councils/?format=xlsx").status_code == 200
    assert client.post("/orientation/?format=xlsx&station=PROPOSED").status_code == 200
    assert client_of(school_head).get("/councils/").status_code == 200


COUNCILS, ORIENTATIONS = 6, 8
