"""What is known of school life: stays in a school or a centre, from, to, level and status as a list says."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import scoped_manager
from istidrak.people.access import PersonRowScope


class Stay(models.Model):
    """A person in a school or centre during a school year. Unknown days are null, unknown levels empty."""

    class Status(models.TextChoices):
        ENROLLED = "ENROLLED", _("In school")
        NOT_REJOINED = "NOT_REJOINED", _("Did not rejoin")
        DROPPED_OUT = "DROPPED_OUT", _("Dropped out")
        LEFT = "LEFT", _("Left")
        EXPELLED = "EXPELLED", _("Expelled")
        REINTEGRATED = "REINTEGRATED", _("Back in school")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="stays")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation_text = models.CharField(max_length=200, blank=True)  # as the list names it, when not recognised
    school_year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=120, blank=True)
    level_code = models.CharField(max_length=6, blank=True)  # 1AP..6AP, 1AC..3AC, TC, 1BAC, 2BAC
    class_name = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, null=True, blank=True)
    dropout_reason = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    record = models.ForeignKey(
        "people.SourceRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="stays"
    )

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["person", "school_year"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.school_year}"
