"""What the pages of help show: texts for a reader, notes, questions and what waits."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from istidrak.accounts.models import Assignment, User
from istidrak.accounts.roles import ROLES, AcademyOfficer, DirectorateOfficer, NationalOfficer, Role
from istidrak.base.scope import Scope
from istidrak.help import pages, rules, texts
from istidrak.help.models import Answer, Note, Question
from istidrak.help.pages import Page

# Modules in the order in which a day meets them; the list of tasks follows it.
WORK = (
    *("home", "outreach", "people", "desk", "orientation", "training", "support"),
    *("psychosocial", "results", "accounts", "help"),
)
ANSWERING = (DirectorateOfficer, AcademyOfficer, NationalOfficer)


@dataclass(frozen=True)
class TaskText:
    """The help of a task, rendered for one reader."""

    page: str
    title: str
    purpose: SafeString
    now: list[SafeString]
    next: SafeString
    mistakes: list[SafeString]
    url: str  # of the page itself, when it needs no row to be opened


def language() -> str:
    """The language of the texts."""
    return "fr" if translation.get_language() == "fr" else "ar"


def address_for(user: User) -> texts.Address:
    """How links of a text become addresses for a reader: the page itself, or its help when it needs a row."""

    def address(name: str) -> str:
        page = pages.page_named(name)
        if page is None or not page.is_open_to(user):
            return ""
        return pages.plain_address(name) or reverse("help:task", kwargs={"page": name})

    return address


def task_for(user: User, name: str) -> TaskText | None:
    """The help of a page in the reader's language; None when none is written."""
    task = texts.tasks(language()).get(name)
    if task is None:
        return None
    address = address_for(user)

    def line(text: str) -> SafeString:
        return texts.rendered(text, address, is_line=True)

    return TaskText(
        page=name,
        title=task.title,
        purpose=line(task.purpose),
        now=[line(step) for step in task.now],
        next=line(task.next),
        mistakes=[line(mistake) for mistake in task.mistakes],
        url=pages.plain_address(name),
    )


def title_of(name: str) -> str:
    """The title of a page's help in the reader's language; its name when none is written."""
    task = texts.tasks(language()).get(name)
    return task.title if task else name


def open_tasks(user: User) -> list[texts.Task]:
    """The tasks that one of the user's roles opens, in the order of the work."""
    found = texts.tasks(language())
    mains = [task for name, task in found.items() if name == task.page]
    mine = [task for task in mains if (page := pages.page_named(task.page)) and page.is_open_to(user)]
    return sorted(mine, key=lambda task: WORK.index(task.page.partition(":")[0]))


def guides_for(user: User) -> list[texts.Guide]:
    """The guides of the user's roles."""
    return [guide for role in user.roles if (guide := texts.guide_of(role.code, language()))]


def other_guides(user: User) -> list[tuple[str, Any]]:
    """Code and label of the roles that the user does not hold: who helps others reads their guide."""
    return [(code, role.label) for code, role in ROLES.items() if not user.holds(role)]


@dataclass(frozen=True)
class Found:
    """What a search in help found."""

    tasks: list[texts.Task]
    guides: list[texts.Guide]
    notes: list[Note]


def search(user: User, words: str) -> Found:
    """Tasks, guides and answers that hold every word, among those that the user reads."""
    notes = [note for note in notes_for(user) if rules.is_found_in(words, f"{note.title} {note.text}")]
    return Found(
        tasks=[task for task in open_tasks(user) if rules.is_found_in(words, task.words)],
        guides=[
            guide for guide in guides_for(user) if rules.is_found_in(words, f"{guide.title} {texts.said(guide.text)}")
        ],
        notes=notes,
    )


# Scopes. The roles that answer give the territory; every assignment says which notes are for its holder.


def scope_of(user: User) -> Scope:
    """Own questions, and those of the territory of the answering roles that the user holds; nothing else."""
    spans = tuple(sorted({assignment.span for assignment in answering(user)}))
    held = tuple(sorted({_span_for_notes(assignment) for assignment in user.current_assignments}))
    return Scope(user_id=user.pk, spans=spans, total_spans=held)


def answering(user: User) -> list[Assignment]:
    """The assignments in which the user answers questions."""
    codes = {role.code for role in ANSWERING}
    return [assignment for assignment in user.current_assignments if assignment.role in codes]


def _span_for_notes(assignment: Assignment) -> tuple[int, int]:
    """The span of an assignment for reading notes: that of its territory, else the number where its body stands."""
    if assignment.organisation.place is not None or assignment.organisation.kind == "MINISTRY":
        return assignment.span
    number = place_number_of(assignment)
    return number, number


def place_number_of(assignment: Assignment) -> int:
    """Where the holder of an assignment works; NO_PLACE for the ministry and for a body without a place."""
    return assignment.organisation.place_number or rules.NO_PLACE


def assignment_covering(user: User, place_number: int) -> Assignment | None:
    """Of the assignments in which the user answers, the highest whose territory holds the place."""
    inside = [a for a in answering(user) if a.span[0] <= place_number <= a.span[1]]
    return max(inside, key=lambda a: ROLES[a.role].level, default=None)


def level_over(user: User, question: Question) -> int | None:
    """At which level the user answers a question; None when they do not. Nobody answers their own."""
    if question.asked_by_id == user.pk:
        return None
    found = assignment_covering(user, question.place_number)
    return ROLES[found.role].level if found else None


def assignment_asking(user: User, page: Page | None) -> Assignment | None:
    """In which assignment a user asks: the one whose role opens the page; the first when none does."""
    held = user.current_assignments
    codes = {role.code for role in page.roles} if page else set()
    return next((a for a in held if a.role in codes), held[0] if held else None)


def coordinator_may_open(page: Page, level: int) -> bool:
    """True when the role that answers at this level opens the page: only then is the address of its row kept."""
    role: type[Role] = {2: DirectorateOfficer, 3: AcademyOfficer, 4: NationalOfficer}[level]
    return role in page.roles


# Notes and questions.


def notes_for(user: User, page: str | None = None) -> QuerySet[Note]:
    """Published notes for the reader's territory, in the reader's language, of pages that they open; newest first."""
    rows = _notes_meant_for(user).filter(state=Note.State.PUBLISHED).order_by("-published_at", "-pk")
    rows = rows.exclude(**{f"text_{language()}": ""}).exclude(**{f"title_{language()}": ""})
    if page is not None:
        return rows.filter(page=page)
    mine = [name for name, known in pages.all_pages().items() if known.is_open_to(user)]
    return rows.filter(page__in=["", *mine])


def _notes_meant_for(user: User) -> QuerySet[Note]:
    scope = scope_of(user)
    return Note.objects.visible_to(scope).meant_for(scope)


def notes_published_in(user: User) -> QuerySet[Note]:
    """Notes published for the territory where the user answers, or a part of it; withdrawn ones too."""
    scope = scope_of(user)
    return Note.objects.visible_to(scope).published_within(scope).select_related("published_by")


def may_change(user: User, note: Note) -> bool:
    """True for the level and territory that published the note."""
    return (note.low, note.high) in scope_of(user).spans


SHOWN = ("waiting", "mine", "answered", "closed")


def questions_of(user: User, show: str = "") -> QuerySet[Question]:
    """Questions that the user reads: all, waiting for this level, own, answered, closed."""
    rows = Question.objects.visible_to(scope_of(user)).select_related("asked_by")
    if show == "waiting":
        levels = [ROLES[assignment.role].level for assignment in answering(user)]
        return rows.filter(state__in=Question.WAITING, level__in=levels).exclude(asked_by=user)
    if show == "mine":
        return rows.filter(asked_by=user)
    states = {"answered": Question.State.ANSWERED, "closed": Question.State.CLOSED}
    return rows.filter(state=states[show]) if show in states else rows


def question_in_full(user: User) -> QuerySet[Question]:
    """Visible questions with what their page shows."""
    scope = scope_of(user)
    answers = Answer.objects.visible_to(scope).select_related("answered_by").order_by("pk")
    return (
        Question.objects.visible_to(scope)
        .select_related("asked_by", "note")
        .prefetch_related(Prefetch("answers", queryset=answers))
    )


def questions_waiting(user: User) -> int:
    """How many questions wait for an answer at a level where the user answers."""
    return questions_of(user, "waiting").count() if answering(user) else 0


def answers_to_read(user: User) -> int:
    """How many of the user's own questions are answered and wait to be called solved or not solved."""
    return questions_of(user, "mine").filter(state=Question.State.ANSWERED).count()


def page_address(user: User, question: Question) -> str:
    """Where a question was asked from, for a reader whose role opens that page; the page itself guards its row."""
    page = pages.page_named(question.page)
    if page is None or not page.is_open_to(user):
        return ""
    return question.path or pages.plain_address(page.name)
