"""`istidrak words`: the words of both languages, checked, completed or compiled."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from istidrak.base import catalogues


class Command(BaseCommand):
    help = (
        "Check that every word stands in Arabic and French (--check, the default); add the missing ones to the "
        "catalogues, to be translated (--fill); compile the catalogues (--compile). Modules may be named."
    )

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        """What to do, and in which modules."""
        parser.add_argument("module", nargs="*")
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--fill", action="store_true")
        parser.add_argument("--compile", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a word is missing or wrong."""
        names = tuple(options["module"])
        try:
            if options["fill"]:
                self.stdout.write(f"{catalogues.fill(names)} messages added, to be translated")
            if options["compile"]:
                self.stdout.write(f"{catalogues.compile_all()} catalogues compiled")
            if options["check"] or not (options["fill"] or options["compile"]):
                self._check(names)
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _check(self, names: tuple[str, ...]) -> None:
        wrong = catalogues.problems(names)
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            self.stdout.write(f"{len(wrong)} to mend")
            raise SystemExit(1)
