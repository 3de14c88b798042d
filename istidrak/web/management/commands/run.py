"""`istidrak run transfers`: an instalment from a folder of facts to a file of lines, without a database."""

import json
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.base.rules import NoParameter
from istidrak.base.rules.engines import NAMES, EngineAbsent, JavaAbsent
from istidrak.support.computing import compute
from istidrak.support.facts import BadFacts, open_facts

INSTALMENT = re.compile(r"(\d{4})-(\d{2})/(\d{1,2})")


class Command(BaseCommand):
    help = "Compute an instalment of transfers from a folder of facts (see `istidrak synth`)."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        """What to compute, from what, to where."""
        parser.add_argument("what", choices=["transfers"])
        parser.add_argument("--facts", required=True, type=Path, metavar="DIR")
        parser.add_argument("--instalment", required=True, metavar="2018-19/1")
        parser.add_argument("--engine", choices=NAMES, default="polars")
        parser.add_argument("--master", default="local[*]", help="the Spark cluster, when the engine is spark")
        parser.add_argument("--out", required=True, type=Path, metavar="lines.parquet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print the counts as JSON."""
        year, number = instalment_of(options["instalment"])
        try:
            computed = compute(
                open_facts(options["facts"]),
                school_year=year,
                instalment=number,
                out=options["out"],
                engine=options["engine"],
                master=options["master"],
            )
        except BadFacts as error:
            raise CommandError(str(error)) from error
        except EngineAbsent as error:
            raise CommandError(absence_in_words(error)) from error
        except NoParameter as error:
            text = _("No text in force that year sets %(name)s.")
            raise CommandError(text % {"name": error.name}) from error
        except IndexError as error:
            raise CommandError(_("That school year has no such instalment.")) from error
        self.stdout.write(json.dumps(computed.as_json(), indent=1))


def absence_in_words(error: EngineAbsent) -> str:
    """What is missing on this machine and how it is installed."""
    if isinstance(error, JavaAbsent):
        return _("Spark is installed, but there is no Java 17 on this machine: install it and try again.")
    if error.args[0] == "spark":
        return _("Spark is not installed on this machine. To install it: make spark (it needs Java 17).")
    return _("DuckDB is not installed on this machine. To install it: make duckdb")


def instalment_of(text: str) -> tuple[int, int]:
    """The school year and the number in `2018-19/1`. Raises CommandError."""
    match = INSTALMENT.fullmatch(text)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        raise CommandError(_("Write the school year and the number: 2018-19/1"))
    return int(match[1]), int(match[3])
