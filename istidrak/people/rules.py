"""Which of the facts that source records state is the one shown. Pure: records' facts in, choices out.

A correction, newest first, outweighs the school's list (the registry), which outweighs a centre's own list, which
outweighs the caravan's list and entries by hand, newest first. A list that does not say something never takes away
what another says. One script never fills the other. What the sources that were not chosen say otherwise is kept
beside the choice as a contradiction.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMES = ("last_name_ar", "first_name_ar", "full_name_ar", "last_name_fr", "first_name_fr", "full_name_fr")
COLUMNS = (*NAMES, "sex", "birth_date", "birth_year", "massar_code", "phone", "guardian_name")
# Shown in the file, not kept as columns of lists.
MORE = ("birth_place", "guardian_relation", "guardian_phone", "address", "commune", "level", "last_school")
FACTS = (*COLUMNS, *MORE)
# Facts that are one thing for a reader: two editors who change two of a group are told.
GROUPS = (
    frozenset({"last_name_ar", "first_name_ar", "full_name_ar"}),
    frozenset({"last_name_fr", "first_name_fr", "full_name_fr"}),
    frozenset({"birth_date", "birth_year"}),
)
CORRECTION = "CORRECTION"
_RANK = {CORRECTION: 0, "SCHOOL_LIST": 1, "CENTRE_LIST": 2, "CARAVAN_LIST": 3, "HAND": 3}


@dataclass(frozen=True)
class Said:
    """What one source record states. `key` is the record's own; days in `facts` are ISO texts.

    In a correction a fact whose value is None was declared unknown by whoever corrected; in any other record it is
    simply not stated.
    """

    key: Any
    origin: str
    at: dt.datetime
    facts: Mapping[str, Any]

    def states(self, name: str) -> bool:
        """True when the record says something of a fact (a correction may say that it is unknown)."""
        return self.facts.get(name) not in (None, "") or (self.origin == CORRECTION and name in self.facts)


@dataclass(frozen=True)
class Choice:
    """The value shown (None: unknown), the record it comes from, and the records that say otherwise."""

    value: Any
    said: Said | None
    others: tuple[Said, ...] = ()


UNKNOWN = Choice(None, None)


def in_order(records: Iterable[Said]) -> list[Said]:
    """Records from the one that is believed first to the one that is believed last; of equals the newest first."""
    newest_first = sorted(records, key=lambda said: (said.at, said.key), reverse=True)
    return sorted(newest_first, key=lambda said: _RANK[said.origin])


def fact_of(records: Sequence[Said], name: str) -> Choice:
    """The choice for one fact among records in order (`in_order`), births apart (see `birth_of`)."""
    stating = [said for said in records if said.states(name)]
    if not stating:
        return UNKNOWN
    first = stating[0]
    value = first.facts[name] or None
    others = _otherwise(stating[1:], name, value)
    return Choice(value, first, others)


def _otherwise(records: Sequence[Said], name: str, value: Any) -> tuple[Said, ...]:
    """The records that state another value, one for each value; a correction that was itself corrected is settled."""
    seen: dict[Any, Said] = {}
    for said in records:
        other = said.facts.get(name)
        if other not in (None, "") and said.origin != CORRECTION and _plain(other) != _plain(value):
            seen.setdefault(_plain(other), said)
    return tuple(seen.values())


def _plain(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value


def birth_of(records: Sequence[Said]) -> tuple[Choice, Choice]:
    """The choices for birth date and birth year among records in order.

    A full date comes with its year. A lone year of a list does not replace the full date of a list that is believed
    less, but it is shown as a contradiction when it is another year. A lone year in a correction was written by
    somebody who saw the date: when it is another year, the date is no longer held.
    """
    stating = [said for said in records if said.states("birth_date") or said.states("birth_year")]
    if not stating:
        return UNKNOWN, UNKNOWN
    lone_year = Choice(_year_of(stating[0]), stating[0])
    dated = next((said for said in stating if said.facts.get("birth_date")), None)
    if dated is None or _refutes(stating[0], dated):
        year_others = tuple(s for s in _one_each(stating[1:], _year_of) if _year_of(s) != lone_year.value)
        return UNKNOWN, Choice(lone_year.value, lone_year.said, year_others)
    day, year = dated.facts["birth_date"], _year_of(dated)
    rest = [said for said in stating if said is not dated]
    day_others = tuple(s for s in _one_each(rest, _date_of) if _date_of(s) != day)
    year_others = tuple(s for s in _one_each(rest, _lone_year_of) if _lone_year_of(s) != year)
    return Choice(day, dated, day_others), Choice(year, dated, year_others)


def _refutes(first: Said, dated: Said) -> bool:
    """A correction that states no date: it says that the date is unknown, or gives another year."""
    if first.origin != CORRECTION or first.facts.get("birth_date"):
        return False
    if "birth_date" in first.facts:
        return True
    return first.facts.get("birth_year") != _year_of(dated)


def _date_of(said: Said) -> str | None:
    return said.facts.get("birth_date") or None


def _year_of(said: Said) -> int | None:
    day = _date_of(said)
    return int(day[:4]) if day else said.facts.get("birth_year") or None


def _lone_year_of(said: Said) -> int | None:
    return None if _date_of(said) else _year_of(said)


def _one_each(records: Sequence[Said], value_of: Any) -> list[Said]:
    seen: dict[Any, Said] = {}
    for said in records:
        if said.origin != CORRECTION and (value := value_of(said)) is not None:
            seen.setdefault(value, said)
    return list(seen.values())


def choices(records: Iterable[Said]) -> dict[str, Choice]:
    """The choice for every fact of FACTS."""
    ordered = in_order(records)
    chosen = {name: fact_of(ordered, name) for name in FACTS if not name.startswith("birth_")}
    chosen["birth_date"], chosen["birth_year"] = birth_of(ordered)
    chosen["birth_place"] = fact_of(ordered, "birth_place")
    return {name: chosen[name] for name in FACTS}


def shown(records: Sequence[Said]) -> dict[str, Any]:
    """The values chosen for the facts of COLUMNS. A person whom one list names has nothing to choose between: that
    case is quick, because a list makes a hundred thousand of them."""
    if len(records) != 1 or records[0].origin == CORRECTION:
        chosen = choices(records)
        return {name: chosen[name].value for name in COLUMNS}
    values = {name: records[0].facts.get(name) or None for name in COLUMNS}
    values["birth_year"] = _year_of(records[0])
    return values


def is_code_verified(records: Iterable[Said], code: str | None) -> bool:
    """True when somebody verified exactly the code that is shown."""
    return bool(code) and any(
        said.facts.get("is_massar_verified") and said.facts.get("massar_code") == code for said in records
    )


def in_conflict(mine: Iterable[str], changed_meanwhile: Iterable[str]) -> set[str]:
    """Of the facts changed meanwhile, those that are also mine, or belong with one of mine."""
    wanted = set(mine)
    for group in GROUPS:
        if wanted & group:
            wanted |= group
    return wanted & set(changed_meanwhile)
