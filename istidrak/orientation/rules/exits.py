"""Which exits are open to a young person, criterion by criterion. Pure.

The four exits are those of the first sorting as practised in the field (Chichaoua); the conditions of the return
to formal school are those of the note of September 2025 on class councils.
"""

import datetime as dt
from typing import Any

import narwhals as nw
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import BIRTH, Columns, Condition, Example, Outcome, Rule, age_between
from istidrak.orientation.columns import IS_FREE_IN_DAYTIME, IS_IN_SCHOOL, LAST_LEVEL, WAS_EVER_IN_SCHOOL, WISH

FIRST_MONTH = 9  # of a school year


def reference_day(as_of: dt.date, month_day: str) -> dt.date:
    """The reference day of an age band (`12-31`) in the school year that `as_of` falls in."""
    year = as_of.year if as_of.month >= FIRST_MONTH else as_of.year - 1
    month, day = map(int, month_day.split("-"))
    return dt.date(year, month, day)


def _age(of: Columns, parameter: str, **keys: Any) -> nw.Expr:
    """Is the age within the bounds of a parameter, on its reference day? A bound that it does not give is none."""

    def read(band: dict[str, Any]) -> nw.Expr:
        day = reference_day(of.as_of, band["reference"])
        return age_between(of, band.get("lower"), band.get("upper"), day)

    return of.parameter(parameter, read, **keys)


def _age_for(of: Columns, programme: str) -> nw.Expr:
    return _age(of, "programmes.age_band", programme=programme)


def _returns_anyway(of: Columns) -> nw.Expr:
    return _age(of, "orientation.return_always")


OUT_OF_SCHOOL = Condition(
    "out_of_school",
    _("Not in school this year"),
    lambda of: ~of[IS_IN_SCHOOL],
    needs=(IS_IN_SCHOOL,),
    source=_("Framework law 51-17, project 5: remedial schooling"),
)
WISHES_A_TRADE = Condition(
    "wishes_a_trade",
    _("Wishes to learn a trade or to work"),
    lambda of: (of[WISH] == "TRADE") | (of[WISH] == "WORK"),
    needs=(WISH,),
    source=_("First sorting: each case gets its own answer"),
)
FREE = Condition(
    "free_in_daytime",
    _("Free in the daytime"),
    lambda of: of[IS_FREE_IN_DAYTIME],
    needs=(IS_FREE_IN_DAYTIME,),
    source=_("First sorting: each case gets its own answer"),
)
AGE_OF_CENTRE = Condition(
    "age", _("Age within the band of the centre"), lambda of: _age_for(of, "NEW_GENERATION"), needs=BIRTH
)

FULL_TRAINING = Rule(
    "full_training",
    _("Full training"),
    (AGE_OF_CENTRE, OUT_OF_SCHOOL, WISHES_A_TRADE, FREE),
    examples=(
        Example(
            _("A girl of sixteen, out of school, wishes a trade, free in the daytime"),
            {
                "birth_date": dt.date(2009, 5, 2),
                "place_number": 113210000,
                "is_in_school": False,
                "wish": "TRADE",
                "is_free_in_daytime": True,
            },
            Outcome.MET,
        ),
        Example(
            _("A boy who turns nineteen before the end of the year"),
            {
                "birth_date": dt.date(2006, 12, 31),
                "place_number": 113210000,
                "is_in_school": False,
                "wish": "TRADE",
                "is_free_in_daytime": True,
            },
            Outcome.NOT_MET,
        ),
        Example(
            _("A boy of sixteen whose wish nobody asked"),
            {
                "birth_date": dt.date(2009, 5, 2),
                "place_number": 113210000,
                "is_in_school": False,
                "is_free_in_daytime": True,
            },
            Outcome.UNKNOWN,
        ),
    ),
)
SHORT_TRAINING = Rule(
    "short_training",
    _("Short training"),
    (
        AGE_OF_CENTRE,
        Condition(
            "old_enough",
            _("Old enough for a short training"),
            lambda of: _age(of, "orientation.short_training_ages"),
            needs=BIRTH,
        ),
        OUT_OF_SCHOOL,
        WISHES_A_TRADE,
    ),
    examples=(
        Example(
            _("A girl of seventeen, out of school, who wishes to work"),
            {"birth_date": dt.date(2008, 3, 1), "place_number": 113210000, "is_in_school": False, "wish": "WORK"},
            Outcome.MET,
        ),
        Example(
            _("A boy of fifteen is too young for the short one"),
            {"birth_date": dt.date(2010, 3, 1), "place_number": 113210000, "is_in_school": False, "wish": "WORK"},
            Outcome.NOT_MET,
        ),
    ),
)
OTHER_PROGRAMME = Rule(
    "other_programme",
    _("Other programme"),
    (
        Condition(
            "basic_classes",
            _("Basic classes: age within their band, not in school"),
            lambda of: _age_for(of, "BASIC") & ~of[IS_IN_SCHOOL],
            needs=(*BIRTH, IS_IN_SCHOOL),
        ),
        Condition(
            "accompaniment",
            _("Accompaniment: in school, age within its band"),
            lambda of: _age_for(of, "ACCOMPANIMENT") & of[IS_IN_SCHOOL],
            needs=(*BIRTH, IS_IN_SCHOOL),
        ),
    ),
    combine="ANY",
    examples=(
        Example(
            _("A child of ten who is in no school"),
            {"birth_date": dt.date(2015, 6, 1), "place_number": 113210000, "is_in_school": False},
            Outcome.MET,
        ),
        Example(
            _("A girl of sixteen who came back to school and may be accompanied"),
            {"birth_date": dt.date(2009, 5, 2), "place_number": 113210000, "is_in_school": True},
            Outcome.MET,
        ),
        Example(
            _("A girl of sixteen, out of school, is too old for basic classes"),
            {"birth_date": dt.date(2009, 5, 2), "place_number": 113210000, "is_in_school": False},
            Outcome.NOT_MET,
        ),
        Example(
            _("A child whose birth nobody knows"),
            {"place_number": 113210000, "is_in_school": False},
            Outcome.UNKNOWN,
        ),
    ),
)
FORMAL_SCHOOL = Rule(
    "formal_school",
    _("Return to formal school"),
    (
        Condition(
            "age_for_class",
            _("A class can be reached at that age"),
            lambda of: _returns_anyway(of) | _age(of, "orientation.return_ages", level=LAST_LEVEL),
            needs=(*BIRTH, LAST_LEVEL),
        ),
        Condition(
            "was_in_school",
            _("Has been to school before"),
            lambda of: of[WAS_EVER_IN_SCHOOL],
            needs=(WAS_EVER_IN_SCHOOL,),
            source=_("Note of September 2025 on class councils: return of former pupils"),
        ),
        Condition(
            "wishes_school",
            _("Wishes to go back to school, or is of the age of compulsory schooling"),
            lambda of: _returns_anyway(of) | (of[WISH] == "SCHOOL"),
            needs=(*BIRTH, WISH),
            source=_("Framework law 51-17, article 19: schooling is compulsory from 4 to 16"),
        ),
        OUT_OF_SCHOOL,
    ),
    examples=(
        Example(
            _("A boy of fourteen who left the second year of lower secondary, whatever he wishes"),
            {
                "birth_date": dt.date(2011, 4, 1),
                "last_level": "2AC",
                "was_ever_in_school": True,
                "is_in_school": False,
                "wish": "WORK",
            },
            Outcome.MET,
        ),
        Example(
            _("A girl of seventeen who left the third year of lower secondary and wishes to go back"),
            {
                "birth_date": dt.date(2008, 4, 1),
                "last_level": "3AC",
                "was_ever_in_school": True,
                "is_in_school": False,
                "wish": "SCHOOL",
            },
            Outcome.MET,
        ),
        Example(
            _("A girl of eighteen who left the first year of lower secondary (ceiling 17)"),
            {
                "birth_date": dt.date(2007, 4, 1),
                "last_level": "1AC",
                "was_ever_in_school": True,
                "is_in_school": False,
                "wish": "SCHOOL",
            },
            Outcome.NOT_MET,
        ),
        Example(
            _("A girl of seventeen whose last level nobody knows"),
            {
                "birth_date": dt.date(2008, 4, 1),
                "was_ever_in_school": True,
                "is_in_school": False,
                "wish": "SCHOOL",
            },
            Outcome.UNKNOWN,
        ),
    ),
)
# Under this age the directorate records the return without a council (note of September 2025).
AUTOMATIC_RETURN = Rule(
    "automatic_return",
    _("Return without a class council"),
    (Condition("under_the_age", _("Of the age of automatic return"), _returns_anyway, needs=BIRTH),),
    examples=(
        Example(_("A boy of fifteen at the end of the year"), {"birth_date": dt.date(2010, 1, 1)}, Outcome.MET),
        Example(
            _("A girl who turns sixteen on the reference day"), {"birth_date": dt.date(2009, 12, 31)}, Outcome.NOT_MET
        ),
        Example(_("A young person whose birth nobody knows"), {}, Outcome.UNKNOWN),
    ),
)
RULE_OF_EXIT: dict[str, Rule] = {
    "FULL_TRAINING": FULL_TRAINING,
    "SHORT_TRAINING": SHORT_TRAINING,
    "OTHER_PROGRAMME": OTHER_PROGRAMME,
    "FORMAL_SCHOOL": FORMAL_SCHOOL,
}
