"""`istidrak serve`: the web processes, the run that counts large territories and the one that writes long lists."""

import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand
from granian import Granian
from granian.constants import Interfaces

MINUTES_BETWEEN_COUNTS = 15


class Command(BaseCommand):
    help = "Serve the program on 127.0.0.1:8000 (--host, --port, --workers)."

    def add_arguments(self, parser: Any) -> None:
        """Where to listen, and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until stopped. One blocking thread a process: measured fastest with synchronous Django."""
        self.stdout.write(f"http://{options['host']}:{options['port']}/")
        count = [sys.executable, "-m", "istidrak", "count", "--every", str(MINUTES_BETWEEN_COUNTS)]
        write = [sys.executable, "-m", "istidrak", "write", "--stay"]
        beside = [subprocess.Popen(run, stdout=subprocess.DEVNULL) for run in (count, write)]  # noqa: S603 - our own
        try:
            Granian(
                "istidrak.web.wsgi:application",
                address=options["host"],
                port=options["port"],
                interface=Interfaces.WSGI,
                workers=options["workers"],
                blocking_threads=1,
                websockets=False,
                log_enabled=True,
            ).serve()
        finally:
            for run in beside:
                run.terminate()
            for run in beside:
                run.wait()
