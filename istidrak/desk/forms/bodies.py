"""A new association, centre or training body."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.territory.models import Place

KINDS = ("ASSOCIATION", "CENTRE", "TRAINING_BODY")


class BodyForm(forms.Form):
    """What is asked of a body that the program does not know yet; schools come from their file."""

    kind = forms.ChoiceField(
        label=_("Kind of body"), choices=[(kind, Organisation.Kind(kind).label) for kind in KINDS]
    )
    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("As written on its agreement; once in the country.")
    )
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=160)
    name_fr = forms.CharField(label=_("Name in French"), max_length=160, required=False)
    place = forms.ModelChoiceField(label=_("Commune or province"), queryset=None)
    parent = forms.ModelChoiceField(
        label=_("Association that manages it"), queryset=None, required=False, help_text=_("For a centre.")
    )
    capacity = forms.IntegerField(
        label=_("Capacity"), min_value=1, max_value=2000, required=False, help_text=_("Leave empty when not known.")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any):
        super().__init__(*args, **kwargs)
        inside, bodies = Q(pk__in=[]), Q(pk__in=[])
        for low, high in scope.spans:
            inside |= Q(low__gte=low, high__lte=high)
            bodies |= Q(place_number__range=(low, high))
        self.fields["place"].queryset = Place.objects.filter(inside).exclude(kind="REGION").order_by("kind", "low")
        self.fields["parent"].queryset = Organisation.objects.filter(bodies, kind="ASSOCIATION")

    def clean(self) -> dict[str, Any]:
        """A code names one body; only a centre is managed by an association."""
        data = super().clean()
        if Organisation.objects.filter(kind=data.get("kind"), code=data.get("code")).exists():
            self.add_error("code", _("A body of this kind already has this code."))
        if data.get("parent") and data.get("kind") != "CENTRE":
            self.add_error("parent", _("Only a centre is managed by an association."))
        return data
