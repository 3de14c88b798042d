"""Parameters as people read them: what each sets, its values through time and place, and who may set it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import User
from istidrak.accounts.roles import AcademyOfficer, DirectorateOfficer, NationalOfficer
from istidrak.base.models import COUNTRY, Parameter
from istidrak.base.templatetags.ui import dirham_figures, month_words
from istidrak.territory.models import Place

# What a parameter sets, in a sentence. One without a sentence here would be a name that nobody understands.
SENTENCES = {
    "programmes.age_band": _("Ages at which a programme is open, in completed years on the reference day."),
    "orientation.return_always": _("Age up to which the return to school is automatic."),
    "orientation.return_ages": _("Oldest age at which the class of the last level is still open, by level."),
    "orientation.short_training_ages": _("Ages at which a short training is open."),
    "orientation.least_readiness": _("Least readiness to attend, beside the criteria of a training (0 to 5)."),
    "orientation.least_motivation": _("Least motivation, beside the criteria of a training (0 to 5)."),
    "orientation.least_score": _("Least score of a test, beside the criteria of an exit (0 to 100)."),
    "orientation.council_first_day": _("First day of the year on which class councils examine returns (month-day)."),
    "orientation.council_answer_days": _("Days that a class council has to answer."),
    "orientation.sitting_cases": _("Most cases on the agenda of a committee."),
    "accounts.idle_minutes": _("Minutes without activity before a user is signed out."),
    "accounts.session_hours": _("Hours after which a user is signed out in any case."),
    "accounts.factor_grace_days": _("Days to set up the second factor once a role asks for it."),
    "outreach.arrival_delay_days": _("Days before a young person sent and absent is on the officer's list again."),
    "outreach.arrival_sessions": _("Sessions attended in a centre before an arrival is confirmed."),
    "outreach.school_month_days": _("Days in school before its head confirms the arrival."),
    "outreach.comeback_dates": _("Days on which those who refused or were not found are taken up again."),
    "outreach.tries_before_not_found": _("Contacts in a row that met nobody before “not found” is offered."),
    "training.documents": _("Documents asked of whoever is enrolled."),
    "training.waiting_order": _("Criteria of the waiting list, in their order."),
    "training.confirmation_months": _("Months after an insertion at which it is confirmed."),
    "training.confirmation_share": _("Share of the insertions drawn to be confirmed (%)."),
    "training.confirmation_tries": _("Tries that reached nobody before “lost” is written."),
    "training.confirmation_retry_days": _("Days between two tries to reach a learner who left."),
    "results.minimum_attendance": _("Attendance asked of who completes a programme (% of the roll-calls taken)."),
    "results.poles_missing_allowed": _("Poles of the curriculum that may lack an evaluation when one completes."),
    "training.majority": _("Age from which a young person enrols without a guardian."),
    "training.answer_days": _("Days in which a centre answers a request for a place."),
    "training.returns": _("Days on which centres draw up the list of the enrolled, and days to submit it."),
    "training.absences_in_a_row": _("Absences in a row after which the family is contacted."),
    "training.absence_follow_up_days": _("Days in which the family is contacted after absences in a row."),
    "training.fixed_holiday": _("Public holidays of a fixed day; the others are entered among the closed days."),
    "support.tayssir_levels": _("Levels that Tayssir pays."),
    "support.tayssir_amount": _("Amount of Tayssir for a pupil and a month, in centimes, by level."),
    "support.tayssir_areas": _("Areas (rural, urban) in which Tayssir pays, by cycle."),
    "support.tayssir_needs_commune": _("Whether the commune must be on the list of Tayssir."),
    "support.tayssir_covers": _("Cards of social cover that Tayssir asks for; an empty list asks for none."),
    "support.tayssir_household_limit": _("Most pupils of one household that Tayssir pays."),
    "support.tayssir_household_order": _("Which pupils come first when a household has more than are paid."),
    "support.tayssir_absences": _("Absences in a month beyond which the month is not paid, by cycle."),
    "support.tayssir_instalments": _("Months of the school year that each instalment of Tayssir covers."),
    "support.registration_window": _(
        "When schools register pupils for the transfers, and until when it was put off."
    ),
    "support.signatures": _("How many people authorise an instalment, from an amount in centimes."),
    "support.control_share": _("Part of the schools drawn each month for control visits (%)."),
    "support.recovery_share": _("Largest part of a payment that takes back an overpayment (%)."),
    "support.objection_days": _("Days in which a family may object, from the day of its notice."),
    "support.answer_days": _("Days in which a complaint of a family is answered."),
    "support.aid_amount": _("Amount of direct social aid for a child and a month, in centimes, by situation."),
    "support.aid_reduced_amount": _("Amount from the fourth child on, in centimes, by situation."),
    "support.aid_ranks": _("How many children of a family are paid in full, and how many in all."),
    "support.aid_ages": _("Ages of the children counted in direct social aid."),
    "support.aid_floor": _("Least that a family receives in a month, in centimes."),
    "support.aid_order": _("Which children come first when a family has more than are paid in full."),
    "support.aid_age_day": _("Day of the month on which the age of a child is counted."),
    "desk.data_keeping": _("Percentages between the states of a centre's data."),
}
# Set by a national text or by the national unit: the same everywhere.
NATIONAL_ONLY = ("orientation.return", "accounts.", "desk.", "support.")
PARTS = {
    "lower": _("From (years)"),
    "upper": _("To (years)"),
    "reference": _("Reference day (month-day)"),
    "good": _("Up to date from (%)"),
    "poor": _("Far behind under (%)"),
    "unit": _("Counted in"),
    "limit": _("Limit"),
    "is_limit_allowed": _("The limit itself is allowed"),
    "counts_excused": _("Excused absences count"),
    "effect": _("What follows beyond it"),
    "full": _("Children paid in full"),
    "reduced": _("Last child paid, at the reduced amount"),
    "school_from": _("School age from (years)"),
    "last": _("Last age (years)"),
}
# Codes that values and keys are made of. Levels (1AP, 2AC ...) are what schools write: they stay as they are.
CODES = {
    "PRIMARY": _("Primary"),
    "LOWER_SECONDARY": _("Lower secondary"),
    "UPPER_SECONDARY": _("Upper secondary"),
    "RURAL": _("Rural"),
    "URBAN": _("Urban"),
    "RAMED": _("Valid RAMED card"),
    "RAMED_RECEIPT": _("Receipt of a RAMED request"),
    "AMO_TADAMON": _("AMO-Tadamon"),
    "ELDEST": _("The eldest first"),
    "YOUNGEST": _("The youngest first"),
    "HIGHEST_AMOUNT": _("The highest amounts first"),
    "UNDER_SCHOOL_AGE": _("Under school age"),
    "IN_SCHOOL": _("In school"),
    "OUT_OF_SCHOOL": _("Not in school"),
    "FIRST_DAY": _("The first day of the month"),
    "LAST_DAY": _("The last day of the month"),
    "DAY": _("Days of absence"),
    "HOUR": _("Hours of absence"),
    "FORFEIT": _("The month is not paid"),
    "NONE": _("Nothing follows"),
}
IN_CENTIMES = (
    "support.tayssir_amount",
    "support.aid_amount",
    "support.aid_reduced_amount",
    "support.aid_floor",
)
IN_MONTHS = ("support.tayssir_instalments",)
IN_FORCE, TO_COME, REPLACED = "IN_FORCE", "TO_COME", "REPLACED"
STATES = {IN_FORCE: (_("In force"), "green"), TO_COME: (_("To come"), "blue"), REPLACED: (_("Replaced"), "secondary")}


@dataclass(frozen=True)
class Shown:
    """One value as the page shows it."""

    row: Parameter
    where: Any
    keys: str
    parts: list[tuple[Any, Any]]
    state: str

    @property
    def word(self) -> Any:
        """Whether it holds, in words."""
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return STATES[self.state][1]


def parts_of(value: Any, name: str = "") -> list[tuple[Any, Any]]:
    """A value as (label, text) pairs: a band has several, a number one without label. `name` is the parameter's."""
    if isinstance(value, dict):
        return [(PARTS.get(key, key), word_of(part)) for key, part in value.items()]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [("", " | ".join(map(str, row.values()))) for row in value]
    if name in IN_MONTHS:
        return [(number, ", ".join(map(month_words, months))) for number, months in enumerate(value, 1)]
    if isinstance(value, list):
        return [("", "، ".join(str(word_of(item)) for item in value) or _("None asked for"))]
    if name in IN_CENTIMES:
        return [("", _("%(amount)s dirhams") % {"amount": dirham_figures(value)})]
    return [("", word_of(value))]


def word_of(part: Any) -> Any:
    """Yes or no, the word of a code, or the part as it is."""
    if isinstance(part, bool):
        return _("Yes") if part else _("No")
    return CODES.get(part, part) if isinstance(part, str) else part


def names() -> list[str]:
    """Every parameter of the installation, in the order of the modules."""
    return list(Parameter.objects.order_by("name").values_list("name", flat=True).distinct())


def shown(name: str, as_of: dt.date) -> list[Shown]:
    """The values of a parameter: by keys and place, the newest first; three queries at most."""
    rows = list(Parameter.objects.filter(name=name))
    spans = {(row.place_low, row.place_high) for row in rows} - {COUNTRY}
    places = {p.span: p for p in Place.objects.filter(low__in=[low for low, _high in spans]) if p.span in spans}
    newest: dict[Any, dt.date] = {}
    for row in rows:
        if row.since <= as_of:
            line = (tuple(sorted(row.keys.items())), row.place_low, row.place_high)
            newest[line] = max(newest.get(line, row.since), row.since)
    found = []
    for row in sorted(rows, key=lambda r: (sorted(r.keys.items()), r.place_low, -r.since.toordinal())):
        span = (row.place_low, row.place_high)
        line = (tuple(sorted(row.keys.items())), *span)
        over = row.until is not None and row.until < as_of
        state = TO_COME if row.since > as_of else IN_FORCE if newest[line] == row.since and not over else REPLACED
        where = _("The whole country") if span == COUNTRY else places.get(span, f"{span[0]}-{span[1]}")
        found.append(Shown(row, where, _keys(row.keys), parts_of(row.value, name), state))
    return found


def _keys(keys: dict[str, str]) -> str:
    return " · ".join(str(word_of(key)) for key in keys.values())


def places_for(user: User, name: str) -> list[Place | None]:
    """Where the user may set a parameter: None is the whole country. The national unit everywhere it asks for; an
    academy or a directorate in its own territory, unless a national text sets the parameter. Empty: nowhere."""
    if user.holds(NationalOfficer):
        return [None]
    if name.startswith(NATIONAL_ONLY):
        return []
    codes = {AcademyOfficer.code, DirectorateOfficer.code}
    held = [a.organisation.place for a in user.current_assignments if a.role in codes]
    return [place for place in held if place is not None]


def is_within_reach(row: Parameter, places: list[Place | None]) -> bool:
    """May a new value follow this one in one of the places: does it hold there today?"""
    return any(place is None or (row.place_low <= place.low and place.high <= row.place_high) for place in places)
