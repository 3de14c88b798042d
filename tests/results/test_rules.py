import pytest

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import decide
from istidrak.results import rules

from ..conftest import TODAY


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", None),
        ("12", 1200),
        ("12,5", 1250),
        ("12.25", 1225),
        (" ١٢٫٥ ", 1250),
        ("20", 2000),
        ("0", 0),
        ("07.5", 750),
    ],
)
def test_scores_as_people_write_them(typed, kept):
    assert rules.score_of(typed, 20) == kept


@pytest.mark.parametrize("typed", ["20.01", "21", "-1", "12.345", "douze", "1e1", "12 5", "12/20", "nan", "½"])
def test_what_is_no_score_is_refused_and_never_mended(typed):
    """A slip of a digit read as a mark would follow a learner to the statement."""
    with pytest.raises(rules.NotAScore):
        rules.score_of(typed, 20)


def test_a_score_is_written_as_it_was_read():
    for text in ("12", "12.25", "12.5", "0", "100"):
        assert rules.score_text(rules.score_of(text, 100)) == text


@pytest.mark.django_db
@pytest.mark.parametrize("example", rules.COMPLETION.examples, ids=lambda e: str(e.sentence))
def test_examples_of_completing(example):
    parameters = parameters_on(TODAY, "results.minimum_attendance", "results.poles_missing_allowed")
    assert decide(rules.COMPLETION, example.facts, parameters).outcome is example.outcome


@pytest.mark.django_db
@pytest.mark.parametrize(("percent", "outcome"), [(74, "NOT_MET"), (75, "MET"), (None, "UNKNOWN")])
def test_the_bound_of_attendance(percent, outcome):
    parameters = parameters_on(TODAY, "results.minimum_attendance", "results.poles_missing_allowed")
    facts = {"attendance_percent": percent, "poles_wanted": 4, "poles_evaluated": 4, "evaluations_open": 0}
    assert decide(rules.COMPLETION, facts, parameters).outcome.value == outcome


def test_the_day_of_leaving_is_the_last_one_evaluated():
    day = TODAY
    assert rules.is_expected(day, day, day)
    assert not rules.is_expected(day, None, day.replace(day=19))
    assert not rules.is_expected(day.replace(day=1), day.replace(day=19), day)
