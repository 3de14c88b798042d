"""Opening and closing seasons; the programmes that ship with the program."""

from typing import Any

from django.db import transaction

from istidrak.base import workflow
from istidrak.programmes.models import Programme, Season, Trade

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
