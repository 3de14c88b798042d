"""`istidrak words`: the words of both languages, checked, completed or compiled."""

from typing import Any

from django.core.management.base import BaseCommand

from istidrak.base import catalogues


class Command(BaseCommand):
    help = "Check that every word stands in Arabic and French; --fill adds the missing ones, --compile compiles."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        """What to do; without an option, check."""
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--fill", action="store_true")
        parser.add_argument("--compile", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a word is missing or wrong."""
        if options["fill"]:
            self.stdout.write(f"{catalogues.fill()} messages added, to be translated")
        if options["compile"]:
            self.stdout.write(f"{catalogues.compile_all()} catalogues compiled")
        if options["check"] or not (options["fill"] or options["compile"]):
            wrong = catalogues.problems()
            for line in wrong:
                self.stdout.write(line)
            if wrong:
                self.stdout.write(f"{len(wrong)} to mend")
                raise SystemExit(1)
