"""The programme's list of communes, school year by school year, each by the decision that says so."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history
from istidrak.support.actions.registrations import RegistrationRefused
from istidrak.support.models import CoveredCommune
from istidrak.territory.models import Place


@transaction.atomic
def put_on_list(*, by: Any, place: Place, since: int, source: str, until: int | None = None) -> CoveredCommune:
    """Put a commune on the list for school years `since` to `until` (starting years; None: until it is taken off).

    `source` names the decision. Raises RegistrationRefused: "not_a_commune", "source", "years" when they run
    backwards, "on_the_list" when the commune is on it in one of these years already.
    """
    if place.kind != Place.Kind.COMMUNE:
        raise RegistrationRefused("not_a_commune")
    if not source.strip():
        raise RegistrationRefused("source")
    if until is not None and until < since:
        raise RegistrationRefused("years")
    for other in CoveredCommune.unscoped.select_for_update().filter(place_number=place.low):
        if (until is None or other.since <= until) and (other.until is None or since <= other.until):
            raise RegistrationRefused("on_the_list")
    try:
        with transaction.atomic():
            row = CoveredCommune.unscoped.create(
                place_number=place.low,
                since=since,
                until=until,
                source=source.strip(),
                recorded_by=by,
                recorded_at=days.now(),
            )
    except IntegrityError as error:
        raise RegistrationRefused("on_the_list") from error
    history.record(row, "put_commune_on_list", by=by, reason=row.source, details={"since": since, "until": until})
    return row


@transaction.atomic
def take_off_list(*, by: Any, commune: CoveredCommune, until: int, source: str) -> CoveredCommune:
    """The commune is on the list until school year `until`, that year included, by the decision `source`.

    Raises RegistrationRefused: "source", "years" when that is before the first year, "off_the_list" when another
    decision took it off already.
    """
    row = CoveredCommune.unscoped.select_for_update().get(pk=commune.pk)
    if not source.strip():
        raise RegistrationRefused("source")
    if row.until is not None:
        raise RegistrationRefused("off_the_list")
    if until < row.since:
        raise RegistrationRefused("years")
    row.until = until
    row.save(update_fields=["until"])
    history.record(row, "take_commune_off_list", by=by, reason=source.strip(), details={"until": until})
    return row
