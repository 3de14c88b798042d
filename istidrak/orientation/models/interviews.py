"""The first interview in versions, the trades wished for, placement tests by domain."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.words import Bilingual
from istidrak.people.access import PersonRowScope

USER = settings.AUTH_USER_MODEL
MOST_WISHES = 3


def _out_of_five(column: str) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lte": 5})


class Interview(models.Model):
    """One interview as it was written once: never edited, a version that corrects it stands beside it.

    Motivation and readiness are 0 to 5; null was not asked and is never read as 0.
    """

    class LivesWith(models.TextChoices):
        BOTH = "BOTH", _("Both parents")
        ONE = "ONE", _("One parent")
        RELATIVES = "RELATIVES", _("Relatives")
        OTHER = "OTHER", pgettext_lazy("lives with", "Others, or alone")

    class Works(models.TextChoices):
        NO = "NO", _("Does not work")
        SOMETIMES = "SOMETIMES", _("Works now and then")
        DAILY = "DAILY", _("Works every day")

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="interviews")
    case = models.ForeignKey("outreach.Case", on_delete=models.PROTECT, related_name="interviews")
    corrects = models.OneToOneField(  # one version follows another: the second editor is told
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    held_date = models.DateField()
    interviewer = models.CharField(max_length=160)  # who talked with the young person, account or not
    summary = models.TextField(blank=True)
    motivation = models.PositiveSmallIntegerField(null=True, blank=True)
    readiness = models.PositiveSmallIntegerField(null=True, blank=True)
    lives_with = models.CharField(max_length=9, choices=LivesWith.choices, null=True, blank=True)
    works = models.CharField(max_length=9, choices=Works.choices, null=True, blank=True)
    has_duties_at_home = models.BooleanField(null=True, blank=True)
    family_supports = models.BooleanField(null=True, blank=True)
    # Asked here because no list may have said it; what a list of a school says comes first (facts).
    last_level = models.CharField(max_length=6, blank=True)
    is_in_school = models.BooleanField(null=True, blank=True)
    situation = models.TextField(blank=True)
    submission = models.UUIDField(unique=True)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-held_date", "-pk"]
        indexes = [models.Index(fields=["case"])]
        constraints = [
            models.CheckConstraint(condition=_out_of_five("motivation"), name="orientation_motivation_to_five"),
            models.CheckConstraint(condition=_out_of_five("readiness"), name="orientation_readiness_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.held_date}"


class TradeWish(models.Model):
    """A trade that a young person wishes, first to third, and why; unknown to the list, it stays in words."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField()
    trade = models.ForeignKey("programmes.Trade", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    trade_words = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "rank"], name="orientation_wish_once"),
            models.CheckConstraint(
                condition=Q(rank__gte=1) & Q(rank__lte=MOST_WISHES), name="orientation_three_wishes"
            ),
            models.CheckConstraint(
                condition=Q(trade__isnull=False) | ~Q(trade_words=""), name="orientation_wish_is_named"
            ),
        ]

    def __str__(self) -> str:
        return str(self.trade or self.trade_words)


class TestDomain(Bilingual, models.Model):
    """What is tested: Arabic, French, mathematics, cognitive; a deployment adds or retires rows."""

    __test__ = False  # pytest collects what begins with Test

    code = models.CharField(max_length=20, unique=True)
    name_ar = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class PlacementTest(models.Model):
    """A test in one domain on one day: a score of 0 to 100, or not taken. A later one never erases it."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="placement_tests")
    case = models.ForeignKey("outreach.Case", on_delete=models.PROTECT, related_name="placement_tests")
    domain = models.ForeignKey(TestDomain, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not taken
    note = models.CharField(max_length=240, blank=True)
    taken_date = models.DateField()
    examiner = models.CharField(max_length=160)
    submission = models.UUIDField()
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = scoped_manager(PersonRowScope)()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        ordering = ["-taken_date", "-pk"]
        indexes = [models.Index(fields=["case"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "domain"], name="orientation_test_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="orientation_score_to_hundred"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.domain_id} {self.score}"
