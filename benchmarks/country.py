"""An invented country: a million young people over 82 directorates and three seasons, of whom nothing is true.

Directorates differ as in life: the largest names about 12,000 people a season, most a few thousand, some a hundred.
Names are those of the product's reference list, in the spellings that lists have.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import polars as pl
from django.db import connection

from benchmarks.bodies import NOW, SCHOOLS, SEASONS, Country, put_bodies
from benchmarks.training import put_training
from istidrak.base.frames import bare, copy, uuids
from istidrak.base.models import History
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case, Contact, Referral
from istidrak.people.models import Person, SourceFile, SourceRecord, Tie
from istidrak.people.names import search_form
from istidrak.training.models import Attendance, Enrolment, Insertion, Session
from istidrak.web.demo.invented import LEVELS, QUARTERS, REASONS, WISHES, Names

STATES = {
    "NAMED": 30,
    "STRUCK_OUT": 12,
    "TO_VISIT": 18,
    "FOLLOWED": 14,
    "REFERRED": 6,
    "REFUSED": 5,
    "NOT_FOUND": 5,
    "ARRIVED": 10,
}
MET = ("FOLLOWED", "REFERRED", "ARRIVED", "REFUSED")


def generate(people: int, seed: int = 1) -> dict[str, int]:
    """Fill an empty migrated database; returns how many rows each table got."""
    chance = random.Random(seed)
    country = put_bodies()
    connection.cursor().execute("SET synchronous_commit = off")
    tables = [Person, SourceRecord, Tie, Case, Contact, Referral, Decision, Session, Attendance, Enrolment]
    tables += [Insertion, History]
    counts: dict[str, int] = {}

    def put(model: Any, frame: pl.DataFrame) -> None:
        counts[model._meta.verbose_name_plural] = counts.get(model._meta.verbose_name_plural, 0) + copy(model, frame)

    with bare(tables):
        base = _persons(people, country, chance)
        put(Person, _person_rows(base))
        put(SourceRecord, _record_rows(base, country))
        cases = _case_rows(base, country, chance)
        put(Case, cases)
        contacts = _contact_rows(cases, country, chance, people + people // 2)
        put(Contact, contacts)
        put(History, _history_rows(base, country))
        put(Tie, _named_ties(base))
        put_training(put, base, cases, country, chance, people + people // 2)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return counts


def _persons(people: int, country: Country, chance: random.Random) -> pl.DataFrame:
    """One row a person with what every table needs of them, in the order in which lists came."""
    many = len(country.directorates)
    shares = [2.718 ** (-i / 29) for i in range(many)]
    chance.shuffle(shares)
    names = _names(chance)
    half = len(names) // 2
    frame = pl.DataFrame(
        {
            "at": chance.choices(range(many), shares, k=people),
            "school": chance.choices(range(SCHOOLS), k=people),
            "name": [int(chance.random() * half) * 2 + int(chance.random() < 0.5) for _ in range(people)],
            "age": chance.choices(range(11, 19), (4, 8, 14, 18, 20, 18, 11, 7), k=people),
            "day": chance.choices(range(365), k=people),
            "number": chance.choices(range(100_000_000, 1_000_000_000), k=people),
            "detail": chance.choices(range(10_000), k=people),
        }
    ).with_row_index("row")
    per_season = -(-people // len(SEASONS))
    frame = frame.with_columns(season=pl.col("row") // per_season, id=pl.col("row").cast(pl.Int64) + 1)
    frame = frame.join(names.with_row_index("name").cast({"name": pl.Int64}), on="name", how="left").sort("row")
    frame = frame.with_columns(
        birth_date=pl.date(2023, 1, 1)
        + pl.duration(days=pl.col("season") * 365 - pl.col("age") * 365 + pl.col("day")),
        massar_code=pl.format("J{}", pl.col("number")),
        phone=pl.format("06{}", pl.col("number") % 90_000_000 + 10_000_000),
        level=pl.Series([level for level, _age in LEVELS]).gather(frame["detail"] % len(LEVELS)),
        quarter=pl.Series(QUARTERS).gather(frame["detail"] % len(QUARTERS)),
        wish=pl.Series(WISHES).gather(frame["detail"] % len(WISHES)),
        reason=pl.Series(REASONS).gather(frame["detail"] % len(REASONS)),
        school_id=pl.Series(country.schools).gather(frame["at"] * SCHOOLS + frame["school"]),
        place_number=pl.Series([at.place_number for at in country.directorates]).gather(frame["at"]),
        season_id=pl.Series(country.seasons).gather(frame["season"]),
        officer=pl.Series(country.officers).gather(frame["at"]),
    )
    return frame.with_columns(
        search_text=pl.format("{} {} {}", "form", pl.col("massar_code").str.to_lowercase(), "phone")
    )


def _names(chance: random.Random) -> pl.DataFrame:
    """Names as lists write them: both scripts, or (one in seven) Arabic alone; search forms computed once each."""
    names = Names()
    rows = []
    for kind, sex in (("female", "F"), ("male", "M")):
        for first_ar, firsts in names.of[kind]:
            for last_ar, lasts in names.of["family"]:
                first_fr, last_fr = chance.choice(firsts), chance.choice(lasts).upper()
                if chance.random() < 1 / 7:
                    first_fr = last_fr = ""
                form = search_form(f"{first_ar} {last_ar}", f"{first_fr} {last_fr}".strip())
                rows.append((sex, first_ar, last_ar, first_fr, last_fr, form))
    chance.shuffle(rows)
    columns = ["sex", "first_name_ar", "last_name_ar", "first_name_fr", "last_name_fr", "form"]
    return pl.DataFrame(rows[: len(rows) // 2 * 2], schema=columns, orient="row")


def _person_rows(base: pl.DataFrame) -> pl.DataFrame:
    names = ["last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr"]
    return base.select(
        "id",
        *names,
        "sex",
        "birth_date",
        "massar_code",
        "phone",
        "search_text",
        birth_year=pl.col("birth_date").dt.year(),
    )


def _record_rows(base: pl.DataFrame, country: Country) -> pl.DataFrame:
    files = _files(country)
    facts = pl.format(
        '{{"last_name_ar": "{}", "first_name_ar": "{}", "last_name_fr": "{}", "first_name_fr": "{}", "sex": "{}", '
        '"birth_date": "{}", "massar_code": "{}", "phone": "{}", "level": "{}", "quarter": "{}"}}',
        *("last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr", "sex"),
        pl.col("birth_date").dt.to_string(),
        *("massar_code", "phone", "level", "quarter"),
    )
    raw = pl.format(
        '[["رقم مسار", "{}"], ["النسب", "{}"], ["الإسم", "{}"], ["Nom", "{}"], ["Prénom", "{}"], ["النوع", "{}"], '
        '["تاريخ الازدياد", "{}"], ["المستوى", "{}"], ["الهاتف", "{}"]]',
        *("massar_code", "last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr", "sex"),
        pl.col("birth_date").dt.to_string(),
        *("level", "phone"),
    )
    return base.join(files, on=["season", "at"], how="left").select(
        "id",
        "season_id",
        "file_id",
        facts=facts,
        raw=raw,
        person_id="id",
        origin=pl.lit("SCHOOL_LIST"),
        row=pl.col("row") + 2,
        problems=pl.lit("[]"),
        recorded_by_id="officer",
        recorded_at=pl.lit(NOW).dt.to_string("iso"),
    )


def _files(country: Country) -> pl.DataFrame:
    rows = []
    for season, season_id in enumerate(country.seasons):
        for at, directorate in enumerate(country.directorates):
            file = SourceFile(
                name=f"liste-{directorate.code}.xlsx", digest=f"{season}{at:063d}", layout="SCHOOL_LIST"
            )
            file.season_id, file.directorate, file.state = season_id, directorate, "APPLIED"
            file.received_by_id, file.received_at = country.officers[at], NOW
            rows.append((season, at, file))
    SourceFile.objects.bulk_create([file for *_where, file in rows])
    return pl.DataFrame([(s, at, f.pk) for s, at, f in rows], schema=["season", "at", "file_id"], orient="row").cast(
        {"season": pl.UInt32}
    )


def _case_rows(base: pl.DataFrame, country: Country, chance: random.Random) -> pl.DataFrame:
    state = pl.Series(chance.choices(list(STATES), list(STATES.values()), k=len(base)))
    started = pl.Series([dt.date(year, 9, 16) for year in SEASONS]).gather(base["season"])
    met = state.is_in(MET)
    return base.select(
        "id",
        "season_id",
        "school_id",
        "quarter",
        "wish",
        person_id="id",
        directorate_id=pl.Series([at.pk for at in country.directorates]).gather(base["at"]),
        state=state,
        is_found=met & (base["detail"] % 3 == 0),
        found_at=started,
        first_contact_date=pl.when(met).then(started),
        next_step_date=pl.when(state.is_in(("FOLLOWED", "TO_VISIT"))).then(
            started + pl.duration(days=base["day"] % 90)
        ),
        next_step=pl.lit("زيارة الأسرة"),
        opened_at=pl.lit(NOW).dt.to_string("iso"),
    )


def _contact_rows(cases: pl.DataFrame, country: Country, chance: random.Random, wanted: int) -> pl.DataFrame:
    """Contacts of those whom somebody tried to reach, most of them several times."""
    tried = cases.filter(~pl.col("state").is_in(("NAMED", "STRUCK_OUT"))).select("id", "person_id", "found_at")
    rows = tried[sorted(chance.choices(range(len(tried)), k=wanted))]
    rows = rows.with_row_index("n").with_columns(days=pl.col("n") % 60)
    return rows.select(
        case_id="id",
        person_id="person_id",
        id=pl.col("n").cast(pl.Int64) + 1,
        kind=pl.Series(("VISIT", "CALL", "MEETING")).gather(rows["n"] % 3),
        result=pl.Series(("MET", "FAMILY_MET", "ABSENT", "MET", "MOVED")).gather(rows["n"] % 5),
        date=pl.col("found_at") + pl.duration(days=pl.col("days")),
        note=pl.lit("تم الاتصال بالأسرة"),
        submission=uuids(pl.int_range(pl.len()), Case),
        made_by_id=pl.lit(country.officers[0]),
        recorded_at=pl.lit(NOW).dt.to_string("iso"),
    )


def _history_rows(base: pl.DataFrame, country: Country) -> pl.DataFrame:
    """What a list leaves in every file: the row was recorded, the case was opened."""
    del country
    thread = pl.format("people.person:{}", "id")
    common = {"thread": thread, "by_id": pl.col("officer"), "at": pl.lit(NOW).dt.to_string("iso")}
    return pl.concat(
        [
            base.select(subject=pl.format("people.sourcerecord:{}", "id"), verb=pl.lit("record_row"), **common),
            base.select(subject=pl.format("outreach.case:{}", "id"), verb=pl.lit("open_case"), **common),
        ]
    ).with_columns(pl.Series("id", range(1, 2 * len(base) + 1)))


def _named_ties(base: pl.DataFrame) -> pl.DataFrame:
    since = pl.lit(dt.date(2023, 9, 16))
    common = {"person_id": pl.col("id"), "reason": pl.lit("NAMED"), "since": since}
    none = pl.lit(None, dtype=pl.Int64)
    return pl.concat(
        [
            base.select(place_number=pl.col("place_number"), organisation_id=none, user_id=none, **common),
            base.select(place_number=none, organisation_id=pl.col("school_id"), user_id=none, **common),
        ]
    ).with_columns(pl.Series("id", range(1, 2 * len(base) + 1)))
