"""`istidrak duplicates [--json]`: candidate pairs; `--evaluate TRUTH.csv`: how well a caravan is recognised."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from istidrak.desk.imports.preview import ContentGone, preview_of
from istidrak.organisations.models import Organisation
from istidrak.people.models import SourceFile
from istidrak.people.queries import measuring

HEADINGS = ("kind", "score", "state", "first file", "row", "second file", "row")


class Command(BaseCommand):
    help = "Print the pairs of records that may be of one person; or measure the comparison against a truth file."

    def add_arguments(self, parser: Any) -> None:
        """Where to look, and what to print."""
        parser.add_argument("--directorate", metavar="CODE", help="only lists of this directorate: 321, 141.01.0")
        parser.add_argument("--season", type=int, metavar="YEAR", help="starting year: 2025 for 2025/26")
        parser.add_argument(
            "--evaluate",
            type=Path,
            metavar="TRUTH.csv",
            help="compare the last caravan list with the last school list (columns: row, not_rejoined_row, kind)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print pairs, or recall and precision."""
        directorate = _directorate(options["directorate"])
        if options["evaluate"] is not None:
            self._print_measure(options, directorate)
            return
        pairs = list(measuring.pairs_printed(directorate, options["season"]))
        if options["json"]:
            self.stdout.write(json.dumps(pairs, ensure_ascii=False, indent=1))
        else:
            self._print_table(pairs)

    def _print_table(self, pairs: list[dict[str, Any]]) -> None:
        lines = [HEADINGS]
        for pair in pairs:
            sides = [str(pair[side][name] or "-") for side in ("left", "right") for name in ("file", "row")]
            lines.append((pair["kind"], f"{pair['score']:.2f}", pair["state"], *sides))
        widths = [max(len(line[at]) for line in lines) for at in range(len(HEADINGS))]
        for line in lines:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
        self.stdout.write(f"{len(pairs)} pairs")

    def _print_measure(self, options: dict[str, Any], directorate: Organisation | None) -> None:
        path: Path = options["evaluate"]
        try:
            truth = measuring.read_truth(path)
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        caravan = _last("CARAVAN_LIST", directorate, options["season"])
        school = _last("SCHOOL_LIST", directorate, options["season"])
        result = measuring.measured(caravan, school, truth, {f.pk: _first_row(f) for f in (caravan, school)})
        answer = {
            "recall": _rounded(result.recall),
            "precision": _rounded(result.precision),
            "known": result.known,
            "found": result.found,
            "predicted": result.predicted,
            "correct": result.correct,
            "caravan_list": caravan.name,
            "school_list": school.name,
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            for name, value in answer.items():
                self.stdout.write(f"{name:<13} {value}")


def _directorate(code: str | None) -> Organisation | None:
    if code is None:
        return None
    found = Organisation.objects.filter(kind="DIRECTORATE", code=code).first()
    if found is None:
        raise CommandError(f"there is no directorate with the code {code}")
    return found


def _last(layout: str, directorate: Organisation | None, year: int | None) -> SourceFile:
    file = measuring.last_file(layout, directorate, year)
    if file is None:
        raise CommandError(f"no list of the kind {layout} was written yet: use `istidrak import FILE --apply` first")
    return file


def _first_row(file: SourceFile) -> int:
    """The sheet row of the first data row: under the heading, as the list was read."""
    try:
        header = preview_of(file).header
    except ContentGone as error:
        raise CommandError(f"the rows of {file.name} are no longer kept: import it again") from error
    return header.row_index + header.height + 1


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
