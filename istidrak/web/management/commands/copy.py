"""`istidrak copy --to URL`: an embedded database moved to PostgreSQL (or back), rows and keys unchanged."""

from itertools import islice
from typing import Any

import dj_database_url
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connections, models, transaction

CHUNK = 2_000
# Made by the migrations of the target itself.
LEFT_OUT = {"contenttypes.contenttype", "sessions.session", "auth.permission"}


def _tables() -> list[type[models.Model]]:
    """Every table, those that others point to first; links of many to many last."""
    all_models = [
        m
        for m in apps.get_models(include_auto_created=True)
        if m._meta.managed and not m._meta.proxy and m._meta.label_lower not in LEFT_OUT
    ]
    ordered: list[type[models.Model]] = []

    def put(model: type[models.Model], above: tuple[type[models.Model], ...] = ()) -> None:
        if model in ordered or model in above:
            return
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in all_models and field.related_model is not model:
                put(field.related_model, (*above, model))
        ordered.append(model)

    for model in all_models:
        put(model)
    return ordered


class Command(BaseCommand):
    help = "Copy this database into an empty one: istidrak copy --to postgresql://..."

    def add_arguments(self, parser: Any) -> None:
        """Where to."""
        parser.add_argument("--to", required=True, help="address of the other database, as in DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the tables there, copy every row with its key, set the sequences, compare the counts."""
        connections.databases["target"] = {
            **connections.databases["default"],
            "OPTIONS": {},
            **dj_database_url.parse(options["to"]),
        }
        try:
            call_command("migrate", database="target", app_label=None, verbosity=0, interactive=False)
            self._copy_all()
        finally:
            connections["target"].close()
            del connections.databases["target"]

    def _copy_all(self) -> None:
        tables = _tables()
        target = connections["target"]
        for model in tables:
            if model._base_manager.using("target").exists():
                raise CommandError(f"the other database already holds rows of {model._meta.label}")
        total = 0
        with transaction.atomic(using="target"), target.constraint_checks_disabled():
            for model in tables:
                total += self._copy(model)
            for statement in target.ops.sequence_reset_sql(no_style(), tables):
                with target.cursor() as cursor:
                    cursor.execute(statement)
        for model in tables:
            here, there = (model._base_manager.using(name).count() for name in ("default", "target"))
            if here != there:
                raise CommandError(f"{model._meta.label}: {here} rows here, {there} there")
        self.stdout.write(f"{total} rows in {len(tables)} tables, counts agree")

    def _copy(self, model: type[models.Model]) -> int:
        # Rows that point to their own table come after those they point to: keys grow with time.
        rows = model._base_manager.using("default").order_by("pk").iterator(chunk_size=CHUNK)
        copied = 0
        while chunk := list(islice(rows, CHUNK)):
            model._base_manager.using("target").bulk_create(chunk, batch_size=CHUNK)
            copied += len(chunk)
        return copied
