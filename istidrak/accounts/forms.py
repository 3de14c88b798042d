"""A new account, a further role, what is asked for an account, filters of the list."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import AccountRequest, User
from istidrak.accounts.queries import bodies_of, bodies_with_accounts
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


class ReasonForm(forms.Form):
    """Why something is done to an account; kept in its history."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))


class AskForm(ReasonForm):
    """What a second person is asked to confirm for an account of one's own level."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=AccountRequest.Kind.choices)
    field_order = ("kind", "reason")


class AnswerForm(forms.Form):
    """The answer to a request for an account."""

    request = forms.UUIDField()
    verdict = forms.ChoiceField(choices=[("confirm", ""), ("refuse", "")])


class RequirementForm(forms.Form):
    """A role that is asked for a second factor, or no longer."""

    role = forms.ChoiceField(choices=[(code, role.label) for code, role in ROLES.items()])
    verb = forms.ChoiceField(choices=[("require", ""), ("lift", "")])


class FilterForm(forms.Form):
    """The list of accounts by role and by body."""

    q = forms.CharField(label=_("Part of a name or user name"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All")), *((c, r.label) for c, r in ROLES.items())]
    )
    body = forms.ModelChoiceField(label=_("Held in"), required=False, queryset=None, empty_label=_("All"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies_with_accounts(scope)
