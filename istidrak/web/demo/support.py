"""The demo's families of 2018/19: pupils of four schools registered for the transfers, their households, guardians.

Every kind of case is there: cards valid, asked for, missing or not known; brothers and sisters in two schools; a
commune exempted from the card; pupils who came, left or changed school; one card that two households show.
"""

import datetime as dt
import random
from dataclasses import dataclass, field

from istidrak.accounts.models import User
from istidrak.organisations import actions as organisations
from istidrak.organisations.models import Organisation
from istidrak.support.actions import communes, households, registrations
from istidrak.support.models import Guardian, Household, Registration
from istidrak.territory.models import Place
from istidrak.web.demo import bodies
from istidrak.web.demo.invented import Names
from istidrak.web.demo.province import Province, on

YEAR, SEED = 2018, 20180910
COASTAL, VILLAGE, TOWN, PORT = "90103M", "90107S", "90104N", "90102L"
AREAS = {COASTAL: "RURAL", VILLAGE: "RURAL", TOWN: "URBAN", PORT: "URBAN"}
# On the programme's list until 2017-18, so that no card is asked there; and one that stays on it.
LISTED = (("113210305", 2010, 2017), ("113210301", 2010, None))
DECISION = "لائحة تجريبية للجماعات المستفيدة · liste d'essai des communes"
PRIMARY = ("1AP", "2AP", "3AP", "4AP", "5AP", "6AP")
LOWER = ("1AC", "2AC", "3AC")
# Sizes of households in turn, and the schools where their children go: primary, then lower secondary.
SIZES = (2, 3, 1, 2, 4, 3, 2, 1, 5, 2, 3, 2)
SCHOOLS = ((COASTAL, TOWN), (PORT, TOWN), (COASTAL, VILLAGE), (PORT, TOWN), (COASTAL, VILLAGE))
FAMILIES = 50
COVERS = ("RAMED", "RAMED", "RAMED", "RAMED_RECEIPT", "RAMED", "NONE", "RAMED", None, "RAMED", "RAMED_RECEIPT")
REGISTERED, CHECKED, WINTER = dt.date(2018, 12, 12), dt.date(2018, 12, 27), dt.date(2019, 3, 4)


@dataclass
class _Family:
    """A household of the demo, its name and its children's registrations."""

    number: int
    last_ar: str
    last_fr: str
    cover: str | None
    household: Household | None = None
    guardian: Guardian | None = None
    children: list[Registration] = field(default_factory=list)


def live(p: Province) -> None:
    """Register about 120 pupils in autumn 2018, check them, and let some come and go until March."""
    coordinator = p.by("SUPPORT_COORDINATOR")
    with on(REGISTERED):
        _set_the_scene(p, coordinator)
        families = _families(p, coordinator)
    with on(CHECKED):
        _check(coordinator, [row for family in families for row in family.children])
    with on(WINTER):
        _come_and_go(p, coordinator, families)


def _set_the_scene(p: Province, by: User) -> None:
    names = {code: (ar, fr, commune) for code, ar, fr, _cycle, commune in bodies.SCHOOLS}
    rows = [
        {"code": code, "milieu": area, "commune_code": names[code][2], "name_ar": names[code][0]}
        for code, area in AREAS.items()
    ]
    organisations.put_schools(by=by, directorate=p.directorate, rows=rows)
    for code, since, until in LISTED:
        place = Place.objects.get(kind="COMMUNE", code=code)
        communes.put_on_list(by=p.by("SUPPORT_UNIT"), place=place, since=since, until=until, source=DECISION)


def _families(p: Province, by: User) -> list[_Family]:
    chance, names = random.Random(SEED), Names()  # noqa: S311 - invented people need no secrecy
    families = []
    for number in range(FAMILIES):
        last_ar, spellings = chance.choice(names.of["family"])
        family = _Family(number, last_ar, chance.choice(spellings).upper(), COVERS[number % len(COVERS)])
        if number % 17 != 16:  # of a few pupils nobody knows the household yet
            family.household = households.make_household(by=by)
            family.guardian = _guardian(by, family, chance, names)
        for place in range(SIZES[number % len(SIZES)]):
            family.children.append(_child(p, by, family, place, chance, names))
        families.append(family)
    return families


def _guardian(by: User, family: _Family, chance: random.Random, names: Names) -> Guardian | None:
    """A mother or a father; a few without card, one family whose receiver nobody named, one card shown twice."""
    number = family.number
    if family.household is None or number == 20:
        return None
    is_mother = chance.random() < 0.6
    first_ar, spellings = chance.choice(names.of["female" if is_mother else "male"])
    mother_last, mother_spellings = chance.choice(names.of["family"])
    card = f"JE{100_200 + (number if number != 32 else 11)}"  # family 32 shows the card of family 11
    return households.put_guardian(
        by=by,
        household=family.household,
        relation="MOTHER" if is_mother else "FATHER",
        name_ar=f"{first_ar} {mother_last if is_mother else family.last_ar}",
        name_fr=f"{spellings[0]} {mother_spellings[0].upper() if is_mother else family.last_fr}",
        identity_card="" if number in {9, 26} else card,
        phone=f"06{chance.randint(10_000_000, 99_999_999)}",
        account="".join(str(chance.randint(0, 9)) for _ in range(24)) if number % 5 == 1 else "",
    )


def _child(p: Province, by: User, family: _Family, place: int, chance: random.Random, names: Names) -> Registration:
    primary, lower = SCHOOLS[family.number % len(SCHOOLS)]
    is_lower = (place + family.number) % 3 == 0
    level = chance.choice(LOWER if is_lower else PRIMARY)
    age = 6 + (PRIMARY + LOWER).index(level) + chance.choice((0, 0, 0, 1))
    kind, sex = chance.choice((("female", "F"), ("male", "M")))
    first_ar, spellings = chance.choice(names.of[kind])
    school: Organisation = p.bodies[lower if is_lower else primary]
    key = family.number * 10 + place
    return registrations.register_new(
        by=p.by("GENERAL_SUPERVISOR") if school.code == TOWN else by,
        facts={
            "first_name_ar": first_ar,
            "last_name_ar": family.last_ar,
            "first_name_fr": chance.choice(spellings),
            "last_name_fr": family.last_fr,
            "sex": sex,
            "birth_date": dt.date(YEAR - age, chance.randint(1, 12), chance.randint(1, 28)),
            "massar_code": f"J{chance.randint(100_000_000, 999_999_999)}",
        },
        school=school,
        school_year=YEAR,
        submission=p.form_id("registration", key),
        level_code="" if key in {41, 150, 333} else level,
        class_name="" if key in {41, 150, 333} else f"{level}-{1 + key % 2}",
        cover=family.cover,
        cover_number=f"{chance.randint(10_000_000, 99_999_999)}" if family.cover == "RAMED" else "",
        household=family.household,
        guardian=family.guardian,
        enrolled_from=201811 if key in {10, 121, 242} else 201809,
    )


def _check(by: User, rows: list[Registration]) -> None:
    """All are checked but the last four and a few of which something is missing; one goes back with a remark."""
    missing = [row for row in rows if row.household_id is None][-2:] + [row for row in rows if row.cover is None][-1:]
    waiting = {row.pk for row in (*rows[-4:], *missing)}
    registrations.validate_all(by=by, registrations=[row for row in rows if row.pk not in waiting])
    for row in rows:
        row.refresh_from_db(fields=["state"])
    registrations.return_(by=by, registration=rows[-4], reason="المرجو إرفاق نسخة من بطاقة راميد")


def _come_and_go(p: Province, by: User, families: list[_Family]) -> None:
    """Three pupils leave in the winter, two go on from the village's lower secondary school to the town's."""
    rows = [row for family in families for row in family.children if row.state == Registration.State.VALIDATED]
    for row in rows[7:60:20]:
        registrations.leave(by=by, registration=row, last_month=201901)
    villagers = [row for row in rows if row.school.code == VILLAGE and row.enrolled_until is None]
    for row in villagers[:2]:
        moved = registrations.move_to(by=by, registration=row, school=p.bodies[TOWN], month=201902)
        registrations.validate(by=by, registration=moved)
