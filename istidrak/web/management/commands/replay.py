"""`istidrak replay`: an instalment computed again from its kept facts, and compared to the centime."""

import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.base.rules.engines import NAMES, EngineAbsent
from istidrak.support.facts import BadFacts, open_facts
from istidrak.support.models import Instalment
from istidrak.support.replaying import NothingToReplay, compare, replay
from istidrak.web.management.commands.run import absence_in_words, instalment_of


class Command(BaseCommand):
    help = "Replay an instalment: the same digest, or the list of differences (and exit 1)."

    def add_arguments(self, parser: Any) -> None:
        """Which instalment: one of the database by its body, or a folder of facts with the file of its lines."""
        parser.add_argument("instalment", metavar="2018-19/1")
        parser.add_argument("--body", help="code of the directorate, or MINISTRY; needed when several have one")
        parser.add_argument("--facts", type=Path, metavar="DIR", help="without a database: the folder of facts")
        parser.add_argument("--lines", type=Path, metavar="lines.parquet", help="and the lines to compare")
        parser.add_argument("--engine", choices=NAMES, default="polars")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found as JSON."""
        year, number = instalment_of(options["instalment"])
        try:
            found = (
                _files(options, year, number)
                if options["facts"]
                else replay(_one(year, number, options["body"]), engine=options["engine"]).as_json()
            )
        except BadFacts as error:
            raise CommandError(str(error)) from error
        except NothingToReplay as error:
            raise CommandError(_("This instalment has no lines, or its facts are no longer kept.")) from error
        except EngineAbsent as error:
            raise CommandError(absence_in_words(error)) from error
        self.stdout.write(json.dumps(found, indent=1))
        if not found["is_same"]:
            raise SystemExit(1)


def _files(options: dict[str, Any], year: int, number: int) -> dict[str, Any]:
    if not options["lines"]:
        raise CommandError(_("With --facts, say with --lines which lines to compare."))
    with tempfile.TemporaryDirectory() as beside:
        lines = pl.scan_parquet(options["lines"])
        found = compare(
            open_facts(options["facts"]),
            lines,
            school_year=year,
            number=number,
            beside=beside,
            engine=options["engine"],
        )
    return {"is_same": not found["differing"], **found}


def _one(year: int, number: int, body: str | None) -> Instalment:
    rows = Instalment.unscoped.filter(school_year=year, number=number).exclude(rules_digest="")
    if body:
        rows = rows.filter(body__code=body)
    found = list(rows.select_related("body")[:2])
    if not found:
        raise CommandError(_("No such instalment was saved."))
    if len(found) > 1:
        raise CommandError(_("Several bodies saved that instalment: say which with --body."))
    return found[0]
