"""`istidrak synth`: an invented country as Parquet, or loaded into an empty installation, to measure transfers on."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.support.facts import BadFacts
from istidrak.support.loading import NotEmpty, load
from istidrak.support.synth import BadMonths, make


class Command(BaseCommand):
    help = "Write an invented country as a folder of facts, or load such a folder into an empty installation."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        """How many pupils, where, and which year and months."""
        parser.add_argument("--pupils", type=int, default=8_300_000)
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--out", type=Path, metavar="DIR", help="write the country here")
        where.add_argument("--load", type=Path, metavar="DIR", help="load the country written there")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--school-year", type=int, default=2018)
        parser.add_argument("--months", default="201809,201810,201811,201812", metavar="201809,201810")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it or load it, and print its counts as JSON."""
        if options["load"]:
            self.stdout.write(json.dumps(_loaded(options["load"]), indent=1))
            return
        if options["pupils"] < 1:
            raise CommandError(_("The number of pupils is above nought."))
        try:
            months = [int(month) for month in options["months"].split(",")]
        except ValueError as error:
            raise CommandError(_("Months are written 201809,201810.")) from error
        try:
            made = make(
                options["out"],
                size=options["pupils"],
                seed=options["seed"],
                school_year=options["school_year"],
                months=months,
            )
        except BadMonths as error:
            raise CommandError(_("The months are those of the school year, each of them once.")) from error
        except FileExistsError as error:
            raise CommandError(_("The folder %(name)s holds something already.") % {"name": error}) from error
        self.stdout.write(json.dumps(asdict(made), indent=1))


def _loaded(folder: Path) -> dict[str, int]:
    try:
        return load(folder)
    except BadFacts as error:
        raise CommandError(str(error)) from error
    except NotEmpty as error:
        raise CommandError(
            _("The installation holds pupils or schools: an invented country is loaded into an empty one only.")
        ) from error
