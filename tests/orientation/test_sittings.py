"""A sitting of thirty: exceptions only, nothing lost, minutes that stay what they were."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from istidrak.base.models import Parameter
from istidrak.base.workflow import ReasonMissing
from istidrak.orientation import actions, queries
from istidrak.orientation.models import CouncilRequest, Decision, Sitting, SittingLine
from istidrak.orientation.queries.sitting_rows import rows_of
from istidrak.outreach.models import Referral
from istidrak.people.models import Tie
from istidrak.programmes.actions import load_programmes
from istidrak.schooling import actions as schooling

FIFTEEN, SIXTEEN, NINETEEN = dt.date(2010, 6, 1), dt.date(2009, 5, 2), dt.date(2006, 1, 1)
MEMBERS = [actions.Member("فاطمة العلوي", "رئيسة المكتب", "CHAIR"), actions.Member("Ali", "", "SECRETARY")]


@pytest.fixture
def make_sitting(season, centre):
    load_programmes()

    def make(by, body, **more):
        return actions.open_sitting(
            by=by,
            season=season,
            body=body,
            held_date=dt.date(2025, 11, 20),
            held_at="مقر المديرية",
            members=MEMBERS,
            submission=more.pop("submission", uuid.uuid4()),
            receiver=centre,
            **more,
        )

    return make


@pytest.fixture
def ready(make_case, officer, school):
    """A case that was sorted: fifteen, wishes a trade, never on the way to school: full training alone is open."""

    def make(birth_date=FIFTEEN, wish="TRADE", level="2AC", **answers):
        answers = {"is_free_in_daytime": True, "was_ever_in_school": True, **answers}
        case = make_case(birth_date=birth_date, wish=wish, **answers)
        schooling.record_stay(
            by=officer,
            person=case.person,
            school_year=2025,
            organisation=school,
            level_code=level,
            status="NOT_REJOINED",
        )
        return case

    return make


@pytest.fixture
def eighteen(ready):
    """Eighteen, wishes to work, not free in the daytime: the short training alone is open."""
    return lambda: ready(birth_date=dt.date(2007, 3, 1), wish="WORK", is_free_in_daytime=False, level="1AC")


def test_number_follows_in_the_season_and_the_same_form_is_one_sitting(make_sitting, officer, directorate, centre):
    same = uuid.uuid4()
    first = make_sitting(officer, directorate, submission=same)
    assert make_sitting(officer, directorate, submission=same).pk == first.pk
    assert make_sitting(officer, directorate).number == 2
    assert make_sitting(officer, centre).number == 1  # each body counts its own


def test_preselected_only_when_exactly_one_exit_is_fully_met(
    make_sitting, ready, eighteen, make_case, officer, directorate
):
    sitting = make_sitting(officer, directorate)
    cases = [eighteen(), ready(birth_date=SIXTEEN), make_case(wish="TRADE")]
    actions.put_on_agenda(by=officer, sitting=sitting, cases=cases)
    one, several, unclear = rows_of(sitting)
    assert one.preselected.exit == "SHORT_TRAINING"
    assert {offer.exit for offer in several.offers} == {"FULL_TRAINING", "SHORT_TRAINING"}
    assert several.preselected is None
    assert unclear.preselected is None
    assert "is_in_school" in unclear.to_complete


def choice(line, exit="SHORT_TRAINING", receiver=None, programme=None, reason="", version=None):
    return actions.Choice(line.uuid, version or line.version, exit, receiver, programme, reason)


def lines_of(sitting):
    return list(SittingLine.unscoped.filter(sitting=sitting).order_by("position"))


def test_a_sitting_of_thirty_that_departs_twice_and_a_parameter_that_changes(
    make_sitting, eighteen, ready, officer, directorate, centre, programme, client_of
):
    sitting = make_sitting(officer, directorate)
    cases = [eighteen() for _ in range(28)] + [ready(birth_date=NINETEEN, level="1AC") for _ in range(2)]
    assert len(actions.put_on_agenda(by=officer, sitting=sitting, cases=cases).done) == 30
    client = client_of(officer)
    page = client.get(f"/sittings/{sitting.uuid}/")
    assert (page.context["waiting"], page.context["following"]) == (30, 28)
    shown = {
        f"exit-{row.line.uuid}": f"SHORT_TRAINING|{row.preselected.receiver.uuid}|NEW_GENERATION|{row.line.version}"
        for row in page.context["rows"]
        if row.preselected
    }
    assert client.post(f"/sittings/{sitting.uuid}/choose/", shown).status_code == 302
    client.post(f"/sittings/{sitting.uuid}/choose/", shown)  # sent twice
    exceptions = lines_of(sitting)[28:]
    without = [choice(line, "FULL_TRAINING", centre, programme) for line in exceptions]
    refused = actions.choose(by=officer, sitting=sitting, choices=without).refused
    assert [problem for _line, problem in refused] == ["REASON", "REASON"]
    typed = {"do": "choose", "exit": "FULL_TRAINING", "receiver": centre.pk, "programme": programme.pk}
    for line in exceptions:
        said = {**typed, "version": line.version, "departure_reason": "مدة قصيرة قبل بلوغ السن"}
        assert client.post(f"/sittings/lines/{line.uuid}/", said).status_code == 302
    assert client.post(f"/sittings/{sitting.uuid}/close/").status_code == 302
    sitting.refresh_from_db()
    minutes = sitting.minutes
    assert (minutes["departures"], minutes["counts"]["SHORT_TRAINING"], minutes["counts"]["FULL_TRAINING"]) == (
        2,
        28,
        2,
    )
    assert Decision.unscoped.filter(state="DECIDED").count() == Referral.unscoped.count() == 30
    _parameter_changes()
    case = cases[0]
    assert queries.findings_for(case, dt.date(2025, 11, 20))["SHORT_TRAINING"].outcome == "NOT_MET"
    answer = client.get(f"/cases/{case.uuid}/orientation/")
    short = next(row for row in answer.context["exits"] if row["exit"] == "SHORT_TRAINING")
    assert short["outcome"] == "MET"  # as it stood
    (changed,) = [row for row in answer.context["differences"] if row["label"] == short["label"]]
    assert (changed["then"], changed["today"]) == ("MET", "NOT_MET")
    printed = client.get(f"/sittings/{sitting.uuid}/minutes/")
    assert printed.context["departures"] == 2
    assert "مدة قصيرة قبل بلوغ السن" in printed.content.decode()
    sitting.refresh_from_db()
    assert sitting.minutes == minutes
    assert client.post(f"/sittings/{sitting.uuid}/minutes/?format=xlsx")["Content-Type"].endswith("sheet")


def _parameter_changes():
    Parameter.objects.create(
        name="orientation.short_training_ages",
        keys={},
        since=dt.date(2025, 11, 1),
        value={"lower": 20, "reference": "12-31"},
        source="Test",
    )


@pytest.mark.parametrize("count", [1, 30])
def test_queries_of_the_page_do_not_grow(count, make_sitting, eighteen, officer, directorate, client_of):
    sitting = make_sitting(officer, directorate)
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[eighteen() for _ in range(count)])
    client = client_of(officer)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/sittings/{sitting.uuid}/").status_code == 200
    assert len(asked) == PAGE


PAGE = 15  # queries of a sitting's page, whatever the number of its lines


def test_another_decision_meanwhile_is_listed_and_nothing_else_is_lost(
    make_sitting, eighteen, officer, directorate, centre, programme
):
    sitting = make_sitting(officer, directorate)
    cases = [eighteen(), eighteen()]
    actions.put_on_agenda(by=officer, sitting=sitting, cases=cases)
    first, second = lines_of(sitting)
    both = [choice(line, receiver=centre, programme=programme) for line in (first, second)]
    actions.propose(by=officer, case=cases[0], exit="SHORT_TRAINING", receiver=centre, programme=programme)
    outcome = actions.choose(by=officer, sitting=sitting, choices=both)
    assert ([line.pk for line in outcome.done], outcome.refused[0][1]) == ([second.pk], "STANDING")
    actions.postpone_line(by=officer, line=first, version=1, reason="قرار سابق")
    actions.propose(by=officer, case=cases[1], exit="SHORT_TRAINING", receiver=centre, programme=programme)
    outcome = actions.close_sitting(by=officer, sitting=sitting)
    assert [problem for _line, problem in outcome.refused] == ["STANDING"]
    assert [line["result"] for line in sitting.minutes["lines"]] == ["POSTPONED", "NOT_WRITTEN"]
    assert Decision.unscoped.count() == 2


def test_a_forged_choice_is_refused(
    make_sitting, eighteen, officer, directorate, school, centre, other_centre, client_of
):
    """A body of another province, a school for a training, a programme of another exit: listed, and nothing written."""
    sitting = make_sitting(officer, directorate)
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[eighteen()])
    (line,) = lines_of(sitting)
    client = client_of(officer)
    for exit, body, programme in (
        ("SHORT_TRAINING", other_centre, "NEW_GENERATION"),
        ("SHORT_TRAINING", school, "NEW_GENERATION"),
        ("SHORT_TRAINING", centre, "BASIC"),
        ("SHORT_TRAINING", centre, ""),
        ("ANYTHING", centre, "NEW_GENERATION"),
    ):
        forged = {f"exit-{line.uuid}": f"{exit}|{body.uuid}|{programme}|1", "exit-nonsense": "x"}
        answer = client.post(f"/sittings/{sitting.uuid}/choose/", forged, follow=True)
        assert "warning" in [message.level_tag for message in answer.context["messages"]]
    (line,) = lines_of(sitting)
    assert line.state == "TO_DECIDE"


def test_the_second_editor_is_told_and_the_same_choice_twice_is_one(
    make_sitting, eighteen, officer, directorate, centre, programme
):
    sitting = make_sitting(officer, directorate)
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[eighteen()])
    (line,) = lines_of(sitting)
    said = choice(line, receiver=centre, programme=programme)
    assert actions.choose(by=officer, sitting=sitting, choices=[said]).done
    assert actions.choose(by=officer, sitting=sitting, choices=[said]).already
    other = choice(line, "FULL_TRAINING", centre, programme, "سبب")
    assert actions.choose(by=officer, sitting=sitting, choices=[other]).refused[0][1] == "CHANGED"
    with pytest.raises(actions.LineRefused):
        actions.postpone_line(by=officer, line=line, version=1, reason="x")
    (line,) = lines_of(sitting)
    assert (line.exit, line.version) == ("SHORT_TRAINING", 2)


def test_a_sitting_is_not_closed_over_cases_left(make_sitting, eighteen, officer, directorate):
    sitting = make_sitting(officer, directorate)
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[eighteen()])
    with pytest.raises(actions.LinesLeft):
        actions.close_sitting(by=officer, sitting=sitting)
    actions.close_sitting(by=officer, sitting=sitting, postpone_reason="ضيق الوقت")
    assert sitting.minutes["results"] == {"POSTPONED": 1}
    with pytest.raises(actions.SittingClosed):
        actions.close_sitting(by=officer, sitting=sitting, postpone_reason="x")
    with pytest.raises(actions.SittingClosed):
        actions.put_on_agenda(by=officer, sitting=sitting, cases=[])


def test_agenda_is_bounded_and_a_case_is_on_one_open_agenda(make_sitting, eighteen, officer, directorate):
    sitting, other = make_sitting(officer, directorate), make_sitting(officer, directorate)
    cases = [eighteen() for _ in range(31)]
    outcome = actions.put_on_agenda(by=officer, sitting=sitting, cases=cases)
    assert (len(outcome.done), outcome.refused[0][1]) == (30, "FULL")
    assert actions.put_on_agenda(by=officer, sitting=other, cases=cases[:1]).refused[0][1] == "ELSEWHERE"
    (line, *_rest) = lines_of(sitting)
    with pytest.raises(ReasonMissing):
        actions.take_off_agenda(by=officer, line=line, version=1, reason=" ")
    actions.take_off_agenda(by=officer, line=line, version=1, reason="خطأ")
    assert actions.put_on_agenda(by=officer, sitting=other, cases=cases[:1]).done


def test_a_centre_proposes_and_the_directorate_validates_all_but_what_it_returns(
    make_sitting, eighteen, officer, centre_director, centre, programme, client_of
):
    cases = [eighteen() for _ in range(3)]
    for case in cases:
        Tie.objects.create(person=case.person, organisation=centre, reason="REFERRED", since=dt.date(2025, 10, 1))
    sitting = make_sitting(centre_director, centre)
    actions.put_on_agenda(by=centre_director, sitting=sitting, cases=cases)
    said = [choice(line, receiver=centre, programme=programme) for line in lines_of(sitting)]
    actions.choose(by=centre_director, sitting=sitting, choices=said)
    actions.close_sitting(by=centre_director, sitting=sitting)
    assert set(Decision.unscoped.values_list("state", flat=True)) == {"PROPOSED"}
    assert client_of(centre_director).post(f"/sittings/{sitting.uuid}/validate/").status_code == 403
    client, (first, *_rest) = client_of(officer), lines_of(sitting)
    client.post(f"/sittings/lines/{first.uuid}/return/", {"reason": ""})
    first.decision.refresh_from_db()
    assert first.decision.state == "PROPOSED"  # a remark is asked
    client.post(f"/sittings/lines/{first.uuid}/return/", {"reason": "يستكمل العنوان"})
    client.post(f"/sittings/{sitting.uuid}/validate/")
    first.decision.refresh_from_db()
    assert (first.decision.state, first.decision.remark) == ("RETURNED", "يستكمل العنوان")
    assert Decision.unscoped.filter(state="DECIDED").count() == Referral.unscoped.count() == 2
    sitting.refresh_from_db()
    assert sitting.minutes["results"] == {"PROPOSED": 3}  # frozen: what was said that day


def test_a_correction_is_a_new_line_and_the_minutes_stay(
    make_sitting, eighteen, officer, directorate, centre, programme
):
    sitting = make_sitting(officer, directorate)
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[eighteen()])
    (line,) = lines_of(sitting)
    actions.choose(by=officer, sitting=sitting, choices=[choice(line, receiver=centre, programme=programme)])
    actions.close_sitting(by=officer, sitting=sitting)
    before = sitting.minutes
    (line,) = lines_of(sitting)
    second = make_sitting(officer, directorate)
    with pytest.raises(ReasonMissing):
        actions.correct_line(by=officer, sitting=second, line=line, reason="")
    put = actions.correct_line(by=officer, sitting=second, line=line, reason="خطأ في المخرج")
    again = actions.Choice(put.uuid, 1, "FULL_TRAINING", centre, programme, "بطلب من الأسرة")
    assert actions.choose(by=officer, sitting=second, choices=[again]).done
    actions.close_sitting(by=officer, sitting=second)
    sitting.refresh_from_db()
    assert sitting.minutes == before
    assert second.minutes["lines"][0]["corrects"]["number"] == 1
    assert Decision.unscoped.get(pk=line.decision_id).state == "WITHDRAWN"
    assert Decision.unscoped.get(state="DECIDED").exit == "FULL_TRAINING"


def test_a_return_beyond_the_automatic_age_goes_from_the_sitting_to_the_council(
    make_sitting, ready, officer, directorate, school
):
    sitting = make_sitting(officer, directorate)
    case = ready(birth_date=dt.date(2008, 4, 1), wish="SCHOOL", level="3AC")
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[case])
    (line,) = lines_of(sitting)
    actions.choose(by=officer, sitting=sitting, choices=[choice(line, "FORMAL_SCHOOL", school)])
    actions.close_sitting(by=officer, sitting=sitting)
    assert sitting.minutes["results"] == {"COUNCIL": 1}
    assert CouncilRequest.unscoped.get().school == school
    assert Decision.unscoped.get().state == "PROPOSED"


def test_outside_a_sitting_does_not_exist(
    make_sitting, eighteen, officer, directorate, other_officer, school_head, client_of
):
    sitting = make_sitting(officer, directorate)
    actions.put_on_agenda(by=officer, sitting=sitting, cases=[eighteen()])
    (line,) = lines_of(sitting)
    client = client_of(other_officer)
    for address in ("", "agenda/", "minutes/"):
        assert client.get(f"/sittings/{sitting.uuid}/{address}").status_code == 404
    assert client.get(f"/sittings/lines/{line.uuid}/").status_code == 404
    assert client.post(f"/sittings/{sitting.uuid}/close/", {"reason": "x"}).status_code == 404
    assert client_of(school_head).get(f"/sittings/{sitting.uuid}/").status_code == 403
    assert Sitting.unscoped.get().state == "OPEN"


def test_the_form_opens_a_sitting_and_the_agenda_takes_what_is_ticked(
    eighteen, ready, officer, directorate, centre, client_of
):
    case, client = eighteen(), client_of(officer)
    typed = {
        "body": directorate.pk,
        "held_date": "2025-11-20",
        "held_at": "المديرية",
        "receiver": centre.pk,
        "submission": str(uuid.uuid4()),
        "chair_name": "رئيس",
        "chair_function": "مدير",
        "secretary_name": "مقرر",
        "secretary_function": "مستشار",
        "members": "عضو أول، مفتش\nMembre, conseiller",
    }
    assert client.post("/sittings/new/", {**typed, "chair_name": ""}).status_code == 200
    assert client.post("/sittings/new/", typed).status_code == 302
    client.post("/sittings/new/", typed)
    for other in ({"held_at": "مكان آخر"}, {"members": "عضو آخر"}):
        # Back, then another sitting: it would be lost in the minutes of the first.
        again = client.post("/sittings/new/", {**typed, **other})
        form = again.context["form"]
        assert form.non_field_errors() and form["submission"].value() != typed["submission"]
        assert all(form[name].value() == value for name, value in other.items())
    sitting = Sitting.unscoped.get()
    assert [member.part for member in sitting.members.all()] == ["CHAIR", "SECRETARY", "MEMBER", "MEMBER"]
    assert [row.pk for row in client.get(f"/sittings/{sitting.uuid}/agenda/").context["cases"]] == [case.pk]
    client.post(f"/sittings/{sitting.uuid}/agenda/", {"case": [str(case.uuid), "nonsense"]})
    assert SittingLine.unscoped.get().case == case


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_list(count, make_sitting, officer, directorate, client_of, django_assert_num_queries):
    for _ in range(count):
        make_sitting(officer, directorate)
    client = client_of(officer)
    with django_assert_num_queries(LIST):
        assert client.get("/sittings/").status_code == 200


LIST = 6
