"""`istidrak reform`: what a change of parameters would cost, who gains and who loses, without a database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.base.rules import NoParameter
from istidrak.support.facts import BadFacts, open_facts
from istidrak.support.reforming import compare
from istidrak.support.rules.changes import BadChange, read
from istidrak.web.management.commands.run import instalment_of


class Command(BaseCommand):
    help = "Compare an instalment under the law of its day with the same instalment under changed parameters."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        """The facts, the instalment, the changes."""
        parser.add_argument("--facts", required=True, type=Path, metavar="DIR")
        parser.add_argument("--instalment", required=True, metavar="2018-19/1")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="support.tayssir_household_limit=4, support.tayssir_amount[1AP]=7000 (centimes) or "
            "support.tayssir_absences[PRIMARY].limit=5; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and print as JSON: totals in centimes, and counts by level, sex, milieu and place."""
        year, number = instalment_of(options["instalment"])
        try:
            facts = open_facts(options["facts"])
            names = {value.name for value in facts.parameters if value.name.startswith("support.")}
            changes = [read(text, names) for text in options["set"]]
            found = compare(facts, changes, school_year=year, instalment=number)
        except BadFacts as error:
            raise CommandError(str(error)) from error
        except BadChange as error:
            raise CommandError(_("This change cannot be tried: %(change)s") % {"change": error}) from error
        except NoParameter as error:
            raise CommandError(_("No text in force that year sets %(name)s.") % {"name": error.name}) from error
        except IndexError as error:
            raise CommandError(_("That school year has no such instalment.")) from error
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
