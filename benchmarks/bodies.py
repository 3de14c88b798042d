"""The bodies and accounts of an invented country: schools and centres of each directorate, who signs for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from istidrak.accounts.models import Assignment, User
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season

SEASONS = (2023, 2024, 2025)
SCHOOLS, CENTRES = 10, 5  # of each directorate
NOW = dt.datetime(2025, 11, 19, 9, tzinfo=dt.UTC)


@dataclass
class Country:
    """The bodies and accounts that rows point to."""

    directorates: list[Organisation]
    schools: list[int] = field(default_factory=list)  # SCHOOLS a directorate, in its order
    centres: list[int] = field(default_factory=list)
    officers: list[int] = field(default_factory=list)  # one a directorate
    educators: list[int] = field(default_factory=list)  # one a centre
    seasons: list[int] = field(default_factory=list)


def put_bodies() -> Country:
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
