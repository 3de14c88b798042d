"""An invented country (support/synth) written into an empty installation: its schools, families and absences.

Pupils, households and guardians keep their numbers; schools get those that come after the administration's. Every row
says that it was recorded by accounts that nobody can sign in to. Facts written from the database afterwards are those
of the folder.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from istidrak.accounts.models import User
from istidrak.base import days
from istidrak.base.frames import bare, copy
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person, SourceRecord, Tie
from istidrak.people.names import search_form
from istidrak.programmes.actions import season_of
from istidrak.support.facts import BadFacts, Facts, open_facts
from istidrak.support.models import CoveredCommune, Guardian, Household, MonthAbsence, MonthSheet, Registration
from istidrak.support.synth import pupils, schools

AT_ONCE = 500_000  # rows of a table that are in memory
TABLES = (Person, SourceRecord, Tie, Household, Guardian, Registration, MonthSheet, MonthAbsence)
NAMES = ("last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr")
COVERED_SINCE = 2010  # communes were the target from 2010 on
SOURCE = "Pays inventé · بلاد غير حقيقية"


class NotEmpty(RuntimeError):
    """The installation holds pupils or schools: an invented country is never mixed with real people."""


@transaction.atomic
def load(folder: Path) -> dict[str, int]:
    """Write the country of `folder`, all of it or nothing; returns how many rows each table got.

    Raises NotEmpty, BadFacts.
    """
    if (
        Person.unscoped.exists()
        or Registration.unscoped.exists()
        or Organisation.objects.filter(kind="SCHOOL").exists()
    ):
        raise NotEmpty
    facts = open_facts(folder)
    for table in ("schools", "persons", "households", "guardians"):
        if not (folder / f"{table}.parquet").exists():
            raise BadFacts(_("The folder has no file %(name)s.") % {"name": f"{table}.parquet"})
    loading = _Loading(folder, facts)
    loading.put_bodies()
    with bare(list(TABLES), is_checked=True):
        loading.put_people()
        loading.put_families()
        loading.put_months()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return loading.counts


class _Loading:
    """The folder, what rows refer to, and how many rows were written so far."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        self.folder = folder
        self.counts: dict[str, int] = {}
        self.at = days.now().isoformat()
        month = int(self.scan("sheets").select(pl.col("month").min()).collect().item())
        self.school_year = month // 100 - (month % 100 < 9)
        self.offset = Organisation.objects.aggregate(last=models.Max("pk"))["last"] or 0
        self.by, self.head = (
            User.objects.create_user(f"invented-{who}", name_fr=SOURCE) for who in ("entry", "head")
        )
        User.objects.filter(pk__in=(self.by.pk, self.head.pk)).update(is_active=False)
        self.pupils = facts.counts["children"]

    def scan(self, table: str) -> pl.LazyFrame:
        """A table of the folder."""
        return pl.scan_parquet(self.folder / f"{table}.parquet")

    def put(self, model: type[models.Model], rows: pl.LazyFrame) -> None:
        """Write rows whose columns are named as the table's, part by part."""
        written = sum(copy(model, part) for part in rows.collect_batches(chunk_size=AT_ONCE, maintain_order=True))
        self.counts[model._meta.model_name] = self.counts.get(model._meta.model_name, 0) + written

    def put_bodies(self) -> None:
        """Schools under their directorates, and the communes that the programme covers."""
        codes = schools.directorate_codes()
        found = {body.code: body for body in Organisation.objects.filter(kind="DIRECTORATE")}
        parents = [found[code] for code in codes]
        places = self.scan("schools")
        of = pl.col("directorate")
        numbers = list(range(len(codes)))
        rows = places.select(
            *("code", "name_ar", "name_fr", "milieu", "cycle", "place_number"),
            id=pl.col("school") + self.offset,
            kind=pl.lit("SCHOOL"),
            parent_id=of.replace_strict(numbers, [body.pk for body in parents], return_dtype=pl.Int64),
            place_id=of.replace_strict(numbers, [body.place_id for body in parents], return_dtype=pl.Int64),
        )
        with bare([Organisation], is_checked=True):
            self.put(Organisation, rows)
        covered = places.filter("is_covered").select("place_number").unique().sort("place_number").collect()
        CoveredCommune.unscoped.bulk_create(
            [
                CoveredCommune(
                    place_number=number,
                    since=COVERED_SINCE,
                    source=SOURCE,
                    recorded_by=self.by,
                    recorded_at=days.now(),
                )
                for number in covered["place_number"]
            ]
        )

    def put_people(self) -> None:
        """A file and a record for each pupil, and what lets the school and its territory see it."""
        forms = _search_forms().lazy()
        number = pl.col("child")
        persons = self.scan("persons").with_columns(pl.col("birth_date").dt.year().alias("birth_year"))
        self.put(Person, persons.rename({"child": "id"}).join(forms, on=NAMES, how="left", maintain_order="left"))
        said = (pl.struct(*NAMES, "sex", pl.col("birth_date").dt.to_string()).struct.json_encode()).alias("facts")
        self.put(
            SourceRecord,
            persons.select(
                number.alias("id"),
                number.alias("person_id"),
                said,
                origin=pl.lit("SCHOOL_LIST"),
                season_id=pl.lit(season_of(self.school_year).pk),
                recorded_by_id=pl.lit(self.by.pk),
                recorded_at=pl.lit(self.at),
            ),
        )
        where = self.scan("children").select("child", "school", "place_number")
        of_tie = {
            "person_id": number,
            "reason": pl.lit("NAMED"),
            "since": pl.lit(dt.date(self.school_year, 9, 1)),
        }
        school, nowhere = pl.col("school") + self.offset, pl.lit(None, pl.Int64)
        self.put(Tie, where.select(id=number, organisation_id=school, place_number=nowhere, **of_tie))
        place = pl.col("place_number")
        self.put(Tie, where.select(id=number + self.pupils, organisation_id=nowhere, place_number=place, **of_tie))

    def put_families(self) -> None:
        """Households, who receives for them, and every pupil's registration, validated."""
        at = pl.lit(self.at).alias("created_at")
        self.put(Household, self.scan("households").select(pl.col("household").alias("id"), "register_number", at))
        self.put(
            Guardian,
            self.scan("guardians").select(
                *("identity_card", "account"),
                id="guardian",
                household_id="household",
                name_ar="name",
                relation=pl.lit("MOTHER"),
            ),
        )
        self.put(
            Registration,
            self.scan("children").select(
                *("enrolled_from", "enrolled_until", "cover"),
                id="child",
                person_id="child",
                household_id="household",
                guardian_id="guardian",
                school_id=pl.col("school") + self.offset,
                school_year=pl.lit(self.school_year),
                level_code=pl.col("level").fill_null(""),
                state=pl.lit("VALIDATED"),
            ),
        )

    def put_months(self) -> None:
        """A sheet for each school and month: validated, or open where the head did not hand it in."""
        validated = self.scan("sheets").with_columns(is_in=pl.lit(value=True))
        months = self.scan("sheets").select(pl.col("month").unique().sort())
        sheets = (
            self.scan("schools")
            .select("school")
            .join(months, how="cross")
            .join(validated, on=["school", "month"], how="left")
            .sort("month", "school")
            .with_row_index("id", 1)
            .with_columns(pl.col("id").cast(pl.Int64), is_in=pl.col("is_in").fill_null(value=False))
            .collect()
        )
        is_in = pl.col("is_in")
        self.put(
            MonthSheet,
            sheets.lazy().select(
                *("id", "month"),
                school_id=pl.col("school") + self.offset,
                school_year=pl.lit(self.school_year),
                state=pl.when(is_in).then(pl.lit("VALIDATED")).otherwise(pl.lit("OPEN")),
                entered_by_id=pl.when(is_in).then(pl.lit(self.by.pk)),
                entered_at=pl.when(is_in).then(pl.lit(self.at)),
                validated_by_id=pl.when(is_in).then(pl.lit(self.head.pk)),
                validated_at=pl.when(is_in).then(pl.lit(self.at)),
            ),
        )
        missed = (
            self.scan("absences")
            .join(self.scan("children").select("child", "school"), on="child")
            .join(sheets.lazy().select("school", "month", sheet_id="id"), on=["school", "month"])
            .sort("sheet_id", "child")
            .with_row_index("id", 1)
            .select(pl.col("id").cast(pl.Int64), "sheet_id", pl.col("child").alias("registration_id"), *_counts())
        )
        self.put(MonthAbsence, missed)


def _counts() -> tuple[str, ...]:
    return "unexcused_days", "excused_days", "unexcused_hours", "excused_hours"


def _search_forms() -> pl.DataFrame:
    """What search looks in, for every name that the country gives."""
    named = pupils.names_by_kind()
    rows: list[dict[str, Any]] = [
        {
            "last_name_ar": last[0],
            "first_name_ar": first[0],
            "last_name_fr": last[1],
            "first_name_fr": first[1],
            "search_text": search_form(f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"),
        }
        for first in dict.fromkeys((*named["female"], *named["male"]))
        for last in named["family"]
    ]
    return pl.DataFrame(rows)
