import datetime as dt

import pytest

from istidrak.accounts.roles import CentreDirector
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.schooling.models import Stay
from istidrak.training import actions
from istidrak.training.models import Enrolment, Transfer

from .conftest import sees_person

DAY = dt.date(2025, 11, 10)


@pytest.fixture
def receiving(make_group, other_centre, other_centre_director, season, programme):
    """A group of a centre of another directorate."""

    def make(name="r", **more):
        return actions.create_group(
            by=other_centre_director, season=season, centre=other_centre, programme=programme, name=name, **more
        )

    return make


@pytest.fixture
def asked(enrolled, other_centre, centre_director):
    def make(enrolment=None, to=None):
        return actions.ask_transfer(
            by=centre_director, enrolment=enrolment or enrolled(), receiver=to or other_centre, reason="انتقال الأسرة"
        )

    return make


def test_until_accepted_nothing_changes_and_the_file_stays_closed(asked, client_of, other_centre_director):
    transfer = asked()
    person = transfer.enrolment.person
    assert not sees_person(other_centre_director, person)
    client = client_of(other_centre_director)
    text = client.get(f"/transfers/{transfer.uuid}/").content.decode()
    assert person.name_ar in text and person.file_number not in text
    assert client.get(f"/enrolments/{transfer.enrolment.uuid}/").status_code == 404
    assert transfer.enrolment.state == "ENROLLED"


def test_accepted_moves_the_learner_whole(
    asked, receiving, centre_director, other_centre_director, other_officer, educator, other_centre
):
    transfer = asked()
    old = transfer.enrolment
    new = actions.accept_transfer(by=other_centre_director, transfer=transfer, group=receiving(), on=DAY)
    old.refresh_from_db()
    assert (old.state, old.left_date, new.state, new.enrolled_date) == ("TRANSFERRED", DAY, "ENROLLED", DAY)
    assert not sees_person(centre_director, old.person) and not sees_person(educator, old.person)
    assert sees_person(other_centre_director, old.person) and sees_person(other_officer, old.person)
    stays = {stay.organisation_id: stay for stay in Stay.unscoped.filter(person=old.person)}
    assert stays[old.group.centre_id].until == DAY and stays[other_centre.pk].since == DAY
    thread = f"people.person:{old.person_id}"
    assert {"ask", "accept", "transfer"} <= set(History.objects.filter(thread=thread).values_list("verb", flat=True))


def test_accepted_twice_is_once(asked, receiving, other_centre_director):
    transfer = asked()
    stale = Transfer.unscoped.get(pk=transfer.pk)
    group = receiving()
    actions.accept_transfer(by=other_centre_director, transfer=transfer, group=group, on=DAY)
    with pytest.raises(MoveRefused):
        actions.accept_transfer(by=other_centre_director, transfer=stale, group=receiving("r2"), on=DAY)
    assert Enrolment.unscoped.filter(person=transfer.enrolment.person).count() == 2


def test_a_full_group_or_one_elsewhere_changes_nothing(asked, receiving, group, other_centre_director, make_person):
    transfer = asked()
    full = receiving(capacity=1)
    actions.enrol(by=other_centre_director, person=make_person(), group=full, on=DAY)
    with pytest.raises(actions.GroupFull):
        actions.accept_transfer(by=other_centre_director, transfer=transfer, group=full, on=DAY)
    with pytest.raises(actions.OtherCentre):
        actions.accept_transfer(by=other_centre_director, transfer=transfer, group=group, on=DAY)
    with pytest.raises(actions.BadDay):
        actions.accept_transfer(
            by=other_centre_director, transfer=transfer, group=receiving("r3"), on=dt.date(2025, 12, 1)
        )
    transfer.refresh_from_db()
    assert transfer.state == "ASKED" and transfer.enrolment.state == "ENROLLED"


def test_asked_once_with_a_reason_and_of_another_centre(asked, enrolled, centre, other_centre, centre_director):
    transfer = asked()
    with pytest.raises(actions.AlreadyAskedFor):
        asked(enrolment=transfer.enrolment)
    with pytest.raises(actions.NotTransferable):
        asked(to=centre)
    with pytest.raises(ReasonMissing):
        actions.ask_transfer(by=centre_director, enrolment=enrolled(), receiver=other_centre, reason=" ")


def test_who_left_meanwhile_is_not_taken_in(asked, receiving, centre_director, other_centre_director):
    transfer = asked()
    actions.drop_out(by=centre_director, enrolment=transfer.enrolment, on=DAY, reason="عمل")
    with pytest.raises(MoveRefused):
        actions.accept_transfer(by=other_centre_director, transfer=Transfer.unscoped.get(), group=receiving(), on=DAY)
    assert Transfer.unscoped.get().state == "ASKED"  # nothing half done: it may still be refused


def test_refused_needs_a_reason_and_the_learner_stays(asked, other_centre_director):
    transfer = asked()
    with pytest.raises(ReasonMissing):
        actions.refuse_transfer(by=other_centre_director, transfer=transfer, reason="")
    actions.refuse_transfer(by=other_centre_director, transfer=transfer, reason="لا مكان")
    assert (transfer.state, transfer.answer, transfer.enrolment.state) == ("REFUSED", "لا مكان", "ENROLLED")


def test_the_sender_does_not_accept_in_the_receivers_place(asked, receiving, client_of, centre_director):
    transfer, group = asked(), receiving()
    answer = client_of(centre_director).post(
        f"/transfers/{transfer.uuid}/", {"do": "accept", "group": group.uuid, "on": "2025-11-10"}
    )
    assert answer.status_code == 403
    assert Transfer.unscoped.get().state == "ASKED"


def test_the_receiver_answers_on_its_page_and_does_not_cancel(asked, receiving, client_of, other_centre_director):
    transfer, group, client = asked(), receiving(), client_of(other_centre_director)
    address = f"/transfers/{transfer.uuid}/"
    assert client.post(address, {"do": "cancel", "reason": "x"}).status_code == 403
    assert client.post(address, {"do": "accept", "group": group.uuid, "on": "2025-11-10"}).status_code == 302
    assert Transfer.unscoped.get().state == "ACCEPTED"


def test_a_third_centre_sees_nothing(asked, client_of, make_user, directorate):
    from istidrak.organisations.models import Organisation

    third = Organisation.objects.create(kind="CENTRE", code="C3", name_fr="x", place_number=1)
    client = client_of(make_user(CentreDirector, third))
    transfer = asked()
    assert client.get(f"/transfers/{transfer.uuid}/").status_code == 404
    assert transfer.enrolment.person.name_ar not in client.get("/transfers/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_transfers(rows, asked, client_of, centre_director, django_assert_num_queries):
    for _row in range(rows):
        asked()
    client = client_of(centre_director)
    with django_assert_num_queries(6):
        assert client.get("/transfers/").status_code == 200
    assert client.post("/transfers/?format=xlsx")["Content-Type"].endswith("sheet")
