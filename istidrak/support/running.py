"""Computing an instalment of the database: facts written, lines computed, the run's signs of life.

A run that is silent for a minute is taken up by the next process, which begins it again: the folder is written anew,
and the same facts give the same lines.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import uuid

import polars as pl
from django.db.models import F, Q
from django.utils.translation import gettext as _

from istidrak.base import days, workflow
from istidrak.base.beating import beating
from istidrak.support import saving
from istidrak.support.actions import instalments as actions
from istidrak.support.computing import compute
from istidrak.support.facts import open_facts
from istidrak.support.facts.database import write_facts
from istidrak.support.models import Registration, Run
from istidrak.support.queries.runs import folder_of

SILENCE = dt.timedelta(minutes=1)
MOST_ATTEMPTS = 3
COMPUTED_AT_ONCE = 20_000  # pupils that a page computes while its user waits: a directorate's, under two seconds
logger = logging.getLogger(__name__)


def is_small(instalment: actions.Instalment) -> bool:
    """True when a page may compute the instalment at once."""
    pupils = Registration.unscoped.filter(
        school_year=instalment.school_year,
        school__place_number__gte=instalment.place_low,
        school__place_number__lte=instalment.place_high,
    )
    return pupils.count() <= COMPUTED_AT_ONCE


def take(run: Run | None = None) -> Run | None:
    """The run that has waited longest (or this one), held by the caller from now on; None when none waits."""
    silent = Q(beat_at__isnull=True) | Q(beat_at__lt=days.now() - SILENCE)
    waiting = Run.unscoped.filter(silent, state=Run.State.RUNNING)
    for found in waiting.filter(pk=run.pk) if run else waiting.order_by("pk"):
        token = uuid.uuid4()
        same = Run.unscoped.filter(pk=found.pk, state=found.state, writer=found.writer, beat_at=found.beat_at)
        if same.update(writer=token, beat_at=days.now(), attempts=F("attempts") + 1):
            return Run.unscoped.select_related("instalment", "started_by").get(pk=found.pk)
    return None


def carry_out(run: Run) -> Run:
    """Compute a run that was taken. What goes wrong stands on the run, in words; nothing is half written."""
    if run.attempts > MOST_ATTEMPTS:
        actions.fail_run(run=run, why=_("The computing was cut short several times."))
        return run
    held = Run.unscoped.filter(pk=run.pk, writer=run.writer)
    with beating(lambda: held.update(beat_at=days.now())):
        try:
            summary = _compute(run)
        except Exception as error:  # the page says why; the process goes on with other runs
            logger.exception("run %s stopped", run.uuid)
            actions.fail_run(run=run, why=str(error) or type(error).__name__)
            return run
    try:
        actions.end_run(run=run, summary=summary)
    except workflow.MoveRefused:
        actions.fail_run(run=run, why=_("The instalment was saved or cancelled meanwhile."))
    return run


def _compute(run: Run) -> dict[str, object]:
    instalment, folder = run.instalment, folder_of(run)
    if folder.exists():
        shutil.rmtree(folder)  # of an attempt that was cut short
    written = write_facts(
        folder,
        territory=(instalment.place_low, instalment.place_high),
        school_year=instalment.school_year,
        months=instalment.months,
    )
    if written.registered_twice:
        rows = {"child": list(written.registered_twice)}
        pl.DataFrame(rows, schema={"child": pl.Int64}).write_parquet(folder / "registered_twice.parquet")
    facts = open_facts(folder)
    computed = compute(
        facts,
        school_year=instalment.school_year,
        instalment=instalment.number,
        out=folder / "lines.parquet",
        engine=run.engine,
    )
    return {**computed.as_json(), "rules_digest": saving.rules_digest(facts.parameters)}
