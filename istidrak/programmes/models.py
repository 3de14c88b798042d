"""Seasons, programmes, and what each programme teaches."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.days import school_year_words
from istidrak.base.identifiers import new_uuid
from istidrak.base.words import Bilingual
from istidrak.base.workflow import Move


class Season(models.Model):
    """A school season of remedial schooling, named by its starting year (2025 is 2025/26).

    An import for a season that nobody opened makes it as NOT_OPENED; only a national officer opens it.
    """

    class State(models.TextChoices):
        NOT_OPENED = "NOT_OPENED", _("Not opened")
        OPEN = "OPEN", pgettext_lazy("season", "Open")
        CLOSED = "CLOSED", pgettext_lazy("season", "Closed")

    MOVES: ClassVar = {
        "open": Move(frozenset({State.NOT_OPENED}), State.OPEN, _("Open the season")),
        "close": Move(frozenset({State.OPEN}), State.CLOSED, _("Close the season"), needs_reason=True),
        "reopen": Move(frozenset({State.CLOSED}), State.OPEN, _("Open the season again"), needs_reason=True),
    }

    year = models.PositiveSmallIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_OPENED)

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return school_year_words(self.year)


class Programme(Bilingual, models.Model):
    """What a young person may be enrolled in: basic classes, new-generation centre, accompaniment.

    Age bands are parameters (`programmes.age_band`), dated and placed, never columns.
    """

    code = models.CharField(max_length=20, unique=True)
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Trade(Bilingual, models.Model):
    """A trade that young people ask for or learn; what is not in the list is written in words, never mapped."""

    code = models.CharField(max_length=30, unique=True)
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class CurriculumVersion(Bilingual, models.Model):
    """What a programme teaches from a season on; its poles are rows, because their number changed (three, then four).

    A group keeps the version it began with; a later version never touches it.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="curricula")
    code = models.CharField(max_length=20)
    name_ar = models.CharField(max_length=120, blank=True)
    name_fr = models.CharField(max_length=120, blank=True)
    since_year = models.PositiveSmallIntegerField()  # first season: 2025 is 2025/26
    source = models.TextField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["programme", "-since_year"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="programmes_curriculum_once"),
            models.UniqueConstraint(fields=["programme", "since_year"], name="programmes_curriculum_since_once"),
            models.CheckConstraint(condition=~models.Q(name_ar="", name_fr=""), name="programmes_curriculum_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Pole(Bilingual, models.Model):
    """A pole of a version. Never edited: a new row of the same code supersedes it; results keep the row they had."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    version = models.ForeignKey(CurriculumVersion, on_delete=models.PROTECT, related_name="poles")
    code = models.CharField(max_length=20)
    name_ar = models.CharField(max_length=120, blank=True)
    name_fr = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)  # null: no text says
    is_superseded = models.BooleanField(default=False)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], condition=models.Q(is_superseded=False), name="programmes_pole_once"
            ),
            models.CheckConstraint(condition=~models.Q(name_ar="", name_fr=""), name="programmes_pole_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Module(Bilingual, models.Model):
    """A module of a pole; superseded like a pole."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    pole = models.ForeignKey(Pole, on_delete=models.PROTECT, related_name="modules")
    name_ar = models.CharField(max_length=160, blank=True)
    name_fr = models.CharField(max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    is_superseded = models.BooleanField(default=False)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name_ar="", name_fr=""), name="programmes_module_named"),
        ]

    def __str__(self) -> str:
        return self.name
