"""Parameters: the right text for the place and the day, and a file that says what is wrong with it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.rules import BadParameters, NoParameter, Parameters, ParameterValue, load_yaml, resolve

DAY = dt.date
REGION, PROVINCE = (32000, 32999), (32100, 32199)


FIRST_TEXT = DAY(2014, 9, 1)


def value(number, since=FIRST_TEXT, **more):
    return ParameterValue("upper_age", number, since, f"text {number}", **more)


def test_the_nearest_area_wins_over_a_later_text_of_the_country():
    values = [value(15, DAY(2025, 9, 1)), value(16, DAY(2020, 9, 1), place=REGION), value(17, place=PROVINCE)]
    assert resolve(values, "upper_age", DAY(2025, 9, 30), 32150).value == 17
    assert resolve(values, "upper_age", DAY(2025, 9, 30), 32250).value == 16
    assert resolve(values, "upper_age", DAY(2025, 9, 30), 41000).value == 15


@pytest.mark.parametrize(("place", "expected"), [(32099, 15), (32100, 17), (32199, 17), (32200, 15)])
def test_a_commune_at_the_edge_of_a_province_gets_its_own_province(place, expected):
    values = [value(15), value(17, place=PROVINCE)]
    assert resolve(values, "upper_age", DAY(2025, 9, 30), place).value == expected


def test_without_a_place_the_country_answers_and_never_one_province():
    values = [value(15), value(17, place=PROVINCE)]
    assert resolve(values, "upper_age", DAY(2025, 9, 30)).value == 15
    with pytest.raises(NoParameter):
        resolve(values[1:], "upper_age", DAY(2025, 9, 30))


@pytest.mark.parametrize(
    ("day", "expected"),
    [(DAY(2020, 8, 31), 15), (DAY(2020, 9, 1), 16), (DAY(2021, 8, 31), 16), (DAY(2021, 9, 1), 15)],
)
def test_a_text_holds_on_its_first_and_last_day_and_the_earlier_one_returns_after_it(day, expected):
    values = [value(15), value(16, DAY(2020, 9, 1), until=DAY(2021, 8, 31))]
    assert resolve(values, "upper_age", day).value == expected


def test_a_value_for_one_level_is_not_taken_for_another_or_for_all():
    values = [value(17, keys={"level": "1AC"}), value(18, keys={"level": "2AC"})]
    assert resolve(values, "upper_age", DAY(2025, 9, 30), level="2AC").value == 18
    for keys in ({}, {"level": "3AC"}, {"level": "1AC", "milieu": "RURAL"}):
        with pytest.raises(NoParameter):
            resolve(values, "upper_age", DAY(2025, 9, 30), **keys)


def test_a_missing_parameter_is_named_with_its_day_and_place():
    with pytest.raises(NoParameter) as caught:
        resolve([value(15)], "upper_age", DAY(2013, 9, 1), 32150, level="1AC")
    error = caught.value
    assert (error.name, error.as_of, error.place) == ("upper_age", DAY(2013, 9, 1), 32150)
    assert error.keys == {"level": "1AC"}
    assert str(error) == "no value of 'upper_age' is in force on 2013-09-01 for place 32150, level 1AC"


spans = st.sampled_from([None, REGION, PROVINCE, (32150, 32150), (41000, 41999)])
starts = st.sampled_from([DAY(2014, 9, 1), DAY(2020, 9, 1), DAY(2025, 9, 1)])


@given(st.lists(st.tuples(spans, starts), unique=True), st.sampled_from([None, 32150, 32160, 32500, 41000, 50000]))
def test_whatever_the_order_in_which_texts_were_typed_the_same_one_applies(texts, place):
    values = [value(n, since, place=span) for n, (span, since) in enumerate(texts)]
    as_of = DAY(2021, 1, 1)
    here = [
        v for v in values if v.since <= as_of and (v.place is None or (place and v.place[0] <= place <= v.place[1]))
    ]
    size = lambda v: v.place[1] - v.place[0] if v.place else 10**9  # noqa: E731
    expected = min(here, key=lambda v: (size(v), -v.since.toordinal()), default=None)
    for typed in (values, values[::-1]):
        try:
            found = Parameters(tuple(typed), as_of).resolve("upper_age", place)
        except NoParameter:
            found = None
        assert found == expected


GOOD = """
centre_ages:
  - value: {lower: 13, upper: 18}
    since: 2014-09-01
    source: Framework of the programme, 2014
  - value: {lower: 15, upper: 18}
    since: 2025-09-01
    until: 2026-08-31
    place: [32100, 32199]
    source: Call for projects, September 2025
    is_sample: true
ceiling:
  - {value: 17, since: 2025-09-01, place: 321, keys: {level: 1AC}, source: Note of September 2025}
  - {value: 18, since: 2025-09-01, place: 321, keys: {level: 2AC}, source: Note of September 2025}
levels:
  - {value: [5P, 6P], since: 2014-09-01, source: Framework}
is_open:
  - {value: true, since: 2014-09-01, source: Framework}
"""


def test_a_file_says_what_was_written_in_it():
    national, local, ceiling, _, levels, is_open = load_yaml(GOOD)
    assert national == ParameterValue(
        "centre_ages", {"lower": 13, "upper": 18}, DAY(2014, 9, 1), "Framework of the programme, 2014"
    )
    assert (local.until, local.place, local.is_sample) == (DAY(2026, 8, 31), (32100, 32199), True)
    assert (ceiling.value, ceiling.place, ceiling.keys) == (17, (321, 321), {"level": "1AC"})
    assert levels.value == ["5P", "6P"]
    assert is_open.value is True
    assert load_yaml("") == []


LINE = "{value: 15, since: 2025-09-01, source: Note}"
TEXT = "upper_age:\n  - "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1", "the file: write the name of a parameter"),
        ("upper_age: 15", "upper_age: write a list of values"),
        ("upper_age: []", "upper_age: write a list of values"),
        ("2025:\n  - " + LINE, "2025: a parameter is named by a word"),
        (TEXT + "15", "upper_age, value 1: write 'value:'"),
        (TEXT + LINE + "\n  - {value: 16, since: 2026-09-01}", "upper_age, value 2: source is missing"),
        (TEXT + "{value: 15}", "upper_age, value 1: since, source is missing"),
        (TEXT + "{value: 15, since: 2025-09-01, source: Note, form: 3}", "'form' is not one of"),
        (TEXT + "{value: 15.5, since: 2025-09-01, source: Note}", "'value' is a whole number"),
        (TEXT + "{value: [1, 2.5], since: 2025-09-01, source: Note}", "'value' is a whole number"),
        (TEXT + "{value: {lower: }, since: 2025-09-01, source: Note}", "'value' is a whole number"),
        (TEXT + "{value: {1: 2}, since: 2025-09-01, source: Note}", "'value' is a whole number"),
        (TEXT + "{value: , since: 2025-09-01, source: Note}", "'value' is a whole number"),
        (TEXT + "{value: 015, since: 2025-09-01, source: Note}", "line 2: '015' is not a plain whole number"),
        (TEXT + "{value: no, since: 2025-09-01, source: Note}", "line 2: write true or false"),
        (TEXT + "{value: 15, since: 2025, source: Note}", "'since' is a day"),
        (TEXT + "{value: 15, since: 2025-09-01 10:00:00, source: Note}", "'since' is a day"),
        (TEXT + "{value: 15, since: 2025-02-30, source: Note}", "day is out of range"),
        (TEXT + "{value: 15, since: 2025-09-01, until: soon, source: Note}", "'until' is a day"),
        (TEXT + "{value: 15, since: 2025-09-01, until: 2025-08-31, source: Note}", "'until' is before 'since'"),
        (TEXT + "{value: 15, since: 2025-09-01, place: [9, 1], source: Note}", "'place' is a number"),
        (TEXT + "{value: 15, since: 2025-09-01, place: [1], source: Note}", "'place' is a number"),
        (TEXT + "{value: 15, since: 2025-09-01, place: Laâyoune, source: Note}", "'place' is a number"),
        (TEXT + "{value: 15, since: 2025-09-01, keys: {level: 3}, source: Note}", "'keys' are words"),
        (TEXT + "{value: 15, since: 2025-09-01, keys: [level], source: Note}", "'keys' are words"),
        (TEXT + "{value: 15, since: 2025-09-01, source: ' '}", "'source' names the text"),
        (TEXT + "{value: 15, since: 2025-09-01, source: Note, is_sample: perhaps}", "'is_sample' is true or false"),
        (TEXT + LINE + "\n  - " + LINE, "values 1 and 2 have the same place, keys and first day"),
        (TEXT + LINE + "\n  - {value: abc, since: 2026-09-01, source: Note}", "of different kinds"),
        (TEXT + LINE + "\n  - {value: 1, since: 2026-09-01, source: N, keys: {level: A}}", "different keys"),
        (TEXT + LINE + "\nupper_age:\n  - " + LINE, "line 3: 'upper_age' is written twice"),
        (TEXT + "{value: 15, value: 16, since: 2025-09-01, source: Note}", "line 2: 'value' is written twice"),
        (TEXT + "{[value]: 15}", "line 2: a name is a single word"),
        (TEXT + "{value: 15", "line 2"),
    ],
)
def test_a_mistake_in_a_file_is_shown_where_it_is_and_not_swallowed(text, said):
    with pytest.raises(BadParameters) as caught:
        load_yaml(text)
    assert said in str(caught.value)


def test_the_same_day_may_set_different_places_and_levels():
    assert len(load_yaml(GOOD.replace("place: [32100, 32199]\n    ", ""))) == 6
    assert len(load_yaml(TEXT + LINE + "\n  - {value: 15, since: 2025-09-01, source: Note, place: 321}")) == 2


def test_a_value_shows_its_text_and_whether_it_is_confirmed():
    _, local, *_ = load_yaml(GOOD)
    assert local.as_json() == {
        "name": "centre_ages",
        "value": {"lower": 15, "upper": 18},
        "since": "2025-09-01",
        "until": "2026-08-31",
        "place": [32100, 32199],
        "keys": {},
        "source": "Call for projects, September 2025",
        "is_sample": True,
    }
