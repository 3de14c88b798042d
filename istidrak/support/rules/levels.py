"""The levels of school, in their order, and the cycle of each (the ministry's short codes)."""

CYCLES: dict[str, str] = {
    **{f"{year}AP": "PRIMARY" for year in range(1, 7)},
    **{f"{year}AC": "LOWER_SECONDARY" for year in range(1, 4)},
    **dict.fromkeys(("TC", "1BAC", "2BAC"), "UPPER_SECONDARY"),
}
LEVELS = tuple(CYCLES)
