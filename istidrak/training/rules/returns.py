"""Lines of a submitted list: their digest and what changed between two submissions. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# The columns of a line, in the order in which the digest reads them.
COLUMNS = (
    "file_number",
    "name_ar",
    "name_fr",
    "sex",
    "birth_date",
    "birth_year",
    "group",
    "is_supplementary",
    "state",
    "enrolled_date",
    "left_date",
)
Line = Mapping[str, Any]


def digest_of(lines: Iterable[Line]) -> str:
    """SHA-256 of the lines, whatever their order: the same list gives the same digest, one letter another."""
    rows = sorted([_plain(line[name]) for name in COLUMNS] for line in lines)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Difference:
    """What a submission changed against the former one; `changed`: (line now, line before, names of columns)."""

    added: list[Line] = field(default_factory=list)
    removed: list[Line] = field(default_factory=list)
    changed: list[tuple[Line, Line, tuple[str, ...]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(now: Iterable[Line], before: Iterable[Line]) -> Difference:
    """Compare two submissions by enrolment (`enrolment` names the learner in the group)."""
    new, old = ({line["enrolment"]: line for line in lines} for lines in (now, before))
    changed = [
        (line, old[key], names)
        for key, line in new.items()
        if key in old and (names := tuple(name for name in COLUMNS if line[name] != old[key][name]))
    ]
    return Difference(
        added=[line for key, line in new.items() if key not in old],
        removed=[line for key, line in old.items() if key not in new],
        changed=changed,
    )
