"""Lines of instalments: a table divided by purpose and month on PostgreSQL, one plain table elsewhere.

A part of the table for each purpose and month is made when the first instalment of that month is saved.
"""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

TABLE = """
CREATE TABLE support_line (
    purpose varchar(10) NOT NULL,
    month integer NOT NULL,
    child bigint NOT NULL,
    instalment_id bigint NOT NULL REFERENCES support_instalment (id) DEFERRABLE INITIALLY DEFERRED,
    household bigint NULL,
    guardian bigint NULL,
    school bigint NOT NULL,
    place_number bigint NULL,
    level varchar(6) NULL,
    amount integer NOT NULL,
    outcome smallint NOT NULL,
    met integer NOT NULL,
    not_met integer NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (purpose, month, child)
) PARTITION BY LIST (purpose)
"""
INDEX = "CREATE INDEX support_line_of_household ON support_line (instalment_id, household)"
# Lines are written once. The database itself refuses to change them, whoever asks.
FROZEN = """
CREATE FUNCTION support_line_is_frozen() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'lines of an instalment are frozen' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
FROZEN_TRIGGER = """
CREATE TRIGGER support_line_frozen BEFORE UPDATE OR DELETE ON support_line
FOR EACH ROW EXECUTE FUNCTION support_line_is_frozen()
"""
FROZEN_SQLITE = """
CREATE TRIGGER support_line_frozen BEFORE UPDATE ON support_line
BEGIN SELECT RAISE(ABORT, 'lines of an instalment are frozen'); END
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in (TABLE, INDEX, FROZEN, FROZEN_TRIGGER):
            schema_editor.execute(statement)
    else:
        schema_editor.create_model(apps.get_model("support", "Line"))
        schema_editor.execute(FROZEN_SQLITE)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE support_line")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION support_line_is_frozen()")


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Line",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "purpose",
                                "month",
                                "child",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("purpose", models.CharField(choices=[("TAYSSIR", "Tayssir")], max_length=10)),
                        ("month", models.IntegerField()),
                        ("child", models.BigIntegerField()),
                        ("household", models.BigIntegerField(blank=True, null=True)),
                        ("guardian", models.BigIntegerField(blank=True, null=True)),
                        ("school", models.BigIntegerField()),
                        ("place_number", models.BigIntegerField(blank=True, null=True)),
                        ("level", models.CharField(blank=True, max_length=6, null=True)),
                        ("amount", models.IntegerField()),
                        ("outcome", models.SmallIntegerField()),
                        ("met", models.IntegerField()),
                        ("not_met", models.IntegerField()),
                        ("digest", models.BigIntegerField()),
                        (
                            "instalment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="support.instalment",
                            ),
                        ),
                    ],
                    options={
                        "base_manager_name": "unscoped",
                    },
                    managers=[
                        ("objects", django.db.models.manager.Manager()),
                        ("unscoped", django.db.models.manager.Manager()),
                    ],
                ),
                migrations.AddIndex(
                    model_name="line",
                    index=models.Index(fields=["instalment", "household"], name="support_line_of_household"),
                ),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
