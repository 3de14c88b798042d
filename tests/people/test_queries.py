"""Search, facts with their sources, chains of merges, the command line."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from istidrak.accounts import roles
from istidrak.base import days
from istidrak.people import queries
from istidrak.people.actions import correct, find_candidates, tie, untie
from istidrak.people.actions.merging import merge
from istidrak.people.models import Person, Tie
from istidrak.people.queries import measuring, newest

from .conftest import SOUAD
from .test_finding import CARAVAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope(officer):
    return officer.scope_as(roles.DirectorateOfficer)


@pytest.fixture
def souad(record_list, officer, directorate):
    (record,) = record_list(SOUAD)
    tie(by=officer, person=record.person, reason="NAMED", place_number=directorate.place.low)
    return record.person


@pytest.mark.parametrize(
    "asked",
    [
        "سعاد",
        "المنصوري",
        "منصوري سعاد",
        "Souad",
        "souad mansouri",
        "mansour",
        "J130000001",
        "j1300",
        "0661234567",
        "+212661234567",
        "06.61.23.45.67",
        "٠٦٦١٢٣٤٥٦٧",
        "المنصوري 0661234567",
    ],
)
def test_a_person_is_found_by(asked, souad, scope):
    assert queries.search(scope, asked).rows == [souad]


@pytest.mark.parametrize(
    "asked", ["زينب", "Souad Alaoui", "J130000002", "0661234568", "%", "_", "9999999-0", "سعاد زينب"]
)
def test_a_person_is_not_found_by(asked, souad, scope):
    assert queries.search(scope, asked).rows == []


def test_a_file_number_finds_the_file_and_a_merged_one_the_file_it_lives_on_in(souad, record_list, officer, scope):
    assert queries.search(scope, souad.file_number).rows == [souad]
    (other,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    merge(by=officer, one=souad, two=other.person)
    assert queries.search(scope, other.person.file_number.lower()).rows == [souad]


def test_a_name_in_one_script_finds_a_row_of_the_other(record_list, officer, directorate, scope):
    (record,) = record_list({"full_name_ar": "عبد الرحمان الإدريسي"})
    tie(by=officer, person=record.person, reason="NAMED", place_number=directorate.place.low)
    assert queries.search(scope, "Abderrahmane").rows == [record.person]


def test_a_person_is_found_by_the_spelling_of_any_list(souad, record_list, officer, scope):
    (other,) = record_list({"full_name_fr": "Zineb Kassimi", "phone": "0677889901"}, layout="CARAVAN_LIST")
    merge(by=officer, one=souad, two=other.person)
    for asked in ("Zineb", "سعاد", "0677889901"):
        assert queries.search(scope, asked).rows == [souad]


def test_search_stays_inside_the_scope(souad, other_officer):
    outside = other_officer.scope_as(roles.DirectorateOfficer)
    for asked in ("سعاد", souad.file_number, "J130000001", "0661234567"):
        assert queries.search(outside, asked).rows == []


def test_search_pages_without_gap(record_list, officer, directorate, scope):
    records = record_list(*({"full_name_ar": f"سعاد {letter}"} for letter in "ابتثجحخ" * 15))
    for record in records:
        tie(by=officer, person=record.person, reason="NAMED", place_number=directorate.place.low)
    first = queries.search(scope, "سعاد")
    second = queries.search(scope, "سعاد", after=first.after)
    third = queries.search(scope, "سعاد", after=second.after)
    found = [p.pk for page in (first, second, third) for p in page.rows]
    assert len(found) == len(set(found)) == 105


@pytest.mark.parametrize("walked", [1, 30, 53, 70, 200])
def test_a_walk_over_the_newest_finds_what_reading_everybody_finds(
    walked, record_list, officer, national_officer, directorate, other_directorate, monkeypatch
):
    monkeypatch.setattr(newest, "WALK", walked)
    monkeypatch.setattr(newest, "WALK_COUNTRY", walked)
    records = record_list(
        *({"full_name_ar": f"{name} {letter}"} for letter in "ابتثج" * 14 for name in ("سعاد", "زينب"))
    )
    for n, record in enumerate(records):
        low = (other_directorate if n % 7 == 0 else directorate).place.low
        tie(by=officer, person=record.person, reason="NAMED", place_number=low)
    tie(by=officer, person=records[2].person, reason="FOUND", place_number=directorate.place.low + 1)
    untie(by=officer, person=records[4].person, reason="NAMED", place_number=directorate.place.low)
    Tie.objects.filter(person=records[4].person).update(until=days.today() - dt.timedelta(days=1))
    merge(by=officer, one=records[6].person, two=records[8].person)
    national = national_officer.scope_as(roles.NationalOfficer)
    for reader in (officer.scope_as(roles.DirectorateOfficer), national):
        for asked in ("سعاد", "س", "zineb", "طارق"):
            everybody = Person.objects.visible_to(reader).filter(queries.words_found(asked))
            expected = list(everybody.order_by("-pk"))
            found, after = [], ""
            while page := queries.search(reader, asked, after=after):
                found += page.rows
                if not (after := page.after):
                    break
            assert found == expected


def test_facts_name_their_record_and_what_others_say(souad, record_list, officer):
    (other,) = record_list(
        {"full_name_ar": "سعاد منصوري", "sex": "M", "birth_year": 2010, "phone": "0661234567"}, layout="CARAVAN_LIST"
    )
    merge(by=officer, one=souad, two=other.person)
    facts = {fact.field: fact for fact in queries.facts_with_sources(souad)}
    assert facts["sex"].raw == "F"
    assert [(str(o.value) != "", o.record) for o in facts["sex"].others] == [(True, other)]
    assert [o.record for o in facts["birth_date"].others] == [other]
    assert facts["phone"].others == []
    assert facts["guardian_name"].value == "" and facts["guardian_name"].record is None
    assert "birth_year" not in facts
    assert facts["full_name_ar"].record == other


def test_facts_take_two_queries_at_most(souad, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.facts_with_sources(souad)


def test_a_lone_year_is_shown_as_a_year(record_list):
    (record,) = record_list({"full_name_ar": "سعاد", "birth_year": 2010})
    facts = {fact.field: fact for fact in queries.facts_with_sources(record.person)}
    assert facts["birth_year"].raw == 2010 and "birth_date" not in facts


def test_a_fact_declared_unknown_is_shown_unknown_with_its_correction(souad, officer):
    correct(by=officer, person=souad, version=1, changes={"phone": None})
    phone = {fact.field: fact for fact in queries.facts_with_sources(souad)}["phone"]
    assert (phone.value, phone.record.origin) == ("", "CORRECTION")
    assert [str(o.record.origin) for o in phone.others] == ["SCHOOL_LIST"]


def test_a_chain_of_merges_is_followed_to_its_end(souad, record_list, officer, scope):
    b, c = (record.person for record in record_list({"full_name_ar": "ب"}, {"full_name_ar": "ت"}))
    merge(by=officer, one=b, two=c)
    merge(by=officer, one=souad, two=Person.unscoped.get(pk=b.pk))
    assert queries.survivor_of(scope, c.uuid) == souad
    assert queries.merged_ids(souad) == [b.pk, c.pk]


# --- The command ---------------------------------------------------------------------------------------------------


def run(capsys, *args):
    call_command("duplicates", *args)
    return capsys.readouterr().out


def test_the_command_prints_file_and_row_of_each_side(record_list, officer, capsys):
    record_list(SOUAD, name="school.xlsx")
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST", name="caravan.xlsx")
    find_candidates(by=officer, file=two.file)
    (pair,) = json.loads(run(capsys, "--json"))
    assert (pair["kind"], pair["state"]) == ("likely", "OPEN")
    assert 0 < pair["score"] <= 1
    assert [(pair[s]["file"], pair[s]["row"]) for s in ("left", "right")] == [("school.xlsx", 2), ("caravan.xlsx", 2)]
    assert "school.xlsx" in run(capsys)


def test_the_command_keeps_to_a_directorate_and_a_season(record_list, officer, capsys, other_directorate):
    record_list(SOUAD)
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    find_candidates(by=officer, file=two.file)
    assert len(json.loads(run(capsys, "--json", "--directorate", "321", "--season", "2025"))) == 1
    assert json.loads(run(capsys, "--json", "--directorate", "541")) == []
    assert json.loads(run(capsys, "--json", "--season", "2019")) == []
    with pytest.raises(CommandError, match="999"):
        run(capsys, "--directorate", "999")


def test_the_command_says_when_there_is_nothing_to_compare(tmp_path, capsys):
    truth = tmp_path / "truth.csv"
    truth.write_text("row,not_rejoined_row,kind\n1,1,known\n")
    with pytest.raises(CommandError, match="CARAVAN_LIST"):
        run(capsys, "--evaluate", str(truth))
    truth.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="not_rejoined_row"):
        run(capsys, "--evaluate", str(truth))
    with pytest.raises(CommandError):
        run(capsys, "--evaluate", str(tmp_path / "absent.csv"))


def test_recall_and_precision_count_rows_from_under_the_heading(record_list, tmp_path):
    """A heading in another row must not shift every answer."""
    born = dt.date(2010, 3, 4)
    school = record_list(
        {"full_name_ar": "محمد العلوي", "birth_date": born, "birth_year": 2010},
        {"full_name_ar": "زينب الفاسي", "birth_date": born, "birth_year": 2010},
    )
    caravan = record_list(
        {"full_name_fr": "Zineb Fassi", "birth_date": born, "birth_year": 2010},
        {"full_name_fr": "Zineb Fassi", "birth_date": born, "birth_year": 2010},
        {"full_name_fr": "Karim Tazi", "birth_date": born, "birth_year": 2010},
        layout="CARAVAN_LIST",
    )
    truth = tmp_path / "truth.csv"
    truth.write_text("row,not_rejoined_row,kind\n1,2,known\n2,2,repeated row\n3,,new\n", encoding="utf-8-sig")
    rows = measuring.read_truth(truth)
    files = caravan[0].file, school[0].file
    right = measuring.measured(*files, rows, {files[0].pk: 2, files[1].pk: 2})
    assert (right.recall, right.precision, right.known, right.predicted) == (1.0, 1.0, 2, 1)
    shifted = measuring.measured(*files, rows, {files[0].pk: 2, files[1].pk: 1})
    assert shifted.recall == 0.0
