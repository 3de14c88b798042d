"""What a family loses when a registration is lost, doubled, or silently changed."""

import html
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from istidrak.accounts.models import Assignment
from istidrak.base.exchange.writing import workbook_bytes
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person, Tie
from istidrak.support.actions import communes, households, other_aid, registrations
from istidrak.support.models import Guardian, Registration
from istidrak.support.queries import registration_files
from istidrak.support.queries import registrations as queries

pytestmark = pytest.mark.django_db
SAMIRA = {"first_name_ar": "سميرة", "last_name_ar": "العلوي", "sex": "F"}


@pytest.fixture
def second_school(school):
    return Organisation.objects.create(
        kind="SCHOOL",
        code="83110L",
        name_fr="…",
        place_number=school.place_number,
        parent=school.parent,
        milieu="RURAL",
    )


@pytest.fixture
def register(school, school_head):
    """Registers a new pupil of the school for 2018/19."""

    def make(name="سميرة", **said):
        said = {"level_code": "1AC", "cover": "RAMED", "enrolled_from": 201809, "school": school, **said}
        return registrations.register_new(
            by=school_head,
            facts={**SAMIRA, "first_name_ar": name},
            school_year=2018,
            submission=uuid.uuid4(),
            **said,
        )

    return make


@pytest.fixture
def family(school_head):
    def make(card="JA100", **said):
        household = households.make_household(by=school_head)
        guardian = households.put_guardian(
            by=school_head, household=household, name_ar="فاطمة العلوي", identity_card=card, **said
        )
        return {"household": household, "guardian": guardian}

    return make


def test_a_form_sent_twice_is_one_registration_and_one_child(school, school_head):
    """The line breaks, the head presses again: two children would be paid, or both blocked."""
    form = {"facts": SAMIRA, "school": school, "school_year": 2018, "submission": uuid.uuid4()}
    one = registrations.register_new(by=school_head, **form)
    two = registrations.register_new(by=school_head, **form)
    assert one == two and Registration.unscoped.count() == 1 and Person.unscoped.count() == 1
    assert History.objects.filter(verb="register", thread=f"people.person:{one.person_id}").count() == 1


def test_the_same_child_is_not_registered_twice_in_a_year(register, school_head, second_school):
    row = register()
    with pytest.raises(registrations.AlreadyRegistered) as error:
        registrations.register(by=school_head, person=row.person, school=second_school, school_year=2018)
    assert error.value.registration == row
    next_year = registrations.register(by=school_head, person=row.person, school=second_school, school_year=2019)
    assert next_year.state == "SUBMITTED"


def test_what_is_not_known_stays_unknown(register):
    """A cover filled in by the program would pay, or refuse, a family of whom nobody knows."""
    row = register(level_code="", cover=None, enrolled_from=None)
    assert (row.cover, row.household, row.level_code, row.enrolled_from) == (None, None, "", None)
    assert queries.problems_of(row)[:5] == ["level", "months", "cover", "household", "guardian"]


def test_a_pupil_who_changes_school_keeps_the_family_and_is_in_one_school_a_month(
    register, family, school_head, second_school
):
    row = register(**family())
    new = registrations.move_to(by=school_head, registration=row, school=second_school, month=201901)
    row.refresh_from_db()
    assert (row.enrolled_until, new.enrolled_from) == (201812, 201901)
    assert (new.household, new.guardian, new.state) == (row.household, row.guardian, "SUBMITTED")
    assert Tie.objects.filter(person=row.person, organisation=second_school, until=None).exists()
    with pytest.raises(registrations.RegistrationRefused, match="left"):
        registrations.move_to(by=school_head, registration=row, school=second_school, month=201902)


def test_months_are_not_stretched_over_the_other_school(register, school_head, second_school):
    row = register()
    registrations.move_to(by=school_head, registration=row, school=second_school, month=201901)
    row.refresh_from_db()
    with pytest.raises(registrations.AlreadyRegistered):
        registrations.correct_registration(
            by=school_head, registration=row, version=row.version, changes={"enrolled_until": 201903}
        )


def test_two_editors_are_told(register, school_head):
    row = register()
    registrations.correct_registration(by=school_head, registration=row, version=1, changes={"cover": "NONE"})
    with pytest.raises(registrations.ChangedMeanwhile):
        registrations.correct_registration(by=school_head, registration=row, version=1, changes={"cover": "RAMED"})
    row.refresh_from_db()
    assert row.cover == "NONE"
    guardian = households.put_guardian(
        by=school_head, household=households.make_household(by=school_head), name_fr="A"
    )
    households.correct_guardian(by=school_head, guardian=guardian, version=1, changes={"identity_card": "ab 12-34"})
    with pytest.raises(registrations.ChangedMeanwhile):
        households.correct_guardian(by=school_head, guardian=guardian, version=1, changes={"identity_card": "ZZ1"})
    guardian.refresh_from_db()
    assert guardian.identity_card == "AB1234"


def test_a_card_in_two_households_is_said_and_nothing_is_merged(register, family):
    """Merged silently, one family's money would go to the other; unsaid, one person would be paid twice."""
    one, two = register(**family("JA100")), register("هدى", **family("JA 100"))
    assert one.household != two.household
    assert queries.problems_of(one) == ["card"] == queries.problems_of(two)
    waiting = queries.with_problem(Registration.unscoped.filter(pk__in=[one.pk, two.pk]))
    assert {row.problem for row in waiting} == {"card"}


def test_joining_a_household_takes_its_guardian_and_splitting_leaves_it_open(register, family, school_head):
    one, two = register(**family()), register("هدى")
    two = households.join_household(by=school_head, registration=two, household=one.household)
    assert two.guardian == one.guardian and queries.problems_of(two) == []
    two = households.split_household(by=school_head, registration=two, reason="تعيش مع جدتها")
    assert two.household not in (None, one.household) and two.guardian is None
    assert History.objects.get(verb="split_household").thread == f"people.person:{two.person_id}"
    with pytest.raises(registrations.RegistrationRefused, match="alone"):
        households.split_household(by=school_head, registration=two, reason="…")


def test_a_number_of_the_social_register_is_one_household(register, family, school_head):
    one, two = family()["household"], family("JA2")["household"]
    households.number_household(by=school_head, household=one, register_number="100 200")
    with pytest.raises(households.NumberTaken):
        households.number_household(by=school_head, household=two, register_number="100200")


def test_validate_all_takes_the_complete_ones_only_and_twice_is_once(register, family, officer):
    complete, other = register(**family()), register("هدى", cover=None, **family("JA2"))
    waiting = queries.with_problem(Registration.unscoped.filter(state="SUBMITTED"))
    rows = list(waiting.filter(problem=""))
    assert rows == [complete]
    assert registrations.validate_all(by=officer, registrations=rows) == 1
    assert registrations.validate_all(by=officer, registrations=rows) == 0
    other.refresh_from_db()
    assert other.state == "SUBMITTED"
    assert History.objects.filter(verb="validate").count() == 1


# Pages.


@pytest.fixture
def supervisor(make_user, school):
    from istidrak.accounts.roles import GeneralSupervisor

    return make_user(GeneralSupervisor, school)


@pytest.fixture
def coordinator(make_user, directorate):
    from istidrak.accounts.roles import SupportCoordinator

    return make_user(SupportCoordinator, directorate)


FORM = {
    "last_name_ar": "العلوي",
    "first_name_ar": "سميرة",
    "sex": "F",
    "level_code": "1AC",
    "enrolled_from": "201809",
    "cover": "RAMED",
    "family": "NEW",
    "guardian_name_ar": "فاطمة العلوي",
    "identity_card": "JA 123",
}


def test_a_supervisor_registers_a_new_pupil_with_family_and_guardian(supervisor, school, client_of):
    client = client_of(supervisor)
    form = {**FORM, "school": school.uuid, "submission": uuid.uuid4()}
    answer = client.post("/registrations/new/?year=2018", form)
    row = Registration.unscoped.get()
    assert answer["Location"] == f"/registrations/{row.uuid}/"
    assert (row.guardian.identity_card, row.state, row.cover) == ("JA123", "SUBMITTED", "RAMED")
    assert queries.problems_of(row) == []
    page = client.get(answer["Location"]).content.decode()
    assert "سميرة" in page and "JA123" in page


def test_a_mistake_loses_nothing_that_was_typed(supervisor, school, client_of):
    form = {**FORM, "school": school.uuid, "submission": uuid.uuid4(), "account": "123"}
    page = client_of(supervisor).post("/registrations/new/?year=2018", form).content.decode()
    assert 'value="سميرة"' in page and 'value="123"' in page and not Registration.unscoped.exists()


def test_a_pupil_is_found_by_a_name_in_the_other_script(supervisor, register, client_of):
    row = register("فاطمة")
    page = client_of(supervisor).get("/registrations/new/?year=2018&q=fatima").content.decode()
    assert f"/registrations/{row.uuid}/" in page


def test_once_checked_the_school_does_not_change_who_receives(supervisor, coordinator, register, family, client_of):
    """Whoever can change the account after the check can take a family's money."""
    row = register(**family())
    registrations.validate(by=coordinator, registration=row)
    change = {"do": "guardian", "version": 1, "guardian_name_ar": "غيرها", "identity_card": "ZZ9"}
    client_of(supervisor).post(f"/registrations/{row.uuid}/", change)
    assert not Guardian.unscoped.filter(identity_card="ZZ9").exists()
    client_of(coordinator).post(f"/registrations/{row.uuid}/", change)
    assert Guardian.unscoped.get(pk=row.guardian_id).identity_card == "ZZ9"


def test_only_the_coordinator_validates(supervisor, coordinator, register, client_of):
    row = register()
    assert client_of(supervisor).post(f"/registrations/{row.uuid}/", {"do": "validate"}).status_code == 403
    assert client_of(supervisor).get("/registrations/to-validate/").status_code == 403
    client_of(coordinator).post("/registrations/to-validate/?year=2018", {"registration": row.uuid})
    row.refresh_from_db()
    assert row.state == "VALIDATED"


def test_exceptions_are_listed_and_the_others_validated_in_one_click(coordinator, register, family, client_of):
    complete, missing = register(**family()), register("هدى")
    client = client_of(coordinator)
    page = client.get("/registrations/to-validate/?year=2018").content.decode()
    assert str(missing.uuid) in page and str(complete.uuid) not in page
    client.post("/registrations/to-validate/?year=2018", {"do": "complete"})
    complete.refresh_from_db()
    missing.refresh_from_db()
    assert (complete.state, missing.state) == ("VALIDATED", "SUBMITTED")


def test_another_directorate_sees_nothing(register, make_user, other_directorate, client_of):
    from istidrak.accounts.roles import SupportCoordinator

    row = register()
    client = client_of(make_user(SupportCoordinator, other_directorate))
    assert client.get(f"/registrations/{row.uuid}/").status_code == 404
    assert str(row.uuid) not in client.get("/registrations/?year=2018").content.decode()
    assert not Assignment.objects.filter(organisation=row.school, role="SUPPORT_COORDINATOR").exists()


def test_a_school_that_registered_nobody_is_late(coordinator, register, second_school, client_of):
    Organisation.objects.filter(pk=second_school.pk).update(cycle="PRIMARY", name_fr="Ecole sans inscrits")
    register()
    page = client_of(coordinator).get("/registrations/late/?year=2018").content.decode()
    assert "Ecole sans inscrits" in page and "83109K" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_questions_for_one_row_and_three(
    rows, coordinator, register, family, client_of, django_assert_num_queries
):
    for number in range(rows):
        register(f"اسم {number}", **family(f"JA{number}"))
    client = client_of(coordinator)
    client.get("/registrations/?year=2018")
    with django_assert_num_queries(8):
        client.get("/registrations/?year=2018")


def test_a_commune_is_on_the_list_by_a_decision_and_until_another(make_user, ministry, directorate, client_of):
    """A commune wrongly on the list pays families without a right; one wrongly off asks them for a card."""
    from istidrak.accounts.roles import SupportUnit
    from istidrak.territory.models import Place

    place = Place.objects.create(
        kind="COMMUNE", code="113210101", name_ar="…", name_fr="…", low=113210101, high=113210101
    )
    assert queries.is_covered(place.low, 2016) is None
    client = client_of(make_user(SupportUnit, ministry))
    from istidrak.support.models import CoveredCommune

    unit = make_user(SupportUnit, ministry)
    row = communes.put_on_list(by=unit, place=place, since=2010, source="قرار")
    with pytest.raises(registrations.RegistrationRefused, match="on_the_list"):
        communes.put_on_list(by=unit, place=place, since=2015, source="قرار")
    with pytest.raises(registrations.RegistrationRefused, match="years"):
        communes.take_off_list(by=unit, commune=row, until=2009, source="قرار")
    communes.take_off_list(by=unit, commune=row, until=2017, source="قرار ثان")
    assert [queries.is_covered(place.low, year) for year in (2009, 2017, 2018)] == [False, True, False]
    assert queries.was_covered_before_2018(place.low) and CoveredCommune.unscoped.count() == 1
    assert client.get("/covered-communes/?year=2018").status_code == 200


def _workbook(*rows):
    columns = [(f"{ar} / {fr}", 10, "text") for _name, ar, fr, _width in registration_files.COLUMNS]
    names = [name for name, *_rest in registration_files.COLUMNS]
    return workbook_bytes("1", columns, [tuple(row.get(name, "") for name in names) for row in rows])


SISTERS = (
    {"last_name_ar": "العلوي", "first_name_ar": "سميرة", "sex": "أنثى", "birth_date": "03/02/2006"},
    {"last_name_ar": "العلوي", "first_name_ar": "هدى", "sex": "fille", "massar_code": "J123456789"},
)
LIST = [
    {**SISTERS[0], "family": "1", "level_code": "1AC", "cover": "RAMED", "enrolled_from": "09/2018"},
    {**SISTERS[1], "family": "1", "guardian_name_ar": "فاطمة", "identity_card": "JA 12"},
    {**SISTERS[0], "first_name_ar": "منى", "level_code": "7AP", "birth_date": "31/02/2006"},
]


def _send(client, data):
    file = SimpleUploadedFile("list.xlsx", data)
    page = client.post("/registrations/import/?year=2018", {"file": file}).content.decode()
    found = re.search(r'name="sealed" value="([^"]*)"', page)
    if found:
        client.post("/registrations/import/?year=2018", {"do": "write", "sealed": html.unescape(found.group(1))})
    return page


def test_a_list_is_shown_first_then_written_once_and_its_mistakes_are_named(supervisor, client_of):
    """A list sent twice must not make two children; a row refused without its place is looked for in vain."""
    client, data = client_of(supervisor), _workbook(*LIST)
    page = _send(client, data)
    rows = list(Registration.unscoped.order_by("pk"))
    assert [row.person.first_name_ar for row in rows] == ["سميرة", "هدى"]
    assert rows[0].household == rows[1].household is not None
    assert rows[0].enrolled_from == 201809 and rows[1].guardian.identity_card == "JA12"
    assert "رقم الأسرة" not in page and page.count("تاريخ الازدياد / Date de naissance") == 1
    lines = registration_files.read_list(data, "list.xlsx", supervisor.scope_as(*supervisor.roles), 2018)
    assert [(line.row, code) for line in lines for _column, code in line.problems] == [
        (4, "birth_date"),
        (4, "level_code"),
    ]
    assert all(line.registration for line in lines[:2])
    _send(client, data)
    assert Registration.unscoped.count() == 2 and Person.unscoped.count() == 2


def test_a_seal_of_another_user_writes_nothing(supervisor, school_head, client_of):
    page = client_of(supervisor).post(
        "/registrations/import/?year=2018", {"file": SimpleUploadedFile("list.xlsx", _workbook(*LIST[:1]))}
    )
    sealed = html.unescape(re.search(r'name="sealed" value="([^"]*)"', page.content.decode()).group(1))
    client_of(school_head).post("/registrations/import/?year=2018", {"do": "write", "sealed": sealed})
    assert not Registration.unscoped.exists()


def test_the_empty_workbook_is_in_the_layout_that_is_read(supervisor, client_of):
    answer = client_of(supervisor).get("/registrations/import/empty/")
    assert registration_files.read_list(answer.content, "1.xlsx", supervisor.scope_as(*supervisor.roles), 2018) == []


def test_a_list_of_aid_paid_elsewhere_is_kept_whole_or_not_at_all_and_once(make_user, ministry, client_of):
    """A list kept in part lets a family be paid twice; kept twice, it counts for two."""
    from istidrak.accounts.roles import SupportUnit
    from istidrak.support.models import OtherAid

    client = client_of(make_user(SupportUnit, ministry))
    columns = [(f"{ar} / {fr}", 10, "text") for _name, ar, fr in other_aid.COLUMNS]
    good = ("JA 12", "دعم الأرامل", "201809", "12/2018")

    def send(*rows, do="keep", source="وزارة الداخلية"):
        file = SimpleUploadedFile("aid.xlsx", workbook_bytes("1", columns, rows))
        return client.post("/other-aid/", {"file": file, "source": source, "do": do})

    assert send(good, ("", "دعم الأرامل", "201809", "")).status_code == 200
    send(good, do="look")
    send(good, source="")
    assert not OtherAid.unscoped.exists()
    assert send(good).status_code == send(good).status_code == 302
    row = OtherAid.unscoped.get()
    assert (row.identity_card, row.from_month, row.until_month) == ("JA12", 201809, 201812)
