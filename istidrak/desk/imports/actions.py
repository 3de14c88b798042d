"""Receiving a list, explaining its headings, writing it, setting it aside. Nothing about a person is written
before a user confirms: until then there is one row about the file, and its tables without secret codes."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from istidrak.base import days, history, workflow
from istidrak.base.exchange.headings import FORBIDDEN, IGNORE, normalised
from istidrak.base.exchange.reading import OLD_WORKBOOK_START, ZIP_START, Table, UnreadableFile, read_tables
from istidrak.desk.imports import keeping, queue
from istidrak.desk.imports.layouts import LAYOUTS
from istidrak.desk.imports.messages import file_message, not_recognised_message
from istidrak.desk.imports.preview import (
    READ_WITH,
    Background,
    ContentGone,
    ListRead,
    Preview,
    is_clean,
    preview_of,
    preview_of_sheet,
    previews_of,
    read_list,
    remembered_for,
    remembered_headings,
    written_with,
)
from istidrak.desk.imports.writing import write_preview
from istidrak.organisations.models import Organisation
from istidrak.people.models import HeadingMapping, SourceFile
from istidrak.programmes.models import Season

LONGEST_NAME, LONGEST_SHEET, LONGEST_HEADING = 255, 120, 120
State = SourceFile.State
logger = logging.getLogger(__name__)


class ListRefused(Exception):
    """A file that cannot be received or written; `str()` says why, in the active language."""


@dataclass
class Applied:
    """What writing a list did. `counts`: records, stays, cases, schools_received, linked (by code), candidates (for a
    person to decide), schools_new, schools_corrected: those that fit its layout; zero when it was written before."""

    counts: dict[str, int] = field(default_factory=dict)


# Receiving


def tables_of(data: bytes, filename: str) -> list[Table]:
    """The sheets of an upload. Raises ListRefused with the reason in words."""
    try:
        return read_tables(data, filename)
    except UnreadableFile as error:
        raise ListRefused(file_message(error)) from error


def read_upload(data: bytes, filename: str, *, season: int, layout: str | None = None) -> ListRead:
    """Read an upload as it would be received; writes nothing. Raises ListRefused."""
    read = read_list(tables_of(data, filename), season=season, only=layout, remembered=remembered_headings())
    if read.layout is None:
        raise ListRefused(not_recognised_message())
    return read


def receive(
    *,
    by: Any,
    data: bytes,
    filename: str,
    season: Season,
    directorate: Organisation,
    organisation: Organisation | None = None,
    layout: str | None = None,
    is_own: bool = False,
    received_on: dt.date | None = None,
    read: ListRead | None = None,
) -> list[SourceFile]:
    """Receive a file: one SourceFile per sheet that holds the list, to be confirmed. The same bytes again give the
    same SourceFiles. `is_own`: the sender may send the list of `organisation` only.
    `read`: what `read_upload` said of the same bytes, so that a long file is not read twice.

    Raises ListRefused and leaves nothing when the file cannot be read, holds no list, or is another school's.
    """
    read = read or read_upload(data, filename, season=season.year, layout=layout)
    background = Background.of(directorate)
    background.look_up([read])
    where = {"season": season.year, "directorate": directorate, "background": background}
    previews = [preview_of_sheet(read, sheet, organisation=organisation, **where) for sheet in read.sheets]
    if is_own and organisation is not None:
        _refuse_list_of_others(previews, organisation)
    digest = keeping.digest_of(data)
    has_sheets = data.startswith((ZIP_START, OLD_WORKBOOK_START))
    _keep_tables(digest, read)
    with transaction.atomic():
        return [
            _put_file(
                by=by,
                preview=preview,
                key={
                    "digest": digest,
                    "sheet": preview.sheet[:LONGEST_SHEET] if has_sheets else "",
                    "season": season,
                    "directorate": directorate,
                },
                name=safe_name(filename),
                organisation=_organisation_of(preview, organisation),
                is_own=is_own,
                received_on=received_on,
            )
            for preview in previews
        ]


def safe_name(filename: str) -> str:
    """The last part of a file's name, without folders and signs that are not written."""
    last = PurePosixPath(filename.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable())[-LONGEST_NAME:] or "list"


def _refuse_list_of_others(previews: list[Preview], organisation: Organisation) -> None:
    for preview in previews:
        if preview.layout == "ESTABLISHMENTS" or preview.layout != _own_layout(organisation):
            raise ListRefused(_("This is not a list that %(name)s sends.") % {"name": organisation})
        # A name alone may be the same school, written otherwise: it is shown, and the sender decides.
        if preview.schools.unknown_codes or any(school != organisation for school in preview.schools.known):
            text = _("This list names other schools than %(name)s: send the list of your school only.")
            raise ListRefused(text % {"name": organisation})


def _own_layout(organisation: Organisation) -> str:
    return "CENTRE_LIST" if organisation.kind == "CENTRE" else "SCHOOL_LIST"


def _organisation_of(preview: Preview, chosen: Organisation | None) -> Organisation | None:
    """The school or centre that the list is of: the one chosen, else the only school that the list names."""
    if preview.layout == "CENTRE_LIST":
        return chosen if chosen is not None and chosen.kind == "CENTRE" else None
    if preview.layout != "SCHOOL_LIST":
        return None
    return chosen if chosen is not None and chosen.kind == "SCHOOL" else preview.schools.only


def _keep_tables(digest: str, read: ListRead) -> None:
    """Keep the tables; a file received before keeps a sheet that is no longer recognised today."""
    layout = str(read.layout)
    before = keeping.kept(digest, layout) or []
    if {table.sheet for table in before if table.rows} <= set(read.sheets):
        keeping.keep(digest, layout, read.tables)


def _put_file(
    *,
    by: Any,
    preview: Preview,
    key: dict[str, Any],
    name: str,
    organisation: Organisation | None,
    is_own: bool,
    received_on: dt.date | None,
) -> SourceFile:
    columns = {"layout": preview.layout, "organisation": organisation, **_counts(preview)}
    received_at = _instant_of(received_on)
    file, is_new = SourceFile.objects.get_or_create(
        **key, defaults={"name": name, "received_by": by, "received_at": received_at, **columns}
    )
    if is_new:
        history.record(file, "receive", by=by, after=State.PREVIEWED)
        return file
    if is_own and file.organisation_id != organisation.pk:  # type: ignore[union-attr]
        raise ListRefused(_("This list was already received for another school or centre."))
    if file.state not in {State.PREVIEWED, State.SET_ASIDE}:
        return file
    before = file.state
    if organisation is None:
        del columns["organisation"]  # chosen by hand before: not forgotten
    # Dropped again after being set aside: it waits for confirmation as if it were new.
    SourceFile.objects.filter(pk=file.pk, state=before).update(state=State.PREVIEWED, **columns)
    file.refresh_from_db()
    if before == State.SET_ASIDE:
        history.record(file, "receive", by=by, before=before, after=State.PREVIEWED)
    return file


def _instant_of(day: dt.date | None) -> dt.datetime:
    now = days.now()
    return now if day is None else dt.datetime.combine(day, dt.time(12), tzinfo=days.CASABLANCA)


def _counts(preview: Preview) -> dict[str, int]:
    return {
        "rows": len(preview.rows),
        "accepted": preview.accepted,
        "incomplete": preview.incomplete,
        "refused": preview.refused,
    }


# Before confirming


@transaction.atomic
def name_organisation(*, by: Any, file: SourceFile, organisation: Organisation) -> None:
    """Say which school or centre a list is of. Raises MoveRefused once it is being written."""
    changed = SourceFile.objects.filter(pk=file.pk, state=State.PREVIEWED).update(organisation=organisation)
    if not changed:
        file.refresh_from_db()
        raise workflow.MoveRefused("name_organisation", file.state)
    file.organisation = organisation
    history.record(file, "name_organisation", by=by, details={"organisation": str(organisation)})


def remember_headings(*, by: Any, file: SourceFile, mapping: Mapping[str, str]) -> None:
    """Explain headings once for every later list of the layout: heading -> field, IGNORE or FORBIDDEN (a secret
    code). The waiting lists of the directorate are counted again; a column newly said to be secret is emptied in
    them. Raises ValueError for a field that the layout does not have."""
    allowed = LAYOUTS[file.layout].vocabulary.fields | {IGNORE, FORBIDDEN}
    if wrong := set(mapping.values()) - allowed:
        raise ValueError(f"no such field: {sorted(wrong)}")
    with transaction.atomic():
        for heading, name in mapping.items():
            HeadingMapping.objects.update_or_create(
                layout=file.layout,
                heading=normalised(heading)[:LONGEST_HEADING],
                defaults={"field": name, "mapped_by": by, "mapped_at": days.now()},
            )
        history.record(file, "remember_headings", by=by, details={"headings": dict(mapping)})
    waiting = SourceFile.objects.filter(state=State.PREVIEWED, directorate=file.directorate)
    if FORBIDDEN in mapping.values():
        _empty_secrets(waiting)
    count_again(waiting.filter(layout=file.layout))


def _empty_secrets(files: Iterable[SourceFile]) -> None:
    remembered = remembered_headings()
    for digest, layout in {(file.digest, file.layout) for file in files}:
        tables = keeping.kept(digest, layout)
        if tables is not None:
            clean = keeping.without_secrets(tables, remembered_for(layout, remembered), layout)
            keeping.keep(digest, layout, clean)


def count_again(files: Iterable[SourceFile]) -> None:
    """Bring the counts of waiting files to what is remembered today."""
    waiting = list(_with_bodies(files))
    for pk, preview in previews_of(waiting).items():
        if preview is not None:
            SourceFile.objects.filter(pk=pk, state=State.PREVIEWED).update(**_counts(preview))


def _with_bodies(files: Any) -> Any:
    return files.select_related("season", "directorate__place", "organisation")


def set_aside(*, by: Any, file: SourceFile) -> None:
    """Leave a list unwritten; its tables are no longer kept. Raises MoveRefused."""
    workflow.move(file, "set_aside", by=by)
    others = SourceFile.objects.filter(digest=file.digest, layout=file.layout).exclude(state=State.SET_ASIDE)
    if not others.exists():
        keeping.drop(file.digest, file.layout)


# Writing


def apply(*, by: Any, file: SourceFile, preview: Preview | None = None) -> Applied:
    """Write a list: records, stays, cases or ties, candidates for the same person; schools for an establishments
    file. Resumable: stopped half-way and applied again, it writes what is missing and nothing twice.
    `preview`: what was just read of the file, emptied here; a writing that began before reads what it began with.

    Raises ListRefused when the centre of a centre's list is not chosen or the tables are gone, MoveRefused when
    the list was set aside.
    """
    if file.state == State.APPLIED:
        return Applied({"records": 0})
    _refuse_to_write(file)
    preview = _begun(by, file, preview)
    counts = _counts(preview)
    try:
        written = write_preview(by=by, file=file, preview=preview)
    except (queue.TakenOver, workflow.MoveRefused):
        raise
    except Exception as error:
        stop(by=by, file=file, why=f"{type(error).__name__}: {error}")
        raise
    except BaseException:
        queue.leave(file)
        raise
    _finish(by, file, counts)
    return Applied(written)


def _refuse_to_write(file: SourceFile) -> None:
    if file.state == State.SET_ASIDE:
        raise workflow.MoveRefused("apply", file.state)
    if file.layout == "CENTRE_LIST" and file.organisation_id is None:
        raise ListRefused(_("This is a centre's list: choose the centre before writing it."))


def _finish(by: Any, file: SourceFile, counts: dict[str, int]) -> None:
    try:
        workflow.move(file, "finish", by=by, writer=None, failure="", **counts)
    except workflow.MoveRefused:
        if file.state != State.APPLIED:  # else another request wrote the last rows at the same time
            raise


def confirm(*, by: Any, file: SourceFile) -> Applied | None:
    """Write a list that somebody confirmed: a short one at once, a long one by the run that writes long lists
    (then None is returned). Raises as `apply`."""
    if file.accepted + file.incomplete <= settings.ROWS_WRITTEN_AT_ONCE or file.state == State.APPLIED:
        return apply(by=by, file=file)
    _refuse_to_write(file)
    if file.state == State.QUEUED or (file.state == State.APPLYING and queue.is_alive(file)):
        return None
    if not keeping.path_of(file.digest, file.layout).exists():
        raise ListRefused(_("The content of this file is no longer kept: drop it again."))
    fresh = {"writer": None, "beat_at": None, "attempts": 0, "failure": ""}
    workflow.move(file, "queue", by=by, confirmed_by=by, confirmed_at=days.now(), **fresh)
    return None


def stop(*, by: Any, file: SourceFile, why: str) -> None:
    """Say that the writing of a list stopped for a reason that nobody foresaw: it can be confirmed again or set
    aside. Nothing happens when another run holds the list."""
    still = SourceFile.objects.filter(
        pk=file.pk, writer=file.writer, state__in=[State.QUEUED, State.APPLYING]
    ).first()
    if still is not None:
        workflow.move(still, "fail", by=by, reason=why[:LONGEST_NAME], failure=why, writer=None, beat_at=None)
        file.state = still.state


def write_next() -> SourceFile | None:
    """Write the list that has waited longest, signed by who confirmed it; returns it, None when none waits.

    One that stopped its run MOST_ATTEMPTS times is given up until somebody confirms it again.
    """
    file = queue.take()
    if file is None:
        return None
    by = file.confirmed_by
    if file.attempts > queue.MOST_ATTEMPTS:
        stop(by=by, file=file, why=_("The writing was cut short several times."))
        return file
    with queue.beating(file):
        try:
            apply(by=by, file=file)
        except queue.TakenOver:
            logger.warning("list %s is written by another run", file.pk)
        except (ListRefused, workflow.MoveRefused) as error:
            stop(by=by, file=file, why=str(error))
        except Exception as error:  # the list says so on its page; the run goes on with the others
            stop(by=by, file=file, why=f"{type(error).__name__}: {error}")
            logger.exception("list %s could not be written", file.pk)
    return file


def _begun(by: Any, file: SourceFile, preview: Preview | None) -> Preview:
    """Move to APPLYING and fix the headings as they are understood now: a resumed writing reads the same rows."""
    is_first = written_with(file) is None
    if preview is None or not is_first:
        try:
            preview = preview_of(file)
        except ContentGone as error:
            raise ListRefused(_("The content of this file is no longer kept: drop it again.")) from error
    with transaction.atomic():
        # A run keeps the mark that it took the list with; a request has none, and the row it writes is locked.
        workflow.move(file, "apply", by=by, confirmed_by=by, beat_at=days.now(), failure="")
        if is_first:
            history.record(file, READ_WITH, by=by, details={"headings": dict(preview.remembered)})
    return preview


@dataclass
class AppliedAll:
    """Writing several lists: how many were written, and those left with the reason in words."""

    written: int = 0
    queued: int = 0  # long ones, which a run writes
    left: list[tuple[SourceFile, str]] = field(default_factory=list)


def apply_all_clean(*, by: Any, files: Iterable[SourceFile]) -> AppliedAll:
    """Write each waiting list that is clean (`preview.is_clean`); one that fails does not stop the others."""
    waiting = [file for file in files if file.state in {State.PREVIEWED, State.APPLYING}]
    previews = previews_of([file for file in waiting if file.state == State.PREVIEWED])
    outcome = AppliedAll()
    for file in waiting:
        preview = previews.get(file.pk)
        if file.state == State.PREVIEWED and (preview is None or not is_clean(preview, file.organisation)):
            continue
        try:
            if confirm(by=by, file=file) is None:
                outcome.queued += 1
            else:
                outcome.written += 1
        except (ListRefused, workflow.MoveRefused) as error:
            outcome.left.append((file, str(error)))
    return outcome
