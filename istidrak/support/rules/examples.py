"""The tables of examples of Tayssir's rules, period by period: what an officer reads, and what the tests run."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Example, Outcome

PILOT, COMMUNES, CARDS, TADAMON = dt.date(2009, 2, 1), dt.date(2012, 10, 1), dt.date(2018, 9, 1), dt.date(2023, 1, 1)
MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN


def _pupil(level: str, milieu: str, *, covered: bool, before: bool | None = None, **more: Any) -> dict[str, Any]:
    """Facts of a pupil; `covered` is the commune now, `before` until 2017-18 (the same unless told)."""
    cycles = {"P": "PRIMARY", "C": "LOWER_SECONDARY"}
    return {
        "level": level,
        "cycle": cycles.get(level[-1], "UPPER_SECONDARY") if level != "TC" else "UPPER_SECONDARY",
        "milieu": milieu,
        "is_commune_covered": covered,
        "was_commune_covered": covered if before is None else before,
        **more,
    }


ENTITLED = (
    Example(
        _("2009: rural primary, commune of the pilot, no card asked for"),
        _pupil("2AP", "RURAL", covered=True),
        MET,
        PILOT,
    ),
    Example(
        _("2009: rural primary, commune outside the pilot"), _pupil("2AP", "RURAL", covered=False), NOT_MET, PILOT
    ),
    Example(
        _("2009: lower secondary is not paid by the pilot"), _pupil("1AC", "RURAL", covered=True), NOT_MET, PILOT
    ),
    Example(
        _("2012: rural lower secondary, commune on the list"), _pupil("1AC", "RURAL", covered=True), MET, COMMUNES
    ),
    Example(
        _("2012: lower secondary in a town, commune on the list"),
        _pupil("1AC", "URBAN", covered=True),
        NOT_MET,
        COMMUNES,
    ),
    Example(
        _("2012: rural primary, whether the commune is on the list is not known"),
        {"level": "3AP", "cycle": "PRIMARY", "milieu": "RURAL"},
        UNKNOWN,
        COMMUNES,
    ),
    Example(
        _("First year of primary, rural, with a card"),
        _pupil("1AP", "RURAL", covered=False, cover="RAMED"),
        MET,
        CARDS,
    ),
    Example(
        _("First year of primary, in a town, with a card"),
        _pupil("1AP", "URBAN", covered=False, cover="RAMED"),
        NOT_MET,
        CARDS,
    ),
    Example(
        _("Second year of lower secondary, in a town, with the receipt of a request for a card"),
        _pupil("2AC", "URBAN", covered=False, cover="RAMED_RECEIPT"),
        MET,
        CARDS,
    ),
    Example(
        _("Rural primary without a card, in a commune covered until 2017-18"),
        _pupil("4AP", "RURAL", covered=True, cover="NONE"),
        MET,
        CARDS,
    ),
    Example(
        _("Rural primary, commune never covered, nothing known of a card"),
        _pupil("4AP", "RURAL", covered=False, cover=None),
        UNKNOWN,
        CARDS,
    ),
    Example(_("Upper secondary is not paid"), _pupil("TC", "RURAL", covered=True, cover="RAMED"), NOT_MET, CARDS),
    Example(
        _("January 2023: rural primary, with AMO-Tadamon"),
        _pupil("1AP", "RURAL", covered=False, cover="AMO_TADAMON"),
        MET,
        TADAMON,
    ),
    Example(
        _("January 2023: rural primary, with a RAMED card only"),
        _pupil("1AP", "RURAL", covered=False, cover="RAMED"),
        NOT_MET,
        TADAMON,
    ),
)


def _month(as_of: dt.date, cycle: str = "PRIMARY", unexcused: int = 0, **more: Any) -> dict[str, Any]:
    """Facts of a pupil's month for which all is known and nothing is against paying."""
    month = as_of.year * 100 + as_of.month
    return {
        "is_entitled": True,
        "pupils_before": 0,
        "pupils_unsure_before": 0,
        "month": month,
        "enrolled_from": month - (as_of.month > 9) * (as_of.month - 9),
        "cycle": cycle,
        "is_sheet_validated": True,
        "unexcused_days": unexcused,
        "excused_days": 0,
        "unexcused_hours": 0,
        "excused_hours": 0,
        **more,
    }


MONTH_DUE = (
    Example(_("2009: four days of absence in the month, the limit itself"), _month(PILOT, unexcused=4), MET, PILOT),
    Example(_("2009: five days of absence in the month"), _month(PILOT, unexcused=5), NOT_MET, PILOT),
    Example(
        _("2012, lower secondary: six days of absence in the month, the limit itself"),
        _month(COMMUNES, "LOWER_SECONDARY", 6),
        MET,
        COMMUNES,
    ),
    Example(
        _("2012, lower secondary: seven days of absence in the month"),
        _month(COMMUNES, "LOWER_SECONDARY", 7),
        NOT_MET,
        COMMUNES,
    ),
    Example(
        _("September 2018: four days of absence in the month, the limit itself"),
        _month(CARDS, unexcused=4),
        MET,
        CARDS,
    ),
    Example(_("September 2018: five days of absence in the month"), _month(CARDS, unexcused=5), NOT_MET, CARDS),
    Example(
        _("September 2018: five days of absence, all of them excused"), _month(CARDS, excused_days=5), MET, CARDS
    ),
    Example(
        _("The head has not validated the absences of the month"),
        _month(CARDS, is_sheet_validated=False),
        UNKNOWN,
        CARDS,
    ),
    Example(_("Fourth entitled pupil of a household"), _month(CARDS, pupils_before=3), NOT_MET, CARDS),
    Example(
        _("Two entitled pupils of the household come first, and one whose right is not known"),
        _month(CARDS, pupils_before=2, pupils_unsure_before=1),
        UNKNOWN,
        CARDS,
    ),
    Example(
        _("Left the school in August: nothing for September"), _month(CARDS, enrolled_until=201808), NOT_MET, CARDS
    ),
    Example(
        _("Whether the pupil is entitled is not known, and five days were missed"),
        _month(CARDS, unexcused=5, is_entitled=None),
        NOT_MET,
        CARDS,
    ),
    Example(
        _("January 2023: in school since September, no absence"), _month(TADAMON, enrolled_from=202209), MET, TADAMON
    ),
    Example(
        _("January 2023: joined the school in February"), _month(TADAMON, enrolled_from=202302), NOT_MET, TADAMON
    ),
)
