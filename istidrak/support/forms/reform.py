"""A law to try: every parameter of Tayssir on a copy, filled with what is in force."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Parameters
from istidrak.support.rules.changes import Change
from istidrak.support.rules.levels import CYCLES, LEVELS

AMOUNT, PREFIX = "amount_", "support.tayssir_"
CYCLE_WORDS = {
    "PRIMARY": _("Primary"),
    "LOWER_SECONDARY": _("Lower secondary"),
    "UPPER_SECONDARY": _("Upper secondary"),
}
AREAS = (("RURAL", _("Rural")), ("URBAN", _("Urban")))
COVERS = (
    ("RAMED", _("Valid RAMED card")),
    ("RAMED_RECEIPT", _("Receipt of a RAMED request")),
    ("AMO_TADAMON", _("AMO-Tadamon")),
)
ORDERS = (
    ("HIGHEST_AMOUNT", _("The highest amounts first")),
    ("ELDEST", _("The eldest first")),
    ("YOUNGEST", _("The youngest first")),
)
MOST_DIRHAMS = 10_000


class ReformForm(forms.Form):
    """Values to try; `law` gives what stands in the fields before anybody changes them."""

    levels = forms.MultipleChoiceField(
        label=_("Levels paid"), choices=[(level, level) for level in LEVELS], widget=forms.CheckboxSelectMultiple
    )
    household_limit = forms.IntegerField(label=_("Most pupils of a household"), min_value=0, max_value=50)
    household_order = forms.ChoiceField(label=_("Who comes first in a household"), choices=ORDERS)
    covers = forms.MultipleChoiceField(
        label=_("Cards asked for (none ticked: no card)"),
        required=False,
        choices=COVERS,
        widget=forms.CheckboxSelectMultiple,
    )
    needs_commune = forms.BooleanField(label=_("The commune must be on the list"), required=False)

    def __init__(self, *args: Any, law: Parameters, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.law = law
        for name in ("levels", "household_limit", "household_order", "covers", "needs_commune"):
            self.fields[name].initial = _now(law, name)
        for level in LEVELS:
            self.fields[AMOUNT + level] = _amount(level, _now(law, "amount", level=level))
        for cycle, words in CYCLE_WORDS.items():
            for name, field in _of_cycle(cycle, words, law):
                self.fields[f"{name}_{cycle}"] = field

    @property
    def amounts(self) -> list[forms.BoundField]:
        """The amount of each level."""
        return [self[AMOUNT + level] for level in LEVELS]

    @property
    def cycles(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The areas and absences of each cycle."""
        names = ("areas", "counted", "limit", "is_limit_allowed", "counts_excused")
        return [(words, [self[f"{name}_{cycle}"] for name in names]) for cycle, words in CYCLE_WORDS.items()]

    @property
    def others(self) -> list[forms.BoundField]:
        """What holds for every level."""
        return [self[name] for name in ("household_limit", "household_order", "covers", "needs_commune")]

    def clean(self) -> dict[str, Any]:
        """A level that is paid needs an amount; its cycle an area, and a limit when absences count."""
        data = super().clean() or {}
        levels = data.get("levels", [])
        for level in levels:
            if data.get(AMOUNT + level) is None and AMOUNT + level not in self.errors:
                self.add_error(AMOUNT + level, _("A level that is paid needs an amount."))
        for cycle in dict.fromkeys(CYCLES[level] for level in levels):
            if not data.get(f"areas_{cycle}"):
                self.add_error(f"areas_{cycle}", _("Levels of this cycle are paid: choose an area."))
            if data.get(f"counted_{cycle}") and data.get(f"limit_{cycle}") is None:
                self.add_error(f"limit_{cycle}", _("Write the limit, or let absences change nothing."))
        return data

    def changes(self) -> list[Change]:
        """What differs from the law in force."""
        said = self.cleaned_data
        found = [
            Change(PREFIX + name, said[name])
            for name in ("levels", "household_limit", "household_order", "covers", "needs_commune")
            if _differs(said[name], _now(self.law, name))
        ]
        for level in LEVELS:
            amount = said[AMOUNT + level]
            if amount is not None and int(amount * 100) != _now(self.law, "amount", level=level):
                found.append(Change(f"{PREFIX}amount", int(amount * 100), key=level))
        paid = {CYCLES[level] for level in said["levels"]}
        return [*found, *(change for cycle in CYCLE_WORDS if cycle in paid for change in self._of(cycle))]

    def _of(self, cycle: str) -> Iterator[Change]:
        said = {name: self.cleaned_data[f"{name}_{cycle}"] for name in ("areas", "counted", "limit")}
        if _differs(said["areas"], _now(self.law, "areas", cycle=cycle)):
            yield Change(f"{PREFIX}areas", said["areas"], key=cycle)
        now = _now(self.law, "absences", cycle=cycle)
        tried = {
            "unit": now["unit"] if now else "DAY",
            "limit": said["limit"] if said["limit"] is not None else (now["limit"] if now else 0),
            "is_limit_allowed": self.cleaned_data[f"is_limit_allowed_{cycle}"],
            "counts_excused": self.cleaned_data[f"counts_excused_{cycle}"],
            "effect": "FORFEIT" if said["counted"] else "NONE",
        }
        if tried != now:
            yield Change(f"{PREFIX}absences", tried, key=cycle)


def _now(law: Parameters, name: str, **keys: str) -> Any:
    """The value in force for the country; None when no text sets it."""
    for value in law.choices(PREFIX + name, keys):
        if value.keys == keys and value.place is None:
            return value.value
    return None


def _differs(said: Any, now: Any) -> bool:
    return sorted(said) != sorted(now or []) if isinstance(said, list) else said != now


def _amount(level: str, centimes: int | None) -> forms.DecimalField:
    return forms.DecimalField(
        label=level,
        required=False,
        min_value=0,
        max_value=MOST_DIRHAMS,
        decimal_places=2,
        initial=None if centimes is None else Decimal(centimes) / 100 if centimes % 100 else centimes // 100,
        widget=forms.NumberInput(attrs={"dir": "ltr", "step": "any"}),
    )


def _of_cycle(cycle: str, words: Any, law: Parameters) -> Iterator[tuple[str, forms.Field]]:
    now = _now(law, "absences", cycle=cycle) or {}
    areas = _now(law, "areas", cycle=cycle) or []
    yield (
        "areas",
        forms.MultipleChoiceField(
            label=_("Areas paid"),
            required=False,
            choices=AREAS,
            initial=areas,
            widget=forms.CheckboxSelectMultiple,
        ),
    )
    counts = now.get("effect") == "FORFEIT"
    yield (
        "counted",
        forms.BooleanField(label=_("Absences beyond a limit lose the month"), required=False, initial=counts),
    )
    limit = now.get("limit")
    yield "limit", forms.IntegerField(label=_("Limit"), required=False, min_value=0, max_value=300, initial=limit)
    for name, label in (
        ("is_limit_allowed", _("The limit itself is allowed")),
        ("counts_excused", _("Excused absences count")),
    ):
        yield name, forms.BooleanField(label=label, required=False, initial=bool(now.get(name)))


def values_in_words(form: ReformForm, changes: Sequence[Change]) -> list[tuple[Any, str, str]]:
    """The changes as (what, before, after), in the words of the form."""
    return [
        (_label(form, change), _words(form.law, change, was=True), _words(form.law, change, was=False))
        for change in changes
    ]


def _label(form: ReformForm, change: Change) -> Any:
    name = change.name.removeprefix(PREFIX)
    if name == "amount":
        return _("Amount, %(level)s") % {"level": change.key}
    if name in form.fields:
        return form.fields[name].label
    words = {"areas": _("Areas paid"), "absences": _("Absences")}[name]
    return f"{words} · {CYCLE_WORDS[change.key]}"


def _words(law: Parameters, change: Change, *, was: bool) -> str:
    name = change.name.removeprefix(PREFIX)
    keys = {"level": change.key} if name == "amount" else {"cycle": change.key} if change.key else {}
    return _said(name, _now(law, name, **keys) if was else change.value)


def _said(name: str, value: Any) -> str:
    words = {code: str(label) for code, label in (*AREAS, *COVERS, *ORDERS)}
    if value is None:
        return "–"
    if isinstance(value, dict):
        return _absences(value)
    if isinstance(value, list):
        return " · ".join(words.get(item, item) for item in value) or str(_("None asked for"))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return f"{value / 100:g}" if name == "amount" else words.get(value, str(value))


def _absences(law: dict[str, Any]) -> str:
    if law["effect"] == "NONE":
        return str(_("Absences change nothing"))
    parts = [str(law["limit"]), str(_("allowed") if law["is_limit_allowed"] else _("not allowed"))]
    return " · ".join([*parts, *([str(_("Excused absences count"))] if law["counts_excused"] else [])])
