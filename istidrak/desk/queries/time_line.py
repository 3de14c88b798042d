"""The words of history: what happened, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from istidrak.base.models import History

# Verbs that are not moves of a state; those are worded by the move's own label.
WORDS = {
    "record_row": _("Named on a list"),
    "record_by_hand": _("Entered by hand"),
    "correct": _("Facts corrected"),
    "tie": _("File opened to a body"),
    "untie": _("File closed to a body"),
    "state_situation": _("Situation stated"),
    "verify_massar_code": _("Massar code verified"),
    "merge": _("Held to be the same person as another file"),
    "undo_merge": _("Separated again from another file"),
    "open_case": _("Case opened"),
    "join_cases": _("Two cases joined"),
    "named_again": _("Named again on a list"),
    "ask": _("Sharing asked for"),
    "close": _("Case closed"),
    "create_team": _("Team made"),
    "plan_stop": _("Place and day planned"),
    "set_team_members": _("Members of the team changed"),
    "record_stay": _("School life recorded"),
    "record_stays": _("School life recorded"),
    "end_stay": _("Stay ended"),
    "attend_session": _("Session attended"),
    "name_organisation": _("School named"),
    "make_contact": _("Contact"),
    "sort_case": _("First sorting"),
    "set_next_step": _("Next step set"),
    "mark": _("Marked by the school"),
    "hand_over": _("Handed to a team"),
    "propose": _("Orientation proposed"),
    "interview": _("Interview"),
    "correct_interview": _("Interview corrected"),
    "test": _("Placement tests"),
    "ask_council": _("Class council asked"),
    "put_on_agenda": _("Put on the agenda of a committee"),
    "write_life_project": _("Life project written"),
    "enrol": _("Enrolled in a group"),
    "declare_insertion": _("Insertion declared"),
    "record_follow_up": _("Asked for after leaving"),
    "validate_mark": _("Result validated"),
    "weigh_completion": _("Conditions of completing, as they stood"),
    "pre_register": _("Pre-registered"),
    "move_on_waiting_list": _("Moved on the waiting list"),
    "state_guardian": _("Guardian stated"),
    "record_consent": _("Consent recorded"),
    "add_consent_paper": _("Paper of a consent added"),
    "record_papers": _("Documents received or missing"),
    "explain_no_massar": _("Why there is no Massar code"),
    "use_service": _("Service of the centre used"),
    "end_service": _("Service of the centre ended"),
    "raise_absence": _("Absences in a row: to follow"),
    "register": _("Registered for the transfers"),
    "correct_registration": _("Registration corrected"),
    "leave_school": _("Left the school"),
    "put_guardian": _("Guardian who receives, entered"),
    "correct_guardian": _("Guardian who receives, corrected"),
    "join_household": _("Put in a household"),
    "split_household": _("Taken out of a household"),
    "number_household": _("Number of the social register entered"),
    "enter_absences": _("Absences of a month entered"),
    "import_absences": _("Absences of a month entered"),
    "correct_absences": _("Absences of a month corrected"),
    "adjust": _("A month of the transfers adjusted"),
    "complain": _("Complaint of the family"),
    "take_up_complaint": _("Complaint taken up by another"),
    # Of bodies and groups, not of persons.
    "open_sheet": _("Sheet of a month opened"),
    "draw_control": _("Drawn for a control visit"),
    "adjust_lines": _("Lines of an instalment adjusted"),
    "make_household": _("Household entered"),
    "put_commune_on_list": _("Commune put on the list"),
    "take_commune_off_list": _("Commune taken off the list"),
    "put_in_timetable": _("Put in the timetable"),
    "end_timetable_entry": _("Taken out of the timetable"),
    "queue": _("Confirmed, to be written"),
    "fail": _("Writing stopped"),
    "finish": _("Written"),
    "agree_places": _("Places agreed entered"),
    "announce_count_day": _("Count day announced"),
    "enter_claim": _("Figure said in public entered"),
}
SUBJECTS = {
    "people.person": _("Person"),
    "people.candidatepair": _("Same person?"),
    "outreach.case": _("Case"),
    "outreach.contact": _("Contact"),
    "outreach.referral": _("Referral"),
    "outreach.protectionconcern": _("Confidential referral"),
    "orientation.decision": _("Orientation"),
    "orientation.councilrequest": _("Class council"),
    "orientation.sittingline": _("Committee"),
    "training.enrolment": _("Enrolment"),
    "training.application": _("Request for a place"),
    "training.consent": _("Consent"),
    "training.transfer": _("Transfer"),
    "training.insertion": _("Insertion"),
    "training.absencefollowup": _("Absences in a row"),
    "results.evaluation": _("Results"),
    "training.confirmation": _("After leaving"),
    "support.registration": _("Registration for the transfers"),
    "support.monthsheet": _("Absences of pupils"),
    "support.controlvisit": _("Control visit"),
    "support.adjustment": _("Adjustment of the transfers"),
    "support.complaint": _("Complaint about the transfers"),
}


@dataclass(frozen=True)
class Line:
    """One line of a time line, in words."""

    at: Any
    by: Any
    label: str
    reason: str


def words_of(subject: str, verb: str) -> str:
    """What a verb on a subject (`app.model:pk`) means, in words; raises KeyError for a verb without words."""
    name = subject.partition(":")[0]
    move = getattr(apps.get_model(name), "MOVES", {}).get(verb)
    if move is not None and move.label:
        return f"{SUBJECTS[name]}: {move.label}" if name in SUBJECTS else str(move.label)
    return str(WORDS[verb])


def lines_of(entries: Iterable[History]) -> list[Line]:
    """Lines of a time line, newest first as given."""
    return [Line(at=entry.at, by=entry.by, label=_label(entry), reason=entry.reason) for entry in entries]


def _label(entry: History) -> str:
    """A verb that nobody worded (or of a table that is gone) is still a line: the file opens all the same."""
    try:
        return words_of(entry.subject, entry.verb)
    except LookupError:
        return gettext("Recorded")
