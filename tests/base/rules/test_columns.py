"""A condition reads what it declares, of kinds that cannot be misread, and nothing else."""

import datetime as dt

import polars as pl
import pytest

from istidrak.base.rules import PLACE_NUMBER, Column, Condition, Parameters, ParameterValue, Rule, apply, decide

AS_OF = dt.date(2025, 9, 30)
MILIEU = Column("milieu", str)
DISTANCE = Column("distance", int)
VALUES = (
    ParameterValue("reach", 3, AS_OF, "Urban", keys={"milieu": "URBAN", "sex": "F"}),
    ParameterValue("reach", 6, AS_OF, "Rural", keys={"milieu": "RURAL", "sex": "F"}),
    ParameterValue("reach", 8, AS_OF, "Rural", keys={"milieu": "RURAL", "sex": "M"}),
)


def rule(expression, *needs):
    return Rule("example", "", (Condition("one", "", expression, needs),))


def test_a_fact_that_was_not_declared_cannot_be_read():
    for answer in (
        lambda r: decide(r, {"distance": 3}, Parameters((), AS_OF)),
        lambda r: apply(r, pl.DataFrame({"distance": [3]}), Parameters((), AS_OF)),
    ):
        with pytest.raises(KeyError, match="distance is read but not declared"):
            answer(rule(lambda of: of[DISTANCE] > 2, MILIEU))


def test_the_place_needs_no_declaration_and_keeps_the_word_a_condition_gives_it():
    near = rule(lambda of: of[PLACE_NUMBER].is_between(100, 199), DISTANCE)
    assert [decide(near, {"place_number": n}, Parameters((), AS_OF)).outcome for n in (99, 100, 199, 200, None)] == [
        "NOT_MET",
        "MET",
        "MET",
        "NOT_MET",
        "UNKNOWN",
    ]
    worded = rule(lambda of: of[PLACE_NUMBER] > 0, Column("place_number", int, label="Commune"))
    assert decide(worded, {}, Parameters((), AS_OF)).findings[0].missing[0].label == "Commune"


@pytest.mark.parametrize("kind", [float, dt.datetime, list, object])
def test_a_kind_that_engines_read_differently_is_refused(kind):
    with pytest.raises(TypeError, match="column mark"):
        Column("mark", kind)


@pytest.mark.parametrize(
    ("milieu", "sex", "distance", "expected"),
    [
        ("URBAN", "F", 3, "MET"),
        ("URBAN", "F", 4, "NOT_MET"),
        ("RURAL", "F", 6, "MET"),
        ("RURAL", "F", 7, "NOT_MET"),
        ("RURAL", "M", 8, "MET"),
        ("RURAL", "M", 9, "NOT_MET"),
        ("URBAN", "M", 3, "UNKNOWN"),
        (None, "F", 3, "UNKNOWN"),
    ],
)
def test_a_value_that_depends_on_the_person_is_chosen_for_each_person(milieu, sex, distance, expected):
    near = rule(lambda of: of[DISTANCE] <= of.parameter("reach", milieu=MILIEU, sex=sex), DISTANCE, MILIEU)
    parameters, facts = Parameters(VALUES, AS_OF), {"milieu": milieu, "distance": distance}
    frame = pl.DataFrame([facts], schema={"milieu": pl.String, "distance": pl.Int64})
    assert decide(near, facts, parameters).outcome == expected
    assert apply(near, frame, parameters)["example__outcome"].to_list() == [expected]


def test_two_values_of_one_parameter_are_both_cited():
    between = rule(
        lambda of: of[DISTANCE].is_between(
            of.parameter("reach", milieu="URBAN", sex="F"), of.parameter("reach", milieu="RURAL", sex="F")
        ),
        DISTANCE,
    )
    findings = [decide(between, {"distance": n}, Parameters(VALUES, AS_OF)).findings[0] for n in (2, 3, 6, 7)]
    assert [finding.outcome for finding in findings] == ["NOT_MET", "MET", "MET", "NOT_MET"]
    assert findings[0].source == "Urban; Rural"


def test_a_value_set_without_a_milieu_is_not_taken_for_one():
    near = rule(lambda of: of[DISTANCE] <= of.parameter("reach", milieu=MILIEU, sex="M"), DISTANCE, MILIEU)
    parameters = Parameters((*VALUES, ParameterValue("reach", 99, AS_OF, "All", keys={"sex": "M"})), AS_OF)
    facts = {"milieu": "URBAN", "distance": 1}
    assert decide(near, facts, parameters).findings[0].missing_parameters == ("reach",)
    assert apply(near, pl.DataFrame([facts]), parameters)["example__outcome"].to_list() == ["UNKNOWN"]
