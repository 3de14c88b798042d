import dataclasses
import datetime as dt

import pytest

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Outcome, check_examples, decide
from istidrak.base.rules.parameters import Parameters
from istidrak.orientation import rules
from istidrak.orientation.queries import PARAMETERS

TODAY = dt.date(2025, 11, 20)
LAAYOUNE, ELSEWHERE = 113210000, 95410000
WILLING = {"is_in_school": False, "wish": "TRADE", "is_free_in_daytime": True, "was_ever_in_school": True}
SIXTEEN, FOURTEEN = dt.date(2009, 5, 2), dt.date(2011, 4, 1)

pytestmark = pytest.mark.django_db


def outcome(exit, condition=None, place_number=LAAYOUNE, as_of=TODAY, **facts):
    rule = rules.RULE_OF_EXIT[exit]
    readable = {column.name for column in rule.needs}
    known = {**WILLING, "place_number": place_number, **facts}
    decision = decide(rule, {k: v for k, v in known.items() if k in readable}, parameters_on(as_of, *PARAMETERS))
    if condition is None:
        return decision.outcome
    return next(finding.outcome for finding in decision.findings if finding.code == condition)


@pytest.mark.parametrize("rule", rules.RULE_OF_EXIT.values(), ids=rules.RULE_OF_EXIT)
def test_examples_of_each_exit(rule):
    assert check_examples(rule, parameters_on(TODAY, *PARAMETERS)) == []


def test_every_exit_has_its_rule():
    from istidrak.orientation.models import Exit

    assert set(rules.RULE_OF_EXIT) == set(Exit.values)


@pytest.mark.parametrize(
    ("exit", "condition", "place", "born", "expected"),
    [
        # Laâyoune, centre: 15 to 18 on 31 December 2025.
        ("FULL_TRAINING", "age", LAAYOUNE, dt.date(2011, 1, 1), Outcome.NOT_MET),
        ("FULL_TRAINING", "age", LAAYOUNE, dt.date(2010, 12, 31), Outcome.MET),
        ("FULL_TRAINING", "age", LAAYOUNE, dt.date(2007, 1, 1), Outcome.MET),
        ("FULL_TRAINING", "age", LAAYOUNE, dt.date(2006, 12, 31), Outcome.NOT_MET),
        # Elsewhere: 13 to 18.
        ("FULL_TRAINING", "age", ELSEWHERE, dt.date(2012, 12, 31), Outcome.MET),
        ("FULL_TRAINING", "age", ELSEWHERE, dt.date(2013, 1, 1), Outcome.NOT_MET),
        # Short training: from 16.
        ("SHORT_TRAINING", "old_enough", LAAYOUNE, dt.date(2009, 12, 31), Outcome.MET),
        ("SHORT_TRAINING", "old_enough", LAAYOUNE, dt.date(2010, 1, 1), Outcome.NOT_MET),
        # Basic classes: 8 to 15 at Laâyoune, 8 to 16 elsewhere.
        ("OTHER_PROGRAMME", "basic_classes", LAAYOUNE, dt.date(2018, 1, 1), Outcome.NOT_MET),
        ("OTHER_PROGRAMME", "basic_classes", LAAYOUNE, dt.date(2017, 12, 31), Outcome.MET),
        ("OTHER_PROGRAMME", "basic_classes", LAAYOUNE, dt.date(2010, 1, 1), Outcome.MET),
        ("OTHER_PROGRAMME", "basic_classes", LAAYOUNE, dt.date(2009, 12, 31), Outcome.NOT_MET),
        ("OTHER_PROGRAMME", "basic_classes", ELSEWHERE, dt.date(2009, 12, 31), Outcome.MET),
        ("OTHER_PROGRAMME", "basic_classes", ELSEWHERE, dt.date(2008, 12, 31), Outcome.NOT_MET),
    ],
)
def test_bounds_of_ages(exit, condition, place, born, expected):
    assert outcome(exit, condition, place, birth_date=born) is expected


@pytest.mark.parametrize(
    ("level", "ceiling"),
    [
        *((level, 15) for level in ("1AP", "2AP", "3AP", "4AP", "5AP", "6AP")),
        *(("1AC", 17), ("2AC", 18), ("3AC", 19), ("TC", 20), ("1BAC", 21), ("2BAC", 22)),
    ],
)
def test_ceilings_of_the_return_to_school(level, ceiling):
    """Note of September 2025: automatic under 16, then a ceiling by level, on 31 December."""
    youngest_refused = dt.date(2025 - ceiling - 1, 12, 31)
    oldest_accepted = youngest_refused + dt.timedelta(days=1)
    for born, expected in ((oldest_accepted, Outcome.MET), (youngest_refused, Outcome.NOT_MET)):
        found = outcome("FORMAL_SCHOOL", "age_for_class", birth_date=born, last_level=level)
        assert found is expected, (level, born)


def test_under_sixteen_the_level_need_not_be_known():
    assert outcome("FORMAL_SCHOOL", "age_for_class", birth_date=dt.date(2011, 4, 1)) is Outcome.MET


@pytest.mark.parametrize(
    ("fact", "value", "exit", "expected"),
    [
        ("is_in_school", True, "FULL_TRAINING", Outcome.NOT_MET),
        ("is_in_school", None, "FULL_TRAINING", Outcome.UNKNOWN),
        ("wish", "SCHOOL", "FULL_TRAINING", Outcome.NOT_MET),
        ("wish", "NONE", "SHORT_TRAINING", Outcome.NOT_MET),
        ("wish", "WORK", "FULL_TRAINING", Outcome.MET),
        ("is_free_in_daytime", False, "FULL_TRAINING", Outcome.NOT_MET),
        ("is_free_in_daytime", None, "FULL_TRAINING", Outcome.UNKNOWN),
        ("is_free_in_daytime", False, "SHORT_TRAINING", Outcome.MET),
        ("wish", "TRADE", "FORMAL_SCHOOL", Outcome.NOT_MET),
        ("wish", None, "FORMAL_SCHOOL", Outcome.UNKNOWN),
        ("wish", "SCHOOL", "FORMAL_SCHOOL", Outcome.MET),
        ("birth_date", None, "FULL_TRAINING", Outcome.UNKNOWN),
    ],
)
def test_each_criterion_decides(fact, value, exit, expected):
    """A girl of sixteen who satisfies everything, one fact changed; what nobody said is never a no."""
    facts = {"birth_date": SIXTEEN, "last_level": "2AC", fact: value}
    assert outcome(exit, **facts) is expected


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("was_ever_in_school", False, Outcome.NOT_MET),
        ("was_ever_in_school", None, Outcome.UNKNOWN),
        ("is_in_school", True, Outcome.NOT_MET),
        ("last_level", None, Outcome.UNKNOWN),
        ("last_level", "5AP", Outcome.NOT_MET),
    ],
)
def test_what_opens_the_return_to_school(fact, value, expected):
    facts = {"birth_date": SIXTEEN, "last_level": "2AC", "wish": "SCHOOL", fact: value}
    assert outcome("FORMAL_SCHOOL", **facts) is expected


@pytest.mark.parametrize("wish", ["TRADE", "WORK", "NONE", None])
def test_under_sixteen_school_stays_open_whatever_is_wished(wish):
    assert outcome("FORMAL_SCHOOL", birth_date=FOURTEEN, last_level="1AC", wish=wish) is Outcome.MET


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (dt.date(2019, 12, 31), Outcome.MET),  # six
        (dt.date(2020, 1, 1), Outcome.NOT_MET),
        (dt.date(2003, 1, 1), Outcome.MET),  # twenty-two
        (dt.date(2002, 12, 31), Outcome.NOT_MET),
    ],
)
def test_accompaniment_is_for_those_in_school(born, expected):
    assert outcome("OTHER_PROGRAMME", "accompaniment", birth_date=born, is_in_school=True) is expected
    assert outcome("OTHER_PROGRAMME", "accompaniment", birth_date=born, is_in_school=False) is Outcome.NOT_MET


def test_another_programme_is_unclear_while_nobody_knows_whether_they_are_in_school():
    assert outcome("OTHER_PROGRAMME", birth_date=SIXTEEN, is_in_school=None) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2010, Outcome.MET), (2011, Outcome.NOT_MET), (2007, Outcome.MET), (2006, Outcome.NOT_MET)],
)
def test_a_lone_year_of_birth_answers_when_every_day_of_it_does(year, expected):
    assert outcome("FULL_TRAINING", "age", birth_date=None, birth_year=year) is expected


def test_a_lone_year_of_birth_is_unclear_when_its_days_differ():
    """Reference day 30 September: who was born in 2010 is fourteen or fifteen."""
    kept = [value for value in parameters_on(TODAY, *PARAMETERS).values if value.name != "programmes.age_band"]
    band = next(
        v for v in parameters_on(TODAY, "programmes.age_band").values if v.keys["programme"] == "NEW_GENERATION"
    )
    autumn = dataclasses.replace(band, place=None, value={"lower": 15, "upper": 18, "reference": "09-30"})
    facts = {**WILLING, "birth_year": 2010, "place_number": LAAYOUNE}
    del facts["was_ever_in_school"]
    decision = decide(rules.FULL_TRAINING, facts, Parameters((*kept, autumn), TODAY))
    assert decision.findings[0].outcome is Outcome.UNKNOWN


def test_a_failed_criterion_decides_even_beside_an_unknown_one():
    facts = {"birth_date": dt.date(2009, 5, 2), "wish": None, "is_in_school": True}
    assert outcome("FULL_TRAINING", **facts) is Outcome.NOT_MET


def test_reference_day_follows_the_school_year():
    assert rules.reference_day(dt.date(2025, 9, 1), "12-31") == dt.date(2025, 12, 31)
    assert rules.reference_day(dt.date(2026, 8, 31), "12-31") == dt.date(2025, 12, 31)
    assert rules.reference_day(dt.date(2026, 9, 1), "12-31") == dt.date(2026, 12, 31)
