"""A girl of sixteen with a case, whom nobody asked yet, and one of whom everything is known."""

import datetime as dt

import pytest

from istidrak.outreach import actions as outreach
from istidrak.schooling import actions as schooling


@pytest.fixture
def make_case(make_person, season, directorate, officer):
    """An open case; `answers` are those of the first sorting."""

    def make(birth_date=dt.date(2009, 5, 2), **answers):
        person = make_person(first_name_ar="سعاد", last_name_ar="المنصوري", birth_date=birth_date)
        case = outreach.open_case(by=officer, person=person, season=season, directorate=directorate)
        if answers:
            outreach.sort_case(by=officer, case=case, **answers)
        return case

    return make


@pytest.fixture
def known_case(make_case, officer, school):
    """Wishes a trade, is free in the daytime, did not come back to the second year of lower secondary."""

    def make(**more):
        case = make_case(wish="TRADE", is_free_in_daytime=True, **more)
        schooling.record_stay(
            by=officer,
            person=case.person,
            school_year=2025,
            organisation=school,
            level_code="2AC",
            status="NOT_REJOINED",
        )
        return case

    return make
