"""Forms of sessions and roll-calls."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.outreach.rules.following import latest_due
from istidrak.programmes.models import Season
from istidrak.training.forms.days import not_before_season


class SessionForm(forms.Form):
    """A session of the group."""

    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    title = forms.CharField(label=_("Subject"), max_length=120, required=False)

    def __init__(self, *args: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["date"].initial = days.today()

    def clean_date(self) -> Any:
        """Not long before the season, nor more than a year ahead."""
        day = not_before_season(self.cleaned_data["date"], self.season)
        if day > latest_due(days.today()):
            raise forms.ValidationError(_("This day is more than a year away: look at the year again."))
        return day


def marks_of(post: Any) -> dict[Any, str]:
    """The marks of a roll-call in a form: `mark-<uuid of the enrolment>`; anything else is passed over."""
    marks = {}
    for name, value in post.items():
        if name.startswith("mark-"):
            try:
                marks[uuid.UUID(name.removeprefix("mark-"))] = value
            except ValueError:
                continue
    return marks
