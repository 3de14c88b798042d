"""Numbers of places, from the codes of the 2024 census. Pure."""


def region_span(region_code: str) -> tuple[int, int]:
    """Span of a region from its two-digit code (a leading zero may be missing)."""
    region = int(region_code)
    return region * 10_000_000, region * 10_000_000 + 9_999_999


def directorate_span(region_code: str, directorate_code: str) -> tuple[int, int]:
    """Span of a directorate's area.

    `321` is a province or prefecture: region, province, four digits. `141.01.3` is one of the prefectures of
    arrondissements of Casablanca: ten commune numbers each. Moulay Rachid (.7) also holds the Méchouar,
    numbered 81 by the census under 70.
    """
    province, *inner = directorate_code.split(".")
    base = int(region_code) * 10_000_000 + int(province) * 10_000
    if not inner:
        return base, base + 9_999
    commune, district = int(inner[0]), int(inner[1])
    low = base + commune * 100 + district * 10
    return low, low + (19 if district == 7 else 9)


def commune_number(code: str) -> int:
    """Number of a commune or arrondissement from its census code (9 digits, 8 when the zero is missing).

    Raises ValueError for anything else; a 7-digit code is a city divided into arrondissements, which are
    loaded instead of it.
    """
    text = code.strip()
    if not (text.isascii() and text.isdigit() and len(text) in (8, 9)):
        raise ValueError(code)
    return int(text)
