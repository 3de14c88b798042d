"""The one clock of the program. Days are those of Africa/Casablanca."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

CASABLANCA = ZoneInfo("Africa/Casablanca")

# A school year is named by its starting year; September is the first month of the new one
# (calendar of the ministry: entry in the first week of September).
FIRST_MONTH_OF_SCHOOL_YEAR = 9


def today() -> dt.date:
    """The day it is in Morocco, or the day pinned by ISTIDRAK_TODAY (the demo pins it and says so)."""
    return settings.PINNED_TODAY or timezone.now().astimezone(CASABLANCA).date()


def now() -> dt.datetime:
    """The instant, aware. With a pinned day, the time of day is real and the day is the pinned one."""
    instant = timezone.now()
    if settings.PINNED_TODAY is None:
        return instant
    local = instant.astimezone(CASABLANCA)
    return dt.datetime.combine(settings.PINNED_TODAY, local.time(), tzinfo=CASABLANCA)


def school_year_of(day: dt.date) -> int:
    """The school year (its starting integer: 2025 is 2025/26) in which a day falls."""
    return day.year if day.month >= FIRST_MONTH_OF_SCHOOL_YEAR else day.year - 1


def school_year_words(year: int) -> str:
    """A school year by its two years: 2018 is 2018/19."""
    return f"{year}/{(year + 1) % 100:02d}"
