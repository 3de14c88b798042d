"""What every module keeps: the history of what was done, the audit of what was read, parameters."""

from typing import ClassVar

from django.conf import settings
from django.db import models

COUNTRY = (0, 999_999_999)  # place numbers have nine digits at most


class AnonymousWrite(Exception):
    """Something was to be recorded without an author."""


class History(models.Model):
    """One thing that happened to one row, as users read it.

    `thread` is the subject whose time line shows it (the person's file, a campaign), as `app.model:pk`.
    """

    subject = models.CharField(max_length=80)
    thread = models.CharField(max_length=80, blank=True)
    verb = models.CharField(max_length=60)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["thread", "-at"])]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.verb}"


class AuditRecord(models.Model):
    """Who read or took out what, when and why: kept for an inquiry, never edited."""

    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["by", "-at"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Parameter(models.Model):
    """A dated, placed, keyed value that rules read; seeded from each module's parameters.yaml.

    Never edited once used: a new row supersedes (decision: parameters).
    """

    name = models.CharField(max_length=100)
    keys = models.JSONField(default=dict, blank=True)
    # The country is the span of all places: nulls would escape the constraint on SQLite.
    place_low = models.BigIntegerField(default=COUNTRY[0])
    place_high = models.BigIntegerField(default=COUNTRY[1])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    value = models.JSONField()
    source = models.TextField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["name"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "keys", "place_low", "place_high", "since"],
                name="base_parameter_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.since}"
