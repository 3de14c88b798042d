"""`istidrak migrate`: the database's tables, then the reference data."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import DEFAULT_DB_ALIAS

from istidrak.web import reference


class Command(Migrate):
    help = "Create or update the tables, then load the reference data (12 academies, 82 directorates, parameters)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then load; a partial migration of one app (or a plan) loads nothing."""
        super().handle(*args, **options)
        is_whole = not any(options.get(name) for name in ("app_label", "plan", "check_unapplied"))
        if is_whole and options["database"] == DEFAULT_DB_ALIAS:
            counts = reference.load()
            if options["verbosity"]:
                self.stdout.write("  Reference data: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
