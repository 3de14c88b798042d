"""`istidrak doctor`: is this installation sound? One line a check; exit code 1 when one fails."""

import shutil
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from istidrak.base.models import Parameter
from istidrak.organisations.models import Organisation

FREE_BYTES_WANTED = 500 * 1024 * 1024
DIRECTORATES = 82


def _migrations() -> tuple[bool, str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not waiting, f"{len(waiting)} migrations waiting"


def _reference() -> tuple[bool, str]:
    count = Organisation.objects.filter(kind="DIRECTORATE").count()
    return count == DIRECTORATES, f"{count} directorates of {DIRECTORATES}"


def _parameters() -> tuple[bool, str]:
    count = Parameter.objects.count()
    samples = Parameter.objects.filter(is_sample=True).count()
    return count > 0, f"{count} parameter values, {samples} of them sample values to confirm"


def _assets() -> tuple[bool, str]:
    found = finders.find("vendor/tabler/tabler.rtl.min.css") is not None
    return found, "front-end files" if found else "front-end files are missing: run make setup"


def _disk() -> tuple[bool, str]:
    free = shutil.disk_usage(settings.HOME).free
    return free > FREE_BYTES_WANTED, f"{free // 1024**2} MB free"


def _database() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, f"{connection.vendor} answers"


CHECKS: tuple[Callable[[], tuple[bool, str]], ...] = (
    _database,
    _migrations,
    _reference,
    _parameters,
    _assets,
    _disk,
)


class Command(BaseCommand):
    help = "Check this installation: database, tables, reference data, front-end files, disk."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print ok or FAILED per check; a check that raises has failed, and the next is still made."""
        failed = 0
        for check in CHECKS:
            try:
                is_sound, words = check()
            except Exception as error:
                is_sound, words = False, str(error)
            failed += not is_sound
            self.stdout.write(f"{'ok    ' if is_sound else 'FAILED'} {words}")
        if failed:
            raise SystemExit(1)
