"""A match in another directorate: what is shown of it, asked, answered, and what acceptance opens."""

import re

import pytest
from django.urls import reverse

from istidrak.accounts import roles
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.people import queries
from istidrak.people.actions import (
    AlreadyAsked,
    answer_sharing,
    decide_pair,
    find_candidates,
    request_sharing,
    state_situation,
    tie,
)
from istidrak.people.models import CandidatePair, Person, SharingRequest, Tie

from .conftest import SOUAD
from .test_finding import CARAVAN

pytestmark = pytest.mark.django_db
THEIRS = {**SOUAD, "guardian_name": "علي المنصوري", "address": "درب القصبة", "phone": "0671829304"}


@pytest.fixture
def across(record_list, officer, directorate, other_directorate):
    """A pair with one side here and one in another directorate."""
    (far,) = record_list(THEIRS, of=other_directorate, name="taroudannt.xlsx")
    (near,) = record_list({**CARAVAN, "massar_code": SOUAD["massar_code"]}, layout="CARAVAN_LIST")
    tie(by=officer, person=far.person, reason="NAMED", place_number=other_directorate.place.low)
    tie(by=officer, person=near.person, reason="NAMED", place_number=directorate.place.low)
    (pair,) = find_candidates(by=officer, file=near.file)
    assert pair.state == "OPEN"
    return pair


@pytest.fixture
def far(across):
    return across.left


@pytest.fixture
def near(across):
    return across.right


def scope_of(user):
    return user.scope_as(*roles.TERRITORIAL)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def ask(client, pair):
    return client.post(reverse("people:ask_sharing", kwargs={"pair": pair.uuid}))


def test_of_the_other_side_only_the_directorate_is_shown(across, far, officer, other_directorate, client_of):
    """A name, a number or a finding would be another province's file read without its consent."""
    client = client_of(officer)
    for response in (
        client.get(reverse("people:pair", kwargs={"pair": across.uuid})),
        client.get(reverse("people:pairs"), {"show": "elsewhere"}),
    ):
        shown = text(response)
        assert str(other_directorate) in shown
        for secret in (far.file_number, str(far.uuid), "0671829304", "علي المنصوري", "القصبة", "taroudannt.xlsx"):
            assert secret not in shown
        assert "Souad" not in shown and "سعاد المنصوري" not in shown
    assert client.get(reverse("people:pair", kwargs={"pair": across.uuid})).context["lines"] == []


def test_the_workbook_says_no_more_than_the_page(across, far, officer, other_directorate):
    from istidrak.people.queries.duplicates import all_pairs
    from istidrak.people.views.side_by_side import workbook_rows

    (row,) = workbook_rows(all_pairs(scope_of(officer), "elsewhere"))
    told = " ".join(str(cell) for cell in row)
    assert str(other_directorate) in told
    assert far.file_number not in told and "SAME" not in told
    assert across.get_kind_display() not in told, "that a code agrees and a name does not would be a fact of theirs"


def test_the_pair_stands_apart_and_is_counted_once(across, officer, other_officer, national_officer):
    for user in (officer, other_officer):
        counts = queries.undecided_counts(scope_of(user))
        assert (counts["all"], counts["elsewhere"]) == (0, 1)
        assert queries.possible_duplicates(scope_of(user)) == 1
        assert queries.pairs_page(scope_of(user)).rows == []
    counts = queries.undecided_counts(scope_of(national_officer))
    assert (counts["all"], counts["elsewhere"]) == (1, 0)


def test_totals_count_each_side_at_home_and_say_the_possible_duplicate(across, officer, other_officer, reader):
    for user in (officer, other_officer):
        assert queries.totals(scope_of(user)) == queries.Totals(persons=1, possible_duplicates=1)
    assert queries.totals(scope_of(reader)) == queries.Totals(0, 0)


def test_search_does_not_find_the_other_side(across, far, officer):
    for asked in ("Souad", "المنصوري", "0671829304", far.file_number):
        found = queries.search(scope_of(officer), asked).rows
        assert far not in found


def test_nobody_decides_about_a_file_that_they_do_not_see(across, officer, client_of):
    client = client_of(officer)
    for name in ("people:decide", "people:merge_undo"):
        response = client.post(reverse(name, kwargs={"pair": across.uuid}), {"verdict": "same"})
        assert response.status_code == 403
    assert Person.unscoped.filter(merged_into__isnull=False).count() == 0


def test_asking_twice_is_one_request(across, far, officer, directorate, other_directorate, client_of):
    client = client_of(officer)
    ask(client, across)
    ask(client, across)
    row = SharingRequest.objects.get()
    assert (row.person, row.asking, row.asked, row.sent_by) == (far, directorate, other_directorate, officer)
    with pytest.raises(AlreadyAsked):
        request_sharing(by=officer, pair=across, person=far, asking=directorate, asked=other_directorate)


def test_the_sender_sees_no_name_before_the_answer(across, far, officer, other_officer, client_of):
    client = client_of(officer)
    ask(client, across)
    shown = text(client.get(reverse("people:sharing")))
    assert far.file_number not in shown and "Souad" not in shown
    told = text(client_of(other_officer).get(reverse("people:sharing")))
    assert far.file_number in told, "the directorate that holds the file knows which one is asked for"


def test_acceptance_opens_identity_and_path_not_the_restricted_notes(
    across, far, near, officer, other_officer, client_of
):
    state_situation(by=other_officer, person=far, is_married=True)
    ask(client_of(officer), across)
    row = SharingRequest.objects.get()
    url = reverse("people:answer_sharing", kwargs={"sharing": row.uuid})
    assert client_of(other_officer).post(url, {"verb": "accept"}).status_code == 302
    given = Tie.objects.get(reason="SHARED")
    assert (given.person, given.place_number) == (far, row.asking.place.low)
    client = client_of(officer)
    assert queries.pair_of(scope_of(officer), across.uuid).is_whole
    assert far.file_number in text(client.get(reverse("people:pair", kwargs={"pair": across.uuid})))
    assert client.get(reverse("people:situation", kwargs={"person": far.uuid})).status_code == 403
    counts = queries.undecided_counts(scope_of(officer))
    assert (counts["all"], counts["elsewhere"]) == (1, 0)
    assert queries.totals(scope_of(officer)).persons == 2
    assert near not in Person.objects.visible_to(scope_of(other_officer)), "sharing goes one way"


def test_after_sharing_the_two_files_can_become_one_seen_by_both(across, far, officer, other_officer, client_of):
    ask(client_of(officer), across)
    answer_sharing(by=other_officer, request=SharingRequest.objects.get(), verb="accept")
    client_of(officer).post(reverse("people:decide", kwargs={"pair": across.uuid}), {"verdict": "same"})
    for user in (officer, other_officer):
        assert list(Person.objects.visible_to(scope_of(user))) == [far]
        assert queries.totals(scope_of(user)) == queries.Totals(1, 0)


def test_refusing_needs_a_reason_that_the_sender_reads(across, officer, other_officer, client_of):
    ask(client_of(officer), across)
    row = SharingRequest.objects.get()
    client, url = client_of(other_officer), reverse("people:answer_sharing", kwargs={"sharing": row.uuid})
    client.post(url, {"verb": "refuse", "reason": " "})
    row.refresh_from_db()
    assert row.state == "SENT"
    client.post(url, {"verb": "refuse", "reason": "ليس الشخص نفسه"})
    row.refresh_from_db()
    assert (row.state, row.answer) == ("REFUSED", "ليس الشخص نفسه")
    assert "ليس الشخص نفسه" in text(client_of(officer).get(reverse("people:sharing")))
    assert not Tie.objects.filter(reason="SHARED").exists()
    with pytest.raises(ReasonMissing):
        answer_sharing(
            by=other_officer, request=SharingRequest(pk=row.pk, state="SENT", person=row.person), verb="refuse"
        )


def test_the_second_answer_is_told(across, officer, other_officer, client_of):
    ask(client_of(officer), across)
    row, stale = SharingRequest.objects.get(), SharingRequest.objects.get()
    answer_sharing(by=other_officer, request=row, verb="refuse", reason="…")
    with pytest.raises(MoveRefused):
        answer_sharing(by=other_officer, request=stale, verb="accept")
    assert not Tie.objects.filter(reason="SHARED").exists()


@pytest.mark.parametrize("verb", ["", "ask", "nonsense"])
def test_an_answer_that_is_none_changes_nothing(verb, across, officer, other_officer, client_of):
    ask(client_of(officer), across)
    row = SharingRequest.objects.get()
    client_of(other_officer).post(reverse("people:answer_sharing", kwargs={"sharing": row.uuid}), {"verb": verb})
    row.refresh_from_db()
    assert row.state == "SENT"


def test_the_sender_does_not_answer_for_the_other(across, officer, academy_officer, client_of):
    """Whoever asks would otherwise open the file alone."""
    ask(client_of(officer), across)
    row = SharingRequest.objects.get()
    url = reverse("people:answer_sharing", kwargs={"sharing": row.uuid})
    assert client_of(officer).post(url, {"verb": "accept"}).status_code == 404
    assert client_of(academy_officer).post(url, {"verb": "accept"}).status_code == 403
    row.refresh_from_db()
    assert row.state == "SENT"


@pytest.fixture
def older(record_list, other_directorate):
    """A file of the other directorate, older than both of the pair: a test names it before the pair."""
    (record,) = record_list({"full_name_ar": "سعاد", "birth_year": 2009}, of=other_directorate)
    return record.person


def test_a_request_follows_a_person_who_was_merged_meanwhile(older, across, far, officer, other_officer, client_of):
    """The tie would open a file that nobody reaches any more."""
    from istidrak.people.actions.merging import merge

    ask(client_of(officer), across)
    assert merge(by=other_officer, one=far, two=older).survivor == older
    given = answer_sharing(by=other_officer, request=SharingRequest.objects.get(), verb="accept")
    assert given.person == older


def test_a_pair_whose_other_side_nobody_holds_cannot_be_asked_for(across, far, officer, client_of):
    """No tie, no list of a directorate: there is nobody to ask."""
    Tie.objects.filter(person=far).delete()
    type(across.left_record).unscoped.filter(pk=across.left_record_id).update(file=None, row=None)
    response = ask(client_of(officer), across)
    assert response.status_code == 302
    assert not SharingRequest.objects.exists()


def test_an_ended_tie_no_longer_says_where_somebody_is_known(across, far, other_directorate):
    Tie.objects.filter(person=far).update(until="2025-10-01")
    assert queries.directorates_of([far.pk]) == {far.pk: [other_directorate]}, "their list still names them"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_requests_costs_the_same_at_one_and_three_rows(
    rows, record_list, officer, other_officer, directorate, other_directorate, client_of, django_assert_num_queries
):
    for n in range(rows):
        facts = {"full_name_ar": f"سعاد {n}", "massar_code": f"J13000000{n}"}
        (theirs,) = record_list(facts, of=other_directorate)
        (ours,) = record_list(facts)
        pair = CandidatePair.unscoped.create(
            left=theirs.person,
            right=ours.person,
            left_record=theirs,
            right_record=ours,
            kind="LINKED",
            score=1,
            found_at="2025-11-01T10:00Z",
        )
        request_sharing(by=officer, pair=pair, person=theirs.person, asking=directorate, asked=other_directorate)
    client = client_of(other_officer)
    client.get(reverse("people:sharing"))
    with django_assert_num_queries(7):
        response = client.get(reverse("people:sharing"))
    assert len(response.context["received"]) == rows


def test_deciding_across_is_open_to_an_officer_who_sees_both_sides(across, officer, other_directorate, make_user):
    """An officer of both directorates needs nobody's consent but their own."""
    from istidrak.accounts.models import Assignment

    both = make_user(roles.DirectorateOfficer, other_directorate)
    Assignment.objects.create(
        user=both,
        role="DIRECTORATE_OFFICER",
        organisation=across.right_record.file.directorate,
        since="2025-09-01",
    )
    assert queries.pair_of(scope_of(both), across.uuid).is_whole
    assert decide_pair(by=both, pair=across, verdict="same") is not None
