"""Places as number spans: a commune's number lies inside its province's, and that inside its region's."""

from django.db import models

from istidrak.base.words import Bilingual


class Place(Bilingual, models.Model):
    """A region, the area of a provincial directorate, or a commune.

    `low` to `high` is the span of nine-digit numbers (region 2, province 3, commune 4 digits, codes of the
    2024 census); a commune's span is one number. `code` is printed as the ministry prints it.
    """

    class Kind(models.TextChoices):
        REGION = "REGION"
        PROVINCE = "PROVINCE"
        COMMUNE = "COMMUNE"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=12)
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="territory_place_once"),
            models.CheckConstraint(condition=models.Q(low__lte=models.F("high")), name="territory_span"),
        ]
        indexes = [models.Index(fields=["low", "high"])]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> tuple[int, int]:
        """Inclusive numbers of the places inside this one."""
        return self.low, self.high
