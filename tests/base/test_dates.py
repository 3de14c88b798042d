"""Days as lists write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.exchange.dates import IMPOSSIBLE, TWO_DIGIT_YEAR, UNREADABLE, ParsedDay, parse_day

DAY = dt.date(2011, 8, 14)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "14/08/2011",
            "14-08-2011",
            "14.8.2011",
            "14 08 2011",
            " 14 / 08 / 2011 ",
            "14/08/2011 00:00",
            "14/8/2011 10:15:00",
        ),
        *("2011-08-14", "2011/08/14", "2011-08-14T00:00:00", "2011-08-14 00:00:00Z", "١٤/٠٨/٢٠١١", "۱۴/۰۸/۲۰۱۱"),
        *("14 غشت 2011", "14 أغسطس 2011", "14 août 2011", "14-AOÛT-2011", "14 aout 2011", "\u200f14/08/2011\u200f"),
        *(dt.date(2011, 8, 14), dt.datetime(2011, 8, 14, 9, 30), 40769.0, 40769),
    ],
)
def test_a_day(cell):
    assert parse_day(cell) == ParsedDay(date=DAY, year=2011)


@pytest.mark.parametrize(
    ("arabic", "french", "month"),
    [
        ("يناير", "janvier", 1),
        ("فبراير", "février", 2),
        ("مارس", "mars", 3),
        ("أبريل", "avril", 4),
        ("ماي", "mai", 5),
        ("يونيو", "juin", 6),
        ("يوليوز", "juillet", 7),
        ("غشت", "août", 8),
        ("شتنبر", "septembre", 9),
        ("أكتوبر", "octobre", 10),
        ("نونبر", "novembre", 11),
        ("دجنبر", "décembre", 12),
    ],
)
def test_months_of_morocco(arabic, french, month):
    assert parse_day(f"2 {arabic} 2010").date == dt.date(2010, month, 2)
    assert parse_day(f"1er {french.upper()} 2010").date == dt.date(2010, month, 1)


@pytest.mark.parametrize(
    "cell", ["2011", 2011, 2011.0, "٢٠١١", " 2011 ", "سنة 2011", "en 2011", "08/2011", "غشت 2011"]
)
def test_a_year_stays_a_year(cell):
    assert parse_day(cell) == ParsedDay(year=2011)


@pytest.mark.parametrize(
    "cell", ["31/02/2010", "00/05/2010", "07/25/2011", "31 نونبر 2010", "2010-13-01", "13/2010", "29/02/2011"]
)
def test_an_impossible_day_is_not_mended(cell):
    assert parse_day(cell) == ParsedDay(reason=IMPOSSIBLE)


@pytest.mark.parametrize("cell", ["03/04/11", "3-4-11", "14 غشت 11", "01/01/00"])
def test_two_digits_of_a_year_are_not_completed(cell):
    assert parse_day(cell) == ParsedDay(reason=TWO_DIGIT_YEAR)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "abc",
            "حوالي 2010",
            "2010/2011",
            "14 schtroumpf 2011",
            "14032011",
            "40769",
            "12",
            "14/08",
            "14/08/2011/3",
            "-",
            "1/2/345",
        ),
        *(
            "14/08/1511",
            "2150",
            True,
            dt.time(3, 4),
            dt.timedelta(3),
            12.5,
            99_999_999.0,
            float("nan"),
            float("inf"),
            -1,
        ),
        dt.date(1150, 1, 1),
    ],
)
def test_what_is_no_date(cell):
    assert parse_day(cell) == ParsedDay(reason=UNREADABLE)


@pytest.mark.parametrize("cell", [None, "", "   ", "\u200f"])
def test_an_empty_cell(cell):
    assert parse_day(cell) == ParsedDay()


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from("/-. "))
def test_every_day_written_day_first_is_read_back(day, separator):
    assert parse_day(f"{day.day}{separator}{day.month:02d}{separator}{day.year}").date == day
    assert parse_day(day.isoformat()).date == day


@given(st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(r"[0-9٠-٩/. -]{0,14}", fullmatch=True)))
def test_any_cell_gives_a_day_a_year_a_reason_or_nothing(cell):
    parsed = parse_day(cell)
    assert parsed.date is None or (parsed.year == parsed.date.year and parsed.reason is None)
    assert parsed.reason is None or parsed.year is None
