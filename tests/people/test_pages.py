"""Pages of pairs, corrections and restricted facts: who may, what is shown, what a second editor is told."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from istidrak.accounts import roles
from istidrak.base.models import AuditRecord
from istidrak.people.actions import correct, decide_pair, find_candidates, state_situation, tie
from istidrak.people.models import CandidatePair, Merge, Person, Situation, SourceRecord, Tie

from .conftest import SOUAD
from .test_finding import CARAVAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied(record_list, officer, directorate):
    """Record a list and tie its persons to the directorate, as writing a list does."""

    def record(*facts, layout="SCHOOL_LIST", of=None):
        of = of or directorate
        records = record_list(*facts, layout=layout, of=of)
        for row in records:
            tie(by=officer, person=row.person, reason=Tie.Reason.NAMED, place_number=of.place.low)
        return records

    return record


@pytest.fixture
def pair(tied, officer):
    """A likely pair inside the directorate."""
    tied(SOUAD)
    (two,) = tied(CARAVAN, layout="CARAVAN_LIST")
    (found,) = find_candidates(by=officer, file=two.file)
    return found


def page(client, name, **kwargs):
    return client.get(reverse(name, kwargs=kwargs or None))


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


# --- Pairs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_queries_at_one_and_three_rows(
    rows, tied, officer, client_of, django_assert_num_queries
):
    """A list that costs a query per row stops a directorate in September."""
    names = ("سعاد المنصوري", "خديجة العلوي", "زينب الفاسي")[:rows]
    tied(*({"full_name_ar": name, "birth_year": 2009} for name in names))
    two = tied(*({"full_name_ar": name, "birth_year": 2009} for name in names), layout="CARAVAN_LIST")
    find_candidates(by=officer, file=two[0].file)
    client = client_of(officer)
    page(client, "people:pairs")
    with django_assert_num_queries(6):
        response = page(client, "people:pairs")
    assert len(response.context["page"].rows) == rows


def test_likely_pairs_come_first_and_pages_follow_without_gap(tied, officer):
    from istidrak.people.queries import pairs_page

    (one, _two, *rest) = [r.person for r in tied(*({"full_name_ar": f"سعاد {n}"} for n in range(8)))]
    kinds = ("POSSIBLE", "LIKELY", "POSSIBLE", "LIKELY", "LIKELY", "LINKED")
    for n, (kind, other) in enumerate(zip(kinds, rest, strict=True)):
        CandidatePair.unscoped.create(
            left=one,
            right=other,
            left_record=SourceRecord.unscoped.get(person=one),
            right_record=SourceRecord.unscoped.get(person=other),
            kind=kind,
            score=0.9 if n % 2 else 0.7,
            found_at="2025-11-01T10:00Z",
        )
    scope, after, seen = officer.scope_as(roles.DirectorateOfficer), "", []
    while True:
        found = pairs_page(scope, after=after, size=2)
        seen += [(row.pair.kind, row.pair.score) for row in found.rows]
        after = found.after
        if not after:
            break
    order = {"LINKED": 0, "LIKELY": 1, "POSSIBLE": 2}
    assert len(seen) == len(kinds)
    assert seen == sorted(seen, key=lambda row: (order[row[0]], -row[1]))
    assert pairs_page(scope, after="not_a_cursor").rows, "a mangled cursor starts anew"


def test_the_pair_shows_both_sides_with_the_row_each_comes_from(pair, officer, client_of):
    response = page(client_of(officer), "people:pair", pair=pair.uuid)
    shown = text(response)
    for record in (pair.left_record, pair.right_record):
        assert record.file.name in shown
        assert record.person.file_number in shown
    assert "المنصوري سعاد" in shown and "سعاد المنصوري" in shown
    verdicts = {str(line.label): line.tone for line in response.context["lines"]}
    assert "green" in verdicts.values()


def test_an_officer_decides_and_is_led_to_the_next_pair(pair, tied, officer, client_of):
    tied({"full_name_ar": "خديجة العلوي", "birth_year": 2010})
    (two,) = tied({"full_name_ar": "خديجة العلوي", "birth_year": 2010}, layout="CARAVAN_LIST")
    (following,) = find_candidates(by=officer, file=two.file)
    client = client_of(officer)
    response = client.post(reverse("people:decide", kwargs={"pair": pair.uuid}), {"verdict": "same"})
    assert response["Location"] == reverse("people:pair", kwargs={"pair": following.uuid})
    assert Merge.objects.count() == 1
    response = client.post(reverse("people:decide", kwargs={"pair": following.uuid}), {"verdict": "other"})
    assert response["Location"] == reverse("people:pairs")


def test_the_second_of_two_officers_is_told(pair, officer, make_user, directorate, client_of):
    second = client_of(make_user(roles.DirectorateOfficer, directorate))
    decide_pair(by=officer, pair=pair, verdict="other")
    response = second.post(reverse("people:decide", kwargs={"pair": pair.uuid}), {"verdict": "same"}, follow=True)
    with translation.override("ar"):
        told = [str(message) for message in response.context["messages"]]
    assert len(told) == 1
    assert not Merge.objects.exists()


def test_an_answer_that_is_none_of_the_three_changes_nothing(pair, officer, client_of):
    response = client_of(officer).post(reverse("people:decide", kwargs={"pair": pair.uuid}), {"verdict": "x"})
    assert response.status_code == 302
    pair.refresh_from_db()
    assert pair.state == "OPEN"


@pytest.mark.parametrize("reading", ["national_officer", "academy_officer", "provincial_director"])
def test_levels_above_read_and_do_not_decide(reading, pair, request, client_of):
    client = client_of(request.getfixturevalue(reading))
    assert page(client, "people:pair", pair=pair.uuid).status_code == 200
    assert client.post(reverse("people:decide", kwargs={"pair": pair.uuid}), {"verdict": "same"}).status_code == 403


@pytest.mark.parametrize("closed", ["school_head", "field_agent", "educator", "centre_director", "reader"])
def test_pairs_are_closed_to_those_who_do_not_compare_files(closed, pair, request, client_of):
    client = client_of(request.getfixturevalue(closed))
    assert page(client, "people:pairs").status_code == 403
    assert page(client, "people:pair", pair=pair.uuid).status_code == 403


def test_a_pair_of_another_province_does_not_exist(pair, other_officer, client_of):
    client = client_of(other_officer)
    assert page(client, "people:pair", pair=pair.uuid).status_code == 404
    for name in ("people:decide", "people:merge_undo", "people:ask_sharing"):
        assert client.post(reverse(name, kwargs={"pair": pair.uuid}), {"verdict": "same"}).status_code == 404
    assert page(client, "people:pairs").context["page"].rows == []


def test_a_decision_is_taken_back_on_its_page_which_says_what_stays(pair, officer, client_of):
    decide_pair(by=officer, pair=pair, verdict="same")
    survivor = Merge.objects.get().survivor
    state_situation(by=officer, person=survivor, is_working=True)
    client = client_of(officer)
    assert [count for _label, count in page(client, "people:merge_undo", pair=pair.uuid).context["merge"].stays] == [
        1
    ]
    response = client.post(reverse("people:merge_undo", kwargs={"pair": pair.uuid}), {"reason": "أختان"}, follow=True)
    assert response.status_code == 200
    assert [count for _label, count in response.context["merge"].stays] == [1]
    assert Person.unscoped.filter(merged_into__isnull=True).count() == 2


def test_a_blocked_undoing_names_the_later_decision(pair, tied, officer, client_of):
    (third,) = tied(CARAVAN, layout="CENTRE_LIST")
    find_candidates(by=officer, file=third.file)
    decide_pair(by=officer, pair=pair, verdict="same")
    later = CandidatePair.unscoped.filter(state="OPEN").first()
    decide_pair(by=officer, pair=later, verdict="same")
    client = client_of(officer)
    shown = page(client, "people:merge_undo", pair=pair.uuid)
    assert str(later.uuid) in text(shown)
    client.post(reverse("people:merge_undo", kwargs={"pair": pair.uuid}))
    assert Merge.objects.filter(undone_at__isnull=True).count() == 2


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("show", ["", "likely", "possible", "linked", "not_sure", "elsewhere", "decided", "nonsense"])
def test_every_filter_opens_in_both_languages_and_downloads(show, language, pair, officer, client_of):
    client = client_of(officer)
    client.cookies["django_language"] = language
    url = reverse("people:pairs")
    assert client.get(url, {"show": show}).status_code == 200
    answer = client.post(url, query_params={"show": show, "format": "xlsx"})  # names leave by a form that is recorded
    assert answer.status_code == 200 and answer.content[:2] == b"PK"


# --- Correcting ----------------------------------------------------------------------------------------------------


def posted(response, **changes):
    """The form as a browser would send it back, with some fields changed."""
    form = response.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data["base"] = form.data.get("base") or __import__("json").dumps(form.initial["base"])
    for name, value in list(data.items()):
        data[name] = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return {**data, **changes}


@pytest.fixture
def souad(tied):
    (record,) = tied(SOUAD)
    return record.person


def test_only_what_was_changed_becomes_a_correction(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    response = client.post(form.wsgi_request.path, posted(form, phone="06 70 00 00 00", birth_place="العيون"))
    assert response.status_code == 302
    written = SourceRecord.unscoped.get(origin="CORRECTION")
    assert written.facts == {"phone": "06 70 00 00 00", "birth_place": "العيون"}
    assert written.recorded_by == officer


def test_saving_without_a_change_writes_nothing(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    assert client.post(form.wsgi_request.path, posted(form)).status_code == 302
    assert not SourceRecord.unscoped.filter(origin="CORRECTION").exists()


def test_a_date_that_becomes_a_lone_year(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    client.post(form.wsgi_request.path, posted(form, birth_date="", birth_year="2010"))
    souad.refresh_from_db()
    assert (souad.birth_date, souad.birth_year) == (None, 2010)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "31/02/2010"),
        ("birth_date", "14/05/2090"),
        ("birth_date", "14/05/1910"),
        ("birth_year", "20x0"),
        ("birth_year", "2090"),
        ("massar_code", "13"),
        ("phone", "06123"),
        ("sex", "X"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(field, value, souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    again = client.post(form.wsgi_request.path, posted(form, **{field: value, "guardian_name": "علي المنصوري"}))
    assert again.status_code == 200
    assert again.context["form"].errors[field]
    assert "علي المنصوري" in text(again)
    assert not SourceRecord.unscoped.filter(origin="CORRECTION").exists()


def test_a_file_keeps_a_part_of_a_name(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    empty = dict.fromkeys(("last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr"), "")
    assert client.post(form.wsgi_request.path, posted(form, **empty)).context["form"].errors


def test_a_year_against_the_date_is_said(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    assert "birth_year" in client.post(form.wsgi_request.path, posted(form, birth_year="2011")).context["form"].errors


def test_two_editors_choose_field_by_field_and_nothing_typed_is_lost(
    souad, officer, make_user, directorate, client_of
):
    """Without this the last one to save wins, and nobody knows."""
    client, colleague = client_of(officer), make_user(roles.DirectorateOfficer, directorate)
    form = page(client, "people:correct", person=souad.uuid)
    correct(
        by=colleague, person=souad, version=1, changes={"phone": "0611111111", "sex": "M", "address": "حي الوحدة"}
    )
    mine = posted(form, phone="0622334455", sex="", guardian_name="علي المنصوري")
    told = client.post(form.wsgi_request.path, mine)
    assert told.status_code == 409
    conflicts = {c["name"]: c for c in told.context["conflicts"]}
    assert set(conflicts) == {"phone", "sex"}
    assert conflicts["phone"]["by"] == colleague
    assert "0611111111" in str(conflicts["phone"]["theirs"]) and "0622334455" in str(conflicts["phone"]["mine"])
    assert "علي المنصوري" in text(told)
    final = client.post(form.wsgi_request.path, posted(told, keep_phone="mine", keep_sex="theirs"))
    assert final.status_code == 302
    souad.refresh_from_db()
    assert (souad.phone, souad.sex, souad.guardian_name) == ("0622334455", "M", "علي المنصوري")
    from istidrak.people.queries.facts import shown_values

    assert shown_values(souad)["address"] == "حي الوحدة", "what the colleague changed elsewhere stays"


def test_a_form_sent_twice_is_one_correction(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    data = posted(form, phone="0622334455")
    for _ in range(2):
        assert client.post(form.wsgi_request.path, data).status_code == 302
    assert SourceRecord.unscoped.filter(origin="CORRECTION").count() == 1


def test_a_mangled_base_is_no_error(souad, officer, client_of):
    client = client_of(officer)
    form = page(client, "people:correct", person=souad.uuid)
    for base in ("", "[1]", "{", "null"):
        assert client.post(form.wsgi_request.path, posted(form, base=base)).status_code in {200, 302}


def test_a_person_of_another_province_does_not_exist(souad, other_officer, client_of):
    client = client_of(other_officer)
    for name in ("people:correct", "people:situation"):
        assert page(client, name, person=souad.uuid).status_code == 404
    for name in ("people:correct", "people:verify_code", "people:situation_state", "people:situation_open"):
        assert client.post(reverse(name, kwargs={"person": souad.uuid}), {"reason": "x"}).status_code == 404
    assert page(client, "people:correct", person=uuid.uuid4()).status_code == 404


def test_a_centre_corrects_its_own_learners_only(souad, officer, centre, centre_director, client_of):
    client = client_of(centre_director)
    assert page(client, "people:correct", person=souad.uuid).status_code == 404
    tie(by=officer, person=souad, reason=Tie.Reason.ENROLLED, organisation=centre)
    assert page(client, "people:correct", person=souad.uuid).status_code == 200


def test_a_school_head_does_not_correct(souad, officer, school, school_head, client_of):
    tie(by=officer, person=souad, reason=Tie.Reason.NAMED, organisation=school)
    assert page(client_of(school_head), "people:correct", person=souad.uuid).status_code == 403


def test_the_address_of_a_merged_file_leads_to_the_one_that_lives_on(pair, officer, client_of):
    decide_pair(by=officer, pair=pair, verdict="same")
    merge = Merge.objects.get()
    response = page(client_of(officer), "people:correct", person=merge.absorbed.uuid)
    assert response.context["person"] == merge.survivor


def test_a_code_is_verified_on_the_page(souad, officer, client_of):
    client = client_of(officer)
    client.post(reverse("people:verify_code", kwargs={"person": souad.uuid}))
    souad.refresh_from_db()
    assert souad.is_massar_verified


# --- Restricted facts ----------------------------------------------------------------------------------------------


def test_restricted_facts_open_only_by_a_reason_that_is_kept(souad, officer, client_of):
    state_situation(by=officer, person=souad, is_married=True, is_working=False)
    client = client_of(officer)
    door = page(client, "people:situation", person=souad.uuid)
    assert "answers" not in door.context
    assert not AuditRecord.objects.exists()
    url = reverse("people:situation_open", kwargs={"person": souad.uuid})
    assert client.get(url).status_code == 405
    assert client.post(url, {"reason": "  "}).status_code == 422
    assert not AuditRecord.objects.exists()
    opened = client.post(url, {"reason": "إعداد ملف المواكبة"})
    answers = [answer for _label, answer in opened.context["answers"]]
    assert answers == [None, None, False, True, None]
    kept = AuditRecord.objects.get()
    assert (kept.by, kept.reason, kept.subject) == (officer, "إعداد ملف المواكبة", f"people.person:{souad.pk}")


def test_what_is_not_answered_is_unknown_not_no(souad, officer, client_of):
    url = reverse("people:situation_state", kwargs={"person": souad.uuid})
    client_of(officer).post(url, {"is_working": "yes", "is_married": "no"})
    row = Situation.objects.get()
    assert (row.is_working, row.is_married, row.is_migrant, row.has_functional_difficulty) == (
        True,
        False,
        None,
        None,
    )


def test_the_history_of_a_file_does_not_say_what_was_stated(souad, officer):
    from istidrak.base import history

    state_situation(by=officer, person=souad, is_married=True)
    (entry,) = history.of_threads([souad]).filter(verb="state_situation")
    assert (entry.details, entry.reason) == ({}, "")


@pytest.mark.parametrize("closed", ["provincial_director", "academy_officer", "school_head", "educator", "reader"])
def test_those_who_sign_or_read_totals_never_open_restricted_facts(closed, souad, request, client_of):
    client = client_of(request.getfixturevalue(closed))
    assert page(client, "people:situation", person=souad.uuid).status_code == 403
    url = reverse("people:situation_open", kwargs={"person": souad.uuid})
    assert client.post(url, {"reason": "x"}).status_code == 403


def test_a_file_shared_on_request_does_not_show_restricted_facts(
    souad, officer, other_directorate, other_officer, client_of
):
    tie(by=officer, person=souad, reason=Tie.Reason.SHARED, place_number=other_directorate.place.low)
    client = client_of(other_officer)
    assert page(client, "people:correct", person=souad.uuid).status_code == 403  # read, not written
    assert page(client, "people:situation", person=souad.uuid).status_code == 403
    url = reverse("people:situation_open", kwargs={"person": souad.uuid})
    assert client.post(url, {"reason": "x"}).status_code == 403
    assert not AuditRecord.objects.exists()


def test_a_field_agent_states_and_does_not_open(souad, officer, field_agent, client_of):
    tie(by=officer, person=souad, reason=Tie.Reason.HANDED, user=field_agent)
    client = client_of(field_agent)
    assert page(client, "people:situation", person=souad.uuid).status_code == 200
    assert (
        client.post(reverse("people:situation_open", kwargs={"person": souad.uuid}), {"reason": "x"}).status_code
        == 403
    )
