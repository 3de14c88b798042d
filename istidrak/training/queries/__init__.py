"""What the pages of training show."""

from istidrak.training.queries.absences import absence_follow_ups, absences_waiting, count_absences_due
from istidrak.training.queries.confirmations import (
    WHATS,
    confirmations,
    confirmations_due_count,
    confirmations_list,
    contacts_of,
    directorates_of,
    draws,
    line_of,
    waiting_for_a_draw,
)
from istidrak.training.queries.enrolments import (
    decision_behind,
    enrolments,
    learners_of,
    person_of_number,
    referred_to,
)
from istidrak.training.queries.groups import centres_of, educators_of, groups, is_name_taken
from istidrak.training.queries.insertions import insertions
from istidrak.training.queries.sessions import (
    roll_call_of,
    roll_calls_waiting,
    sessions_of,
    upcoming_first,
)

__all__ = [
    "WHATS",
    "absence_follow_ups",
    "absences_waiting",
    "centres_of",
    "confirmations",
    "confirmations_due_count",
    "confirmations_list",
    "contacts_of",
    "count_absences_due",
    "decision_behind",
    "directorates_of",
    "draws",
    "educators_of",
    "enrolments",
    "groups",
    "insertions",
    "is_name_taken",
    "learners_of",
    "line_of",
    "person_of_number",
    "referred_to",
    "roll_call_of",
    "roll_calls_waiting",
    "sessions_of",
    "upcoming_first",
    "waiting_for_a_draw",
]
