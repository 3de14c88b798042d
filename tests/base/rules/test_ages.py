"""Ages: a young person is in a band on its first and last day, and a lone year of birth invents no day."""

import calendar
import datetime as dt

import narwhals as nw
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from istidrak.base.rules import (
    BIRTH,
    Columns,
    Condition,
    Outcome,
    Parameters,
    Rule,
    age_between,
    age_outcome,
    apply,
    completed_years,
)

MET, NOT_MET, UNKNOWN = Outcome
DAY = dt.date
SEPTEMBER = DAY(2025, 9, 30)

days = st.dates(DAY(1995, 1, 1), DAY(2032, 12, 31))
edge_days = st.builds(DAY, st.integers(2023, 2028), st.just(1), st.just(1)) | st.builds(
    DAY, st.integers(2023, 2028), st.just(12), st.just(31)
)
reference_days = st.dates(DAY(2023, 1, 1), DAY(2028, 12, 31)) | edge_days | st.just(DAY(2024, 2, 29))
leap_births = st.sampled_from([DAY(year, 2, 29) for year in range(2000, 2021, 4)])
bounds = st.tuples(st.none() | st.integers(0, 30), st.none() | st.integers(0, 30)).filter(
    lambda band: band[1] is None or (band[0] or 0) <= band[1]
)


def in_frame(people, lower, upper, reference_day):
    """The answers of the expression, one per (birth_date, birth_year)."""
    condition = Condition("age", "", lambda of: age_between(of, lower, upper, reference_day), BIRTH)
    frame = pl.DataFrame(people, schema={"birth_date": pl.Date, "birth_year": pl.Int64}, orient="row")
    applied = apply(Rule("in_band", "", (condition,)), frame, Parameters((), reference_day))
    return [Outcome(word) for word in applied["in_band__outcome"]]


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [
        (DAY(2010, 10, 1), NOT_MET),  # fifteen tomorrow
        (DAY(2010, 9, 30), MET),  # fifteen today
        (DAY(2006, 10, 1), MET),  # nineteen tomorrow
        (DAY(2006, 9, 30), NOT_MET),  # nineteen today
    ],
)
def test_a_band_begins_on_the_birthday_and_ends_the_day_before_the_next_age(birth_date, expected):
    assert age_outcome(birth_date, None, 15, 18, SEPTEMBER) is expected
    assert in_frame([(birth_date, None)], 15, 18, SEPTEMBER) == [expected]


@pytest.mark.parametrize(
    ("birth_date", "reference_day", "age"),
    [
        (DAY(2008, 2, 29), DAY(2023, 2, 28), 14),
        (DAY(2008, 2, 29), DAY(2023, 3, 1), 15),
        (DAY(2008, 2, 29), DAY(2024, 2, 28), 15),
        (DAY(2008, 2, 29), DAY(2024, 2, 29), 16),
        (DAY(2009, 2, 28), DAY(2024, 2, 29), 15),
        (DAY(2009, 3, 1), DAY(2024, 2, 29), 14),
    ],
)
def test_someone_born_on_29_february_is_not_made_older_or_younger(birth_date, reference_day, age):
    assert completed_years(birth_date, reference_day) == age
    for lower, upper, expected in [(age, age, MET), (age + 1, 30, NOT_MET), (0, age - 1, NOT_MET)]:
        assert age_outcome(birth_date, None, lower, upper, reference_day) is expected
        assert in_frame([(birth_date, None)], lower, upper, reference_day) == [expected]


@pytest.mark.parametrize(
    ("birth_year", "expected"),
    [(2011, NOT_MET), (2010, UNKNOWN), (2009, MET), (2007, MET), (2006, UNKNOWN), (2005, NOT_MET)],
)
def test_a_lone_year_at_a_bound_is_to_complete_and_not_a_refusal(birth_year, expected):
    assert age_outcome(None, birth_year, 15, 18, SEPTEMBER) is expected
    assert in_frame([(None, birth_year)], 15, 18, SEPTEMBER) == [expected]


@pytest.mark.parametrize(("birth_year", "expected"), [(2011, NOT_MET), (2010, MET), (2007, MET), (2006, NOT_MET)])
def test_a_band_counted_on_31_december_needs_the_year_alone(birth_year, expected):
    assert age_outcome(None, birth_year, 15, 18, DAY(2025, 12, 31)) is expected
    assert in_frame([(None, birth_year)], 15, 18, DAY(2025, 12, 31)) == [expected]


def test_where_two_bands_overlap_both_stay_open():
    fifteen = DAY(2010, 3, 4)
    assert age_outcome(fifteen, None, 8, 15, SEPTEMBER) is MET
    assert age_outcome(fifteen, None, 15, 18, SEPTEMBER) is MET
    # Born in 2010: fourteen or fifteen. The younger band is sure, the older one is not closed.
    assert age_outcome(None, 2010, 8, 15, SEPTEMBER) is MET
    assert age_outcome(None, 2010, 15, 18, SEPTEMBER) is UNKNOWN


def test_nothing_known_of_birth_is_to_complete():
    assert age_outcome(None, None, 8, 15, SEPTEMBER) is UNKNOWN
    assert in_frame([(None, None)], 8, 15, SEPTEMBER) == [UNKNOWN]


def test_the_date_is_read_before_the_year():
    assert age_outcome(DAY(2010, 3, 4), 1990, 15, 18, SEPTEMBER) is MET
    assert in_frame([(DAY(2010, 3, 4), 1990)], 15, 18, SEPTEMBER) == [MET]


def test_a_missing_bound_does_not_limit_but_nobody_is_counted_before_birth():
    unborn, newborn, adult = SEPTEMBER + dt.timedelta(days=1), SEPTEMBER, DAY(1960, 1, 1)
    for born, upper, expected in [
        (unborn, 15, NOT_MET),
        (newborn, 15, MET),
        (adult, 15, NOT_MET),
        (adult, None, MET),
    ]:
        assert age_outcome(born, None, None, upper, SEPTEMBER) is expected
        assert in_frame([(born, None)], None, upper, SEPTEMBER) == [expected]


@pytest.mark.parametrize("band", [(16, 15), (-1, 15), (15, 151), (151, None)])
def test_a_band_that_holds_nobody_is_refused_rather_than_refusing_everybody(band):
    with pytest.raises(ValueError, match="holds nobody"):
        age_outcome(DAY(2010, 3, 4), None, *band, SEPTEMBER)
    with pytest.raises(ValueError, match="holds nobody"):
        age_between(Columns(BIRTH, Parameters((), SEPTEMBER), ()), *band, SEPTEMBER)


@given(st.none() | days | leap_births, st.none() | st.integers(1995, 2032), bounds, reference_days)
@example(DAY(2008, 2, 29), None, (15, 15), DAY(2023, 2, 28))
@example(DAY(2008, 2, 29), None, (15, 15), DAY(2023, 3, 1))
@example(None, 2009, (15, 15), DAY(2024, 12, 31))
@example(None, 2009, (0, 15), DAY(2025, 1, 1))
def test_a_page_and_a_country_total_give_one_person_the_same_age(birth_date, birth_year, band, reference_day):
    expected = age_outcome(birth_date, birth_year, *band, reference_day)
    assert in_frame([(birth_date, birth_year)], *band, reference_day) == [expected]


@given(st.integers(2000, 2026), bounds, reference_days)
def test_a_year_answers_exactly_when_every_day_of_it_would(birth_year, band, reference_day):
    length = 366 if calendar.isleap(birth_year) else 365
    every_day = [DAY(birth_year, 1, 1) + dt.timedelta(days=n) for n in range(length)]
    answers = {age_outcome(day, None, *band, reference_day) for day in every_day}
    expected = answers.pop() if len(answers) == 1 else UNKNOWN
    assert age_outcome(None, birth_year, *band, reference_day) is expected
    assert in_frame([(None, birth_year)], *band, reference_day) == [expected]


def test_the_expression_leaves_the_answer_null_and_not_false_when_birth_is_not_known():
    frame = nw.from_native(pl.DataFrame({"birth_year": [None, 2010, 2009]}, schema={"birth_year": pl.Int64}))
    columns = Columns(BIRTH, Parameters((), SEPTEMBER), frame.columns)
    answers = frame.select(is_met=age_between(columns, 15, 18, SEPTEMBER))
    assert answers["is_met"].to_list() == [None, None, True]
