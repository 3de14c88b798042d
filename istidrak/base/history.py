"""Writing and reading the history of a subject, and the audit of reading."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from istidrak.base import bulk, days
from istidrak.base.models import AnonymousWrite, AuditRecord, History


def key_of(instance: models.Model) -> str:
    """How history names a row: `app.model:pk`."""
    # By the row itself: the user of a request is a lazy stand-in, whose type is no table.
    return key(instance, instance.pk)


def key(model: type[models.Model] | models.Model, pk: Any) -> str:
    """`key_of` a row of a table, whose key alone is at hand."""
    return f"{model._meta.app_label}.{model._meta.model_name}:{pk}"


def _signed(by: Any) -> Any:
    if by is None or not getattr(by, "pk", None):
        raise AnonymousWrite("an action needs by=, a user who exists")
    return by


def entry(
    subject: models.Model,
    verb: str,
    *,
    by: Any,
    thread: models.Model | str | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> History:
    """An unsaved history row (bulk actions save many at once); `thread` may be the `key` of its row.

    Raises AnonymousWrite without an author.
    """
    row = bulk.new(
        History,
        subject=key_of(subject),
        thread=thread if isinstance(thread, str) else key_of(thread or subject),
        verb=verb,
        before=before,
        after=after,
        reason=reason,
        details=details or {},
        by_id=_signed(by).pk,
        at=days.now(),
    )
    row._state.fields_cache["by"] = by
    return row


def record(subject: models.Model, verb: str, *, by: Any, **rest: Any) -> History:
    """Write one history row; keyword arguments as for `entry`."""
    row = entry(subject, verb, by=by, **rest)
    row.save()
    return row


def of_threads(threads: Iterable[models.Model]) -> models.QuerySet[History]:
    """History of one or several subjects (a file and those merged into it), newest first."""
    return History.objects.filter(thread__in=[key_of(thread) for thread in threads]).select_related("by")


def audit(verb: str, subject: models.Model | str, *, by: Any, reason: str = "", **details: Any) -> AuditRecord:
    """Record that `by` read or took out something. Raises AnonymousWrite without an author."""
    key = subject if isinstance(subject, str) else key_of(subject)
    return AuditRecord.objects.create(
        verb=verb, subject=key, by=_signed(by), reason=reason, details=details, at=days.now()
    )
