"""Pairs for the command line, and how well a caravan's list is recognised on a school list."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db.models import Q

from istidrak.organisations.models import Organisation
from istidrak.people.comparable import comparable
from istidrak.people.models import CandidatePair, SourceFile, SourceRecord
from istidrak.people.pairing import Evaluation, TruthRow, best_matches, candidate_pairs, evaluate, repeated_rows


def pairs_printed(directorate: Organisation | None = None, year: int | None = None) -> Iterator[dict[str, Any]]:
    """Every pair found, the likeliest first: file and row of each side, kind (linked, likely, possible), score,
    state.

    `directorate`: pairs with a record of a list of that directorate; `year`: of a record of that season.
    """
    rows = CandidatePair.unscoped.select_related(
        *(f"{side}_record__{inner}" for side in ("left", "right") for inner in ("person", "file"))
    )
    if directorate is not None:
        rows = rows.filter(
            Q(left_record__file__directorate=directorate) | Q(right_record__file__directorate=directorate)
        )
    if year is not None:
        rows = rows.filter(Q(left_record__season__year=year) | Q(right_record__season__year=year))
    order = {"LINKED": 0, "LIKELY": 1, "POSSIBLE": 2}
    for pair in sorted(rows, key=lambda pair: (order[pair.kind], -pair.score, pair.pk)):
        yield {
            "left": _side(pair.left_record),
            "right": _side(pair.right_record),
            "kind": pair.kind.lower(),
            "score": pair.score,
            "state": pair.state,
        }


def _side(record: SourceRecord) -> dict[str, Any]:
    return {
        "file": record.file.name if record.file else None,  # an entry by hand stands on no list
        "sheet": record.file.sheet if record.file else None,
        "row": record.row,
        "person": record.person.file_number,
        "origin": record.origin,
    }


def last_file(layout: str, directorate: Organisation | None = None, year: int | None = None) -> SourceFile | None:
    """The list of a layout that was written last."""
    files = SourceFile.objects.filter(layout=layout, state=SourceFile.State.APPLIED)
    if directorate is not None:
        files = files.filter(directorate=directorate)
    if year is not None:
        files = files.filter(season__year=year)
    return files.select_related("season", "directorate__place", "organisation").order_by("-pk").first()


def read_truth(path: Path) -> list[TruthRow]:
    """The rows of a truth file: `row`, `not_rejoined_row` (empty: nobody), `kind`; numbers are data rows, from 1.

    Raises ValueError when a column is missing or a number is none.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            return [
                TruthRow(
                    int(line["row"]),
                    int(line["not_rejoined_row"]) if line["not_rejoined_row"] else None,
                    line["kind"],
                )
                for line in csv.DictReader(stream)
            ]
        except (KeyError, TypeError) as error:
            raise ValueError(f"columns needed: row, not_rejoined_row, kind ({error})") from error


def measured(
    caravan: SourceFile, school: SourceFile, truth: Iterable[TruthRow], first_rows: Mapping[int, int]
) -> Evaluation:
    """How well the records of one list are recognised among those of another.

    `first_rows` gives, by key of the file, the sheet row of its first data row: the truth counts from there.
    """
    left, right = _records(caravan), _records(school)
    facts_left, facts_right = [r.compared for r in left], [r.compared for r in right]
    matches = best_matches(
        candidate_pairs(facts_left, facts_right), repeated_rows(facts_left), repeated_rows(facts_right)
    )
    predictions = {
        left[i].row - first_rows[caravan.pk] + 1: right[j].row - first_rows[school.pk] + 1 for i, j in matches.items()
    }
    return evaluate(truth, predictions)


def _records(file: SourceFile) -> list[Any]:
    rows = list(SourceRecord.unscoped.filter(file=file).order_by("row"))
    for row in rows:
        row.compared = comparable(row.facts)
    return rows
