"""An invented country: a million young people over 82 directorates and three seasons, of whom nothing is true.

Directorates differ as in life: the largest names about 12,000 people a season, most a few thousand, some a hundred.
Names are those of the product's reference list, in the spellings that lists have.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import connection

from benchmarks.copying import bare, copy, uuids
from istidrak.accounts.models import Assignment, User
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case, Contact, Referral
from istidrak.people.models import Person, SourceFile, SourceRecord, Tie
from istidrak.people.names import search_form
from istidrak.programmes.models import Programme, Season
from istidrak.training.models import Attendance, Enrolment, Group, Insertion, Session
from istidrak.web.demo.invented import LEVELS, QUARTERS, REASONS, WISHES, Names

SEASONS = (2023, 2024, 2025)
SCHOOLS, CENTRES = 10, 5  # of each directorate
GROUP = 25
NOW = dt.datetime(2025, 11, 19, 9, tzinfo=dt.UTC)
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


@dataclass
class Country:
    """The bodies and accounts that rows point to."""

    directorates: list[Organisation]
    schools: list[int] = field(default_factory=list)  # SCHOOLS a directorate, in its order
    centres: list[int] = field(default_factory=list)
    officers: list[int] = field(default_factory=list)  # one a directorate
    educators: list[int] = field(default_factory=list)  # one a centre
    seasons: list[int] = field(default_factory=list)


def generate(people: int, seed: int = 1) -> dict[str, int]:
    """Fill an empty migrated database; returns how many rows each table got."""
    chance = random.Random(seed)
    country = _bodies()
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
        _training(put, base, cases, country, chance, people + people // 2)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return counts


def _bodies() -> Country:
    directorates = list(Organisation.objects.filter(kind="DIRECTORATE").select_related("place").order_by("code"))
    country = Country(directorates)
    states = {SEASONS[-1]: "OPEN"}
    Season.objects.bulk_create([Season(year=year, state=states.get(year, "CLOSED")) for year in SEASONS])
    country.seasons = list(Season.objects.order_by("year").values_list("pk", flat=True))
    bodies = []
    for kind, many, ar, fr in (("SCHOOL", SCHOOLS, "مدرسة", "École"), ("CENTRE", CENTRES, "مركز", "Centre")):
        for at in directorates:
            for i in range(many):
                code = f"{kind[0]}{at.pk:03d}{i:02d}"
                body = Organisation(kind=kind, code=code, name_ar=f"{ar} {at.name_ar} {i + 1}", parent=at)
                body.name_fr, body.place, body.place_number = f"{fr} {at.name_fr} {i + 1}", at.place, at.place_number
                if kind == "CENTRE":
                    body.parent = None
                bodies.append(body)
    Organisation.objects.bulk_create(bodies)
    country.schools = [body.pk for body in bodies if body.kind == "SCHOOL"]
    country.centres = [body.pk for body in bodies if body.kind == "CENTRE"]
    country.officers = _accounts("DIRECTORATE_OFFICER", [at.pk for at in directorates])
    country.educators = _accounts("EDUCATOR", country.centres)
    _accounts("CENTRE_DIRECTOR", country.centres)
    _accounts("NATIONAL_OFFICER", [Organisation.objects.get(kind="MINISTRY").pk])
    return country


def _accounts(role: str, bodies: list[int]) -> list[int]:
    users = [User(username=f"{role}-{body}", name_fr=f"{role} {body}", password="!") for body in bodies]
    User.objects.bulk_create(users)
    Assignment.objects.bulk_create(
        [
            Assignment(user=user, role=role, organisation_id=body, since=dt.date(2023, 7, 1))
            for user, body in zip(users, bodies, strict=True)
        ]
    )
    return [user.pk for user in users]


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
        submission=uuids(len(rows), Case),
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


def _training(
    put: Any, base: pl.DataFrame, cases: pl.DataFrame, country: Country, chance: random.Random, wanted: int
) -> None:
    """Groups of 25 with their sessions and roll-calls; decisions, referrals and insertions of who came."""
    learners = _placed(base, cases, country)
    programme = Programme.objects.order_by("position").first().pk
    groups = learners.select("group", "season_id", "centre", "educator").unique("group", keep="first").sort("group")
    rows = [
        Group(pk=g + 1, season_id=s, centre_id=c, programme_id=programme, name=f"{g}", capacity=30)
        for g, s, c, _e in groups.iter_rows()
    ]
    Group.unscoped.bulk_create(rows, batch_size=2_000)
    through = Group.educators.through
    through.objects.bulk_create(
        [through(group_id=g + 1, user_id=e) for g, _s, _c, e in groups.iter_rows()], batch_size=5_000
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('training_group', 'id'), %s)", [len(rows) + 1])
    enrolments = learners.with_row_index("n").with_columns(enrolment=pl.col("n").cast(pl.Int64) + 1)
    put(Enrolment, _enrolment_rows(enrolments))
    put(Decision, _decision_rows(enrolments, programme))
    put(Referral, _referral_rows(enrolments))
    put(Insertion, _insertion_rows(enrolments))
    put(Tie, _learner_ties(enrolments, 2 * len(base)))
    sessions = max(1, round(wanted / max(1, len(learners))))
    _roll_calls(put, groups, enrolments, chance, sessions)


def _placed(base: pl.DataFrame, cases: pl.DataFrame, country: Country) -> pl.DataFrame:
    """Who arrived, in groups of 25 of the centres of their directorate."""
    arrived = base.with_columns(state=cases["state"]).filter(pl.col("state") == "ARRIVED")
    arrived = arrived.sort("season", "at", "row").with_columns(
        rank=pl.int_range(pl.len()).over("season", "at").cast(pl.Int64)
    )
    arrived = arrived.with_columns(number=pl.col("rank") // GROUP)
    arrived = arrived.with_columns(group=pl.struct("season", "at", "number").rank("dense").cast(pl.Int64) - 1)
    index = arrived["at"] * CENTRES + arrived["number"] % CENTRES
    return arrived.with_columns(
        centre=pl.Series(country.centres).gather(index), educator=pl.Series(country.educators).gather(index)
    )


def _enrolment_rows(rows: pl.DataFrame) -> pl.DataFrame:
    state = pl.when(pl.col("season") == 2).then(pl.lit("ENROLLED")).when(pl.col("detail") % 4 == 0)
    return rows.select(
        id="enrolment",
        person_id="id",
        group_id=pl.col("group") + 1,
        state=state.then(pl.lit("DROPPED_OUT")).otherwise(pl.lit("COMPLETED")),
        enrolled_date=pl.date(2023 + pl.col("season"), 10, 1),
        left_date=pl.when(pl.col("season") < 2).then(pl.date(2024 + pl.col("season"), 6, 15)),
    )


def _decision_rows(rows: pl.DataFrame, programme: int) -> pl.DataFrame:
    return rows.select(
        "season_id",
        id="enrolment",
        person_id="id",
        case_id="id",
        exit=pl.lit("FULL_TRAINING"),
        programme_id=pl.lit(programme),
        receiver_id="centre",
        state=pl.lit("DECIDED"),
        proposed_by_id="officer",
        proposed_at=pl.lit(NOW).dt.to_string("iso"),
    )


def _referral_rows(rows: pl.DataFrame) -> pl.DataFrame:
    sent = pl.date(2023 + pl.col("season"), 9, 25)
    return rows.select(
        id="enrolment",
        case_id="id",
        receiver_id="centre",
        state=pl.lit("CONFIRMED"),
        sent_date=sent,
        due_date=sent + pl.duration(days=10),
        arrived_date=sent + pl.duration(days=6),
        sent_by_id="officer",
    )


def _insertion_rows(rows: pl.DataFrame) -> pl.DataFrame:
    found = rows.filter((pl.col("season") < 2) & (pl.col("detail") % 3 == 0))
    return found.select(
        id="enrolment",
        person_id="id",
        enrolment_id="enrolment",
        kind=pl.lit("VOCATIONAL"),
        state=pl.when(pl.col("detail") % 2 == 0).then(pl.lit("VERIFIED")).otherwise(pl.lit("DECLARED")),
        since_date=pl.date(2024 + pl.col("season"), 7, 1),
        where=pl.lit("مركز التكوين المهني"),
        declared_by_id="educator",
        declared_at=pl.lit(NOW).dt.to_string("iso"),
    )


def _learner_ties(rows: pl.DataFrame, after: int) -> pl.DataFrame:
    since = pl.date(2023 + pl.col("season"), 10, 1)
    none = pl.lit(None, dtype=pl.Int64)
    person = pl.col("id")
    return pl.concat(
        [
            rows.select(
                person_id=person,
                reason=pl.lit("ENROLLED"),
                organisation_id=pl.col("centre"),
                user_id=none,
                since=since,
            ),
            rows.select(
                person_id=person,
                reason=pl.lit("TAUGHT"),
                organisation_id=none,
                user_id=pl.col("educator"),
                since=since,
            ),
        ]
    ).with_columns(pl.Series("id", range(after + 1, after + 2 * len(rows) + 1)))


def _roll_calls(put: Any, groups: pl.DataFrame, rows: pl.DataFrame, chance: random.Random, many: int) -> None:
    """`many` sessions a group, the newest one of this season still open."""
    years = rows.select("group", "season").unique("group", keep="first").sort("group")
    sessions = years.join(pl.DataFrame({"n": range(many)}), how="cross").with_row_index("s")
    sessions = sessions.with_columns(id=pl.col("s").cast(pl.Int64) + 1)
    is_open = (pl.col("n") == many - 1) & (pl.col("season") == 2)
    put(
        Session,
        sessions.select(
            "id",
            group_id=pl.col("group") + 1,
            date=pl.date(2023 + pl.col("season"), 10, 2) + pl.duration(days=pl.col("n") * 3),
            state=pl.when(is_open).then(pl.lit("OPENED")).otherwise(pl.lit("CLOSED")),
        ),
    )
    taken = sessions.select("group", session="id").join(rows.select("group", "enrolment"), on="group")
    marks = chance.choices(("PRESENT", "ABSENT", "LATE", "EXCUSED"), (85, 9, 4, 2), k=len(taken))
    put(
        Attendance,
        taken.select(
            session_id="session", enrolment_id="enrolment", mark=pl.Series(marks), is_counted=pl.lit(True)
        ).with_columns(pl.Series("id", range(1, len(taken) + 1))),
    )
    del groups
