"""Parameters: numbers and lists that a text sets, for a place, from a day on. They are data, never code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from istidrak.base.rules import strict_yaml

Value = int | str | bool | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class ParameterValue:
    """One value of a parameter, as one text sets it.

    `since` and `until` are its first and last day (until None: until another text). `place` is an inclusive
    span of place numbers, None for the whole country. `keys` say what it holds for (a level, a milieu).
    `source` names the text. A sample is a value nobody has confirmed yet: pages say so.
    """

    name: str
    value: Value
    since: dt.date
    source: str
    until: dt.date | None = None
    place: tuple[int, int] | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    is_sample: bool = False

    def is_in_force(self, day: dt.date) -> bool:
        """Does the value hold on that day (both ends included)?"""
        return self.since <= day and (self.until is None or day <= self.until)

    def covers(self, place_number: int) -> bool:
        """Does the value hold at that place? One for the country holds everywhere."""
        return self.place is None or self.place[0] <= place_number <= self.place[1]

    def as_json(self) -> dict[str, Any]:
        """The value in JSON's own types."""
        return {
            "name": self.name,
            "value": self.value,
            "since": self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "place": self.place and list(self.place),
            "keys": dict(self.keys),
            "source": self.source,
            "is_sample": self.is_sample,
        }


class NoParameter(LookupError):
    """No text sets this parameter on this day, here, for these keys."""

    def __init__(
        self, name: str, as_of: dt.date, place: int | None = None, keys: Mapping[str, str] | None = None
    ) -> None:
        self.name, self.as_of, self.place, self.keys = name, as_of, place, dict(keys or {})
        where = "" if place is None else f" for place {place}"
        which = "".join(f", {key} {value}" for key, value in self.keys.items())
        super().__init__(f"no value of '{name}' is in force on {as_of.isoformat()}{where}{which}")


@dataclass(frozen=True)
class Parameters:
    """The values known to a deployment, read on one day. What rules are given instead of a clock."""

    values: tuple[ParameterValue, ...]
    as_of: dt.date

    def choices(self, name: str, keys: Iterable[str] = ()) -> list[ParameterValue]:
        """The values in force that are keyed by exactly these names, the one to prefer first.

        Nearest area first (the smallest span; the country last), then the latest text. A value that another
        replaced for the same place and keys is left out.
        """
        names = set(keys)
        of_name = (v for v in self.values if v.name == name and set(v.keys) == names)
        latest: dict[Any, ParameterValue] = {}
        for value in sorted((v for v in of_name if v.is_in_force(self.as_of)), key=_preference):
            latest.setdefault((value.place, *sorted(value.keys.items())), value)
        return list(latest.values())

    def resolve(self, name: str, place_number: int | None = None, **keys: str) -> ParameterValue:
        """The value to apply at a place; without a place, the country's. Raises NoParameter."""
        for value in self.choices(name, keys):
            is_here = value.place is None if place_number is None else value.covers(place_number)
            if is_here and value.keys == keys:
                return value
        raise NoParameter(name, self.as_of, place_number, keys)


def _preference(value: ParameterValue) -> tuple[float, int, int]:
    span = value.place[1] - value.place[0] if value.place else float("inf")
    return span, value.place[0] if value.place else 0, -value.since.toordinal()


def resolve(
    values: Iterable[ParameterValue], name: str, as_of: dt.date, place_number: int | None = None, **keys: str
) -> ParameterValue:
    """The value of a parameter on a day: nearest area first, then the latest text.

    Without `place_number`, the country's value. A value applies only if its keys are exactly those asked.
    Raises NoParameter.
    """
    return Parameters(tuple(values), as_of).resolve(name, place_number, **keys)


class BadParameters(ValueError):
    """A file of parameters that cannot be trusted. The message says which entry and what to correct."""


FIELDS = {f.name for f in fields(ParameterValue)} - {"name"}
REQUIRED = {"value", "since", "source"}


def load_yaml(text: str) -> list[ParameterValue]:
    """Read a `parameters.yaml`: each parameter's name, then its values, one per text.

        centre_ages:
          - value: {lower: 13, upper: 18}     # whole number, word, true/false, list, or names with values
            since: 2014-09-01                 # first day
            source: Framework of the programme, 2014
          - value: {lower: 15, upper: 18}
            since: 2025-09-01
            until: 2026-08-31                 # last day; without it, until another text
            place: [32100, 32199]             # numbers low to high, or one number; without it, the country
            keys: {milieu: URBAN}             # what it holds for, if it depends on something
            source: Call for projects, September 2025
            is_sample: true                   # not confirmed yet; without it, false

    Amounts are whole centimes: numbers with a decimal point are refused. All values of one name have the same
    kind and the same key names; the same place, keys and first day twice is refused. Raises BadParameters.
    """
    try:
        content = strict_yaml.read(text)
    except strict_yaml.UnreadableText as error:
        raise BadParameters(str(error)) from error
    if content is None:
        return []
    _check(isinstance(content, dict), "the file", "write the name of a parameter, then its list of values")
    values: list[ParameterValue] = []
    for name, entries in content.items():
        _check(isinstance(name, str), str(name), "a parameter is named by a word")
        _check(isinstance(entries, list) and bool(entries), name, "write a list of values under the name")
        of_name = [_parse(name, entry, f"{name}, value {n}") for n, entry in enumerate(entries, 1)]
        _check_together(name, of_name)
        values += of_name
    return values


def _check(is_right: bool, where: str, problem: str) -> None:
    if not is_right:
        raise BadParameters(f"{where}: {problem}")


def _parse(name: str, entry: Any, where: str) -> ParameterValue:
    _check(isinstance(entry, dict), where, "write 'value:', 'since:' and 'source:'")
    unknown, absent = sorted(map(str, entry.keys() - FIELDS)), sorted(REQUIRED - entry.keys())
    _check(not unknown, where, f"'{', '.join(unknown)}' is not one of {', '.join(sorted(FIELDS))}")
    _check(not absent, where, f"{', '.join(absent)} is missing")
    keys, place = entry.get("keys", {}), entry.get("place")
    place = [place, place] if _is_number(place) else place
    _check(_is_value(entry["value"]), where, "'value' is a whole number, a word, true, false, or made of it")
    for day in ("since", "until"):
        is_absent = day == "until" and entry.get(day) is None
        _check(is_absent or type(entry[day]) is dt.date, where, f"'{day}' is a day such as 2025-09-01")
    _check(not entry.get("until") or entry["since"] <= entry["until"], where, "'until' is before 'since'")
    _check(place is None or _is_span(place), where, "'place' is a number, or [low, high]")
    _check(
        isinstance(keys, dict) and all(map(_is_word, [*keys.keys(), *keys.values()])),
        where,
        "'keys' are words; write codes made of digits between quotes",
    )
    _check(_is_word(entry["source"]), where, "'source' names the text")
    _check(isinstance(entry.get("is_sample", False), bool), where, "'is_sample' is true or false")
    return ParameterValue(name=name, **{**entry, "keys": keys, "place": tuple(place) if place else None})


def _check_together(name: str, values: list[ParameterValue]) -> None:
    _check(len({type(v.value) for v in values}) == 1, name, "its values are of different kinds")
    _check(len({frozenset(v.keys) for v in values}) == 1, name, "its values depend on different keys")
    seen: dict[Any, int] = {}
    for number, v in enumerate(values, 1):
        first = seen.setdefault((v.place, v.since, *sorted(v.keys.items())), number)
        _check(first == number, name, f"values {first} and {number} have the same place, keys and first day")


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_span(place: Any) -> bool:
    if not isinstance(place, list) or not all(map(_is_number, place)):
        return False
    return len(place) == 2 and place[0] <= place[1]


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_value, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_value(item) for key, item in value.items())
    return isinstance(value, int) or _is_word(value)
