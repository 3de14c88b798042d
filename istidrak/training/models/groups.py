"""Groups of learners."""

from django.conf import settings
from django.db import models

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.training.access import GroupScope

USER = settings.AUTH_USER_MODEL


class Group(models.Model):
    """Learners of a centre in a season who are roll-called together."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not stated
    educators = models.ManyToManyField(USER, related_name="groups_taught", blank=True)

    objects = scoped_manager(GroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["season", "centre", "name"], name="training_group_once")]

    def __str__(self) -> str:
        return self.name
