"""The minutes of a sitting as data: what is kept when it is closed, and printed ever after."""

from collections import Counter
from typing import Any

from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Exit, Sitting, SittingLine
from istidrak.orientation.queries.sitting_rows import age_on


def _words(body: Organisation | None) -> dict[str, str] | None:
    return {"ar": body.name_ar, "fr": body.name_fr} if body else None


def directorate_of(body: Organisation) -> Organisation | None:
    """The directorate in whose territory a body is; itself for a directorate."""
    if body.kind == Organisation.Kind.DIRECTORATE or body.place_number is None:
        return body if body.kind == Organisation.Kind.DIRECTORATE else None
    return (
        Organisation.objects.filter(
            kind="DIRECTORATE", place__low__lte=body.place_number, place__high__gte=body.place_number
        )
        .select_related("parent", "place")
        .first()
    )


def header_of(body: Organisation) -> dict[str, Any]:
    """Ministry, academy, directorate and body, each in both languages; None for what is not known."""
    directorate = directorate_of(body)
    academy = directorate.parent if directorate else None
    return {
        "ministry": _words(Organisation.objects.filter(kind="MINISTRY").first()),
        "academy": _words(academy),
        "directorate": _words(directorate),
        "body": _words(body),
        "body_kind": body.kind,
    }


def minutes_of(sitting: Sitting) -> dict[str, Any]:
    """Everything that the minutes print, in JSON's own types."""
    lines = (
        sitting.lines(manager="unscoped")
        .exclude(state=SittingLine.State.TAKEN_OFF)
        .select_related("person", "case__person", "receiver", "programme", "decision", "corrects__sitting")
        .order_by("position")
    )
    kept = [_line(sitting, line) for line in lines]
    exits = Counter(line["exit"] for line in kept if line["result"] in {"DECIDED", "PROPOSED", "COUNCIL"})
    return {
        "header": header_of(sitting.body),
        "season": str(sitting.season),
        "number": sitting.number,
        "held_date": sitting.held_date.isoformat(),
        "held_at": sitting.held_at,
        "members": [{"name": m.name, "function": m.function, "part": m.part} for m in sitting.members.all()],
        "lines": kept,
        "counts": {code: exits.get(code, 0) for code in Exit.values},
        "results": dict(Counter(line["result"] for line in kept)),
        "departures": sum(line["departs"] for line in kept),
    }


def _line(sitting: Sitting, line: SittingLine) -> dict[str, Any]:
    # A case joined into another since then is listed under the person it is of now.
    person = line.person
    return {
        "line": str(line.uuid),
        "position": line.position,
        "file_number": person.file_number,
        "name_ar": person.name_ar,
        "name_fr": person.name_fr,
        "age": age_on(person, sitting.held_date),
        "result": _result(line),
        "exit": line.exit,
        "receiver": _words(line.receiver),
        "programme": _words(line.programme),
        "departs": bool(line.decision and line.decision.departs_from_aid),
        "reason": line.reason,
        "problem": line.problem,
        "corrects": _former(line),
    }


def _former(line: SittingLine) -> dict[str, Any] | None:
    """The line of earlier minutes that this one corrects, and why."""
    if line.corrects is None:
        return None
    former = line.corrects.sitting
    return {"number": former.number, "held_date": former.held_date.isoformat(), "reason": line.correction_reason}


def _result(line: SittingLine) -> str:
    """What the sitting made of a line: DECIDED, PROPOSED, COUNCIL (put to it), POSTPONED, NOT_WRITTEN."""
    if line.state != SittingLine.State.WRITTEN or line.decision is None:
        return "POSTPONED" if line.state == SittingLine.State.POSTPONED else "NOT_WRITTEN"
    if line.decision.state == "DECIDED":
        return "DECIDED"
    return "COUNCIL" if hasattr(line.decision, "council") else "PROPOSED"
