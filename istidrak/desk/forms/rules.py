"""A case to try a rule with: a field for each fact that the rule reads, every one of which may be not known."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Column, Parameters, Rule
from istidrak.base.rules.columns import PLACE_NUMBER
from istidrak.desk.queries import rule_pages

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
MOST = 1_000_000
YES_NO = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))


class MonthField(forms.CharField):
    """A month as a browser gives it, 2018-09; as the rules read it, 201809. Empty is not known."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.TextInput(attrs={"type": "month", "dir": "ltr"}), **kwargs)

    def clean(self, value: Any) -> int | None:
        """The month as a whole number. Raises ValidationError for what is no month."""
        text = super().clean(value)
        found = MONTH.fullmatch(text)
        if text and not found:
            raise forms.ValidationError(_("Write the year and the month, such as 2018-09."))
        return int(found[1]) * 100 + int(found[2]) if found else None


class TryForm(forms.Form):
    """The facts of a case and the day whose law decides it. Nothing is kept of it."""

    day = forms.DateField(label=_("Under the law of"), widget=forms.DateInput)

    def __init__(self, *args: Any, rule: Rule, law: Parameters, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rule = rule
        for column in rule.needs:
            if column != PLACE_NUMBER or rule_pages.differs_by_place(rule, law):
                self.fields[column.name] = _field(column)
        self.order_fields([*(column.name for column in rule.needs), "day"])
        self.fields["day"].initial = law.as_of

    def facts(self) -> dict[str, Any]:
        """The facts by column name; what was not said is not known."""
        said = self.cleaned_data
        return {column.name: _read(column, said.get(column.name)) for column in self.rule.needs}


def _field(column: Column) -> forms.Field:
    of: dict[str, Any] = {"label": rule_pages.label_of(column), "required": False}
    options = rule_pages.places() if column == PLACE_NUMBER else rule_pages.options_of(column.name)
    if options:
        return forms.ChoiceField(choices=[("", _("Not known")), *options], **of)
    if column.name in rule_pages.MONTHS:
        return MonthField(**of)
    kinds: dict[type, Callable[[], forms.Field]] = {
        bool: lambda: forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, initial="", **of),
        dt.date: lambda: forms.DateField(widget=forms.DateInput, **of),
        int: lambda: forms.IntegerField(min_value=0, max_value=MOST, **of),
        str: lambda: forms.CharField(max_length=100, **of),
    }
    return kinds[column.kind]()


def _read(column: Column, said: Any) -> Any:
    if said in (None, ""):
        return None
    if column.kind is bool:
        return said == "yes"
    return int(said) if column == PLACE_NUMBER else said
