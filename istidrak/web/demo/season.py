"""What was promised and said around the launch of 16 September 2025, and a day on which presence is counted."""

import datetime as dt

from istidrak.desk.actions import figures
from istidrak.programmes import actions as programmes
from istidrak.programmes.models import Programme
from istidrak.web.demo.province import YEAR, Province, on

LAUNCH = dt.date(2025, 9, 16)
COUNT_DAY = dt.date(2025, 10, 14)
# The three yearly contracts of the launch: places by centre and programme, 187 in all.
AGREED = (
    ("DEMO-C1", "NEW_GENERATION", 60),
    ("DEMO-C1", "BASIC", 47),
    ("DEMO-C2", "NEW_GENERATION", 40),
    ("DEMO-C2", "BASIC", 40),
)
SAID = (
    (YEAR - 1, 88, "88 مستفيدا خلال الموسم الماضي", "88 bénéficiaires la saison dernière"),
    (YEAR, 187, "ارتفاع العرض إلى 187 مستفيدا هذا الموسم", "l'offre passe à 187 bénéficiaires cette saison"),
)
SOURCE = "مقال صحفي عن الانطلاقة · article de presse sur le lancement"


def live(p: Province) -> None:
    """Enter the places agreed, the two figures said at the launch, and the count day."""
    officer = p.by("DIRECTORATE_OFFICER")
    with on(LAUNCH):
        for code, programme, places in AGREED:
            figures.agree_places(
                by=officer,
                season=p.season,
                centre=p.bodies[code],
                programme=Programme.objects.get(code=programme),
                places=places,
                agreed_date=LAUNCH,
                source="اتفاقية شراكة سنوية، 16 شتنبر 2025",
                submission=p.form_id("places", code, programme),
            )
    with on(dt.date(2025, 9, 18)):
        for year, value, text_ar, text_fr in SAID:
            figures.enter_claim(
                by=officer,
                season=programmes.season_of(year),
                organisation=p.directorate,
                value=value,
                said_date=LAUNCH,
                text_ar=text_ar,
                text_fr=text_fr,
                source=SOURCE,
                submission=p.form_id("claim", year),
            )
        figures.announce_count_day(by=officer, season=p.season, organisation=p.directorate, date=COUNT_DAY)
