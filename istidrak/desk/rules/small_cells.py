"""Which cells of a table a reader of totals must not see, so that no small group is found by subtraction.

A cell from 1 to 4 is hidden. So is what would give it away: its neighbours of the same sum, the row that holds
it, the territory around it. A hidden cell is safe when another table is as possible as the real one: the same
shown cells, the same sums, nothing negative, another number there. Such a table is looked for, not supposed.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from math import gcd, lcm

SMALL = 5  # a reader of totals never sees a cell under this (decision: figures)

TRIED = 6  # cells whose hiding is tried before the smallest is simply hidden: more costs time and spares little
STEPS = 30  # changes added together in the search of another table

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
    for cell in order[:TRIED]:
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
    if _can_all_be_doubled(cells, values, sums):
        return True
    ways = list(_ways_to_vary(cells, sums))
    return any(
        _can_be_repaired({cell: sign * change for cell, change in way.items()}, key, ways, values)
        for way in ways
        if way.get(key)
        for sign in (1, -1)
    )


def _can_all_be_doubled(cells: list[Key], values: Mapping[Key, int], sums: Sequence[Sum]) -> bool:
    """True when these cells are bound to nothing that is shown but zeros: twice as many is then as possible."""
    own = set(cells)
    for total, parts in sums:
        touched = [(cell, sign) for cell, sign in ((total, 1), *((part, -1) for part in parts)) if cell in own]
        if touched and sum(values[cell] * sign for cell, sign in touched):
            return False
    return True


def _can_be_repaired(change: Vector, key: Key, ways: list[Vector], values: Mapping[Key, int]) -> bool:
    """True when a change of the table, with others added to it step by step, makes no cell impossible and still
    changes `key`. A change that is not found is taken not to exist: then more is hidden, never less."""
    for _step in range(STEPS):
        lacking = {cell: lack for cell, n in change.items() if (lack := _lack(values[cell], n))}
        if not lacking:
            return True
        best, gain = None, 0
        for way in ways:
            if not lacking.keys() & way.keys():
                continue
            for sign in (1, -1):
                if change.get(key, 0) + sign * way.get(key, 0) == 0:
                    continue
                less = sum(
                    _lack(values[cell], change.get(cell, 0)) - _lack(values[cell], change.get(cell, 0) + sign * n)
                    for cell, n in way.items()
                )
                if less > gain:
                    best, gain = (way, sign), less
        if best is None:
            return False
        way, sign = best
        change = {cell: change.get(cell, 0) + sign * way.get(cell, 0) for cell in change.keys() | way.keys()}
    return False


def _lack(value: int, change: int) -> int:
    """How much a changed cell is below what is possible: nothing is negative, nor becomes zero, since a reader
    knows that zeros are shown."""
    return max(0, min(1, value) - value - change)


def _ways_to_vary(cells: list[Key], sums: Sequence[Sum]) -> Iterator[Vector]:
    """A basis of the changes that keep every sum: the kernel of the equations among unknown cells."""
    at = {cell: n for n, cell in enumerate(cells)}
    rows: list[dict[int, int]] = []
    for total, parts in sums:
        row: dict[int, int] = {}
        for cell, sign in ((total, 1), *((part, -1) for part in parts)):
            if cell in at:
                row[at[cell]] = row.get(at[cell], 0) + sign
        if any(row.values()):
            rows.append({column: number for column, number in row.items() if number})
    solved = _reduce(rows)
    for free in range(len(cells)):
        if free in solved:
            continue
        bound = {column: row for column, row in solved.items() if row.get(free)}
        scale = lcm(*(abs(row[column]) for column, row in bound.items()))
        way = {cells[free]: scale}
        way.update({cells[column]: -row[free] * scale // row[column] for column, row in bound.items()})
        yield way


def _reduce(rows: list[dict[int, int]]) -> dict[int, dict[int, int]]:
    """The equations in reduced form, in whole numbers: {column that the equation gives: its equation}."""
    solved: dict[int, dict[int, int]] = {}
    for given in rows:
        row = given
        for column, other in solved.items():
            if row.get(column):
                row = _without(row, column, other)
        if not row:
            continue
        head = min(row, key=lambda column: (abs(row[column]), column))
        for column, other in solved.items():
            if other.get(head):
                solved[column] = _without(other, head, row)
        solved[head] = row
    return solved


def _without(row: dict[int, int], column: int, other: dict[int, int]) -> dict[int, int]:
    """A row less as much of another as takes the column out of it."""
    mine, theirs = row[column], other[column]
    left = {at: row.get(at, 0) * theirs - other.get(at, 0) * mine for at in row.keys() | other.keys()}
    left = {at: number for at, number in left.items() if number}
    divisor = gcd(*left.values()) if left else 1
    return {at: number // divisor for at, number in left.items()}
