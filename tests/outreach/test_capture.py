"""A young person entered on a phone: in under a minute, once, and nothing that was not said."""

import datetime as dt
import uuid

import pytest

from istidrak.accounts.roles import FieldAgent
from istidrak.outreach import actions
from istidrak.outreach.models import Case, Stop
from istidrak.outreach.rules.capture import is_plausible_age, script_of
from istidrak.people.actions import SubmissionReused
from istidrak.people.models import CandidatePair, Person, SourceRecord, Tie

from ..conftest import TODAY


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("محمد الإدريسي", "ar"),
        ("Mohammed El Idrissi", "fr"),
        ("Aïcha N'Aït-Lhaj", "fr"),
        ("محمد Idrissi", None),
        ("0612345678", None),
        ("", None),
    ],
)
def test_a_name_is_of_one_script(name, script):
    assert script_of(name) == script


@pytest.mark.parametrize(("age", "expected"), [(2, False), (3, True), (40, True), (41, False)])
def test_the_bounds_of_a_plausible_age(age, expected):
    assert is_plausible_age(age) is expected


@pytest.fixture
def sent(directorate):
    """The least that a form holds, and what is added to it."""

    def make(**more):
        least = {
            "submission": str(uuid.uuid4()),
            "directorate": str(directorate.uuid),
            "name": "سعاد المنصوري",
            "quarter": "حي الوحدة",
            "met_on": TODAY.isoformat(),
        }
        return {**least, **more}

    return make


@pytest.mark.django_db
def test_a_name_and_a_quarter_are_enough(client_of, field_agent, season, directorate, sent):
    """What is not said stays unknown: no birth, no sex, no second script."""
    response = client_of(field_agent).post("/capture/", sent())
    case = Case.unscoped.select_related("person").get()
    assert response["Location"] == f"/capture/{case.uuid}/"
    person = case.person
    assert (person.full_name_ar, person.full_name_fr, person.sex) == ("سعاد المنصوري", "", None)
    assert (person.birth_date, person.birth_year, person.phone) == (None, None, "")
    assert (case.state, case.is_found, case.found_at, case.quarter) == ("TO_VISIT", True, TODAY, "حي الوحدة")
    ties = set(Tie.objects.values_list("reason", "place_number", "user"))
    assert ties == {("FOUND", directorate.place_number, None), ("FOUND", None, field_agent.pk)}


@pytest.mark.django_db
def test_an_age_stays_an_age_with_the_day_it_was_said(client_of, field_agent, season, sent):
    client_of(field_agent).post("/capture/", sent(age="14", met_on="2025-11-18"))
    facts = SourceRecord.unscoped.get().facts
    assert (facts["age"], facts["contact_date"]) == (14, "2025-11-18")
    assert "birth_year" not in facts
    assert Person.unscoped.get().birth_year is None


@pytest.mark.django_db
def test_everything_that_is_said_is_kept(client_of, field_agent, season, sent):
    answers = {
        "sex": "F",
        "birth_date": "2010-03-14",
        "name_other": "Souad Mansouri",
        "phone": "+212 6 12-34.56 78",
        "level": "6AP",
        "dropout_reason": "DISTANCE",
        "wish": "الحلاقة",
        "consent": "NO",
        "guardian_name": "حسن المنصوري",
        "address": "قرب المسجد",
        "notes": "تعود بعد الظهر",
    }
    client_of(field_agent).post("/capture/", sent(**answers))
    record, case, person = SourceRecord.unscoped.get(), Case.unscoped.get(), Person.unscoped.get()
    assert (person.full_name_fr, person.sex, person.birth_date) == ("Souad Mansouri", "F", dt.date(2010, 3, 14))
    assert (person.phone, person.guardian_name) == ("0612345678", "حسن المنصوري")
    assert (case.wish, case.address) == ("الحلاقة", "قرب المسجد")
    assert record.facts["level_code"] == "6AP"
    assert record.facts["dropout_reason_code"] == "DISTANCE"
    assert record.facts["consent_to_contact"] is False
    assert record.facts["notes"] == "تعود بعد الظهر"


@pytest.mark.django_db
def test_never_at_school_is_no_level(client_of, field_agent, season, sent):
    client_of(field_agent).post("/capture/", sent(level="NEVER", sex="UNKNOWN", consent="UNKNOWN"))
    facts = SourceRecord.unscoped.get().facts
    assert facts["is_never_schooled"] is True
    assert not {"level_code", "sex", "consent_to_contact"} & facts.keys()


@pytest.mark.django_db
def test_the_same_form_twice_is_one_person(client_of, field_agent, season, sent):
    """The network came back after the form had been sent: the telephone sends it again."""
    client, data = client_of(field_agent), sent()
    first, second = client.post("/capture/", data), client.post("/capture/", data)
    assert first["Location"] == second["Location"]
    assert Person.unscoped.count() == Case.unscoped.count() == SourceRecord.unscoped.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"quarter": " "}, "quarter"),
        ({"name": "محمد Idrissi"}, "name"),
        ({"name_other": "سعاد م"}, "name_other"),
        ({"age": "14", "birth_year": "2011"}, "birth_year"),
        ({"age": "2"}, "age"),
        ({"age": "41"}, "age"),
        ({"birth_year": "1983"}, "birth_year"),
        ({"birth_date": "2023-01-01"}, "birth_date"),
        ({"birth_date": "2010-02-31"}, "birth_date"),
        ({"phone": "06 12 34"}, "phone"),
        ({"met_on": "2025-11-21"}, "met_on"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_written(
    client_of, field_agent, season, sent, wrong, field
):
    data = sent(wish="الحلاقة", **wrong)
    response = client_of(field_agent).post("/capture/", data)
    assert list(response.context["form"].errors) == [field]
    assert "الحلاقة" in response.content.decode()  # what was typed is still there
    assert data["submission"] in response.content.decode()
    assert not Person.unscoped.exists()


@pytest.mark.django_db
def test_the_quarter_and_the_stop_stay_for_the_next_person(
    client_of, officer, field_agent, season, directorate, sent
):
    campaign = actions.create_campaign(
        by=officer,
        season=season,
        directorate=directorate,
        name_ar="القافلة",
        start_date=TODAY,
        end_date=TODAY + dt.timedelta(days=9),
    )
    team = actions.create_team(by=officer, campaign=campaign, name="1", members=[field_agent])
    stop = actions.plan_stop(by=officer, campaign=campaign, team=team, date=TODAY, quarter="المرسى")
    client = client_of(field_agent)
    page = client.post("/capture/", sent(stop=str(stop.uuid)))["Location"]
    assert Case.unscoped.get().stop == stop
    following = client.get(client.get(page).context["next_url"])
    assert following.context["form"]["quarter"].value() == "حي الوحدة"
    assert following.context["form"]["stop"].value() == stop.uuid
    assert client.get("/capture/?stop=nonsense").status_code == 200


@pytest.mark.django_db
def test_who_may_be_the_same_person_is_shown_at_once_inside_the_scope(
    client_of, officer, season, sent, make_person, directorate
):
    known = make_person(full_name_fr="Souad El Mansouri", sex="F", birth_year=2010)
    page = client_of(officer).post("/capture/", sent(sex="F", birth_year="2010"))["Location"]
    alike = client_of(officer).get(page).context["alike"]
    assert [person.pk for _pair, person in alike.pairs] == [known.pk]
    assert CandidatePair.unscoped.get().state == "OPEN"  # a person decides


@pytest.mark.django_db
def test_an_agent_is_not_shown_the_files_of_others(client_of, field_agent, season, sent, make_person):
    """Typing names one after the other would otherwise read the directorate's list aloud."""
    known = make_person(full_name_fr="Souad El Mansouri", sex="F", birth_year=2010)
    client = client_of(field_agent)
    response = client.get(client.post("/capture/", sent(sex="F", birth_year="2010"))["Location"])
    assert response.context["alike"].pairs == []
    assert response.context["alike"].elsewhere == 1
    assert "El Mansouri" not in response.content.decode()
    assert known.file_number not in response.content.decode()


@pytest.mark.django_db
def test_the_agent_keeps_the_file_and_another_agent_does_not_see_it(
    client_of, field_agent, make_user, directorate, season, sent
):
    page = client_of(field_agent).post("/capture/", sent())["Location"]
    assert client_of(field_agent).get(page).status_code == 200
    assert client_of(make_user(FieldAgent, directorate)).get(page).status_code == 404


@pytest.mark.django_db
def test_nobody_is_entered_into_another_directorate(client_of, field_agent, season, sent, other_directorate):
    response = client_of(field_agent).post("/capture/", sent(directorate=str(other_directorate.uuid)))
    assert list(response.context["form"].errors) == ["directorate"]


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 3])
def test_the_form_in_a_known_number_of_queries(
    client_of, field_agent, season, sent, people, django_assert_num_queries
):
    client = client_of(field_agent)
    for _ in range(people):
        client.post("/capture/", sent())
    with django_assert_num_queries(CAPTURE_QUERIES):
        client.get("/capture/")


CAPTURE_QUERIES = 9


@pytest.mark.django_db
def test_the_same_form_for_another_stop_is_not_taken_for_the_first(
    client_of, field_agent, season, directorate, other_directorate, sent
):
    """The same name met elsewhere: the second file would be lost, and shown as the one of the first place."""
    form, client = sent(), client_of(field_agent)
    first = client.post("/capture/", form)
    assert client.post("/capture/", form)["Location"] == first["Location"]
    case = Case.unscoped.get()
    given = {"by": field_agent, "season": season, "facts": dict(SourceRecord.unscoped.get().facts)}
    for elsewhere in ({"directorate": other_directorate}, {"stop": Stop(pk=7)}):
        with pytest.raises(SubmissionReused):
            actions.capture(
                **given,
                quarter="حي الوحدة",
                met_on=TODAY,
                submission=uuid.UUID(form["submission"]),
                **{"directorate": directorate, **elsewhere},
            )
    assert Case.unscoped.get() == case
