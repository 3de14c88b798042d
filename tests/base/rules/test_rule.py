"""A rule answers a page and a country alike, says why, and never turns "not known" into "no"."""

import datetime as dt
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.rules import (
    BIRTH,
    Column,
    Condition,
    NoParameter,
    Outcome,
    Parameters,
    ParameterValue,
    Rule,
    age_between,
    age_outcome,
    apply,
    decide,
)
from tests.running.steps import steps

MET, NOT_MET, UNKNOWN = Outcome
DAY = dt.date
AS_OF = DAY(2025, 9, 30)
FIRST_TEXT = DAY(2014, 9, 1)
REGION, PROVINCE = (32000, 32999), (32100, 32199)

IS_IN_SCHOOL = Column("is_in_school", bool, label="In school")
HAS_CONSENT = Column("has_consent", bool)
LEVEL = Column("level", str, label="Last level")
SESSIONS = Column("sessions", int)


def ages(lower, upper, source, place=None):
    return ParameterValue("ages", {"lower": lower, "upper": upper}, FIRST_TEXT, source, place=place)


VALUES = (
    ages(13, 18, "Framework 2014"),
    ages(15, 18, "Call of the province", PROVINCE),
    ages(14, 20, "Note of the region", REGION),
    ParameterValue("levels", ["5P", "6P", "1AC"], FIRST_TEXT, "List of levels"),
    ParameterValue("ceiling", 17, FIRST_TEXT, "Note 5P", keys={"level": "5P"}),
    ParameterValue("ceiling", 18, FIRST_TEXT, "Note 6P", keys={"level": "6P"}),
    ParameterValue("ceiling", 16, FIRST_TEXT, "Province, 6P", place=PROVINCE, keys={"level": "6P"}),
    ParameterValue("sessions_due", 5, FIRST_TEXT, "Urban", keys={"milieu": "URBAN"}),
    ParameterValue("sessions_due", 3, FIRST_TEXT, "Rural", keys={"milieu": "RURAL"}),
)
PARAMETERS = Parameters(VALUES, AS_OF)

CONDITIONS = (
    Condition(
        "age",
        "Age within the band",
        lambda of: of.parameter("ages", lambda band: age_between(of, **band, reference_day=of.as_of)),
        BIRTH,
    ),
    Condition("out_of_school", "No longer in school", lambda of: ~of[IS_IN_SCHOOL], (IS_IN_SCHOOL,), "Law 51-17"),
    Condition("level", "Level admitted", lambda of: of.parameter("levels", of[LEVEL].is_in), (LEVEL,)),
    Condition(
        "ceiling",
        "Under the ceiling of the level",
        lambda of: of.parameter("ceiling", lambda top: age_between(of, None, top, of.as_of), level=LEVEL),
        (LEVEL, *BIRTH),
    ),
    Condition(
        "sessions",
        "Enough sessions",
        lambda of: of[SESSIONS] >= of.parameter("sessions_due", milieu="RURAL"),
        (SESSIONS,),
    ),
    Condition("consent", "Consent given", lambda of: of[HAS_CONSENT], (HAS_CONSENT,)),
)
RULES = {combine: Rule("may_enrol", "May enrol", CONDITIONS, combine=combine) for combine in ("ALL", "ANY")}
MAY_ENROL = RULES["ALL"]

COMPLETE = {
    "birth_date": DAY(2009, 3, 4),
    "birth_year": 2009,
    "is_in_school": False,
    "level": "6P",
    "sessions": 3,
    "has_consent": True,
    "place_number": 32150,
}
SCHEMA = {
    "birth_date": pl.Date,
    "birth_year": pl.Int32,
    "is_in_school": pl.Boolean,
    "level": pl.String,
    "sessions": pl.Int64,
    "has_consent": pl.Boolean,
    "place_number": pl.Int64,
}

cases = st.fixed_dictionaries(
    {
        "birth_date": st.none() | st.dates(DAY(2004, 1, 1), DAY(2014, 12, 31)),
        "birth_year": st.none() | st.integers(2004, 2014),
        "is_in_school": st.none() | st.booleans(),
        "level": st.sampled_from([None, "5P", "6P", "1AC", "2BAC"]),
        "sessions": st.none() | st.integers(0, 6),
        "has_consent": st.none() | st.booleans(),
        "place_number": st.sampled_from([None, 32099, 32100, 32150, 32199, 32200, 32999, 33000, 10]),
    }
)


def plain_answers(case):
    """The same rule as a careful officer reads it, without a frame: one Outcome per condition."""
    place, level, sessions = case["place_number"], case["level"], case["sessions"]
    in_province = place is not None and 32100 <= place <= 32199
    in_region = place is not None and 32000 <= place <= 32999
    band = (15, 18) if in_province else (14, 20) if in_region else (13, 18)
    top = {"5P": 17, "6P": 16 if in_province else 18}.get(level)
    birth = case["birth_date"], case["birth_year"]
    return [
        UNKNOWN if place is None else age_outcome(*birth, *band, AS_OF),
        Outcome.of(None if case["is_in_school"] is None else not case["is_in_school"]),
        Outcome.of(None if level is None else level in ("5P", "6P", "1AC")),
        UNKNOWN if place is None or top is None else age_outcome(*birth, None, top, AS_OF),
        Outcome.of(None if sessions is None else sessions >= 3),
        Outcome.of(case["has_consent"]),
    ]


def kleene(combine, outcomes):
    """All: one no is a no, else one unknown is unknown. Any: one yes is a yes, else one unknown is unknown."""
    decisive, otherwise = (NOT_MET, MET) if combine == "ALL" else (MET, NOT_MET)
    for outcome in (decisive, UNKNOWN):
        if outcome in outcomes:
            return outcome
    return otherwise


@given(st.lists(cases, min_size=1, max_size=8), st.sampled_from(["ALL", "ANY"]), st.booleans())
def test_the_page_the_total_and_a_plain_reading_agree_for_every_person(people, combine, is_lazy):
    rule = RULES[combine]
    frame = pl.DataFrame(people, schema=SCHEMA)
    applied = apply(rule, frame.lazy(), PARAMETERS).collect() if is_lazy else apply(rule, frame, PARAMETERS)
    for case, row in zip(people, applied.rows(named=True), strict=True):
        outcomes = plain_answers(case)
        expected = [*outcomes, kleene(combine, outcomes)]
        decision = decide(rule, case, PARAMETERS)
        assert [row[name] for name in rule.answer_columns] == expected
        assert [*(finding.outcome for finding in decision.findings), decision.outcome] == expected


@given(cases)
def test_the_text_shown_is_the_one_that_was_applied(case):
    decision = decide(MAY_ENROL, case, PARAMETERS)
    place, level = case["place_number"], case["level"]
    shown = {finding.code: finding for finding in decision.findings}
    assert shown["age"].parameters == ((PARAMETERS.resolve("ages", place),) if place else ())
    try:
        expected = (PARAMETERS.resolve("ceiling", place, level=level),) if place and level else ()
    except NoParameter:
        expected = ()
        assert shown["ceiling"].missing_parameters == ("ceiling",)
    assert shown["ceiling"].parameters == expected


@given(cases, st.sets(st.sampled_from(sorted(SCHEMA)), max_size=6))
def test_a_column_that_a_list_does_not_have_is_a_fact_not_known(case, absent):
    blanked = {name: None if name in absent else fact for name, fact in case.items()}
    partial = {name: fact for name, fact in case.items() if name not in absent}
    frame = pl.DataFrame([partial], schema={name: SCHEMA[name] for name in partial})
    row = apply(MAY_ENROL, frame, PARAMETERS).row(0, named=True)
    expected = decide(MAY_ENROL, blanked, PARAMETERS)
    assert decide(MAY_ENROL, partial, PARAMETERS) == expected
    assert row["may_enrol__outcome"] == expected.outcome


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, MET, MET),
        (True, False, NOT_MET, MET),
        (True, None, UNKNOWN, MET),
        (False, False, NOT_MET, NOT_MET),
        (False, None, NOT_MET, UNKNOWN),
        (None, None, UNKNOWN, UNKNOWN),
    ],
)
def test_an_unknown_condition_is_never_turned_into_a_no(left, right, both, either):
    conditions = (
        Condition("consent", "", lambda of: of[HAS_CONSENT], (HAS_CONSENT,)),
        Condition("in_school", "", lambda of: of[IS_IN_SCHOOL], (IS_IN_SCHOOL,)),
    )
    for facts in ({"has_consent": left, "is_in_school": right}, {"has_consent": right, "is_in_school": left}):
        for combine, expected in (("ALL", both), ("ANY", either)):
            rule = Rule("example", "", conditions, combine=combine)
            assert decide(rule, facts, PARAMETERS).outcome is expected
            frame = pl.DataFrame([facts], schema=dict.fromkeys(facts, pl.Boolean))
            assert apply(rule, frame, PARAMETERS)["example__outcome"].to_list() == [expected]


def test_a_complete_case_shows_each_reason_with_its_text():
    decision = decide(MAY_ENROL, COMPLETE, PARAMETERS)
    assert decision.outcome is MET
    assert [(f.code, f.outcome, f.source) for f in decision.findings] == [
        ("age", MET, "Call of the province"),
        ("out_of_school", MET, "Law 51-17"),
        ("level", MET, "List of levels"),
        ("ceiling", MET, "Province, 6P"),
        ("sessions", MET, "Rural"),
        ("consent", MET, ""),
    ]
    assert not any(f.missing or f.missing_parameters for f in decision.findings)


@pytest.mark.parametrize(("sessions", "expected"), [(2, NOT_MET), (3, MET), (4, MET)])
def test_a_parameter_compared_with_a_fact_includes_its_bound(sessions, expected):
    findings = decide(MAY_ENROL, {**COMPLETE, "sessions": sessions}, PARAMETERS).findings
    assert findings[4].outcome is expected


def test_a_case_to_complete_names_what_is_missing_in_the_words_of_its_columns():
    decision = decide(MAY_ENROL, {**COMPLETE, "birth_date": None, "birth_year": 2010, "level": None}, PARAMETERS)
    missing = {f.code: [column.name for column in f.missing] for f in decision.findings if f.missing}
    assert decision.outcome is UNKNOWN
    assert missing == {"age": ["birth_date"], "level": ["level"], "ceiling": ["level", "birth_date"]}
    assert decision.findings[2].missing[0].label == "Last level"
    # What is known well enough is not asked again: born in 2009, sixteen or fifteen, the day does not matter.
    assert decide(MAY_ENROL, {**COMPLETE, "birth_date": None}, PARAMETERS).findings[0].missing == ()


def test_an_unknown_place_does_not_borrow_the_band_of_the_country():
    finding = decide(MAY_ENROL, {**COMPLETE, "place_number": None}, PARAMETERS).findings[0]
    assert (finding.outcome, finding.parameters) == (UNKNOWN, ())
    assert [column.name for column in finding.missing] == ["place_number"]


def test_where_no_text_sets_a_value_the_page_says_so_and_refuses_nobody():
    finding = decide(MAY_ENROL, {**COMPLETE, "level": "1AC"}, PARAMETERS).findings[3]
    assert (finding.outcome, finding.missing, finding.missing_parameters) == (UNKNOWN, (), ("ceiling",))
    local_only = Parameters(tuple(v for v in VALUES if v.name != "ages" or v.place), AS_OF)
    elsewhere = decide(MAY_ENROL, {**COMPLETE, "place_number": 10}, local_only).findings[0]
    assert (elsewhere.outcome, elsewhere.missing, elsewhere.missing_parameters) == (UNKNOWN, (), ("ages",))


def test_before_the_first_text_a_rule_stops_instead_of_guessing():
    too_early = Parameters(VALUES, DAY(2014, 8, 31))
    for answer, case in ((decide, COMPLETE), (apply, pl.DataFrame([COMPLETE]))):
        with pytest.raises(NoParameter, match="no value of 'ages' is in force on 2014-08-31"):
            answer(MAY_ENROL, case, too_early)
    assert decide(MAY_ENROL, COMPLETE, Parameters(VALUES, FIRST_TEXT)).as_of == FIRST_TEXT


def test_a_decision_can_be_kept_and_read_again():
    kept = json.loads(json.dumps(decide(MAY_ENROL, {**COMPLETE, "birth_year": None}, PARAMETERS).as_json()))
    assert (kept["rule"], kept["as_of"], kept["outcome"]) == ("may_enrol", "2025-09-30", "MET")
    age = kept["findings"][0]
    assert age["facts"] == {"birth_date": "2009-03-04", "birth_year": None, "place_number": 32150}
    assert (age["label"], age["outcome"], age["missing"]) == ("Age within the band", "MET", [])
    assert age["parameters"][0]["value"] == {"lower": 15, "upper": 18}


class Word:
    """A word put into the active language when it is shown, like a lazily translated one."""

    language = "fr"

    def __str__(self):
        return {"fr": "Âge", "ar": "السن"}[self.language]


def test_reasons_are_shown_in_the_language_of_the_reader_and_not_of_the_decision(monkeypatch):
    rule = Rule("example", Word(), (Condition("consent", Word(), lambda of: of[HAS_CONSENT], (HAS_CONSENT,)),))
    decision = decide(rule, {}, PARAMETERS)
    monkeypatch.setattr(Word, "language", "ar")
    shown = decision.as_json()
    assert [shown["label"], shown["findings"][0]["label"]] == ["السن", "السن"]


@pytest.mark.parametrize(
    ("column", "fact"),
    [
        ("birth_date", "2009-03-04"),
        ("birth_date", dt.datetime(2009, 3, 4)),
        ("birth_year", "2009"),
        ("birth_year", True),
        ("sessions", 3.0),
        ("level", 6),
        ("has_consent", 1),
        ("has_consent", "yes"),
    ],
)
def test_a_fact_of_another_kind_is_refused_and_not_bent(column, fact):
    with pytest.raises(TypeError, match=column):
        decide(MAY_ENROL, {**COMPLETE, column: fact}, PARAMETERS)
    with pytest.raises(TypeError, match=column):
        apply(MAY_ENROL, pl.DataFrame([{**COMPLETE, column: fact}]), PARAMETERS)


def test_a_list_where_nobody_has_a_fact_is_to_complete_and_keeps_its_other_columns():
    frame = pl.DataFrame({**{name: [None, None] for name in SCHEMA}, "file": ["A1", "A2"]})
    applied = apply(MAY_ENROL, frame, PARAMETERS)
    assert applied["may_enrol__outcome"].to_list() == ["UNKNOWN", "UNKNOWN"]
    assert applied["file"].to_list() == ["A1", "A2"]
    assert applied.columns == [*frame.columns, *MAY_ENROL.answer_columns]
    assert apply(MAY_ENROL, frame.clear(), PARAMETERS).height == 0


def test_a_rule_that_could_mislead_is_refused_when_it_is_written():
    consent = CONDITIONS[-1]
    for code, conditions in [
        ("empty", ()),
        ("twice", (consent, consent)),
        ("Has Space", (consent,)),
        ("two__parts", (consent,)),
        ("reserved", (Condition("outcome", "", lambda of: of[HAS_CONSENT], (HAS_CONSENT,)),)),
        ("kinds", (consent, Condition("other", "", lambda of: of[HAS_CONSENT], (Column("has_consent", int),)))),
    ]:
        with pytest.raises(ValueError, match=f"rule {code}"):
            Rule(code, "", conditions)


def test_one_case_is_decided_at_once_even_when_every_province_has_its_own_band():
    """A branch for each province made the page of one young person fifty times dearer than the same page without."""
    provinces = tuple(ages(15, 18, f"Province {n}", (n * 100, n * 100 + 99)) for n in range(500, 582))

    def costs(values):
        parameters = Parameters(values, AS_OF)
        decide(MAY_ENROL, {**COMPLETE, "place_number": 55020}, parameters)  # what the first time only costs
        return steps(lambda: decide(MAY_ENROL, {**COMPLETE, "place_number": 55020}, parameters))

    assert costs(VALUES + provinces) < 2 * costs(VALUES)
