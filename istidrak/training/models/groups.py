"""Groups of learners."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.training.access import GroupScope

USER = settings.AUTH_USER_MODEL


class Group(models.Model):
    """Learners of a centre in a season who are roll-called together.

    A supplementary group (الحصة التكميلية) extends the capacity of the centre for a season; it is counted apart
    and is no programme of its own (Oujda, 2024/25 and 2025/26: sixty learners more over two centres).
    """

    class Kind(models.TextChoices):
        NORMAL = "NORMAL", pgettext_lazy("group", "Normal")
        SUPPLEMENTARY = "SUPPLEMENTARY", _("Supplementary session")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.NORMAL)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not stated
    educators = models.ManyToManyField(USER, related_name="groups_taught", blank=True)

    objects = scoped_manager(GroupScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["season", "centre", "name"], name="training_group_once")]

    def __str__(self) -> str:
        return self.name
