"""A name that no view gave to a page fails the test (pytest-django's `--fail-on-template-vars`); here what that misses.

Django takes a row that is not there (`{{ person.household }}` of one who has none) and a call that needs arguments for
the words of an undefined name, without asking whether somebody only wants to know: with the option, `{% if %}` found
such a row to be there, and a page that shows it showed the option's own object. Here it is a name like any other that
is not there: false where it is asked for, a failure where it is shown.
"""

from typing import Any

import pytest
from django.conf import settings
from django.template.base import Variable, VariableDoesNotExist


class Undefined:
    """A plugin, for the time of a run."""

    def __init__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(Variable, "_resolve_lookup", self._or_not_there(Variable._resolve_lookup))

    def pytest_unconfigure(self) -> None:
        self.patch.undo()

    def _or_not_there(self, look_up: Any) -> Any:
        def found(variable: Variable, context: Any) -> Any:
            value = look_up(variable, context)
            words = settings.TEMPLATES[0]["OPTIONS"].get("string_if_invalid")
            if words and value is words:
                raise VariableDoesNotExist("no row, or a call without its arguments: %s", (variable.var,))
            return value

        return found
