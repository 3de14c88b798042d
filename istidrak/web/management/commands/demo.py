"""`istidrak demo`: an invented province in season, for trying the program."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from istidrak.people.models import Person
from istidrak.web.demo import province


class Command(BaseCommand):
    help = "Fill an empty database with an invented province in season (Laâyoune 2025/26). Needs ISTIDRAK_DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill once; a database that holds persons is left as it is."""
        if not settings.IS_DEMO:
            raise CommandError("set ISTIDRAK_DEMO=1: the demo's accounts sign in without a password")
        if Person.unscoped.exists():
            self.stdout.write("the database already holds files; nothing was changed")
            return
        counts = province.live_the_season()
        self.stdout.write(", ".join(f"{number} {what}" for what, number in counts.items()))
