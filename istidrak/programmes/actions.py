"""Opening and closing seasons; the programmes that ship with the program, and what they teach."""

from importlib import resources
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from istidrak.base import history, workflow
from istidrak.base.rules import strict_yaml
from istidrak.programmes.models import CurriculumVersion, Module, Pole, Programme, Season, Trade

# Names of the field (glossary).
PROGRAMMES = (
    ("BASIC", "الفرصة الثانية – الأساس", "Deuxième chance – base"),
    ("NEW_GENERATION", "الفرصة الثانية – الجيل الجديد", "École de la deuxième chance – nouvelle génération"),
    ("ACCOMPANIMENT", "المواكبة التربوية", "Accompagnement scolaire"),
)

# Trades seen in centres, as the field and the press name them; a deployment adds its own rows.
TRADES = (
    ("MEN_HAIRDRESSING", "الحلاقة الرجالية", "Coiffure hommes"),
    ("WOMEN_HAIRDRESSING", "الحلاقة النسائية", "Coiffure dames"),
    ("SEWING", "الخياطة والفصالة", "Couture et coupe"),
    ("EMBROIDERY", "الطرز", "Broderie"),
    ("COOKING", "الطبخ", "Cuisine"),
    ("ASSISTANT_COOK", "مساعد طباخ", "Aide-cuisinier"),
    ("BAKERY", "الخبازة", "Boulangerie"),
    ("TRADITIONAL_PASTRY", "الحلويات التقليدية", "Pâtisserie traditionnelle"),
    ("MODERN_PASTRY", "الحلويات العصرية", "Pâtisserie moderne"),
    ("BUILDING_ELECTRICITY", "كهرباء البناء", "Électricité du bâtiment"),
    ("PLUMBING", "الترصيص", "Plomberie"),
    ("COMPUTING", "المعلوميات", "Informatique"),
    ("COMPUTER_PHONE_REPAIR", "إصلاح الحواسيب والهواتف", "Maintenance d'ordinateurs et de téléphones"),
    ("ELECTRONICS", "الإلكترونيك", "Électronique"),
    ("APPLIANCE_REPAIR", "إصلاح الأجهزة المنزلية", "Réparation d'électroménager"),
    ("CAR_REPAIR", "إصلاح السيارات", "Réparation automobile"),
    ("HOSPITALITY", "الفندقة والمطعمة", "Hôtellerie et restauration"),
    ("GRAPHIC_DESIGN", "التصميم الغرافيكي", "Infographie"),
    ("AUDIOVISUAL", "السمعي البصري", "Audiovisuel"),
    ("E_COMMERCE", "التجارة الإلكترونية والرقميات", "E-commerce et numérique"),
    ("SOLAR_ENERGY", "الطاقات المتجددة والشمسية", "Énergies renouvelables et solaire"),
    ("CIRCULAR_ECONOMY", "الاقتصاد الدائري", "Économie circulaire"),
    ("CCTV_NETWORKS", "كاميرات المراقبة والشبكات", "Vidéosurveillance et réseaux"),
    ("NURSING_CARE", "التمريض والعناية", "Soins infirmiers"),
    ("REFEREEING", "التحكيم الرياضي", "Arbitrage sportif"),
    ("SOCIAL_ASSISTANCE", "المساعدة الاجتماعية", "Assistance sociale"),
    ("CULTURAL_ANIMATION", "التنشيط الثقافي", "Animation culturelle"),
    ("RECEPTION", "الاستقبال", "Accueil"),
)


def load_programmes() -> int:
    """Write the programmes that ship with the program; returns how many."""
    for position, (code, ar, fr) in enumerate(PROGRAMMES):
        Programme.objects.update_or_create(code=code, defaults={"name_ar": ar, "name_fr": fr, "position": position})
    return len(PROGRAMMES)


def load_trades() -> int:
    """Write the trades that ship with the program; returns how many."""
    for position, (code, ar, fr) in enumerate(TRADES):
        Trade.objects.update_or_create(code=code, defaults={"name_ar": ar, "name_fr": fr, "position": position})
    return len(TRADES)


def season_of(year: int) -> Season:
    """The season of a school year, made as NOT_OPENED when nobody spoke of it yet."""
    return Season.objects.get_or_create(year=year)[0]


@transaction.atomic
def move_season(*, by: Any, season: Season, verb: str, reason: str = "") -> None:
    """Open, close or reopen a season. Raises MoveRefused, ReasonMissing."""
    workflow.move(season, verb, by=by, reason=reason)


class CurriculumTaken(Exception):
    """There is a version of that code, or one that begins in that season, or a pole of that code."""


class AlreadySuperseded(Exception):
    """Somebody superseded this pole or module meanwhile."""


@transaction.atomic
def load_curricula() -> int:
    """Write the curriculum versions that ship with the program and are not there yet; returns how many ship."""
    text = resources.files("istidrak.programmes").joinpath("data/curricula.yaml").read_text(encoding="utf-8")
    versions = strict_yaml.read(text)
    for entry in versions:
        poles, programme = entry.pop("poles"), Programme.objects.get(code=entry.pop("programme"))
        if CurriculumVersion.objects.filter(programme=programme, code=entry["code"]).exists():
            continue
        version = CurriculumVersion.objects.create(programme=programme, **entry)
        Pole.objects.bulk_create(
            [Pole(version=version, position=position, **pole) for position, pole in enumerate(poles, start=1)]
        )
    return len(versions)


@transaction.atomic
def add_version(
    *, by: Any, programme: Programme, code: str, name_ar: str, name_fr: str, since_year: int, source: str
) -> CurriculumVersion:
    """A version that groups of the seasons from `since_year` on follow by default. Raises CurriculumTaken."""
    columns = {"code": code, "name_ar": name_ar, "name_fr": name_fr, "since_year": since_year, "source": source}
    version = _put(CurriculumVersion(programme=programme, **columns))
    history.record(version, "add_version", by=by)
    return version


@transaction.atomic
def add_pole(
    *, by: Any, version: CurriculumVersion, code: str, name_ar: str, name_fr: str, hours: int | None = None
) -> Pole:
    """A further pole of a version; hours None are unknown. Raises CurriculumTaken when the code is there."""
    last = version.poles.aggregate(last=Max("position"))["last"] or 0
    pole = _put(
        Pole(version=version, code=code, name_ar=name_ar, name_fr=name_fr, hours=hours, position=last + 1),
    )
    history.record(pole, "add_pole", by=by)
    return pole


@transaction.atomic
def add_module(*, by: Any, pole: Pole, name_ar: str, name_fr: str, hours: int | None = None) -> Module:
    """A further module of a pole. Raises AlreadySuperseded when the pole is no longer in force."""
    if not Pole.objects.filter(pk=pole.pk, is_superseded=False).exists():
        raise AlreadySuperseded(pole.pk)
    last = pole.modules.aggregate(last=Max("position"))["last"] or 0
    module = _put(Module(pole=pole, name_ar=name_ar, name_fr=name_fr, hours=hours, position=last + 1))
    history.record(module, "add_module", by=by)
    return module


@transaction.atomic
def supersede(*, by: Any, row: Pole | Module, name_ar: str, name_fr: str, hours: int | None = None) -> Pole | Module:
    """Other words or hours for a pole or module from now on; results entered keep the row they were given under.

    The modules of a pole go on under its successor. Raises AlreadySuperseded.
    """
    if not type(row).objects.filter(pk=row.pk, is_superseded=False).update(is_superseded=True):
        raise AlreadySuperseded(row.pk)
    columns = {"name_ar": name_ar, "name_fr": name_fr, "hours": hours, "position": row.position, "supersedes": row}
    if isinstance(row, Module):
        fresh: Pole | Module = _put(Module(pole=row.pole, **columns))
    else:
        fresh = _put(Pole(version=row.version, code=row.code, **columns))
        for module in Module.objects.filter(pole=row, is_superseded=False):
            Module.objects.filter(pk=module.pk).update(is_superseded=True)
            kept = {name: getattr(module, name) for name in ("name_ar", "name_fr", "hours", "position")}
            Module.objects.create(pole=fresh, supersedes=module, **kept)
    history.record(fresh, "supersede", by=by, details={"superseded": row.pk})
    return fresh


@transaction.atomic
def set_aside(*, by: Any, row: Pole | Module, reason: str) -> None:
    """A pole or module that is no longer taught, or was added by mistake. Raises AlreadySuperseded, ReasonMissing."""
    if not reason.strip():
        raise workflow.ReasonMissing("set_aside")
    if not type(row).objects.filter(pk=row.pk, is_superseded=False).update(is_superseded=True):
        raise AlreadySuperseded(row.pk)
    history.record(row, "set_aside", by=by, reason=reason)


def _put(row: Any) -> Any:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CurriculumTaken(str(row)) from error
    return row
