"""What is known of a request for a place, for the rule of acceptance and the lists."""

import datetime as dt
from typing import Any

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Decision as RuleDecision
from istidrak.base.rules import decide
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.training.models import Application, Consent, Enrolment, Group, Guardianship
from istidrak.training.rules.enrolling import ACCEPTANCE, places_left

PARAMETERS = ("programmes.age_band", "training.majority")


def acceptance_of(application: Application, as_of: dt.date) -> RuleDecision:
    """Each condition of acceptance, met, not met or to complete; three queries."""
    return decide(ACCEPTANCE, _facts(application), parameters_on(as_of, *PARAMETERS))


def _facts(application: Application) -> dict[str, Any]:
    person = application.person
    agreement = (
        Consent.unscoped.filter(person=person, centre=application.centre_id, kind=Consent.Kind.ENROLMENT)
        .order_by("-state", "-pk")  # one that was withdrawn says no until another is given
        .values_list("state", flat=True)
    )
    states = set(agreement)
    return {
        "birth_date": person.birth_date,
        "birth_year": person.birth_year,
        "place_number": application.centre.place_number,
        "programme": application.programme.code,
        # A name on a school's list is not yet somebody who answers for the person: a statement is.
        "has_guardian": True if Guardianship.unscoped.filter(person=person).exists() else None,
        "has_agreement": True if Consent.State.GIVEN in states else False if states else None,
    }


def open_places(centre: Organisation, programme: Programme, season: Season) -> int | None:
    """Places of a programme neither held by a learner nor promised; None when a capacity is not stated."""
    # unscoped: a number of places, the same for whoever asks; no person leaves this function.
    groups = Group.unscoped.filter(centre=centre, programme=programme, season=season)
    held = Enrolment.unscoped.filter(group__in=groups, state__in=Enrolment.HOLDS_A_PLACE).count()
    promised = Application.unscoped.filter(
        centre=centre, programme=programme, season=season, state=Application.State.ACCEPTED
    ).count()
    return places_left(groups.values_list("capacity", flat=True), held, promised)


def directorate_of(centre: Organisation) -> Organisation | None:
    """The directorate whose territory holds a body; None when its place is not known."""
    if centre.place_number is None:
        return None
    rows = Organisation.objects.filter(
        kind=Organisation.Kind.DIRECTORATE,
        place__low__lte=centre.place_number,
        place__high__gte=centre.place_number,
    )
    return rows.select_related("place").first()


def is_tied_elsewhere(person: Person, centre: Organisation) -> bool:
    """True when another centre has the learner in a group: two places for one person."""
    rows = Enrolment.unscoped.filter(person=person, state__in=Enrolment.HOLDS_A_PLACE)
    return rows.exclude(group__centre=centre).exists()
