"""Identifiers that leave the program: UUIDv7 in addresses, file numbers that can be read aloud."""

import uuid

import uuid_utils.compat

# Digits and letters that are not mistaken for one another when read aloud or written by hand:
# no I, L, O (1 and 0), no B (8), no S (5), no U (V), no Z (2).
ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"


def new_uuid() -> uuid.UUID:
    """A UUID of version 7: ordered by time, so that an index on it grows at one end."""
    return uuid_utils.compat.uuid7()


def _check_character(digits: str) -> str:
    """A weighted sum modulo the prime 29: any one wrong digit, any two swapped neighbours change it."""
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return ALPHABET[total % len(ALPHABET)]


def file_number(serial: int) -> str:
    """The number of a person's file: seven digits or more and a check character, `0001234-K`."""
    digits = f"{serial:07d}"
    return f"{digits}-{_check_character(digits)}"


def is_file_number(text: str) -> bool:
    """True when the text is a file number whose check character agrees."""
    digits, dash, check = text.strip().upper().partition("-")
    return (
        bool(dash)
        and len(digits) >= 7
        and digits.isascii()
        and digits.isdigit()
        and check == _check_character(digits)
    )
