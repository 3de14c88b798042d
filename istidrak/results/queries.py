"""What the pages of results show: a group's grid, an entry sheet, one learner by pole."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Decision
from istidrak.base.scope import Scope
from istidrak.programmes.models import CurriculumVersion, Module, Pole
from istidrak.results.facts import SAYS_SOMETHING
from istidrak.results.models import Evaluation, Mark
from istidrak.results.rules import is_expected, score_text
from istidrak.training.models import Enrolment, Group


def groups(scope: Scope) -> QuerySet[Group]:
    """Groups inside the scope with what their pages name."""
    return Group.objects.visible_to(scope).select_related("centre", "programme", "season")


def evaluations(scope: Scope) -> QuerySet[Evaluation]:
    """Evaluations of visible groups with what their pages name."""
    related = ("group__centre", "group__programme", "group__season", "pole", "module", "created_by", "closed_by")
    return Evaluation.objects.visible_to(scope).select_related(*related)


def enrolments(scope: Scope) -> QuerySet[Enrolment]:
    """Enrolments of visible persons in visible groups."""
    rows = Enrolment.objects.visible_to(scope).filter(group__in=Group.objects.visible_to(scope))
    return rows.select_related("person", "group__centre", "group__season", "group__programme")


def mark_text(mark: Mark | None) -> str:
    """A mark as it is read: a score, or words in the reader's language; empty when not entered."""
    if mark is None:
        return ""
    return score_text(mark.hundredths) if mark.hundredths is not None else str(mark.get_given_display())


@dataclass
class Cell:
    """One learner in one evaluation: the mark, or why there is none (`is_missing`: expected and not entered)."""

    mark: Mark | None
    is_expected: bool

    @property
    def is_missing(self) -> bool:
        """True when a mark is awaited."""
        return self.is_expected and self.mark is None

    @property
    def text(self) -> str:
        """The mark in words or figures."""
        return mark_text(self.mark)


@dataclass
class Line:
    """A learner of the grid: `cells` by evaluation in order, `missing` how many are awaited."""

    enrolment: Enrolment
    cells: list[Cell] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """Marks awaited."""
        return sum(cell.is_missing for cell in self.cells)


def evaluations_of(scope: Scope, group: Group) -> list[Evaluation]:
    """Evaluations of a group in the order of their days."""
    return list(evaluations(scope).filter(group=group).order_by("date", "pk"))


def grid_of(scope: Scope, group: Group, rows: list[Evaluation]) -> list[Line]:
    """Learners of a group by evaluation; two queries."""
    learners = Enrolment.objects.visible_to(scope).filter(group=group).select_related("person").order_by("pk")
    marks = {
        (mark.evaluation_id, mark.enrolment_id): mark
        for mark in Mark.objects.visible_to(scope).filter(evaluation__in=rows)
    }
    return [
        Line(
            learner,
            [
                Cell(
                    marks.get((row.pk, learner.pk)),
                    is_expected(learner.enrolled_date, learner.left_date, row.date),
                )
                for row in rows
            ],
        )
        for learner in learners
    ]


def sheet_of(scope: Scope, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Learners to mark: those in the group on the day, and those marked already; `enrolment`, `mark`. Two queries."""
    marks = {mark.enrolment_id: mark for mark in Mark.objects.visible_to(scope).filter(evaluation=evaluation)}
    there = Q(enrolled_date__lte=evaluation.date) & (Q(left_date__isnull=True) | Q(left_date__gte=evaluation.date))
    learners = Enrolment.objects.visible_to(scope).filter(there | Q(pk__in=marks), group=evaluation.group_id)
    return [{"enrolment": row, "mark": marks.get(row.pk)} for row in learners.select_related("person").order_by("pk")]


def poles_of(version: CurriculumVersion | None) -> QuerySet[Pole]:
    """Poles of a version that are in force."""
    return Pole.objects.filter(version=version, is_superseded=False) if version else Pole.objects.none()


def modules_of(version: CurriculumVersion | None) -> QuerySet[Module]:
    """Modules in force of a version."""
    rows = Module.objects.filter(is_superseded=False, pole__is_superseded=False, pole__version=version)
    return rows.select_related("pole").order_by("pole__position", "position") if version else Module.objects.none()


@dataclass
class PoleResults:
    """A pole (None: tied to no pole) with the learner's marks in it, and whether one validated says something."""

    pole: Pole | None
    marks: list[Mark] = field(default_factory=list)

    @property
    def is_evaluated(self) -> bool:
        """True when a validated evaluation says something of the learner in this pole."""
        return any(m.evaluation.state == Evaluation.State.CLOSED and m.given in SAYS_SOMETHING for m in self.marks)


def results_of(scope: Scope, enrolment: Enrolment, version: CurriculumVersion | None) -> list[PoleResults]:
    """A learner's marks by pole of the group's version, empty poles too; superseded poles under their code."""
    by_code: dict[str, PoleResults] = {pole.code: PoleResults(pole) for pole in poles_of(version)}
    marks = (
        Mark.objects.visible_to(scope)
        .filter(enrolment=enrolment)
        .select_related("evaluation__pole", "evaluation__module", "evaluation__closed_by")
        .order_by("evaluation__date", "evaluation__pk")
    )
    for mark in marks:
        pole = mark.evaluation.pole
        by_code.setdefault(pole.code if pole else "", PoleResults(pole)).marks.append(mark)
    return list(by_code.values())


# Texts that the parameters of completing come from, in words: a parameter file holds them in English alone.
SOURCES = (
    _("Attendance of at least 75 % over the roll-calls taken: no text found, sample value"),
    _("An evaluation in every pole of the curriculum: no text found, sample value"),
)


def shown(decision: Decision) -> list[dict[str, Any]]:
    """The findings of a decision with the source of each in the reader's language; one we do not know as written."""
    with translation.override("en"):
        words = {str(source): source for source in SOURCES}
    return [
        {**finding.as_json(), "source": str(words.get(str(finding.source), finding.source))}
        for finding in decision.findings
    ]


def to_validate_count(scope: Scope) -> int:
    """Evaluations entered whose marks wait for the centre director; one query."""
    rows = Evaluation.objects.visible_to(scope).filter(state=Evaluation.State.OPEN)
    return rows.annotate(given=Count("marks")).filter(given__gt=0).count()
