"""Which cells of a table a reader of totals must not see, so that no small group is found by subtraction.

A cell from 1 to 4 is hidden. So is what would give it away: its neighbours of the same sum, the row that holds
it, the territory around it. A hidden cell is safe when another table is as possible as the real one: the same
shown cells, the same sums, nothing negative, another number there. Such a table is looked for, not supposed.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm

SMALL = 5  # a reader of totals never sees a cell under this (decision: figures)

Key = Hashable
Sum = tuple[Key, tuple[Key, ...]]  # a total and its parts
Vector = dict[Key, int]


def hidden_cells(
    values: Mapping[Key, int], sums: Sequence[Sum], unseen: Collection[Key] = (), *, small: int = SMALL
) -> frozenset[Key]:
    """The cells of `values` not to show.

    `sums`: each total with its parts; where persons may be in two parts, the difference is taken as known.
    `unseen`: cells that no page shows but that a subtraction would give (who was named and not contacted).
    Raises KeyError when a sum names a cell without a value.
    """
    unseen = frozenset(unseen)
    fragile = [key for key, value in values.items() if 0 < value < small]
    hidden = {key for key in fragile if key not in unseen}
    for key in fragile:
        while not _has_another_table(key, values, sums, hidden | unseen):
            cell = _next_to_hide(key, values, sums, hidden, unseen)
            if cell is None:
                break
            hidden.add(cell)
    # What was hidden later changes nothing for the worse: more unknowns leave more tables possible.
    return frozenset(hidden)


def nested(outer: Key, inner: Key, values: dict[Key, int]) -> tuple[Sum, Key]:
    """The sum that says that one cell lies inside another, and the unseen cell between them (added to `values`)."""
    between = ("between", outer, inner)
    values[between] = values[outer] - values[inner]
    return (outer, (inner, between)), between


def _next_to_hide(
    key: Key, values: Mapping[Key, int], sums: Sequence[Sum], hidden: set[Key], unseen: frozenset[Key]
) -> Key | None:
    """The smallest shown cell whose hiding protects; failing that, the smallest that touches what is unknown."""
    unknown = hidden | unseen
    near = {
        cell
        for part in _component(key, sums, unknown)
        for total, parts in sums
        if part in (total, *parts)
        for cell in (total, *parts)
        if cell not in unknown
    }
    order = sorted(near, key=lambda cell: (values[cell] == 0, values[cell], str(cell)))
    for cell in order:
        if values[cell] and _has_another_table(key, values, sums, unknown | {cell}):
            return cell
    return order[0] if order else None


def _component(key: Key, sums: Sequence[Sum], unknown: Collection[Key]) -> set[Key]:
    """Unknown cells that sums link to a cell, itself included."""
    found, waiting = {key}, [key]
    while waiting:
        cell = waiting.pop()
        for total, parts in sums:
            if cell in (total, *parts):
                linked = [other for other in (total, *parts) if other in unknown and other not in found]
                found.update(linked)
                waiting.extend(linked)
    return found


def _has_another_table(key: Key, values: Mapping[Key, int], sums: Sequence[Sum], unknown: Collection[Key]) -> bool:
    cells = sorted(_component(key, sums, unknown), key=str)
    ways = list(_ways_to_vary(cells, sums))
    pairs = (
        {cell: one.get(cell, 0) + sign * other.get(cell, 0) for cell in cells}
        for one, other in combinations(ways, 2)
        for sign in (1, -1)
    )
    return any(way.get(key) and any(_is_possible(way, sign, values) for sign in (1, -1)) for way in (*ways, *pairs))


def _is_possible(way: Vector, sign: int, values: Mapping[Key, int]) -> bool:
    """Nothing becomes negative; nor zero, since a reader knows that zeros are shown."""
    return all(values[cell] + sign * change >= min(1, values[cell]) for cell, change in way.items() if change)


def _ways_to_vary(cells: list[Key], sums: Sequence[Sum]) -> Iterator[Vector]:
    """A basis of the changes that keep every sum: the kernel of the equations among unknown cells."""
    rows = []
    for total, parts in sums:
        row = [Fraction((cell == total) - parts.count(cell)) for cell in cells]
        if any(row):
            rows.append(row)
    pivots = _reduce(rows, len(cells))
    for free in range(len(cells)):
        if free in pivots:
            continue
        way = {cells[free]: Fraction(1)}
        way.update({cells[column]: -row[free] for column, row in zip(pivots, rows, strict=False) if row[free]})
        scale = lcm(*(change.denominator for change in way.values()))
        yield {cell: int(change * scale) for cell, change in way.items()}


def _reduce(rows: list[list[Fraction]], width: int) -> list[int]:
    """Bring rows to the reduced echelon form in place; returns the pivot columns in the order of the rows."""
    pivots: list[int] = []
    for column in range(width):
        at = len(pivots)
        pivot = next((n for n in range(at, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        head = rows[at][column]
        rows[at] = [cell / head for cell in rows[at]]
        for n, row in enumerate(rows):
            if n != at and row[column]:
                times = row[column]
                rows[n] = [a - times * b for a, b in zip(row, rows[at], strict=True)]
        pivots.append(column)
    return pivots
