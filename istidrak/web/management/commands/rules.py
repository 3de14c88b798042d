"""`istidrak rules`: every rule with its conditions, the values in force and their texts."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from istidrak.base import days
from istidrak.base.parameters import parameters_on
from istidrak.base.rules import NoParameter, Parameters, Rule, uses
from istidrak.desk.queries.rules import BY_CODE, RULES


class Command(BaseCommand):
    help = "List every rule: its conditions, the values in force on a day, and the texts they come from."

    def add_arguments(self, parser: Any) -> None:
        """All rules, or one."""
        parser.add_argument("rule", nargs="?", help="the code of one rule")
        parser.add_argument(
            "--day", type=dt.date.fromisoformat, help="read on this day (2018-09-01); today if absent"
        )
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        if options["rule"] and options["rule"] not in BY_CODE:
            raise CommandError(_("No rule is called %(rule)s.") % {"rule": options["rule"]})
        rules = [BY_CODE[options["rule"]]] if options["rule"] else RULES
        parameters = parameters_on(options["day"] or days.today())
        told = [_told(rule, parameters) for rule in rules]
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for rule in told:
            self._print(rule)

    def _print(self, rule: dict[str, Any]) -> None:
        self.stdout.write(f"{rule['code']}: {rule['label']}")
        for condition in rule["conditions"]:
            self.stdout.write(
                f"  - {condition['label']}" + (f" [{condition['source']}]" if condition["source"] else "")
            )
        for value in rule["parameters"]:
            keys = " ".join(value["keys"].values())
            sample = f" ({_('sample value')})" if value["is_sample"] else ""
            name = f"{value['name']} {keys}".strip()
            self.stdout.write(
                f"    {name} = {json.dumps(value['value'], ensure_ascii=False)}{sample} [{value['source']}]"
            )
        if rule["absent"]:
            self.stdout.write("    " + _("No text in force on that day sets %(name)s.") % {"name": rule["absent"]})


def _told(rule: Rule, parameters: Parameters) -> dict[str, Any]:
    absent, values = "", []
    try:
        values = [value.as_json() for use in uses(rule, parameters) for value in use.choices]
    except NoParameter as error:
        absent = error.name
    return {
        "code": rule.code,
        "label": str(rule.label),
        "conditions": [
            {"code": c.code, "label": str(c.label), "needs": [n.name for n in c.needs], "source": str(c.source)}
            for c in rule.conditions
        ],
        "parameters": values,
        "absent": absent,
    }
