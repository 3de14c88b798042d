"""Seasons and programmes."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
        return f"{self.year}/{(self.year + 1) % 100:02d}"


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
