"""Rows that nobody asked an order for come in none.

A database gives them as they were written, nearly always, and a page that relies on it shows other rows first after
the first update on PostgreSQL. In tests such rows are shuffled, from a seed that is printed and can be given again
(`--order-seed`). A queryset without an order that is cut (`[:10]`, `[0]`) is turned round instead: its last rows
are as good an answer as its first.
"""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from django.db.models.query import ModelIterable


class Shuffled:
    """A plugin: every queryset of every test, each test from its own seed so that one test alone repeats it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(QuerySet, "_fetch_all", self._in_no_order(QuerySet._fetch_all))
        self.patch.setattr(QuerySet, "_iterator", self._one_by_one(QuerySet._iterator))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.write_line(f"rows without an order were shuffled: --order-seed={self.seed} repeats it")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.chance.seed(f"{self.seed} {item.nodeid}")

    def pytest_unconfigure(self) -> None:
        self.patch.undo()

    def _in_no_order(self, fetch_all: Any) -> Any:
        def fetch(queryset: QuerySet) -> None:
            is_first_time = queryset._result_cache is None
            if is_first_time and _may_be_turned(queryset):
                queryset.query.add_ordering("-pk")
            fetch_all(queryset)
            if is_first_time and _is_in_no_order(queryset):
                self.chance.shuffle(queryset._result_cache)

        return fetch

    def _one_by_one(self, iterate: Any) -> Any:
        def rows(queryset: QuerySet, *arguments: Any) -> Iterator[Any]:
            found = iterate(queryset, *arguments)
            if not _is_in_no_order(queryset):
                return found
            rows = list(found)
            self.chance.shuffle(rows)
            return iter(rows)

        return rows


def _is_in_no_order(queryset: QuerySet) -> bool:
    return not queryset.ordered and not queryset.query.is_sliced


def _may_be_turned(queryset: QuerySet) -> bool:
    """A plain list of rows that is cut; sums, unions and distinct values have no key to be turned by."""
    query = queryset.query
    is_plain = issubclass(queryset._iterable_class, ModelIterable) and not (
        query.combinator or query.distinct or query.group_by or query.select_for_update
    )
    return is_plain and query.is_sliced and not queryset.ordered
