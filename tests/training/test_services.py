import datetime as dt

import pytest

from istidrak.base.models import History
from istidrak.training import actions
from istidrak.training.models import Enrolment, ServiceOffer, ServiceUse

from .conftest import FIRST

NOV = dt.date(2025, 11, 3)


@pytest.fixture
def offer(centre_director, centre, season):
    def make(**more):
        given = {"kind": "ACCOMMODATION", "places": 1, "funder": "INDH", **more}
        return actions.offer_service(by=centre_director, centre=centre, season=season, **given)

    return make


def test_the_last_bed_is_given_once_and_again_when_free(offer, enrolled, centre_director):
    bed, first, second = offer(), enrolled(), enrolled()
    use = actions.use_service(by=centre_director, offer=bed, enrolment=first, since=FIRST)
    with pytest.raises(actions.ServiceFull):
        actions.use_service(by=centre_director, offer=bed, enrolment=second, since=FIRST)
    actions.end_service(by=centre_director, use=use, until=NOV)
    with pytest.raises(actions.AlreadyEnded):
        actions.end_service(by=centre_director, use=ServiceUse.unscoped.get(pk=use.pk), until=NOV)
    with pytest.raises(actions.ServiceFull):  # still used on the first of November
        actions.use_service(by=centre_director, offer=bed, enrolment=second, since=dt.date(2025, 11, 1))
    actions.use_service(by=centre_director, offer=bed, enrolment=second, since=NOV)


def test_places_not_stated_refuse_nobody_and_nobody_uses_twice(offer, enrolled, centre_director):
    meals, learner = offer(kind="MEALS", places=None), enrolled()
    actions.use_service(by=centre_director, offer=meals, enrolment=learner, since=FIRST)
    with pytest.raises(actions.AlreadyUsed):
        actions.use_service(by=centre_director, offer=meals, enrolment=learner, since=FIRST)
    assert ServiceUse.unscoped.count() == 1


def test_leaving_frees_the_bed(offer, enrolled, centre_director):
    bed, learner = offer(), enrolled()
    actions.use_service(by=centre_director, offer=bed, enrolment=learner, since=FIRST)
    actions.drop_out(by=centre_director, enrolment=learner, on=NOV, reason="عمل")
    assert ServiceUse.unscoped.get().until_date == NOV
    with pytest.raises(actions.NotOfCentre):
        actions.use_service(by=centre_director, offer=bed, enrolment=learner, since=NOV)


def test_a_page_opened_before_gives_no_bed_to_whoever_left_nor_one_that_is_no_more(offer, enrolled, centre_director):
    bed, learner, other = offer(places=None), enrolled(), enrolled()
    stale = Enrolment.unscoped.get(pk=learner.pk)
    actions.drop_out(by=centre_director, enrolment=learner, on=NOV, reason="عمل")
    with pytest.raises(actions.NotOfCentre):
        actions.use_service(by=centre_director, offer=bed, enrolment=stale, since=FIRST)
    ServiceOffer.unscoped.filter(pk=bed.pk).update(places=0, funder="INDH 2")
    with pytest.raises(actions.ServiceFull):
        actions.use_service(by=centre_director, offer=bed, enrolment=other, since=FIRST)
    assert ServiceOffer.unscoped.get(pk=bed.pk).funder == "INDH 2"
    assert not ServiceUse.unscoped.exists()


def test_a_service_of_one_funder_once_and_days_that_can_be(offer, enrolled, centre_director):
    bed = offer()
    with pytest.raises(actions.AlreadyOffered):
        offer()
    offer(funder="التعاون الوطني")
    for day in (dt.date(2025, 11, 21), dt.date(2025, 10, 1)):
        with pytest.raises(actions.BadDay):
            actions.use_service(by=centre_director, offer=bed, enrolment=enrolled(), since=day)


def test_the_page_offers_uses_and_ends(client_of, enrolled, centre_director, centre):
    learner, client = enrolled(), client_of(centre_director)
    address = f"/centres/{centre.uuid}/services/"
    client.post(address, {"do": "offer", "kind": "TRANSPORT", "places": "1", "funder": "INDH"})
    use = {"do": "use", "enrolment": learner.uuid, "since": "2025-10-06"}
    from istidrak.training.models import ServiceOffer

    use["offer"] = ServiceOffer.unscoped.get().uuid
    assert client.post(address, use).status_code == 302
    assert client.post(address, use).status_code == 200  # said beside the field, not written twice
    row = ServiceUse.unscoped.get()
    client.post(address, {"do": "end", "use": row.uuid, "until": "2025-11-03"})
    row.refresh_from_db()
    assert row.until_date == NOV
    assert client.post(f"{address}?format=xlsx")["Content-Type"].endswith("sheet")


def test_places_and_funder_change_with_why_and_two_editors_are_told(
    client_of, offer, enrolled, centre_director, other_centre_director, officer
):
    """A director who saves over what another wrote since must see it first, and lose nothing of what was typed."""
    bed, learner, client = offer(places=20), enrolled(), client_of(centre_director)
    actions.use_service(by=centre_director, offer=bed, enrolment=learner, since=FIRST)
    actions.use_service(by=centre_director, offer=bed, enrolment=enrolled(), since=FIRST)
    address = f"/services/{bed.uuid}/"
    for user, status in ((other_centre_director, 404), (officer, 403)):
        assert client_of(user).get(address).status_code == status
    seen = {"seen_places": "20", "seen_funder": "INDH"}
    for wrong in ({"places": "1", "reason": "x"}, {"places": "30", "reason": ""}, {"places": "0", "reason": "x"}):
        client.post(address, {**seen, "funder": "INDH", **wrong})
        bed.refresh_from_db()
        assert bed.places == 20
    change = {**seen, "places": "30", "funder": "التعاون الوطني", "reason": "اتفاقية جديدة"}
    assert client.post(address, change).status_code == client.post(address, change).status_code == 302
    late = client.post(address, {**seen, "places": "25", "funder": "INDH", "reason": "خطأ"})
    page = late.content.decode()
    assert 'value="25"' in page and "التعاون الوطني" in page and 'name="seen_places" value="30"' in page
    bed.refresh_from_db()
    assert (bed.places, bed.funder) == (30, "التعاون الوطني")
    client.post(
        address, {"seen_places": "30", "seen_funder": bed.funder, "places": "", "funder": "", "reason": "خطأ"}
    )
    bed.refresh_from_db()
    assert (bed.places, bed.funder) == (None, "")
    kept = History.objects.filter(verb="change_service").values_list("details", flat=True)
    assert [line["places"] for line in kept] == [[30, None], [20, 30]]
    assert "اتفاقية جديدة" in client.get(address).content.decode()


def test_another_funder_that_the_centre_has_already_is_refused(client_of, offer, centre_director):
    bed, other = offer(), offer(funder="ENTRAIDE")
    change = {"seen_places": "1", "seen_funder": "ENTRAIDE", "places": "1", "funder": "INDH", "reason": "x"}
    answer = client_of(centre_director).post(f"/services/{other.uuid}/", change)
    other.refresh_from_db()
    assert answer.status_code == 200 and (bed.funder, other.funder) == ("INDH", "ENTRAIDE")


def test_another_centre_neither_sees_nor_writes(client_of, other_centre_director, officer, centre, offer):
    offer()
    address = f"/centres/{centre.uuid}/services/"
    assert client_of(other_centre_director).get(address).status_code == 404
    assert client_of(officer).get(address).status_code == 200
    assert client_of(officer).post(address, {"do": "offer", "kind": "MEALS"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_services(
    rows, client_of, offer, enrolled, centre_director, centre, django_assert_num_queries
):
    meals = offer(kind="MEALS", places=None)
    for _row in range(rows):
        actions.use_service(by=centre_director, offer=meals, enrolment=enrolled(), since=FIRST)
    client = client_of(centre_director)
    with django_assert_num_queries(12):
        assert client.get(f"/centres/{centre.uuid}/services/").status_code == 200
