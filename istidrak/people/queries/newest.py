"""The first page of a search, met by walking the newest persons of a scope; a name that is rare is found otherwise.

A name that one person in a hundred bears is met fifty times among a few thousand persons, while its letters stand in
ten thousand rows of a country. A rare one is not met by a walk of bearable length; its letters are then few.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Max, Q
from django.db.models.expressions import RawSQL

from istidrak.base import paging
from istidrak.base.models import COUNTRY
from istidrak.base.scope import Scope
from istidrak.people.access import ties_in
from istidrak.people.models import Person

WALK = 8_000  # persons of a scope looked at before the index on letters is asked instead
WALK_COUNTRY = 20_000  # these lie side by side in the table
PROVINCE = 10_000  # a province's span of place numbers; ties of more are too many to sort for a page


def newest_found(scope: Scope, condition: Q, *, after: str = "") -> paging.Page | None:
    """The page of visible persons of a condition, newest first; None when the walk did not meet enough of them.

    Exactly what `page_of` finds: newer persons than those met were all looked at. Two queries, three for few.
    """
    before = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    found = Person.objects.visible_to(scope)
    if _is_country(scope):
        last = before or (Person.unscoped.aggregate(last=Max("pk"))["last"] or 0) + 1
        page = paging.page_of(found.filter(condition, pk__gte=last - WALK_COUNTRY), after=after)
        return page if page.after else None
    if any(high - low >= PROVINCE for low, high in scope.spans):
        return None
    keys, is_all = _walked(scope, condition, before)
    return paging.page_of(found.filter(pk__in=keys), after=after) if is_all or len(keys) > paging.PAGE else None


def _is_country(scope: Scope) -> bool:
    return any(low <= COUNTRY[0] and high >= COUNTRY[1] for low, high in scope.spans)


def _walked(scope: Scope, condition: Q, before: int | None) -> tuple[list[int], bool]:
    """Keys of the newest persons found, one more than a page; and whether every person of the scope was looked at."""
    ties = ties_in(scope) if before is None else ties_in(scope).filter(person__lt=before)
    # `+ 0`: the ties of the scope are read by its own index and sorted, rather than those of the country walked.
    walk = ties.annotate(key=F("person_id") + 0).order_by("-key").values("key").distinct()[:WALK]
    row = Person.unscoped.filter(condition, merged_into__isnull=True, pk=RawSQL("newest.key", ())).values("pk")
    try:
        (inner, inner_values), (outer, outer_values) = walk.query.sql_with_params(), row.query.sql_with_params()
    except EmptyResultSet:
        return [], True
    sql = (
        f"SELECT newest.key FROM ({inner}) newest "  # noqa: S608 - both are compiled by Django
        f"WHERE EXISTS ({outer}) ORDER BY newest.key DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, (*inner_values, *outer_values, paging.PAGE + 1))
        keys = [key for (key,) in cursor.fetchall()]
    return keys, len(keys) <= paging.PAGE and walk.count() < WALK
