"""Who opens the pages of training, and with which scope an answer is taken."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from istidrak.accounts.roles import TERRITORIAL, AssociationManager, CentreDirector, Educator, InsertionOfficer, Role
from istidrak.base.scope import Scope

READS_GROUPS = (*TERRITORIAL, AssociationManager, CentreDirector, Educator)
TEACHES = (CentreDirector, Educator)
DECLARES = (CentreDirector, Educator, InsertionOfficer)  # and brings the proof; the directorate verifies
READS_INSERTIONS = (*TERRITORIAL, CentreDirector, InsertionOfficer)
READS_LEARNERS = (*READS_INSERTIONS, Educator)


def scope_acting_as(request: HttpRequest, *roles: type[Role]) -> Scope:
    """What the user may change in these roles: another role that only reads adds nothing. Raises PermissionDenied."""
    user: Any = request.user
    if not user.holds(*roles):
        raise PermissionDenied
    return user.scope_as(*roles)
