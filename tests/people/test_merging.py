"""Two files held to be one, and taken apart again: nothing is lost, nothing of the one stays with the other."""

import uuid

import pytest
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from istidrak.base import days, history
from istidrak.base.workflow import MoveRefused
from istidrak.people.actions import (
    AlreadyOne,
    MergeBlocked,
    UndoBlocked,
    correct,
    decide_pair,
    state_situation,
    tie,
    undo_pair,
    verify_massar_code,
)
from istidrak.people.actions.merging import merge, undo_merge
from istidrak.people.models import CandidatePair, Merge, Person, SourceRecord, Tie
from istidrak.people.queries.merges import person_columns, rows_of
from istidrak.training.models import Enrolment, Group
from tests.running.examples import examples

from .any_row import any_row
from .conftest import SOUAD

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(record_list):
    """Two persons of two lists, the older first."""
    (one,) = record_list(SOUAD)
    (other,) = record_list(
        {"full_name_ar": "سعاد المنصورى", "birth_year": 2009, "guardian_name": "علي المنصوري"}, layout="CARAVAN_LIST"
    )
    return one.person, other.person


def make_pair(one, two, **columns):
    left, right = sorted((one, two), key=lambda person: person.pk)
    return CandidatePair.unscoped.create(
        left=left,
        right=right,
        left_record=SourceRecord.unscoped.filter(person=left).order_by("pk").first(),
        right_record=SourceRecord.unscoped.filter(person=right).order_by("pk").first(),
        kind="LIKELY",
        score=0.9,
        found_at=days.now(),
        **columns,
    )


def facts_of(person):
    """Every column that a reader can see."""
    names = [f.attname for f in Person._meta.concrete_fields if f.name not in {"version", "merged_into"}]
    return Person.unscoped.filter(pk=person.pk).values(*names).get()


def every_pointer():
    """Everything in the program that points to a person, as the database has it: found anew, not by our own walk."""
    from django.apps import apps

    return {
        (model._meta.label_lower, field.name, pk, target)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
        for pk, target in model._base_manager.values_list("pk", field.attname)
        if model._meta.label_lower not in {"people.merge", "people.candidatepair"} and target is not None
    }


def test_every_column_that_points_to_a_person_is_moved_or_is_memory_of_merges():
    """A table added later that is not moved would leave a learner's rows on a file that nobody opens."""
    from django.apps import apps

    from istidrak.people.queries.merges import NOT_MOVED

    pointing = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if getattr(field, "remote_field", None) and field.concrete and field.remote_field.model is Person
    }
    moved = {(model._meta.label_lower, column) for model, column in person_columns()}
    assert moved | NOT_MOVED == pointing
    assert not moved & NOT_MOVED
    assert {"people.tie", "people.situation", "people.sourcerecord", "outreach.case"} <= {label for label, _ in moved}


@pytest.mark.parametrize(("model", "column"), person_columns(), ids=lambda v: getattr(v, "__name__", v))
def test_a_row_of_every_table_goes_with_the_merge_and_comes_back(
    model, column, two, officer, season, directorate, school, programme
):
    """One forgotten table, and a file taken apart again lacks a year of somebody's life."""
    survivor, absorbed = two
    known = {
        "accounts.user": officer,
        "programmes.season": season,
        "programmes.programme": programme,
        "organisations.organisation": school,
        "people.person": absorbed,
    }
    row = any_row(model, {column: absorbed}, known)
    before = every_pointer()
    decision = merge(by=officer, one=absorbed, two=survivor)
    row.refresh_from_db()
    assert getattr(row, f"{column}_id") == survivor.pk
    assert rows_of(absorbed) == []
    undo_merge(by=officer, row=decision)
    row.refresh_from_db()
    assert getattr(row, f"{column}_id") == absorbed.pk
    assert every_pointer() == before


def test_the_older_file_survives_and_shows_the_facts_of_both(two, officer):
    survivor, absorbed = two
    decide_pair(by=officer, pair=make_pair(*two), verdict="same")
    survivor.refresh_from_db()
    absorbed.refresh_from_db()
    assert absorbed.merged_into == survivor
    assert survivor.guardian_name == "علي المنصوري"
    assert survivor.massar_code == SOUAD["massar_code"]
    assert survivor.version == 2
    assert [h.verb for h in history.of_threads([survivor])][:2] == ["merge", "same"]


def test_undoing_gives_back_both_files_exactly(two, officer):
    before = [facts_of(person) for person in two]
    pair = make_pair(*two)
    decide_pair(by=officer, pair=pair, verdict="same")
    undone = undo_pair(by=officer, pair=pair)
    assert (undone.stayed, undone.elsewhere) == ([], [])
    assert [facts_of(person) for person in two] == before
    assert Person.unscoped.get(pk=two[1].pk).merged_into is None
    pair.refresh_from_db()
    assert pair.state == "OPEN"


def test_what_was_written_since_stays_with_the_survivor_and_is_listed(two, officer, directorate):
    survivor, absorbed = two
    pair = make_pair(*two)
    old = tie(by=officer, person=absorbed, reason="NAMED", place_number=directorate.place.low)
    decide_pair(by=officer, pair=pair, verdict="same")
    fresh = state_situation(by=officer, person=survivor, is_working=True)
    corrected = correct(by=officer, person=survivor, version=2, changes={"phone": "0600112233"})
    undone = undo_pair(by=officer, pair=pair)
    assert sorted(undone.stayed) == sorted(
        [["people.situation", "person", fresh.pk], ["people.sourcerecord", "person", corrected.pk]]
    )
    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.person, fresh.person) == (absorbed, survivor)
    row = Merge.objects.get()
    assert row.stayed == undone.stayed
    survivor.refresh_from_db()
    assert survivor.phone == "0600112233"
    assert not survivor.is_provisional, "somebody spoke of this person since"


def test_a_tie_asked_of_the_absorbed_person_is_given_to_the_survivor(two, officer, centre):
    survivor, absorbed = two
    merge(by=officer, one=survivor, two=absorbed)
    absorbed.refresh_from_db()
    assert tie(by=officer, person=absorbed, reason="ENROLLED", organisation=centre).person == survivor


def test_a_row_that_moved_on_since_is_left_where_it_is_and_listed(two, officer, record_list, directorate):
    survivor, absorbed = two
    (third,) = record_list({"full_name_ar": "غيرها"})
    row = tie(by=officer, person=absorbed, reason="NAMED", place_number=directorate.place.low)
    gone = tie(by=officer, person=absorbed, reason="FOUND", place_number=directorate.place.low)
    decision = merge(by=officer, one=survivor, two=absorbed)
    Tie.objects.filter(pk=row.pk).update(person=third.person)
    Tie.objects.filter(pk=gone.pk).delete()
    undone = undo_merge(by=officer, row=decision)
    row.refresh_from_db()
    assert row.person == third.person
    assert sorted(undone.elsewhere) == sorted([["people.tie", "person", row.pk], ["people.tie", "person", gone.pk]])


def test_two_rows_that_may_exist_once_block_the_merge_and_nothing_moves(two, officer, season, programme, centre):
    """Enrolled twice in one group: which enrolment is true is for the centre to say."""
    group = Group.unscoped.create(season=season, centre=centre, programme=programme, name="1")
    for person in two:
        Enrolment.unscoped.create(person=person, group=group, enrolled_date="2025-10-06")
    before, pair = every_pointer(), make_pair(*two)
    with pytest.raises(MergeBlocked) as blocked:
        decide_pair(by=officer, pair=pair, verdict="same")
    assert blocked.value.model is Enrolment
    assert every_pointer() == before
    assert not Merge.objects.exists()
    pair.refresh_from_db()
    assert pair.state == "OPEN"


def test_two_enrolments_in_two_groups_are_both_kept(two, officer, season, programme, centre):
    for name, person in zip("12", two, strict=True):
        group = Group.unscoped.create(season=season, centre=centre, programme=programme, name=name)
        Enrolment.unscoped.create(person=person, group=group, enrolled_date="2025-10-06")
    decide_pair(by=officer, pair=make_pair(*two), verdict="same")
    assert Enrolment.unscoped.filter(person=two[0]).count() == 2


def test_the_second_of_two_who_decide_at_once_is_told(two, officer, other_officer):
    pair = make_pair(*two)
    stale = CandidatePair.unscoped.get(pk=pair.pk)
    decide_pair(by=officer, pair=pair, verdict="other")
    with pytest.raises(MoveRefused) as told:
        decide_pair(by=other_officer, pair=stale, verdict="same")
    assert told.value.state == "OTHER"
    assert not Merge.objects.exists()


def test_two_persons_is_also_a_decision_that_can_be_taken_back(two, officer):
    pair = make_pair(*two)
    decide_pair(by=officer, pair=pair, verdict="other")
    assert undo_pair(by=officer, pair=pair) is None
    decide_pair(by=officer, pair=pair, verdict="same")
    assert Merge.objects.count() == 1


def test_not_sure_can_be_decided_later(two, officer):
    pair = make_pair(*two)
    decide_pair(by=officer, pair=pair, verdict="not_sure")
    assert decide_pair(by=officer, pair=pair, verdict="same") is not None


def test_two_persons_settles_every_pair_of_the_same_two(two, officer, record_list):
    pair = make_pair(*two)
    (third,) = record_list({"full_name_ar": "سعاد"})
    merge(by=officer, one=two[1], two=third.person)
    sibling = CandidatePair.unscoped.create(
        left=two[0],
        right=third.person,
        left_record=pair.left_record,
        right_record=third,
        kind="POSSIBLE",
        score=0.5,
        found_at=days.now(),
    )
    decide_pair(by=officer, pair=pair, verdict="other")
    sibling.refresh_from_db()
    assert sibling.state == "OTHER"


def test_two_persons_do_not_become_one_by_way_of_a_third(two, officer, record_list):
    """A like B and B like C must not undo the decision that A and C are sisters."""
    (third,) = record_list({"full_name_ar": "سعاد"})
    one, other = two
    apart, last = make_pair(one, other), make_pair(other, third.person)
    decide_pair(by=officer, pair=apart, verdict="other")
    decide_pair(by=officer, pair=make_pair(one, third.person), verdict="same")
    with pytest.raises(MergeBlocked) as blocked:
        decide_pair(by=officer, pair=last, verdict="same")
    assert blocked.value.decided == apart


def test_a_chain_is_taken_back_from_its_end(record_list, officer):
    a, b, c = (r.person for r in record_list({"full_name_ar": "أ"}, {"full_name_ar": "ب"}, {"full_name_ar": "ت"}))
    inner, outer = make_pair(b, c), make_pair(a, b)
    decide_pair(by=officer, pair=inner, verdict="same")
    decide_pair(by=officer, pair=outer, verdict="same")
    assert set(SourceRecord.unscoped.values_list("person", flat=True)) == {a.pk}
    with pytest.raises(UndoBlocked) as blocked:
        undo_pair(by=officer, pair=inner)
    assert [row.pair for row in blocked.value.later] == [outer]
    inner.refresh_from_db()
    assert inner.state == "SAME", "a refused undoing leaves the decision as it was"
    undo_pair(by=officer, pair=outer)
    undo_pair(by=officer, pair=inner)
    assert [r.person_id for r in SourceRecord.unscoped.order_by("pk")] == [a.pk, b.pk, c.pk]


def test_two_files_that_are_one_already_are_said_to_be(record_list, officer):
    a, b, c = (r.person for r in record_list({"full_name_ar": "أ"}, {"full_name_ar": "ب"}, {"full_name_ar": "ت"}))
    last = make_pair(b, c)
    decide_pair(by=officer, pair=make_pair(a, b), verdict="same")
    decide_pair(by=officer, pair=make_pair(a, c), verdict="same")
    for verdict in ("same", "other"):
        with pytest.raises(AlreadyOne):
            decide_pair(by=officer, pair=CandidatePair.unscoped.get(pk=last.pk), verdict=verdict)
    assert CandidatePair.unscoped.get(pk=last.pk).state == "OPEN"


def test_a_verified_code_follows_its_record(two, officer):
    survivor, absorbed = two
    verify_massar_code(by=officer, person=absorbed, code="J130000001")
    decision = merge(by=officer, one=survivor, two=absorbed)
    survivor.refresh_from_db()
    assert survivor.is_massar_verified
    undo_merge(by=officer, row=decision)
    assert [p.is_massar_verified for p in Person.unscoped.order_by("pk")] == [False, True]


def test_undoing_is_blocked_when_the_code_was_verified_for_a_third_person(two, officer, record_list):
    survivor, absorbed = two
    verify_massar_code(by=officer, person=absorbed, code="J130000001")
    decision = merge(by=officer, one=survivor, two=absorbed)
    correct(by=officer, person=survivor, version=2, changes={"massar_code": "J130000009"})
    (third,) = record_list({"full_name_ar": "سعاد"})
    verify_massar_code(by=officer, person=third.person, code="J130000001")
    with pytest.raises(UndoBlocked) as blocked:
        undo_merge(by=officer, row=decision)
    assert blocked.value.taken_by == third.person
    assert Merge.objects.get().undone_at is None


def test_an_unknown_verdict_is_refused(two, officer):
    with pytest.raises(ValueError, match="perhaps"):
        decide_pair(by=officer, pair=make_pair(*two), verdict="perhaps")


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    joins=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8),
    writes=st.lists(st.integers(0, 5), max_size=6),
)
def test_any_merges_taken_back_in_reverse_restore_everything(joins, writes, record_list, officer, directorate):
    """Whatever was joined to whatever: taking all back, newest first, leaves every row where it was."""
    facts = [{"full_name_ar": f"سعاد {n} {uuid.uuid4().hex[:4]}", "birth_year": 2005 + n} for n in range(6)]
    people = [record.person for record in record_list(*facts)]
    for n in writes:
        tie(by=officer, person=people[n], reason="NAMED", place_number=directorate.place.low)
        state_situation(by=officer, person=people[n], is_working=None)
    ids = [person.pk for person in people]
    pointers, columns = every_pointer(), [facts_of(person) for person in people]
    done = []
    for left, right in joins:
        now = Person.unscoped.in_bulk(ids)
        try:
            done.append(merge(by=officer, one=now[ids[left]], two=now[ids[right]]))
        except AlreadyOne:
            continue
        shown = SourceRecord.unscoped.filter(person__in=Person.unscoped.filter(pk__in=ids, merged_into=None))
        assert shown.count() == len(people), "no record is ever out of sight"
    for row in reversed(done):
        undo_merge(by=officer, row=row)
    assert every_pointer() == pointers
    assert [facts_of(person) for person in people] == columns
