"""`istidrak load communes FILE`: reference data from an official file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from istidrak.territory.actions import load_communes


class Command(BaseCommand):
    help = "Load reference data from a file: communes (csv with geo_code, geo_name, name_ar)."

    def add_arguments(self, parser: Any) -> None:
        """`load communes FILE`."""
        parser.add_argument("what", choices=["communes"])
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then say what was written and what was left out, line by line."""
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"{path} does not exist")
        try:
            outcome = load_communes(path)
        except (ValueError, UnicodeDecodeError) as error:
            raise CommandError(f"{path.name}: missing columns or not UTF-8: {error}") from error
        self.stdout.write(f"{outcome.written} communes")
        for row, code, reason in outcome.left_out:
            self.stdout.write(f"  line {row}: {code} left out ({reason})")
