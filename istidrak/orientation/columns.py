"""The facts that orientation reads."""

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Column

LAST_LEVEL = Column("last_level", str, _("Last school level"))  # 1AP..6AP, 1AC..3AC, TC, 1BAC, 2BAC
IS_IN_SCHOOL = Column("is_in_school", bool, _("School this year"))
WAS_EVER_IN_SCHOOL = Column("was_ever_in_school", bool, _("Ever been to school"))
WISH = Column("wish", str, _("Wish"))  # SCHOOL, TRADE, WORK, NONE
IS_FREE_IN_DAYTIME = Column("is_free_in_daytime", bool, _("Free in the daytime"))
MOTIVATION = Column("motivation", int, _("Motivation"))  # 0 to 5, of the interview
READINESS = Column("readiness", int, _("Readiness to attend"))  # 0 to 5, of the interview
NAMES_A_TRADE = Column("names_a_trade", bool, _("Trades wished for"))  # at the interview
ARABIC_SCORE = Column("arabic_score", int, _("Test of Arabic"))  # 0 to 100, the newest taken
MATHEMATICS_SCORE = Column("mathematics_score", int, _("Test of mathematics"))

LABELS = {
    "birth_date": _("Birth date"),
    "birth_year": _("Year of birth"),
    "place_number": _("Place"),
    **{
        column.name: column.label
        for column in (
            *(LAST_LEVEL, IS_IN_SCHOOL, WAS_EVER_IN_SCHOOL, WISH, IS_FREE_IN_DAYTIME),
            *(MOTIVATION, READINESS, NAMES_A_TRADE, ARABIC_SCORE, MATHEMATICS_SCORE),
        )
    },
}
