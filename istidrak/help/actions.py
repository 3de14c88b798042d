"""What happens to questions and their answers; only here is anything written."""

import uuid

from django.db import IntegrityError, transaction
from django.db.models import F

from istidrak.accounts.models import User
from istidrak.accounts.roles import ROLES, DirectorateOfficer
from istidrak.base import days, history, workflow
from istidrak.base.identifiers import new_uuid
from istidrak.help import pages, queries, rules
from istidrak.help.models import Answer, Note, Question


class HoldsACode(ValueError):
    """The text holds the code of a child or the number of a file. `codes`: those found."""

    def __init__(self, codes: list[str]):
        self.codes = codes
        super().__init__(", ".join(codes))


class NotYours(Exception):
    """The question does not stand at a level where this user answers, or is not the user's own."""


class StaleNote(Exception):
    """Another user changed the note meanwhile."""


class NotAnswered(Exception):
    """A question without an answer cannot become help."""


class NeedsWords(ValueError):
    """A note needs a title and a text in the same language, at least one."""


def _without_codes(*texts: str) -> None:
    found = [code for text in texts for code in rules.codes_in(text)]
    if found:
        raise HoldsACode(found)


@transaction.atomic
def ask(*, by: User, page: str, path: str, body: str, submission: uuid.UUID) -> Question:
    """Send a question to the coordinator; the same submission twice is one question.

    A page that is none, or that the asker does not open, is left out. Raises HoldsACode.
    """
    known = Question.unscoped.filter(submission=submission, asked_by=by).first()
    if known:
        return known
    if Question.unscoped.filter(submission=submission).exists():
        submission = new_uuid()  # a form that the one before left on a shared computer: theirs stays theirs
    _without_codes(body)
    found = pages.page_named(page)
    found = found if found and found.is_open_to(by) else None
    assignment = queries.assignment_asking(by, found)
    if assignment is None:
        raise NotYours
    role, place = ROLES[assignment.role], queries.place_number_of(assignment)
    level = rules.first_level(
        role.level, is_coordinator=role is DirectorateOfficer, has_place=place != rules.NO_PLACE
    )
    kept = pages.safe_path(path, found.name) if found and queries.coordinator_may_open(found, level) else ""
    try:
        with transaction.atomic():
            question = Question.unscoped.create(
                submission=submission,
                page=found.name if found else "",
                path=kept if len(kept) <= 200 else "",
                role=role.code,
                body=body.strip(),
                place_number=place,
                level=level,
                asked_by=by,
                asked_at=days.now(),
            )
    except IntegrityError:  # the same form, sent twice at once
        known = Question.unscoped.filter(submission=submission, asked_by=by).first()
        if known is None:
            raise
        return known
    history.record(question, "ask", by=by, after=question.state)
    return question


def _standing(question: Question, verb: str, seen_level: int) -> Question:
    """The question as it is now, locked; MoveRefused when it moved to another level since it was read."""
    fresh = Question.unscoped.select_for_update().get(pk=question.pk)
    if fresh.level != seen_level:
        raise workflow.MoveRefused(verb, fresh.state)
    return fresh


@transaction.atomic
def answer(*, by: User, question: Question, text: str, seen_level: int) -> Answer:
    """Answer a question. Raises NotYours, HoldsACode, MoveRefused when another answered or passed it up meanwhile."""
    level = queries.level_over(by, question)
    if level is None or not rules.may_answer(level, seen_level):
        raise NotYours
    _without_codes(text)
    fresh = _standing(question, "answer", seen_level)
    workflow.move(fresh, "answer", by=by)
    return Answer.unscoped.create(
        question=fresh, text=text.strip(), level=level, answered_by=by, answered_at=days.now()
    )


@transaction.atomic
def pass_up(*, by: User, question: Question, reason: str, seen_level: int) -> None:
    """Pass a question to the level above, with what one knows of it. Raises as `answer`, and ReasonMissing."""
    level, above = queries.level_over(by, question), rules.level_above(seen_level)
    if level is None or not rules.may_answer(level, seen_level) or above is None:
        raise NotYours
    _without_codes(reason)
    workflow.move(_standing(question, "pass_up", seen_level), "pass_up", by=by, reason=reason, level=above)


@transaction.atomic
def say(*, by: User, question: Question, verb: str, reason: str = "") -> None:
    """The asker says: solved, not solved (with what is missing), or that no answer is needed any more.

    Raises NotYours for anybody else, HoldsACode, MoveRefused, ReasonMissing.
    """
    if question.asked_by_id != by.pk or verb not in {"solved", "not_solved", "withdraw"}:
        raise NotYours
    _without_codes(reason)
    workflow.move(question, verb, by=by, reason=reason)


def _words(words: dict[str, str]) -> dict[str, str]:
    kept = {name: words.get(name, "").strip() for name in ("title_ar", "title_fr", "text_ar", "text_fr")}
    whole = [lang for lang in ("ar", "fr") if kept[f"title_{lang}"] and kept[f"text_{lang}"]]
    half = [lang for lang in ("ar", "fr") if bool(kept[f"title_{lang}"]) != bool(kept[f"text_{lang}"])]
    if not whole or half:
        raise NeedsWords(half)
    _without_codes(*kept.values())
    return kept


@transaction.atomic
def make_help(*, by: User, question: Question, **words: str) -> Note:
    """Make an answered question help for its page, for the publisher's territory; once for each question.

    `words`: title_ar, text_ar, title_fr, text_fr, at least one language whole. Raises NotYours, NotAnswered,
    NeedsWords, HoldsACode.
    """
    assignment = queries.assignment_covering(by, question.place_number)
    if assignment is None or question.asked_by_id == by.pk:
        raise NotYours
    kept = _words(words)
    fresh = Question.unscoped.select_for_update().get(pk=question.pk)
    if not Answer.unscoped.filter(question=fresh).exists():
        raise NotAnswered
    low, high = assignment.span
    facts = {
        **kept,
        "page": fresh.page,
        "level": ROLES[assignment.role].level,
        "low": low,
        "high": high,
        "published_by": by,
        "published_at": days.now(),
    }
    note, is_new = Note.unscoped.get_or_create(question=fresh, defaults=facts)
    if is_new:
        history.record(note, "publish", by=by, after=note.state, details=kept)
    return note


def _own(note: Note, by: User) -> None:
    if not queries.may_change(by, note):
        raise NotYours


@transaction.atomic
def reword(*, by: User, note: Note, version: int, **words: str) -> None:
    """Change the words of a note. Raises NotYours, NeedsWords, HoldsACode, StaleNote."""
    _own(note, by)
    kept = _words(words)
    before = {name: getattr(note, name) for name in kept}
    changed = Note.unscoped.filter(pk=note.pk, version=version).update(version=F("version") + 1, **kept)
    if not changed:
        raise StaleNote
    history.record(note, "reword", by=by, details={"before": before, "after": kept})


@transaction.atomic
def move_note(*, by: User, note: Note, verb: str, reason: str = "") -> None:
    """Withdraw a note, or publish it again. Raises NotYours, MoveRefused, ReasonMissing."""
    _own(note, by)
    workflow.move(note, verb, by=by, reason=reason)
