"""What would be lost: a child found by subtracting two numbers that a reader of totals may see."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from istidrak.desk.rules.small_cells import SMALL, hidden_cells, nested
from tests.running.examples import examples


def _table(rows):
    """Rows contained in one another, by sex: {name: (girls, boys)} as values, sums and unseen cells."""
    values, sums, unseen = {}, [], []
    for name, (girls, boys) in rows.items():
        values |= {(name, "F"): girls, (name, "M"): boys, (name, "all"): girls + boys}
        sums.append(((name, "all"), ((name, "F"), (name, "M"))))
    for sex in ("F", "M", "all"):
        equation, between = nested(("named", sex), ("contacted", sex), values)
        sums.append(equation)
        unseen.append(between)
    return values, sums, unseen


def _possible_tables(rows, values, hidden, most):
    """Every pair of rows that shows the same cells: by trying them all, apart from the rule's own reasoning."""
    for named_f, named_m, contacted_f, contacted_m in product(range(most), repeat=4):
        if contacted_f > named_f or contacted_m > named_m:
            continue
        other, _sums, _unseen = _table({"named": (named_f, named_m), "contacted": (contacted_f, contacted_m)})
        if all(other[key] == values[key] for key in values if key not in hidden and key[0] != "between"):
            yield other


small_numbers = st.integers(0, 9)


@settings(max_examples=examples(40))
@given(small_numbers, small_numbers, small_numbers, small_numbers)
def test_no_small_cell_is_certain_whatever_is_subtracted(girls, boys, less_girls, less_boys):
    rows = {"named": (girls, boys), "contacted": (max(0, girls - less_girls), max(0, boys - less_boys))}
    values, sums, unseen = _table(rows)
    hidden = hidden_cells(values, sums, unseen)
    seen = {key: set() for key in values}
    for other in _possible_tables(rows, values, hidden, most=14):
        for key, value in other.items():
            seen[key].add(value)
    for key, value in values.items():
        if 0 < value < SMALL:
            assert len(seen[key]) > 1, f"{key} is {value} for sure; hidden: {sorted(map(str, hidden))}"


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_a_sum_of_territories_gives_no_small_one(parts):
    values = {"all": sum(parts)} | dict(enumerate(parts))
    hidden = hidden_cells(values, [("all", tuple(range(len(parts))))])
    small = [n for n, value in enumerate(parts) if 0 < value < SMALL]
    assert set(small) <= hidden
    out_of_sight = [n for n in range(len(parts)) if n in hidden]
    if small:
        # Alone, it would be the total less the others; two whose sum is two would both be one.
        assert "all" in hidden or (len(out_of_sight) > 1 and sum(parts[n] for n in out_of_sight) > len(out_of_sight))


@given(st.lists(st.integers(5, 60), min_size=1, max_size=8))
def test_nothing_is_hidden_without_need(parts):
    values = {"all": sum(parts)} | dict(enumerate(parts))
    assert hidden_cells(values, [("all", tuple(range(len(parts))))]) == frozenset()


def test_the_difference_of_two_large_rows_is_a_small_group_too():
    rows = {"named": (50, 50), "contacted": (50, 48)}  # two boys whom nobody could contact
    values, sums, unseen = _table(rows)
    hidden = hidden_cells(values, sums, unseen)
    assert ("named", "M") in hidden or ("contacted", "M") in hidden
    assert ("named", "all") in hidden or ("contacted", "all") in hidden


def test_an_even_province_beside_a_small_one_keeps_its_secret_when_persons_are_in_two():
    values = {"all": 20, "a": 17, "b": 4}  # one person in both
    hidden = hidden_cells(values, [("all", ("a", "b"))])
    assert {"b"} < hidden
