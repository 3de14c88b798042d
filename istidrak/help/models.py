"""Questions asked from a page, their answers, and the answers that became help."""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import User
from istidrak.accounts.roles import ROLES
from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import scoped_manager
from istidrak.base.workflow import Move
from istidrak.help import rules
from istidrak.help.access import AnswerScope, NoteScope, QuestionScope


class Level(models.IntegerChoices):
    """Who answers; the numbers are the levels of roles."""

    DIRECTORATE = rules.DIRECTORATE, _("Coordinator of the directorate")
    ACADEMY = rules.ACADEMY, _("Academy")
    NATIONAL = rules.NATIONAL, _("National unit")


class Question(models.Model):
    """A question with the page it was asked from. It never holds the name or code of a child.

    `page` is the name of the page (empty: asked from no page in particular); `path` its address without any
    query, kept only when the coordinator may open that page; `place_number` where the asker works.
    """

    class State(models.TextChoices):
        SENT = "SENT", _("Sent")
        PASSED_UP = "PASSED_UP", _("Passed up")
        ANSWERED = "ANSWERED", _("Answered")
        NOT_SOLVED = "NOT_SOLVED", _("Not solved yet")
        CLOSED = "CLOSED", _("Dealt with")

    WAITING = (State.SENT, State.PASSED_UP, State.NOT_SOLVED)
    TONES = {
        State.SENT: "orange",
        State.PASSED_UP: "orange",
        State.ANSWERED: "blue",
        State.NOT_SOLVED: "red",
        State.CLOSED: "green",
    }
    MOVES = {
        "answer": Move(frozenset(WAITING), State.ANSWERED, _("Answer")),
        "pass_up": Move(frozenset(WAITING), State.PASSED_UP, _("Pass up"), needs_reason=True),
        "solved": Move(frozenset({State.ANSWERED}), State.CLOSED, _("Solved")),
        "not_solved": Move(frozenset({State.ANSWERED}), State.NOT_SOLVED, _("Not solved"), needs_reason=True),
        "withdraw": Move(frozenset(WAITING), State.CLOSED, _("I no longer need an answer")),
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    submission = models.UUIDField(unique=True)
    page = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=24, choices=[(code, role.label) for code, role in ROLES.items()])
    body = models.TextField()
    place_number = models.BigIntegerField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    objects = scoped_manager(QuestionScope)()
    unscoped = QuestionScope.as_manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["place_number", "state"], name="help_question_by_place"),
            models.Index(fields=["asked_by", "state"], name="help_question_by_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.state}"


class Answer(models.Model):
    """What was answered to a question; a question that was not solved gets another one."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    objects = scoped_manager(AnswerScope)()
    unscoped = AnswerScope.as_manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.question_id} {self.level}"


class Note(models.Model):
    """An answer that became help for a page, in general words, for the territory `low` to `high`.

    What is written in one language only is shown to readers of that language only.
    """

    class State(models.TextChoices):
        PUBLISHED = "PUBLISHED", _("Published")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    TONES = {State.PUBLISHED: "green", State.WITHDRAWN: "secondary"}
    MOVES = {
        "withdraw": Move(frozenset({State.PUBLISHED}), State.WITHDRAWN, _("Withdraw"), needs_reason=True),
        "publish_again": Move(frozenset({State.WITHDRAWN}), State.PUBLISHED, _("Publish again")),
    }

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="note")
    page = models.CharField(max_length=80, blank=True)
    title_ar = models.CharField(max_length=160, blank=True)
    title_fr = models.CharField(max_length=160, blank=True)
    text_ar = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PUBLISHED)
    version = models.PositiveIntegerField(default=1)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    objects = scoped_manager(NoteScope)()
    unscoped = NoteScope.as_manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["page", "state"], name="help_note_by_page")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_ar="", title_fr="") & ~Q(text_ar="", text_fr=""), name="help_note_has_words"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_fr if translation.get_language() == "fr" else self.title_ar

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return self.text_fr if translation.get_language() == "fr" else self.text_ar

    @property
    def is_in_both_languages(self) -> bool:
        """True when readers of Arabic and of French read it."""
        return bool(self.title_ar and self.title_fr and self.text_ar and self.text_fr)
