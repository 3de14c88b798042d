"""Months written 201809, and the school year that they are of."""

FIRST, LAST = 9, 6  # a school year is paid from September to June


def months_of_year(school_year: int) -> tuple[int, ...]:
    """The ten months of a school year, in their order: 2018 gives 201809 to 201906."""
    autumn = tuple(school_year * 100 + month for month in range(FIRST, 13))
    spring = tuple((school_year + 1) * 100 + month for month in range(1, LAST + 1))
    return autumn + spring


def month_before(month: int) -> int:
    """The month before one: 201812 before 201901."""
    year, number = divmod(month, 100)
    return month - 1 if number > 1 else (year - 1) * 100 + 12
