"""`istidrak import FILE --season 2025 --directorate 321 [--apply] [--json]`: a list looked at, or written."""

import gc
import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from istidrak.accounts.actions import command_line_account
from istidrak.accounts.models import User
from istidrak.base.exchange.reading import Limits
from istidrak.base.workflow import MoveRefused
from istidrak.desk.imports import actions
from istidrak.desk.imports.layouts import LAYOUTS
from istidrak.desk.imports.preview import Background, ListRead, Preview, preview_of_sheet
from istidrak.organisations.models import Organisation
from istidrak.programmes.actions import season_of

FIRST_SEASON, LAST_SEASON = 2000, 2100


class Command(BaseCommand):
    help = "Read a list and say what it holds; with --apply, write it. Nothing at all is written without --apply."

    def add_arguments(self, parser: Any) -> None:
        """The file and where it belongs."""
        parser.add_argument("file", type=Path, help=".xlsx, .xls or .csv")
        parser.add_argument("--season", type=int, required=True, help="starting year: 2025 for 2025/26")
        parser.add_argument("--directorate", required=True, help="code as printed: 321, 141.01.0")
        parser.add_argument("--apply", action="store_true", help="write what the preview shows")
        parser.add_argument("--layout", choices=sorted(LAYOUTS), help="the kind of list, when it is not recognised")
        parser.add_argument("--centre", metavar="CODE", help="the centre whose own list it is")
        parser.add_argument("--school", metavar="CODE", help="the school whose list it is, when the list names none")
        parser.add_argument("--by", metavar="USERNAME", help="who signs; without it, the account of the command line")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or apply, then print. Errors go to the error stream with exit code 1."""
        with translation.override(settings.LANGUAGE_CODE):
            answer = self._answer(options)
            if options["json"]:
                self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
            else:
                self._print_table(answer)

    def _answer(self, options: dict[str, Any]) -> dict[str, Any]:
        directorate = _body(
            "DIRECTORATE", options["directorate"], _("There is no directorate with the code %(code)s.")
        )
        year = options["season"]
        if not FIRST_SEASON <= year <= LAST_SEASON:
            raise CommandError(
                _("%(year)s is not a season: give its starting year, 2025 for 2025/26.") % {"year": year}
            )
        organisation, layout = _whose(options, directorate)
        by = _signer(options["by"])
        data = _bytes_of(options["file"])
        name = options["file"].name
        try:
            read = actions.read_upload(data, name, season=year, layout=layout)
            previews = _previews(read, year, directorate, organisation)
            answer = _summary(previews)
            if options["apply"]:
                answer["applied"] = _apply(
                    read,
                    previews,
                    by=by or command_line_account(),
                    data=data,
                    filename=name,
                    season=season_of(year),
                    directorate=directorate,
                    organisation=organisation,
                    layout=layout,
                )
        except actions.ListRefused as error:
            raise CommandError(str(error)) from error
        except MoveRefused as error:
            raise CommandError(_("The list changed meanwhile: look at its state before going on.")) from error
        return answer

    def _print_table(self, answer: dict[str, Any]) -> None:
        labels = {
            "layout": _("Kind of list"),
            "rows": _("Rows"),
            "accepted": _("Accepted"),
            "incomplete": _("To complete"),
            "refused": _("Refused"),
        }
        width = max(map(len, labels.values()))
        for name, label in labels.items():
            self.stdout.write(f"{label:<{width}}  {answer[name]}")
        for problem in answer["problems"]:
            self.stdout.write(f"{problem['row']:>6}  {problem['column']}: {problem['message']}")
        for name, number in answer.get("applied", {}).items():
            self.stdout.write(f"{name}: {number}")


def _body(kind: str, code: str, words: str) -> Organisation:
    body = Organisation.objects.filter(kind=kind, code=code.strip()).select_related("place").first()
    if body is None:
        raise CommandError(words % {"code": code})
    return body


def _whose(options: dict[str, Any], directorate: Organisation) -> tuple[Organisation | None, str | None]:
    """The centre or school that the list is of, inside the directorate, and the layout that this implies."""
    if options["centre"] and options["school"]:
        raise CommandError(_("A list is of a school or of a centre, not of both."))
    for kind, given, layout in (
        ("CENTRE", options["centre"], "CENTRE_LIST"),
        ("SCHOOL", options["school"], "SCHOOL_LIST"),
    ):
        if not given:
            continue
        body = _body(kind, given, _("There is no school or centre with the code %(code)s."))
        low, high = directorate.place.span
        if not low <= (body.place_number or -1) <= high:
            raise CommandError(_("%(code)s is not in the directorate chosen.") % {"code": given})
        return body, options["layout"] or layout
    return None, options["layout"]


def _signer(username: str | None) -> User | None:
    if username is None:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no account %(name)s.") % {"name": username})
    return user


def _bytes_of(path: Path) -> bytes:
    """The file's content; one beyond the limit is not read into memory."""
    limit = Limits().file_bytes
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise CommandError(_("%(name)s cannot be opened.") % {"name": path}) from error


def _previews(
    read: ListRead, year: int, directorate: Organisation, organisation: Organisation | None
) -> list[Preview]:
    background = Background.of(directorate)
    background.look_up([read])
    return [
        preview_of_sheet(
            read,
            sheet,
            season=year,
            directorate=directorate,
            organisation=organisation,
            background=background,
        )
        for sheet in read.sheets
    ]


def _summary(previews: list[Preview]) -> dict[str, Any]:
    """The sheets of one workbook together."""
    return {
        "layout": previews[0].layout,
        "rows": sum(len(preview.rows) for preview in previews),
        "accepted": sum(preview.accepted for preview in previews),
        "incomplete": sum(preview.incomplete for preview in previews),
        "refused": sum(preview.refused for preview in previews),
        "problems": [
            {"row": line.row, "column": line.column, "reason": line.reason, "message": line.message}
            for preview in previews
            for line in preview.problems()
        ],
    }


def _apply(read: ListRead, previews: list[Preview], *, by: User, **upload: Any) -> dict[str, int]:
    """Receive and write what was read for the preview: a region's file is read once."""
    counts: Counter[str] = Counter()
    files = actions.receive(by=by, read=read, **upload)
    read.rows, read.tables = [], []  # each preview is emptied as it is written: nothing else holds its rows
    # What was read stays until it is written: looking through it again and again for what may be thrown away took a
    # fifth of the time of a long list.
    gc.freeze()
    try:
        for file, preview in zip(files, previews, strict=True):
            counts.update(actions.apply(by=by, file=file, preview=preview).counts)
    finally:
        gc.unfreeze()
    return dict(counts)
