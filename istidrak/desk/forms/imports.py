"""Dropping lists, saying whose they are, explaining their headings."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.exchange.headings import FORBIDDEN, IGNORE
from istidrak.base.exchange.reading import Limits
from istidrak.base.scope import Scope
from istidrak.desk.imports.fields import fields_of
from istidrak.desk.imports.preview import Preview
from istidrak.desk.queries import imports as queries
from istidrak.organisations.models import Organisation
from istidrak.outreach.rules.following import a_year_before
from istidrak.people.models import SourceFile
from istidrak.programmes.models import Season
from istidrak.programmes.queries import current_season

ENDINGS = ".xlsx,.xls,.csv,.txt"
MOST_FILES = 100
# A wide, dashed area: files are dragged onto the field itself, which browsers accept without a script.
DROP_STYLE = "padding-block: 2.5rem; padding-inline: 1rem; border-style: dashed; height: auto"


class ManyFilesInput(forms.ClearableFileInput):
    """One field, one drop, one or forty files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploads, at least one."""

    def __init__(self, **kwargs: Any):
        attrs = {"multiple": True, "accept": ENDINGS, "style": DROP_STYLE}
        super().__init__(widget=ManyFilesInput(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each upload is looked at later, one by one: a bad file among forty stops no other."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("%(most)d files at most in one drop.") % {"most": MOST_FILES})
        return files


class ReceiveForm(forms.Form):
    """What is asked of whoever sends lists: the files, the season, the day; the rest is recognised."""

    files = ManyFilesField(
        label=_("Files"),
        help_text=_("Drag one file or all of them here, or choose them: Excel or CSV."),
    )
    season = forms.ModelChoiceField(label=_("Season"), queryset=None, empty_label=None)
    received_on = forms.DateField(label=_("Received on"), widget=forms.DateInput)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["season"].queryset = Season.objects.exclude(state=Season.State.CLOSED)
        self.fields["season"].initial = current_season(days.today())
        self.fields["received_on"].initial = days.today()

    def clean_received_on(self) -> Any:
        """A list is not received tomorrow."""
        day = self.cleaned_data["received_on"]
        if day > days.today():
            raise forms.ValidationError(_("This day has not come yet."))
        if day < a_year_before(days.today()):
            raise forms.ValidationError(_("This day is more than a year ago: look at the year again."))
        return day

    def uploads(self) -> list[tuple[str, bytes | None]]:
        """(name, bytes) of each file; None for one beyond the limit, which is not read into memory."""
        most = Limits().file_bytes
        return [(f.name or "", f.read() if f.size <= most else None) for f in self.cleaned_data["files"]]

    def where(self) -> dict[str, Any]:
        """Where the lists belong, for `receive`."""
        raise NotImplementedError


class OfficerForm(ReceiveForm):
    """A directorate's officer: any kind of list of the directorate."""

    directorate = forms.ModelChoiceField(label=_("Directorate"), queryset=None, empty_label=None)
    layout = forms.ChoiceField(
        label=_("Kind of list"),
        required=False,
        choices=[("", _("Recognise it")), *queries.LAYOUT_LABELS.items()],
        help_text=_("Choose only when the program took a list for another kind."),
    )
    centre = forms.ModelChoiceField(
        label=_("Centre"),
        queryset=None,
        required=False,
        empty_label=_("Choose"),
        help_text=_("For a centre's own list of learners."),
    )
    field_order = ("files", "season", "directorate", "received_on", "layout", "centre")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        directorates = queries.directorates_of(self.scope)
        self.fields["directorate"].queryset = directorates
        self.fields["directorate"].initial = directorates.first()
        self.fields["centre"].queryset = Organisation.objects.filter(
            self.scope.q(place="place_number"), kind="CENTRE"
        ).order_by("code")

    def clean(self) -> dict[str, Any]:
        """A centre of the directorate, and only for a centre's list."""
        data = super().clean() or {}
        centre, directorate = data.get("centre"), data.get("directorate")
        if centre and directorate:
            low, high = directorate.place.span
            if not low <= (centre.place_number or -1) <= high:
                self.add_error("centre", _("This centre is not in the directorate chosen."))
        if centre and data.get("layout") not in {"", None, "CENTRE_LIST"}:
            self.add_error("centre", _("A centre is chosen for a centre's list only."))
        return data

    def where(self) -> dict[str, Any]:
        """The directorate; a centre makes the files its lists."""
        data = self.cleaned_data
        layout = "CENTRE_LIST" if data["centre"] else data["layout"] or None
        return {"directorate": data["directorate"], "organisation": data["centre"], "layout": layout}


class OwnForm(ReceiveForm):
    """A school head or a centre's director: the list of their own school or centre."""

    organisation = forms.ModelChoiceField(label=_("School or centre"), queryset=None, empty_label=None)
    field_order = ("files", "season", "organisation", "received_on")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        mine = queries.own_bodies(self.scope)
        self.fields["organisation"].queryset = mine
        self.fields["organisation"].initial = mine.first()

    def clean_organisation(self) -> Organisation:
        """A body without a place belongs to no directorate yet."""
        body = self.cleaned_data["organisation"]
        self.directorate = queries.directorate_of(body)
        if self.directorate is None:
            raise forms.ValidationError(_("The directorate of this body is not known: ask your directorate."))
        return body

    def where(self) -> dict[str, Any]:
        """The body's directorate; the list is of that body and of no other."""
        body = self.cleaned_data["organisation"]
        layout = "CENTRE_LIST" if body.kind == "CENTRE" else "SCHOOL_LIST"
        return {"directorate": self.directorate, "organisation": body, "layout": layout, "is_own": True}


class HeadingsForm(forms.Form):
    """One choice for each column that the program did not understand."""

    def __init__(self, *args: Any, preview: Preview, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.headings: dict[str, str] = {}
        free = [(name, label) for name, label in fields_of(preview.layout) if name not in preview.header.columns]
        choices = [
            ("", _("Leave as it is for now")),
            (IGNORE, _("Do not read this column")),
            (FORBIDDEN, _("A secret code: never read, never keep")),
            (_("This column says"), free),
        ]
        for at, column in enumerate(preview.unknown):
            if column.heading in self.headings.values():
                continue
            name = f"heading_{at}"
            self.headings[name] = column.heading
            sample = "، ".join(column.sample)
            self.fields[name] = forms.ChoiceField(
                label=f"{column.letters} · {column.heading}", required=False, choices=choices, help_text=sample
            )

    def clean(self) -> dict[str, Any]:
        """One field is said by one column."""
        data = super().clean() or {}
        taken: set[str] = set()
        for name in self.headings:
            meaning = data.get(name)
            if meaning in taken:
                self.add_error(name, _("Another column was said to hold this."))
            elif meaning and meaning not in {IGNORE, FORBIDDEN}:
                taken.add(meaning)
        if not any(data.get(name) for name in self.headings):
            raise forms.ValidationError(_("Choose what at least one column says."))
        return data

    def mapping(self) -> dict[str, str]:
        """Heading -> field, for those that were explained."""
        return {text: self.cleaned_data[name] for name, text in self.headings.items() if self.cleaned_data[name]}


class BodyOfListForm(forms.Form):
    """Which school or centre a list is of."""

    organisation = forms.ModelChoiceField(label=_("School or centre"), queryset=None, empty_label=_("Choose"))

    def __init__(self, *args: Any, file: SourceFile, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kind = "CENTRE" if file.layout == "CENTRE_LIST" else "SCHOOL"
        self.fields["organisation"].queryset = queries.bodies_inside(file.directorate, kind)
