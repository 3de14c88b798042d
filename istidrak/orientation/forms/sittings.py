"""Opening a sitting, and what is written on its lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.organisations.models import Organisation
from istidrak.orientation.actions import Member
from istidrak.orientation.forms.interviewing import past_day
from istidrak.orientation.models import SittingMember


class SittingForm(forms.Form):
    """Day, place and who sits; a directorate may name the centre that receives unless a line says otherwise."""

    body = forms.ModelChoiceField(label=_("Committee of"), queryset=None, empty_label=None)
    held_date = forms.DateField(label=_("Day of the sitting"), widget=forms.DateInput)
    held_at = forms.CharField(label=_("Place of the sitting"), max_length=160)
    receiver = forms.ModelChoiceField(
        label=_("Centre that receives, unless a line says otherwise"), queryset=None, required=False
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)
    chair_name = forms.CharField(label=_("Chair: name"), max_length=160)
    chair_function = forms.CharField(label=_("Chair: function"), max_length=160)
    secretary_name = forms.CharField(label=_("Secretary: name"), max_length=160)
    secretary_function = forms.CharField(label=_("Secretary: function"), max_length=160)
    members = forms.CharField(
        label=_("Other members"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line: name, then a comma, then the function."),
    )

    def __init__(self, *args: Any, bodies: Any, centres: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies
        self.fields["receiver"].queryset = centres

    def clean_held_date(self) -> Any:
        """A sitting is written on its day or after."""
        return past_day(self.cleaned_data["held_date"])

    @property
    def people(self) -> list[Member]:
        """Chair, secretary, then the others in their order."""
        data, part = self.cleaned_data, SittingMember.Part
        others = [line.replace("،", ",").partition(",") for line in data["members"].splitlines() if line.strip()]
        return [
            Member(data["chair_name"], data["chair_function"], part.CHAIR),
            Member(data["secretary_name"], data["secretary_function"], part.SECRETARY),
            *(
                Member(name.strip()[:160], function.strip()[:160])
                for name, _comma, function in others
                if name.strip()
            ),
        ]


def bodies_of(scope: Any) -> Any:
    """The bodies whose committee the reader may hold: the own centre, the directorates of the territory."""
    return Organisation.objects.filter(
        scope.q(place="place_number", organisation="pk"), kind__in=["CENTRE", "DIRECTORATE"]
    ).order_by("kind", "code")


class ReasonForm(forms.Form):
    """Why, and the version of the line as it was shown."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
