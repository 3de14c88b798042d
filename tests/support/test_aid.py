"""A family that asks is given no amount that a fact not yet known could change, and none that no text sets."""

import datetime as dt
import itertools
import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from istidrak.base.models import AuditRecord, History
from istidrak.base.rules import NoParameter, Outcome, Parameters, completed_years, decide_each, load_yaml
from istidrak.support.rules.aid import CHILD, FULL_RATE
from istidrak.support.rules.aid_family import MOST_CHILDREN, estimate, law_of, open_to, sums
from tests.running.examples import examples

DAY = dt.date(2026, 1, 1)


def shipped():
    from pathlib import Path

    import istidrak.support as package

    text = (Path(package.__file__).parent / "parameters.yaml").read_text(encoding="utf-8")
    return Parameters(tuple(load_yaml(text)), DAY)


LAW = shipped()


def born(years, months=1):
    """A birth date with which `years` are completed on DAY, some months before."""
    return dt.date(DAY.year - years - 1, 13 - months, 1) if months else dt.date(DAY.year - years, 1, 1)


@pytest.mark.parametrize(
    ("month", "age", "in_school", "amount"),
    [
        *((202312, 3, None, 20000), (202406, 8, True, 20000), (202412, 8, False, 15000)),
        *((202501, 3, None, 25000), (202512, 8, True, 25000), (202506, 8, False, 17500)),
        *((202601, 3, None, 30000), (202601, 8, True, 30000), (202703, 8, False, 20000)),
        *((202601, 20, True, 30000), (202601, 21, True, 0)),
    ],
)
def test_each_period_has_its_amounts(month, age, in_school, amount):
    (child,) = estimate([{"age": age, "is_in_school": in_school}], month, LAW).children
    assert (child.low, child.high) == (amount, amount)


def test_the_fourth_to_the_sixth_child_bring_the_reduced_amount_and_the_seventh_nothing():
    """A family of seven told seven full amounts would wait for money that never comes."""
    facts = [{"birth_date": born(age), "is_in_school": age != 8} for age in (15, 14, 12, 10, 8, 7, 6)]
    family = estimate(facts, 202601, LAW)
    assert [child.low for child in family.children] == [30000, 30000, 30000, 3600, 2400, 3600, 0]
    assert [child.ranks for child in family.children] == [(n, n) for n in range(1, 8)]
    assert family.low == family.high == 99600 and family.children[6].outcome is Outcome.NOT_MET


def test_a_child_too_old_leaves_the_place_to_the_next():
    facts = [{"birth_date": born(age), "is_in_school": True} for age in (22, 15, 14, 12)]
    assert [child.low for child in estimate(facts, 202601, LAW).children] == [0, 30000, 30000, 30000]


def test_a_family_of_one_child_receives_the_floor():
    family = estimate([{"age": 3}], 202601, LAW)
    assert (family.children_low, family.low, family.high, family.is_raised) == (30000, 50000, 50000, True)


def test_what_is_not_known_is_a_range_and_names_what_lacks():
    """An amount guessed from "surely in school" is a promise that the payment breaks."""
    facts = [{"age": 12}, {"age": 9, "is_in_school": True}, {}]
    family = estimate(facts, 202601, LAW)
    first, second, third = family.children
    assert (first.low, first.high, first.outcome) == (20000, 30000, Outcome.UNKNOWN)
    assert (second.low, second.high, second.outcome) == (30000, 30000, Outcome.MET)
    assert (third.low, third.high) == (0, 30000)
    assert (family.low, family.high) == (50000, 90000)
    assert {c.name for f in first.findings for c in f.missing} == {"is_in_school"}


def test_the_first_day_of_the_month_decides_the_age_of_the_month():
    """The month of the sixth birthday is still a month under school age, the next is not."""
    child = [{"birth_date": dt.date(2019, 12, 2), "is_in_school": False}]
    assert estimate(child, 202512, LAW).children_low == 25000
    assert estimate(child, 202601, LAW).children_low == 20000


def test_before_december_2023_no_text_sets_it():
    with pytest.raises(NoParameter):
        estimate([{"age": 3}], 202311, LAW)


def test_wrong_facts_are_refused_by_name():
    with pytest.raises(TypeError, match="age"):
        estimate([{"age": "3"}], 202601, LAW)
    with pytest.raises(ValueError, match="twice"):
        estimate([{"child": 2}, {"child": 2}], 202601, LAW)
    with pytest.raises(ValueError, match="at most"):
        estimate([{}] * (MOST_CHILDREN + 1), 202601, LAW)


AGES = st.one_of(st.none(), st.integers(0, 24))
CHILDREN = st.builds(
    lambda kind, age, months, school: {
        "birth_date": born(age, months) if kind == "date" and age is not None else None,
        "birth_year": DAY.year - 1 - age if kind == "year" and age is not None else None,
        "age": age if kind == "age" else None,
        "is_in_school": school,
    },
    st.sampled_from(("date", "year", "age")),
    AGES,
    st.integers(1, 12),
    st.sampled_from((True, False, None)),
)


@settings(max_examples=examples(60))
@given(facts=st.lists(CHILDREN, min_size=1, max_size=5))
def test_what_a_child_may_be_is_what_the_rules_leave_open(facts):
    """Two ways to read an age would one day answer a family twice."""
    law = law_of(LAW)
    counted = decide_each(CHILD, facts, LAW)
    schooling = decide_each(FULL_RATE, facts, LAW)
    for row, of_age, of_school in zip(facts, counted, schooling, strict=True):
        opens = open_to(row, law)
        age = of_age.findings[0].outcome
        assert (age is Outcome.MET) == (None not in opens) and (age is Outcome.NOT_MET) == (opens == [None])
        situations = {one.situation for one in opens if one}
        if of_school.outcome is Outcome.MET and age is Outcome.MET:
            assert "OUT_OF_SCHOOL" not in situations
        if of_school.outcome is Outcome.NOT_MET and age is Outcome.MET:
            assert situations == {"OUT_OF_SCHOOL"}


@settings(max_examples=examples(60))
@given(
    facts=st.lists(CHILDREN, min_size=1, max_size=7), data=st.data(), order=st.sampled_from(("ELDEST", "YOUNGEST"))
)
def test_whatever_the_missing_facts_turn_out_to_be_the_amount_is_within_the_range(facts, data, order):
    """The family comes back with the certificate: the answer must not leave the range it was given."""
    law = replace(
        LAW, values=tuple(replace(v, value=order) if v.name == "support.aid_order" else v for v in LAW.values)
    )
    told = estimate(facts, 202601, law)
    assert told.children_low <= told.children_high
    known = [_completed(row, data) for row in facts]
    exact = estimate(known, 202601, law)
    assert told.children_low <= exact.children_low and exact.children_high <= told.children_high
    for before, after in zip(told.children, exact.children, strict=True):
        assert before.low <= after.low <= after.high <= before.high


def _completed(row, data):
    birth = row["birth_date"]
    if birth is None:
        days = [DAY - dt.timedelta(n) for n in range(0, 9200, 61)]
        fits = [
            day
            for day in days
            if (row["age"] is None or completed_years(day, DAY) == row["age"])
            and (row["birth_year"] is None or day.year == row["birth_year"])
        ]
        birth = data.draw(st.sampled_from(fits))
    school = row["is_in_school"]
    return {"birth_date": birth, "is_in_school": data.draw(st.booleans()) if school is None else school}


@pytest.mark.parametrize(
    "facts",
    [
        [{}, {"age": 10, "is_in_school": True}],
        [{"age": 5}, {}, {"age": 12}],
        [{"age": 9, "is_in_school": False}, {"age": 9, "is_in_school": True}, {"age": 3}],
        [{}, {"is_in_school": False}],
    ],
)
def test_the_ends_of_the_range_can_both_happen(facts):
    """A range too wide tells a family nothing."""
    law = replace(law_of(LAW), full=1, paid=2)
    low, high = sums([open_to(row, law) for row in facts], law)
    births = [born(age, months) for age in (0, 3, 5, 6, 9, 10, 12, 18, 20, 21) for months in (3, 9)]
    found = set()
    for dates in itertools.product(births, repeat=len(facts)):
        if len(set(dates)) < len(dates) or any(
            "age" in row and completed_years(date, DAY) != row["age"] for row, date in zip(facts, dates, strict=True)
        ):
            continue
        schools = [[row["is_in_school"]] if "is_in_school" in row else [True, False] for row in facts]
        for said in itertools.product(*schools):
            rows = [{"birth_date": d, "is_in_school": s} for d, s in zip(dates, said, strict=True)]
            found |= {sums([open_to(row, law) for row in rows], law)}
    assert all(least == most for least, most in found), "all known: one amount"
    assert (low, high) == (min(least for least, _ in found), max(most for _, most in found))


# The page.


def sent(count, *children, month="2026-01"):
    data = {"month": month, "count": count, "child-TOTAL_FORMS": MOST_CHILDREN, "child-INITIAL_FORMS": 0}
    for n, child in enumerate(children):
        data |= {f"child-{n}-{name}": value for name, value in child.items()}
    return data


@pytest.mark.django_db
def test_a_school_head_gives_a_family_its_estimate_and_nothing_is_kept(client_of, school_head):

    before = History.objects.count(), AuditRecord.objects.count()
    client = client_of(school_head)
    assert client.get("/support/estimate/").status_code == 200
    answer = client.post("/support/estimate/", sent(2, {"age": "12"}, {"birth_date": "2022-05-01"}))
    html = answer.content.decode()
    assert answer.context["answer"].estimate.high == 60000
    assert "تقرر الوكالة الوطنية" in html and "قيمة نموذجية" in html
    assert [list(map(str, child.missing)) for child in answer.context["answer"].children] == [["متمدرس أم لا"], []]
    assert (History.objects.count(), AuditRecord.objects.count()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "lost"),
    [
        (sent(1, {"age": "12"}, {"age": "7"}), "7"),
        (sent(1, {"age": "12", "birth_date": "2014-02-01"}), "12"),
        (sent(1, {"age": "12"}, month="2023-10"), "2023-10"),
        (sent("", {"age": "12"}), "12"),
        (sent(1, {"birth_date": "2031-01-01"}), "2031-01-01"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(client_of, school_head, data, lost):
    answer = client_of(school_head).post("/support/estimate/", data)
    html = answer.content.decode()
    assert "answer" not in answer.context and f'value="{lost}"' in html and 'role="alert"' in html


@pytest.mark.django_db
def test_an_answer_cut_short_on_the_way_is_the_form_again(client_of, school_head):
    answer = client_of(school_head).post("/support/estimate/", {"month": "2026-01", "count": "2"})
    assert answer.status_code == 200 and "answer" not in answer.context


@pytest.mark.django_db
def test_the_command_estimates_a_family(tmp_path, capsys):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps({"month": 202601, "children": [{"age": 12}, {"birth_date": "2022-05-01"}]}))
    call_command("decide", "aid_family", facts=file)
    told = json.loads(capsys.readouterr().out)
    assert (told["low"], told["high"], told["children_low"]) == (50000, 60000, 50000)
    file.write_text(json.dumps({"month": 202301, "children": [{"age": 12}]}))
    with pytest.raises(CommandError, match=r"support\.aid"):
        call_command("decide", "aid_family", facts=file)
