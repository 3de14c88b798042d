import datetime as dt

import pytest

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Outcome, check_examples, decide
from istidrak.orientation import rules
from istidrak.orientation.queries import PARAMETERS

TODAY = dt.date(2025, 11, 20)
LAAYOUNE, ELSEWHERE = 113210000, 95410000
WILLING = {"is_in_school": False, "wish": "TRADE", "is_free_in_daytime": True, "was_ever_in_school": True}

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
        ("SHORT_TRAINING", "near_the_end", LAAYOUNE, dt.date(2009, 12, 31), Outcome.MET),
        ("SHORT_TRAINING", "near_the_end", LAAYOUNE, dt.date(2010, 1, 1), Outcome.NOT_MET),
        # Basic classes: 8 to 15 at Laâyoune, 8 to 16 elsewhere.
        ("OTHER_PROGRAMME", "age", LAAYOUNE, dt.date(2018, 1, 1), Outcome.NOT_MET),
        ("OTHER_PROGRAMME", "age", LAAYOUNE, dt.date(2017, 12, 31), Outcome.MET),
        ("OTHER_PROGRAMME", "age", LAAYOUNE, dt.date(2010, 1, 1), Outcome.MET),
        ("OTHER_PROGRAMME", "age", LAAYOUNE, dt.date(2009, 12, 31), Outcome.NOT_MET),
        ("OTHER_PROGRAMME", "age", ELSEWHERE, dt.date(2009, 12, 31), Outcome.MET),
        ("OTHER_PROGRAMME", "age", ELSEWHERE, dt.date(2008, 12, 31), Outcome.NOT_MET),
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
        ("was_ever_in_school", False, "FORMAL_SCHOOL", Outcome.NOT_MET),
        ("was_ever_in_school", None, "FORMAL_SCHOOL", Outcome.UNKNOWN),
        ("birth_date", None, "FULL_TRAINING", Outcome.UNKNOWN),
    ],
)
def test_each_criterion_decides(fact, value, exit, expected):
    """A girl of sixteen who satisfies everything, one fact changed; what nobody said is never a no."""
    facts = {"birth_date": dt.date(2009, 5, 2), "last_level": "2AC", fact: value}
    assert outcome(exit, **facts) is expected


def test_a_failed_criterion_decides_even_beside_an_unknown_one():
    facts = {"birth_date": dt.date(2009, 5, 2), "wish": None, "is_in_school": True}
    assert outcome("FULL_TRAINING", **facts) is Outcome.NOT_MET


def test_reference_day_follows_the_school_year():
    assert rules.reference_day(dt.date(2025, 9, 1), "12-31") == dt.date(2025, 12, 31)
    assert rules.reference_day(dt.date(2026, 8, 31), "12-31") == dt.date(2025, 12, 31)
    assert rules.reference_day(dt.date(2026, 9, 1), "12-31") == dt.date(2026, 12, 31)
