"""`istidrak write`: long lists that were confirmed on their page are written here, one after another, and
instalments too large for a page are computed."""

import os
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from istidrak.desk.imports.actions import write_next
from istidrak.support.jobs import compute_next

SECONDS_BETWEEN_LOOKS = 3


class Command(BaseCommand):
    help = "Write the long lists and compute the large instalments that wait; `serve` keeps one such run."

    def add_arguments(self, parser: Any) -> None:
        """Once, or for as long as whoever started it runs."""
        parser.add_argument("--stay", action="store_true", help="wait for more lists, for ever")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what waits; then wait, or end."""
        if options["stay"]:
            signal.signal(signal.SIGTERM, _end)  # the list is let go at once, and the next run goes on with it
        parent = os.getppid()
        while True:
            try:
                while (file := write_next()) is not None:
                    self.stdout.write(f"{file.name}: {file.state}")
                while (run := compute_next()) is not None:
                    self.stdout.write(f"{run.instalment}: {run.state}")
            except DatabaseError as error:
                if not options["stay"]:
                    raise
                self.stderr.write(f"not written this time: {error}")
            connection.close()
            if not options["stay"]:
                return
            time.sleep(SECONDS_BETWEEN_LOOKS)
            if os.getppid() != parent:
                return


def _end(*_signal: Any) -> None:
    raise SystemExit(0)
