import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from istidrak.accounts.models import Assignment
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.people import actions as people
from istidrak.training import actions
from istidrak.training.models import RegisterReturn, ReturnLine, ReturnRemark, ReturnSubmission
from istidrak.training.queries.returns import is_late, sent

REFERENCE, DUE = dt.date(2025, 10, 31), dt.date(2025, 11, 10)


@pytest.fixture
def register(group, officer, season, centre):
    """The list asked of the centre of `group`."""
    actions.open_returns(by=officer, season=season, reference_date=REFERENCE, due_date=DUE, centres=[centre])
    return RegisterReturn.unscoped.get()


@pytest.fixture
def submitted(register, enrolled, centre_director):
    enrolled(), enrolled(on=dt.date(2025, 10, 31)), enrolled(on=dt.date(2025, 11, 1))
    actions.submit_return(by=centre_director, register=register)
    return register


def test_asked_twice_is_once_and_late_after_its_day(register, officer, season, centre, settings):
    again = actions.open_returns(by=officer, season=season, reference_date=REFERENCE, due_date=DUE, centres=[centre])
    assert again == [] and is_late(register)
    settings.PINNED_TODAY = DUE
    assert not is_late(register)


def test_lines_are_those_in_a_group_that_day_and_never_change(submitted, officer, centre_director):
    lines = list(ReturnLine.objects.all())
    assert len(lines) == 2  # enrolled the day after the reference day: not on this list
    line = lines[0]
    person = line.enrolment.person
    people.correct(by=officer, person=person, changes={"first_name_ar": "اسم آخر"}, version=person.version)
    actions.drop_out(by=centre_director, enrolment=line.enrolment, on=dt.date(2025, 11, 5), reason="x")
    line.refresh_from_db()
    assert (line.name_ar, line.state) == ("سعاد المنصوري", "ENROLLED")
    assert sent(submitted).is_intact


def test_a_line_changed_behind_the_program_is_seen(submitted):
    ReturnLine.objects.all()[:1].get()
    ReturnLine.objects.filter(pk=ReturnLine.objects.first().pk).update(name_ar="مزور")
    assert not sent(submitted).is_intact


def test_submitted_twice_is_once(register, centre_director):
    stale = RegisterReturn.unscoped.get()
    actions.submit_return(by=centre_director, register=register)
    with pytest.raises(MoveRefused):
        actions.submit_return(by=centre_director, register=stale)
    assert ReturnSubmission.objects.count() == 1


def test_a_day_to_come_is_not_submitted(group, officer, season, centre, centre_director):
    actions.open_returns(
        by=officer,
        season=season,
        reference_date=dt.date(2026, 2, 28),
        due_date=dt.date(2026, 3, 10),
        centres=[centre],
    )
    with pytest.raises(actions.NotYet):
        actions.submit_return(by=centre_director, register=RegisterReturn.unscoped.get())


def test_who_submitted_does_not_validate(register, centre_director, directorate, make_user):
    both = make_user(DirectorateOfficer, directorate)
    actions.submit_return(by=both, register=register)
    with pytest.raises(actions.SameHand):
        actions.validate_return(by=both, register=register)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor by a way around the action
        RegisterReturn.unscoped.update(validated_by=both)


def test_remarks_come_back_and_the_correction_shows(submitted, officer, enrolled, centre_director):
    line = ReturnLine.objects.first()
    foreign = {10**9: "x", line.pk: "تاريخ الازدياد خاطئ"}
    with pytest.raises(ReasonMissing):
        actions.send_back(by=officer, register=submitted, reason=" ", remarks=foreign)
    actions.send_back(by=officer, register=submitted, reason="راجعوا الأسماء", remarks=foreign)
    assert {(r.line_id, r.text) for r in ReturnRemark.objects.all()} == {
        (None, "راجعوا الأسماء"),
        (line.pk, "تاريخ الازدياد خاطئ"),
    }
    person = line.enrolment.person
    people.correct(by=officer, person=person, changes={"first_name_ar": "سعيدة"}, version=person.version)
    enrolled(on=dt.date(2025, 10, 20))
    actions.submit_return(by=centre_director, register=submitted)
    change = sent(submitted).change
    assert [names for _now, _old, names in change.changed] == [("name_ar",)]
    assert len(change.added) == 1 and not change.removed
    assert ReturnSubmission.objects.count() == 2


def test_the_chain_to_the_end_and_nothing_after(
    submitted, officer, academy_officer, national_officer, centre_director, season
):
    assert actions.consolidate_returns(by=academy_officer, registers=[submitted]) == 0  # not validated yet
    submitted.refresh_from_db()
    actions.validate_return(by=officer, register=submitted)
    assert actions.consolidate_returns(by=academy_officer, registers=[submitted]) == 1
    with pytest.raises(MoveRefused):
        actions.send_back(by=officer, register=submitted, reason="x")
    actions.release_return(by=academy_officer, register=submitted, reason="خطأ في لائحة")
    actions.consolidate_returns(by=academy_officer, registers=[submitted])
    assert actions.freeze_returns(by=national_officer, registers=[submitted]) == 1
    for change in (
        lambda: actions.submit_return(by=centre_director, register=submitted),
        lambda: actions.send_back(by=officer, register=submitted, reason="x"),
        lambda: actions.release_return(by=academy_officer, register=submitted, reason="x"),
        lambda: actions.validate_return(by=officer, register=submitted),
    ):
        with pytest.raises(MoveRefused):
            change()


# Pages


def test_each_takes_a_step_on_the_pages(
    register, enrolled, client_of, centre_director, officer, academy_officer, national_officer
):
    enrolled()
    address = f"/returned-lists/{register.uuid}/"
    director = client_of(centre_director)
    assert director.post(address, {"do": "validate"}).status_code == 403
    director.post(address, {"do": "submit"})
    directorate = client_of(officer)
    line = ReturnLine.objects.get()
    typed = directorate.post(address, {"do": "send_back", "reason": "", f"remark-{line.pk}": "راجع"}).content.decode()
    assert "راجع" in typed and not ReturnRemark.objects.exists()
    directorate.post(address, {"do": "send_back", "reason": "ناقصة", f"remark-{line.pk}": "راجع"})
    assert "راجع" in director.get(address).content.decode()
    director.post(address, {"do": "submit"})
    directorate.post(address, {"do": "validate"})
    assert client_of(officer).post("/returned-lists/", {"do": "consolidate"}).status_code == 403
    client_of(academy_officer).post("/returned-lists/", {"do": "consolidate"})
    client_of(national_officer).post("/returned-lists/", {"do": "freeze"})
    register.refresh_from_db()
    assert register.state == "FROZEN"
    assert directorate.post(f"{address}?format=xlsx")["Content-Type"].endswith("sheet")


def test_who_holds_both_roles_does_not_validate_on_the_page(register, client_of, centre_director, directorate):
    Assignment.objects.create(
        user=centre_director, role="DIRECTORATE_OFFICER", organisation=directorate, since=dt.date(2020, 9, 1)
    )
    client = client_of(centre_director)
    client.post(f"/returned-lists/{register.uuid}/", {"do": "submit"})
    client.post(f"/returned-lists/{register.uuid}/", {"do": "validate"})
    register.refresh_from_db()
    assert register.state == "SUBMITTED"


def test_the_directorate_asks_the_centres(group, client_of, officer):
    client = client_of(officer)
    form = {"do": "open", "reference_date": "2025-10-31", "due_date": "2025-10-01"}
    assert client.post("/returned-lists/", form).status_code == 200
    assert not RegisterReturn.unscoped.exists()
    client.post("/returned-lists/", {**form, "due_date": "2025-11-10"})
    assert RegisterReturn.unscoped.get().due_date == DUE


def test_another_directorate_sees_no_list(submitted, client_of, other_officer, other_centre_director):
    for user in (other_officer, other_centre_director):
        client = client_of(user)
        assert client.get(f"/returned-lists/{submitted.uuid}/").status_code == 404
        assert client.post(f"/returned-lists/{submitted.uuid}/", {"do": "validate"}).status_code in {403, 404}
        assert str(submitted.uuid) not in client.get("/returned-lists/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_list(rows, register, enrolled, client_of, officer, centre_director, django_assert_num_queries):
    for _row in range(rows):
        enrolled()
    actions.submit_return(by=centre_director, register=register)
    client = client_of(officer)
    with django_assert_num_queries(11):
        assert client.get(f"/returned-lists/{register.uuid}/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_lists(
    rows, make_group, enrolled, client_of, officer, centre_director, season, centre, django_assert_num_queries
):
    from istidrak.programmes.models import Programme

    for number in range(rows):
        programme = Programme.objects.get_or_create(code=f"P{number}", defaults={"name_fr": f"P{number}"})[0]
        actions.create_group(by=centre_director, season=season, centre=centre, programme=programme, name=f"g{number}")
    for register in actions.open_returns(
        by=officer, season=season, reference_date=REFERENCE, due_date=DUE, centres=[centre]
    ):
        actions.submit_return(by=centre_director, register=register)
        actions.validate_return(by=officer, register=register)
    client = client_of(officer)
    with django_assert_num_queries(9):
        assert client.get("/returned-lists/").status_code == 200
    assert client.get("/returned-lists/?format=xlsx")["Content-Type"].endswith("sheet")
