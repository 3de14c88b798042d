"""Which schools a list is of: by code, else by name, in the title block and in the rows. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from istidrak.base.exchange.headings import essence
from istidrak.desk.imports.preface import Preface
from istidrak.desk.imports.rows import ParsedRow

# A slip of the pen in a long name, and no other school nearly as like.
LIKENESS_NEEDED = 92
LIKENESS_AHEAD = 6
SHORTEST_FOR_LIKENESS = 8


@dataclass(frozen=True)
class SchoolsNamed:
    """Schools of a list: those the program knows, and codes and names that it does not know (kept as they are)."""

    known: tuple[Any, ...] = ()  # organisations
    unknown: tuple[str, ...] = ()
    unknown_codes: tuple[str, ...] = ()

    @property
    def only(self) -> Any | None:
        """The school of the list, when it names exactly one and nothing else."""
        return self.known[0] if len(self.known) == 1 and not self.unknown else None


@dataclass
class SchoolBook:
    """The schools that may be named: looked up by code, or by name inside the directorate."""

    by_code: dict[str, Any] = field(default_factory=dict)
    by_name: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, schools: Iterable[Any]) -> "SchoolBook":
        """A book of organisations of kind SCHOOL."""
        book = cls()
        for school in schools:
            book.by_code[school.code] = school
            for name in {essence(school.name_ar), essence(school.name_fr)} - {""}:
                book.by_name.setdefault(name, []).append(school)
        return book

    def find(self, code: str, name: str) -> Any | None:
        """A school by its code; without a code by its name, when one school alone has it."""
        if code:
            return self.by_code.get(code)
        key = essence(name)
        if key in self.by_name:
            same = self.by_name[key]
            return same[0] if len(same) == 1 else None
        if len(key) < SHORTEST_FOR_LIKENESS:
            return None
        near = process.extract(key, self.by_name.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS_NEEDED, limit=2)
        if not near or (len(near) > 1 and near[0][1] - near[1][1] < LIKENESS_AHEAD):
            return None
        same = self.by_name[near[0][0]]
        return same[0] if len(same) == 1 else None


def schools_named(rows: Sequence[ParsedRow], preface: Preface, book: SchoolBook) -> SchoolsNamed:
    """The schools that a list names, each once, in the order of the list; the title block when no row names one."""
    named = dict.fromkeys((row.facts.get("school_code") or "", row.facts.get("school_name") or "") for row in rows)
    named.pop(("", ""), None)
    if not named and (preface.school_code or preface.school_name):
        named[(preface.school_code or "", preface.school_name or "")] = None
    known: dict[Any, None] = {}
    unknown: dict[str, None] = {}
    codes: dict[str, None] = {}
    for code, name in named:
        school = book.find(code, name)
        if school is None:
            unknown[" ".join(part for part in (name, code) if part)] = None
            codes |= {code: None} if code else {}
        else:
            known[school] = None
    return SchoolsNamed(tuple(known), tuple(unknown), tuple(codes))
