"""Psychosocial accompaniment: that it exists, and the restricted notes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.psychosocial.access import AccompanimentScope, NoteScope

USER = settings.AUTH_USER_MODEL


class Accompaniment(models.Model):
    """A person whom the social worker or the psychologist of a centre accompanies. Others see this and no more.

    A person may have two in a centre (two files held to be one): both stay.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="accompaniments")
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    start_date = models.DateField()
    next_date = models.DateField(null=True, blank=True)  # null: no meeting is planned

    objects = scoped_manager(AccompanimentScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["centre", "next_date"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.centre_id}"


class Note(models.Model):
    """One note: never edited, never deleted; a mistake is corrected by another note that names it."""

    class Kind(models.TextChoices):
        INTERVIEW = "INTERVIEW", _("Interview")
        FAMILY_VISIT = "FAMILY_VISIT", _("Visit of the family")
        CALL = "CALL", _("Telephone call")
        MEDIATION = "MEDIATION", _("Mediation")
        REFERRAL = "REFERRAL", _("Referred to another service")
        MATERIAL_SUPPORT = "MATERIAL_SUPPORT", _("Material support")
        PSYCHOLOGICAL_SUPPORT = "PSYCHOLOGICAL_SUPPORT", _("Psychological support")
        OTHER = "OTHER", pgettext_lazy("note", "Other")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    submission = models.UUIDField(unique=True)  # a form sent twice writes once
    accompaniment = models.ForeignKey(Accompaniment, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=21, choices=Kind.choices)
    date = models.DateField()
    text = models.TextField()
    next_date = models.DateField(null=True, blank=True)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_role = models.CharField(max_length=24)  # code of the role held when it was written
    written_at = models.DateTimeField()

    objects = scoped_manager(NoteScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["date", "pk"]

    def __str__(self) -> str:  # never the text: this may end in a message or a trace
        return f"{self.accompaniment_id} {self.date}"
