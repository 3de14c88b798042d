"""Who opens the pages of orientation, and with which scope an answer is taken."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse

from istidrak.accounts.gate import scope_acting_as
from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    CentreDirector,
    DirectorateOfficer,
    Educator,
    GuidanceCounsellor,
    InsertionOfficer,
    NationalOfficer,
    Role,
    SocialWorker,
    VocationalTrainer,
)
from istidrak.base.scope import Scope
from istidrak.outreach.models import Case
from istidrak.people.models import Person
from istidrak.people.queries import refuse_if_shared

PROPOSES = (DirectorateOfficer, CentreDirector)
INTERVIEWS = (DirectorateOfficer, CentreDirector, GuidanceCounsellor, SocialWorker)
READS_CASES = (*TERRITORIAL, CentreDirector, GuidanceCounsellor, SocialWorker)
# What was said at an interview is for those who work with the young person, and for the officers above them.
READS_WORDS = (NationalOfficer, AcademyOfficer, *INTERVIEWS)
HOLDS_SITTINGS = (DirectorateOfficer, CentreDirector)
READS_SITTINGS = (*TERRITORIAL, CentreDirector, GuidanceCounsellor)
WRITES_PROJECTS = (DirectorateOfficer, CentreDirector, GuidanceCounsellor, SocialWorker, InsertionOfficer)
READS_PROJECTS = (*TERRITORIAL, CentreDirector, GuidanceCounsellor, SocialWorker, InsertionOfficer)
READS_PROJECTS = (*READS_PROJECTS, Educator, VocationalTrainer)
WITH_CASE = ("person", "season", "directorate__place", "school")


def visible_case(scope: Scope, case: Any) -> Case:
    """A case by its address. Raises Http404 outside the scope."""
    return get_object_or_404(Case.objects.visible_to(scope).select_related(*WITH_CASE), uuid=case)


def writable_case(request: HttpRequest, case: Any, *roles: type[Role]) -> Case:
    """A case to write in, in these roles. Raises Http404, and PermissionDenied when the file is only shared."""
    scope = scope_acting_as(request, *roles)
    found = visible_case(scope, case)
    refuse_if_shared(scope, found.person)
    return found


def visible_person(scope: Scope, person: Any) -> Person:
    """A person by address. Raises Http404 outside the scope."""
    return get_object_or_404(Person.objects.visible_to(scope), uuid=person)


def address_if_open(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """The address of a page that the reader's roles open, else the empty text."""
    user: Any = request.user
    address = reverse(name, kwargs=kwargs)
    return address if user.holds(*getattr(resolve(address).func, "roles", ())) else ""
