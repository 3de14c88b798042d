"""A new value of a parameter: one field for each part, made like the value before it."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.models import COUNTRY, Parameter
from istidrak.desk.queries.parameters import PARTS

MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31")
COUNTRY_CHOICE = "country"


class ParameterForm(forms.Form):
    """The value, the day from which it holds, where, and the text that sets it."""

    since = forms.DateField(label=_("Holds from"), widget=forms.DateInput)
    place = forms.ChoiceField(label=_("Where"), choices=())
    source = forms.CharField(
        label=_("Text or decision that sets it"),
        max_length=400,
        help_text=_("Name, number and date of the text: it is shown beside every decision taken under it."),
    )
    is_sample = forms.BooleanField(label=_("No text sets it yet: a sample value, to confirm"), required=False)
    field_order: list[str] = []

    def __init__(self, *args: Any, former: Parameter, places: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.former = former
        self.spans = {str(place.pk) if place else COUNTRY_CHOICE: place.span if place else None for place in places}
        same = (former.place_low, former.place_high)
        if None in self.spans.values() and same != COUNTRY:
            self.spans["same"] = same  # the national unit also renews what a place has of its own
        labels = {str(place.pk): str(place) for place in places if place}
        labels |= {COUNTRY_CHOICE: _("The whole country"), "same": _("The same place as the former value")}
        self.fields["place"].choices = [(key, labels[key]) for key in self.spans]
        self.fields["place"].initial = "same" if "same" in self.spans else next(iter(self.spans))
        self.fields["since"].initial = days.today()
        for name, part in self._parts():
            self.fields[name] = _field(PARTS.get(name.removeprefix("part_"), _("Value")), part)
        self.order_fields([name for name, _part in self._parts()])

    def _parts(self) -> list[tuple[str, Any]]:
        value = self.former.value
        return [(f"part_{k}", v) for k, v in value.items()] if isinstance(value, dict) else [("part_value", value)]

    def clean_since(self) -> Any:
        """Nothing is changed for the past: what was decided under the former value stays as it was."""
        day = self.cleaned_data["since"]
        if day < days.today():
            raise forms.ValidationError(_("A new value holds from today or later: what was decided stays."))
        return day

    def clean(self) -> dict[str, Any]:
        """The value as a whole, and its span."""
        data = super().clean()
        if not self.errors:
            parts = {name.removeprefix("part_"): _read(data[name], part) for name, part in self._parts()}
            data["value"] = parts if isinstance(self.former.value, dict) else parts["value"]
            if {"lower", "upper"} <= parts.keys() and parts["lower"] > parts["upper"]:
                self.add_error("part_upper", _("The second age is below the first."))
            data["span"] = self.spans[data["place"]]
        return data


def _is_months(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], list)


def _is_table(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], dict)


class LinesField(forms.CharField):
    """A list of things with the same parts: one thing a line, its parts between bars (`PHOTO | صورة | Photo`)."""

    widget = forms.Textarea(attrs={"rows": 8})

    def __init__(self, *, columns: dict[str, type], **kwargs: Any):
        super().__init__(**kwargs)
        self.columns = columns
        self.help_text = _("One line each: %(columns)s") % {"columns": " | ".join(columns)}

    def prepare_value(self, value: Any) -> Any:
        """As lines; what was typed comes back as it was typed."""
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(_as_text(row[name]) for name in self.columns) for row in value)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """The things as their parts. Raises ValidationError naming the line that has too few or too many."""
        rows = []
        for number, line in enumerate(filter(str.strip, super().clean(value).splitlines()), start=1):
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) != len(self.columns) or not all(cells):
                raise forms.ValidationError(
                    _("Line %(n)s: write %(k)s parts.") % {"n": number, "k": len(self.columns)}
                )
            parts = zip(self.columns.items(), cells, strict=True)
            rows.append({name: _part(cell, kind, number) for (name, kind), cell in parts})
        return rows


class MonthsField(forms.CharField):
    """The months of each instalment: a line each, numbers between commas (`9, 10, 11, 12`)."""

    widget = forms.Textarea(attrs={"rows": 5, "dir": "ltr"})

    def prepare_value(self, value: Any) -> Any:
        """As lines; what was typed comes back as it was typed."""
        return "\n".join(", ".join(map(str, row)) for row in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[list[int]]:
        """The months line by line. Raises ValidationError naming the line that is not made of months."""
        rows = []
        for number, line in enumerate(filter(str.strip, super().clean(value).splitlines()), start=1):
            cells = [cell.strip() for cell in re.split("[,،]", line)]
            if not all(re.fullmatch(r"0?[1-9]|1[0-2]", cell, re.ASCII) for cell in cells):
                raise forms.ValidationError(_("Line %(n)s: write months as numbers from 1 to 12.") % {"n": number})
            rows.append([int(cell) for cell in cells])
        return rows


YES, NO = {"yes", "oui", "نعم", "true"}, {"no", "non", "لا", "false"}


def _as_text(part: Any) -> str:
    return str(_("Yes") if part else _("No")) if isinstance(part, bool) else str(part)


def _part(cell: str, kind: type, line: int) -> Any:
    if kind is bool:
        if cell.lower() not in YES | NO:
            raise forms.ValidationError(_("Line %(n)s: write yes or no.") % {"n": line})
        return cell.lower() in YES
    if kind is int:
        if not cell.isascii() or not cell.isdigit():
            raise forms.ValidationError(_("Line %(n)s: write a whole number.") % {"n": line})
        return int(cell)
    return cell


def _field(label: Any, part: Any) -> forms.Field:
    if isinstance(part, bool):
        return forms.BooleanField(label=label, required=False, initial=part)
    if isinstance(part, int):
        return forms.IntegerField(label=label, min_value=0, max_value=100_000, initial=part)
    if _is_table(part):
        return LinesField(label=label, initial=part, columns={name: type(of) for name, of in part[0].items()})
    if _is_months(part):
        months = _("One line for each instalment: the numbers of its months, separated by commas.")
        return MonthsField(label=label, initial=part, help_text=months)
    if isinstance(part, list):
        return forms.CharField(label=label, initial=", ".join(map(str, part)), help_text=_("Separated by commas."))
    checks = [RegexValidator(rf"^({MONTH_DAY.pattern})$", _("Write the month and the day, such as 12-31."))]
    return forms.CharField(
        label=label,
        max_length=200,
        initial=part,
        validators=checks if MONTH_DAY.fullmatch(str(part)) else [],
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )


def _read(typed: Any, part: Any) -> Any:
    if not isinstance(part, list) or _is_table(part) or _is_months(part):
        return typed
    items = [item.strip() for item in re.split("[,،]", typed) if item.strip()]
    return [int(i) if i.isdigit() else i for i in items] if part and isinstance(part[0], int) else items


class TakeBackForm(forms.Form):
    """Why a value that does not hold yet is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
