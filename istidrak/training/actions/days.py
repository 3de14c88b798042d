"""Days that what happens to a learner may bear."""

import datetime as dt

from istidrak.base import days
from istidrak.outreach.rules.following import earliest_day
from istidrak.programmes.models import Season
from istidrak.training.models import Enrolment


class BadDay(Exception):
    """A day that cannot be. `code`: TO_COME, BEFORE_SEASON, BEFORE_ENROLMENT, AFTER_LEAVING."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


def refuse_bad_day(day: dt.date, *, season: Season | None = None, enrolment: Enrolment | None = None) -> None:
    """Raise BadDay for a day to come, long before the season, or before the learner came."""
    if day > days.today():
        raise BadDay("TO_COME")
    if season is not None and day < earliest_day(season.year):
        raise BadDay("BEFORE_SEASON")
    if enrolment is not None and day < enrolment.enrolled_date:
        raise BadDay("BEFORE_ENROLMENT")
