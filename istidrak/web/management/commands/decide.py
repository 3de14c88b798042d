"""`istidrak decide RULE --facts facts.json`: one decision with its reasons, as JSON."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.base import days
from istidrak.base.parameters import parameters_on
from istidrak.base.rules import NoParameter, Rule, decide
from istidrak.desk.queries.rules import BY_CODE


class Command(BaseCommand):
    help = "Decide one case by a rule: prints the outcome and, for each condition, why."

    def add_arguments(self, parser: Any) -> None:
        """The rule, the facts, the day."""
        parser.add_argument("rule", help="the code of the rule; `istidrak rules` lists them")
        parser.add_argument("--facts", required=True, type=Path, help='a file of facts: {"level": "1AP", ...}')
        parser.add_argument(
            "--day", type=dt.date.fromisoformat, help="the law of this day (2018-09-01); else today's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, decide, print. A fact that is absent or null is not known."""
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


def _facts(rule: Rule, path: Path) -> dict[str, Any]:
    """The facts in the kinds that the rule reads: days are written 2018-09-01. Raises CommandError."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(_("The file of facts cannot be read: %(error)s") % {"error": error}) from error
    if not isinstance(given, dict):
        raise CommandError(_("Write the facts of one case between braces."))
    kinds = {column.name: column.kind for column in rule.needs}
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
