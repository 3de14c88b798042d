"""Runs of an instalment, and where their facts and lines are kept."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from istidrak.support.models import Instalment, Run


def folder_of(run: Run) -> Path:
    """Where the facts and the lines of a run are."""
    return Path(settings.HOME) / "runs" / run.folder


def last_run(instalment: Instalment) -> Run | None:
    """The newest run that ended well."""
    return Run.unscoped.filter(instalment=instalment, state=Run.State.DONE).order_by("-pk").first()


def last_folder(instalment: Instalment) -> Path | None:
    """The folder of the newest run that ended well; what it held may be gone."""
    run = last_run(instalment)
    return folder_of(run) if run else None


def newest_run(instalment: Instalment) -> Run | None:
    """The newest run, whatever became of it."""
    return Run.unscoped.filter(instalment=instalment).order_by("-pk").first()
