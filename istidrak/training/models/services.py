"""Accommodation, meals and transport of a centre: places, users, funder."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.training.access import OfCentreScope, ServiceUseScope
from istidrak.training.models.enrolments import Enrolment


class ServiceOffer(models.Model):
    """A service that a centre offers in a season, with its places and who pays."""

    class Kind(models.TextChoices):
        ACCOMMODATION = "ACCOMMODATION", _("Accommodation")
        MEALS = "MEALS", _("Meals")
        TRANSPORT = "TRANSPORT", _("Transport")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    places = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not stated
    funder = models.CharField(max_length=160, blank=True)  # who pays, in words; empty: not known

    objects = scoped_manager(OfCentreScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["centre", "season", "kind", "funder"], name="training_service_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


class ServiceUse(models.Model):
    """A learner who uses a service, from a day, until a day."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="services")
    offer = models.ForeignKey(ServiceOffer, on_delete=models.PROTECT, related_name="uses")
    since_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    objects = scoped_manager(ServiceUseScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "offer"], condition=models.Q(until_date=None), name="training_service_used_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.enrolment_id}"
