"""How many examples a property is tried on: fewer than the usual hundred where one costs much."""

from hypothesis import settings

USUAL, LONG = 100, 2_000


def examples(number: int) -> int:
    """That many in a plain run, twenty times as many when what is long is asked for."""
    return number * settings().max_examples // USUAL
