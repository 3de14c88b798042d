"""Academies, directorates, schools, associations, centres, training bodies: one table, one kind each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from istidrak.base.identifiers import new_uuid
from istidrak.base.words import Bilingual


class Organisation(Bilingual, models.Model):
    """A body that people are tied to or work for.

    `place_number` is the first number of its place's span, kept beside it so that a territory is one range.
    `parent`: academy of a directorate, directorate of a school, association of a centre, school of a satellite.
    Names of bodies are public, so this table is not scoped; what is tied to them is.
    """

    class Kind(models.TextChoices):
        MINISTRY = "MINISTRY", _("Ministry")
        ACADEMY = "ACADEMY", _("Regional academy")
        DIRECTORATE = "DIRECTORATE", _("Provincial directorate")
        SCHOOL = "SCHOOL", _("School")
        ASSOCIATION = "ASSOCIATION", _("Association")
        CENTRE = "CENTRE", _("Centre")
        TRAINING_BODY = "TRAINING_BODY", _("Training body")

    class Milieu(models.TextChoices):
        URBAN = "URBAN", _("Urban")
        RURAL = "RURAL", _("Rural")

    class Cycle(models.TextChoices):
        PRIMARY = "PRIMARY", _("Primary")
        LOWER_SECONDARY = "LOWER_SECONDARY", _("Lower secondary")
        UPPER_SECONDARY = "UPPER_SECONDARY", _("Upper secondary")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    code = models.CharField(max_length=20, blank=True)  # schools: five digits and a letter
    name_ar = models.CharField(max_length=160, blank=True)
    name_fr = models.CharField(max_length=160, blank=True)
    place = models.ForeignKey("territory.Place", null=True, blank=True, on_delete=models.PROTECT)
    place_number = models.BigIntegerField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    milieu = models.CharField(max_length=5, choices=Milieu.choices, null=True, blank=True)
    cycle = models.CharField(max_length=16, choices=Cycle.choices, null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)  # places a centre can hold; unknown is null

    class Meta:
        indexes = [models.Index(fields=["kind", "place_number"]), models.Index(fields=["parent"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=~models.Q(code=""), name="organisations_code_once"
            ),
            models.CheckConstraint(condition=~models.Q(name_ar="", name_fr=""), name="organisations_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
