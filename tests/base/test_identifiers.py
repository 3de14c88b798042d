"""What would be lost: a file number misread over the telephone that opens another child's file."""

from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.identifiers import file_number, is_file_number, new_uuid

SERIALS = st.integers(min_value=1, max_value=9_999_999)


@given(SERIALS)
def test_a_file_number_is_recognised_in_either_case(serial):
    assert is_file_number(file_number(serial))
    assert is_file_number(f" {file_number(serial).lower()} ")


@given(SERIALS, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(serial, place, shift):
    number = file_number(serial)
    wrong = str((int(number[place]) + shift) % 10)
    assert not is_file_number(number[:place] + wrong + number[place + 1 :])


@given(SERIALS, st.integers(0, 5))
def test_two_swapped_neighbours_are_noticed(serial, place):
    number = file_number(serial)
    a, b = number[place], number[place + 1]
    if a != b:
        assert not is_file_number(number[:place] + b + a + number[place + 2 :])


@given(st.text(max_size=20))
def test_any_text_is_answered_without_error(text):
    assert is_file_number(text) in {True, False}


def test_ids_in_addresses_grow_with_time():
    first, second = new_uuid(), new_uuid()
    assert first.version == 7
    assert first < second
