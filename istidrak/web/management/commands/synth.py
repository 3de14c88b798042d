"""`istidrak synth`: an invented country as Parquet, to compute and measure transfers on."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.support.synth import make


class Command(BaseCommand):
    help = "Write an invented country (schools, families, absences) as a folder of facts; nobody in it exists."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        """How many pupils, where, and which year and months."""
        parser.add_argument("--pupils", type=int, default=8_300_000)
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--school-year", type=int, default=2018)
        parser.add_argument("--months", default="201809,201810,201811,201812", metavar="201809,201810")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and print its counts as JSON."""
        if options["pupils"] < 1:
            raise CommandError(_("The number of pupils is above nought."))
        try:
            months = [int(month) for month in options["months"].split(",")]
            made = make(
                options["out"],
                size=options["pupils"],
                seed=options["seed"],
                school_year=options["school_year"],
                months=months,
            )
        except ValueError as error:
            raise CommandError(_("Months are written 201809,201810.")) from error
        except FileExistsError as error:
            raise CommandError(_("The folder %(name)s holds something already.") % {"name": error}) from error
        self.stdout.write(json.dumps(asdict(made), indent=1))
