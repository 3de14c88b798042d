"""Bodies: those that ship with the program, schools from the establishments file, associations and centres."""

from typing import Any

from django.db import transaction

from istidrak.organisations.models import Organisation
from istidrak.territory.models import Place

LONGEST_NAME = 160  # as the columns of Organisation; PostgreSQL refuses more where SQLite does not


@transaction.atomic
def load_administration() -> int:
    """Write the ministry's unit, the 12 academies and the 82 directorates over their places. Returns bodies."""
    ministry = _put(
        "MINISTRY",
        "MINISTRY",
        "الوحدة الوطنية للتمدرس الاستدراكي",
        "Unité nationale de scolarisation de rattrapage",
    )
    academies = {}
    for region in Place.objects.filter(kind="REGION"):
        academies[region.pk] = _put(
            "ACADEMY",
            f"A{region.code}",
            f"الأكاديمية الجهوية {region.name_ar}",
            f"AREF {region.name_fr}",
            region,
            ministry,
        )
    provinces = Place.objects.filter(kind="PROVINCE")
    for place in provinces:
        _put(
            "DIRECTORATE",
            place.code,
            f"المديرية الإقليمية {place.name_ar}",
            f"Direction provinciale {place.name_fr}",
            place,
            academies[place.parent_id],
        )
    return 1 + len(academies) + len(provinces)


def _put(
    kind: str, code: str, ar: str, fr: str, place: Place | None = None, parent: Organisation | None = None
) -> Organisation:
    body, _ = Organisation.objects.update_or_create(
        kind=kind,
        code=code,
        defaults={
            "name_ar": ar,
            "name_fr": fr,
            "place": place,
            "place_number": place.low if place else None,
            "parent": parent,
        },
    )
    return body


@transaction.atomic
def put_schools(*, by: Any, directorate: Organisation, rows: list[dict[str, Any]]) -> tuple[int, int]:
    """Write schools of a directorate from parsed rows of an establishments file; returns (new, corrected).

    `rows` hold code, name_ar, name_fr, milieu, cycle, parent_code, commune_code (each may be absent). A row of
    the file never empties a fact that is known; a school of another territory is left as it is. `by`
    is asked of every writer; reference data has no history.
    """
    del by
    known = {
        school.code: school
        for school in Organisation.objects.filter(kind="SCHOOL", code__in=[r["code"] for r in rows])
    }
    # A code that stands in another territory is not this directorate's to move, rename or attach.
    low, high = directorate.place.span
    elsewhere = {
        code for code, school in known.items() if school.place_number and not low <= school.place_number <= high
    }
    rows = [row for row in rows if row["code"] not in elsewhere]
    known = {code: school for code, school in known.items() if code not in elsewhere}
    communes = {p.code: p for p in Place.objects.filter(kind="COMMUNE", low__range=directorate.place.span)}
    new = corrected = 0
    for row in rows:
        school = known.get(row["code"])
        given = _given(row, directorate, communes, school)
        if school is None:
            known[row["code"]] = Organisation.objects.create(
                kind="SCHOOL", code=row["code"], parent=directorate, **given
            )
            new += 1
        elif any(getattr(school, name) != value for name, value in given.items()):
            Organisation.objects.filter(pk=school.pk).update(**given)
            corrected += 1
    for row in rows:  # satellites once every parent school is there
        parent = known.get(row.get("parent_code") or "")
        if parent and parent.code != row["code"]:
            Organisation.objects.filter(kind="SCHOOL", code=row["code"]).update(parent=parent)
    return new, corrected


def _given(
    row: dict[str, Any], directorate: Organisation, communes: dict[str, Place], school: Organisation | None
) -> dict[str, Any]:
    given = {name: row[name] for name in ("name_ar", "name_fr", "milieu", "cycle") if row.get(name)}
    given |= {name: str(given[name])[:LONGEST_NAME] for name in ("name_ar", "name_fr") if name in given}
    commune = communes.get(str(row.get("commune_code") or "").zfill(9))
    if commune is None and school is not None and school.place_number is not None:
        return given  # its commune stays as it is known
    place = commune or directorate.place
    return {**given, "place": place, "place_number": place.low}


@transaction.atomic
def create_body(
    *,
    by: Any,
    kind: str,
    code: str,
    name_ar: str,
    name_fr: str,
    place: Place,
    parent: Organisation | None = None,
    capacity: int | None = None,
) -> Organisation:
    """A new association, centre or training body in a place. Raises IntegrityError when the code is taken."""
    del by
    return Organisation.objects.create(
        kind=kind,
        code=code,
        name_ar=name_ar,
        name_fr=name_fr,
        place=place,
        place_number=place.low,
        parent=parent,
        capacity=capacity,
    )
