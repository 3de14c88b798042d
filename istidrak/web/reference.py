"""Reference data that comes with the program, loaded by `istidrak migrate`."""

from django.db import transaction

from istidrak.accounts.actions import command_line_account
from istidrak.base import parameters
from istidrak.organisations.actions import load_administration
from istidrak.orientation.actions import load_test_domains
from istidrak.programmes.actions import load_curricula, load_programmes, load_trades
from istidrak.territory.actions import load_places


@transaction.atomic
def load() -> dict[str, int]:
    """Write places, bodies, programmes and parameters; safe to repeat. Returns counts by what they are."""
    counts = {"places": load_places(), "bodies": load_administration(), "programmes": load_programmes()}
    counts["trades"] = load_trades()
    counts["test domains"] = load_test_domains()
    counts["curriculum versions"] = load_curricula()
    counts["new parameter values"] = parameters.seed().added
    command_line_account()
    return counts
