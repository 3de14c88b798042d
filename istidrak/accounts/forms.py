"""A new account, a further role."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import User
from istidrak.accounts.queries import bodies_of
from istidrak.accounts.roles import ROLES
from istidrak.accounts.rules import may_grant
from istidrak.base.scope import Scope


class GrantForm(forms.Form):
    """A role in a body that the granting officer answers for."""

    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ModelChoiceField(label=_("Held in"), queryset=None)

    def __init__(self, *args: Any, by: User, scope: Scope, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.by = by
        top = max((role.level for role in by.roles), default=0)
        self.fields["role"].choices = [
            ("", _("Choose")),
            *((code, role.label) for code, role in ROLES.items() if role.level <= top),
        ]
        self.fields["organisation"].queryset = bodies_of(scope).order_by("kind", "code")

    def clean(self) -> dict[str, Any]:
        """The role and the kind of body go together, and the officer may grant it there."""
        data = super().clean()
        role, body = ROLES.get(data.get("role", "")), data.get("organisation")
        if role and body:
            if role.of != body.kind:
                self.add_error("organisation", _("This role is not held in a body of this kind."))
            held = [(ROLES[a.role], a.span) for a in self.by.current_assignments]
            if not may_grant(held, role, body.place_number, is_self=False):
                self.add_error("role", _("This role is above your level, or outside your territory."))
        return data


class AccountForm(GrantForm):
    """A new account with its first role."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[
            RegexValidator(r"^[a-z0-9._-]{3,}$", _("Small Latin letters, digits, dot, dash; three at least."))
        ],
    )
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120)
    name_fr = forms.CharField(label=_("Name in French"), max_length=120, required=False)
    field_order = ("name_ar", "name_fr", "username", "role", "organisation")

    def clean_username(self) -> str:
        """A user name is taken once in the country."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("This user name is taken; add a digit or the name of the town."))
        return username
