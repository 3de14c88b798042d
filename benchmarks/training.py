"""The training of an invented country: groups, roll-calls, decisions, referrals and insertions of who arrived."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
from django.db import connection

from benchmarks.bodies import CENTRES, NOW, Country
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Referral
from istidrak.people.models import Tie
from istidrak.programmes.models import Programme
from istidrak.training.models import Attendance, Enrolment, Group, Insertion, Session

GROUP = 25


def put_training(
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
