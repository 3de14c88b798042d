"""The facts that rules of social support read, one row per pupil, or per pupil and month. Money is in centimes."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Column

# Who a row is about: numbers that name nobody outside the installation.
CHILD = Column("child", int, _("Pupil"))
HOUSEHOLD = Column("household", int, _("Household"))
GUARDIAN = Column("guardian", int, _("Guardian"))
SCHOOL = Column("school", int, _("School"))
MONTH = Column("month", int, _("Month"))  # 201809

# What is known of the pupil.
SEX = Column("sex", str, _("Sex"))
BIRTH_DATE = Column("birth_date", dt.date, _("Birth date"))
LEVEL = Column("level", str, _("Level"))  # 1AP to 6AP, 1AC to 3AC, TC, 1BAC, 2BAC
CYCLE = Column("cycle", str, _("Cycle"))  # PRIMARY, LOWER_SECONDARY, UPPER_SECONDARY
MILIEU = Column("milieu", str, _("Area (rural or urban)"))  # RURAL, URBAN
ENROLLED_FROM = Column("enrolled_from", int, _("First month in the school"))
ENROLLED_UNTIL = Column("enrolled_until", int, _("Last month in the school"))  # null: still there
IS_COMMUNE_COVERED = Column("is_commune_covered", bool, _("The commune is on the programme's list"))
WAS_COMMUNE_COVERED = Column("was_commune_covered", bool, _("The commune was covered until 2017-18"))
COVER = Column("cover", str, _("Social cover"))  # RAMED, RAMED_RECEIPT, AMO_TADAMON, NONE

# What the household's other pupils bring: worked out, not entered.
PUPILS_BEFORE = Column("pupils_before", int, _("Entitled pupils of the household who come first"))
PUPILS_UNSURE_BEFORE = Column("pupils_unsure_before", int, _("Pupils who come first and whose right is not known"))

# The month.
IS_ENTITLED = Column("is_entitled", bool, _("Entitled pupil"))
IS_SHEET_VALIDATED = Column("is_sheet_validated", bool, _("Absences of the school validated by its head"))
ABSENCES = {
    ("DAY", True): Column("unexcused_days", int, _("Unexcused days of absence")),
    ("DAY", False): Column("excused_days", int, _("Excused days of absence")),
    ("HOUR", True): Column("unexcused_hours", int, _("Unexcused hours of absence")),
    ("HOUR", False): Column("excused_hours", int, _("Excused hours of absence")),
}

# A family that asks what direct social aid would be.
BIRTH_YEAR = Column("birth_year", int, _("Year of birth"))
AGE = Column("age", int, _("Age (completed years)"))
IS_IN_SCHOOL = Column("is_in_school", bool, _("In school"))
RANK = Column("rank", int, _("Place among the children of the family"))
