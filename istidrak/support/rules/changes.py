"""Changes of parameters on a copy: what a reform tries. Pure; nothing that is in force is touched."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from istidrak.base.rules import ParameterValue

WRITTEN = re.compile(r"(?P<name>[a-z_.]+)(\[(?P<key>[A-Z0-9_]+)\])?(\.(?P<part>[a-z_]+))?=(?P<value>.*)", re.DOTALL)
TRIED = "A change that is tried"


class BadChange(ValueError):
    """A change that names no parameter, or is not made like the value in force. The message is the change."""


@dataclass(frozen=True)
class Change:
    """Another value for a parameter: for one key word (a level, a cycle), or one part of its value."""

    name: str
    value: Any
    key: str = ""
    part: str = ""

    def __str__(self) -> str:
        where = (f"[{self.key}]" if self.key else "") + (f".{self.part}" if self.part else "")
        return f"{self.name}{where}={json.dumps(self.value, ensure_ascii=False)}"


def read(text: str, names: Iterable[str]) -> Change:
    """A change written `name=4`, `name[1AP]=7000` or `name[PRIMARY].limit=5`; values are JSON. Raises BadChange."""
    known = sorted(names, key=len, reverse=True)
    name = next((name for name in known if text.startswith(name)), None)
    found = WRITTEN.fullmatch(text.replace(name, "x", 1)) if name else None
    if name is None or found is None:
        raise BadChange(text)
    try:
        value = json.loads(found["value"])
    except ValueError:
        value = found["value"]
    return Change(name, value, found["key"] or "", found["part"] or "")


def changed(
    values: Sequence[ParameterValue], changes: Iterable[Change], days: Sequence[dt.date]
) -> tuple[ParameterValue, ...]:
    """The values with the changes in place of what is in force on those days, in the country.

    A key word that has no value yet (a level that nobody pays) gets one. Raises BadChange for a parameter that no
    text sets, for a key word where there is none, and for a value that is not made like the others.
    """
    copy = list(values)
    for change in changes:
        copy = _with(copy, change, days)
    return tuple(copy)


def _with(values: list[ParameterValue], change: Change, days: Sequence[dt.date]) -> list[ParameterValue]:
    of_name = [v for v in values if v.name == change.name]
    if not of_name or bool(of_name[0].keys) != bool(change.key):
        raise BadChange(str(change))
    keys = dict.fromkeys(of_name[0].keys, change.key)
    of_key = [v for v in of_name if v.keys == keys]
    in_force = [v for v in of_key if any(v.is_in_force(day) for day in days)]
    like = max(in_force or of_key or of_name, key=lambda v: v.since)
    value = _value(like.value, change)
    tried = replace(like, value=value, keys=keys, since=min(days), until=None, place=None, source=TRIED)
    return [*(v for v in values if v not in in_force), tried]


def _value(former: Any, change: Change) -> Any:
    value = change.value
    if change.part:
        if not isinstance(former, dict) or change.part not in former:
            raise BadChange(str(change))
        if not _is_alike(former[change.part], value):
            raise BadChange(str(change))
        return {**former, change.part: value}
    if not _is_alike(former, value):
        raise BadChange(str(change))
    return value


def _is_alike(former: Any, value: Any) -> bool:
    if isinstance(former, Mapping):
        return isinstance(value, Mapping) and former.keys() == value.keys()
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        return False
    if isinstance(former, list):
        kinds = {type(item) for item in former} or {str}
        return isinstance(value, list) and {type(item) for item in value} <= kinds
    return type(former) is type(value)
