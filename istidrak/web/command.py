"""The one command, `istidrak`: Django's own dispatcher over our verbs."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run `istidrak VERB`; `istidrak help` lists the verbs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "istidrak.web.settings")
    execute_from_command_line(sys.argv)
