"""Which records are compared, which files become one by themselves, which wait for a person."""

import datetime as dt

import pytest

from istidrak.base import history
from istidrak.people.actions import correct, decide_pair, find_candidates, record_by_hand, tie, undo_pair
from istidrak.people.models import CandidatePair, Merge, Person, Tie

from .conftest import SOUAD

pytestmark = pytest.mark.django_db
CARAVAN = {"full_name_ar": "المنصوري سعاد", "sex": "F", "birth_date": dt.date(2009, 5, 14), "birth_year": 2009}


def pairs():
    return {(p.kind, p.state): (p.left_id, p.right_id) for p in CandidatePair.unscoped.all()}


def test_an_exact_code_with_an_agreeing_name_links_by_itself_and_says_so(record_list, officer):
    (one,) = record_list(SOUAD)
    (two,) = record_list({**CARAVAN, "massar_code": SOUAD["massar_code"]}, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=two.file)
    assert (pair.kind, pair.state) == ("LINKED", "SAME")
    assert Merge.objects.get().survivor == one.person
    verbs = [h.verb for h in history.of_threads([one.person])]
    assert verbs[:2] == ["merge", "link"]
    undo_pair(by=officer, pair=pair)
    assert Person.unscoped.get(pk=two.person_id).merged_into is None


def test_a_link_taken_back_does_not_come_again_by_itself(record_list, officer):
    record_list(SOUAD)
    (two,) = record_list({**CARAVAN, "massar_code": SOUAD["massar_code"]}, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=two.file)
    undo_pair(by=officer, pair=pair)
    assert find_candidates(by=officer, file=two.file) == []
    assert Merge.objects.filter(undone_at__isnull=True).count() == 0


def test_a_code_with_a_contradiction_is_a_candidate_only(record_list, officer):
    record_list(SOUAD)
    (two,) = record_list(
        {"full_name_ar": "محمد العلوي", "sex": "M", "massar_code": SOUAD["massar_code"]}, layout="CARAVAN_LIST"
    )
    (pair,) = find_candidates(by=officer, file=two.file)
    assert (pair.kind, pair.state) == ("POSSIBLE", "OPEN")
    assert not Merge.objects.exists()


def test_a_likely_pair_waits_with_its_findings(record_list, officer):
    (one,) = record_list(SOUAD)
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=two.file)
    assert (pair.kind, pair.state, pair.left, pair.right) == ("LIKELY", "OPEN", one.person, two.person)
    assert {"field": "BIRTH", "verdict": "AGREES", "note": "SAME_DAY"} in pair.findings
    assert (pair.left_record, pair.right_record) == (one, two)


def test_looking_again_finds_nothing_new(record_list, officer):
    record_list(SOUAD)
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    find_candidates(by=officer, file=two.file)
    assert find_candidates(by=officer, file=two.file) == []
    assert find_candidates(by=officer) == []
    assert CandidatePair.unscoped.count() == 1


def test_two_persons_decided_are_not_asked_again(record_list, officer):
    record_list(SOUAD)
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=two.file)
    decide_pair(by=officer, pair=pair, verdict="other")
    assert find_candidates(by=officer, file=two.file) == []


def test_a_row_typed_twice_is_a_likely_pair_of_the_list(record_list, officer):
    first, again = record_list(CARAVAN, CARAVAN, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=first.file)
    assert (pair.kind, {pair.left_record, pair.right_record}) == ("LIKELY", {first, again})


def test_a_row_typed_twice_with_its_code_links_by_itself(record_list, officer):
    first, _again = record_list(SOUAD, SOUAD)
    (pair,) = find_candidates(by=officer, file=first.file)
    assert (pair.kind, pair.state) == ("LINKED", "SAME")


def test_brothers_of_one_list_are_not_proposed(record_list, officer):
    family = {"last_name_ar": "المنصوري", "birth_year": 2009, "guardian_name": "علي المنصوري", "phone": "0661234567"}
    records = record_list({**family, "first_name_ar": "سعاد"}, {**family, "first_name_ar": "خديجة"})
    assert find_candidates(by=officer, file=records[0].file) == []


def test_another_directorate_is_compared_by_code_only_and_never_linked(record_list, officer, other_directorate):
    record_list(SOUAD, of=other_directorate)
    (same_name,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    assert find_candidates(by=officer, file=same_name.file) == []
    (same_code,) = record_list({**CARAVAN, "massar_code": SOUAD["massar_code"]}, layout="CARAVAN_LIST")
    found = find_candidates(by=officer, file=same_code.file)
    across = [pair for pair in found if pair.left_record.file.directorate == other_directorate]
    assert [(pair.kind, pair.state) for pair in across] == [("LINKED", "OPEN")]
    assert not Merge.objects.exists(), "a file of another directorate does not move without its consent"


def test_persons_tied_to_the_territory_are_compared_too(record_list, officer, season, directorate):
    """Somebody entered by hand stands on no list."""
    facts = {**SOUAD, "massar_code": ""}
    record = record_by_hand(by=officer, season=season, facts=facts)
    tie(by=officer, person=record.person, reason=Tie.Reason.FOUND, place_number=directorate.place.low + 5)
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=two.file)
    assert pair.left == record.person


def test_an_entry_by_hand_is_compared_with_the_lists(record_list, officer, season, directorate):
    (listed,) = record_list(SOUAD)
    entered = record_by_hand(by=officer, season=season, facts=CARAVAN)
    (pair,) = find_candidates(by=officer, records=[entered], directorate=directorate)
    assert (pair.left, pair.right, pair.kind) == (listed.person, entered.person, "LIKELY")
    with pytest.raises(ValueError, match="directorate"):
        find_candidates(by=officer, records=[entered])


def test_what_was_corrected_is_what_is_compared(record_list, officer):
    (one,) = record_list({"first_name_ar": "زينب", "last_name_ar": "العلوي", "birth_date": dt.date(2009, 5, 14)})
    correct(by=officer, person=one.person, version=1, changes={"first_name_ar": "سعاد", "last_name_ar": "المنصوري"})
    (two,) = record_list(CARAVAN, layout="CARAVAN_LIST")
    (pair,) = find_candidates(by=officer, file=two.file)
    assert pair.kind == "LIKELY"


def test_a_third_record_joins_the_file_that_two_already_made(record_list, officer):
    with_code = {**CARAVAN, "massar_code": SOUAD["massar_code"]}
    (one,) = record_list(SOUAD)
    for layout in ("CARAVAN_LIST", "CENTRE_LIST"):
        (record,) = record_list(with_code, layout=layout)
        find_candidates(by=officer, file=record.file)
    assert Person.unscoped.filter(merged_into__isnull=True).get() == one.person
    assert Merge.objects.count() == 2


def test_two_old_files_of_one_code_become_one_with_the_new_row(record_list, officer):
    """Each list alone was never compared; the third has the code of both."""
    record_list(SOUAD)
    record_list({**SOUAD, "phone": ""})
    (new,) = record_list({**CARAVAN, "massar_code": SOUAD["massar_code"]}, layout="CARAVAN_LIST")
    find_candidates(by=officer, file=new.file)
    assert Person.unscoped.filter(merged_into__isnull=True).count() == 1
