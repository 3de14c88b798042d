"""References of payments: what is read aloud or typed wrongly must not become another family's payment."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.support.rules.references import (
    LARGEST_INSTALMENT,
    LARGEST_NUMBER,
    are_valid,
    is_valid,
    reference,
    references,
)

INSTALMENTS = st.integers(1, LARGEST_INSTALMENT)
NUMBERS = st.integers(1, LARGEST_NUMBER)


@given(INSTALMENTS, NUMBERS)
def test_a_reference_is_short_valid_and_the_same_for_a_column(instalment, number):
    text = reference(instalment, number)
    assert is_valid(text) and len(text) <= 20
    column = pl.DataFrame({"n": [number, 1]}).select(r=references(instalment, pl.col("n")))
    assert column["r"].to_list() == [text, reference(instalment, 1)]
    assert column.select(are_valid(pl.col("r")).all()).item()


@given(INSTALMENTS, NUMBERS, st.data())
def test_one_wrong_digit_and_two_exchanged_are_caught(instalment, number, data):
    """A clerk's slip would pay, or close, the payment of another family."""
    text = reference(instalment, number)
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != text[at]]))
    slips = [text[:at] + digit + text[at + 1 :]]
    pairs = [i for i in places[:-1] if text[i + 1].isdigit() and text[i] != text[i + 1]]
    slips += [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in pairs]
    assert not [slip for slip in slips if is_valid(slip)]
    assert not pl.DataFrame({"r": slips}).select(are_valid(pl.col("r")).any()).item()


WRONG = [
    "",
    "-",
    "1-1-1",
    "01-1-36",
    "1-01-36",
    "1-1-036",
    " 1-1-36",
    "1-1-36\n",
    "١-1-36",
    "0-1-02",
    "12345678-1-10",
]


@pytest.mark.parametrize("text", [*WRONG, reference(1, 12).replace("1-12", "11-2", 1), reference(1, 1) + "-"])
def test_what_has_not_the_form_is_no_reference(text):
    assert not is_valid(text)
    assert not pl.DataFrame({"r": [text, None]}).select(are_valid(pl.col("r")).any()).item()


@pytest.mark.parametrize(
    ("instalment", "number"), [(0, 1), (1, 0), (LARGEST_INSTALMENT + 1, 1), (1, LARGEST_NUMBER + 1)]
)
def test_numbers_that_the_form_cannot_hold_are_refused(instalment, number):
    with pytest.raises(ValueError, match="no reference"):
        reference(instalment, number)
