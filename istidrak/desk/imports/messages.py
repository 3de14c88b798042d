"""Says in words what is wrong with a row or a file; one sentence per code, in the language of the reader."""

import datetime as dt
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from istidrak.base.exchange.reading import UnreadableFile, as_text
from istidrak.desk.imports.problems import Problem, Reason

ROW_MESSAGES: dict[Reason, Promise] = {
    Reason.NO_NAME: gettext_lazy("The row has no name."),
    Reason.NO_ESTABLISHMENT_CODE: gettext_lazy("The row has no valid school code."),
    Reason.CELLS_SHIFTED: gettext_lazy(
        "The row has more cells than the headings: it is not read, because a secret code may stand in another column."
    ),
    Reason.NAME_MISSING: gettext_lazy("The name is missing; the code is valid."),
    Reason.NAME_PART_MISSING: gettext_lazy("The family name or the first name is missing."),
    Reason.NAME_MIXED_SCRIPTS: gettext_lazy(
        "The name %(text)s mixes Arabic and Latin letters: check what belongs to each."
    ),
    Reason.NAME_HAS_DIGITS: gettext_lazy("The name %(text)s holds digits."),
    Reason.NAME_UNREADABLE: gettext_lazy("%(text)s is not a name in Arabic or Latin letters."),
    Reason.NAME_DAMAGED: gettext_lazy("Letters of the name %(text)s were lost when the file was saved."),
    Reason.SEX_MISSING: gettext_lazy("The sex is missing."),
    Reason.SEX_UNREADABLE: gettext_lazy("%(text)s is not understood as a sex."),
    Reason.BIRTH_MISSING: gettext_lazy("The birth date is missing."),
    Reason.BIRTH_YEAR_ONLY: gettext_lazy("Only the year of birth is known: %(year)s."),
    Reason.BIRTH_CONTRADICTS_YEAR: gettext_lazy(
        "The birth date %(date)s does not agree with the year of birth %(year)s."
    ),
    Reason.DATE_IMPOSSIBLE: gettext_lazy("The day %(text)s does not exist."),
    Reason.DATE_TWO_DIGIT_YEAR: gettext_lazy("The date %(text)s has a year of two digits: write all four."),
    Reason.DATE_UNREADABLE: gettext_lazy("%(text)s is not a date."),
    Reason.DATE_IN_FUTURE: gettext_lazy("The date %(date)s is in the future."),
    Reason.AGE_OUT_OF_RANGE: gettext_lazy(
        "The age on %(date)s is not between %(youngest)s and %(oldest)s: check the birth date."
    ),
    Reason.CODE_SHAPE: gettext_lazy("%(text)s is not a Massar code (one letter and nine digits)."),
    Reason.PHONE_UNREADABLE: gettext_lazy("%(text)s is not a telephone number of ten digits."),
    Reason.ESTABLISHMENT_CODE_SHAPE: gettext_lazy("%(text)s is not a school code (five digits and one letter)."),
    Reason.NAME_STATED_TWICE: gettext_lazy("Another column gives the name %(text)s: the first one is kept."),
    Reason.MORE_THAN_ONE_PHONE: gettext_lazy("The cell holds several telephone numbers: %(kept)s is kept."),
    Reason.LEVEL_UNKNOWN: gettext_lazy("The level %(text)s is not known: its text is kept."),
    Reason.STATUS_UNKNOWN: gettext_lazy("The situation %(text)s is not known: its text is kept."),
    Reason.DROPOUT_REASON_UNKNOWN: gettext_lazy("The reason %(text)s is none of the list: its text is kept."),
    Reason.NUMBER_UNREADABLE: gettext_lazy("%(text)s is not a number that can be read here."),
    Reason.SCHOOL_CODE_SHAPE: gettext_lazy("%(text)s is not a school code: the name of the school is kept."),
    Reason.ESTABLISHMENT_CHECK_LETTER: gettext_lazy(
        "The letter of the school code %(text)s should be %(expected)s: check the code."
    ),
    Reason.ROW_REPEATED: gettext_lazy("The same as row %(first)s of the sheet %(sheet)s."),
    Reason.CODE_REPEATED: gettext_lazy("The code %(text)s is also on row %(first)s of the sheet %(sheet)s."),
    Reason.COMMUNE_UNKNOWN: gettext_lazy(
        "The commune %(text)s is not known here: a school already known keeps its commune, a new one is placed in "
        "the province as a whole."
    ),
}

FILE_MESSAGES: dict[str, Promise] = {
    "NOT_A_SPREADSHEET": gettext_lazy("This file is not a list that can be read: send an .xlsx, .xls or .csv file."),
    "WEB_PAGE": gettext_lazy(
        "This file is a web page under the name of a spreadsheet: open it in Excel and save it as .xlsx."
    ),
    "DAMAGED": gettext_lazy("This file is damaged: open it in Excel and save it again."),
    "ENCRYPTED": gettext_lazy("This file asks for a password: save it without one and send it again."),
    "EMPTY": gettext_lazy("This file holds no row."),
    "TOO_LARGE": gettext_lazy("This file is too large to be read: cut it into several files."),
    "TOO_MANY_ROWS": gettext_lazy("A sheet of this file has more than %(limit)s rows: cut it into several files."),
    "TOO_MANY_COLUMNS": gettext_lazy("A sheet of this file has more than %(limit)s columns: keep those of the list."),
    "NOT_RECOGNISED": gettext_lazy(
        "No list was found in this file: no row of headings names people or schools. Check the headings."
    ),
}

# First strong isolate and its end: a Latin name or a number keeps its own direction inside an Arabic sentence.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def message(problem: Problem) -> str:
    """The sentence for one problem of a row, in the active language."""
    return str(ROW_MESSAGES[Reason(problem.reason)]) % _shown(problem.params)


def file_message(error: UnreadableFile) -> str:
    """The sentence for a file that gives no table, in the active language."""
    return str(FILE_MESSAGES[error.code]) % _shown(error.params)


def not_recognised_message() -> str:
    """The sentence for a file whose tables are no list of people or schools."""
    return str(FILE_MESSAGES["NOT_RECOGNISED"])


def _shown(params: Mapping[str, object]) -> dict[str, str]:
    return {name: f"{_ISOLATE}{_text(value)}{_END_OF_ISOLATE}" for name, value in params.items()}


def _text(value: object) -> str:
    return as_text(value) if isinstance(value, dt.date) else str(value)
