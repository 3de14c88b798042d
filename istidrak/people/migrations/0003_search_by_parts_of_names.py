"""PostgreSQL finds a part of a name by its groups of three letters; SQLite, which holds a province, reads the table."""

import logging

from django.db import DatabaseError, migrations, transaction

INDEX = "people_person_search_trigrams"


def make(apps, schema_editor):
    """Make the index; where the extension may not be made, search stays right and is slower."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        logging.getLogger(__name__).warning(
            "pg_trgm cannot be made by this user: ask the administrator of PostgreSQL for CREATE EXTENSION pg_trgm, "
            "then CREATE INDEX %s ON people_person USING gin (search_text gin_trgm_ops).",
            INDEX,
        )
        return
    schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON people_person USING gin (search_text gin_trgm_ops)")


def drop(apps, schema_editor):
    """Take the index off; the extension may serve others."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_tie_of_an_application"),
    ]

    operations = [
        migrations.RunPython(make, drop),
    ]
