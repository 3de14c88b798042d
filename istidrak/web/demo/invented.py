"""Invented young people: names of the reference list, drawn by a fixed seed, in both scripts."""

import csv
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from istidrak import people

NAMES = Path(people.__file__).parent / "data" / "names.csv"
LEVELS = (
    ("الخامسة ابتدائي", 11),
    ("السادسة ابتدائي", 12),
    ("الأولى إعدادي", 13),
    ("الثانية إعدادي", 14),
    ("الثالثة إعدادي", 15),
    ("الجذع المشترك العلمي", 16),
)
QUARTERS = ("حي الوحدة", "حي القسم", "حي العودة", "الدشيرة", "فم الواد", "المرسى")
REASONS = (
    "ظروف عائلية",
    "ظروف اقتصادية",
    "صعوبات التعلم",
    "بعد المؤسسة أو صعوبات النقل",
    "العمل",
    "التعثر أو التكرار الدراسي",
    "عدم الرغبة في متابعة الدراسة",
)
WISHES = ("يرغب في تعلم حرفة", "يرغب في العودة إلى المدرسة", "لا يرغب", "")


@dataclass(frozen=True)
class Invented:
    """One invented young person, with what is true of them; lists know a part of it each."""

    code: str
    last_ar: str
    last_fr: str
    first_ar: str
    first_fr: str
    sex: str
    birth: dt.date
    level: str
    quarter: str
    phone: str
    guardian_ar: str


class Names:
    """The reference list of names by kind, each in Arabic with its usual Latin spellings."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[str, list[str]]]] = {}
        with NAMES.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                self.of.setdefault(row["kind"], []).append((row["ar"], row["latin_spellings"].split(";")))


def people_of(seed: int, count: int, year: int) -> Iterator[Invented]:
    """`count` invented people of a province for a season that starts in `year`; the same seed, the same people."""
    chance = random.Random(seed)  # noqa: S311 - invented people need no secrecy
    names = Names()
    for _ in range(count):
        kind, sex = chance.choice((("female", "F"), ("male", "M")))
        first_ar, first_spellings = chance.choice(names.of[kind])
        last_ar, last_spellings = chance.choice(names.of["family"])
        father_ar, _spellings = chance.choice(names.of["male"])
        level, usual_age = chance.choice(LEVELS)
        age = usual_age + chance.choice((0, 1, 1, 2, 3))
        birth = dt.date(year - age, chance.randint(1, 12), chance.randint(1, 28))
        yield Invented(
            code=f"J{chance.randint(100_000_000, 999_999_999)}",
            last_ar=last_ar,
            last_fr=chance.choice(last_spellings).upper(),
            first_ar=first_ar,
            first_fr=chance.choice(first_spellings),
            sex=sex,
            birth=birth,
            level=level,
            quarter=chance.choice(QUARTERS),
            phone=f"06{chance.randint(10_000_000, 99_999_999)}",
            guardian_ar=f"{father_ar} {last_ar}",
        )
