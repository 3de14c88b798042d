"""Who sees campaigns, cases and what hangs on them."""

from collections.abc import Iterable

from django.db.models import Q

from istidrak.base.scope import Scope, ScopedQuerySet
from istidrak.people.access import tie_to


class CaseScope(ScopedQuerySet):
    """Cases of visible persons."""

    def visible_to(self, scope: Scope, *, besides: Iterable[str] = ()) -> "CaseScope":
        """Cases whose person is tied to the scope.

        `besides=SHARED` leaves those that the reader follows: not those of a file that was only shared. It is asked
        once, since a database that is asked twice supposes far fewer rows and chooses a slow way.
        """
        return self.filter(tie_to(scope, "person", besides=besides))


class OfCaseScope(ScopedQuerySet):
    """Contacts, sortings: visible with their case."""

    def visible_to(self, scope: Scope) -> "OfCaseScope":
        """Rows whose case's person is tied to the scope."""
        return self.filter(tie_to(scope, "case__person"))


class ReferralScope(ScopedQuerySet):
    """Referrals: whoever sees the person, and the receiver as long as the person is sent there.

    A receiver who refused, or to whom nobody came, no longer learns anything about that person.
    """

    def visible_to(self, scope: Scope) -> "ReferralScope":
        """Referrals whose person is tied to the scope, or whose receiver the reader answers for."""
        sent_there = scope.q(organisation="receiver") & ~Q(state__in=("REFUSED", "NEVER_CAME"))
        return self.filter(Q(tie_to(scope, "case__person")) | sent_there)


class ProtectionScope(ScopedQuerySet):
    """Protection concerns: the territory's officers and whoever wrote it; never the centre, never the school."""

    def visible_to(self, scope: Scope) -> "ProtectionScope":
        """Concerns inside the reader's territory, or written by the reader."""
        return self.filter(scope.q(place="place_number") | Q(raised_by_id=scope.user_id))


class CampaignScope(ScopedQuerySet):
    """Campaigns of a territory; a field agent sees those of their teams."""

    def visible_to(self, scope: Scope) -> "CampaignScope":
        """Campaigns inside the territory or in whose teams the reader is."""
        return self.filter(
            scope.q(place="directorate__place_number", organisation="directorate")
            | (Q(teams__members=scope.user_id) & scope.where_personal(place="directorate__place_number"))
        ).distinct()


class ExpectedListScope(ScopedQuerySet):
    """What a school owes: its territory and the school itself."""

    def visible_to(self, scope: Scope) -> "ExpectedListScope":
        """Lists of schools inside the territory, or of the reader's school."""
        return self.filter(scope.q(place="school__place_number", organisation="school"))
