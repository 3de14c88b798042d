"""Loading places. Reference data is signed by nobody: it comes with the program or from an official file."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from istidrak.territory.models import Place
from istidrak.territory.rules import commune_number, directorate_span, region_span

DATA = Path(__file__).parent / "data" / "directorates.csv"


def directorate_rows() -> list[dict[str, str]]:
    """The 82 directorates that ship with the program: region and directorate, codes and both names."""
    with DATA.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@transaction.atomic
def load_places() -> int:
    """Write the 12 regions and the areas of the 82 directorates; names are corrected, spans too. Returns places."""
    regions: dict[str, Place] = {}
    rows = directorate_rows()
    for row in rows:
        code = row["region_code"]
        if code not in regions:
            low, high = region_span(code)
            regions[code] = _put("REGION", code, row["region_ar"], row["region_fr"], low, high, None)
        low, high = directorate_span(code, row["directorate_code"])
        _put(
            "PROVINCE",
            row["directorate_code"],
            row["directorate_ar"],
            row["directorate_fr"],
            low,
            high,
            regions[code],
        )
    return len(regions) + len(rows)


def _put(kind: str, code: str, ar: str, fr: str, low: int, high: int, parent: Place | None) -> Place:
    place, _ = Place.objects.update_or_create(
        kind=kind,
        code=code,
        defaults={"name_ar": ar, "name_fr": fr, "low": low, "high": high, "parent": parent},
    )
    return place


@dataclass
class CommunesLoaded:
    """What a file of communes gave: written, and (row of the file, code, reason) of the lines left out."""

    written: int = 0
    left_out: list[tuple[int, str, str]] = field(default_factory=list)


# Tatweel and the forms of gaf differ between official files: a name is kept as given, less tatweel and
# no-break spaces, which are typography.
_TYPOGRAPHY = str.maketrans({"ـ": None, "\u00a0": " ", "\u202f": " "})


@transaction.atomic
def load_communes(path: Path) -> CommunesLoaded:
    """Load communes from a csv with columns geo_code, geo_name, name_ar (codes of the 2024 census).

    A commune lies in the directorate whose span holds its number. Lines with no such directorate, a code that
    is not one, or a city that is divided into arrondissements (seven digits) are left out and reported.
    Raises ValueError when a column is missing.
    """
    outcome = CommunesLoaded()
    provinces = list(Place.objects.filter(kind="PROVINCE").order_by("low"))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = {"geo_code", "geo_name", "name_ar"} - set(reader.fieldnames or [])
        if missing:
            raise ValueError(", ".join(sorted(missing)))
        for number, row in enumerate(reader, start=2):
            try:
                code = commune_number(row["geo_code"])
            except ValueError:
                outcome.left_out.append((number, row["geo_code"], "code"))
                continue
            parent = next((p for p in provinces if p.low <= code <= p.high), None)
            if parent is None:
                outcome.left_out.append((number, row["geo_code"], "directorate"))
                continue
            ar, fr = (row[c].translate(_TYPOGRAPHY).strip() for c in ("name_ar", "geo_name"))
            _put("COMMUNE", f"{code:09d}", ar, fr, code, code, parent)
            outcome.written += 1
    return outcome
