"""`istidrak count`: the figures of large territories, counted and stored with their date."""

import datetime as dt
import os
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from istidrak.desk.actions.counting import count_seasons


class Command(BaseCommand):
    help = "Count the seasons of the country, academies and directorates; `serve` does it every quarter of an hour."

    def add_arguments(self, parser: Any) -> None:
        """Once, or again and again."""
        parser.add_argument(
            "--every", type=int, metavar="MINUTES", help="count again after so many minutes, for ever"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, say how long it took, wait, count again."""
        while True:
            began = time.monotonic()
            try:
                rows = count_seasons(older_than=dt.timedelta(minutes=options["every"] or 0))
                self.stdout.write(f"{rows} territories stored in {time.monotonic() - began:.1f} s")
            except DatabaseError as error:
                if not options["every"]:
                    raise
                self.stderr.write(f"not counted this time: {error}")  # the next run counts again
            if not options["every"] or not _waited(options["every"] * 60):
                return


def _waited(seconds: int) -> bool:
    """Wait; False as soon as whoever started this run is gone."""
    parent, until = os.getppid(), time.monotonic() + seconds
    connection.close()
    while time.monotonic() < until:
        time.sleep(2)
        if os.getppid() != parent:
            return False
    return True
