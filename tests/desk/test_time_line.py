"""What would be lost: a time line that shows an officer a word of the program, or a school a confidential referral."""

import ast
from pathlib import Path

import pytest

from istidrak.base import history
from istidrak.desk.queries.person_file import file_of
from istidrak.desk.queries.time_line import WORDS, words_of

PACKAGE = Path(__file__).resolve().parents[2] / "istidrak"


def _recorded():
    """Verbs written literally in calls of history.record and history.entry whose thread is a person's file."""
    for path in PACKAGE.rglob("actions*/*.py"):
        yield from _in(path)
    for path in PACKAGE.rglob("actions.py"):
        yield from _in(path)


def _in(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"record", "entry"}
        ):
            continue
        names = {keyword.arg for keyword in node.keywords}
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and "thread" in names:
            yield node.args[1].value, f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_every_verb_that_is_recorded_has_words():
    moves = set(WORDS)
    missing = [f"{verb} ({place})" for verb, place in _recorded() if verb not in moves]
    assert not missing


@pytest.mark.django_db
def test_the_time_line_of_a_file_is_in_words_and_says_nothing_of_protection(
    make_person, officer, directorate, season
):
    from istidrak.outreach.models import Case, ProtectionConcern

    person = make_person()
    case = Case.unscoped.create(season=season, person=person, directorate=directorate, opened_at="2025-09-10T10:00Z")
    concern = ProtectionConcern.unscoped.create(
        case=case,
        place_number=directorate.place.low,
        text="…",
        due_date="2025-09-10",
        raised_by=officer,
        raised_at="2025-09-10T10:00Z",
    )
    history.record(case, "open_case", by=officer, thread=person)
    history.record(concern, "take", by=officer, thread=person)
    from istidrak.accounts.roles import DirectorateOfficer

    lines = file_of(officer.scope_as(DirectorateOfficer), person).time_line
    assert [str(line.label) for line in lines] == [words_of("outreach.case:1", "open_case")]
