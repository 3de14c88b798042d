"""When somebody who stays away is asked after. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

# Values of Attendance.Mark, repeated because rules know no table.
ABSENT, EXCUSED = "ABSENT", "EXCUSED"


@dataclass(frozen=True)
class Row:
    """Absences in a row without excuse, up to the last session taken: how many, the first and the last day."""

    count: int
    since: dt.date
    last: dt.date


def absences_in_a_row(marks: Iterable[tuple[dt.date, str]]) -> Row | None:
    """The unbroken row of unexcused absences at the end of the sessions taken; None when the last mark is no such.

    `marks`: (day, mark) of the sessions whose roll-call is done, in the order of date; a session that was not
    taken, or was cancelled, has no mark and so neither breaks nor lengthens the row. Present or late breaks it.
    An excused absence neither breaks it nor counts: the learner did not come, and somebody knows why.

        absent, absent, absent            3
        absent, excused, absent           2
        absent, present, absent           1
        absent, absent, late              none
        absent, absent, excused           2
    """
    row: Row | None = None
    for day, mark in marks:
        if mark == ABSENT:
            row = Row(row.count + 1, row.since, day) if row else Row(1, day, day)
        elif mark != EXCUSED:
            row = None
    return row


def outcome_of(row: Row | None, number: int, came_after: bool) -> str:
    """What a roll-call says of a follow-up: RAISE, COME_BACK or SET_ASIDE.

    `number`: absences in a row from which somebody is asked after; `came_after`: the learner came after the last
    absence that the follow-up counted. With fewer absences and no coming since, a roll-call was corrected.
    """
    if row is not None and row.count >= number:
        return "RAISE"
    return "COME_BACK" if came_after else "SET_ASIDE"
