"""Which source is believed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.people import rules
from istidrak.people.rules import Said, choices, fact_of, in_conflict, in_order

T0 = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)


def said(origin, key, days=0, **facts):
    return Said(key, origin, T0 + dt.timedelta(days=days), facts)


def chosen(*records):
    return {name: choice.value for name, choice in choices(records).items() if choice.value is not None}


def test_a_correction_outweighs_the_registry_which_outweighs_the_caravan():
    caravan = said("CARAVAN_LIST", 3, 20, sex="F")
    school = said("SCHOOL_LIST", 1, 0, sex="M")
    correction = said("CORRECTION", 2, 5, sex="F")
    assert chosen(caravan, school)["sex"] == "M"
    assert chosen(caravan, school, correction)["sex"] == "F"


def test_of_equal_sources_the_newest_is_believed():
    old, new = said("HAND", 1, 0, phone="1"), said("CARAVAN_LIST", 2, 9, phone="2")
    assert chosen(old, new)["phone"] == "2"
    assert chosen(said("CORRECTION", 3, 1, phone="a"), said("CORRECTION", 4, 1, phone="b"))["phone"] == "b"


def test_unknown_never_takes_away_what_is_known():
    school = said("SCHOOL_LIST", 1, sex=None, phone="", guardian_name="علي")
    caravan = said("CARAVAN_LIST", 2, sex="F", phone="0612345678")
    assert chosen(school, caravan) == {"sex": "F", "phone": "0612345678", "guardian_name": "علي"}


def test_a_correction_may_say_that_a_fact_is_unknown():
    records = [said("SCHOOL_LIST", 1, massar_code="J1"), said("CORRECTION", 2, 1, massar_code=None)]
    choice = choices(records)["massar_code"]
    assert choice.value is None
    assert [other.key for other in choice.others] == [1]


def test_one_script_never_fills_the_other():
    assert chosen(said("SCHOOL_LIST", 1, first_name_ar="سعاد")) == {"first_name_ar": "سعاد"}


def test_other_values_are_kept_beside_the_choice_once_each():
    records = [
        said("SCHOOL_LIST", 1, 0, first_name_fr="Souad"),
        said("CARAVAN_LIST", 2, 1, first_name_fr="SOUAD "),
        said("CARAVAN_LIST", 3, 2, first_name_fr="Suad"),
        said("HAND", 4, 3, first_name_fr="Suad"),
    ]
    choice = fact_of(in_order(records), "first_name_fr")
    assert (choice.value, [other.key for other in choice.others]) == ("Souad", [4])


def test_a_corrected_correction_is_settled_and_not_a_contradiction():
    records = [said("CORRECTION", 1, 0, phone="1"), said("CORRECTION", 2, 1, phone="2")]
    assert choices(records)["phone"].others == ()


@pytest.mark.parametrize(
    ("records", "date", "year", "contradictions"),
    [
        ([said("SCHOOL_LIST", 1, birth_year=2010)], None, 2010, []),
        ([said("SCHOOL_LIST", 1, birth_date="2010-05-14", birth_year=2010)], "2010-05-14", 2010, []),
        # A lone year of a better source does not take away the date of a lesser one.
        (
            [said("SCHOOL_LIST", 1, birth_year=2010), said("HAND", 2, birth_date="2010-05-14", birth_year=2010)],
            "2010-05-14",
            2010,
            [],
        ),
        # ... and when it is another year, it is said.
        (
            [said("SCHOOL_LIST", 1, birth_year=2009), said("HAND", 2, birth_date="2010-05-14", birth_year=2010)],
            "2010-05-14",
            2010,
            [1],
        ),
        ([said("SCHOOL_LIST", 1, birth_year=2009), said("HAND", 2, birth_year=2010)], None, 2009, [2]),
        (
            [said("SCHOOL_LIST", 1, birth_date="2009-01-02"), said("HAND", 2, birth_date="2010-05-14")],
            "2009-01-02",
            2009,
            [2],
        ),
        # Whoever corrects the year saw the date: it is no longer held.
        (
            [said("SCHOOL_LIST", 1, birth_date="2009-01-02"), said("CORRECTION", 2, 1, birth_year=2010)],
            None,
            2010,
            [1],
        ),
        (
            [said("SCHOOL_LIST", 1, birth_date="2009-01-02"), said("CORRECTION", 2, 1, birth_year=2009)],
            "2009-01-02",
            2009,
            [],
        ),
        (
            [said("SCHOOL_LIST", 1, birth_date="2009-01-02"), said("CORRECTION", 2, 1, birth_date=None)],
            None,
            None,
            [],
        ),
    ],
)
def test_births(records, date, year, contradictions):
    found = choices(records)
    assert (found["birth_date"].value, found["birth_year"].value) == (date, year)
    others = {other.key for name in ("birth_date", "birth_year") for other in found[name].others}
    assert others >= set(contradictions)
    if not contradictions:
        assert not others or found["birth_year"].value is None


def test_a_code_is_verified_only_while_it_is_the_one_shown():
    verified = said("CORRECTION", 1, massar_code="J1", is_massar_verified=True)
    assert rules.is_code_verified([verified], "J1")
    assert not rules.is_code_verified([verified], "J2")
    assert not rules.is_code_verified([verified], None)
    assert not rules.is_code_verified([said("SCHOOL_LIST", 1, massar_code="J1")], "J1")


def test_facts_that_belong_together_conflict_together():
    assert in_conflict(["birth_date"], ["birth_year", "phone"]) == {"birth_year"}
    assert in_conflict(["first_name_ar"], ["full_name_ar", "first_name_fr"]) == {"full_name_ar"}
    assert in_conflict(["phone"], ["guardian_name"]) == set()


_facts = st.fixed_dictionaries(
    {},
    optional={
        "sex": st.sampled_from(["F", "M", None]),
        "birth_year": st.integers(2005, 2012),
        "birth_date": st.dates(dt.date(2005, 1, 1), dt.date(2012, 12, 31)).map(str),
        "first_name_ar": st.sampled_from(["سعاد", "زينب", ""]),
        "phone": st.sampled_from(["0612345678", "0612345679"]),
    },
)
_lists = st.lists(
    st.tuples(st.sampled_from(["SCHOOL_LIST", "CENTRE_LIST", "CARAVAN_LIST", "HAND"]), st.integers(0, 9), _facts),
    max_size=6,
).map(lambda rows: [said(origin, key, days, **facts) for key, (origin, days, facts) in enumerate(rows)])


@given(_lists)
def test_nothing_is_invented_and_nothing_known_is_lost(records):
    """Every value shown stands in a record; a fact that some list states is never shown as unknown."""
    for name, choice in choices(records).items():
        stated = {record.facts.get(name) for record in records} - {None, ""}
        if name == "birth_year":
            stated |= {int(r.facts["birth_date"][:4]) for r in records if r.facts.get("birth_date")}
        assert (choice.value in stated) if stated else (choice.value is None)


@given(_lists)
def test_the_order_in_which_records_come_does_not_matter(records):
    assert chosen(*records) == chosen(*reversed(records))


@given(_lists)
def test_date_and_year_agree(records):
    found = choices(records)
    if found["birth_date"].value:
        assert found["birth_year"].value == int(found["birth_date"].value[:4])
