"""Users, and the roles they hold: role x organisation x dates."""

import datetime as dt
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.roles import ROLES, Role
from istidrak.base import days
from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import NOTHING, Scope
from istidrak.base.words import Bilingual
from istidrak.organisations.models import Organisation


class Users(BaseUserManager):
    """Makes accounts; names are kept exactly as given."""

    def create_user(self, username: str, password: str | None = None, **columns: str) -> "User":
        """A user; without a password the account cannot be signed in to."""
        user = self.model(username=username, **columns)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Bilingual, AbstractBaseUser):
    """An account. No e-mail: the level above makes it and hands over a printed slip."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name_ar = models.CharField(max_length=120, blank=True)
    name_fr = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)  # exists only in the demo; its login page lists it
    session_epoch = models.PositiveIntegerField(default=0)  # one more, and every open session has ended

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []
    objects = Users()

    def __str__(self) -> str:
        return self.name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to stay alive: a new password or a new epoch ends them all at once."""
        text = f"{self.password}:{self.session_epoch}"
        return salted_hmac("istidrak.accounts.session", text, secret=secret, algorithm="sha256").hexdigest()

    @cached_property
    def current_assignments(self) -> list["Assignment"]:
        """The assignments in force today, with their organisations."""
        return list(Assignment.objects.in_force(days.today()).filter(user=self).select_related("organisation__place"))

    @property
    def roles(self) -> list[type[Role]]:
        """The roles held today, each once, in the order of ROLES."""
        held = {assignment.role for assignment in self.current_assignments}
        return [role for code, role in ROLES.items() if code in held]

    def holds(self, *roles: type[Role]) -> bool:
        """True when one of the roles is held today."""
        return any(role in roles for role in self.roles)

    def scope_as(self, *roles: type[Role]) -> Scope:
        """What the user may read when acting in one of these roles; other roles they hold do not count.

        A person who is an officer here and a reader elsewhere must not use the officer's verbs elsewhere.
        """
        codes = {role.code for role in roles}
        held = [a for a in self.current_assignments if a.role in codes]
        if not held:
            return NOTHING
        spans: set[tuple[int, int]] = set()
        total_spans: set[tuple[int, int]] = set()
        organisations: set[int] = set()
        personal_spans: set[tuple[int, int]] = set()
        personal_bodies: set[int] = set()
        for assignment in held:
            role = ROLES[assignment.role]
            if role.level > 1:
                total_spans.add(assignment.span)
                if role.reads_files:
                    spans.add(assignment.span)
            elif not role.is_personal:
                organisations.add(assignment.organisation_id)
            elif role.of == "DIRECTORATE":
                personal_spans.add(assignment.span)
            else:
                personal_bodies.add(assignment.organisation_id)
        if organisations:
            organisations |= set(Organisation.objects.filter(parent__in=organisations).values_list("pk", flat=True))
        return Scope(
            user_id=self.pk,
            spans=tuple(sorted(spans)),
            organisations=frozenset(organisations),
            total_spans=tuple(sorted(total_spans)),
            is_personal=bool(personal_spans or personal_bodies),
            personal_spans=tuple(sorted(personal_spans)),
            personal_bodies=frozenset(personal_bodies),
        )


class AssignmentQuerySet(models.QuerySet):
    def in_force(self, day: dt.date) -> "AssignmentQuerySet":
        """Assignments whose dates hold the day (both inclusive; no end is open)."""
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gte=day))


class Assignment(models.Model):
    """A role held in an organisation between two days; its territory is the organisation's place."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=24, choices=[(code, role.label) for code, role in ROLES.items()])
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation", "since"], name="accounts_assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"

    @property
    def span(self) -> tuple[int, int]:
        """Inclusive place numbers of the territory: the country for the ministry, else the place's span."""
        place = self.organisation.place
        if place is not None:
            return place.span
        return (0, 999_999_999) if self.organisation.kind == "MINISTRY" else (-1, -1)


class FactorRequirementQuerySet(models.QuerySet):
    def in_force(self, day: dt.date) -> "FactorRequirementQuerySet":
        """Requirements that hold on a day (the first day included, the last excluded: lifted is lifted at once)."""
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


class FactorRequirement(models.Model):
    """The national unit asks the holders of a role for a second factor, from a day on."""

    role = models.CharField(max_length=24, choices=[(code, role.label) for code, role in ROLES.items()])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = FactorRequirementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role"], condition=Q(until__isnull=True), name="accounts_one_requirement_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.since}"


class SpentCode(models.Model):
    """A code of a telephone that was used: the half minute it belongs to (seconds since 1970, divided by 30)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    counter = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "counter"], name="accounts_code_spent_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.counter}"


class AccountRequest(models.Model):
    """Something asked for an account of one's own level, which a second person confirms or refuses."""

    class Kind(models.TextChoices):
        RESET_PASSWORD = "RESET_PASSWORD", _("New slip")
        REMOVE_FACTOR = "REMOVE_FACTOR", _("Removal of a lost second factor")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Waiting for a second person")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        REFUSED = "REFUSED", _("Not confirmed")

    TONES = {State.OPEN: "orange", State.CONFIRMED: "green", State.REFUSED: "red"}

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(state="OPEN"), name="accounts_one_open_request_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"
