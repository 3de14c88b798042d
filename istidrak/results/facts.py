"""What is known of a learner when the programme ends, as the rule of completing reads it."""

import datetime as dt
from typing import Any

from django.utils import translation

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Decision, decide
from istidrak.programmes.models import CurriculumVersion
from istidrak.programmes.queries import version_for
from istidrak.results.models import Evaluation, GroupCurriculum, Mark
from istidrak.results.rules import COMPLETION
from istidrak.training.models import Attendance, Enrolment, Group
from istidrak.training.rules import attendance_rate

PARAMETERS = ("results.minimum_attendance", "results.poles_missing_allowed")
# A pole is evaluated by a mark that says something: an absence or an exemption does not.
SAYS_SOMETHING = (Mark.Given.SCORE, *Mark.LEVELS)


def curriculum_of(group: Group) -> CurriculumVersion | None:
    """The version that a group keeps, or would keep by default."""
    kept = GroupCurriculum.unscoped.filter(group=group).select_related("version").first()
    return kept.version if kept else version_for(group.programme, group.season.year)


def attendance_percent(enrolment: Enrolment) -> int | None:
    """Whole percent of the roll-calls taken to which a learner came; None when there was none. One query."""
    rate = attendance_rate(Attendance.objects.filter(enrolment=enrolment).values_list("mark", flat=True))
    return None if rate is None else int(100 * rate + 1e-9)


def facts_of(enrolment: Enrolment) -> dict[str, Any]:
    """Values of the columns that completing reads; what nobody knows is None. Four queries or five."""
    version = curriculum_of(enrolment.group)
    poles = set(version.poles.filter(is_superseded=False).values_list("code", flat=True)) if version else None
    # unscoped: the learner's own results, of a learner whom the caller was allowed to open.
    marks = Mark.unscoped.filter(enrolment=enrolment)
    validated = marks.filter(evaluation__state=Evaluation.State.CLOSED, given__in=SAYS_SOMETHING)
    evaluated = set(validated.filter(evaluation__pole__isnull=False).values_list("evaluation__pole__code", flat=True))
    return {
        "attendance_percent": attendance_percent(enrolment),
        "poles_wanted": None if poles is None else len(poles),
        "poles_evaluated": len(evaluated & poles) if poles is not None else None,
        "evaluations_open": marks.filter(evaluation__state=Evaluation.State.OPEN).count(),
        "place_number": enrolment.group.centre.place_number,
    }


def completion_of(enrolment: Enrolment, *, as_of: dt.date) -> Decision:
    """Each condition of completing for one learner on a day, met, not met or to complete."""
    return decide(COMPLETION, facts_of(enrolment), parameters_on(as_of, *PARAMETERS))


def as_kept(decision: Decision) -> dict[str, Any]:
    """The decision as JSON, its words in English whoever completes."""
    with translation.override("en"):
        return decision.as_json()
