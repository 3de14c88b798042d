"""The life project: goals and steps in dated versions, each a document that is never edited."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.people.access import PersonRowScope


class StepState(models.TextChoices):
    """Where a step of a life project stands."""

    PLANNED = "PLANNED", _("Planned")
    UNDER_WAY = "UNDER_WAY", _("Under way")
    DONE = "DONE", _("Done")
    DROPPED = "DROPPED", _("Given up")


class LifeProject(models.Model):
    """One version of a person's life project, written with them; the former versions stay.

    `goals`: [{key, text}]; `steps`: [{key, what, who, by_date (ISO or null), state}]. A key is the same in every
    version, so that two versions can be compared.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="life_projects")
    follows = models.OneToOneField(  # one version follows another: the second editor is told
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    number = models.PositiveIntegerField()
    written_date = models.DateField()
    goals = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    person_agrees = models.BooleanField(null=True, blank=True)
    guardian_agrees = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True)
    submission = models.UUIDField(unique=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-written_date", "-pk"]
        indexes = [models.Index(fields=["person"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.number}"
