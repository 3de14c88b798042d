"""Days that forms accept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.outreach.rules.following import earliest_day
from istidrak.programmes.models import Season
from istidrak.training.models import Enrolment


def not_to_come(day: Any) -> Any:
    if day > days.today():
        raise forms.ValidationError(_("This day is still to come."))
    return day


def not_before_season(day: Any, season: Season) -> Any:
    if day < earliest_day(season.year):
        raise forms.ValidationError(_("This day is before the year of the season: look at the year again."))
    return day


def while_enrolled(day: Any, enrolment: Enrolment) -> Any:
    if day < enrolment.enrolled_date:
        raise forms.ValidationError(_("This day is before the enrolment."))
    return not_to_come(day)
