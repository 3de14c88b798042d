"""Who reads questions, and for whom an answer became help."""

from django.db.models import Q

from istidrak.base.scope import Scope, ScopedQuerySet


class QuestionScope(ScopedQuerySet):
    """Questions of the reader, and of the territory of a reader who answers."""

    def visible_to(self, scope: Scope) -> "QuestionScope":
        """Own questions; those asked inside the spans of the scope (of the answering roles only)."""
        return self.filter(Q(asked_by_id=scope.user_id) | scope.q(place="place_number"))


class AnswerScope(ScopedQuerySet):
    """Answers, visible with their question."""

    def visible_to(self, scope: Scope) -> "AnswerScope":
        """Answers to visible questions."""
        return self.filter(Q(question__asked_by_id=scope.user_id) | scope.q(place="question__place_number"))


class NoteScope(ScopedQuerySet):
    """Answers that became help."""

    def visible_to(self, scope: Scope) -> "NoteScope":
        """Notes for a territory that holds one of the reader's, or that lies in one where they answer."""
        within = Q(pk__in=[])
        for low, high in scope.spans:
            within |= Q(low__gte=low, high__lte=high)
        return self.filter(within | self._holding(scope))

    @staticmethod
    def _holding(scope: Scope) -> Q:
        holding = Q(pk__in=[])
        for low, high in scope.total_spans:
            holding |= Q(low__lte=low, high__gte=high)
        return holding

    def meant_for(self, scope: Scope) -> "NoteScope":
        """Notes published for a territory that holds one of the reader's."""
        return self.filter(self._holding(scope))

    def published_within(self, scope: Scope) -> "NoteScope":
        """Notes published for one of the reader's own territories or for a part of one."""
        within = Q(pk__in=[])
        for low, high in scope.spans:
            within |= Q(low__gte=low, high__lte=high)
        return self.filter(within)
