"""`istidrak decide RULE --facts facts.json`: one decision with its reasons, as JSON; or a whole household's."""

import argparse
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.base import days
from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Column, NoParameter, Rule, decide
from istidrak.desk.queries.rules import BY_CODE
from istidrak.support.rules import aid, aid_family, household
from istidrak.support.rules.lines import first_day

# Decided for all the children together: what may be said of each, and what decides.
FAMILIES: dict[str, tuple[dict[str, Column], Callable[..., Any]]] = {
    "tayssir_household": (household.FACTS, household.decide_household),
    "aid_family": (aid.FACTS, aid_family.estimate),
}
MONTH = re.compile(r"20\d\d(0[1-9]|1[0-2])")
HELP = """Decide one case by a rule: prints the outcome and, for each condition, why.

`decide tayssir_household` decides a month for the children of one household together: who is paid what, in
centimes, each child's position, and why. Its facts:

  {"month": 201809,
   "children": [{"level": "1AP", "cycle": "PRIMARY", "milieu": "RURAL", "cover": "RAMED", "birth_date": "2012-03-01",
                 "enrolled_from": 201809, "is_sheet_validated": true, "unexcused_days": 2}]}

`decide aid_family` estimates a month of direct social aid for the children of one family, from how much to how much:

  {"month": 202601, "children": [{"birth_date": "2019-05-02", "is_in_school": true}, {"age": 12}]}

A fact that is absent or null is not known; in a month that the school's head validated, absences that are not given
are none. The law is that of the first day of the month.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """The help keeps its lines: it holds an example."""
        return super().create_parser(*args, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: Any) -> None:
        """The rule, the facts, the day."""
        parser.add_argument("rule", help="the code of the rule; `istidrak rules` lists them")
        parser.add_argument("--facts", required=True, type=Path, help='a file of facts: {"level": "1AP", ...}')
        parser.add_argument(
            "--day", type=dt.date.fromisoformat, help="the law of this day (2018-09-01); else today's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, decide, print. A fact that is absent or null is not known."""
        if options["rule"] in FAMILIES:
            self._family(options["rule"], options["facts"])
            return
        rule = BY_CODE.get(options["rule"])
        if rule is None:
            raise CommandError(_("No rule is called %(rule)s.") % {"rule": options["rule"]})
        facts = _facts(rule, options["facts"])
        parameters = parameters_on(options["day"] or days.today())
        try:
            decision = decide(rule, facts, parameters)
        except NoParameter as error:
            text = _("No text in force on that day sets %(name)s.")
            raise CommandError(text % {"name": error.name}) from error
        except TypeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(decision.as_json(), ensure_ascii=False, indent=1))

    def _family(self, rule: str, path: Path) -> None:
        known, decided_by = FAMILIES[rule]
        given = _read(path)
        month, children = given.get("month"), given.get("children")
        if type(month) is not int or not MONTH.fullmatch(str(month)) or not _are_objects(children):
            raise CommandError(_("Write the month (201809) and the children, each between braces."))
        facts = [_typed(child, known) for child in children]
        try:
            decided = decided_by(facts, month, parameters_on(first_day(month)))
        except NoParameter as error:
            text = _("No text in force on that day sets %(name)s.")
            raise CommandError(text % {"name": error.name}) from error
        except (TypeError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(decided.as_json(), ensure_ascii=False, indent=1))


def _are_objects(children: Any) -> bool:
    return isinstance(children, list) and all(isinstance(child, dict) for child in children)


def _read(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(_("The file of facts cannot be read: %(error)s") % {"error": error}) from error
    if not isinstance(given, dict):
        raise CommandError(_("Write the facts of one case between braces."))
    return given


def _facts(rule: Rule, path: Path) -> dict[str, Any]:
    return _typed(_read(path), {column.name: column for column in rule.needs})


def _typed(given: dict[str, Any], columns: dict[str, Column]) -> dict[str, Any]:
    """The facts in the kinds that the rule reads: days are written 2018-09-01. Raises CommandError."""
    kinds = {name: column.kind for name, column in columns.items()}
    if unread := sorted(given.keys() - kinds.keys()):
        text = _("The rule does not read %(names)s. It reads %(known)s.")
        raise CommandError(text % {"names": ", ".join(unread), "known": ", ".join(sorted(kinds))})
    try:
        return {
            name: dt.date.fromisoformat(value) if kinds[name] is dt.date and isinstance(value, str) else value
            for name, value in given.items()
        }
    except ValueError as error:
        raise CommandError(str(error)) from error
