"""Figures that are not read from files: places agreed, days of count, frozen seasons, what was said in public."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.desk.access import CountDayScope, OfBodyScope, OfCentreScope

USER = settings.AUTH_USER_MODEL
ORGANISATION = "organisations.Organisation"


class Standing(models.TextChoices):
    """A figure stands until it is withdrawn with a reason; nothing that was said disappears."""

    STANDING = "STANDING", pgettext_lazy("figure", "Stands")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("figure", "Withdrawn")


WITHDRAW = {
    "withdraw": Move(
        frozenset({Standing.STANDING}), Standing.WITHDRAWN, pgettext_lazy("figure", "Withdraw"), needs_reason=True
    )
}
STANDING_TONES = {Standing.STANDING: "green", Standing.WITHDRAWN: "secondary"}


class PlacesAgreed(models.Model):
    """Places that an agreement promises in a centre for a programme and a season. A promise, not learners."""

    MOVES: ClassVar = WITHDRAW
    TONES: ClassVar = STANDING_TONES

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    places = models.PositiveIntegerField()
    agreed_date = models.DateField()  # of the text that promises them
    source = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=Standing.choices, default=Standing.STANDING)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    submission = models.UUIDField(unique=True)

    objects = scoped_manager(OfCentreScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["season", "centre"])]
        constraints = [
            # An amendment that changes the number is a new line once the old one is withdrawn: never counted twice.
            models.UniqueConstraint(
                fields=["season", "centre", "programme"],
                condition=Q(state="STANDING"),
                name="desk_places_agreed_once",
            ),
            models.CheckConstraint(condition=Q(places__gt=0), name="desk_places_are_some"),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.places}"


class CountDay(models.Model):
    """A day on which a directorate or an academy counts who is present, by the roll-calls of that day."""

    MOVES: ClassVar = WITHDRAW
    TONES: ClassVar = STANDING_TONES

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    place_low = models.BigIntegerField()
    place_high = models.BigIntegerField()
    date = models.DateField()
    state = models.CharField(max_length=9, choices=Standing.choices, default=Standing.STANDING)
    announced_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()

    objects = scoped_manager(CountDayScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "date"], condition=Q(state="STANDING"), name="desk_count_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.date}"


class Claim(models.Model):
    """A figure said in public about a body and a season, with who said it and when. Never one of our counts.

    `counted_as`: what its source says that it counts; most say nothing.
    """

    MOVES: ClassVar = WITHDRAW
    TONES: ClassVar = STANDING_TONES

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    season = models.ForeignKey("programmes.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        "programmes.Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    value = models.PositiveIntegerField()
    said_date = models.DateField()
    text_ar = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    counted_as = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=Standing.choices, default=Standing.STANDING)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    submission = models.UUIDField(unique=True)

    objects = scoped_manager(OfBodyScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-said_date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text_ar="", text_fr=""), name="desk_claim_has_words"),
            models.CheckConstraint(condition=~Q(source=""), name="desk_claim_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.said_date}"


class FrozenSeason(models.Model):
    """A closed season as it was counted on a day; what is compared with it never moves again."""

    season = models.OneToOneField("programmes.Season", on_delete=models.PROTECT, related_name="+")
    counted_date = models.DateField()
    definitions = models.PositiveSmallIntegerField()  # version of the sentences that define the counts
    frozen_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.season_id)


class FrozenFigure(models.Model):
    """Persons of a body at a station of a frozen season.

    Empty `programme`, `sex` and null `age` mean all of them: somebody who was in two programmes is once in the
    total and once in each. An unknown sex is `?`, an unknown age -1, no programme `-`: unknown is not all.
    """

    frozen = models.ForeignKey(FrozenSeason, on_delete=models.CASCADE, related_name="figures")
    organisation = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    station = models.CharField(max_length=30)
    programme = models.CharField(max_length=20, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    age = models.SmallIntegerField(null=True, blank=True)  # on the reference day of the season
    value = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["frozen", "organisation", "station"])]

    def __str__(self) -> str:
        return f"{self.station} {self.value}"


class CountedSeason(models.Model):
    """The figures of a large territory in a season as the last run counted them: replaced, never corrected.

    `figures` and `rates` are what `queries.counted` would count; `counted_at` is when the run began to.
    """

    season = models.ForeignKey("programmes.Season", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(ORGANISATION, on_delete=models.CASCADE, related_name="+")
    figures = models.JSONField()
    rates = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["season", "organisation"], name="desk_counted_once")]

    def __str__(self) -> str:
        return f"{self.season_id} {self.organisation_id} {self.counted_at:%Y-%m-%d %H:%M}"
