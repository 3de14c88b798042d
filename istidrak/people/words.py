"""Codes of comparisons and of tables in words, for pages."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

FIELDS = {
    "NAME": _("Name"),
    "BIRTH": _("Birth"),
    "SEX": _("Sex"),
    "MASSAR_CODE": _("Massar code"),
    "PHONE": _("Telephone"),
    "GUARDIAN": _("Guardian"),
    "LEVEL": _("Level"),
    "PLACE": _("Quarter or douar"),
}
VERDICTS = {
    "AGREES": _("Agrees"),
    "NEAR": _("Near"),
    "DIFFERS": _("Differs"),
    "UNKNOWN": _("To complete"),
}
VERDICT_TONES = {"AGREES": "green", "NEAR": "orange", "DIFFERS": "red", "UNKNOWN": "secondary"}
NOTES = {
    "SAME_FULL_NAME": _("same full name"),
    "OTHER_SPELLING": _("another spelling of the same name"),
    "CLOSE_NAME": _("close names"),
    "CLOSE_GIVEN_NAME": _("close first names"),
    "CLOSE_FAMILY_NAME": _("close family names"),
    "OTHER_NAME": _("another name"),
    "OTHER_GIVEN_NAME": _("another first name"),
    "OTHER_FAMILY_NAME": _("another family name"),
    "SAME_DAY": _("same day"),
    "BOTH_FIRST_OF_JANUARY": _("both 1 January, often written for a year only"),
    "DAY_MONTH_SWAPPED": _("day and month swapped"),
    "ONE_PART_DIFFERS": _("one part of the date differs"),
    "YEAR_ONLY": _("same year, one of them without a day"),
    "SAME_YEAR": _("same year, another day"),
    "NEXT_YEAR": _("one year apart"),
    "OTHER_YEAR": _("another year"),
    "ONE_CHARACTER": _("one character apart"),
    "SAME_FAMILY": _("same family"),
}
# What a row of each table is called, where pages list what a merge left or what stands in its way.
ROWS = {
    "people.sourcerecord": _("Source record"),
    "people.tie": _("Opening of the file"),
    "people.situation": _("Statement of a situation"),
    "schooling.stay": _("Stay in a school"),
    "outreach.case": _("Case"),
    "outreach.contact": _("Contact"),
    "orientation.decision": _("Orientation"),
    "orientation.interview": _("Interview"),
    "orientation.placementtest": _("Placement tests"),
    "orientation.councilrequest": _("Class council"),
    "orientation.sittingline": _("Committee"),
    "orientation.lifeproject": _("Life project"),
    "support.registration": _("Registration for the transfers"),
    "training.enrolment": _("Enrolment"),
    "training.application": _("Request for a place"),
    "training.guardianship": _("Statement of a guardian"),
    "training.consent": _("Consent"),
    "training.insertion": _("Insertion"),
    "training.confirmation": _("Confirmation"),
    "training.followupcontact": _("Contact"),
    "training.absencefollowup": _("Follow-up of absences"),
    "results.mark": _("Mark of an evaluation"),
    "psychosocial.accompaniment": _("Psychosocial follow-up of a learner"),
}


def row_word(label: str | type[Model]) -> Any:
    """What a row of a table (`app.model`, or the model) is called."""
    return ROWS[label if isinstance(label, str) else label._meta.label_lower]
